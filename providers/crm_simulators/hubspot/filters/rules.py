"""What a filter branch of a list or flow must look like. What is not modeled is refused."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from vendor_facts import pairs, table, vocabulary

from crm_simulators.hubspot.errors import JsonObject, validation_error
from crm_simulators.hubspot.http.bodies import BODIES, check_body, fields
from crm_simulators.hubspot.portal.portal import Portal

BRANCH = fields("PublicFilterBranch")
OPERATION = {"operationType": "text", "operator": "text", "includeObjectsWithNoValueSet": "flag"}
ANY_TYPE: tuple[str, ...] = ("string", "number", "bool", "enumeration", "date", "datetime", "phone_number")

OPERATIONS = table("hubspot/filter_operations")
OPERATORS = {row["operation"]: tuple(row["operators"].split()) for row in OPERATIONS}
REQUIRED = {row["operation"]: pairs(row["required"]) for row in OPERATIONS}
OPTIONAL = {row["operation"]: pairs(row["optional"]) for row in OPERATIONS}
PROPERTY_TYPES = {row["operation"]: tuple(row["property_types"].split()) or ANY_TYPE for row in OPERATIONS}
"""The property types that fit [?]: every other type is refused with these operations."""
TIME_POINTS = {kind: BODIES[f"{kind} time point"] for kind in ("DATE", "INDEXED", "PROPERTY_REFERENCED")}
MAX_OFFSET = 50_000  # so that no sum of offsets leaves the calendar; our bound, HubSpot's is not known [?]
ENDPOINTS = ("INCLUSIVE", "EXCLUSIVE")
TIME_UNITS = ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
REFERENCES = ("NOW", "TODAY", "WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR")  # [S]
EVENT_TYPES = vocabulary("hubspot", "event types")  # the first two [T], the third [D], the others [?]
FILTERS = {row["filter"]: row for row in table("hubspot/filter_types")}
OLDER = {kind: fields(f"{kind} operation") for kind in ("DATE", "DATETIME", "RANGED_DATE")}
"""The older date operations and their elements [S]; their operators are not documented, any is taken [?]."""


def is_change(branch: JsonObject) -> bool:
    """Whether an AND branch asks for a changed property: `hs_name` and `hs_value` belong to the event [T]."""
    return branch["filterBranchType"] == "AND" and any(part.get("property") == "hs_name" for part in branch["filters"])


class FilterRules:
    """Checks the filter branches of one object type."""

    def __init__(self, portal: Portal, object_type: str) -> None:
        self.portal = portal
        self.object_type = object_type

    def check(self, branch: Any) -> None:
        """A whole tree: an OR root whose children are ANDs [S][D]."""
        self._shape(branch)
        if branch["filterBranchType"] != "OR" or branch["filters"]:
            raise _refused("the root must be an OR branch without filters, holding AND branches")
        for child in branch["filterBranches"]:
            self._shape(child)
            if child["filterBranchType"] != "AND":
                raise _refused(f'a branch in the root must be AND, not "{child["filterBranchType"]}"')
            self._inside_and(child)

    def check_criteria(self, branch: Any) -> None:
        """A whole tree of a flow: as in a list, or one AND branch alone, as live portals hold it [T]."""
        self._shape(branch)
        self._inside_and(branch) if branch["filterBranchType"] == "AND" else self.check(branch)

    def check_trigger(self, branch: Any) -> None:
        """A branch of a flow that may be a whole tree, an AND branch, a changed property or an event."""
        self._shape(branch)
        if is_change(branch):
            for part in branch["filters"]:
                self._filter(part, in_event=True)
        elif branch["filterBranchType"] in ("OR", "AND"):
            self.check_criteria(branch)
        else:
            self.check_event_branch(branch)

    def check_event_branch(self, branch: Any) -> None:
        """An event that enrolls (`eventFilterBranches`): such branches cannot nest [T issue #498]."""
        self._shape(branch)
        if branch["filterBranchType"] != "UNIFIED_EVENTS" or branch["filterBranches"]:
            raise _refused("an event branch must be UNIFIED_EVENTS, without branches in it")
        self._event(branch)

    def _inside_and(self, branch: JsonObject) -> None:
        for part in branch["filters"]:
            self._filter(part)
        for child in branch["filterBranches"]:
            self._shape(child)
            kind = child["filterBranchType"]
            if kind == "UNIFIED_EVENTS":
                self._event(child)
            elif kind == "ASSOCIATION":
                self._association(child)
            elif kind == "PROPERTY_ASSOCIATION":
                FilterRules(self.portal, self.portal.object_type(child["objectTypeId"]).id)._inside_and(child)
            elif self._is_negation(kind):
                self._inside_and(child)
            else:
                raise _refused(f'a branch in an AND branch must be UNIFIED_EVENTS or ASSOCIATION, not "{kind}"')

    def _is_negation(self, kind: str) -> bool:
        return kind in ("NOT_ALL", "NOT_ANY") and self.portal.switch("negated_branches") == "accept"

    def _shape(self, branch: Any) -> None:
        if not isinstance(branch, dict):
            raise _refused("a branch must be an object")
        events = {"eventTypeId": "text", "operator": "text"}
        association = {"objectTypeId": "text", "associationTypeId": "integer", "associationCategory": "text"}
        extra = {"UNIFIED_EVENTS": events, "ASSOCIATION": {**association, "operator": "text"}}
        extra["PROPERTY_ASSOCIATION"] = {"objectTypeId": "text", "propertyWithObjectId": "text", "operator": "text"}
        kind = str(branch.get("filterBranchType"))
        optional = {
            "filterBranchOperator": kind if kind in ("OR", "AND") else "AND",
            "filters": [],
            "filterBranches": [],
        }
        for name, default in optional.items():  # they may be left out of a request [D]
            branch.setdefault(name, default)
        check_body("PublicFilterBranch", branch, {**BRANCH, **extra.get(kind, {})}, {"coalescingRefineBy": "object"})
        if kind in ("OR", "AND") and branch["filterBranchOperator"] != kind:
            raise _refused(f'filterBranchOperator of an {kind} branch must be "{kind}"')

    def _event(self, branch: JsonObject) -> None:
        event_type = branch["eventTypeId"]
        if branch["operator"] not in ("HAS_COMPLETED", "HAS_NOT_COMPLETED"):
            raise _refused("operator of a UNIFIED_EVENTS branch must be HAS_COMPLETED or HAS_NOT_COMPLETED")
        if event_type not in EVENT_TYPES and self.portal.switch("unknown_event_types") == "refuse":
            raise _refused(f"event type {event_type} is not known")
        for part in branch["filters"]:
            self._filter(part, in_event=True)

    def _association(self, branch: JsonObject) -> None:
        if branch["operator"] not in ("IN_LIST", "NOT_IN_LIST"):
            raise _refused("operator of an ASSOCIATION branch must be IN_LIST or NOT_IN_LIST")
        if branch["filterBranches"]:
            raise _refused("branches in an ASSOCIATION branch are not supported")
        inside = FilterRules(self.portal, branch["objectTypeId"])
        for part in branch["filters"]:
            inside._filter(part)

    def _filter(self, part: Any, in_event: bool = False) -> None:
        if not isinstance(part, dict):
            raise _refused("a filter must be an object")
        kind = part.get("filterType")
        if kind == "PROPERTY":
            check_body(
                "PublicPropertyFilter", part, {"filterType": "text", "property": "text", "operation": "object"}, {}
            )
            self._operation(part["property"], part["operation"], in_event)
        elif kind in FILTERS:
            self._other(FILTERS[kind], part)
        else:
            raise _refused(f'filterType "{kind}" is not supported')

    def _other(self, row: Mapping[str, str], part: JsonObject) -> None:
        """A documented filter other than on a property: its elements, and its operators where they are documented."""
        kind, operators = row["filter"], row["operators"].split()
        required = {"filterType": "text", **pairs(row["required"]), **({"operator": "text"} if operators else {})}
        check_body(f"{kind} filter", part, required, pairs(row["optional"]))
        if operators and part["operator"] not in operators:
            raise _refused(f"operator of a {kind} filter must be one of {', '.join(operators)}")
        if kind == "IN_LIST" and "metadata" not in part:
            self._in_list(part)

    def _in_list(self, part: JsonObject) -> None:
        live = self.portal.area("lists").get(str(part.get("listId")))
        if live is None or live.get("deletedAt"):
            raise _refused(f"list {part.get('listId')} does not exist")

    def _operation(self, name: str, operation: JsonObject, in_event: bool) -> None:
        kind = str(operation.get("operationType"))
        operation.setdefault("includeObjectsWithNoValueSet", False)  # it may be left out of a request [D]
        if kind in OLDER:
            required = {**OPERATION, **OLDER[kind]}
            check_body("PublicPropertyOperation", operation, required, {"requiresTimeZoneConversion": "flag"})
            return
        if kind not in OPERATORS:
            raise _refused(f'operationType "{kind}" is not supported')
        if kind in ("NUMBER", "NUMBER_RANGED"):
            _as_numbers(operation)
        required = {**OPERATION, **REQUIRED[kind]}
        check_body("PublicPropertyOperation", operation, required, OPTIONAL[kind])
        if operation["operator"] not in OPERATORS[kind]:
            allowed = ", ".join(OPERATORS[kind])
            raise _refused(f'operator "{operation["operator"]}" of {kind} is invalid: it must be one of {allowed}')
        if not in_event:
            self._property(name, kind)
            if kind.startswith("COMPARATIVE"):
                self._property(operation["comparisonPropertyName"], kind)
        for key in ("timePoint", "lowerBoundTimePoint", "upperBoundTimePoint"):
            if key in operation:
                self._time_point(operation[key])
        for key in ("endpointBehavior", "lowerBoundEndpointBehavior", "upperBoundEndpointBehavior"):
            if operation.get(key, "INCLUSIVE") not in ENDPOINTS:
                raise _refused(f"{key} must be {' or '.join(ENDPOINTS)}")
        if kind == "CALENDAR_DATE" and operation["timeUnit"] not in TIME_UNITS:
            raise _refused(f"timeUnit must be one of {', '.join(TIME_UNITS)}")

    def _property(self, name: str, kind: str) -> None:
        definitions: Mapping[str, JsonObject] = self.portal.area("properties", self.object_type)
        if name not in definitions:
            raise _refused(f"property {name} does not exist")
        live, desired = definitions[name]["type"], PROPERTY_TYPES[kind]
        if live not in desired:
            raise _refused(f"operationType {kind} does not fit property {name} of type {live}")

    def _time_point(self, point: JsonObject) -> None:
        kind = str(point.get("timeType"))
        if kind not in TIME_POINTS:
            raise _refused(f'timeType "{kind}" is not supported')
        required, optional = TIME_POINTS[kind]
        check_body("PublicTimePoint", point, {"timeType": "text", **required}, {"timezoneSource": "text", **optional})
        if kind == "INDEXED" and str(point["indexReference"].get("referenceType")) not in REFERENCES:
            raise _refused(f"indexReference.referenceType must be one of {', '.join(REFERENCES)}")
        for name, value in (point.get("offset") or {}).items():
            if not isinstance(value, int) or abs(value) > MAX_OFFSET:
                raise _refused(f"{name} of the offset must be a whole number of at most {MAX_OFFSET}")
        if kind == "PROPERTY_REFERENCED" and point["referenceType"] not in ("VALUE", "UPDATED_AT"):
            raise _refused("referenceType must be VALUE or UPDATED_AT")


def _as_numbers(operation: JsonObject) -> None:
    """Numbers are taken as text too [T]; answers hold numbers."""
    for name in ("value", "lowerBound", "upperBound"):
        if isinstance(operation.get(name), str):
            with suppress(ValueError):
                number = float(operation[name])
                operation[name] = int(number) if number.is_integer() else number


def _refused(problem: str) -> Exception:
    return validation_error(f"Invalid filter: {problem}")
