"""Each MQL threshold can be reached, and not by everybody."""

from __future__ import annotations

from revops_iac.model.scoring import Scoring
from revops_policies.examples import scoring_model
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds thresholds above what the signals can add up to, and thresholds that a person without any signal meets."""
    for key, scoring in subject.model.scoring.items():
        at = scoring.thresholds
        fit, engagement = _most_fit(scoring), _most_engagement(scoring)
        for name, threshold, most in (
            ("fit", at.fit, fit),
            ("high_intent_fit", at.high_intent_fit, fit),
            ("engagement", at.engagement, engagement),
        ):
            if threshold is not None:
                yield from _judged(f"scoring.{key}.thresholds.{name}", threshold, most)


def _judged(where: str, threshold: float, most: float) -> Violations:
    if threshold > most:
        what = f"{threshold:g} is out of reach: at most {most:g} points can be scored"
        yield broken(where, what, f"lower it to {most:g} or less, or add signals")
    elif threshold <= 0:
        what = f"everybody meets {threshold:g}, even without a signal"
        yield broken(where, what, f"write a figure from 1 to {most:g}")


def _most_fit(scoring: Scoring) -> float:
    points = sum(max(0.0, *(band.points for band in signal.bands)) for signal in scoring.fit.values())
    return min(scoring.limits.fit[1], points)


def _most_engagement(scoring: Scoring) -> float:
    """Signals repeat, so one that adds points reaches the limit."""
    adds = any(signal.points > 0 for signal in scoring.engagement.values())
    return scoring.limits.engagement[1] if adds else 0.0


_SIGNALS = (
    "fit: {size: {bands: [{when: 'contact.employees >= 200', points: 60}]}}",
    "engagement: {demo: {points: 40}}",
)
RULE = Rule(
    title="Thresholds are within reach",
    why="a threshold that nobody reaches makes no MQLs, and one that everybody reaches makes only MQLs",
    applies_to="scoring.*.thresholds",
    check=check,
    passing=scoring_model(*_SIGNALS, "thresholds: {fit: 50, engagement: 40}"),
    failing=scoring_model(*_SIGNALS, "thresholds: {fit: 80, engagement: 0}"),
)
