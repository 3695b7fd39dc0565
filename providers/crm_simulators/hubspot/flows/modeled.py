"""Which parts of workflows the simulator can run. Enabling a workflow that has other parts is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vendor_facts import vocabulary

from crm_simulators.hubspot.errors import JsonObject
from crm_simulators.hubspot.filters.evaluation import PROPERTY_CHANGED
from crm_simulators.hubspot.flows.actions import CATALOG, value_type
from crm_simulators.hubspot.flows.schedule import MONTHS, WEEKDAYS
from crm_simulators.hubspot.flows.values import SET_TYPES, UNITS

RUNS = (
    *("0-1", "0-3", "0-4", "0-5", "0-8", "0-9", "0-11", "0-14", "0-15", "0-23", "0-35"),
    *("0-63809083", "0-63863438", "0-18224765"),
)
"""Built-in actions that run."""
RECORDED = ("0-4", "0-8", "0-9", "0-23")
"""Actions whose effect leaves the portal: they are kept in a log."""
OTHER_WORKFLOW = ("flow_id", "flowId", "workflow_id", "workflowId")
"""The field of 0-15 that names the workflow: its name is not documented [?]."""
DELAY_KEYS = ("delta", "timeUnit", "timeOfDay", "daysOfWeek")
SCHEDULE_KEYS = {
    kind: tuple(keys.split()) for kind, keys in vocabulary("hubspot", "flow schedules").items()
}  # besides timeOfDay [S]


def unmodeled(flow: JsonObject, definitions: JsonObject) -> list[str]:
    """Each part of a workflow that the simulator cannot run."""
    found = [problem for action in flow["actions"] for problem in _action(action)]
    found += _schedule(flow.get("enrollmentSchedule"))
    found += [name for name in ("blockedDates", "timeWindows", "eventAnchor") if flow.get(name)]
    criteria = flow.get("enrollmentCriteria") or {}
    found += ["criteria on a dataset"] if criteria.get("type") == "DATASET" else []
    for branch in criteria.get("eventFilterBranches", []):
        found += _event(branch, definitions)
    return list(dict.fromkeys(found))


def _action(action: JsonObject) -> Iterator[str]:
    named = f"action {action['actionId']}"
    if "inputValue" in action:
        yield from _value(named, action["inputValue"], ("OBJECT_PROPERTY", "STATIC_VALUE"))
    if action["type"] != "SINGLE_CONNECTION":
        return
    type_id, fields = action["actionTypeId"], action["fields"]
    if type_id not in RUNS:
        yield f"{named} ({CATALOG.get(type_id, (type_id,))[0]})"
    elif type_id == "0-5":
        yield from _value(named, fields["value"], SET_TYPES)
    elif type_id == "0-14":
        for each in fields["properties"]:
            yield from _value(named, each["value"], SET_TYPES)
    elif type_id == "0-15" and not any(fields.get(key) for key in OTHER_WORKFLOW):
        yield f"{named} (Enroll in another workflow) without one of {', '.join(OTHER_WORKFLOW)}"
    elif type_id == "0-35":
        yield from _value(named, fields["date"], ("OBJECT_PROPERTY", "STATIC_VALUE"))


def _value(named: str, value: Any, allowed: tuple[str, ...]) -> Iterator[str]:
    kind = value_type(value) if isinstance(value, dict) else value
    if kind not in allowed:
        yield f"{named} with a value of type {kind}"
    elif kind == "RELATIVE_DATETIME":
        delay = value["timeDelay"]
        if delay.get("timeUnit") not in UNITS:
            yield f"{named} with the time unit {delay.get('timeUnit')}"
        yield from (f"{named} with {key} in a time delay" for key in sorted(set(delay) - set(DELAY_KEYS)))


def _schedule(schedule: JsonObject | None) -> Iterator[str]:
    if schedule is None:
        return
    for key in ("timeOfDay", *SCHEDULE_KEYS[schedule["type"]]):
        if key not in schedule:
            yield f"a {schedule['type']} enrollmentSchedule without {key}"
    for day in schedule.get("daysOfWeek", []):
        if day not in WEEKDAYS:
            yield f"an enrollmentSchedule on {day}"
    if schedule.get("month", MONTHS[0]) not in MONTHS:
        yield f"an enrollmentSchedule in {schedule['month']}"


def _event(branch: JsonObject, definitions: JsonObject) -> Iterator[str]:
    """A calculated property has no time of change: it is computed when it is read."""
    if branch["eventTypeId"] != PROPERTY_CHANGED:
        return
    for part in branch["filters"]:
        operation = part.get("operation", {})
        for name in operation.get("values", []) if part.get("property") == "hs_name" else []:
            if definitions.get(name, {}).get("calculated"):
                yield f"enrollment by changes of the calculated property {name}"
