"""Filter texts: what they compile to, how they are refused, and that they come back as they were."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from revops_hubspot.filters.branches import compile_event, compile_filter, readable, readable_event
from revops_hubspot.filters.canonical import canonical_filters
from revops_hubspot.filters.lexer import FilterError
from revops_hubspot.filters.parser import parse
from revops_hubspot.filters.printer import render
from revops_hubspot.filters.tree import And, Leaf, Or, Tree

from tests.providers.revops_hubspot.filters.filter_trees import CASES, TREES


@given(TREES)
def test_text_of_a_tree_parses_back_to_it(tree: Tree) -> None:
    assert parse(render(tree)) == tree


@given(CASES)
def test_text_of_a_branch_compiles_back_to_it(cases: list[list[Leaf]]) -> None:
    inside = [case[0] if len(case) == 1 else And(tuple(case)) for case in cases]
    branch = compile_filter(render(inside[0] if len(inside) == 1 else Or(tuple(inside))), "contacts")
    text = readable(branch, "contacts")
    assert text is not None
    assert canonical_filters(compile_filter(text, "contacts")) == canonical_filters(branch)


Said = tuple[str, str, bool, dict[str, Any]]


def operation(text: str) -> Any:
    """The one operation of a text."""
    (case,) = compile_filter(text, "contacts")["filterBranches"]
    (only,) = case["filters"]
    return only["operation"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x is known", ("ALL_PROPERTY", "IS_KNOWN", False, {})),
        ("x is not true", ("BOOL", "IS_NOT_EQUAL_TO", True, {"value": True})),
        ("x has ever been true", ("BOOL", "HAS_EVER_BEEN_EQUAL_TO", False, {"value": True})),
        ("x is any of [lead, Sales lead]", ("ENUMERATION", "IS_ANY_OF", False, {"values": ["lead", "Sales lead"]})),
        ("x is none of [a] (if known)", ("ENUMERATION", "IS_NONE_OF", False, {"values": ["a"]})),
        ("x has never been any of [a]", ("ENUMERATION", "HAS_NEVER_BEEN_ANY_OF", True, {"values": ["a"]})),
        ("x contains all of [a, b]", ("ENUMERATION", "CONTAINS_ALL", False, {"values": ["a", "b"]})),
        (
            'x is any of [{owner: maya@example.com}, "a, b"]',
            ("ENUMERATION", "IS_ANY_OF", False, {"values": [{"owner": "maya@example.com"}, "a, b"]}),
        ),
        ('x ends with any of [".edu"]', ("MULTISTRING", "ENDS_WITH", False, {"values": [".edu"]})),
        ('x contains none of ["a"]', ("MULTISTRING", "DOES_NOT_CONTAIN", True, {"values": ["a"]})),
        ('x = "Buyer"', ("STRING", "IS_EQUAL_TO", False, {"value": "Buyer"})),
        ('x has ever been "Buyer"', ("STRING", "HAS_EVER_BEEN_EQUAL_TO", False, {"value": "Buyer"})),
        ("x != 3 (if known)", ("NUMBER", "IS_NOT_EQUAL_TO", False, {"value": 3})),
        ("x < 2.5 (or unknown)", ("NUMBER", "IS_LESS_THAN", True, {"value": 2.5})),
        ("x is between 20 and 60", ("NUMBER_RANGED", "IS_BETWEEN", False, {"lowerBound": 20, "upperBound": 60})),
        (
            "x more than 30 days ago",
            (
                "ROLLING_DATE_RANGE",
                "IS_MORE_THAN_X_DAYS_AGO",
                False,
                {"numberOfDays": 30, "requiresTimeZoneConversion": False},
            ),
        ),
        (
            "x less than 1 day from now in account time",
            (
                "ROLLING_DATE_RANGE",
                "IS_LESS_THAN_X_DAYS_FROM_NOW",
                False,
                {"numberOfDays": 1, "requiresTimeZoneConversion": True},
            ),
        ),
        ("x in this quarter so far", ("CALENDAR_DATE", "IN_THIS_TIME_UNIT_SO_FAR", False, {"timeUnit": "QUARTER"})),
        (
            "x in last 2 months",
            ("CALENDAR_DATE", "IN_LAST_TIME_UNIT", False, {"timeUnit": "MONTH", "timeUnitCount": 2}),
        ),
        ("x before property y", ("COMPARATIVE_DATE", "IS_BEFORE", False, {"comparisonPropertyName": "y"})),
        (
            "x updated after property y",
            ("COMPARATIVE_PROPERTY_UPDATED", "IS_AFTER", False, {"comparisonPropertyName": "y"}),
        ),
        (
            "x updated in the last 7 days",
            ("ROLLING_PROPERTY_UPDATED", "UPDATED_IN_LAST_X_DAYS", False, {"numberOfDays": 7}),
        ),
    ],
)
def test_form_of_the_value_says_which_operation_is_meant(
    text: str, message: tuple[str, str, bool, dict[str, Any]]
) -> None:
    type_, operator, unknown, extra = message
    assert operation(text) == {
        "operationType": type_,
        "operator": operator,
        "includeObjectsWithNoValueSet": unknown,
        **extra,
    }


def clock(hour: int, minute: int, second: int, millisecond: int) -> dict[str, int]:
    return {"hour": hour, "minute": minute, "second": second, "millisecond": millisecond}


def day(number: int, zone: str, **time: int) -> dict[str, Any]:
    return {"timeType": "DATE", "zoneId": zone, "year": 2026, "month": 12, "day": number, **time}


def test_days_are_meant_whole() -> None:
    start, end = clock(0, 0, 0, 0), clock(23, 59, 59, 999)
    assert operation("x before 2026-12-01")["timePoint"] == day(1, "UTC", **start)
    assert operation("x after 2026-12-01 in US/Eastern")["timePoint"] == day(1, "US/Eastern", **end)
    assert operation("x at or after 2026-12-01")["timePoint"] == day(1, "UTC", **start)
    between = operation("x is between 2026-12-01 and 2026-12-31 in US/Eastern")
    assert between["lowerBoundTimePoint"] == day(1, "US/Eastern", **start)
    assert between["upperBoundTimePoint"] == day(31, "US/Eastern", **end)
    assert operation("x before today - 7 days")["timePoint"] == {
        "timeType": "INDEXED",
        "zoneId": "UTC",
        "indexReference": {"referenceType": "TODAY"},
        "offset": {"days": -7},
    }


def test_and_binds_closer_than_or_and_alternatives_are_written_out() -> None:
    text = "(a is known or b is known) and not (c = 1 and d = 2)"
    assert readable(compile_filter(text, "contacts"), "contacts") == (
        "(a is known and c != 1) or (a is known and d != 2) or (b is known and c != 1) or (b is known and d != 2)"
    )
    assert parse("a is known or b is known and c is known") == parse("a is known or (b is known and c is known)")


def test_not_moves_records_without_a_value_to_the_other_side() -> None:
    assert operation("not (x > 5)")["includeObjectsWithNoValueSet"] is True
    assert operation("not (x is none of [a])")["includeObjectsWithNoValueSet"] is False
    point = operation("not (x before 2026-12-01)")
    assert (point["operator"], point["endpointBehavior"], point["includeObjectsWithNoValueSet"]) == (
        "IS_AFTER",
        "INCLUSIVE",
        True,
    )


def test_association_leads_to_the_type_between_the_two_objects() -> None:
    text = "no associated company where (industry is any of [BANKING])"
    (case,) = compile_filter(text, "deals")["filterBranches"]
    (inside,) = case["filterBranches"]
    assert (inside["objectTypeId"], inside["associationTypeId"], inside["operator"]) == ("0-2", 341, "NOT_IN_LIST")
    assert readable(compile_filter(text, "deals"), "deals") == text
    own = "associated 2-4100 of own type 45"
    assert readable(compile_filter(own, "deals"), "deals") == own


def test_event_alone_is_a_trigger() -> None:
    text = 'has completed event form_submission where (hs_form_id = "demo")'
    branch = compile_event(text, "contacts")
    assert branch["eventTypeId"] == "4-1639801"
    assert readable_event(branch, "contacts") == text
    with pytest.raises(FilterError, match=r"column 1: this is not a single event"):
        compile_event("x is known", "contacts")


REFUSED = [
    ("fit_score between 3 and 4", 'column 11: "between" is not an operation', "use is between"),
    ("stage is any off [lead]", 'column 7: "is any off" is not an operation', "use is any of"),
    ("jobtitle = Buyer", 'column 12: "Buyer" cannot follow "="', 'write a text in quotes, such as "Buyer" or a number'),
    ("fit_score >= high", 'column 14: "high" cannot follow ">="', "write a number"),
    ("jobtitle = 'Buyer'", 'column 12: "\'" cannot stand here', 'put texts in double quotes: "…"'),
    ("fit_score # 3", 'column 11: "#" cannot stand here', "write property operation value, such as fit_score >= 40"),
    ("fit_score >=", 'column 11: ">=" needs a value', "write a number"),
    ("fit_score", "column 10: a condition ends early", "write property operation value, such as fit_score >= 40"),
    ("a = 1 b = 2", 'column 7: "b" stands where and, or, or the end was expected', "write and, or, or the end"),
    ("(a = 1", "column 7: the text ends where ) was expected", "write )"),
    ("", "column 1: the text ends where the name of a property was expected", "write the name of a property"),
    ("x is any of [a", "column 13: the list does not end", "close it with ]; put special characters in quotes"),
    ("x is any of [a,,b]", "column 16: a value is missing in the list", "write values with commas between them"),
    ("x before 2026-13-01", 'column 10: "2026-13-01" is not a date', "write a date such as 2026-12-01"),
    (
        "x before 2026-12-01 in US/Estern",
        'column 24: "US/Estern" is not a time zone',
        "US/Eastern, or write one such as America/New_York",
    ),
    ("x more than 30 weeks ago", 'column 16: "weeks" is not a number of days', "write it in days"),
    (
        "associated compny where (a = 1)",
        'column 12: "compny" is not an object',
        "company, or write a custom object by its type id",
    ),
    (
        "associated company where (a = 1 or b = 2)",
        'column 33: "or" cannot stand inside where',
        "repeat the whole condition on both sides",
    ),
    (
        'not (email ends with ".edu")',
        'column 1: "not" cannot stand before "email ends with ".edu"": HubSpot has no such filter',
        "say it without not, or make a list of the others and write not in list",
    ),
    (
        "associated task where (a = 1)",
        "column 1: contacts have no unlabeled association with tasks that is known here",
        "name its id: of type 279, or of own type 45 for a label of your own",
    ),
]


@pytest.mark.parametrize(("text", "message", "fix"), REFUSED)
def test_text_that_is_no_filter_is_refused_with_column_and_fix(text: str, message: str, fix: str) -> None:
    with pytest.raises(FilterError) as refused:
        compile_filter(text, "contacts")
    assert (str(refused.value), refused.value.fix) == (message, fix)


def test_what_has_no_words_is_left_in_hubspots_form() -> None:
    branch = compile_filter("x before 2026-12-01", "contacts")
    branch["filterBranches"][0]["filters"][0]["operation"]["propertyParser"] = "VALUE"
    assert readable(branch, "contacts") is None
    cta = {"filterType": "CTA", "ctaName": "1", "operator": "HAS_CLICKED"}
    assert readable({"filterBranches": [{"filters": [cta], "filterBranches": []}]}, "contacts") is None
