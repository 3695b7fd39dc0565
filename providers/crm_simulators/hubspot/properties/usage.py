"""Where a property is used, which blocks its deletion [O][D]."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from crm_simulators.hubspot.errors import JsonObject
from crm_simulators.hubspot.portal.portal import Portal
from crm_simulators.hubspot.properties import formulas

NAMING_KEYS = ("property", "propertyName", "property_name", "targetProperty", "target_property", "source_property")


def uses_of_property(portal: Portal, object_type: str, name: str) -> list[JsonObject]:
    """Each use as `{parentType, parentName}`: calculations, workflows (drafts too) and active lists."""
    return [{"parentType": kind, "parentName": parent} for kind, parent in _uses(portal, object_type, name)]


def _uses(portal: Portal, object_type: str, name: str) -> Iterator[tuple[str, str]]:
    for definition in portal.area("properties", object_type).values():
        formula = definition.get("calculationFormula")
        if formula and name in formulas.names(formula):
            yield "CALCULATED_PROPERTY", definition["name"]
    for flow in portal.area("flows").values():
        if (object_type, name) in set(_of_objects(flow, flow["objectTypeId"])):
            yield "WORKFLOW", flow.get("name") or flow["id"]
    for live in portal.area("lists").values():
        active = live["processingType"] == "DYNAMIC" and not live.get("deletedAt")
        if active and (object_type, name) in set(_of_objects(live.get("filterBranch"), live["objectTypeId"])):
            yield "LIST", live["name"]


def _of_objects(document: Any, object_type: str) -> Iterator[tuple[str, str]]:
    """The properties that a flow or filter names, with the object type: in an ASSOCIATION branch the other one."""
    if isinstance(document, dict):
        if document.get("filterBranchType") == "ASSOCIATION":
            object_type = document["objectTypeId"]
        for key, value in document.items():
            if key in NAMING_KEYS and isinstance(value, str):
                yield object_type, value
            else:
                yield from _of_objects(value, object_type)
    elif isinstance(document, list):
        for part in document:
            yield from _of_objects(part, object_type)


def named_properties(document: Any, keys: Collection[str] = NAMING_KEYS) -> Iterator[str]:
    """Every property that a flow or filter names: the texts under these keys, at any depth."""
    if isinstance(document, dict):
        for key, value in document.items():
            if key in keys and isinstance(value, str):
                yield value
            else:
                yield from named_properties(value, keys)
    elif isinstance(document, list):
        for part in document:
            yield from named_properties(part, keys)
