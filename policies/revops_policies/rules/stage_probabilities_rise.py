"""Stage probabilities rise along a pipeline; closed won is 1 and closed lost is 0."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.model.pipelines import DealStage
from revops_policies.examples import pipeline_model
from revops_policies.rule import Finding, Parameters, Rule
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Iterator[Finding]:
    """Finds a stage less likely than the one before it, and closed stages with a probability in between."""
    for key, pipeline in subject.model.pipelines.items():
        before = 0.0
        for name, stage in pipeline.stages.items():
            if (message := _wrong(stage, before)) is not None:
                where = f"pipelines.{key}.stages.{name}.probability"
                yield Finding(where, f'pipeline "{key}", stage "{name}": {message[0]}', message[1])
            before = before if stage.closed else stage.probability


def _wrong(stage: DealStage, before: float) -> tuple[str, str] | None:
    closed = {"won": 1.0, "lost": 0.0}
    if stage.closed is not None and stage.probability != closed[stage.closed]:
        right = closed[stage.closed]
        return f"closed {stage.closed} has probability {stage.probability}", f"probability: {right:g}"
    if stage.closed is None and stage.probability < before:
        return f"probability {stage.probability} is below {before} before it", "order the stages as deals move"
    return None


RULE = Rule(
    title="Stage probabilities rise",
    why="a weighted pipeline that falls on progress forecasts the wrong way",
    applies_to="pipelines.*.stages",
    check=check,
    severity="medium",
    passing=pipeline_model("stages: {a: {label: A, probability: 0.1}, b: {label: B, probability: 0.4}}"),
    failing=pipeline_model("stages: {a: {label: A, probability: 0.4}, b: {label: B, probability: 0.1}}"),
)
