"""No signal is counted twice: neither one source of engagement, nor one condition of fit."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from revops_iac.diagnostics import Diagnostic
from revops_iac.model.scoring import Scoring
from revops_iac.systems import system_named
from revops_policies.examples import scoring_model
from revops_policies.rule import Parameters, Rule, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Iterator[Diagnostic]:
    """Finds signals of one scoring model that look at the same thing."""
    for key, scoring in subject.model.scoring.items():
        seen: dict[Hashable, str] = {}
        for what, signal, text in _counted(scoring):
            where = f"scoring.{key}.{signal}"
            first = seen.setdefault(what, where)
            if first != where:
                message = f"{text} already counts in {first.rpartition('.')[2]}"
                yield broken(where, message, "keep one of the two signals, with the points of both")


def _counted(scoring: Scoring) -> Iterator[tuple[Hashable, str, str]]:
    """What a signal looks at, the signal, and how people write what it looks at."""
    for name, engagement in scoring.engagement.items():
        for system, source in engagement.sources.items():
            for type_, value in source.items():
                yield (system, type_, value), f"engagement.{name}", f'{type_} "{value}" on {system_named(system).label}'
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
