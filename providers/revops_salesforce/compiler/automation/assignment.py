"""Routing inside a flow: the same rules in the same order as at creation, as a decision that sets the owner."""

from __future__ import annotations

from collections.abc import Sequence

from revops_iac.model.rotation import Shift
from revops_iac.model.routing import Routing, RoutingRule
from revops_salesforce.compiler.routing import OBJECT, TURN_FIELD, present, rule_formula, sharing
from revops_salesforce.compiler.terms.compilation import Compilation
from revops_salesforce.compiler.terms.conditions import Scope, both, day, quoted
from revops_salesforce.compiler.terms.flows import Flow, Ref, Value, found, holds
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
    rules = []
    for rule_key, rule in routing.rules.items():
        scope = Scope(compilation.model, OBJECT).in_flow
        test = both([rule_formula(compilation, routing, rule, scope), present(sharing(compilation, rule.assign))])
        when = flow.formula(f"When_{rule_key}", "Boolean", test)
        rules.append((f"Rule_{rule_key}", [holds(when)], _choose(compilation, flow, rule_key, rule, chosen)))
    flow.decide("Route", rules, _fallback(compilation, flow, routing, chosen))
    flow.decide(chosen, [("Goes_To_A_Queue", [found(QUEUE)], FIND_QUEUE)], FIND_OWNER)
    flow.find(FIND_QUEUE, "Group", {"Type": "Queue", "DeveloperName": QUEUE}, "Give_To_Queue")
    flow.update("Give_To_Queue", {"OwnerId": Ref(f"{FIND_QUEUE}.Id"), **values}, then_in_queue)
    flow.find(FIND_OWNER, "User", {"Username": USERNAME, "IsActive": True}, "Give_To_Owner")
    flow.update("Give_To_Owner", {"OwnerId": OWNER, **values}, then)
    return "Route"


def _choose(compilation: Compilation, flow: Flow, key: str, rule: RoutingRule, then: str) -> str:
    people = compilation.model.people
    if rule.assign.queue:
        name = developer_name(compilation.model, rule.assign.queue, people.queues[rule.assign.queue])
        flow.queues.append(name)
        return flow.assign(f"To_{key}", {QUEUE: name}, then)
    upcoming = [shift for shift in sharing(compilation, rule.assign) if shift.shares] or [Shift(None, ())]
    if rule.assign.person and len(upcoming) == 1:
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
