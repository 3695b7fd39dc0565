"""Questions about the schemas of custom objects."""

from __future__ import annotations

from typing import Any

from revops_hubspot.probes.lab import HubSpotLab, Json, absent_is_fine, message, status_of
from revops_iac.provider.inspection.probe import Answer, Undecided

READS = 6
"""Reads of a schema alone after a change: some of them show it as it was [O]."""


def read_lag(lab: HubSpotLab) -> Answer:
    """Whether reads of one schema show its old labels after a change; the answer of the change is not a read."""
    name = _make_schema(lab)
    label = lab.name("new")
    labels = {"labels": {"singular": label, "plural": f"{label}s"}}
    lab.client.write("PATCH", "schemas", "/{object}", labels, object=name)
    seen = [lab.client.get("schemas", "/{object}", object=name)["labels"]["singular"] for _ in range(READS)]
    late = sum(one != label for one in seen)
    return Answer(late > 0, f"{late} of {READS} reads show the schema as it was")


def active_name(lab: HubSpotLab) -> Answer:
    """What HubSpot answers when a schema is made that is there already."""
    name = _make_schema(lab)
    status = status_of(lambda: lab.client.write("POST", "schemas", "", _body(name)))
    return Answer({200: 201}.get(status, status), f"making the schema once more: {message(status)}")


def _make_schema(lab: HubSpotLab) -> str:
    if int(lab.client.get("limits", "/custom-object-types")["limit"]) == 0:
        raise Undecided("the subscription has no custom objects")
    name = lab.name("object")

    def remove() -> None:
        absent_is_fine(lambda: lab.client.write("DELETE", "schemas", "/{object}", object=name))
        purge: dict[str, Any] = {"archived": True}
        absent_is_fine(lambda: lab.client.write("DELETE", "schemas", "/{object}", query=purge, object=name))

    lab.undo(f'custom object "{name}"', remove)
    lab.client.write("POST", "schemas", "", _body(name))
    return name


def _body(name: str) -> Json:
    title = {"name": "title", "label": "Title", "type": "string", "fieldType": "text"}
    return {
        "name": name,
        "labels": {"singular": name, "plural": f"{name}s"},
        "primaryDisplayProperty": "title",
        "requiredProperties": ["title"],
        "searchableProperties": [],
        "secondaryDisplayProperties": [],
        "properties": [title],
        "associatedObjects": [],
    }


MAKE = ("GET /crm/v3/limits/custom-object-types", "POST /crm-object-schemas/v3/schemas")
