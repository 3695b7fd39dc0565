"""SLA breach: when a deadline passes and what was due has not happened, the record is marked and the manager told."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.model.automation import Workflow
from revops_iac.model.condition import FieldRef
from revops_iac.model.duration import Duration
from revops_iac.model.lifecycle import Handoff, Lifecycle
from revops_salesforce.compiler.automation.assignment import find_person
from revops_salesforce.compiler.automation.deadlines import due_at
from revops_salesforce.compiler.automation.enrollment import Enrollment, enrollment, waits_for, without
from revops_salesforce.compiler.terms.compilation import Compilation
from revops_salesforce.compiler.terms.conditions import both, either, quoted
from revops_salesforce.compiler.terms.flows import Criterion, Flow, Node, Ref, Value, holds
from revops_salesforce.compiler.terms.names import stage_value, title

OBJECT = "Lead"


def flows(compilation: Compilation, key: str, workflow: Workflow) -> Iterator[tuple[Flow, Enrollment]]:
    """One flow, on Lead, with a scheduled path per deadline.

    Whether something was done in time is asked on its path only: were it a criterion of the start, the first contact
    would also call off the path of the decision, since a record that leaves the criteria loses its waiting paths [K].
    """
    lifecycle = compilation.model.lifecycle
    handoff = lifecycle.handoffs.get(workflow.settings.handoff or "") if lifecycle else None
    if lifecycle is None or handoff is None or not handoff.clock_field:
        return
    condition = waits_for(compilation, workflow, handoff)
    if condition is None:
        return
    if not handoff.sla.keys() & handoff.met_by.keys():
        return
    clock, scope = FieldRef(handoff.clock_field), compilation.saving(OBJECT)
    enrolled = enrollment(
        compilation,
        workflow,
        OBJECT,
        [Criterion("IsConverted", "EqualTo", False)],
        scope.path(clock),
        since_is_day=scope.type(clock) == "date",
        condition=without(condition, list(handoff.met_by.values())),
    )
    flow = Flow(workflow.label or "SLA breach", workflow.outcome or "", enrolled.on_change())
    flow.start["scheduledPaths"] = [
        _path(compilation, flow, lifecycle, handoff, what) for what in handoff.sla if what in handoff.met_by
    ]
    if _due_path(compilation, handoff):
        flow.start["connector"] = {"targetReference": _deadline(compilation, flow, handoff)}
    yield flow, enrolled


def _due_path(compilation: Compilation, handoff: Handoff) -> str | None:
    """The field that holds the first deadline, where the model has one that knows the time of day."""
    scope = compilation.saving(OBJECT)
    reference = FieldRef(handoff.due_field) if handoff.due_field else None
    return scope.path(reference) if reference and scope.type(reference) == "datetime" else None


def _deadline(compilation: Compilation, flow: Flow, handoff: Handoff) -> str:
    """At the start: a deadline that is missing, or that belongs to an earlier round, is set for this round."""
    scope, path = compilation.saving(OBJECT), _due_path(compilation, handoff) or ""
    clock = scope.path(FieldRef(handoff.clock_field or ""))
    within = next(iter(handoff.sla.values()))
    due = flow.formula("Sla_Due", "DateTime", due_at(compilation.model, within, scope.in_flow))
    live, since = f"{{!$Record.{path}}}", f"{{!$Record.{clock}}}"
    earlier = [f"{live}<{since}"] if scope.type(FieldRef(handoff.clock_field or "")) == "datetime" else []
    stale = flow.formula("Has_No_Deadline", "Boolean", either([f"ISBLANK({live})", *earlier]))
    values: dict[str, Value] = {path: due}
    if handoff.breached_field:
        values[scope.path(FieldRef(handoff.breached_field))] = False
    flow.update("Set_Deadline", values)
    return flow.decide("Check_Deadline", [("Deadline_Is_Missing", [holds(stale)], "Set_Deadline")], None)


def _path(compilation: Compilation, flow: Flow, lifecycle: Lifecycle, handoff: Handoff, what: str) -> Node:
    missed = flow.formula(f"Missed_{what}", "Boolean", _missed(compilation, lifecycle, handoff, what))
    told = _told(compilation, flow, handoff, what)
    flow.decide(f"Check_{what}", [(f"{title(what)}_Missed", [holds(missed)], told)], None)
    return {
        "name": f"After_{what}",
        "label": f"{_words(what)}: {handoff.sla[what]}",
        **_when(compilation, handoff, what),
        "connector": {"targetReference": f"Check_{what}"},
    }


def _when(compilation: Compilation, handoff: Handoff, what: str) -> Node:
    """The first deadline at the moment in its field; another one so long after the clock started."""
    due, scope = _due_path(compilation, handoff), compilation.saving(OBJECT)
    if due and what == next(iter(handoff.sla)):
        return {"offsetNumber": 0, "offsetUnit": "Hours", "timeSource": "RecordField", "recordField": due}
    number, unit = _offset(handoff.sla[what])
    clock = FieldRef(handoff.clock_field or "")
    if scope.type(clock) == "datetime":
        source = {"timeSource": "RecordField", "recordField": scope.path(clock)}
    else:
        source = {"timeSource": "RecordTriggerEvent"}
    return {"offsetNumber": number, "offsetUnit": unit, **source}


def _offset(within: Duration) -> tuple[int, str]:
    return (within.minutes // 60, "Hours") if within.minutes % 60 == 0 else (within.minutes, "Minutes")


def _missed(compilation: Compilation, lifecycle: Lifecycle, handoff: Handoff, what: str) -> str:
    """Still in the stage of the handoff, and not done since the clock started."""
    scope = compilation.saving(OBJECT).in_flow
    met, clock = FieldRef(handoff.met_by[what]), FieldRef(handoff.clock_field or "")
    undone = [f"ISBLANK({scope.path(met)})"]
    if scope.type(met) == scope.type(clock):
        undone.append(f"{scope.path(met)}<{scope.path(clock)}")
    tests = [either(undone)]
    if lifecycle.field and handoff.from_stage:
        stage = quoted(stage_value(compilation.model, handoff.from_stage))
        tests.append(f"ISPICKVAL({scope.path(FieldRef(lifecycle.field))},{stage})")
    return both(tests)


def _told(compilation: Compilation, flow: Flow, handoff: Handoff, what: str) -> str | None:
    """Marks the record, then gives whom the handoff escalates to a task and an e-mail."""
    mail = _escalation(compilation, flow, handoff, what)
    if handoff.breached_field is None:
        return mail
    path = compilation.saving(OBJECT).path(FieldRef(handoff.breached_field))
    return flow.update(f"Mark_{what}", {path: True}, mail)


def _escalation(compilation: Compilation, flow: Flow, handoff: Handoff, what: str) -> str | None:
    person = _escalates_to(compilation, handoff)
    if person is None:
        return None
    found = f"Find_{title(person)}_{what}"
    subject = f"SLA missed: {_words(what).lower()} within {handoff.sla[what]}"
    values: dict[str, Value] = {
        "Subject": subject,
        "WhoId": Ref("$Record.Id"),
        "OwnerId": Ref(f"{found}.Id"),
        "ActivityDate": Ref("$Flow.CurrentDate"),
        "Priority": "High",
        "Status": "Not Started",
    }
    body = f"{{!$Record.Name}}, {{!$Record.Company}}: {handoff.on_breach or subject}."
    mail = flow.mail(f"Mail_{what}", Ref(f"{found}.Email"), f"{subject}: {{!$Record.Name}}", body)
    flow.create(f"Create_Task_{what}", "Task", values, mail)
    return find_person(compilation, flow, person, f"Create_Task_{what}", f"_{what}")


def _escalates_to(compilation: Compilation, handoff: Handoff) -> str | None:
    """The manager of the team that was late, or who is accountable for the handoff."""
    team = compilation.model.people.teams.get(handoff.to_team or "")
    manager = team.manager if team and handoff.escalates_to == "manager" else None
    return manager or handoff.accountable


def _words(key: str) -> str:
    return key.replace("_", " ").capitalize()
