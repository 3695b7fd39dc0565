"""How many records a workflow would enroll on the day it is enabled, counted by CRM searches and without any write.

What a search cannot express is left out of its conjunction, which can only raise the count: then it is an upper bound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from math import prod
from typing import Any
from zoneinfo import ZoneInfo

from revops_hubspot.api import records
from revops_hubspot.api.client import PortalSession
from revops_hubspot.api.records import Filter
from revops_hubspot.filters.references import to_ids
from revops_iac.provider.kind import Definition, Lookup

Groups = list[list[Filter]]
"""A disjunction of conjunctions. [] is never, [[]] is always."""
MOST_GROUPS = 100
"""Far beyond what a search takes; stops a conjunction of many alternatives from exploding."""
NEVER: Groups = []
ALWAYS: Groups = [[]]

_NUMBERS = {
    "IS_EQUAL_TO": "EQ",
    "IS_NOT_EQUAL_TO": "NEQ",
    "IS_GREATER_THAN": "GT",
    "IS_GREATER_THAN_OR_EQUAL_TO": "GTE",
    "IS_LESS_THAN": "LT",
    "IS_LESS_THAN_OR_EQUAL_TO": "LTE",
}
_VALUES = {"IS_ANY_OF": "IN", "IS_NONE_OF": "NOT_IN", "IS_EQUAL_TO": "IN", "IS_NOT_EQUAL_TO": "NOT_IN"}
_NEGATIVE = frozenset({"NEQ", "NOT_IN"})


@dataclass(frozen=True)
class Enrollment:
    """A number of records, and the kinds of criteria that were not counted: with any, it is an upper bound."""

    records: int
    uncounted: tuple[str, ...] = ()


def would_enroll(session: PortalSession, workflow: Definition) -> Enrollment:
    """Counts the records that meet a workflow's criteria now. Raises AccountError.

    Event-based and manual workflows enroll nobody when they are enabled.
    """
    criteria = workflow.get("enrollment_criteria") or {}
    if criteria.get("type") in (None, "EVENT_BASED", "MANUAL"):
        return Enrollment(0)
    object_ = workflow["object"]
    known = session.system.kinds["Property"]
    search = _Search(
        has_property=lambda name: session.find(known, f"{object_}.{name}") is not None,
        resolve=lambda token: session.resolve(token) or "",
        now=session.client.clock.now(),
    )
    branch = criteria.get("listFilterBranch")
    groups = search.groups(branch) if branch else search.unknown(str(criteria.get("type")))
    searches = _searches(groups)
    if [group for search_ in searches for group in search_] != groups or len(searches) > 1:
        search.uncounted.append("their number")
    total = sum(records.count(session.client, object_, [g for g in search_ if g]) for search_ in searches)
    return Enrollment(total, tuple(dict.fromkeys(search.uncounted)))


def _searches(groups: Groups) -> list[Groups]:
    """The groups in as many searches as they need, dates first in a group that is too long: their sum is a bound."""
    size = records.MAX_FILTERS_PER_GROUP
    short = [group if len(group) <= size else sorted(group, key=_by_date)[:size] for group in groups]
    searches: list[Groups] = []
    for group in short:
        last = searches[-1] if searches else None
        filters = sum(map(len, last or ())) + len(group)
        if last is None or len(last) == records.MAX_GROUPS or filters > records.MAX_FILTERS:
            searches.append([group])
        else:
            last.append(group)
    return searches


def _by_date(entry: Filter) -> bool:
    return entry["operator"] not in ("GT", "LT", "BETWEEN")


_COUNTED = frozenset({"weeks", "days", "hours", "minutes", "seconds", "milliseconds"})
"""Units of an offset that are the same everywhere."""


class _Search:
    """Compiles a filter tree to search groups."""

    def __init__(self, has_property: Callable[[str], bool], resolve: Callable[[Lookup], str], now: datetime) -> None:
        self.uncounted: list[str] = []
        self._has_property = has_property
        self._resolve = resolve
        self._now = now

    def unknown(self, what: str) -> Groups:
        self.uncounted.append(what)
        return ALWAYS

    def groups(self, branch: Mapping[str, Any]) -> Groups:
        """A branch with all below it."""
        kind = branch.get("filterBranchType")
        if kind not in ("AND", "OR"):
            return self.unknown(f"a {kind} branch")
        parts = [self._filter(entry) for entry in branch.get("filters") or ()]
        parts += [self.groups(inner) for inner in branch.get("filterBranches") or ()]
        if kind == "OR":
            return _any_of(parts)
        if prod(map(len, parts)) > MOST_GROUPS:
            return self.unknown("their number")
        return [[entry for group in combination for entry in group] for combination in product(*parts)]

    def _filter(self, entry: Mapping[str, Any]) -> Groups:
        if entry.get("filterType") != "PROPERTY":
            return self.unknown(f"a {entry.get('filterType')} filter")
        name, operation = str(entry["property"]), entry["operation"]
        without_value = bool(operation.get("includeObjectsWithNoValueSet"))
        if not self._has_property(name):  # it is created in this very plan, so no record has a value yet
            return ALWAYS if without_value or operation.get("operator") == "IS_UNKNOWN" else NEVER
        found = self._operation(name, to_ids(operation, self._resolve))
        if found is None:
            return self.unknown(f"{operation.get('operationType')} {operation.get('operator')} on {name}")
        if without_value:
            found = [*found, [{"propertyName": name, "operator": "NOT_HAS_PROPERTY"}]]
        return found

    def _operation(self, name: str, operation: Mapping[str, Any]) -> Groups | None:
        type_, operator = operation.get("operationType"), str(operation.get("operator"))
        if type_ == "ALL_PROPERTY" or operator in ("IS_KNOWN", "IS_UNKNOWN"):
            return _one(name, "HAS_PROPERTY" if operator == "IS_KNOWN" else "NOT_HAS_PROPERTY")
        if type_ in ("NUMBER", "BOOL") and operator in _NUMBERS:
            value = operation["value"]
            return _one(name, _NUMBERS[operator], value=str(value).lower() if isinstance(value, bool) else str(value))
        if type_ == "NUMBER_RANGED" and operator == "IS_BETWEEN":
            low, high = str(operation["lowerBound"]), str(operation["upperBound"])
            return _one(name, "BETWEEN", value=low, highValue=high)
        if type_ in ("ENUMERATION", "MULTISTRING", "STRING") and operator in _VALUES:
            values = operation["values"] if "values" in operation else [operation["value"]]
            return _one(name, _VALUES[operator], values=[str(value) for value in values])
        return self._moment(name, str(type_), operator, operation)

    def _moment(self, name: str, type_: str, operator: str, operation: Mapping[str, Any]) -> Groups | None:
        if type_ == "ROLLING_DATE_RANGE" and operator in ("IS_LESS_THAN_X_DAYS_AGO", "IS_MORE_THAN_X_DAYS_AGO"):
            edge = _milliseconds(self._now - timedelta(days=int(operation["numberOfDays"])))
            if operator == "IS_MORE_THAN_X_DAYS_AGO":
                return _one(name, "LT", value=edge)
            return _one(name, "BETWEEN", value=edge, highValue=_milliseconds(self._now))
        if operation.get("propertyParser", "VALUE") != "VALUE":  # a search knows no moment of a change
            return None
        if type_ == "TIME_POINT" and operator in ("IS_AFTER", "IS_BEFORE"):
            point = self._point(operation.get("timePoint") or {}, operator == "IS_AFTER")
            sign = "GT" if operator == "IS_AFTER" else "LT"
            return None if point is None else _one(name, sign, value=_milliseconds(point))
        if type_ == "TIME_RANGED" and operator == "IS_BETWEEN":
            low = self._point(operation.get("lowerBoundTimePoint") or {}, False)
            high = self._point(operation.get("upperBoundTimePoint") or {}, True)
            if low is not None and high is not None:
                return _one(name, "BETWEEN", value=_milliseconds(low), highValue=_milliseconds(high))
        return None

    def _point(self, point: Mapping[str, Any], ends: bool) -> datetime | None:
        """A moment, None where the account alone knows it."""
        if point.get("timeType") == "DATE":
            return _date_point(point)
        offset = point.get("offset") or {}
        if point.get("timeType") != "INDEXED" or not set(offset) <= _COUNTED:
            return None
        now = self._now.astimezone(ZoneInfo(str(point.get("zoneId") or "UTC"))) + timedelta(**offset)
        start = now.replace(hour=0, minute=0, second=0, microsecond=0)
        today = start + timedelta(days=1, milliseconds=-1) if ends else start
        return {"NOW": now, "TODAY": today}.get(str((point.get("indexReference") or {}).get("referenceType")))


def _one(name: str, operator: str, **values: Any) -> Groups:
    """A single filter; a negative one matches only records that have a value."""
    group: list[Filter] = [{"propertyName": name, "operator": operator, **values}]
    if operator in _NEGATIVE:
        group.append({"propertyName": name, "operator": "HAS_PROPERTY"})
    return [group]


def _any_of(parts: Sequence[Groups]) -> Groups:
    groups: Groups = []
    for group in (group for part in parts for group in part):
        if group not in groups:
            groups.append(group)
    return ALWAYS if [] in groups else groups


def _date_point(point: Mapping[str, Any]) -> datetime:
    return datetime(
        int(point["year"]),
        int(point["month"]),
        int(point["day"]),
        int(point.get("hour") or 0),
        int(point.get("minute") or 0),
        int(point.get("second") or 0),
        int(point.get("millisecond") or 0) * 1000,
        tzinfo=ZoneInfo(str(point.get("zoneId") or "UTC")),
    )


def _milliseconds(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))
