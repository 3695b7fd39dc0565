"""Thresholds are checked against closed-won history where there is history."""

from __future__ import annotations

from revops_policies.examples import scoring_model
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds models without evidence or a stated reason, and evidence below the parameters' figures."""
    for key, scoring in subject.model.scoring.items():
        evidence = scoring.calibration
        if evidence is None:
            yield broken(
                f"scoring.{key}",
                "its thresholds were not checked against closed-won history",
                f"add scoring.{key}.calibration with date, sample_size, precision, recall and data_hash; "
                "or no_history with the reason",
            )
            continue
        for name in ("precision", "recall", "sample_size"):
            value, least = getattr(evidence, name), parameters[f"least_{name}"]
            if value is not None and value < least:
                yield broken(
                    f"scoring.{key}.calibration.{name}",
                    f"{value} is below {least}",
                    "change the thresholds and calibrate again, or lower the rule's parameter knowingly",
                )


RULE = Rule(
    title="Thresholds are calibrated",
    why="uncalibrated thresholds are guesses",
    applies_to="scoring.*.calibration",
    check=check,
    severity="medium",
    parameters={"least_precision": 0.0, "least_recall": 0.0, "least_sample_size": 1},
    passing=scoring_model("calibration: {no_history: the first quarter of sales is still running}"),
    failing=scoring_model("thresholds: {fit: 50, engagement: 40}"),
)
