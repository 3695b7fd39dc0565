"""Date filters in every spelling of HubSpot's JSON read back as words, which compile to the same."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from revops_hubspot.filters.branches import compile_filter, readable
from revops_hubspot.filters.canonical import canonical_root
from revops_hubspot.filters.phrases import OFFSET_UNITS
from revops_hubspot.filters.time_points import END, START

Json = dict[str, Any]
ZONES = st.sampled_from(["UTC", "US/Eastern", "Europe/Berlin"])
PARSERS = st.sampled_from([{}, {"propertyParser": "VALUE"}, {"propertyParser": "UPDATED_AT"}])
ENDPOINTS = st.sampled_from([None, "INCLUSIVE", "EXCLUSIVE"])
UNKNOWN = st.sampled_from([{}, {"includeObjectsWithNoValueSet": False}, {"includeObjectsWithNoValueSet": True}])


@st.composite
def indexed(draw: st.DrawFn) -> Json:
    """A day or moment counted from now, with what requests may leave out."""
    offsets = st.dictionaries(st.sampled_from(OFFSET_UNITS), st.integers(-400, 400), max_size=2)
    offset = draw(st.just({}) | st.fixed_dictionaries({"offset": offsets}))
    sources: list[Json] = [{}, {"timezoneSource": "CUSTOM"}, {"timezoneSource": None}]
    source = draw(st.sampled_from(sources))
    reference = {"indexReference": {"referenceType": draw(st.sampled_from(["NOW", "TODAY"]))}}
    return {"timeType": "INDEXED", "zoneId": draw(ZONES), **source, **reference, **offset}


@st.composite
def days(draw: st.DrawFn, ends: bool) -> Json:
    day = draw(st.dates())
    clock = {key: value for key, value in (END if ends else START).items() if value or draw(st.booleans())}
    date = {"year": day.year, "month": day.month, "day": day.day}
    return {"timeType": "DATE", "zoneId": draw(ZONES), "timezoneSource": "CUSTOM", **date, **clock}


@st.composite
def points(draw: st.DrawFn) -> Json:
    operator, ends = draw(st.sampled_from([("IS_BEFORE", False), ("IS_AFTER", True)]))
    behaviors: list[Json] = [{}, {"endpointBehavior": "EXCLUSIVE"}, {"endpointBehavior": None}]
    behavior = draw(st.sampled_from(behaviors))
    kind = draw(st.sampled_from([{}, {"type": "TIME_POINT"}]))
    point = {"timePoint": draw(indexed() | days(ends))}
    return {"operationType": "TIME_POINT", "operator": operator, **kind, **behavior, **point, **draw(PARSERS)}


@st.composite
def ranges(draw: st.DrawFn) -> Json:
    ends = {"lowerBoundEndpointBehavior": draw(ENDPOINTS), "upperBoundEndpointBehavior": draw(ENDPOINTS)}
    low, high = draw(indexed() | days(False)), draw(indexed() | days(True))
    bounds = {"lowerBoundTimePoint": low, "upperBoundTimePoint": high}
    operator = draw(st.sampled_from(["IS_BETWEEN", "IS_NOT_BETWEEN"]))
    return {"operationType": "TIME_RANGED", "operator": operator, **ends, **bounds, **draw(PARSERS)}


ROOTS = st.sampled_from(["OR", "AND"])


@given(st.lists(points() | ranges(), min_size=1, max_size=2), UNKNOWN, ROOTS)
def test_every_date_filter_reads_as_words_that_compile_to_it(operations: list[Json], unknown: Json, root: str) -> None:
    filters = [{"filterType": "PROPERTY", "property": "d", "operation": {**one, **unknown}} for one in operations]
    inner = {"filterBranchType": "AND", "filters": filters}
    branch = inner if root == "AND" else {"filterBranchType": "OR", "filterBranches": [inner]}
    text = readable(branch, "contacts")
    assert text is not None
    assert canonical_root(compile_filter(text, "contacts")) == canonical_root(branch)
    again = readable(compile_filter(text, "contacts"), "contacts")
    assert again is not None
    assert canonical_root(compile_filter(again, "contacts")) == canonical_root(branch)
