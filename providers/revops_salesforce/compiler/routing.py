"""Routing at creation: one assignment rule for leads, and the queues that hold them.

Salesforce has no rotation in assignment rules. Members of a team take turns by an auto-number: the remainder of its
division by their count picks one. Shares are even over many leads, but it is no strict turn within one rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, Literal

from salesforce_formula.parser import MAX_LENGTH

from revops_iac.model.condition import Compare, Condition, Op
from revops_iac.model.people import Assignee
from revops_iac.model.routing import Routing, RoutingRule
from revops_iac.model.routing.rotation import Shift, absences, shifts_of
from revops_iac.provider.declaration import Declaration
from revops_salesforce.compiler.terms.compilation import Compilation, declaration, derived
from revops_salesforce.compiler.terms.conditions import Scope, both, day, either, formula
from revops_salesforce.compiler.terms.criteria import criteria_of
from revops_salesforce.compiler.terms.halves import halves
from revops_salesforce.compiler.terms.names import SYSTEM, developer_name
from revops_salesforce.compiler.terms.scoring import TooLong, runs_here
from revops_salesforce.inputs import AssignmentRulesInputs, CustomFieldInputs, Entry, QueueInputs

OBJECT: Final = "Lead"
TURN_FIELD = "Routing_Number__c"
QUEUED = {"lead": "Lead", "contact": "Lead"}
"""What a queue can own of the model's objects: a person waits in a queue as a Lead, a Contact cannot [K]."""
ROOMY = MAX_LENGTH * 3 // 4
"""Characters of a formula that was split, with room for what is added later."""


def queues(compilation: Compilation) -> Iterator[Declaration]:
    """The queues, with their members by username."""
    model = compilation.model
    for key, queue in model.people.queues.items():
        objects = list(dict.fromkeys(QUEUED[one] for one in queue.objects or ["lead"] if one in QUEUED))
        if not objects:
            continue
        members = dict.fromkeys(model.people.identity(person, SYSTEM) for person in queue.members)
        inputs: QueueInputs = {
            "name": developer_name(model, key, queue),
            "label": queue.label,
            "objects": objects,
            "email": queue.email,
            "members": list(members),
        }
        pin = developer_name(model, queue.was[0]) if queue.was else None
        yield declaration("Queue", "{}", key, queue, ("people", "queues", key), inputs, pin)


def here(compilation: Compilation) -> dict[str, Routing]:
    """The routings that run on Salesforce."""
    return {key: one for key, one in compilation.model.routing.items() if runs_here(compilation.model, one.runs_on)}


def turns(compilation: Compilation) -> bool:
    """Whether any rule gives leads to the members of a team in turn."""
    rules = [rule for one in here(compilation).values() for rule in one.rules.values()]
    return any(rule.assign.team and any(shift.shares for shift in sharing(compilation, rule.assign)) for rule in rules)


def sharing(compilation: Compilation, assign: Assignee) -> tuple[Shift, ...]:
    """Who shares a rule's leads, shift by shift; empty where a queue holds them."""
    return () if assign.queue else shifts_of(compilation.model.people, assign, SYSTEM)


def turn_field(compilation: Compilation) -> Iterator[Declaration]:
    """The auto-number by which members of a team take turns."""
    if turns(compilation):
        inputs: CustomFieldInputs = {
            "object": OBJECT,
            "name": f"{compilation.prefix}{TURN_FIELD}",
            "label": "Routing number",
            "type": "AutoNumber",
            "display_format": "{0}",
            "description": "Counts leads, so that the members of a team take turns.",
        }
        yield derived("CustomField", f"{OBJECT}.routing_number", ("routing",), inputs)


def assignment_rules(compilation: Compilation) -> Iterator[Declaration]:
    """The rule for new leads: the entries of every routing in their order, then the fallback for all that is left."""
    routings = {key: one for key, one in here(compilation).items() if "created" in one.moments}
    if not routings:
        return
    replaced = next((one.replaces_active for one in routings.values() if one.replaces_active), None)
    given = (one.vendor_name_on(SYSTEM) for one in routings.values())
    inputs: AssignmentRulesInputs = {
        "object": OBJECT,
        "name": next(filter(None, given), f"{compilation.prefix}Revenue_Process"),
        "active": True,
        "entries": _in_order(compilation, routings),
        "replaces_active": replaced,
    }
    adopt = any(one.adopt for one in routings.values())
    yield derived("AssignmentRules", f"{OBJECT}.revenue_process", ("routing",), inputs, adopt=adopt)


def _in_order(compilation: Compilation, routings: Mapping[str, Routing]) -> list[Entry]:
    """The rules of each routing and its fallback for those whom it covers; at last a fallback for all that is left."""
    entries: list[Entry] = []
    last = next((found for one in routings.values() if (found := _fallback(compilation, one))), None)
    for key, one in routings.items():
        entries += _entries(compilation, key, one)
        with compilation.collecting(("routing", key, "applies_to")):
            covered = rule_formula(compilation, one, None, Scope(compilation.model, OBJECT, long_text=True))
            if found := _fallback(compilation, one):
                entries.append(found if covered == "TRUE" else {"formula": covered, **found})
            if found and covered == "TRUE":
                return entries
    if last and entries and entries[-1]["assigned_to"] == last["assigned_to"]:
        entries.pop()
    return [*entries, *([last] if last else [])]


def _entries(compilation: Compilation, key: str, routing: Routing) -> Iterator[Entry]:
    scope = Scope(compilation.model, OBJECT, long_text=True)
    for rule_key, rule in routing.rules.items():
        with compilation.collecting(("routing", key, "rules", rule_key)):
            if (by_criteria := _by_criteria(compilation, routing, rule, scope)) is not None:
                yield by_criteria
                continue
            for when, assign in rule.takers():
                yield from _taken(compilation, routing, when, assign, scope)


def _by_criteria(compilation: Compilation, routing: Routing, rule: RoutingRule, scope: Scope) -> Entry | None:
    """The entry of a rule that compares by criteria; None where it does not, or criteria cannot say it."""
    people, assign = compilation.model.people, rule.assign
    found = criteria_of(rule.when, scope) if rule.criteria and not rule.accounts and not routing.applies_to else None
    if not found or assign.team is not None or len(sharing(compilation, assign)) > 1:
        return None
    if assign.queue is not None:
        queue = developer_name(compilation.model, assign.queue, people.queues[assign.queue])
        return {"criteria": found, "assigned_to": queue, "assigned_to_type": "Queue"}
    return {
        "criteria": found,
        "assigned_to": people.identity(str(assign.person), SYSTEM),
        "assigned_to_type": "User",
    }


def _taken(
    compilation: Compilation,
    routing: Routing,
    when: Condition | None,
    assign: Assignee,
    scope: Scope,
    most: int = MAX_LENGTH,
) -> list[Entry]:
    """The entries of those who get the leads that meet a condition; a formula that is too long is halved."""
    entries = list(_assignees(compilation, assign, rule_formula(compilation, routing, when, scope)))
    longest = max((len(entry.get("formula") or "") for entry in entries), default=0)
    parts = halves(when) if longest > most else None
    if parts is not None:
        return [one for part in parts for one in _taken(compilation, routing, part, assign, scope, ROOMY)]
    if longest > MAX_LENGTH:
        raise TooLong(f"the formula has {longest:,} characters; the limit is {MAX_LENGTH:,}")
    return entries


def rule_formula(compilation: Compilation, routing: Routing, when: Condition | None, scope: Scope) -> str:
    """True for the leads of a routing that meet a condition; TRUE where that is all. Raises Unreachable."""
    parts = [formula(when, scope)] if when else []
    for key, values in routing.applies_to.items():
        reference = compilation.model.context.dimensions[key].field_on("contact")
        parts.append(formula(Compare(reference, Op.ANY_OF, tuple(values)), scope) if reference else "FALSE")
    return both(parts)


def _assignees(compilation: Compilation, assign: Assignee, test: str) -> Iterator[Entry]:
    people = compilation.model.people
    if assign.queue is not None:
        yield _entry(test, developer_name(compilation.model, assign.queue, people.queues[assign.queue]), "Queue")
        return
    upcoming = sharing(compilation, assign)
    for shift in upcoming:
        ends = f"TODAY()<{day(shift.until)}" if shift.until else "TRUE"
        yield from _in_turn(compilation, shift, both([test, present(upcoming), ends]))


def _in_turn(compilation: Compilation, shift: Shift, test: str) -> Iterator[Entry]:
    """One entry per member with its remainders; the last one takes what has no number."""
    number, below = f"VALUE({compilation.prefix}{TURN_FIELD})", 0
    for place, (username, weight) in enumerate(shift.shares):
        below += weight
        turn = f"={below - 1}" if weight == 1 else f"<{below}"
        parts = [test] if place == len(shift.shares) - 1 else [test, f"MOD({number},{shift.total}){turn}"]
        yield _entry(both(parts), username, "User")


def present(upcoming: Sequence[Shift]) -> str:
    """True on the days on which somebody takes the leads; TODAY() is the day of whoever saves the record [K]."""
    return both([_outside(start, until) for start, until in absences(upcoming)])


def _outside(start: date | None, until: date | None) -> str:
    return either([f"TODAY()<{day(start)}" if start else "FALSE", f"TODAY()>={day(until)}" if until else "FALSE"])


def _entry(test: str, assigned_to: str, kind: Literal["User", "Queue"]) -> Entry:
    condition = Entry() if test == "TRUE" else Entry(formula=test)
    return {**condition, "assigned_to": assigned_to, "assigned_to_type": kind}


def _fallback(compilation: Compilation, routing: Routing) -> Entry | None:
    """The last entry, without criteria: the fallback queue, or its owner where there is no queue."""
    people, fallback = compilation.model.people, routing.fallback
    if fallback and fallback.queue:
        name = developer_name(compilation.model, fallback.queue, people.queues[fallback.queue])
        return {"assigned_to": name, "assigned_to_type": "Queue"}
    if fallback and fallback.owner:
        return {"assigned_to": people.identity(fallback.owner, SYSTEM), "assigned_to_type": "User"}
    return None
