"""A close-date push needs a reason."""

from __future__ import annotations

from revops_policies.examples import pipeline_model
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds pipelines in which the close date can move without a word."""
    for key, pipeline in subject.model.pipelines.items():
        if pipeline.hygiene.push_reason_field is None:
            yield broken(
                f"pipelines.{key}",
                "the close date can be pushed without a reason",
                f"add pipelines.{key}.hygiene.push_reason_field",
            )


RULE = Rule(
    title="A close-date push needs a reason",
    why="silent pushes hide a slipping forecast",
    applies_to="pipelines.*.hygiene",
    check=check,
    passing=pipeline_model("hygiene: {push_reason_field: deal.push_reason}"),
    failing=pipeline_model("hygiene: {stale_after_multiple: 2}"),
)
