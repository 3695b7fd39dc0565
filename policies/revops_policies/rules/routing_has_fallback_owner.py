"""Every routing has a fallback owner."""

from __future__ import annotations

from revops_policies.examples import routing_model
from revops_policies.rule import Parameters, Rule, Violations, broken, broken_by
from revops_policies.subject import Resource, Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds routing without a fallback, an empty queue, and compiled rules whose last entry has criteria."""
    model = subject.model
    for key, routing in model.routing.items():
        if routing.fallback is None or not (routing.fallback.queue or routing.fallback.owner):
            yield broken(
                f"routing.{key}",
                "there is no fallback owner",
                f"add routing.{key}.fallback with a queue or an owner",
            )
    if not model.routing and any(subject.of_kind("salesforce", "AssignmentRules")):
        yield broken("routing", "there are assignment rules, but no routing is defined", "define it under routing")
    for rules in subject.of_kind("salesforce", "AssignmentRules"):
        yield from _open_end(rules)


def _open_end(rules: Resource) -> Violations:
    entries = rules.inputs.get("entries") or []
    if not entries:
        yield broken_by(rules, "it has no entries", "add at least an entry without criteria for the fallback")
    elif entries[-1].get("formula") or entries[-1].get("criteria"):
        yield broken_by(
            rules,
            "the last entry has criteria, so leads that match none stay unassigned",
            "end with an entry without criteria that assigns to the fallback queue",
        )


RULE = Rule(
    title="Every routing has a fallback owner",
    why="unassigned leads go cold",
    applies_to="routing.*.fallback, Salesforce assignment rules",
    check=check,
    severity="critical",
    passing=routing_model("fallback: {queue: unassigned}"),
    failing=routing_model("rules: {all: {method: round_robin, assign: {team: sdr}}}"),
)
