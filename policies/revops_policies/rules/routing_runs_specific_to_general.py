"""Routing rules run from most specific to most general."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.diagnostics import Diagnostic
from revops_iac.model.routing import Routing, RoutingRule
from revops_policies.examples import routing_model
from revops_policies.rule import Parameters, Rule, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Iterator[Diagnostic]:
    """Finds a rule that stands after a more general one and could only get what that one leaves."""
    for key, routing in subject.model.routing.items():
        yield from _out_of_order(key, routing)


def _out_of_order(key: str, routing: Routing) -> Iterator[Diagnostic]:
    before: tuple[str, RoutingRule] | None = None
    for name, rule in routing.rules.items():
        if before is not None and _fields(before[1]) < _fields(rule):
            yield broken(
                f"routing.{key}.rules.{name}",
                f'it looks at more than "{before[0]}" before it, so it may never get a lead',
                f'move "{name}" above "{before[0]}"',
            )
        before = (name, rule)


def _fields(rule: RoutingRule) -> frozenset[str]:
    """The fields a rule looks at: fewer of the same fields means more general."""
    return frozenset(str(field) for field in rule.when.fields()) if rule.when is not None else frozenset()


CATCH_ALL = "general: {method: round_robin, assign: {team: sdr}}"
NARROW = "uk: {method: territory, when: 'contact.country = UK', assign: {team: sdr}}"
RULE = Rule(
    title="Routing runs from most specific to most general",
    why="a general rule first takes what the specific ones were made for",
    applies_to="routing.*.rules",
    check=check,
    passing=routing_model(f"rules: {{{NARROW}, {CATCH_ALL}}}", "fallback: {queue: unassigned}"),
    failing=routing_model(f"rules: {{{CATCH_ALL}, {NARROW}}}", "fallback: {queue: unassigned}"),
)
