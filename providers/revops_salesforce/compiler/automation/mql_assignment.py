"""MQL assignment: the routing rules pick the owner, who gets a task that is due within the SLA."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.model.automation import Workflow
from revops_iac.model.condition import FieldRef
from revops_iac.model.lifecycle import Handoff
from revops_salesforce.compiler.automation.assignment import OWNER, find_person, route
from revops_salesforce.compiler.automation.deadlines import due_at
from revops_salesforce.compiler.automation.enrollment import Enrollment, enrollment, waits_for
from revops_salesforce.compiler.terms.compilation import Compilation
from revops_salesforce.compiler.terms.flows import Criterion, Flow, Ref, Value
from revops_salesforce.compiler.terms.names import title

OBJECT = "Lead"
DUE, DUE_DAY = Ref("Sla_Due"), Ref("Sla_Due_Day")


def flows(compilation: Compilation, key: str, workflow: Workflow) -> Iterator[tuple[Flow, Enrollment]]:
    """One flow, on Lead: a Contact keeps the owner of its account."""
    lifecycle, routing_key = compilation.model.lifecycle, workflow.settings.routing
    handoff = lifecycle.handoffs.get(workflow.settings.handoff or "") if lifecycle else None
    condition = waits_for(compilation, workflow, handoff) if handoff else None
    if handoff is None or routing_key is None or condition is None:
        return
    scope = compilation.saving(OBJECT)
    clock = scope.path(FieldRef(handoff.clock_field)) if handoff.clock_field else "LastModifiedDate"
    is_day = bool(handoff.clock_field) and scope.type(FieldRef(handoff.clock_field or "")) == "date"
    tests = [Criterion("IsConverted", "EqualTo", False)]
    enrolled = enrollment(compilation, workflow, OBJECT, tests, clock, since_is_day=is_day, condition=condition)
    flow = Flow(workflow.label or "MQL assignment", workflow.outcome or "", enrolled.on_change())
    flow.start["connector"] = {"targetReference": _elements(compilation, flow, routing_key, handoff)}
    yield flow, enrolled


def _elements(compilation: Compilation, flow: Flow, routing_key: str, handoff: Handoff) -> str:
    what, within = next(iter(handoff.sla.items()), (None, None))
    values: dict[str, Value] = {}
    task = queue_task = None
    if what and within:
        flow.formula(DUE, "DateTime", due_at(compilation.model, within, compilation.saving(OBJECT).in_flow))
        flow.formula(DUE_DAY, "Date", f"DATEVALUE({{!{DUE}}})")
        subject = f"{title(what).replace('_', ' ').capitalize()} within {within}"
        task = _task(flow, "Create_Task", subject, OWNER)
        queue_task = _deputy_task(compilation, flow, routing_key, subject)
        if handoff.due_field:
            values[compilation.saving(OBJECT).path(FieldRef(handoff.due_field))] = DUE
    return route(compilation, flow, routing_key, values=values, then=task, then_in_queue=queue_task)


def _deputy_task(compilation: Compilation, flow: Flow, routing_key: str, subject: str) -> str | None:
    """Where a queue owns the lead, the fallback owner gets the task: a queue of leads cannot own tasks."""
    fallback = compilation.model.routing[routing_key].fallback
    if fallback is None or fallback.owner is None:
        return None
    deputy = Ref(f"Find_{title(fallback.owner)}.Id")
    return find_person(compilation, flow, fallback.owner, _task(flow, "Create_Task_Of_Queue", subject, deputy))


def _task(flow: Flow, name: str, subject: str, owner: Ref) -> str:
    return flow.create(
        name,
        "Task",
        {
            "Subject": subject,
            "WhoId": Ref("$Record.Id"),
            "OwnerId": owner,
            "ActivityDate": DUE_DAY,
            "IsReminderSet": True,
            "ReminderDateTime": DUE,
            "Priority": "High",
            "Status": "Not Started",
        },
    )
