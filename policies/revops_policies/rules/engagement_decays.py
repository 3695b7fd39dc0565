"""Engagement decays."""

from __future__ import annotations

from revops_policies.examples import scoring_model
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds scoring models whose engagement never fades."""
    for key, scoring in subject.model.scoring.items():
        if scoring.engagement and (scoring.decay is None or scoring.decay.percent <= 0):
            yield broken(
                f"scoring.{key}",
                "engagement never decays",
                f"add scoring.{key}.decay, for instance {{after_days: 30, percent: 25, every_days: 30}}",
            )


SIGNAL = "engagement: {demo_request: {points: 40}}"
RULE = Rule(
    title="Engagement decays",
    why="stale models over-qualify",
    applies_to="scoring.*.decay",
    check=check,
    passing=scoring_model(SIGNAL, "decay: {after_days: 30, percent: 25, every_days: 30}"),
    failing=scoring_model(SIGNAL),
)
