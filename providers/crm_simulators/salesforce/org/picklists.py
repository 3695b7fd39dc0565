"""The values of picklist fields, wherever they are defined."""

from __future__ import annotations

from collections.abc import Sequence

from crm_simulators.salesforce.org.fields import PACKAGED, UNKNOWN, Field
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import Body


def picklist_values(org: Org, field: Field) -> list[Body]:
    """Every value of a picklist field, inactive ones included."""
    if field.value_set is not None:
        body = org.body("StandardValueSet", field.value_set)
        return list(body["standardValue"]) if body else []
    value_set = (field.custom or {}).get("valueSet", {})
    if "valueSetName" in value_set:
        body = org.body("GlobalValueSet", value_set["valueSetName"])
        return list(body["customValue"]) if body else []
    return list(value_set.get("valueSetDefinition", {}).get("value", []))


def known_names(org: Org, field: Field) -> list[str] | None:
    """The active values of a picklist field; None where its list is not here, so that any value may be one."""
    if field.type == UNKNOWN or (field.custom is None and org.body("StandardValueSet", field.value_set or "") is None):
        return None
    if PACKAGED.fullmatch(field.name) and "valueSet" not in (field.custom or {}):
        return None  # files show of a package's field what an org may change of it
    return active_names(picklist_values(org, field))


def is_restricted(field: Field) -> bool:
    """Standard picklists take any value through the API; custom ones when they say restricted."""
    return bool((field.custom or {}).get("valueSet", {}).get("restricted"))


def active(values: Sequence[Body]) -> list[Body]:
    return [value for value in values if value.get("isActive", True)]


def active_names(values: Sequence[Body]) -> list[str]:
    return [value["fullName"] for value in active(values)]
