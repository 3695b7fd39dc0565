"""Stale deal: a deal in its stage for more than a multiple of the average is flagged, and unflagged when it moves.

HubSpot looks at filters by itself when a day has passed, so the time of day of a scheduled run has no part in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from revops_hubspot.compiler.automations.automation import Automation, Flow
from revops_hubspot.compiler.automations.enrollment import Moment
from revops_hubspot.compiler.automations.steps import set_property, task
from revops_hubspot.filters.leaves import checkbox, days_ago
from revops_hubspot.filters.tree import Tree, all_of, any_of
from revops_hubspot.formulas.printer import render_number
from revops_hubspot.workflows.steps import Step
from revops_iac.model.pipelines import Hygiene, Pipeline

STAGE_ENTERED = "hs_v2_date_entered_current_stage"
"""HubSpot's own property: when the deal entered the stage it is in [K]."""


def flows(automation: Automation) -> Iterator[Flow]:
    """One workflow for each pipeline that flags deals, and one that takes the flag back."""
    by_pipeline = {key: stale_limits(pipeline) for key, pipeline in automation.pipelines().items()}
    by_pipeline = {key: limits for key, limits in by_pipeline.items() if limits}
    if not by_pipeline:
        message = "no open stage that it watches has average_days and a multiple, so nothing is ever stale"
        raise automation.missing(message, "pipelines.<key>.hygiene.stale_after_multiple and average_days in its stages")
    for key, limits in by_pipeline.items():
        pipeline = automation.pipelines()[key]
        title = f"{automation.title}: {pipeline.label}"
        moment = _entered(automation, pipeline.hygiene)
        when = all_of(automation.enrolls("deal"), _stale(automation, key, limits, moment.property))
        steps = _flag(automation, pipeline.hygiene)
        yield automation.flow("deal", automation.since_go_live(when, moment), steps, key, title, pipeline.was)
    yield from _moved(automation, min(days for limits in by_pipeline.values() for days in limits))


def _entered(automation: Automation, hygiene: Hygiene) -> Moment:
    return automation.moment(hygiene.stage_entered_field, otherwise=STAGE_ENTERED)


def stale_limits(pipeline: Pipeline) -> dict[int, list[str]]:
    """Days after which a deal is stale -> the open stages of the pipeline with that limit."""
    found: dict[int, list[str]] = {}
    for stage_key, stage in pipeline.stages.items():
        if stage.closed is None and stage.average_days and pipeline.hygiene.stale_after_multiple:
            days = round(stage.average_days * pipeline.hygiene.stale_after_multiple)
            found.setdefault(days, []).append(stage_key)
    return found


def _stale(automation: Automation, key: str, limits: Mapping[int, list[str]], entered: str) -> Tree:
    return any_of(
        *(
            all_of(automation.deals_at((key, stage) for stage in stages), days_ago(entered, "more", days))
            for days, stages in limits.items()
        )
    )


def _flag(automation: Automation, hygiene: Hygiene) -> list[Step]:
    multiple = render_number(hygiene.stale_after_multiple or 1)
    subject = "Stale deal: decide the next step"
    steps: list[Step] = [set_property(automation.property(hygiene.stale_field), "true")] if hygiene.stale_field else []
    return [*steps, task(subject, f"{subject}. It is in its stage for more than {multiple} times the average.")]


def _moved(automation: Automation, shortest_days: int) -> Iterator[Flow]:
    """A flagged deal that entered its stage less than the shortest limit ago has moved on."""
    hygiene = next((one.hygiene for one in automation.pipelines().values() if one.hygiene.stale_field), None)
    if hygiene is None or hygiene.stale_field is None:
        return
    flag, moment = automation.property(hygiene.stale_field), _entered(automation, hygiene)
    when = all_of(checkbox(flag, True), days_ago(moment.property, "less", shortest_days))
    when = automation.since_go_live(when, moment)
    yield automation.flow("deal", when, [set_property(flag, "false")], "moved", f"{automation.title}: moved on")
