"""Every scoring model has negative signals."""

from __future__ import annotations

from revops_policies.examples import scoring_model
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds scoring models without a negative signal."""
    for key, scoring in subject.model.scoring.items():
        if not scoring.negative:
            yield broken(
                f"scoring.{key}",
                "there are no negative signals",
                f"add at least one under scoring.{key}.negative (competitor domain, student e-mail, job mismatch)",
            )


RULE = Rule(
    title="Every scoring model has negative signals",
    why="competitors and students otherwise become MQLs",
    applies_to="scoring",
    check=check,
    passing=scoring_model("negative: {student_email: {when: 'contact.email ends with any of [.edu]', points: -50}}"),
    failing=scoring_model("thresholds: {fit: 50, engagement: 40}"),
)
