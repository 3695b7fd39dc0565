"""The actions of a flow, checked: their types, their connections and what they refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vendor_facts import pairs, table

from crm_simulators.hubspot.errors import HubSpotError, JsonObject, validation_error
from crm_simulators.hubspot.filters.rules import FilterRules
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.portal.portal import Portal

CATALOG: dict[str, tuple[str, tuple[str, ...]]] = {
    row["id"]: (row["label"], tuple(row["fields"].split())) for row in table("hubspot/workflow_actions")
}  # label and required fields [D][T]; 0-13 answers 500 today [T issue #498]
STATIC_LIST_LEGACY = "0-13"
REQUIRED = {row["type"]: pairs(row["required"]) for row in table("hubspot/workflow_action_types")}
OPTIONAL = {row["type"]: pairs(row["optional"]) for row in table("hubspot/workflow_action_types")}
LIST_BRANCH = {"filterBranch": "object"}
BRANCHES = {row["type"]: row["branches"] for row in table("hubspot/workflow_action_types") if row["branches"]}
VALUE_TYPES = tuple(row["type"] for row in table("hubspot/workflow_value_types"))
TIME_UNITS = ("MINUTES", "HOURS", "DAYS", "WEEKS")


class FlowActions:
    """Checks the actions of a flow on one object type."""

    def __init__(self, portal: Portal, object_type: str) -> None:
        self.portal = portal
        self.object_type = object_type
        self.rules = FilterRules(portal, object_type)

    def check(self, actions: list[Any], start: str | None, stored: Iterable[JsonObject] = ()) -> None:
        """Every action, and that every connection leads to one; `stored` are the actions that the flow has now."""
        before = {action["actionId"]: action for action in stored}
        for action in actions:
            self._shape(action, before)
        ids = [action["actionId"] for action in actions]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise _refused(f"actionId {twice[0]} is there twice")
        if start is not None and start not in ids:
            raise _refused(f"startActionId {start} is not an action of the flow")
        for action in actions:
            for connection in connections(action):
                known = {key for one in connections(before.get(action["actionId"], {})) for key in one}
                check_body("Connection", connection, {"edgeType": "text", "nextActionId": "text"}, {}, stored=known)
                if connection["edgeType"] not in ("STANDARD", "GOTO"):
                    raise _refused("edgeType must be STANDARD or GOTO")
                if connection["nextActionId"] not in ids:
                    desired = connection["nextActionId"]
                    raise _refused(f"action {action['actionId']} leads to {desired}, which is not there")

    def _shape(self, action: Any, before: Mapping[str, JsonObject]) -> None:
        if not isinstance(action, dict) or str(action.get("type")) not in REQUIRED:
            raise _refused(f"the type of an action must be one of {', '.join(REQUIRED)}")
        kind = action["type"]
        stored = before.get(str(action.get("actionId")), {})
        check_body(f"{kind} action", action, {"type": "text", **REQUIRED[kind]}, OPTIONAL[kind], stored=stored)
        if kind == "SINGLE_CONNECTION":
            self._single(action)
        if kind == "LIST_BRANCH":
            for branch in action["listBranches"]:
                check_body("ListBranch", branch, LIST_BRANCH, {"branchName": "text", "connection": "object"})
                self.rules.check_criteria(branch["filterBranch"])
        if "inputValue" in action:
            self._value(action["inputValue"])

    def _single(self, action: JsonObject) -> None:
        type_id, fields = action["actionTypeId"], action["fields"]
        if type_id == STATIC_LIST_LEGACY:
            raise HubSpotError(500, "", "INTERNAL_ERROR")  # [T nodejs#695]
        if type_id not in CATALOG:
            if self.portal.switch("unknown_action_types") == "refuse":
                raise _refused(f"actionTypeId {type_id} is not known")
            return
        label, required = CATALOG[type_id]
        missing = [name for name in required if fields.get(name) is None]
        if missing:
            raise _refused(f"action {action['actionId']} ({label}) needs the field {missing[0]}")
        if type_id == "0-5":
            self._set_property(action)
        if type_id == "0-1" and (not str(fields["delta"]).isdigit() or str(fields["time_unit"]) not in TIME_UNITS):
            allowed = ", ".join(TIME_UNITS)
            raise _refused(f"action {action['actionId']} ({label}): delta must be a number, time_unit one of {allowed}")
        if type_id == "0-11":
            self._rotation(action)

    def _set_property(self, action: JsonObject) -> None:
        fields = action["fields"]
        self._value(fields["value"])
        if not fields.get("association"):
            self._known(action, fields["property_name"])

    def _rotation(self, action: JsonObject) -> None:
        """Rotation among users or teams that exist; it promises counts, not an order."""
        fields = action["fields"]
        self._known(action, fields["target_property"])
        people = {"user_ids": self.portal.area("users"), "team_ids": self.portal.area("teams")}
        if not any(fields.get(key) for key in people):
            raise _refused(f"action {action['actionId']} (Rotate record to owner) needs user_ids or team_ids")
        for key, known in people.items():
            for desired in ids_of(fields.get(key)):
                if desired not in known:
                    raise _refused(f"action {action['actionId']} (Rotate record to owner): no {key} {desired}")

    def _known(self, action: JsonObject, name: str) -> None:
        if str(name) not in self.portal.area("properties", self.object_type):
            raise _refused(f"action {action['actionId']}: property {name} does not exist")

    def _value(self, value: Any) -> None:
        if not isinstance(value, dict) or str(value_type(value)) not in VALUE_TYPES:
            raise _refused(f"the type of a value must be one of {', '.join(VALUE_TYPES)}")
        name = value.get("propertyName")
        if value_type(value) == "OBJECT_PROPERTY" and str(name) not in self.portal.area("properties", self.object_type):
            raise _refused(f"property {name} does not exist")


def value_type(value: JsonObject) -> object:
    """The type of a value, which may be left out where its key says it [T]."""
    by_key = {"staticValue": "STATIC_VALUE", "propertyName": "OBJECT_PROPERTY"}
    return value.get("type") or next((type_ for key, type_ in by_key.items() if key in value), None)


def connections(action: JsonObject) -> Iterator[JsonObject]:
    """Every connection that leaves an action."""
    for key in ("connection", "defaultBranch"):
        if action.get(key):
            yield action[key]
    for branch in action.get(BRANCHES.get(action.get("type", ""), ""), []):
        if branch.get("connection"):
            yield branch["connection"]


def ids_of(value: Any) -> list[str]:
    """Ids as HubSpot takes them: a list, or a value of a list of static values."""
    if isinstance(value, dict):
        value = value.get("values") or value.get("staticValues") or value.get("staticValue") or []
    if isinstance(value, str | int):
        value = [part for part in str(value).split(";") if part]
    return [str(item.get("staticValue")) if isinstance(item, dict) else str(item) for item in value or []]


def _refused(problem: str) -> Exception:
    return validation_error(f"Invalid flow: {problem}")
