"""Filter texts: what they compile to, how they are refused, and that they come back as they were."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from revops_hubspot.filters.branches import (
    compile_event,
    compile_filter,
    compile_triggers,
    readable,
    readable_event,
    readable_trigger,
)
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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("city is empty", "city is unknown"),
        ("city is not empty", "city is known"),
        ("fit_score between 3 and 4", "fit_score is between 3 and 4"),
        ("closedate within the last 7 days", "closedate is between today - 7 days and now"),
        ("closedate within the next 2 weeks", "closedate is between now and today + 2 weeks"),
        ("closedate is today", "closedate in this day"),
        ("closedate < 2026-12-01", "closedate before 2026-12-01"),
        ("closedate >= today - 7 days", "closedate after today - 8 days"),
        ("closedate > createdate", "closedate after property createdate"),
    ],
)
def test_words_of_the_model_mean_the_same_in_a_filter(text: str, shown: str) -> None:
    assert render(parse(text)) == shown


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
    source = {"timeType": "DATE", "timezoneSource": "CUSTOM", "zoneId": zone}
    return {**source, "year": 2026, "month": 12, "day": number, **time}


def test_days_are_meant_whole() -> None:
    start, end = clock(0, 0, 0, 0), clock(23, 59, 59, 999)
    assert operation("x before 2026-12-02")["timePoint"] == day(2, "UTC", **start)
    assert operation("x after 2026-12-01 in US/Eastern")["timePoint"] == day(1, "US/Eastern", **end)
    assert operation("x at or after 2026-12-02") == operation("x after 2026-12-01")
    assert operation("x at or before 2026-12-01") == operation("x before 2026-12-02")
    between = operation("x is between 2026-12-01 and 2026-12-31 in US/Eastern")
    assert between["lowerBoundTimePoint"] == day(1, "US/Eastern", **start)
    assert between["upperBoundTimePoint"] == day(31, "US/Eastern", **end)
    assert operation("x before today - 7 days")["timePoint"] == {
        "timeType": "INDEXED",
        "timezoneSource": "CUSTOM",
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
    assert point == operation("x after 2026-11-30 (or unknown)")


def test_association_leads_to_the_type_between_the_two_objects() -> None:
    text = "associated company where (industry is any of [BANKING])"
    (case,) = compile_filter(text, "deals")["filterBranches"]
    (inside,) = case["filterBranches"]
    assert (inside["objectTypeId"], inside["associationTypeId"], inside["operator"]) == ("0-2", 341, "IN_LIST")
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
    ("fit_score betwen 3 and 4", 'column 11: "betwen" is not an operation', "use is between"),
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
        "x after 2026-12-01T15:30",
        'column 9: HubSpot compares whole days, so "2026-12-01T15:30" cannot have a time of day',
        "write 2026-12-01: after it means past its end, before it its start; 2026-12-01 at 15:30 is sent as it is",
    ),
    (
        "no associated company where (a = 1)",
        'column 1: HubSpot has no filter for "no associated company where (a = 1)"',
        "make a segment of associated company where (a = 1), and write not in list with its name",
    ),
    ("x in this fiscal year starting in febuary", 'column 35: "febuary" is not a month', "use february"),
    (
        "associated product where (a = 1)",
        "column 1: contacts have no unlabeled association with products that is known here",
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
    branch["filterBranches"][0]["filters"][0]["operation"]["operationType"] = "DATETIME"
    assert readable(branch, "contacts") is None
    asked = {"filterType": "IN_LIST", "operator": "IN_LIST", "metadata": {"id": "1", "inListType": "IMPORT"}}
    assert readable(rooted(asked), "contacts") is None


RELATIVE = {"timeOffset": {"amount": 30, "timeUnit": "DAYS", "offsetDirection": "PAST"}}
DATED = {"type": "RELATIVE_COMPARATIVE", "comparison": "AFTER", **RELATIVE}
SMALL = {"operationType": "NUMBER", "operator": "IS_LESS_THAN", "value": 5, "includeObjectsWithNoValueSet": False}
TWICE = {"type": "NUM_OCCURRENCES", "minOccurrences": 2}
ACTIVITIES = [
    (
        {"filterType": "EMAIL_EVENT", "operator": "OPENED", "level": "CAMPAIGN", "appId": "1", "emailId": "2"},
        'email opened where (level = "CAMPAIGN" and appId = "1" and emailId = "2")',
    ),
    (
        {"filterType": "EMAIL_SUBSCRIPTION", "subscriptionIds": ["7"], "acceptedStatuses": ["SUBSCRIBED"]},
        'email subscription where (subscriptionIds = ["7"] and acceptedStatuses = ["SUBSCRIBED"])',
    ),
    ({"filterType": "CTA", "operator": "HAS_NOT_CLICKED_CTA", "ctaName": "Demo"}, 'did not click cta "Demo"'),
    ({"filterType": "WEBINAR", "operator": "HAS_WEBINAR_ATTENDANCE"}, "attended any webinar"),
    ({"filterType": "PRIVACY", "operator": "PRIVACY_CONSENT_GRANTED", "privacyName": "n"}, 'granted consent "n"'),
    ({"filterType": "CONSTANT", "shouldAccept": False}, "constant where (shouldAccept = false)"),
    (
        {"filterType": "FORM_SUBMISSION", "operator": "FILLED_OUT", "coalescingRefineBy": TWICE},
        "filled out any form at least 2 times",
    ),
    (
        {"filterType": "PAGE_VIEW", "operator": "HAS_PAGEVIEW_EQ", "pageUrl": "/x", "pruningRefineBy": DATED},
        'viewed page "/x" dated after 30 days ago',
    ),
    (
        {
            "filterType": "SURVEY_MONKEY_VALUE",
            "operator": "HAS_ANSWERED_SURVEY_QUESTION_WITH_VALUE",
            "surveyId": "3",
            "surveyQuestion": "4",
            "valueComparison": SMALL,
        },
        'answered survey "3" where (surveyQuestion = "4" and answer < 5)',
    ),
    (
        {
            "filterType": "INTEGRATION_EVENT",
            "eventTypeId": 4009,
            "filterLines": [{"property": "size", "operation": SMALL}, {"property": "eventTypeId", "operation": SMALL}],
        },
        "had integration event where (eventTypeId = 4009 and size < 5 and `eventTypeId` < 5)",
    ),
    (
        {"filterType": "UNIFIED_EVENTS", "filterLines": [], "eventTypeId": "4-1", "coalescingRefineBy": TWICE},
        'had unified event where (eventTypeId = "4-1") at least 2 times',
    ),
    (
        {
            "filterType": "PROPERTY_ASSOCIATION",
            "listId": "1",
            "propertyWithObjectId": "p",
            "operator": "IN",
            "coalescingRefineBy": TWICE,
        },
        'record named by property in list "1" where (propertyWithObjectId = "p" and operator = "IN") at least 2 times',
    ),
]


@pytest.mark.parametrize(("part", "words"), ACTIVITIES, ids=[words for _, words in ACTIVITIES])
def test_filter_of_another_type_reads_as_words_and_back(part: dict[str, Any], words: str) -> None:
    assert readable(rooted(part), "contacts") == words
    assert compile_filter(words, "contacts")["filterBranches"][0]["filters"] == [part]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not constant where (shouldAccept = true)", 'column 1: "not" cannot stand before "constant where (should'),
        ('answered survey "3" where (surveyQuestion = "4")', 'column 17: "answered survey" needs answer'),
        ("email opened", 'column 13: "email opened" needs appId, emailId, level'),
        ('did event "7" where (size = "1")', 'column 22: "did event" has no value "size"'),
        ('granted consent "n" at least 2 times', 'column 17: "granted consent" cannot be limited so'),
        ("not email bounced where (%s)", 'column 1: "not" cannot stand before "email bounced where (%s)"'),
        ("not filled out any form at least 2 times", 'column 1: "not" cannot stand before "filled out any form at'),
    ],
)
def test_words_of_another_type_that_hubspot_would_not_take_are_refused(text: str, message: str) -> None:
    values = 'level = "CAMPAIGN" and appId = "1" and emailId = "2"'
    with pytest.raises(FilterError) as refused:
        compile_filter(text.replace("%s", values), "contacts")
    assert str(refused.value).startswith(message.replace("%s", values))


def test_not_moves_into_the_words_of_another_type() -> None:
    compiled = compile_filter('not (attended webinar "7" or saw cta "Demo")', "contacts")
    assert [part["operator"] for part in compiled["filterBranches"][0]["filters"]] == [
        "NOT_HAS_WEBINAR_ATTENDANCE",
        "HAS_NOT_OPENED_CTA",
    ]


def rooted(*filters: dict[str, Any]) -> dict[str, Any]:
    return {"filterBranchType": "OR", "filterBranches": [{"filterBranchType": "AND", "filters": list(filters)}]}


def on(name: str, **operation: Any) -> dict[str, Any]:
    return {"filterType": "PROPERTY", "property": name, "operation": operation}


def indexed(word: str, **offset: int) -> dict[str, Any]:
    source = {"timezoneSource": "CUSTOM", "zoneId": "US/Eastern", "timeType": "INDEXED"}
    return {**source, "indexReference": {"referenceType": word}, **({"offset": offset} if offset else {})}


def at(operator: str, point: dict[str, Any], parser: str = "VALUE") -> dict[str, Any]:
    ends = {"endpointBehavior": "EXCLUSIVE", "propertyParser": parser, "includeObjectsWithNoValueSet": False}
    return on("d", operator=operator, timePoint=point, type="TIME_POINT", operationType="TIME_POINT", **ends)


def within(
    low: dict[str, Any], high: dict[str, Any], parser: str = "VALUE", operator: str = "IS_BETWEEN", last: str = "IN"
) -> dict[str, Any]:
    ends = {"lowerBoundEndpointBehavior": "INCLUSIVE", "upperBoundEndpointBehavior": f"{last}CLUSIVE"}
    bounds = {"lowerBoundTimePoint": low, "upperBoundTimePoint": high, "propertyParser": parser}
    unknown = {"includeObjectsWithNoValueSet": operator == "IS_NOT_BETWEEN"}
    kind = {"operationType": "TIME_RANGED", "type": "TIME_RANGED", "operator": operator}
    return on("d", **kind, **unknown, **ends, **bounds)


EDITOR: list[tuple[str, dict[str, Any]]] = [
    ("d before 2026-12-01 in US/Eastern", at("IS_BEFORE", day(1, "US/Eastern", **clock(0, 0, 0, 0)))),
    ("d after 2026-12-01 in US/Eastern", at("IS_AFTER", day(1, "US/Eastern", **clock(23, 59, 59, 999)))),
    ("d before today - 1 day in US/Eastern", at("IS_BEFORE", indexed("TODAY", days=-1))),
    ("d after today - 3 weeks in US/Eastern", at("IS_AFTER", indexed("TODAY", weeks=-3))),
    ("d after now - 2 hours in US/Eastern", at("IS_AFTER", indexed("NOW", hours=-2))),
    ("d updated after today - 2 days in US/Eastern", at("IS_AFTER", indexed("TODAY", days=-2), "UPDATED_AT")),
    (
        "d updated after the update of e in US/Eastern",
        at(
            "IS_AFTER",
            {
                "timeType": "PROPERTY_REFERENCED",
                "timezoneSource": "CUSTOM",
                "zoneId": "US/Eastern",
                "property": "e",
                "referenceType": "UPDATED_AT",
            },
            "UPDATED_AT",
        ),
    ),
    ("d is between today - 3 days and now in US/Eastern", within(indexed("TODAY", days=-3), indexed("NOW"))),
    ("d is between now and today + 5 days in US/Eastern", within(indexed("NOW"), indexed("TODAY", days=5))),
    (
        "d is between today - 3650 days and now - 180 days in US/Eastern",
        within(indexed("TODAY", days=-3650), indexed("NOW", days=-180)),
    ),
    (
        "d updated between today - 7 days and now in US/Eastern",
        within(indexed("TODAY", days=-7), indexed("NOW"), "UPDATED_AT"),
    ),
    (
        "d not updated between today - 10 days and now in US/Eastern",
        within(indexed("TODAY", days=-10), indexed("NOW"), "UPDATED_AT", "IS_NOT_BETWEEN"),
    ),
    (
        "d is between today and today + 1 day in US/Eastern (without its end)",
        within(indexed("TODAY"), indexed("TODAY", days=1), last="EX"),
    ),
    (
        "d is between 2026-12-17 and 2026-12-18 in US/Eastern",
        within(day(17, "US/Eastern", **clock(0, 0, 0, 0)), day(18, "US/Eastern", **clock(23, 59, 59, 999))),
    ),
    (
        "d in last 2 fiscal quarters starting in february",
        on(
            "d",
            operationType="CALENDAR_DATE",
            operator="IN_LAST_TIME_UNIT",
            timeUnit="QUARTER",
            timeUnitCount=2,
            useFiscalYear=True,
            fiscalYearStart="FEBRUARY",
            includeObjectsWithNoValueSet=False,
        ),
    ),
]


@pytest.mark.parametrize(("text", "written"), EDITOR, ids=[text for text, _ in EDITOR])
def test_date_filters_of_the_editor_are_words_and_words_compile_to_them(text: str, written: dict[str, Any]) -> None:
    assert readable(rooted(written), "contacts") == text
    assert operation(text) == written["operation"]


WINDOWS = [
    ("today - 30 days and today", indexed("TODAY", days=-30), indexed("NOW")),
    ("today - 30 days and today - 7 days", indexed("TODAY", days=-30), indexed("NOW", days=-7)),
    ("today - 3 days and today + 3 days", indexed("TODAY", days=-3), indexed("NOW", days=3)),
    ("today and today + 90 days", indexed("NOW"), indexed("TODAY", days=90)),
    ("today - 1 month - 3 days and now", indexed("TODAY", days=-3, months=-1), indexed("NOW")),
]


@pytest.mark.parametrize(("words", "low", "high"), WINDOWS)
def test_window_counted_from_today_has_the_documented_references(
    words: str, low: dict[str, Any], high: dict[str, Any]
) -> None:
    assert operation(f"d is between {words} in US/Eastern") == within(low, high)["operation"]


def test_window_that_an_earlier_version_wrote_equals_the_documented_one() -> None:
    bare = {"timeType": "INDEXED", "zoneId": "UTC"}
    first = {**bare, "indexReference": {"referenceType": "TODAY"}, "offset": {"days": -30}}
    last = {**bare, "indexReference": {"referenceType": "TODAY", **clock(23, 59, 59, 999)}}
    earlier = on(
        "d",
        operationType="TIME_RANGED",
        operator="IS_BETWEEN",
        includeObjectsWithNoValueSet=False,
        type="TIME_RANGED",
        lowerBoundTimePoint=first,
        upperBoundTimePoint=last,
    )
    now = compile_filter("d is between today - 30 days and today", "contacts")
    assert canonical_filters(rooted(earlier)) == canonical_filters(now)
    day_end = on(
        "d",
        operationType="TIME_POINT",
        operator="IS_BEFORE",
        endpointBehavior="INCLUSIVE",
        includeObjectsWithNoValueSet=False,
        type="TIME_POINT",
        timePoint=last,
    )
    assert canonical_filters(rooted(day_end)) == canonical_filters(compile_filter("d at or before today", "contacts"))


def test_no_associated_record_is_an_unknown_property_of_one() -> None:
    for text, operator in (("no associated deal", "IS_UNKNOWN"), ("associated deal", "IS_KNOWN")):
        (case,) = compile_filter(text, "contacts")["filterBranches"]
        (inside,) = case["filterBranches"]
        asked = [(part["property"], part["operation"]["operator"]) for part in inside["filters"]]
        assert (inside["operator"], asked) == ("IN_LIST", [("hs_object_id", operator)])
        assert readable(compile_filter(text, "contacts"), "contacts") == text


def test_association_without_filters_as_an_earlier_version_wrote_it_is_the_same() -> None:
    branch = compile_filter("no associated deal", "contacts")
    branch["filterBranches"][0]["filterBranches"][0] |= {"operator": "NOT_IN_LIST", "filters": []}
    assert canonical_filters(branch) == canonical_filters(compile_filter("no associated deal", "contacts"))


def test_root_of_a_live_portal_may_be_an_and_branch() -> None:
    both = {"filterBranchType": "AND", "filters": [on("a", operationType="ALL_PROPERTY", operator="IS_KNOWN")]}
    assert readable(both, "contacts") == "a is known"


def test_numbers_of_live_portals_are_texts_too() -> None:
    branch = on("amount", operationType="NUMBER", operator="IS_EQUAL_TO", value="1234567.89")
    assert readable(rooted(branch), "deals") == "amount = 1234567.89"


CHANGES = [
    ("email changed", []),
    ("email changed and now is known", [on("hs_value", operationType="ALL_PROPERTY", operator="IS_KNOWN")]),
    ("email changed and now is unknown", [on("hs_value", operationType="ALL_PROPERTY", operator="IS_UNKNOWN")]),
    (
        "email changed and now is any of [won, lost]",
        [on("hs_value", operationType="ENUMERATION", operator="IS_ANY_OF", values=["won", "lost"])],
    ),
    ("email changed and now > 100", [on("hs_value", operationType="NUMBER", operator="IS_GREATER_THAN", value=100)]),
]


@pytest.mark.parametrize(("text", "value"), CHANGES)
def test_changed_property_enrolls_again_and_starts_a_workflow(text: str, value: list[dict[str, Any]]) -> None:
    name = on("hs_name", operationType="STRING", operator="IS_EQUAL_TO", value="email")
    trigger = {"filterBranchType": "AND", "filters": [name, *value]}
    assert readable_trigger(trigger, "contacts") == text
    assert [canonical_filters(one) for one in compile_triggers(text, "contacts")] == [canonical_filters(trigger)]
    event = {"filterBranchType": "UNIFIED_EVENTS", "eventTypeId": "4-655002", "operator": "HAS_COMPLETED"}
    event["filters"] = [name, *value]  # type: ignore[assignment]
    assert readable_event(event, "contacts") == text
    assert canonical_filters(compile_event(text, "contacts")) == canonical_filters(event)


def test_event_among_what_enrolls_again_keeps_its_long_form() -> None:
    text = 'has completed event property_changed where (hs_name = "email")'
    (event,) = compile_triggers(text, "contacts")
    assert (event["filterBranchType"], readable_trigger(event, "contacts")) == ("UNIFIED_EVENTS", text)


@pytest.mark.parametrize(("opening", "closing"), [("(", ")"), ("not ", ""), ("not (", ")")])
def test_nesting_without_end_is_refused(opening: str, closing: str) -> None:
    assert parse(f"{opening * 20}email is known{closing * 20}")
    with pytest.raises(FilterError, match="the filter is nested too deeply"):
        parse(f"{opening * 5_000}email is known{closing * 5_000}")


def test_number_of_thousands_of_digits_is_refused() -> None:
    with pytest.raises(FilterError, match="the number has 5,000 digits"):
        parse(f"amount > {'9' * 5_000}")
