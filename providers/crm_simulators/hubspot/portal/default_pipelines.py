"""The pipelines that exist in every portal [D][T]: adopt them, they cannot be created."""

from __future__ import annotations

from vendor_facts import pairs, table

from crm_simulators.hubspot.errors import JsonObject
from crm_simulators.hubspot.portal.default_properties import MADE_AT


def default_pipelines() -> JsonObject:
    """Pipelines per object type id and pipeline id."""
    made: JsonObject = {}
    for row in table("hubspot/default_stages"):
        first = new_pipeline(row["pipeline"], row["pipeline_label"], 0, MADE_AT)
        stages = made.setdefault(row["object"], {row["pipeline"]: first})[row["pipeline"]]["stages"]
        stages.append(new_stage(row["stage"], row["label"], len(stages), pairs(row["metadata"]), MADE_AT))
    return made


def new_pipeline(key: str, label: str, order: int, now: str) -> JsonObject:
    """A pipeline without stages."""
    dates = {"createdAt": now, "updatedAt": now, "archived": False}
    return {"id": key, "label": label, "displayOrder": order, "stages": [], **dates}


def new_stage(key: str, label: str, order: int, metadata: dict[str, str], now: str) -> JsonObject:
    """A stage as it is stored."""
    dates = {"createdAt": now, "updatedAt": now, "archived": False}
    more = {"metadata": metadata, **dates, "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT"}
    return {"id": key, "label": label, "displayOrder": order, **more}
