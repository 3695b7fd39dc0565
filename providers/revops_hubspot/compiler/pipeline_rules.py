"""What the pipelines that run on HubSpot allow: no skipping of stages, and approvals before a deal is won.

They hold people to it; super admins, workflows and most APIs pass [D].
https://knowledge.hubspot.com/object-settings/set-up-pipeline-rules
"""

from __future__ import annotations

from collections.abc import Iterator

from revops_hubspot.compiler.approvals import tier_deals
from revops_hubspot.compiler.terms.compilation import Compilation
from revops_hubspot.compiler.terms.names import SYSTEM
from revops_hubspot.filters.branches import compile_tree
from revops_hubspot.filters.tree import NEVER
from revops_hubspot.inputs import Approval, PipelineRulesInputs
from revops_iac.model.deal_desk import Approver, DealDesk
from revops_iac.model.pipelines import Pipeline
from revops_iac.provider.declaration import Declaration

STAGE_APPROVALS = "hubspot.stage_approvals"
"""`revops:features` says that the portal has them: Sales Hub Enterprise [D], which no endpoint tells [S]."""


def pipeline_rules(compilation: Compilation) -> Iterator[Declaration]:
    """One resource per pipeline that has rules."""
    for key, pipeline in compilation.model.pipelines.items():
        if not compilation.runs_here(pipeline.runs_on):
            continue
        inputs: PipelineRulesInputs = {"object": "deals", "pipeline": compilation.names.pipeline(key)}
        if pipeline.hygiene.no_skipping:
            inputs["no_skipping"] = _not_skipped(compilation, key, pipeline)
        with compilation.collecting():
            if approvals := _approvals(compilation, key, pipeline):
                inputs["approvals"] = approvals
        if len(inputs) > len(("object", "pipeline")):
            was = tuple(f"deals.{old}" for old in pipeline.was)
            yield Declaration("PipelineRules", f"deals.{key}", {**inputs}, ("pipelines", key), was, True)


def _not_skipped(compilation: Compilation, key: str, pipeline: Pipeline) -> list[str]:
    """All but the lost ones: a deal may be lost at any stage, and no source tells whether that skips the others [?]."""
    return [compilation.names.stage(key, stage) for stage, live in pipeline.stages.items() if live.closed != "lost"]


def _approvals(compilation: Compilation, key: str, pipeline: Pipeline) -> list[Approval]:
    """An approval of the won stage for each tier that a person decides; the deals it covers are its filter.

    That a stage may have several is read from the list in the specification [S], and not verified [?].
    """
    if STAGE_APPROVALS not in compilation.settings.features:
        return []
    won = [compilation.names.stage(key, stage) for stage, live in pipeline.stages.items() if live.closed == "won"]
    found: list[Approval] = []
    for desk_key, desk in compilation.model.deal_desk.items():
        if not compilation.runs_here(desk.runs_on):
            continue
        for tier_key, tier in desk.approvals.items():
            covered = tier_deals(compilation, desk_key, desk, tier_key)
            people = [login for one in tier.all_approvers for login in approving(compilation, one)]
            for stage in won if covered != NEVER and people else []:
                approval: Approval = {
                    "stage": stage,
                    "approvers": list(dict.fromkeys(people)),
                    "mode": "ALL" if len(tier.all_approvers) > 1 else "ANY",
                    "comment": tier.label or tier_key,
                    "filter_branch": compile_tree(covered, "deals"),
                }
                found.append(approval)
    return found


def approving(compilation: Compilation, approver: Approver) -> list[str]:
    """The logins behind an approver; empty where it is automatic."""
    people = compilation.model.people
    persons = [approver.person] if approver.person else []
    if approver.team:
        persons = list(people.teams[approver.team].members)
    if approver.queue:
        persons = list(people.queues[approver.queue].members)
    return [people.identity(person, SYSTEM) for person in persons]


def has_stage_approvals(compilation: Compilation, desk: DealDesk) -> bool:
    """Whether the portal itself holds the approvals of a desk."""
    return STAGE_APPROVALS in compilation.settings.features and compilation.runs_here(desk.runs_on)
