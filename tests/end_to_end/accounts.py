"""What two simulated accounts hold, compared before and after: what a platform cannot take back is left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from crm_simulators.server import RunningSimulators

HISTORY = {
    "hubspot": ("archived_properties", "counters", "pipeline_audits", "usage"),
    "salesforce": ("counters", "deleted_fields", "deploys", "recycle_bin"),
}
"""Recycle bins, audits, deployments and the counters behind ids: a platform has no call that empties them."""
CONVERSION = {"opportunityCreationOptions": "VisibleOptional"}
"""What an org has that never changed how leads convert; the simulator makes it with the first change."""
STAMPS = frozenset({"lastModifiedDate", "LastModifiedDate", "SystemModstamp", "updatedAt", "updatedUserId"})


def holdings(crms: RunningSimulators, system: str) -> dict[str, Any]:
    """What an account holds, as plain JSON values of its own."""
    live: dict[str, Any] = json.loads(json.dumps(crms.dump(system)))
    return live


def comparable(system: str, live: Mapping[str, Any]) -> Any:
    """The holdings without history, stamps of time, deleted lists, and what Salesforce can only deactivate: values of
    standard sets, record types with their business processes, and business hours.

    What is empty or false is left out too: both vendors take it for the same as absent.
    """
    left = {area: content for area, content in live.items() if area not in HISTORY[system]}
    if "lists" in left:
        left["lists"] = {key: one for key, one in left["lists"].items() if not one.get("deletedAt")}
    components = left.get("components", {})
    settings = components.get("LeadConvertSettings", {}).get("LeadConvertSettings")
    if settings and _without_stamps(settings["body"]) == CONVERSION:
        del components["LeadConvertSettings"]
    retired = {name: one for name, one in components.get("RecordType", {}).items() if not one["body"].get("active")}
    for name, one in retired.items():
        object_, process = name.partition(".")[0], one["body"].get("businessProcess")
        del components["RecordType"][name]
        components["BusinessProcess"].pop(f"{object_}.{process}", None)
    hours = left.get("records", {}).get("BusinessHours", {})
    for identifier in [identifier for identifier, one in hours.items() if not one["IsActive"]]:
        del hours[identifier]
    for value_set in components.get("StandardValueSet", {}).values():
        values = value_set["body"].get("standardValue", [])
        value_set["body"]["standardValue"] = [value for value in values if _is_active(value)]
    return _without_stamps(left)


def _is_active(value: Mapping[str, Any]) -> bool:
    return str(value.get("isActive", True)).lower() != "false"


def _without_stamps(node: Any) -> Any:
    if isinstance(node, dict):
        parts = {key: _without_stamps(value) for key, value in node.items() if key not in STAMPS}
        return {key: value for key, value in parts.items() if value not in ({}, [], False)}
    return [_without_stamps(item) for item in node] if isinstance(node, list) else node


def differences(before: Any, after: Any, path: str = "") -> list[str]:
    """Each place where the two differ, with both values, shortened: what a failing comparison prints."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = sorted({*before, *after})
        return [line for key in keys for line in differences(before.get(key), after.get(key), f"{path}/{key}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [line for at, (one, other) in pairs for line in differences(one, other, f"{path}[{at}]")]
    return [] if before == after else [f"{path}: {str(before)[:200]} became {str(after)[:200]}"]
