"""What is wrong with the form of a workflow in HubSpot's JSON, so that it never reaches the portal.

https://developers.hubspot.com/docs/api-reference/automation-v4

Action types that are not listed here are let through, for every app may bring its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vendor_facts import pairs, table

from revops_hubspot.filters.json_form import listed, misformed, misformed_event, misformed_trigger
from revops_hubspot.workflows.flow_body import FILTERED
from revops_hubspot.workflows.values import typed
from revops_iac.provider.kind import Definition

Json = Any
FILLED_IN = {"actionId", "actionTypeVersion"}
TYPES: Mapping[str, tuple[str, ...]] = {
    row["type"]: tuple(name for name in pairs(row["required"]) if name not in FILLED_IN)
    for row in table("hubspot/workflow_action_types")
}
"""Types of actions, and what each needs beside what is filled in where it is missing [S]."""
FIELDS: Mapping[str, tuple[str, ...]] = {
    row["id"]: tuple(row["fields"].split()) for row in table("hubspot/workflow_actions")
}
"""Fields that an action needs [D][T]."""
DELAY, SET_PROPERTY, ROTATE = "0-1", "0-5", "0-11"
TIME_UNITS = ("MINUTES", "HOURS", "DAYS", "WEEKS")
VALUES = tuple(row["type"] for row in table("hubspot/workflow_value_types"))
"""Types of values inside fields [S]."""
CRITERIA = ("LIST_BASED", "EVENT_BASED", "MANUAL", "DATASET")
SCHEDULES = ("DAILY", "WEEKLY", "MONTHLY_SPECIFIC_DAYS", "MONTHLY_RELATIVE_DAYS", "YEARLY", "PROPERTY_BASED")
EDGES = ("STANDARD", "GOTO")
LISTED = {row["type"]: row["branches"] for row in table("hubspot/workflow_action_types") if row["branches"]}


def misformed_inputs(inputs: Definition) -> list[str]:
    """What is wrong with the inputs in HubSpot's JSON, each with the input in which it stands."""
    found = {
        "actions": misformed_actions(inputs.get("actions") or (), inputs.get("start_action_id")),
        "enrollment_criteria": misformed_criteria(inputs.get("enrollment_criteria")),
        "enrollment_schedule": misformed_schedule(inputs.get("enrollment_schedule")),
        **{name: misformed(inputs[name]) for name in FILTERED if inputs.get(name) is not None},
    }
    return [f"{name}: {message}" for name, messages in found.items() for message in messages]


def misformed_actions(actions: Sequence[Json], start: str | None) -> list[str]:
    """What is wrong with the actions of a workflow, each with the number of the action."""
    found = [message for at, action in enumerate(actions) for message in _action(action, f"actions[{at}]")]
    return found or list(_connections(actions, start))


def misformed_criteria(criteria: Mapping[str, Json] | None) -> list[str]:
    """What is wrong with who enrolls."""
    if criteria is None:
        return []
    kind = criteria.get("type")
    if kind not in CRITERIA:
        return [f'type is "{kind}", it must be one of {", ".join(CRITERIA)}']
    branches = ("reEnrollmentTriggersFilterBranches", "eventFilterBranches", "listMembershipFilterBranches")
    found = [f"{name} must be a list" for name in branches if not isinstance(criteria.get(name) or [], list)]
    if kind == "LIST_BASED":
        found += _under("listFilterBranch", misformed(criteria.get("listFilterBranch")))
        triggers = listed(criteria, "reEnrollmentTriggersFilterBranches")
        found += [message for one in triggers for message in _under("re-enrollment", misformed_trigger(one))]
    if kind == "EVENT_BASED":
        events = listed(criteria, "eventFilterBranches")
        found += [message for one in events for message in _under("eventFilterBranches", misformed_event(one))]
        memberships = listed(criteria, "listMembershipFilterBranches")
        found += [message for one in memberships for message in _under("list membership", misformed_trigger(one))]
        if criteria.get("refinementCriteria") is not None:
            found += _under("refinementCriteria", misformed(criteria["refinementCriteria"]))
    return found


def misformed_schedule(schedule: Mapping[str, Json] | None) -> list[str]:
    """What is wrong with when it enrolls."""
    kind = (schedule or {"type": SCHEDULES[0]}).get("type")
    return [] if kind in SCHEDULES else [f'type is "{kind}", it must be one of {", ".join(SCHEDULES)}']


def _under(name: str, found: list[str]) -> list[str]:
    return [f"{name}: {message}" for message in found]


def _action(action: Json, place: str) -> Iterator[str]:
    kind = str(action.get("type")) if isinstance(action, Mapping) else "nothing"
    if kind not in TYPES:
        yield f'{place}: type is "{kind}", it must be one of {", ".join(TYPES)}'
        return
    if action.get("actionId") is None:
        yield f"{place}: actionId is missing"
    if not str(action.get("actionTypeVersion") or 0).isdigit():
        yield f"{place}: actionTypeVersion must be a whole number"
    for name in TYPES[kind]:
        if action.get(name) is None:
            yield f"{place}: a {kind} action needs {name}"
    yield from (f"{place}.{name} must be a {form}" for name, form in FORMS.items() if not _has_form(action, name))
    for branch in _branches(action):
        if branch.get("connection") is not None and not isinstance(branch["connection"], Mapping):
            yield f"{place}: connection of a branch must be a map"
    if kind == "SINGLE_CONNECTION" and isinstance(action.get("fields"), Mapping):
        yield from _single(str(action.get("actionTypeId")), action["fields"], place)
    if action.get("inputValue") is not None:
        yield from _value(action["inputValue"], place)
    for at, branch in enumerate(_branches(action) if kind == "LIST_BRANCH" else ()):
        yield from _under(f"{place}.listBranches[{at}]", misformed(branch.get("filterBranch")))


FORMS: Mapping[str, str] = {
    **dict.fromkeys(("connection", "defaultBranch", "fields"), "map"),
    **dict.fromkeys(LISTED.values(), "list of maps"),
}


def _has_form(action: Mapping[str, Json], name: str) -> bool:
    value = action.get(name)
    if FORMS[name] == "map":
        return value is None or isinstance(value, Mapping)
    return value is None or (isinstance(value, list) and all(isinstance(one, Mapping) for one in value))


def _branches(action: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    listed = action.get(LISTED.get(str(action["type"]), ""))
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []


def _single(type_id: str, fields: Mapping[str, Json], place: str) -> Iterator[str]:
    missing = [name for name in FIELDS.get(type_id, ()) if fields.get(name) is None]
    yield from (f"{place}: action {type_id} needs the field {name}" for name in missing)
    if missing:
        return
    if type_id == SET_PROPERTY:
        yield from _value(fields["value"], place)
    if type_id == DELAY and (not str(fields["delta"]).isdigit() or fields["time_unit"] not in TIME_UNITS):
        yield f"{place}: delta must be a whole number, and time_unit one of {', '.join(TIME_UNITS)}"
    if type_id == ROTATE and not (fields.get("user_ids") or fields.get("team_ids")):
        yield f"{place}: a rotation needs user_ids or team_ids"


def _value(value: Json, place: str) -> Iterator[str]:
    kind = typed(value).get("type") if isinstance(value, Mapping) else None
    if kind not in VALUES:
        yield f'{place}: type of the value is "{kind}", it must be one of {", ".join(VALUES)}'


def _connections(actions: Sequence[Mapping[str, Json]], start: str | None) -> Iterator[str]:
    ids = [str(action["actionId"]) for action in actions]
    if len(set(ids)) < len(ids):
        yield f'actionId "{max(ids, key=ids.count)}" is used twice'
    if start is not None and str(start) not in ids:
        yield f'start_action_id "{start}" is not an action'
    for action in actions:
        for connection in _leaving(action):
            if connection.get("edgeType", EDGES[0]) not in EDGES:
                yield f'action "{action["actionId"]}": edgeType must be {" or ".join(EDGES)}'
            if str(connection.get("nextActionId")) not in ids:
                yield f'action "{action["actionId"]}" leads to "{connection.get("nextActionId")}", which is not there'


def _leaving(action: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    yield from (action[key] for key in ("connection", "defaultBranch") if action.get(key))
    yield from (branch["connection"] for branch in _branches(action) if branch.get("connection"))
