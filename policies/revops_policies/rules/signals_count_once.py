"""No signal is counted twice: neither one source of engagement, nor one condition of fit."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from itertools import combinations
from typing import Any

from revops_iac.model.condition import Compare, Condition
from revops_iac.model.scoring import FitSignal, Scoring
from revops_iac.systems import system_named
from revops_policies.examples import scoring_model
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds signals of one scoring model that look at the same thing."""
    for key, scoring in subject.model.scoring.items():
        seen: dict[Hashable, str] = {}
        for what, signal, text in _counted(scoring):
            where = f"scoring.{key}.{signal}"
            first = seen.setdefault(what, where)
            if first != where:
                message = f"{text} already counts in {first.rpartition('.')[2]}"
                yield broken(where, message, "keep one of the two signals, with the points of both")
        for (first, one), (second, other) in combinations(scoring.fit.items(), 2):
            both = next(_counted_twice(one, other), None)
            if both is not None:
                message = f"{both} counts here and in {first}"
                fix = "keep one of the two signals, with bands for both"
                yield broken(f"scoring.{key}.fit.{second}", message, fix)


def _counted_twice(one: FitSignal, other: FitSignal) -> Iterator[str]:
    """The values of a field for which both signals, which look at nothing else, give points."""
    bands = [[band.when for band in signal.bands] for signal in (one, other)]
    fields = {str(field) for whens in bands for when in whens for field in when.fields()}
    if len(fields) == 1 and {*map(str, bands[0])}.isdisjoint(map(str, bands[1])):
        (field,) = fields
        for value in sorted({value for whens in bands for when in whens for value in _values(when)}, key=str):
            record: Mapping[str, Any] = {field: value}
            if all(any(when.evaluate(record) for when in whens) for whens in bands):
                yield f"{field} = {value}"


def _values(when: Condition) -> Iterator[Any]:
    """What a condition compares with."""
    for part in when.comparisons():
        yield from part.values if isinstance(part, Compare) else ()
    yield True


def _counted(scoring: Scoring) -> Iterator[tuple[Hashable, str, str]]:
    """What a signal looks at, the signal, and how people write that. Once and three times are two things."""
    for name, engagement in scoring.engagement.items():
        for system, source in engagement.sources.items():
            for type_, value in source.items():
                what = (system, type_, value, engagement.times)
                yield what, f"engagement.{name}", f'{type_} "{value}" on {system_named(system).label}'
    for name, fit in scoring.fit.items():
        for band in fit.bands:
            yield ("fit", str(band.when)), f"fit.{name}", str(band.when)
    for name, negative in scoring.negative.items():
        yield ("negative", str(negative.when)), f"negative.{name}", str(negative.when)


_TWO = (
    "engagement: {demo: {points: 40, sources: {hubspot: {form: Demo}}}, "
    "talk: {points: 20, sources: {hubspot: {form: %s}}}}"
)
RULE = Rule(
    title="Signals count once",
    why="one action under two names makes a lead look twice as keen",
    applies_to="scoring.*.engagement, scoring.*.fit, scoring.*.negative",
    check=check,
    severity="medium",
    passing=scoring_model(_TWO % "Talk to sales"),
    failing=scoring_model(_TWO % "Demo"),
)
