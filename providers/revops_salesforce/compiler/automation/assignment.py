"""Routing inside a flow: the same rules in the same order as at creation, as a decision that sets the owner."""

from __future__ import annotations

from collections.abc import Sequence

from salesforce_formula.parser import MAX_LENGTH

from revops_iac.model.condition import Condition
from revops_iac.model.people import Assignee
from revops_iac.model.routing import Routing
from revops_iac.model.routing.rotation import Shift
from revops_salesforce.compiler.routing import OBJECT, ROOMY, TURN_FIELD, present, rule_formula, sharing
from revops_salesforce.compiler.terms.compilation import Compilation
from revops_salesforce.compiler.terms.conditions import Scope, both, day, quoted
from revops_salesforce.compiler.terms.flows import Flow, Ref, Value, found, holds
from revops_salesforce.compiler.terms.halves import halves
from revops_salesforce.compiler.terms.names import SYSTEM, developer_name, title

USERNAME, QUEUE = Ref("Owner_Username"), Ref("Queue_Name")
FIND_OWNER, FIND_QUEUE = "Find_Owner", "Find_Queue"
OWNER = Ref(f"{FIND_OWNER}.Id")


def route(
    compilation: Compilation,
    flow: Flow,
    key: str,
    *,
    values: dict[str, Value],
    then: str | None = None,
    then_in_queue: str | None = None,
) -> str:
    """Adds the elements that give the record an owner and write `values`; returns the first. Raises Unreachable.

    `then` follows where a person owns it, `then_in_queue` where a queue does.
    """
    routing = compilation.model.routing[key]
    flow.variable(USERNAME)
    flow.variable(QUEUE)
    chosen = "Is_It_A_Queue"
    scope = Scope(compilation.model, OBJECT).in_flow
    rules = []
    for rule_key, rule in routing.rules.items():
        for place, (when, assign) in enumerate(rule.takers(), 1):
            name = rule_key if place == len(rule.takers()) else f"{rule_key}_{place}"
            tests = {
                name if part == 1 else f"{name}_Part_{part}": test
                for part, test in enumerate(_tests(compilation, routing, when, assign, scope), 1)
            }
            met = {part: holds(flow.formula(f"When_{part}", "Boolean", test)) for part, test in tests.items()}
            target = _choose(compilation, flow, name, assign, chosen)
            rules += [(f"Rule_{part}", [one], target) for part, one in met.items()]
    flow.decide("Route", rules, _fallback(compilation, flow, routing, chosen))
    flow.decide(chosen, [("Goes_To_A_Queue", [found(QUEUE)], FIND_QUEUE)], FIND_OWNER)
    flow.find(FIND_QUEUE, "Group", {"Type": "Queue", "DeveloperName": QUEUE}, "Give_To_Queue")
    flow.update("Give_To_Queue", {"OwnerId": Ref(f"{FIND_QUEUE}.Id"), **values}, then_in_queue)
    flow.find(FIND_OWNER, "User", {"Username": USERNAME, "IsActive": True}, "Give_To_Owner")
    flow.update("Give_To_Owner", {"OwnerId": OWNER, **values}, then)
    return "Route"


def _tests(
    compilation: Compilation,
    routing: Routing,
    when: Condition | None,
    assign: Assignee,
    scope: Scope,
    most: int = MAX_LENGTH,
) -> list[str]:
    """The formulas of which one is true of each lead that somebody gets; several where it is too long for one."""
    test = both([rule_formula(compilation, routing, when, scope), present(sharing(compilation, assign))])
    parts = halves(when) if len(test) > most else None
    if parts is None:
        return [test]
    return [one for part in parts for one in _tests(compilation, routing, part, assign, scope, ROOMY)]


def _choose(compilation: Compilation, flow: Flow, key: str, assign: Assignee, then: str) -> str:
    people = compilation.model.people
    if assign.queue:
        name = developer_name(compilation.model, assign.queue, people.queues[assign.queue])
        flow.queues.append(name)
        return flow.assign(f"To_{key}", {QUEUE: name}, then)
    upcoming = [shift for shift in sharing(compilation, assign) if shift.shares] or [Shift(None, ())]
    if assign.person and len(upcoming) == 1:
        return flow.assign(f"To_{key}", {USERNAME: upcoming[0].shares[0][0]}, then)
    turn = flow.formula(f"Turn_{key}", "String", _turns(compilation, upcoming))
    return flow.assign(f"To_{key}", {USERNAME: turn}, then)


def _turns(compilation: Compilation, upcoming: Sequence[Shift]) -> str:
    """The member whose turn it is, by the shift of the day."""
    (first, *rest) = upcoming
    turn = _turn(compilation, first)
    if not rest or first.until is None:
        return turn
    return f"IF(TODAY()<{day(first.until)},{turn},{_turns(compilation, rest)})"


def _turn(compilation: Compilation, shift: Shift) -> str:
    """The member whose turn it is in a shift; the last one where the record has no number."""
    if len(shift.shares) < 2:
        return quoted(shift.shares[0][0] if shift.shares else "")
    field = f"{{!$Record.{compilation.prefix}{TURN_FIELD}}}"
    number, last = f"MOD(VALUE({field}),{shift.total})", quoted(shift.shares[-1][0])
    if shift.is_even:
        pairs = ",".join(f"{place},{quoted(name)}" for place, (name, _) in enumerate(shift.shares[:-1]))
        return f"IF(ISBLANK({field}),{last},CASE({number},{pairs},{last}))"
    turn, below = last, shift.total
    for (_, after), (name, _) in zip(reversed(shift.shares), reversed(shift.shares[:-1]), strict=False):
        below -= after
        turn = f"IF({number}<{below},{quoted(name)},{turn})"
    return f"IF(ISBLANK({field}),{last},{turn})"


def _fallback(compilation: Compilation, flow: Flow, routing: Routing, then: str) -> str | None:
    people, fallback = compilation.model.people, routing.fallback
    if fallback and fallback.queue:
        name = developer_name(compilation.model, fallback.queue, people.queues[fallback.queue])
        flow.queues.append(name)
        return flow.assign("To_Fallback", {QUEUE: name}, then)
    if fallback and fallback.owner:
        return flow.assign("To_Fallback", {USERNAME: people.identity(fallback.owner, SYSTEM)}, then)
    return None


def find_person(compilation: Compilation, flow: Flow, person: str, then: str | None, what: str = "") -> str:
    """Looks a person up by username; the record found is `Find_<Person>`."""
    username = compilation.model.people.identity(person, SYSTEM)
    return flow.find(f"Find_{title(person)}{what}", "User", {"Username": username, "IsActive": True}, then)
