"""A record type per pipeline, with the business process that holds its stages: a deal offers those of its own only."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.model.condition import FieldRef
from revops_iac.model.pipelines import Pipeline
from revops_iac.provider.declaration import Declaration, Path
from revops_salesforce.compiler.fields import PICKLISTS, made
from revops_salesforce.compiler.pipelines import OBJECT
from revops_salesforce.compiler.terms.compilation import Compilation, declaration, derived
from revops_salesforce.compiler.terms.names import custom_field_name, deal_stage_value, developer_name, options, value
from revops_salesforce.inputs import BusinessProcessInputs, Choice, RecordTypeInputs


def business_processes(compilation: Compilation) -> Iterator[Declaration]:
    """The stages of each pipeline, as a part of the organization's one list."""
    for key, pipeline in staged(compilation):
        own, made_for = pipeline.record_type, f"The stages of {pipeline.label}."
        inputs: BusinessProcessInputs = {
            "object": OBJECT,
            "name": _process(compilation, key, pipeline),
            "values": list(dict.fromkeys(deal_stage_value(compilation.model, key, one) for one in pipeline.stages)),
            "description": own.process_description if own and own.process else made_for,
        }
        earlier = tuple(f"{OBJECT}.{old}" for old in pipeline.was)
        yield derived("BusinessProcess", f"{OBJECT}.{key}", _origin(key), inputs, earlier, adopt=pipeline.adopt)


def record_types(compilation: Compilation) -> Iterator[Declaration]:
    """The record type of each pipeline: the lists of the model whole, but those that tell pipelines apart cut."""
    for key, pipeline in staged(compilation):
        name = developer_name(compilation.model, key, pipeline)
        inputs: RecordTypeInputs = {
            "object": OBJECT,
            "name": name,
            "label": pipeline.label,
            "business_process": _process(compilation, key, pipeline),
            "picklist_values": _choices(compilation, pipeline),
        }
        pin = developer_name(compilation.model, pipeline.was[0]) if pipeline.was else None
        yield declaration("RecordType", f"{OBJECT}.{{}}", key, pipeline, _origin(key), inputs, pin)


def visible(compilation: Compilation) -> list[str]:
    """The record types that every person of the model may choose."""
    granted = ((key, one) for key, one in staged(compilation) if one.record_type is None or one.record_type.access)
    return [f"{OBJECT}.{developer_name(compilation.model, key, one)}" for key, one in granted]


def staged(compilation: Compilation) -> list[tuple[str, Pipeline]]:
    """The pipelines that have stages."""
    return [(key, pipeline) for key, pipeline in compilation.model.pipelines.items() if pipeline.stages]


def _process(compilation: Compilation, key: str, pipeline: Pipeline) -> str:
    own = pipeline.record_type.process if pipeline.record_type else None
    return own or developer_name(compilation.model, key, pipeline)


def _choices(compilation: Compilation, pipeline: Pipeline) -> list[Choice]:
    """What a list that is not named here offers is not settled [?], so all that the model makes are."""
    told_apart = _told_apart(compilation, pipeline)
    choices: list[Choice] = []
    for reference, field, vendor_object in made(compilation):
        values = list(options(compilation.model, reference))
        if vendor_object == OBJECT and field.type in PICKLISTS and values:
            name = custom_field_name(compilation.model, reference.key, field)
            choices.append({"picklist": name, "values": told_apart.get(reference, values)})
    return choices


def _told_apart(compilation: Compilation, pipeline: Pipeline) -> dict[FieldRef, list[str]]:
    """The fields by which the model says to which pipeline a deal belongs, with the values of this one."""
    found = {}
    for dimension, literals in pipeline.applies_to.items():
        reference = compilation.model.context.dimensions[dimension].field_on("deal")
        if reference is not None:
            found[FieldRef(reference)] = [value(compilation.model, FieldRef(reference), one) for one in literals]
    return found


def _origin(key: str) -> Path:
    return ("pipelines", key)
