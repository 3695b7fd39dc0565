"""Stage probabilities rise along a pipeline; closed won is 1 and closed lost is 0."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.diagnostics import Diagnostic
from revops_iac.model.pipelines import DealStage
from revops_policies.examples import pipeline_model
from revops_policies.rule import Parameters, Rule, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Iterator[Diagnostic]:
    """Finds a stage less likely than the one before it, and closed stages with a probability in between."""
    for key, pipeline in subject.model.pipelines.items():
        before = 0.0
        for name, stage in pipeline.stages.items():
            yield from _wrong(f"pipelines.{key}.stages.{name}.probability", stage, before)
            before = before if stage.closed else stage.probability


def _wrong(where: str, stage: DealStage, before: float) -> Iterator[Diagnostic]:
    closed = {"won": 1.0, "lost": 0.0}
    if stage.closed is not None and stage.probability != closed[stage.closed]:
        message = f"a stage that is closed {stage.closed} has probability {stage.probability}"
        yield broken(where, message, f"probability: {closed[stage.closed]:g}")
    elif stage.closed is None and stage.probability < before:
        yield broken(where, f"{stage.probability} is below {before} before it", "order the stages as deals move")


RULE = Rule(
    title="Stage probabilities rise",
    why="a weighted pipeline that falls on progress forecasts the wrong way",
    applies_to="pipelines.*.stages",
    check=check,
    severity="medium",
    passing=pipeline_model("stages: {a: {label: A, probability: 0.1}, b: {label: B, probability: 0.4}}"),
    failing=pipeline_model("stages: {a: {label: A, probability: 0.4}, b: {label: B, probability: 0.1}}"),
)
