"""Single conditions of a filter tree: on a property of a record, on a list that it is in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from revops_hubspot.filters.phrases import EVENTS, NEGATIVE
from revops_hubspot.filters.spelling import spelled
from revops_hubspot.filters.time_points import date_point, indexed_point
from revops_hubspot.filters.tree import Event, InList, Json, ListName, Test

Day = date | timedelta
"""A day, or one that is counted from today."""
COMPARISONS = {
    "<": "IS_LESS_THAN",
    "<=": "IS_LESS_THAN_OR_EQUAL_TO",
    ">": "IS_GREATER_THAN",
    ">=": "IS_GREATER_THAN_OR_EQUAL_TO",
    "=": "IS_EQUAL_TO",
    "!=": "IS_NOT_EQUAL_TO",
}


def operation(type_: str, operator: str, unknown: bool | None = None, **extra: Any) -> Json:
    """An operation; a record without a value passes when `unknown`, by default when the operator is a negative one."""
    passes = operator in NEGATIVE if unknown is None else unknown
    found: Json = spelled(
        {"operationType": type_, "operator": operator, "includeObjectsWithNoValueSet": passes, **extra}
    )
    return found


def on_property(name: str, message: Json) -> Test:
    """A test of a property."""
    return Test(name, message)


def known(name: str) -> Test:
    """The property has a value."""
    return on_property(name, operation("ALL_PROPERTY", "IS_KNOWN"))


def unknown(name: str) -> Test:
    """The property has no value."""
    return on_property(name, operation("ALL_PROPERTY", "IS_UNKNOWN"))


def one_of(name: str, values: Iterable[Any], passes: bool | None = None) -> Test:
    """The property holds one of these options; people are `{"owner": e-mail}`."""
    return on_property(name, operation("ENUMERATION", "IS_ANY_OF", passes, values=list(values)))


def none_of(name: str, values: Iterable[Any], passes: bool | None = None) -> Test:
    """The property holds none of these options."""
    return on_property(name, operation("ENUMERATION", "IS_NONE_OF", passes, values=list(values)))


def checkbox(name: str, value: bool, passes: bool | None = None, differs: bool = False) -> Test:
    """The checkbox is (or `differs` from) a value."""
    operator = "IS_NOT_EQUAL_TO" if differs else "IS_EQUAL_TO"
    return on_property(name, operation("BOOL", operator, passes, value=value))


def text(name: str, operator: str, values: Iterable[str], passes: bool | None = None) -> Test:
    """The text and any (in the negative: none) of the values, compared by one of HubSpot's MULTISTRING operators."""
    return on_property(name, operation("MULTISTRING", operator, passes, values=list(values)))


def number(name: str, sign: str, value: float, passes: bool | None = None) -> Test:
    """A number against a literal; `sign` is `<`, `>=`, `!=` and so on."""
    shown = int(value) if float(value).is_integer() else value
    return on_property(name, operation("NUMBER", COMPARISONS[sign], passes, value=shown))


def days_ago(name: str, more_or_less: str, days: int) -> Test:
    """The date lies `more` or `less` than so many days back."""
    counted: Json = {"numberOfDays": days, "requiresTimeZoneConversion": False}
    return on_property(name, operation("ROLLING_DATE_RANGE", f"IS_{more_or_less.upper()}_THAN_X_DAYS_AGO", **counted))


def earlier_than(name: str, other: str) -> Test:
    """The date lies before another date of the record."""
    return on_property(name, operation("COMPARATIVE_DATE", "IS_BEFORE", comparisonPropertyName=other))


def later_than(name: str, other: str) -> Test:
    """The date lies after another date of the record."""
    return on_property(name, operation("COMPARATIVE_DATE", "IS_AFTER", comparisonPropertyName=other))


def before(name: str, day: Day, zone: str) -> Test:
    """Earlier than the first moment of a day."""
    return _moment(name, "IS_BEFORE", day, zone)


def after(name: str, day: Day, zone: str) -> Test:
    """Later than the last moment of a day."""
    return _moment(name, "IS_AFTER", day, zone)


def _moment(name: str, operator: str, day: Day, zone: str) -> Test:
    if isinstance(day, timedelta):
        point = indexed_point("today", [("days", day.days)])
    else:
        point = date_point(day.isoformat(), ends=operator == "IS_AFTER")
    return on_property(name, operation("TIME_POINT", operator, timePoint={**point, "zoneId": zone}))


def since(name: str, day: Day, zone: str) -> Test:
    """On the day or later."""
    return after(name, day - timedelta(days=1), zone)


def in_list(name: str, inside: bool = True) -> InList:
    """Whether the record is in the list of this name."""
    return InList(ListName(name), inside)


def happened(event: str, tests: Sequence[Test] = ()) -> Event:
    """The record has done something: the name of an event, or the id of its type."""
    return Event(EVENTS.get(event, event), True, tuple(tests))
