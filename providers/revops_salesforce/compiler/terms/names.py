"""What the model's keys are called on Salesforce: objects, fields, developer names, picklist values."""

from __future__ import annotations

from collections.abc import Mapping

from revops_iac.model import Model
from revops_iac.model.condition import FieldRef
from revops_iac.model.data_hygiene import Field
from revops_iac.model.entry import VendorEntry
from revops_iac.model.lifecycle import Lifecycle

SYSTEM = "salesforce"
VENDOR_OBJECTS: Mapping[str, tuple[str, ...]] = {
    "contact": ("Lead", "Contact"),
    "company": ("Account",),
    "deal": ("Opportunity",),
    "lead": ("Lead",),
}
"""A person is a Lead until it is converted and a Contact afterward, so a field of `contact` exists on both."""
COMPANY_OF = {"Contact": "Account", "Opportunity": "Account"}
"""The relationship that leads from a record to its company; a Lead has none."""
DEVELOPER_NAME_LENGTH = 40


def title(key: str) -> str:
    """A key in the manner of Salesforce's developer names.

    >>> title("fit_score")
    'Fit_Score'
    """
    return "_".join(part.capitalize() for part in key.split("_"))


def developer_name(model: Model, key: str, entry: VendorEntry | None = None) -> str:
    """The name the author pinned, or one made of the prefix and the key."""
    given = entry.vendor_name_on(SYSTEM) if entry is not None else None
    return given or title(model.context.name_prefix + key)


def pinned(entry: VendorEntry, name: str) -> str:
    """The line that keeps `name` when a key changes, beside what the author already pinned."""
    live = entry.vendor_name if isinstance(entry.vendor_name, dict) else {}
    names = ", ".join(f"{system}: {value}" for system, value in {**live, SYSTEM: name}.items())
    return f"vendor_name: {{{names}}}"


def custom_field_name(model: Model, key: str, field: Field | None) -> str:
    """The API name of a field that the model makes.

    >>> custom_field_name(Model(), "fit_score", None)
    'Fit_Score__c'
    """
    name = developer_name(model, key, field)
    return name if name.endswith("__c") else f"{name}__c"


def field_name(model: Model, reference: FieldRef, vendor_object: str) -> str:
    """The API name of a field on one of its objects: the standard field it binds to, else a custom one.

    A binding may lead through a relationship, such as `Account.NumberOfEmployees` on Contact.
    """
    field = model.field(reference)
    bound = field.standard_name(SYSTEM, vendor_object) if field else None
    return bound or custom_field_name(model, reference.key, field)


def holder(reference: FieldRef, vendor_object: str) -> str | None:
    """The object that holds a field, as seen from a record: itself, or its company; None where it cannot reach it."""
    if vendor_object in VENDOR_OBJECTS[reference.object]:
        return vendor_object
    return COMPANY_OF.get(vendor_object) if reference.object == "company" else None


def field_path(model: Model, reference: FieldRef, vendor_object: str) -> str | None:
    """How a record of `vendor_object` names a field: its own, or its company's; None where it cannot."""
    live_by = holder(reference, vendor_object)
    if live_by is None:
        return None
    name = field_name(model, reference, live_by)
    return name if live_by == vendor_object else f"{live_by}.{name}"


def standard_field(model: Model, reference: FieldRef, vendor_object: str) -> str | None:
    """The field of Salesforce's own that a field binds to, as seen from a record; None where the model makes it."""
    field, live_by = model.field(reference), holder(reference, vendor_object)
    return field.standard_name(SYSTEM, live_by) if field and live_by else None


def options(model: Model, reference: FieldRef) -> dict[str, str]:
    """The values of a picklist and their labels; some topics bring the list of their own field."""
    lifecycle = model.lifecycle
    if lifecycle and reference == lifecycle.field:
        return {stage_value(model, key): stage.label for key, stage in lifecycle.stages.items()}
    if lifecycle and reference == lifecycle.status_field:
        return {lead_status(lifecycle, key): label for key, label in lifecycle.lead_statuses.items()}
    if lifecycle and lifecycle.recycle and reference == lifecycle.recycle.reason_field:
        return dict(lifecycle.rejection_reasons)
    field = model.field(reference)
    return dict(field.options) if field else {}


def stage_value(model: Model, stage: str) -> str:
    """The value of a lifecycle stage: its earliest key, since records hold it and a value cannot be renamed."""
    entry = model.lifecycle.stages[stage] if model.lifecycle else None
    if entry is None:
        return stage
    return entry.vendor_name_on(SYSTEM) or (entry.was[0] if entry.was else stage)


def lead_status(lifecycle: Lifecycle, key: str) -> str:
    """The value of a lead status: its label, or the name the author pinned."""
    return lifecycle.lead_status_value(key, SYSTEM) or lifecycle.lead_statuses[key]


def value(model: Model, reference: FieldRef, literal: object) -> str:
    """A literal of a condition as the picklist's value: stages and statuses are written by key in the model."""
    text = "true" if literal is True else "false" if literal is False else str(literal)
    lifecycle = model.lifecycle
    if lifecycle and reference == lifecycle.field and text in lifecycle.stages:
        return stage_value(model, text)
    if lifecycle and reference == lifecycle.status_field:
        return lead_status(lifecycle, text) if text in lifecycle.lead_statuses else text
    field = model.field(reference)
    if field and field.standard_name(SYSTEM, "Opportunity") == "StageName":
        return _deal_stage_named(model, text)
    return text


def _deal_stage_named(model: Model, stage: str) -> str:
    holding = (key for key, pipeline in model.pipelines.items() if stage in pipeline.stages)
    pipeline = next(holding, None)
    return deal_stage_value(model, pipeline, stage) if pipeline else stage


def deal_stage_value(model: Model, pipeline: str, stage: str) -> str:
    """The value of a deal stage: its label, which two pipelines may share, or the name the author pinned."""
    entry = model.pipelines[pipeline].stages[stage]
    return entry.vendor_name_on(SYSTEM) or entry.label
