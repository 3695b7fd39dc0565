"""Paths: along the stages of a pipeline, what a deal needs there and when it may leave."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.model.condition import FieldRef
from revops_iac.model.pipelines import DealStage
from revops_iac.provider.declaration import Declaration
from revops_salesforce.compiler.pipelines import OBJECT, STAGE
from revops_salesforce.compiler.record_types import staged
from revops_salesforce.compiler.terms.compilation import Compilation, derived
from revops_salesforce.compiler.terms.names import deal_stage_value, developer_name
from revops_salesforce.compiler.validation_rules import reachable
from revops_salesforce.inputs import PathAssistantInputs, PathStep
from revops_salesforce.kinds.path_assistant import MAX_FIELDS, MAX_INFO


def paths(compilation: Compilation) -> Iterator[Declaration]:
    """One path per pipeline, for the deals of its record type."""
    for key, pipeline in staged(compilation):
        if pipeline.record_type is not None and not pipeline.record_type.path:
            continue
        name = developer_name(compilation.model, key, pipeline)
        steps: dict[str, PathStep] = {}
        for stage_key, stage in pipeline.stages.items():
            value = deal_stage_value(compilation.model, key, stage_key)
            steps.setdefault(value, _step(compilation, value, stage))
        inputs: PathAssistantInputs = {
            "name": f"{OBJECT}_{name}",
            "label": pipeline.label,
            "object": OBJECT,
            "field": STAGE,
            "record_type": name,
            "steps": list(steps.values()),
        }
        earlier = tuple(f"{OBJECT}.{old}" for old in pipeline.was)
        yield derived("PathAssistant", f"{OBJECT}.{key}", ("pipelines", key), inputs, earlier, adopt=pipeline.adopt)


def _step(compilation: Compilation, value: str, stage: DealStage) -> PathStep:
    """The first required fields, since a step has room for five, and the criteria as guidance."""
    scope = compilation.saving(OBJECT)
    fields = [scope.path(one) for one in reachable(scope, [FieldRef(one) for one in stage.required_fields])]
    own = [field for field in dict.fromkeys(fields) if "." not in field][:MAX_FIELDS]
    step = PathStep(value=value, fields=own)
    return {**step, "info": info} if (info := _info(stage)) else step


def _info(stage: DealStage) -> str:
    message = [f"Enter when: {stage.entry}." if stage.entry else "", f"Leave when: {stage.exit}." if stage.exit else ""]
    return " ".join(part for part in message if part)[:MAX_INFO]
