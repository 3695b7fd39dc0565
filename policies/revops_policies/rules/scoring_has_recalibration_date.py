"""Every scoring model has a recalibration date: quarterly, monthly for high-volume product-led growth."""

from __future__ import annotations

from revops_policies.examples import scoring_model
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds scoring models without a date, or with one that comes round too slowly."""
    for key, scoring in subject.model.scoring.items():
        desired = "monthly" if scoring.high_volume else "quarterly"
        allowed = {"monthly"} if scoring.high_volume else {"monthly", "quarterly"}
        if scoring.recalibration is None:
            yield broken(
                f"scoring.{key}",
                "there is no recalibration date",
                f"add scoring.{key}.recalibration: {{every: {desired}, next: a date}}",
            )
        elif scoring.recalibration.every not in allowed:
            yield broken(
                f"scoring.{key}.recalibration.every",
                f"it is recalibrated {scoring.recalibration.every}, it must be {desired}",
                f"every: {desired}",
            )


RULE = Rule(
    title="Scoring models are recalibrated",
    why="stale models over-qualify",
    applies_to="scoring.*.recalibration",
    check=check,
    passing=scoring_model("recalibration: {every: quarterly, next: 2027-01-15}"),
    failing=scoring_model("high_volume: true", "recalibration: {every: quarterly, next: 2027-01-15}"),
)
