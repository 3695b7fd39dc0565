"""Bodies of workflows for tests, and a portal to run them on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crm_simulators.server import RunningSimulators

Json = dict[str, Any]
FLOWS = "/automation/v4/flows"
DAY_S = 86_400


class Portal:
    """The simulated portal as a test uses it: over HTTP, through HubSpot's own client."""

    def __init__(self, api: Callable[..., Any], sims: RunningSimulators) -> None:
        self.api = api
        self.sims = sims

    def done(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The JSON of an answer that must be a success."""
        status, answer = self.api(method, path, body, **query)
        assert status < 300, answer
        return answer

    def contact(self, **properties: Any) -> str:
        return str(self.done("POST", "/crm/v3/objects/contacts", {"properties": properties})["id"])

    def set(self, record_id: str, **properties: Any) -> None:
        self.done("PATCH", f"/crm/v3/objects/contacts/{record_id}", {"properties": properties})

    def get(self, record_id: str, name: str, object_type: str = "contacts") -> Any:
        return self.done("GET", f"/crm/v3/objects/{object_type}/{record_id}", properties=name)["properties"][name]

    def flow(self, *steps: Json, **changes: Any) -> str:
        """An enabled contact workflow of these actions, one after the other unless they say where to go."""
        return str(self.done("POST", FLOWS, body(*steps, **changes))["id"])

    def enable(self, flow_id: str, enabled: bool = True) -> None:
        live = self.done("GET", f"{FLOWS}/{flow_id}")
        keys = ("type", "name", "actions", "enrollmentCriteria", "enrollmentSchedule", "startActionId", "revisionId")
        kept = {key: live[key] for key in keys if key in live}
        self.done("PUT", f"{FLOWS}/{flow_id}", {**kept, "isEnabled": enabled})

    def after(self, **spans: float) -> None:
        """Move the clock forward."""
        units = {"days": DAY_S, "hours": 3600, "minutes": 60, "seconds": 1}
        self.done("POST", "/_sim/clock", {"advance": sum(units[key] * value for key, value in spans.items())})

    def happens(self, record_id: str, kind: str, **properties: str) -> None:
        event = {"objectType": "contacts", "id": record_id, "eventTypeId": kind, "properties": properties}
        self.done("POST", "/_sim/event", event)

    def runs(self, flow_id: str | None = None) -> Json:
        answer: Json = self.done("POST", "/_sim/flow-runs", {"flowId": flow_id} if flow_id else {})
        return answer

    def times(self, flow_id: str) -> int:
        """How often anybody was enrolled in a flow."""
        return int(self.runs(flow_id)["flows"][flow_id]["enrollments"])

    def tasks(self) -> list[Json]:
        properties = "hs_task_subject,hs_timestamp,hubspot_owner_id,hs_task_type"
        found = self.done("GET", "/crm/v3/objects/tasks", limit=100, properties=properties)
        return [task["properties"] for task in found["results"]]


def operation(kind: str, operator: str, **more: Any) -> Json:
    return {"operationType": kind, "operator": operator, "includeObjectsWithNoValueSet": False, **more}


def where(name: str, kind: str, operator: str, **more: Any) -> Json:
    return {"filterType": "PROPERTY", "property": name, "operation": operation(kind, operator, **more)}


def equals(name: str, text: str) -> Json:
    return where(name, "MULTISTRING", "IS_EQUAL_TO", values=[text])


def known(name: str) -> Json:
    return where(name, "ALL_PROPERTY", "IS_KNOWN")


def both(*filters: Json) -> Json:
    return {"filterBranchType": "AND", "filterBranchOperator": "AND", "filters": list(filters), "filterBranches": []}


def either(*branches: Json) -> Json:
    kind = "OR"
    return {"filterBranchType": kind, "filterBranchOperator": kind, "filters": [], "filterBranches": list(branches)}


def when(*filters: Json, again: bool = False, **more: Any) -> Json:
    """Enrollment by filters that are met together."""
    triggers = {"reEnrollmentTriggersFilterBranches": [both(*filters)]} if again else {}
    branch = either(both(*filters))
    return {"type": "LIST_BASED", "shouldReEnroll": again, "listFilterBranch": branch, **triggers, **more}


def whenever(event_type: str, *filters: Json, again: bool = True, **more: Any) -> Json:
    """Enrollment by an event."""
    event = {**both(*filters), "filterBranchType": "UNIFIED_EVENTS", "eventTypeId": event_type}
    branches = [{**event, "operator": "HAS_COMPLETED"}]
    return {"type": "EVENT_BASED", "shouldReEnroll": again, "eventFilterBranches": branches, **more}


def action(type_id: str, **fields: Any) -> Json:
    return {"type": "SINGLE_CONNECTION", "actionTypeId": type_id, "actionTypeVersion": 0, "fields": fields}


def put(name: str, text: Any = None, **value: Any) -> Json:
    value = value or {"type": "STATIC_VALUE", "staticValue": text}
    return action("0-5", property_name=name, value=value)


def wait(delta: int, unit: str = "DAYS") -> Json:
    return action("0-1", delta=str(delta), time_unit=unit)


def to(action_id: int, edge: str = "STANDARD") -> Json:
    return {"edgeType": edge, "nextActionId": str(action_id)}


def body(*steps: Json, **changes: Any) -> Json:
    """The body of a create; a branch is not connected to what follows it."""
    actions = []
    for n, step in enumerate(steps, 1):
        goes_on = n < len(steps) and not step["type"].endswith("_BRANCH") and "connection" not in step
        actions.append({"actionId": str(n), **step, **({"connection": to(n + 1)} if goes_on else {})})
        if actions[-1].get("connection") == {}:
            del actions[-1]["connection"]
    return {
        "type": "CONTACT_FLOW",
        "flowType": "WORKFLOW",
        "objectTypeId": "0-1",
        "name": "Flow",
        "isEnabled": True,
        "startActionId": "1",
        "actions": actions,
        "enrollmentCriteria": when(known("email")),
    } | changes
