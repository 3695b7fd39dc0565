"""Required fields block a deal's stage advance."""

from __future__ import annotations

from revops_policies.examples import pipeline_model
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds stages that ask for nothing, and a Salesforce pipeline whose fields nothing there blocks on."""
    for key, pipeline in subject.model.pipelines.items():
        for name, stage in pipeline.stages.items():
            if not stage.required_fields:
                yield broken(
                    f"pipelines.{key}.stages.{name}",
                    "it requires no field",
                    "add required_fields: what must be known before a deal may enter it",
                )
        if pipeline.runs_on == "salesforce" and pipeline.stages and _has_fields(subject) and not _blocks(subject):
            yield broken(
                f"pipelines.{key}",
                "it runs on Salesforce, but no active validation rule on Opportunity blocks an advance",
                "keep the compiled validation rules active",
            )


def _has_fields(subject: Subject) -> bool:
    return any(subject.of_kind("salesforce", "CustomField"))


def _blocks(subject: Subject) -> bool:
    rules = subject.of_kind("salesforce", "ValidationRule")
    return any(rule.inputs.get("active") and rule.inputs.get("object") == "Opportunity" for rule in rules)


RULE = Rule(
    title="Required fields block the stage advance",
    why="the forecast is only as accurate as its fields",
    applies_to="pipelines.*.stages, Salesforce validation rules on Opportunity",
    check=check,
    passing=pipeline_model(
        "stages: {won: {label: Won, probability: 1, closed: won, required_fields: [deal.pain_points]}}"
    ),
    failing=pipeline_model("stages: {won: {label: Won, probability: 1, closed: won}}"),
)
