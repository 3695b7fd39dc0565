"""Approval: a deal that a tier of the deal desk covers is marked as pending, and its approvers get a task.

Where the portal has approvals of stages (`revops:features`), these do it instead. Like the stage block it belongs to no
entry of the automation topic: it runs where the desk runs, and is enabled together with the stale deals.
"""

from __future__ import annotations

from collections.abc import Iterator

from revops_hubspot.compiler.approvals import tier_deals
from revops_hubspot.compiler.automations.automation import CREATED, Flow
from revops_hubspot.compiler.automations.enrollment import Moment, from_go_live, when_met
from revops_hubspot.compiler.automations.steps import set_property, task
from revops_hubspot.compiler.pipeline_rules import approving, has_stage_approvals
from revops_hubspot.compiler.terms.compilation import Compilation
from revops_hubspot.filters.tree import NEVER, all_of
from revops_hubspot.workflows.steps import Step
from revops_iac.model.deal_desk import Approval, DealDesk
from revops_iac.provider.declaration import Path

PENDING = "pending"


def flows(compilation: Compilation) -> Iterator[tuple[Path, Flow]]:
    """For each desk a workflow for each tier that a person decides."""
    for key, desk in compilation.model.deal_desk.items():
        if not compilation.runs_here(desk.runs_on) or has_stage_approvals(compilation, desk):
            continue
        for tier_key, tier in desk.approvals.items():
            covered = tier_deals(compilation, key, desk, tier_key)
            if covered == NEVER:
                continue
            since = from_go_live(compilation, Moment(CREATED, compilation.model.context.time_zone))
            label = tier.label or tier_key
            was = (*(f"approval_{old}_{tier_key}" for old in desk.was), *(f"approval_{key}_{old}" for old in tier.was))
            title = f"Approval: {desk.label or key}, {label}"
            steps = tuple(_steps(compilation, desk, tier, label))
            flow_key = f"approval_{key}_{tier_key}"
            yield (
                ("deal_desk", key),
                Flow(flow_key, "deal", title, when_met(all_of(covered, since), "deals"), steps, None, was),
            )


def _steps(compilation: Compilation, desk: DealDesk, tier: Approval, label: str) -> Iterator[Step]:
    if desk.fields.approval is not None:
        options = compilation.names.field(desk.fields.approval).options
        if PENDING in options:
            yield set_property(compilation.names.property(desk.fields.approval), PENDING)
    logins = [login for one in tier.all_approvers for login in approving(compilation, one)]
    for login in dict.fromkeys(logins):
        body = "This deal needs your approval before it is won. Record the decision on the deal."
        yield task(f"Approve: {label}", body, owner=login)
