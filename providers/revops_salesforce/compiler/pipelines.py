"""Pipelines: the opportunity stages, and the rules that keep deals from skipping, advancing half empty, or sliding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from revops_iac.diagnostics import Diagnostic, model_error
from revops_iac.model.condition import Compare, FieldRef, Op
from revops_iac.model.entry import AppliesTo
from revops_iac.model.pipelines import DealStage, Pipeline
from revops_iac.provider.declaration import Declaration
from revops_salesforce.compiler.terms.compilation import Compilation, derived, derived_name, first_key
from revops_salesforce.compiler.terms.conditions import both, formula
from revops_salesforce.compiler.terms.names import deal_stage_value
from revops_salesforce.compiler.validation_rules import (
    any_blank,
    enters,
    in_words,
    is_one_of,
    labels,
    reachable,
    rule,
    skips,
)
from revops_salesforce.inputs import StandardValue, StandardValueSetInputs

OBJECT: Final = "Opportunity"
STAGE = "StageName"
Forecast = Literal["Omitted", "Pipeline", "BestCase", "Forecast", "Closed"]
FORECAST: Mapping[str, Forecast] = {
    "pipeline": "Pipeline",
    "best_case": "BestCase",
    "commit": "Forecast",
    "closed": "Closed",
    "omitted": "Omitted",
}
"""The model's words -> the vendor's; "Commit" on the screen is `Forecast` in the API [W]."""


def stages(compilation: Compilation) -> Iterator[Declaration]:
    """The stages of all pipelines in the organization's one list; stages of one name are one value."""
    values: dict[str, StandardValue] = {}
    for key, pipeline in compilation.model.pipelines.items():
        for stage_key, stage in pipeline.stages.items():
            name = deal_stage_value(compilation.model, key, stage_key)
            first = values.setdefault(name, _value(name, stage))
            if first["label"] != stage.label:
                compilation.diagnostics.append(_two_labels(key, stage_key, name, first["label"]))
    if values:
        inputs: StandardValueSetInputs = {"name": "OpportunityStage", "values": list(values.values())}
        adopt = any(_adopts(pipeline) for pipeline in compilation.model.pipelines.values())
        yield derived("StandardValueSet", "OpportunityStage", ("pipelines",), inputs, adopt=adopt)


def _two_labels(key: str, stage_key: str, name: str, label: str) -> Diagnostic:
    message = f'Salesforce shows the value "{name}" as "{label}", as another stage of this value says'
    fix = f"write label: {label}, or give the stage a vendor_name of its own"
    return model_error(("pipelines", key, "stages", stage_key, "label"), message, fix)


def _adopts(pipeline: Pipeline) -> bool:
    return pipeline.adopt or any(stage.adopt for stage in pipeline.stages.values())


def _value(name: str, stage: DealStage) -> StandardValue:
    return {
        "name": name,
        "label": stage.label,
        "probability": round(stage.probability * 100),
        "forecast_category": FORECAST[stage.forecast],
        "closed": stage.closed is not None,
        "won": stage.closed == "won",
    }


def validation_rules(compilation: Compilation) -> Iterator[Declaration]:
    """Per pipeline: required fields per stage, no skipping, and a reason when the close date moves later."""
    for key, pipeline in compilation.model.pipelines.items():
        with compilation.collecting(("pipelines", key, "applies_to")):
            covers = covered(compilation, pipeline.applies_to)
            for stage_key, stage in pipeline.stages.items():
                yield from _required_fields(compilation, key, pipeline, stage_key, stage, covers)
                yield from _required_when(compilation, key, pipeline, stage_key, stage, covers)
            yield from _no_skipping(compilation, key, pipeline, covers)
            yield from _close_date_push(compilation, key, pipeline, covers)


def covered(compilation: Compilation, applies_to: AppliesTo, *, in_flow: bool = False) -> str:
    """The `applies_to` filter on a deal as a formula; TRUE where it names nothing. Raises Unreachable."""
    parts, scope = [], compilation.saving(OBJECT)
    scope = scope.in_flow if in_flow else scope
    for key, values in applies_to.items():
        reference = compilation.model.context.dimensions[key].field_on("deal")
        compare = Compare(reference, Op.ANY_OF, tuple(values)) if reference else None
        parts.append(formula(compare, scope) if compare else "FALSE")
    return both(parts)


def is_stage(names: list[str]) -> str:
    """Is the deal in one of these stages?"""
    return is_one_of(STAGE, names)


def _required_fields(
    compilation: Compilation, key: str, pipeline: Pipeline, stage_key: str, stage: DealStage, covers: str
) -> Iterator[Declaration]:
    """What a stage requires stays required in the stages after it; a lost deal needs only what `lost` requires."""
    scope, origin = compilation.saving(OBJECT), ("pipelines", key, "stages", stage_key)
    needed = reachable(scope, [FieldRef(reference) for reference in stage.required_fields])
    if not needed:
        return
    asked_in = [deal_stage_value(compilation.model, key, one) for one in _from_here(pipeline, stage_key)]
    prefix = compilation.model.context.name_prefix
    with compilation.collecting(origin):
        yield rule(
            compilation,
            OBJECT,
            f"{key}_{stage_key}",
            derived_name(prefix + first_key(key, pipeline), first_key(stage_key, stage)),
            origin,
            [covers, enters(STAGE), is_stage(asked_in), any_blank(scope, needed)],
            f"{stage.label} needs: {labels(scope, needed)}.",
            beside=STAGE,
            was=_earlier(key, pipeline, stage_key, stage),
            adopt=pipeline.adopt or stage.adopt,
        )


def _required_when(
    compilation: Compilation, key: str, pipeline: Pipeline, stage_key: str, stage: DealStage, covers: str
) -> Iterator[Declaration]:
    """A rule for each field that the stage requires under a condition."""
    scope, prefix = compilation.saving(OBJECT), compilation.model.context.name_prefix
    asked_in = [deal_stage_value(compilation.model, key, one) for one in _from_here(pipeline, stage_key)]
    first = (prefix + first_key(key, pipeline), first_key(stage_key, stage))
    for reference in reachable(scope, map(FieldRef, stage.required_when)):
        when, origin = (
            stage.required_when[reference],
            ("pipelines", key, "stages", stage_key, "required_when", reference),
        )
        with compilation.collecting(origin):
            yield rule(
                compilation,
                OBJECT,
                f"{key}_{stage_key}_{reference.key}",
                derived_name(*first, reference.key),
                origin,
                [covers, enters(STAGE), is_stage(asked_in), formula(when, scope), any_blank(scope, [reference])],
                f"{stage.label} needs: {labels(scope, [reference])} (where {in_words(scope, when)}).",
                beside=STAGE,
                was=[f"{old}_{reference.key}" for old in _earlier(key, pipeline, stage_key, stage)],
                adopt=pipeline.adopt or stage.adopt,
            )


def _from_here(pipeline: Pipeline, stage_key: str) -> list[str]:
    """A stage and those after it on the way to a win; a closed stage stands alone."""
    keys = list(pipeline.stages)
    if pipeline.stages[stage_key].closed:
        return [stage_key]
    return [one for one in keys[keys.index(stage_key) :] if pipeline.stages[one].closed != "lost"]


def _earlier(key: str, pipeline: Pipeline, stage_key: str, stage: DealStage) -> list[str]:
    """The Pulumi names a stage's rule had under the earlier keys of the pipeline and of the stage."""
    return [
        f"{one}_{other}"
        for one in (key, *pipeline.was)
        for other in (stage_key, *stage.was)
        if (one, other) != (key, stage_key)
    ]


def _no_skipping(compilation: Compilation, key: str, pipeline: Pipeline, covers: str) -> Iterator[Declaration]:
    """One stage at a time, up to the won one; a deal can be lost from anywhere, and opened again."""
    onward = [one for one, stage in pipeline.stages.items() if stage.closed != "lost"]
    if not pipeline.hygiene.no_skipping or len(onward) < 2:
        return
    names = [deal_stage_value(compilation.model, key, one) for one in onward]
    yield rule(
        compilation,
        OBJECT,
        f"{key}_no_skipping",
        derived_name(f"{compilation.model.context.name_prefix}{first_key(key, pipeline)}", "no_skipping"),
        ("pipelines", key, "hygiene", "no_skipping"),
        [covers, *skips(STAGE, names)],
        f"Stages follow each other: {', '.join(pipeline.stages[one].label for one in onward)}.",
        beside=STAGE,
        was=[f"{old}_no_skipping" for old in pipeline.was],
        adopt=pipeline.adopt,
    )


def _close_date_push(compilation: Compilation, key: str, pipeline: Pipeline, covers: str) -> Iterator[Declaration]:
    reason, moved = pipeline.hygiene.push_reason_field, pipeline.hygiene.close_date_field
    if reason is None or moved is None:
        return
    scope = compilation.saving(OBJECT)
    with compilation.collecting(("pipelines", key, "hygiene", "push_reason_field")):
        path = scope.path(FieldRef(moved))
        yield rule(
            compilation,
            OBJECT,
            f"{key}_close_date_push",
            derived_name(f"{compilation.model.context.name_prefix}{first_key(key, pipeline)}", "close_date_push"),
            ("pipelines", key, "hygiene", "push_reason_field"),
            [covers, "NOT(ISNEW())", f"{path}>PRIORVALUE({path})", any_blank(scope, [FieldRef(reason)])],
            f"A later close date needs: {labels(scope, [FieldRef(reason)])}.",
            beside=scope.path(FieldRef(reason)),
            was=[f"{old}_close_date_push" for old in pipeline.was],
            adopt=pipeline.adopt,
        )
