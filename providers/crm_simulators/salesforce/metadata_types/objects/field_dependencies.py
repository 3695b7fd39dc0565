"""Dependent picklists and roll-up summaries: whether the fields that they name exist and fit."""

from __future__ import annotations

from vendor_facts import vocabulary

from crm_simulators.salesforce.errors import MetadataError, bad_reference, integrity
from crm_simulators.salesforce.metadata_types.checks import known_field
from crm_simulators.salesforce.metadata_types.component_type import child_name
from crm_simulators.salesforce.org.fields import NUMERIC, UNKNOWN, Field, fields_of, find_field, object_name
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.org.picklists import known_names
from crm_simulators.salesforce.xml.component_xml import Body

CHECKED = ("checked", "unchecked")
"""The values of a checkbox that controls a picklist [K]."""
MAX_CONTROLLING_VALUES = 300  # [K]
STANDARD_ROLLUPS = {parent: keys.split() for parent, keys in vocabulary("salesforce", "standard roll-ups").items()}
"""Standard relationships that can be summarized without a master-detail field [K; S: public orgs]."""
ORDERED = NUMERIC | {"date", "datetime"}


def check_dependency(org: Org, sobject: str, own_name: str, value_set: Body, names: list[str]) -> None:
    """A picklist or checkbox of the object controls; every setting names values that exist [K: texts]."""
    if "controllingField" not in value_set:
        if value_set.get("valueSettings"):
            raise integrity("valueSettings need a controllingField", "valueSettings")
        return
    name = value_set["controllingField"]
    field = known_field(org, sobject, name, "controllingField")
    if field.type not in {"picklist", "boolean", UNKNOWN} or field.name == own_name:
        raise integrity(f"Field {name} cannot control a picklist", "controllingField")
    controlling = _controlling_values(org, field)
    if controlling is not None and len(controlling) > MAX_CONTROLLING_VALUES:
        raise integrity(f"A controlling field has at most {MAX_CONTROLLING_VALUES} values", "controllingField")
    for setting in value_set.get("valueSettings", []):
        if setting["valueName"] not in names:
            raise integrity(f"Picklist value: {setting['valueName']} not found", "valueName")
        for value in setting.get("controllingFieldValue", []):
            if controlling is not None and value not in controlling:
                raise integrity(f"Picklist value: {value} in picklist: {name} not found", "controllingFieldValue")


def _controlling_values(org: Org, field: Field) -> list[str] | None:
    return list(CHECKED) if field.type == "boolean" else known_names(org, field)


def check_summary(org: Org, sobject: str, body: Body) -> None:
    """Children look up by a master-detail field, or by a standard one that can be summarized."""
    key = body["summaryForeignKey"]
    child, own = child_name(key)
    target = object_name(org, child)
    field = None if target is None else find_field(fields_of(org, target), own)
    if target is None or field is None:
        raise bad_reference("summaryForeignKey", "CustomField", key)
    is_master = field.type == UNKNOWN or (
        (field.custom or {}).get("type") == "MasterDetail" and sobject in field.reference_to
    )
    if not is_master and key not in STANDARD_ROLLUPS.get(sobject, ()):
        raise integrity(f"{key} is not a master-detail relationship to {sobject}", "summaryForeignKey")
    _check_summarized(org, target, body)
    for item in body.get("summaryFilterItems", []):
        _child_field(org, target, item["field"], "summaryFilterItems")


def _check_summarized(org: Org, child: str, body: Body) -> None:
    operation, summarized = body["summaryOperation"], body.get("summarizedField")
    if (operation == "count") != (summarized is None):
        raise integrity(f"summarizedField does not fit the operation {operation}", "summarizedField")
    if summarized is None:
        return
    field = _child_field(org, child, summarized, "summarizedField")
    if field.type != UNKNOWN and field.type not in (NUMERIC if operation == "sum" else ORDERED):
        raise integrity(f"Field {summarized} cannot be summarized by {operation}", "summarizedField")


def _child_field(org: Org, child: str, full_name: str, element: str) -> Field:
    owner, name = child_name(full_name)
    field = find_field(fields_of(org, child), name)
    if object_name(org, owner) != child or field is None:
        raise bad_reference(element, "CustomField", full_name)
    return field


def check_master(org: Org, sobject: str, others: int) -> None:
    """A detail is a custom object, and has at most two masters [K]."""
    if sobject not in org.of_type("CustomObject"):
        raise integrity(f"Cannot create a master-detail relationship on {sobject}", "type")
    if others >= 2:
        raise MetadataError("CUSTOM_ENTITY_OR_FIELD_LIMIT", f"{sobject}: an object has at most two masters")
