"""The fields of the model as each CRM has them: `contact.fit_score` is `contacts.fit_score` and `Lead.Fit_Score__c`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from revops_policies.subject import Resource, Subject

OBJECTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "hubspot": {"contact": ("contacts",), "company": ("companies",), "deal": ("deals",), "lead": ("leads",)},
    "salesforce": {
        "contact": ("Lead", "Contact"),
        "company": ("Account",),
        "deal": ("Opportunity",),
        "lead": ("Lead",),
    },
}
KINDS = {"hubspot": ("Property",), "salesforce": ("CustomField",)}


def resources_by_field(subject: Subject) -> Mapping[str, list[Resource]]:
    """Field of the model -> the resources of the plan that are this field, on every CRM."""
    fields = model_fields(subject)
    found: dict[str, list[Resource]] = defaultdict(list)
    for system, kinds in KINDS.items():
        for item in subject.of_kind(system, *kinds):
            if reference := fields.get((system, full_name(item))):
                found[reference].append(item)
    return found


def full_name(item: Resource) -> str:
    """The vendor's name of a property or field: `contacts.fit_score`, `Lead.Fit_Score__c`."""
    return f"{item.inputs['object']}.{item.inputs['name']}"


def model_fields(subject: Subject) -> Mapping[tuple[str, str], str]:
    """(system, the vendor's full name of a field) -> its reference in the model."""
    found: dict[tuple[str, str], str] = {}
    by_name: dict[tuple[str, str], list[Resource]] = defaultdict(list)
    for system, kinds in KINDS.items():
        for item in subject.of_kind(system, *kinds):
            by_name[system, item.name].append(item)
    for reference, field in subject.model.fields():
        object_, _, key = reference.partition(".")
        for system, objects in OBJECTS.items():
            for vendor_object in objects.get(object_, ()):
                for item in by_name[system, f"{vendor_object}.{key}"]:
                    found[system, full_name(item)] = str(reference)
                if (standard := field.standard_name(system, vendor_object)) is not None:
                    found[system, f"{vendor_object}.{standard}"] = str(reference)
    return found


def shared_values(subject: Subject) -> Mapping[str, frozenset[str]]:
    """Salesforce's global value sets of the plan by name, each with its values."""
    return {str(item.inputs["name"]): _names(item.inputs) for item in subject.of_kind("salesforce", "GlobalValueSet")}


def values_of(field: Resource, shared: Mapping[str, frozenset[str]]) -> frozenset[str] | None:
    """The values of a Salesforce picklist; None where the plan does not say them, and for other fields."""
    values = field.inputs.get("value_set") or {}
    return _names(values) if values.get("values") is not None else shared.get(values.get("global_value_set") or "")


def _names(holder: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(str(value["name"]) for value in holder.get("values") or ())
