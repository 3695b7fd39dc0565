"""Lists of picklist values: checked, completed and merged, since the API never deletes a value [D: gearset]."""

from __future__ import annotations

from collections.abc import Sequence

from crm_simulators.salesforce.errors import MetadataError, integrity, missing
from crm_simulators.salesforce.metadata_types.component_type import too_long
from crm_simulators.salesforce.xml.component_xml import Body

MAX_VALUES = 1000  # inactive ones included [D: globalpicklistvalue]
MAX_NAME = 255


def checked_values(values: Sequence[Body], *, element: str) -> list[Body]:
    """Values with their label filled in; duplicates and a second default are refused."""
    if not values:
        raise missing(element)
    seen: dict[str, str] = {}
    result = []
    for value in values:
        name = value.get("fullName")
        if not name:
            raise missing("fullName")
        too_long("fullName", name, MAX_NAME)
        if name.lower() in seen:
            raise MetadataError("DUPLICATE_VALUE", f"Duplicate value: {name}", (element,))
        seen[name.lower()] = name
        result.append({**value, "label": value.get("label") or name, "default": bool(value.get("default"))})
    if sum(1 for value in result if value["default"]) > 1:
        raise integrity("Only one picklist value can be the default", element)
    return result


def merged(old: Sequence[Body], new: Sequence[Body]) -> list[Body]:
    """The new list, then what it leaves out, deactivated [D: globalpicklistvalue]."""
    named = {value["fullName"].lower() for value in new}
    kept = [value for value in new if value.get("isActive", True)]
    inactive = [{**value, "isActive": False, "default": False} for value in new if not value.get("isActive", True)]
    left_out = [
        {**value, "isActive": False, "default": False} for value in old if value["fullName"].lower() not in named
    ]
    result = [_without_active(value) for value in kept] + inactive + left_out
    if len(result) > MAX_VALUES:
        raise MetadataError("TOO_MANY_ENUM_VALUE", f"You have reached the maximum number of {MAX_VALUES} values")
    return result


def _without_active(value: Body) -> Body:
    return {name: content for name, content in value.items() if name != "isActive"}
