"""Random filter trees: every operation that HubSpot's specification lists, in every nesting."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from revops_hubspot.filters.leaves import on_property, operation
from revops_hubspot.filters.phrases import (
    CALENDAR_UNITS,
    OFFSET_UNITS,
    PHRASES,
    Phrase,
)
from revops_hubspot.filters.time_points import CLOCK, END
from revops_hubspot.filters.tree import And, Associated, Event, Leaf, Not, Or, Test, Tree

NAMES = st.sampled_from(["fit_score", "lifecyclestage", "in", "not", "true", "a-b", "2fa", "hs_v2_date_entered_123"])
TEXTS = st.text(max_size=12)
OWNERS = st.fixed_dictionaries({"owner": st.sampled_from(["maya@example.com", "o'neil+x@example.com"])})
NUMBERS = st.integers(-(10**9), 10**9) | st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 4))
DAYS = st.integers(0, 400)
ZONES = st.sampled_from(["UTC", "US/Eastern", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])


@st.composite
def points(draw: st.DrawFn) -> dict[str, Any]:
    zone = draw(ZONES)
    kind = draw(st.sampled_from(["DATE", "INDEXED", "PROPERTY_REFERENCED"]))
    if kind == "PROPERTY_REFERENCED":
        reference = draw(st.sampled_from(["VALUE", "UPDATED_AT"]))
        return {"timeType": kind, "zoneId": zone, "property": draw(NAMES), "referenceType": reference}
    if kind == "DATE":
        moment = draw(st.datetimes().filter(lambda one: one.year >= 1970))
        clock = draw(
            st.sampled_from([(0, 0, 0, 0), (23, 59, 59, 999)])
            | st.just((moment.hour, moment.minute, moment.second, moment.microsecond // 1000))
        )
        day = {"year": moment.year, "month": moment.month, "day": moment.day}
        return {"timeType": kind, "zoneId": zone, **day, **dict(zip(CLOCK, clock, strict=True))}
    offset = draw(st.none() | st.tuples(st.sampled_from(OFFSET_UNITS), st.integers(-90, 90)))
    message: dict[str, Any] = {"timeType": kind, "zoneId": zone, "indexReference": {"referenceType": "NOW"}}
    return {**message, "offset": {offset[0]: offset[1]}} if offset else message


@st.composite
def today(draw: st.DrawFn, ends: bool) -> dict[str, Any]:
    return {
        "timeType": "INDEXED",
        "zoneId": draw(ZONES),
        "indexReference": {"referenceType": "TODAY", **(END if ends else {})},
    }


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
            ends = (operator, "endpointBehavior" in phrase.fixed) in (("IS_AFTER", False), ("IS_BEFORE", True))
            extra = {"type": "TIME_POINT", "timePoint": draw(points() | today(ends))}
        case "TIME_RANGED":
            low, high = draw(points() | today(False)), draw(points() | today(True))
            extra = {"type": "TIME_RANGED", "lowerBoundTimePoint": low, "upperBoundTimePoint": high}
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
        case "ROLLING_PROPERTY_UPDATED":
            extra = {"numberOfDays": draw(DAYS)}
    unknown = None if phrase.type == "ALL_PROPERTY" else draw(st.none() | st.booleans())
    return operation(phrase.type, operator, unknown, **extra, **phrase.fixed)


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
    return Associated(object_, draw(st.booleans()), tuple(draw(st.lists(comparisons(), max_size=2))), type_, category)


LEAVES: st.SearchStrategy[Leaf] = comparisons() | other_filters() | events() | associated()


def _nested(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return several.map(And) | several.map(Or) | inner.map(Not)


TREES: st.SearchStrategy[Tree] = st.recursive(LEAVES, _nested, max_leaves=5)
CASES = st.lists(st.lists(LEAVES, min_size=1, max_size=3), min_size=1, max_size=3)
"""What a filter branch can hold: an OR of ANDs."""
