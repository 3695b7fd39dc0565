"""Stage block: a deal that lacks what its stage requires says so, and its owner gets a task.

HubSpot has no API for required properties of a stage [S][T], so nothing blocks the advance itself. These workflows
belong to no entry of the automation topic: they run where the pipeline runs, and are enabled together with the stale
deals, the other half of pipeline hygiene.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from revops_hubspot.compiler.automations.automation import Flow
from revops_hubspot.compiler.automations.enrollment import Moment, from_go_live, when_met
from revops_hubspot.compiler.automations.stale_deal import STAGE_ENTERED
from revops_hubspot.compiler.automations.steps import branch, case, set_property, task
from revops_hubspot.compiler.terms.compilation import Compilation
from revops_hubspot.compiler.terms.names import DEAL_STAGE_PROPERTY, missing_title
from revops_hubspot.filters.leaves import in_list, one_of, text
from revops_hubspot.filters.tree import all_of, any_of
from revops_iac.model.pipelines import Pipeline
from revops_iac.provider.declaration import Path

NOTHING = "Nothing is missing"


def flows(compilation: Compilation) -> Iterator[tuple[Path, Flow]]:
    """For each pipeline a workflow that says what is missing, and one that takes it back."""
    for key, pipeline in compilation.model.pipelines.items():
        lists = _lists(compilation, pipeline)
        if pipeline.hygiene.block_reason_field and lists and compilation.runs_here(pipeline.runs_on):
            reason = compilation.names.property(pipeline.hygiene.block_reason_field)
            yield ("pipelines", key), _blocked(compilation, key, pipeline, lists, reason)
            yield ("pipelines", key), _complete(compilation, key, pipeline, lists, reason)


def _lists(compilation: Compilation, pipeline: Pipeline) -> dict[str, str]:
    """Label of a stage that requires fields -> the segment of the deals that lack some."""
    return {
        stage.label: compilation.names.title(missing_title(pipeline, stage))
        for stage in pipeline.stages.values()
        if stage.required_fields or stage.required_when
    }


def _blocked(compilation: Compilation, key: str, pipeline: Pipeline, lists: Mapping[str, str], reason: str) -> Flow:
    entered = pipeline.hygiene.stage_entered_field
    moment = Moment(
        compilation.names.property(entered) if entered else STAGE_ENTERED, compilation.model.context.time_zone
    )
    since = from_go_live(compilation, moment)
    when = any_of(*(all_of(in_list(name), since) for name in lists.values()))
    ways = []
    for label, name in lists.items():
        message = f"Missing fields: {label}"
        steps = (set_property(reason, message), task(message, f"{message}. Fill them before the deal goes on."))
        ways.append(case(label, in_list(name), "deals", *steps))
    title = f"Stage block: {pipeline.label}"
    was = tuple(f"stage_block_{old}" for old in pipeline.was)
    return Flow(f"stage_block_{key}", "deal", title, when_met(when, "deals"), (branch(ways),), None, was)


def _complete(compilation: Compilation, key: str, pipeline: Pipeline, lists: Mapping[str, str], reason: str) -> Flow:
    ids = [compilation.names.stage(key, stage) for stage in pipeline.stages]
    here = one_of(DEAL_STAGE_PROPERTY, ids)
    blocked = text(reason, "IS_NOT_EQUAL_TO", [NOTHING], passes=False)
    when = all_of(here, blocked, *(in_list(name, inside=False) for name in lists.values()))
    title = f"Stage block: {pipeline.label}, complete"
    was = tuple(f"stage_complete_{old}" for old in pipeline.was)
    steps = (set_property(reason, NOTHING),)
    return Flow(f"stage_complete_{key}", "deal", title, when_met(when, "deals"), steps, None, was)
