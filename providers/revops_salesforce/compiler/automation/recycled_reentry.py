"""Recycled lead re-entry: engagement starts anew, the lead is counted, goes back a stage and into a slower nurture."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.model.automation import Workflow
from revops_iac.model.condition import FieldRef
from revops_iac.model.lifecycle import Lifecycle, Recycle
from revops_salesforce.compiler.automation.assignment import route
from revops_salesforce.compiler.automation.enrollment import LAST_CHANGE, Enrollment, enrollment
from revops_salesforce.compiler.terms.compilation import Compilation
from revops_salesforce.compiler.terms.flows import Criterion, Flow, Ref, Value, found
from revops_salesforce.compiler.terms.names import stage_value

OBJECT = "Lead"

NURTURE_STEP = "Enrol_In_Nurture"
"""An element keeps its name for life: with another one every applied flow would get a new version."""


def flows(compilation: Compilation, key: str, workflow: Workflow) -> Iterator[tuple[Flow, Enrollment]]:
    """One flow, on Lead."""
    lifecycle = compilation.model.lifecycle
    if lifecycle is None or lifecycle.recycle is None or workflow.enrolls_when is None:
        return
    enrolled = enrollment(
        compilation,
        workflow,
        OBJECT,
        [Criterion("IsConverted", "EqualTo", False)],
        LAST_CHANGE,
        condition=workflow.enrolls_when,
    )
    flow = Flow(workflow.label or "Recycled lead re-entry", workflow.outcome or "", enrolled.on_change())
    nurture = _nurture(flow, lifecycle.recycle)
    flow.update("Start_Anew", _values(compilation, flow, lifecycle, lifecycle.recycle, workflow), nurture)
    first = "Start_Anew"
    routing = compilation.model.routing.get(workflow.settings.routing or "")
    if routing is not None and "recycled" in routing.moments:
        first = route(
            compilation, flow, workflow.settings.routing or "", values={}, then="Start_Anew", then_in_queue="Start_Anew"
        )
    before = enrolled.met_before()
    if before and not workflow.backfill:
        first = flow.decide("Is_It_New", [("Was_Recycled_Before", before, None)], first)
    flow.start["connector"] = {"targetReference": first}
    yield flow, enrolled


def _values(
    compilation: Compilation, flow: Flow, lifecycle: Lifecycle, recycle: Recycle, workflow: Workflow
) -> dict[str, Value]:
    scope = compilation.saving(OBJECT)
    values: dict[str, Value] = {}
    if lifecycle.field:
        values[scope.path(FieldRef(lifecycle.field))] = stage_value(compilation.model, recycle.back_to)
    scores = next((entry.fields for entry in compilation.model.scoring.values()), None)
    if scores and workflow.settings.reset_engagement_to is not None:
        values[scope.path(FieldRef(scores.engagement))] = workflow.settings.reset_engagement_to
        if scores.high_intent:
            values[scope.path(FieldRef(scores.high_intent))] = False
    if recycle.count_field:
        path = scope.path(FieldRef(recycle.count_field))
        values[path] = flow.formula("Times_Recycled", "Number", f"BLANKVALUE({{!$Record.{path}}},0)+1")
    return values


def _nurture(flow: Flow, recycle: Recycle) -> str | None:
    """Into the campaign of the nurture, where there is one of its name: campaigns are data and are not deployed."""
    if recycle.nurture is None:
        return None
    member: dict[str, Value] = {"CampaignId": Ref("Find_Nurture.Id"), "LeadId": Ref("$Record.Id")}
    flow.create(NURTURE_STEP, "CampaignMember", member)
    flow.decide("Is_There_A_Nurture", [("Nurture_Found", [found("Find_Nurture")], NURTURE_STEP)], None)
    return flow.find(
        "Find_Nurture", "Campaign", {"Name": recycle.nurture.label, "IsActive": True}, "Is_There_A_Nurture"
    )
