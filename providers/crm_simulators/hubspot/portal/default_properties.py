"""The properties and groups that a portal starts with: those that configuration and records need [D]."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vendor_facts import Row, table

from crm_simulators.hubspot.errors import JsonObject

MADE_AT = "2019-08-06T02:41:08.029Z"
"""When the portal was made."""
EVERY_OBJECT = "*"
GROUPS: dict[str, dict[str, str]] = {}
for _row in table("hubspot/default_groups"):
    GROUPS.setdefault(_row["object"], {})[_row["name"]] = _row["label"]
FIRST_GROUP = {object_type: next(iter(groups)) for object_type, groups in GROUPS.items()}


def labels(name: str, object_type: str = "") -> dict[str, str]:
    """The labels of an enumeration's options by value: those of the object type, else those of every object."""
    rows = [row for row in table("hubspot/default_options") if row["property"] == name]
    own = {row["value"]: row["label"] for row in rows if row["object"] == object_type}
    return own or {row["value"]: row["label"] for row in rows if not row["object"]}


def _rows(object_type: str) -> Iterator[Row]:
    return (row for row in table("hubspot/default_properties") if row["object"] == object_type)


def default_groups() -> JsonObject:
    """Groups per object type id."""
    return {
        object_type: {
            name: {"name": name, "label": label, "displayOrder": at, "archived": False}
            for at, (name, label) in enumerate(groups.items())
        }
        for object_type, groups in GROUPS.items()
    }


def default_properties() -> JsonObject:
    """Definitions per object type id and name."""
    return {
        object_type: {
            row["name"]: _definition(object_type, group, row) for row in (*_rows(EVERY_OBJECT), *_rows(object_type))
        }
        for object_type, group in FIRST_GROUP.items()
    }


def custom_object_properties(group: str) -> JsonObject:
    """The definitions that a new custom object starts with: HubSpot makes 32 [O], these are the ones modeled."""
    return {row["name"]: _definition("", group, row) for row in _rows(EVERY_OBJECT)}


def pipeline_properties(group: str) -> list[JsonObject]:
    """The properties that hold a record's pipeline and stage."""
    rows = (("hs_pipeline", "Pipeline"), ("hs_pipeline_stage", "Pipeline stage"))
    shape = {"type": "enumeration", "field_type": "select", "marks": ""}
    return [_definition("", group, {"name": name, "label": label, **shape}) for name, label in rows]


def _definition(object_type: str, group: str, row: Row) -> JsonObject:
    kind, marked = row["type"], set(row["marks"].split())
    metadata: dict[str, Any] = {
        "archivable": False,
        "readOnlyDefinition": "free" not in marked,
        "readOnlyValue": "ro" in marked,
    }
    if kind == "enumeration":
        metadata["readOnlyOptions"] = "opt" not in marked
    definition: JsonObject = {
        "name": row["name"],
        "label": row["label"],
        "type": kind,
        "fieldType": row["field_type"],
        "description": "",
        "groupName": group,
        "options": options(labels(row["name"], object_type), kind),
        "displayOrder": -1,
        "hidden": False,
        "formField": "ro" not in marked,
        "hasUniqueValue": "unique" in marked,
        "calculated": False,
        "externalOptions": "owner" in marked,
        "hubspotDefined": True,
        "dataSensitivity": "non_sensitive",
        "modificationMetadata": metadata,
        "createdAt": MADE_AT,
        "updatedAt": MADE_AT,
    }
    if "owner" in marked:
        definition["referencedObjectType"] = "OWNER"
    return definition


def options(shown: dict[str, str], kind: str = "enumeration") -> list[JsonObject]:
    """Options of an enumeration by value and label, or the two of a bool."""
    if kind == "bool":
        shown = {"true": "Yes", "false": "No"}
    return [
        {"label": label, "value": value, "displayOrder": at, "hidden": False}
        for at, (value, label) in enumerate(shown.items())
    ]
