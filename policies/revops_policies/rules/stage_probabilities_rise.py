"""Stage probabilities rise along a pipeline; closed won is 1 and closed lost is 0."""

from __future__ import annotations

from itertools import pairwise

from revops_iac.model.pipelines import DealStage
from revops_policies.examples import pipeline_model
from revops_policies.rule import Parameters, Rule, Violations, broken, broken_by
from revops_policies.subject import Subject

ORDER = "order the stages as deals move"


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds a stage less likely than the one before it, and closed stages with a probability in between."""
    for key, pipeline in subject.model.pipelines.items():
        before = 0.0
        for name, stage in pipeline.stages.items():
            yield from _wrong(f"pipelines.{key}.stages.{name}.probability", stage, before)
            before = before if stage.closed else stage.probability
    yield from _of_portal(subject)
    yield from _of_org(subject)


def _of_portal(subject: Subject) -> Violations:
    """Pipelines of deals outside the model, whose stages HubSpot closes at 0 and 1."""
    declared = {f"deals.{key}" for key in subject.model.pipelines}
    for item in subject.of_kind("hubspot", "Pipeline"):
        if item.inputs.get("object") == "deals" and item.name not in declared:
            stages = [one for one in item.inputs["stages"] if one.get("probability") not in (None, 0, 1)]
            for earlier, stage in pairwise(stages):
                before, probability = earlier["probability"], stage["probability"]
                if probability < before:
                    message = f'stage "{stage["label"]}": {probability} is below {before} before it'
                    yield broken_by(item, message, ORDER)


def _of_org(subject: Subject) -> Violations:
    """Closed stages outside the model; several pipelines share the list, so its order tells nothing."""
    declared = {stage.label for pipeline in subject.model.pipelines.values() for stage in pipeline.stages.values()}
    for item in subject.of_kind("salesforce", "StandardValueSet"):
        stages = item.inputs["values"] if item.inputs.get("name") == "OpportunityStage" else ()
        for stage in stages:
            end, right = ("won", 100) if stage.get("won") else ("lost", 0)
            if stage.get("closed") and stage.get("probability") != right and stage["label"] not in declared:
                message = f'stage "{stage["label"]}" is closed {end} and has probability {stage.get("probability")}'
                yield broken_by(item, message, f"probability: {right}")


def _wrong(where: str, stage: DealStage, before: float) -> Violations:
    closed = {"won": 1.0, "lost": 0.0}
    if stage.closed is not None and stage.probability != closed[stage.closed]:
        message = f"a stage that is closed {stage.closed} has probability {stage.probability}"
        yield broken(where, message, f"probability: {closed[stage.closed]:g}")
    elif stage.closed is None and stage.probability < before:
        yield broken(where, f"{stage.probability} is below {before} before it", ORDER)


RULE = Rule(
    title="Stage probabilities rise",
    why="a weighted pipeline that falls on progress forecasts the wrong way",
    applies_to="pipelines.*.stages, HubSpot deal pipelines, Salesforce opportunity stages",
    check=check,
    severity="medium",
    passing=pipeline_model("stages: {a: {label: A, probability: 0.1}, b: {label: B, probability: 0.4}}"),
    failing=pipeline_model("stages: {a: {label: A, probability: 0.4}, b: {label: B, probability: 0.1}}"),
)
