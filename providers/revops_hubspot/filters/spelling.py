"""One spelling for each filter: HubSpot's defaults stated, and forms that mean the same written as its editor does.

https://developers.hubspot.com/docs/api-reference/crm-lists-v3/list-filters [D]. The editor writes `timezoneSource`,
`propertyParser` and `endpointBehavior` into every date filter and compares whole days; a request may leave them out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from revops_hubspot.filters.time_points import documented_window, exclusive, spelled_point, without_day_end

Json = dict[str, Any]
ROOTS = frozenset(
    {
        "filterBranch",
        "filter_branch",
        "listFilterBranch",
        "refinementCriteria",
        "goalFilterBranch",
        "goal_filter_branch",
        "suppressionFilterBranch",
        "suppression_filter_branch",
    }
)
"""Where a whole tree stands."""
EVERY_RECORD = "hs_object_id"
"""Known on every record, so asking for it selects all of them."""


def spelled(value: Any) -> Any:
    """Every branch and operation inside a value in one spelling, in their order."""
    if isinstance(value, list):
        return [spelled(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    inside = {key: spelled(inner) for key, inner in value.items() if inner is not None}
    whole = {key: spelled_root(inner) if key in ROOTS else inner for key, inner in inside.items()}
    if "filterBranchType" in whole:
        return _branch(whole)
    if "operationType" in whole:
        return _operation(whole)
    return {**whole, "listId": str(whole["listId"])} if isinstance(whole.get("listId"), int) else whole


def spelled_root(branch: Any) -> Any:
    """A whole tree with an OR root: an AND root, as live portals hold it, is the only alternative of one [T]."""
    whole = spelled(branch)
    if not isinstance(whole, Mapping) or whole.get("filterBranchType") != "AND":
        return whole
    return with_defaults({"filterBranchType": "OR", "filterBranches": [whole]})


def with_defaults(value: Json) -> Json:
    """A branch with all its keys, an operation that says whether no value counts; requests may leave them out [D]."""
    if "filterBranchType" in value:
        operator = {"OR": "OR", "AND": "AND"}.get(value["filterBranchType"])
        default = {"filters": [], "filterBranches": [], **({"filterBranchOperator": operator} if operator else {})}
        return {**default, **value}
    if "operationType" in value:
        return {"includeObjectsWithNoValueSet": False, **value}
    return value


def _branch(branch: Json) -> Json:
    whole = with_defaults(branch)
    if whole["filterBranchType"] not in ("ASSOCIATION", "UNIFIED_EVENTS"):
        return whole
    whole = {"filterBranchOperator": "AND", **whole}
    if whole["filterBranchType"] == "ASSOCIATION" and str(whole.get("associationTypeId")).isdigit():
        whole["associationTypeId"] = int(whole["associationTypeId"])
    bare = whole["filterBranchType"] == "ASSOCIATION" and not whole["filters"] and not whole["filterBranches"]
    return _asking_for_a_record(whole) if bare else whole


def _asking_for_a_record(branch: Json) -> Json:
    """An association branch takes IN_LIST and at least one filter [D]; none associated is an unknown property [T]."""
    operator = "IS_UNKNOWN" if branch.get("operator") == "NOT_IN_LIST" else "IS_KNOWN"
    operation = _operation({"operationType": "ALL_PROPERTY", "operator": operator})
    only = {"filterType": "PROPERTY", "property": EVERY_RECORD, "operation": operation}
    return {**branch, "operator": "IN_LIST", "filters": [only]}


def _operation(operation: Json) -> Json:
    whole = with_defaults(operation)
    spell = _SPELL.get(str(whole["operationType"]))
    return whole if spell is None else spell(whole)


def _known(operation: Json) -> Json:
    """The operator alone says whether no value counts [K]."""
    return {**operation, "includeObjectsWithNoValueSet": operation.get("operator") == "IS_UNKNOWN"}


def _bool(operation: Json) -> Json:
    flags = {"true": True, "false": False}
    return {**operation, "value": flags.get(str(operation.get("value")).lower(), operation.get("value"))}


def _options(operation: Json) -> Json:
    values = operation.get("values")
    return {**operation, "values": [_text(one) for one in values]} if isinstance(values, list) else operation


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value


def _numbers(operation: Json) -> Json:
    """Live portals hold numbers also as text [T]."""
    keys = ("value", "lowerBound", "upperBound")
    return {key: _number(value) if key in keys else value for key, value in operation.items()}


def _number(value: Any) -> Any:
    try:
        found = float(value) if not isinstance(value, bool) else value
    except (TypeError, ValueError, OverflowError):
        return value
    if isinstance(value, int) or not isinstance(found, float):
        return value
    return int(found) if found.is_integer() and abs(found) < 2**53 else found


def _rolling(operation: Json) -> Json:
    return {"requiresTimeZoneConversion": False, **operation}


def _calendar(operation: Json) -> Json:
    return {key: value for key, value in operation.items() if (key, value) != ("useFiscalYear", False)}


def _moment(operation: Json) -> Json:
    whole = {"type": "TIME_POINT", "propertyParser": "VALUE", "endpointBehavior": "EXCLUSIVE", **operation}
    point = whole.get("timePoint")
    if not isinstance(point, Mapping):
        return whole
    operator, inclusive = str(whole.get("operator")), whole["endpointBehavior"] == "INCLUSIVE"
    point = spelled_point(point)
    if (operator, inclusive) in (("IS_AFTER", False), ("IS_BEFORE", True)):
        point = without_day_end(point)
    moved = exclusive(point, operator) if inclusive else None
    return {**whole, "timePoint": point} if moved is None else {**whole, "timePoint": moved, "endpointBehavior": _OPEN}


_OPEN = "EXCLUSIVE"


def _moments(operation: Json) -> Json:
    ends = {"lowerBoundEndpointBehavior": "INCLUSIVE", "upperBoundEndpointBehavior": "INCLUSIVE"}
    whole = {"type": "TIME_RANGED", "propertyParser": "VALUE", **ends, **operation}
    low, high = whole.get("lowerBoundTimePoint"), whole.get("upperBoundTimePoint")
    if not isinstance(low, Mapping) or not isinstance(high, Mapping):
        return whole
    low, high = spelled_point(low), spelled_point(high)
    if (cut := without_day_end(high)) != high:  # the end of a day was how this tool once wrote a last day
        ahead = (whole["propertyParser"], whole.get("operator")) == ("VALUE", "IS_BETWEEN")
        low, high = documented_window(low, cut, ahead)
    return {**whole, "lowerBoundTimePoint": low, "upperBoundTimePoint": high}


_SPELL: Mapping[str, Callable[[Json], Json]] = {
    "ALL_PROPERTY": _known,
    "BOOL": _bool,
    "ENUMERATION": _options,
    "NUMBER": _numbers,
    "NUMBER_RANGED": _numbers,
    "ROLLING_DATE_RANGE": _rolling,
    "CALENDAR_DATE": _calendar,
    "TIME_POINT": _moment,
    "TIME_RANGED": _moments,
}
