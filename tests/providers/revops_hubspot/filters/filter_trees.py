"""Random filter trees: every operation that HubSpot's specification lists, in every nesting."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st
from revops_hubspot.filters.filter_types import ACTIVITIES, ANSWER, ELEMENTS, LINES, NEEDED, THE_ANSWER
from revops_hubspot.filters.leaves import on_property, operation
from revops_hubspot.filters.phrases import (
    CALENDAR_UNITS,
    ENDS,
    MONTHS,
    NEW_VALUE,
    OFFSET_UNITS,
    PHRASES,
    Phrase,
)
from revops_hubspot.filters.time_points import (
    INDEXES,
    WEEKDAYS,
    date_point,
    documented_window,
    indexed_point,
    property_point,
    read_clock,
)
from revops_hubspot.filters.tree import (
    Activity,
    And,
    Associated,
    Changed,
    Event,
    Ever,
    InList,
    Leaf,
    ListName,
    Moment,
    Not,
    Offset,
    Or,
    SetOf,
    Test,
    Times,
    Tree,
    Value,
    Window,
)

NAMES = st.sampled_from(["fit_score", "lifecyclestage", "in", "not", "true", "a-b", "2fa", "hs_v2_date_entered_123"])
TEXTS = st.text(max_size=12)
OWNERS = st.fixed_dictionaries({"owner": st.sampled_from(["maya@example.com", "o'neil+x@example.com"])})
NUMBERS = st.integers(-(10**9), 10**9) | st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 4))
DAYS = st.integers(0, 400)
MONTH_NAMES = st.sampled_from([month.upper() for month in MONTHS])
ZONES = st.sampled_from(["UTC", "US/Eastern", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])
SOURCES = st.sampled_from(["CUSTOM", "PORTAL"])


@st.composite
def points(draw: st.DrawFn, ends: bool) -> dict[str, Any]:
    zone = {"zoneId": draw(ZONES), "timezoneSource": draw(SOURCES)}
    kind = draw(st.sampled_from(["DATE", "INDEXED", "PROPERTY_REFERENCED"]))
    if kind == "PROPERTY_REFERENCED":
        return property_point(draw(NAMES), draw(st.sampled_from(["value", "update"]))) | zone
    clock = draw(st.just({}) | st.times().map(lambda time: read_clock(time.isoformat(timespec="milliseconds"))))
    if kind == "DATE":
        day = draw(st.dates(date(1970, 1, 2), date(2999, 1, 1)))
        return date_point(day.isoformat(), ends) | clock | zone
    offsets = draw(st.lists(st.tuples(st.sampled_from(OFFSET_UNITS), st.integers(-90, 90)), max_size=2))
    point = indexed_point(draw(st.sampled_from(list(INDEXES))), offsets) | zone
    weekday = st.sampled_from(WEEKDAYS).map(lambda day: {"dayOfWeek": day.upper()})
    position = draw(st.just({}) | weekday | st.just({"day": 3}) | st.just({"day": 1, "month": 2}))
    return {**point, "indexReference": {**point["indexReference"], **position, **clock}}


@st.composite
def ranges(draw: st.DrawFn, phrase: Phrase) -> dict[str, Any]:
    low, high = draw(points(False)), draw(points(True))
    behaviors = draw(st.none() | st.sampled_from(list(ENDS.values())))
    if behaviors is None:
        ahead = (phrase.operator, phrase.fixed["propertyParser"]) == ("IS_BETWEEN", "VALUE")
        low, high = documented_window(low, high, ahead)
    return {"lowerBoundTimePoint": low, "upperBoundTimePoint": high, **(behaviors or {})}


@st.composite
def operations(draw: st.DrawFn, phrase: Phrase) -> dict[str, Any]:
    operator = phrase.operator
    extra: dict[str, Any] = {}
    match phrase.type:
        case "BOOL":
            extra = {"value": draw(st.booleans())}
        case "ENUMERATION":
            extra = {"values": draw(st.lists(TEXTS | OWNERS, min_size=1, max_size=3))}
        case "MULTISTRING":
            extra = {"values": draw(st.lists(TEXTS, min_size=1, max_size=3))}
        case "STRING":
            extra = {"value": draw(TEXTS)}
        case "NUMBER":
            extra = {"value": draw(NUMBERS)}
        case "NUMBER_RANGED":
            extra = {"lowerBound": draw(NUMBERS), "upperBound": draw(NUMBERS)}
        case "TIME_POINT":
            extra = {"timePoint": draw(points(phrase.ends))}
        case "TIME_RANGED":
            extra = draw(ranges(phrase))
        case "COMPARATIVE_DATE" | "COMPARATIVE_PROPERTY_UPDATED":
            extra = {"comparisonPropertyName": draw(NAMES)}
            if draw(st.booleans()):
                extra["defaultComparisonValue"] = draw(TEXTS)
        case "ROLLING_DATE_RANGE":
            operator = f"{operator}_{draw(st.sampled_from(['AGO', 'FROM_NOW']))}"
            extra = {"numberOfDays": draw(DAYS), "requiresTimeZoneConversion": draw(st.booleans())}
        case "CALENDAR_DATE":
            extra = {"timeUnit": draw(st.sampled_from(CALENDAR_UNITS)).upper()}
            if operator == "IN_THIS_TIME_UNIT":
                operator = draw(st.sampled_from([operator, f"{operator}_SO_FAR"]))
            elif draw(st.booleans()):
                extra["timeUnitCount"] = draw(DAYS)
            if draw(st.booleans()):
                extra["useFiscalYear"] = True
                if draw(st.booleans()):
                    extra["fiscalYearStart"] = draw(MONTH_NAMES)
        case "ROLLING_PROPERTY_UPDATED":
            extra = {"numberOfDays": draw(DAYS)}
    unknown = None if phrase.type == "ALL_PROPERTY" else draw(st.none() | st.booleans())
    return operation(phrase.type, operator, unknown, **phrase.fixed, **extra)


@st.composite
def comparisons(draw: st.DrawFn) -> Test:
    return on_property(draw(NAMES), draw(operations(draw(st.sampled_from(PHRASES)))))


LISTS = st.builds(ListName, name=TEXTS) | st.integers(1, 999).map(lambda number: ListName(id=str(number)))
OFFSETS = st.builds(
    Offset, st.integers(0, 400), st.sampled_from(["days", "weeks", "hours"]), st.sampled_from(["PAST", "FUTURE"])
)
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2999, 1, 1)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
)
WINDOWS = (
    st.builds(Window, st.sampled_from(["after", "before"]), OFFSETS | MOMENTS)
    | st.builds(Window, st.just("between"), OFFSETS, OFFSETS)
    | st.builds(Window, st.just("between"), MOMENTS, MOMENTS)
)
DATED = st.sampled_from([phrase for phrase in PHRASES if phrase.type == "TIME_POINT"]).flatmap(operations)
COUNTS = st.integers(0, 99)
OFTEN = (
    st.builds(Times, COUNTS, st.none() | COUNTS)
    | st.builds(Times, st.none(), COUNTS)
    | st.builds(SetOf, st.sampled_from(["any", "all"]))
)
WHEN = WINDOWS | st.just(Ever()) | DATED.map(Moment)
TYPED: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "list": st.lists(TEXTS, min_size=1, max_size=2).map(tuple),
    "flag": st.booleans(),
    "integer": st.integers(0, 999),
    "any": st.integers(0, 999) | TEXTS,
}


@st.composite
def activities(draw: st.DrawFn) -> Activity:
    phrase = draw(st.sampled_from(ACTIVITIES))
    needed, elements = NEEDED[phrase.type], ELEMENTS[phrase.type]
    given = [name for name in phrase.elements if name in needed or draw(st.booleans())]
    values = [Value(name, draw(TYPED[elements[name]])) for name in elements if name in given or name == phrase.main]
    often = draw(_refined(phrase.type, "coalescingRefineBy", OFTEN))
    when = draw(_refined(phrase.type, "pruningRefineBy", WHEN))
    tests = draw(st.lists(comparisons(), max_size=2)) if phrase.compares == LINES else []
    if phrase.compares == ANSWER:
        tests = [Test(THE_ANSWER, draw(comparisons()).operation)]
    return Activity(phrase.type, phrase.operator, tuple(values), often, when, tuple(tests))


def _refined(type_: str, key: str, refinements: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    if key in NEEDED[type_]:
        return refinements
    return st.none() | refinements if key in ELEMENTS[type_] else st.none()


def other_filters() -> st.SearchStrategy[InList | Activity]:
    return st.builds(InList, LISTS, st.booleans()) | activities()


@st.composite
def events(draw: st.DrawFn) -> Event:
    type_ = draw(st.sampled_from(["4-655002", "4-1639801", "6-123"]))
    tests = tuple(draw(st.lists(comparisons(), max_size=2)))
    return Event(type_, draw(st.booleans()), tests, draw(st.none() | OFTEN), draw(st.none() | WHEN))


@st.composite
def associated(draw: st.DrawFn) -> Associated:
    type_, category = draw(st.sampled_from([(None, "HUBSPOT_DEFINED"), (1, "HUBSPOT_DEFINED"), (45, "USER_DEFINED")]))
    object_ = draw(st.sampled_from(["companies", "deals", "tickets"]))
    tests = tuple(draw(st.lists(comparisons(), max_size=2)))
    return Associated(object_, bool(tests) or draw(st.booleans()), tests, type_, category)


@st.composite
def changed(draw: st.DrawFn) -> Changed:
    now = draw(st.none() | st.sampled_from(PHRASES).flatmap(operations))
    return Changed(draw(NAMES), None if now is None else on_property(NEW_VALUE, now))


LEAVES: st.SearchStrategy[Leaf] = comparisons() | other_filters() | events() | associated() | changed()


def _nested(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return several.map(And) | several.map(Or) | inner.map(Not)


TREES: st.SearchStrategy[Tree] = st.recursive(LEAVES, _nested, max_leaves=5)
CASES = st.lists(st.lists(LEAVES, min_size=1, max_size=3), min_size=1, max_size=3)
"""What a filter branch can hold: an OR of ANDs."""
