"""Random filter trees: every operation that HubSpot's specification lists, in every nesting."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st
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
from revops_hubspot.filters.time_points import date_point, documented_window, indexed_point, property_point
from revops_hubspot.filters.tree import And, Associated, Changed, Event, Leaf, Not, Or, Test, Tree

NAMES = st.sampled_from(["fit_score", "lifecyclestage", "in", "not", "true", "a-b", "2fa", "hs_v2_date_entered_123"])
TEXTS = st.text(max_size=12)
OWNERS = st.fixed_dictionaries({"owner": st.sampled_from(["maya@example.com", "o'neil+x@example.com"])})
NUMBERS = st.integers(-(10**9), 10**9) | st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 4))
DAYS = st.integers(0, 400)
MONTH_NAMES = st.sampled_from([month.upper() for month in MONTHS])
ZONES = st.sampled_from(["UTC", "US/Eastern", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])


@st.composite
def points(draw: st.DrawFn, ends: bool) -> dict[str, Any]:
    zone = {"zoneId": draw(ZONES)}
    kind = draw(st.sampled_from(["DATE", "INDEXED", "PROPERTY_REFERENCED"]))
    if kind == "PROPERTY_REFERENCED":
        return property_point(draw(NAMES), draw(st.sampled_from(["value", "update"]))) | zone
    if kind == "DATE":
        day = draw(st.dates(date(1970, 1, 2), date(2999, 1, 1)))
        return date_point(day.isoformat(), ends) | zone
    offsets = draw(st.lists(st.tuples(st.sampled_from(OFFSET_UNITS), st.integers(-90, 90)), max_size=2))
    return indexed_point(draw(st.sampled_from(["now", "today"])), offsets) | zone


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


@st.composite
def other_filters(draw: st.DrawFn) -> Test:
    kind = draw(st.sampled_from(["IN_LIST", "FORM_SUBMISSION", "PAGE_VIEW"]))
    if kind == "IN_LIST":
        live = draw(st.fixed_dictionaries({"list": TEXTS}) | st.integers(1, 999).map(str))
        return Test({"filterType": kind, "listId": live, "operator": draw(st.sampled_from(["IN_LIST", "NOT_IN_LIST"]))})
    if kind == "FORM_SUBMISSION":
        form = draw(st.just({}) | st.fixed_dictionaries({"formId": TEXTS}))
        return Test({"filterType": kind, **form, "operator": draw(st.sampled_from(["FILLED_OUT", "NOT_FILLED_OUT"]))})
    how = draw(st.sampled_from(["HAS_PAGEVIEW_EQ", "NOT_HAS_PAGEVIEW_EQ", "HAS_PAGEVIEW_CONTAINS"]))
    return Test({"filterType": kind, "pageUrl": draw(TEXTS), "operator": how})


@st.composite
def events(draw: st.DrawFn) -> Event:
    type_ = draw(st.sampled_from(["4-655002", "4-1639801", "6-123"]))
    return Event(type_, draw(st.booleans()), tuple(draw(st.lists(comparisons(), max_size=2))))


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
