"""Routing inside a flow: the same rules in the same order as at creation, as a decision that sets the owner."""

from __future__ import annotations

from revops_iac.model.routing import Routing, RoutingRule
from revops_salesforce.compiler.routing import OBJECT, TURN_FIELD, members, rule_formula
from revops_salesforce.compiler.terms.compilation import Compilation
from revops_salesforce.compiler.terms.conditions import Scope, quoted
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
        when = flow.formula(f"When_{rule_key}", "Boolean", rule_formula(compilation, routing, rule, scope))
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
    if rule.assign.person:
        return flow.assign(f"To_{key}", {USERNAME: people.identity(rule.assign.person, SYSTEM)}, then)
    turn = flow.formula(f"Turn_{key}", "String", _turn(compilation, members(compilation, rule.assign)))
    return flow.assign(f"To_{key}", {USERNAME: turn}, then)


def _turn(compilation: Compilation, usernames: list[str]) -> str:
    """The member whose turn it is; the last one where the record has no number."""
    if len(usernames) < 2:
        return quoted(usernames[0] if usernames else "")
    field = f"{{!$Record.{compilation.prefix}{TURN_FIELD}}}"
    pairs = ",".join(f"{place},{quoted(name)}" for place, name in enumerate(usernames[:-1]))
    last = quoted(usernames[-1])
    return f"IF(ISBLANK({field}),{last},CASE(MOD(VALUE({field}),{len(usernames)}),{pairs},{last}))"


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
