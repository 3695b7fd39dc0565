"""The date of the next recalibration has not passed."""

from __future__ import annotations

from revops_policies.clock import today
from revops_policies.examples import scoring_model
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds scoring models whose recalibration is overdue."""
    now = today()
    for key, scoring in subject.model.scoring.items():
        if scoring.recalibration is not None and scoring.recalibration.next < now:
            what = f"recalibration was due on {scoring.recalibration.next}"
            fix = "check the thresholds against closed deals, then set the next date"
            yield broken(f"scoring.{key}.recalibration.next", what, fix)


RULE = Rule(
    title="Recalibration is not overdue",
    why="a model that is never rechecked over-qualifies leads",
    applies_to="scoring.*.recalibration.next",
    check=check,
    level="advisory",
    mandatory_when_changed="scoring",
    passing=scoring_model("recalibration: {every: quarterly, next: 9999-12-31}"),
    failing=scoring_model("recalibration: {every: quarterly, next: 2020-01-15}"),
)
