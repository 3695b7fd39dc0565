"""The bodies of HubSpot's flows, to and from inputs: https://developers.hubspot.com/docs/api-reference/automation-v4"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from revops_hubspot.api.documents import without
from revops_hubspot.api.object_types import object_name, type_id
from revops_hubspot.filters.canonical import canonical_filters, canonical_root, complete_filters
from revops_hubspot.filters.references import to_ids, to_tokens
from revops_hubspot.filters.unchanged import with_unchanged
from revops_hubspot.formulas.printer import render_number
from revops_hubspot.workflows import fetched_objects
from revops_hubspot.workflows.links import without_default_links
from revops_hubspot.workflows.unknown_parts import with_unknown
from revops_hubspot.workflows.values import MINUTES, spelled_delay, static, typed
from revops_iac.provider.kind import Definition, Lookup

FIELDS: Mapping[str, str] = {
    "name": "name",
    "description": "description",
    "start_action_id": "startActionId",
    "actions": "actions",
    "enrollment_criteria": "enrollmentCriteria",
    "enrollment_schedule": "enrollmentSchedule",
    "blocked_dates": "blockedDates",
    "time_windows": "timeWindows",
    "suppression_list_ids": "suppressionListIds",
    "suppression_filter_branch": "suppressionFilterBranch",
    "goal_filter_branch": "goalFilterBranch",
    "un_enrollment_setting": "unEnrollmentSetting",
    "event_anchor": "eventAnchor",
    "can_enroll_from_salesforce": "canEnrollFromSalesforce",
    "custom_properties": "customProperties",
    "data_sources": "dataSources",
}
"""Inputs and HubSpot's names for them."""
FILTERED = ("goal_filter_branch", "suppression_filter_branch")
"""Inputs that are filter branches."""
READ_ONLY = frozenset({"id", "createdAt", "updatedAt", "nextAvailableActionId", "crmObjectCreationStatus", "uuid"})
FIXED = frozenset({"dataSources"})
"""They cannot change [S]."""
TREES = ("enrollmentCriteria", "goalFilterBranch", "suppressionFilterBranch")
"""Fields that hold filters."""
_MARKER = re.compile(r"\n*\[revops: enabled \d{4}-\d{2}-\d{2}\]\s*$")


def is_contact_flow(object_: str) -> bool:
    """Contacts have a flow type of their own; a mismatch is rejected [S][T]."""
    return type_id(object_) == "0-1"


def create_body(inputs: Definition, resolve: Callable[[Lookup], str]) -> dict[str, Any]:
    """A new flow, disabled, with every list that the specification calls required [S]."""
    contact = is_contact_flow(inputs["object"])
    required: dict[str, Any] = {"blockedDates": [], "customProperties": {}, "dataSources": [], "timeWindows": []}
    if contact:
        required |= {"canEnrollFromSalesforce": False, "suppressionListIds": []}
    declared = {key: value for key, value in declared_fields(inputs, resolve).items() if value is not None}
    return {
        "actions": [],
        **required,
        **declared,
        "type": "CONTACT_FLOW" if contact else "PLATFORM_FLOW",
        "flowType": "WORKFLOW",
        "objectTypeId": type_id(inputs["object"]),
        "isEnabled": False,
    }


def as_live(flow: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes with the flow's own JSON wherever they mean the same, action by action, without what is fixed."""
    object_ = object_name(str(flow["objectTypeId"]))
    changeable = {field: value for field, value in changes.items() if field not in FIXED}
    live = {str(action["actionId"]): action for action in flow.get("actions") or ()}
    found = {field: _unless_equal(flow.get(field), value) for field, value in changeable.items()}
    if changes.get("actions"):
        made = [(action, live.get(str(action["actionId"]))) for action in changes["actions"]]
        found["actions"] = [
            there if there is not None and _action(there, object_) == _action(action, object_) else action
            for action, there in made
        ]
    return found


def _unless_equal(live: Any, declared: Any) -> Any:
    """The live value where the declared one means the same; inside maps part by part."""
    if live is None or declared is None:
        return declared
    if _full(canonical_filters({"filterBranch": live})) == _full(canonical_filters({"filterBranch": declared})):
        return live
    if not isinstance(live, Mapping) or not isinstance(declared, Mapping) or "filterBranchType" in declared:
        return declared
    return {key: _unless_equal(live.get(key), value) for key, value in declared.items()}


def put_body(flow: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A whole flow to replace `flow` with: what a PUT leaves out, or a change sets to None, is removed from it [D].

    Everything else goes back as it was read, also what cannot change (`dataSources` and the like [S]).
    """
    kept = {key: with_unchanged(flow.get(key), changes[key]) for key in TREES if key in changes}
    if changes.get("actions") is not None:
        kept["actions"] = with_unknown(flow.get("actions"), changes["actions"])
    whole = {**without(flow, READ_ONLY), **changes, **kept}
    return {key: value for key, value in whole.items() if value is not None}


def declared_fields(inputs: Definition, resolve: Callable[[Lookup], str]) -> dict[str, Any]:
    """The inputs in HubSpot's names, tokens resolved; `start_action_id` defaults to the first action."""
    fields = {field: inputs[name] for name, field in FIELDS.items() if name in inputs}
    if fields.get("actions") and fields.get("startActionId") is None:
        fields["startActionId"] = str(fields["actions"][0]["actionId"])
    sent: dict[str, Any] = to_ids(complete_filters(fields), resolve)
    return sent


def definition_of(flow: Mapping[str, Any], name: Callable[[str, str], str | None]) -> Definition:
    """A flow in the form of our inputs, ids shown as tokens where the account knows them."""
    definition: Definition = {"object": object_name(str(flow["objectTypeId"]))}
    shown = to_tokens({field: flow[field] for field in FIELDS.values() if field in flow}, name)
    definition |= {key: shown.get(field) for key, field in FIELDS.items()}
    definition["description"] = without_marker(definition["description"] or "")
    return definition


def canonical(definition: Definition) -> Definition:
    """One spelling: nothing empty, numbers in action fields as text [T], defaults stated, filters in one order."""
    actions = [_action(action, definition.get("object")) for action in definition.get("actions") or ()]
    start = definition.get("start_action_id") or (actions[0]["actionId"] if actions else None)
    criteria = canonical_filters(definition.get("enrollment_criteria"))
    return {
        **{key: _full(value) or None for key, value in definition.items()},
        "start_action_id": None if start is None else str(start),
        "actions": sorted(actions, key=lambda action: (len(str(action["actionId"])), str(action["actionId"]))),
        "enrollment_criteria": _full(criteria) or None,
        **{key: _full(canonical_root(definition.get(key))) or None for key in FILTERED},
        "can_enroll_from_salesforce": bool(definition.get("can_enroll_from_salesforce")),
        "data_sources": fetched_objects.canonical(definition.get("data_sources") or None),
        "suppression_list_ids": _full(sorted(definition.get("suppression_list_ids") or (), key=json.dumps)),
    }


def without_marker(description: str) -> str:
    """The description as people wrote it."""
    return _MARKER.sub("", description)


def with_marker(description: str, day: date) -> str:
    """The description with the line that proves it: this workflow was enabled once, so records have gone through it."""
    if _MARKER.search(description):
        return description
    return f"{description}\n\n[revops: enabled {day.isoformat()}]".lstrip()


def was_enabled(flow: Mapping[str, Any]) -> bool:
    """Whether the workflow is enabled or carries the proof that it was."""
    return bool(flow.get("isEnabled")) or _MARKER.search(str(flow.get("description") or "")) is not None


def _action(action: Mapping[str, Any], object_: str | None) -> dict[str, Any]:
    whole: dict[str, Any] = _full(canonical_filters(action))
    whole["actionId"] = str(action["actionId"])
    if "inputValue" in whole:
        whole["inputValue"] = typed(whole["inputValue"])
    if whole.get("type", "SINGLE_CONNECTION") == "SINGLE_CONNECTION":
        whole["actionTypeVersion"] = int(whole.get("actionTypeVersion") or 0)
        fields = without_default_links(str(whole.get("actionTypeId")), whole.get("fields") or {}, object_)
        whole["fields"] = _as_text({key: _SPELL.get(key, _value)(value) for key, value in fields.items()})
    return whole


def _value(value: Any) -> Any:
    """With its type, and what is added as a number, whichever way it is written."""
    whole = typed(value)
    if isinstance(whole, Mapping) and whole.get("type") == "INCREMENT":
        with suppress(TypeError, ValueError):
            return {**whole, "incrementAmount": float(whole["incrementAmount"])}
    return whole


def _assignment(assignment: Any) -> Any:
    """This tool once wrote the owner of a task without the type of the value, which live portals hold [T]."""
    if not isinstance(assignment, Mapping) or "value" not in assignment:
        return assignment
    value = assignment["value"]
    bare = not isinstance(value, Mapping) or not {"type", "staticValue", "propertyName"} & set(value)
    return {**assignment, "value": static(value) if bare else typed(value)}


def _properties(properties: Any) -> Any:
    if not isinstance(properties, list):
        return properties
    return [
        {**each, "value": typed(each["value"])} if isinstance(each, Mapping) and "value" in each else each
        for each in properties
    ]


_SPELL: Mapping[str, Callable[[Any], Any]] = {
    "due_time": lambda value: spelled_delay(value) if isinstance(value, Mapping) else value,
    "owner_assignment": _assignment,
    "properties": _properties,
}


def _full(value: Any) -> Any:
    """Without what is empty, at any depth; an edge of a connection is STANDARD by default."""
    if isinstance(value, dict):
        full = {key: _full(inner) for key, inner in value.items()}
        full = {key: inner for key, inner in full.items() if inner not in (None, "", [], {})}
        return {"edgeType": "STANDARD", **full} if "nextActionId" in full else full
    if isinstance(value, list):
        return [_full(inner) for inner in value]
    return value


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return render_number(value)
    if isinstance(value, dict):
        return _in_minutes({key: _as_text(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return [_as_text(inner) for inner in value]
    return value


def _in_minutes(fields: dict[str, Any]) -> dict[str, Any]:
    """A length of time in one unit: `4 HOURS` is `240 MINUTES`."""
    for key in ("time_unit", "timeUnit"):
        minutes = MINUTES.get(str(fields.get(key)).lower())
        if minutes and str(fields.get("delta")).isdigit():
            return {**fields, "delta": str(int(fields["delta"]) * minutes), key: "MINUTES"}
    return fields
