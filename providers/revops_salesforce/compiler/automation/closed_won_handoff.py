"""Closed-won handoff: a deal that is won gets its customer-success owner and the task that starts onboarding."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.model.automation import Workflow
from revops_iac.model.condition import FieldRef
from revops_iac.model.lifecycle import Handoff
from revops_iac.model.pipelines import Pipeline
from revops_salesforce.compiler.automation.assignment import find_person
from revops_salesforce.compiler.automation.deadlines import due_on
from revops_salesforce.compiler.automation.enrollment import Enrollment, enrollment
from revops_salesforce.compiler.pipelines import OBJECT
from revops_salesforce.compiler.terms.compilation import Compilation
from revops_salesforce.compiler.terms.flows import AnyOf, Criterion, Flow, Ref, Value
from revops_salesforce.compiler.terms.names import title, value


def flows(compilation: Compilation, key: str, workflow: Workflow) -> Iterator[tuple[Flow, Enrollment]]:
    """One flow, on Opportunity."""
    lifecycle = compilation.model.lifecycle
    handoff = lifecycle.handoffs.get(workflow.settings.handoff or "") if lifecycle else None
    person = _owner(compilation, handoff) if handoff else None
    if handoff is None or person is None:
        return
    tests = [Criterion("IsWon", "EqualTo", True), *deal_kinds(compilation, workflow)]
    since = stage_entered(compilation, workflow)
    enrolled = enrollment(
        compilation, workflow, OBJECT, tests, since, since_is_day=since == "CloseDate", condition=workflow.enrolls_when
    )
    flow = Flow(workflow.label or "Closed-won handoff", workflow.outcome or "", enrolled.on_change())
    flow.start["connector"] = {"targetReference": _elements(compilation, flow, workflow, handoff, person)}
    yield flow, enrolled


def _owner(compilation: Compilation, handoff: Handoff) -> str | None:
    """Who takes the deal over: who is accountable for the handoff, else the manager of the team it goes to."""
    team = compilation.model.people.teams.get(handoff.to_team or "")
    return handoff.accountable or (team.manager if team else None)


def stage_entered(compilation: Compilation, workflow: Workflow) -> str:
    """The field that says when a deal entered its stage; the close date where the model names none."""
    for _, pipeline in monitored(compilation, workflow):
        if pipeline.hygiene.stage_entered_field:
            return compilation.saving(OBJECT).path(FieldRef(pipeline.hygiene.stage_entered_field))
    return "CloseDate"


def monitored(compilation: Compilation, workflow: Workflow) -> list[tuple[str, Pipeline]]:
    """The pipelines that the workflow watches: those it names, or all."""
    named = workflow.settings.pipelines
    return [(key, one) for key, one in compilation.model.pipelines.items() if not named or key in named]


def deal_kinds(compilation: Compilation, workflow: Workflow) -> list[Criterion | AnyOf]:
    """The `applies_to` filters of the pipelines monitored, as far as one list of values per field says them."""
    model, scope = compilation.model, compilation.saving(OBJECT)
    allowed: dict[str, dict[str, None]] = {}
    pipelines = monitored(compilation, workflow)
    for _, pipeline in pipelines:
        for dimension, values in pipeline.applies_to.items():
            reference = model.context.dimensions[dimension].field_on("deal")
            if reference:
                allowed.setdefault(reference, {}).update(dict.fromkeys(value(model, reference, one) for one in values))
    everywhere = [
        reference
        for reference in allowed
        if all(reference in _fields(compilation, pipeline.applies_to) for _, pipeline in pipelines)
    ]
    return [
        AnyOf(tuple(Criterion(scope.path(FieldRef(reference)), "EqualTo", one) for one in allowed[reference]))
        for reference in everywhere
    ]


def _fields(compilation: Compilation, applies_to: dict[str, list[str]]) -> list[str | None]:
    return [compilation.model.context.dimensions[dimension].field_on("deal") for dimension in applies_to]


def _elements(compilation: Compilation, flow: Flow, workflow: Workflow, handoff: Handoff, person: str) -> str:
    scope, found = compilation.saving(OBJECT), f"Find_{title(person)}"
    within = next(iter(handoff.sla.values()), None)
    values: dict[str, Value] = {
        "Subject": f"Start onboarding{f', kickoff within {within}' if within else ''}",
        "WhatId": Ref("$Record.Id"),
        "OwnerId": Ref(f"{found}.Id"),
        "Priority": "High",
        "Status": "Not Started",
    }
    if within:
        values["ActivityDate"] = flow.formula("Kickoff_Due", "Date", due_on(compilation.model, within))
    flow.create("Start_Onboarding", "Task", values)
    handed: dict[str, Value] = {}
    if workflow.settings.owner_field:
        handed[scope.path(FieldRef(workflow.settings.owner_field))] = Ref(f"{found}.Id")
    if workflow.settings.date_field:
        is_day = scope.type(FieldRef(workflow.settings.date_field)) == "date"
        path = scope.path(FieldRef(workflow.settings.date_field))
        handed[path] = Ref("$Flow.CurrentDate" if is_day else "$Flow.CurrentDateTime")
    then = flow.update("Hand_Over", handed, "Start_Onboarding") if handed else "Start_Onboarding"
    return find_person(compilation, flow, person, then)
