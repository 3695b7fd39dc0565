"""Each routing rule can get a lead: rules run from most specific to most general."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import combinations
from typing import Any

from revops_iac.model import Model
from revops_iac.model.condition import Condition
from revops_iac.model.condition.implication import Record, Verdict, can_fire
from revops_iac.model.routing import Routing, RoutingRule
from revops_policies.examples import routing_model
from revops_policies.rule import Parameters, Rule, Violations, broken, broken_by
from revops_policies.subject import Subject

MOST_SELECTED = 2
MOST_ACCOUNTS = 20


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds a rule that never gets a lead, because the rules before it take everything that it asks for."""
    decide = partial(can_fire, values=_values(subject.model), moments=_moments(subject.model))
    for key, routing in subject.model.routing.items():
        yield from _never_reached(key, routing, decide)
    for rules in subject.of_kind("salesforce", "AssignmentRules"):
        entries = rules.inputs.get("entries") or []
        takes_all = [at for at, one in enumerate(entries, 1) if not (one.get("formula") or one.get("criteria"))]
        if takes_all and takes_all[0] < len(entries):
            first = takes_all[0]
            message = f"entry {first} has no criteria, so entries after it never get a record"
            yield broken_by(rules, message, f"move entry {first} to the end")


def _never_reached(key: str, routing: Routing, decide: Callable[..., Verdict]) -> Violations:
    before: dict[str, Condition | None] = {}
    for name, rule in routing.rules.items():
        verdict = decide(when_of(rule), list(before.values()))
        if verdict.fires is False:
            takers = [other for other, when in before.items() if decide(when_of(rule), [when]).fires is False]
            yield broken(
                f"routing.{key}.rules.{name}",
                _message(when_of(rule), takers or list(before), verdict.shadowed),
                f'move "{name}" above "{(takers or list(before))[0]}"' if before else "correct its condition",
            )
        before[name] = when_of(rule)


def when_of(rule: RoutingRule) -> Condition | None:
    """What a rule asks for, with a few of its named accounts in the place of thousands."""
    if rule.accounts is None or rule.accounts.rows.count("\n") < MOST_ACCOUNTS:
        return rule.condition
    few = rule.accounts.model_copy(update={"rows": "\n".join(rule.accounts.rows.splitlines()[:MOST_ACCOUNTS])})
    return rule.model_copy(update={"accounts": few}).condition


def _message(when: Condition | None, takers: Sequence[str], shadowed: Record | None) -> str:
    if shadowed is None:
        return "no record meets its condition"
    taken = " or ".join(f'"{taker}"' for taker in takers)
    shown = ", ".join(f"{field} = {value}" for field, value in shadowed.items() if value is not None)
    example = f": a lead with {shown} goes there" if when is not None and shown else ""
    return f"it never gets a lead, because {taken} before it takes all of them{example}"


def _moments(model: Model) -> frozenset[str]:
    """The fields that hold a time of day, of which two may lie on one day."""
    return frozenset(str(reference) for reference, field in model.fields() if field.type == "datetime")


def _values(model: Model) -> dict[str, Sequence[Any]]:
    """What a field can hold, where the model lists it: the options of picklists, yes and no."""
    found: dict[str, Sequence[Any]] = {}
    for reference, field in model.fields():
        if field.type == "checkbox":
            found[str(reference)] = (True, False)
        elif options := tuple(model.options(reference)):
            found[str(reference)] = tuple(_selections(options)) if field.type == "multi_picklist" else options
    return found


def _selections(options: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Some options and all: a condition asks whether one of its literals is selected."""
    yield options
    for size in range(1, MOST_SELECTED + 1):
        yield from combinations(options, size)


CATCH_ALL = "general: {method: round_robin, assign: {team: sdr}}"
NARROW = "uk: {method: territory, when: 'contact.country = UK', assign: {team: sdr}}"
RULE = Rule(
    title="Routing runs from most specific to most general",
    why="a general rule that comes first takes the leads meant for specific ones",
    applies_to="routing.*.rules, Salesforce assignment rules",
    check=check,
    passing=routing_model(f"rules: {{{NARROW}, {CATCH_ALL}}}", "fallback: {queue: unassigned}"),
    failing=routing_model(f"rules: {{{CATCH_ALL}, {NARROW}}}", "fallback: {queue: unassigned}"),
)
