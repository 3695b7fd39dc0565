"""MQL needs fit and engagement; a threshold on one alone is rejected."""

from __future__ import annotations

from revops_policies.examples import scoring_model
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds scoring models with one threshold only, or whose high-intent path asks for no fit."""
    for key, scoring in subject.model.scoring.items():
        missing = [name for name in ("fit", "engagement") if not getattr(scoring.thresholds, name)]
        if missing:
            yield broken(
                f"scoring.{key}.thresholds",
                f"there is no threshold above 0 for {' and '.join(missing)}",
                "set thresholds.fit and thresholds.engagement: fit alone has no intent, engagement alone no budget",
            )
        if any(signal.high_intent for signal in scoring.engagement.values()) and not scoring.thresholds.high_intent_fit:
            yield broken(
                f"scoring.{key}.thresholds",
                "there are high-intent signals but no fit that they need",
                "set thresholds.high_intent_fit",
            )


RULE = Rule(
    title="MQL needs fit and engagement",
    why="fit alone has no intent, engagement alone has no budget",
    applies_to="scoring.*.thresholds",
    check=check,
    passing=scoring_model("thresholds: {fit: 50, engagement: 40}"),
    failing=scoring_model("thresholds: {engagement: 40}"),
)
