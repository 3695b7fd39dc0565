"""Filter branches evaluated on records, through the control plane of the running simulator."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.hubspot.filters.rules import OPERATORS, TIME_UNITS
from crm_simulators.server import RunningSimulators

TODAY = "2026-06-15"
DEFINITIONS: list[dict[str, Any]] = [
    {"name": "score", "label": "Score", "type": "number", "fieldType": "number"},
    {"name": "met_on", "label": "Met on", "type": "date", "fieldType": "date"},
    {"name": "seen_at", "label": "Seen at", "type": "datetime", "fieldType": "date"},
    {
        "name": "tools",
        "label": "Tools",
        "type": "enumeration",
        "fieldType": "checkbox",
        "options": [{"label": v.upper(), "value": v} for v in ("crm", "erp", "bi")],
    },
    {
        "name": "opted_in",
        "label": "Opted in",
        "type": "bool",
        "fieldType": "booleancheckbox",
        "options": [{"label": "Yes", "value": "true"}, {"label": "No", "value": "false"}],
    },
    {
        "name": "ready",
        "label": "Ready",
        "type": "bool",
        "fieldType": "calculation_equation",
        "calculationFormula": "is_present(score) and score >= 50",
    },
]
RECORDS = {
    "ann": {
        "email": "ann@big.com",
        "score": 80,
        "met_on": "2026-06-10",
        "seen_at": "2026-06-14T22:00:00Z",
        "tools": "crm;erp",
        "opted_in": True,
        "jobtitle": "Head of Sales",
        "lifecyclestage": "lead",
    },
    "bob": {
        "email": "bob@uni.edu",
        "score": 20,
        "met_on": "2026-01-31",
        "seen_at": "2026-06-15T06:00:00Z",
        "tools": "bi",
        "opted_in": False,
        "jobtitle": "Student",
        "lifecyclestage": "subscriber",
    },
    "cat": {"email": "cat@x.io"},
}


def operation(name: str, kind: str, operator: str, empty: bool = False, **more: Any) -> dict[str, Any]:
    message = {"operationType": kind, "operator": operator, "includeObjectsWithNoValueSet": empty, **more}
    return {"filterType": "PROPERTY", "property": name, "operation": message}


def one_of(*cases: list[dict[str, Any]], inside: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    branches = [
        {"filterBranchType": "AND", "filterBranchOperator": "AND", "filters": c, "filterBranches": inside or []}
        for c in cases
    ]
    return {"filterBranchType": "OR", "filterBranchOperator": "OR", "filters": [], "filterBranches": branches}


def day(text: str, zone: str = "UTC", **more: Any) -> dict[str, Any]:
    year, month, number = (int(part) for part in text.split("-"))
    return {"timeType": "DATE", "zoneId": zone, "year": year, "month": month, "day": number, **more}


@pytest.fixture
def portal(sims: RunningSimulators, api: Any) -> RunningSimulators:
    """Three contacts on 15 June 2026, noon UTC."""
    for definition in DEFINITIONS:
        body = {"groupName": "contactinformation", **definition}
        assert api("POST", "/crm/v3/properties/contacts", body)[0] == 201
    api("POST", "/_sim/clock", {"set": f"{TODAY}T12:00:00+00:00"})
    made = sims.seed("hubspot", {"records": {"contacts": list(RECORDS.values())}})
    assert made["records"]["contacts"] == ["10001", "10002", "10003"]
    return sims


def selected(api: Any, branch: dict[str, Any], object_type: str = "contacts") -> list[str]:
    status, body = api("POST", "/_sim/evaluate-filter", {"objectType": object_type, "filterBranch": branch})
    assert status == 200, body
    names = dict(zip(("10001", "10002", "10003"), RECORDS, strict=True))
    return [names[record_id] for record_id in body["ids"]]


@pytest.mark.parametrize(
    ("desired", "names"),
    [
        (operation("jobtitle", "ALL_PROPERTY", "IS_KNOWN"), ["ann", "bob"]),
        (operation("jobtitle", "ALL_PROPERTY", "IS_UNKNOWN"), ["cat"]),
        (operation("score", "NUMBER", "IS_GREATER_THAN", value=20), ["ann"]),
        (operation("score", "NUMBER", "IS_GREATER_THAN_OR_EQUAL_TO", value=20), ["ann", "bob"]),
        (operation("score", "NUMBER", "IS_NOT_EQUAL_TO", value=20), ["ann"]),
        (operation("score", "NUMBER", "IS_NOT_EQUAL_TO", empty=True, value=20), ["ann", "cat"]),
        (operation("score", "NUMBER_RANGED", "IS_BETWEEN", lowerBound=20, upperBound=80), ["ann", "bob"]),
        (operation("score", "NUMBER_RANGED", "IS_NOT_BETWEEN", lowerBound=20, upperBound=70), ["ann"]),
        (operation("opted_in", "BOOL", "IS_EQUAL_TO", value=True), ["ann"]),
        (operation("opted_in", "BOOL", "IS_NOT_EQUAL_TO", empty=True, value=True), ["bob", "cat"]),
        (operation("ready", "BOOL", "IS_EQUAL_TO", value=True), ["ann"]),
        (operation("lifecyclestage", "ENUMERATION", "IS_ANY_OF", values=["lead", "customer"]), ["ann"]),
        (operation("lifecyclestage", "ENUMERATION", "IS_NONE_OF", empty=True, values=["lead"]), ["bob", "cat"]),
        (operation("tools", "ENUMERATION", "IS_EXACTLY", values=["erp", "crm"]), ["ann"]),
        (operation("tools", "ENUMERATION", "CONTAINS_ALL", values=["crm"]), ["ann"]),
        (operation("jobtitle", "MULTISTRING", "CONTAINS", values=["sales", "intern"]), ["ann"]),
        (operation("jobtitle", "MULTISTRING", "IS_NOT_EQUAL_TO", empty=True, values=["student"]), ["ann", "cat"]),
        (operation("email", "STRING", "ENDS_WITH", value=".EDU"), ["bob"]),
        (operation("email", "STRING", "STARTS_WITH", value="cat"), ["cat"]),
        (operation("met_on", "TIME_POINT", "IS_AFTER", type="TIME_POINT", timePoint=day("2026-06-09")), ["ann"]),
        (operation("met_on", "TIME_POINT", "IS_AFTER", type="TIME_POINT", timePoint=day("2026-06-10")), []),
        (operation("met_on", "TIME_POINT", "IS_BEFORE", type="TIME_POINT", timePoint=day("2026-02-01")), ["bob"]),
        (
            operation(
                "seen_at",
                "TIME_POINT",
                "IS_BEFORE",
                type="TIME_POINT",
                timePoint=day(TODAY, "America/New_York"),
            ),
            ["ann"],
        ),
        (
            operation(
                "seen_at",
                "TIME_POINT",
                "IS_AFTER",
                type="TIME_POINT",
                timePoint={
                    "timeType": "INDEXED",
                    "zoneId": "UTC",
                    "indexReference": {"referenceType": "NOW"},
                    "offset": {"hours": -8},
                },
            ),
            ["bob"],
        ),
        (
            operation(
                "met_on",
                "TIME_RANGED",
                "IS_BETWEEN",
                type="TIME_RANGED",
                lowerBoundTimePoint=day("2026-06-10"),
                upperBoundTimePoint=day("2026-06-11"),
            ),
            ["ann"],
        ),
        (
            operation(
                "met_on",
                "ROLLING_DATE_RANGE",
                "IS_MORE_THAN_X_DAYS_AGO",
                numberOfDays=30,
                requiresTimeZoneConversion=False,
            ),
            ["bob"],
        ),
        (operation("met_on", "CALENDAR_DATE", "IN_THIS_TIME_UNIT", timeUnit="MONTH"), ["ann"]),
        (operation("met_on", "CALENDAR_DATE", "IN_LAST_TIME_UNIT", timeUnit="QUARTER"), ["bob"]),
        (operation("met_on", "COMPARATIVE_DATE", "IS_BEFORE", comparisonPropertyName="seen_at"), ["ann", "bob"]),
        (operation("score", "ROLLING_PROPERTY_UPDATED", "UPDATED_IN_LAST_X_DAYS", numberOfDays=2), ["ann", "bob"]),
    ],
)
def test_operation_selects(portal: RunningSimulators, api: Any, desired: dict[str, Any], names: list[str]) -> None:
    assert selected(api, one_of([desired])) == names


def test_case_of_texts_counts_by_switch(portal: RunningSimulators, api: Any) -> None:
    desired = one_of([operation("jobtitle", "STRING", "IS_EQUAL_TO", value="STUDENT")])
    assert selected(api, desired) == ["bob"]
    portal.control.switches.set("hubspot.filter_text_ignores_case", False)
    assert selected(api, desired) == []


def test_branches_combine_as_an_or_of_ands(portal: RunningSimulators, api: Any) -> None:
    high = operation("score", "NUMBER", "IS_GREATER_THAN", value=10)
    student = operation("jobtitle", "STRING", "CONTAINS", value="student")
    without = operation("jobtitle", "ALL_PROPERTY", "IS_UNKNOWN")
    assert selected(api, one_of([high, student], [without])) == ["bob", "cat"]


def test_history_is_asked_by_has_ever(portal: RunningSimulators, api: Any) -> None:
    api("PATCH", "/crm/v3/objects/contacts/10001", {"properties": {"lifecyclestage": "customer"}})
    ever = operation("lifecyclestage", "ENUMERATION", "HAS_EVER_BEEN_ANY_OF", values=["lead"])
    never = operation("lifecyclestage", "ENUMERATION", "HAS_NEVER_BEEN_ANY_OF", values=["lead"])
    assert selected(api, one_of([ever])) == ["ann"]
    assert selected(api, one_of([never])) == ["bob", "cat"]


def test_forms_and_pages_are_read_from_seeded_events(portal: RunningSimulators, api: Any) -> None:
    events = [
        {"objectType": "contacts", "id": "10001", "eventTypeId": "4-1639801", "properties": {"hs_form_id": "f1"}},
        {
            "objectType": "contacts",
            "id": "10002",
            "eventTypeId": "4-96000",
            "properties": {"hs_url": "https://x.io/pricing"},
        },
    ]
    portal.seed("hubspot", {"events": events})
    form = {"filterType": "FORM_SUBMISSION", "formId": "f1", "operator": "FILLED_OUT"}
    viewed = {"filterType": "PAGE_VIEW", "pageUrl": "/pricing", "operator": "HAS_PAGEVIEW_CONTAINS"}
    assert selected(api, one_of([form])) == ["ann"]
    assert selected(api, one_of([viewed])) == ["bob"]


def test_event_branch_reads_property_changes(portal: RunningSimulators, api: Any) -> None:
    changed = {
        "filterBranchType": "UNIFIED_EVENTS",
        "filterBranchOperator": "AND",
        "eventTypeId": "4-655002",
        "operator": "HAS_COMPLETED",
        "filterBranches": [],
        "filters": [operation("hs_name", "STRING", "IS_EQUAL_TO", value="score")],
    }
    assert selected(api, one_of([], inside=[changed])) == ["ann", "bob"]


def test_association_branch_reads_the_associated_record(portal: RunningSimulators, api: Any) -> None:
    _, company = api("POST", "/crm/v3/objects/companies", {"properties": {"name": "Big", "numberofemployees": 900}})
    path = f"/crm/v4/objects/contacts/10001/associations/default/companies/{company['id']}"
    assert api("PUT", path)[0] == 200
    associated = {
        "filterBranchType": "ASSOCIATION",
        "filterBranchOperator": "AND",
        "objectTypeId": "0-2",
        "operator": "IN_LIST",
        "associationTypeId": 279,
        "associationCategory": "HUBSPOT_DEFINED",
        "filterBranches": [],
        "filters": [operation("numberofemployees", "NUMBER", "IS_GREATER_THAN", value=500)],
    }
    assert selected(api, one_of([], inside=[associated])) == ["ann"]


def test_negated_branches_select_by_switch(portal: RunningSimulators, api: Any) -> None:
    filters = [
        operation("score", "NUMBER", "IS_GREATER_THAN", value=10),
        operation("jobtitle", "STRING", "CONTAINS", value="student"),
    ]

    def holding(kind: str) -> dict[str, Any]:
        inside = {"filterBranchType": kind, "filterBranchOperator": "AND", "filters": filters, "filterBranches": []}
        return one_of([], inside=[inside])

    body = {"objectType": "contacts", "filterBranch": holding("NOT_ANY")}
    assert api("POST", "/_sim/evaluate-filter", body)[0] == 400
    portal.control.switches.set("hubspot.negated_branches", "accept")
    assert selected(api, holding("NOT_ALL")) == ["ann", "cat"]
    assert selected(api, holding("NOT_ANY")) == ["cat"]


@pytest.mark.parametrize(
    ("ends", "names"),
    [({}, ["ann", "bob"]), ({"lower": "EXCLUSIVE"}, ["ann"]), ({"upper": "EXCLUSIVE", "lower": "INCLUSIVE"}, ["bob"])],
)
def test_ends_of_a_range_belong_to_it_unless_they_are_exclusive(
    portal: RunningSimulators, api: Any, ends: dict[str, str], names: list[str]
) -> None:
    message: dict[str, Any] = {f"{end}BoundEndpointBehavior": behavior for end, behavior in ends.items()}
    bounds: dict[str, Any] = {"lowerBoundTimePoint": day("2026-01-31"), "upperBoundTimePoint": day("2026-06-10")}
    desired = operation("met_on", "TIME_RANGED", "IS_BETWEEN", type="TIME_RANGED", **bounds, **message)
    assert selected(api, one_of([desired])) == names


def test_constant_filter_takes_everybody_or_nobody(portal: RunningSimulators, api: Any) -> None:
    assert selected(api, one_of([{"filterType": "CONSTANT", "shouldAccept": True}])) == ["ann", "bob", "cat"]
    assert selected(api, one_of([{"filterType": "CONSTANT", "shouldAccept": False}])) == []


POINT = day("2026-06-01")
MORE: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "ALL_PROPERTY": [("score", {})],
    "BOOL": [("opted_in", {"value": True})],
    "ENUMERATION": [("tools", {"values": ["crm", "erp"]})],
    "MULTISTRING": [("jobtitle", {"values": ["student"]})],
    "STRING": [("jobtitle", {"value": "student"})],
    "NUMBER": [("score", {"value": 20})],
    "NUMBER_RANGED": [("score", {"lowerBound": 10, "upperBound": 30})],
    "TIME_POINT": [
        ("met_on", {"type": "TIME_POINT", "timePoint": POINT}),
        ("seen_at", {"type": "TIME_POINT", "timePoint": POINT, "propertyParser": "UPDATED_AT"}),
    ],
    "TIME_RANGED": [
        ("met_on", {"type": "TIME_RANGED", "lowerBoundTimePoint": POINT, "upperBoundTimePoint": day("2026-06-30")})
    ],
    "ROLLING_DATE_RANGE": [("met_on", {"numberOfDays": 30, "requiresTimeZoneConversion": False})],
    "CALENDAR_DATE": [("met_on", {"timeUnit": unit}) for unit in TIME_UNITS],
    "COMPARATIVE_DATE": [("met_on", {"comparisonPropertyName": "seen_at"})],
    "COMPARATIVE_PROPERTY_UPDATED": [("met_on", {"comparisonPropertyName": "score"})],
    "ROLLING_PROPERTY_UPDATED": [("score", {"numberOfDays": 3})],
}
OPPOSITES = {
    "IS_UNKNOWN": "IS_KNOWN",
    "IS_NOT_EQUAL_TO": "IS_EQUAL_TO",
    "IS_NONE_OF": "IS_ANY_OF",
    "IS_NOT_EXACTLY": "IS_EXACTLY",
    "DOES_NOT_CONTAIN_ALL": "CONTAINS_ALL",
    "DOES_NOT_CONTAIN": "CONTAINS",
    "DOES_NOT_CONTAIN_EXACTLY": "CONTAINS_EXACTLY",
    "IS_NOT_BETWEEN": "IS_BETWEEN",
    "NOT_UPDATED_IN_LAST_X_DAYS": "UPDATED_IN_LAST_X_DAYS",
}


@pytest.mark.parametrize("kind", OPERATORS)
def test_every_operator_evaluates_and_its_opposite_selects_the_others(
    portal: RunningSimulators, api: Any, kind: str
) -> None:
    opposites = OPPOSITES | {one: one.replace("NEVER", "EVER") for one in OPERATORS[kind] if "NEVER" in one}
    for name, more in MORE[kind]:
        found = {
            operator: selected(api, one_of([operation(name, kind, operator, operator in opposites, **more)]))
            for operator in OPERATORS[kind]
        }
        for operator, names in found.items():
            if operator in opposites:
                assert sorted([*names, *found[opposites[operator]]]) == ["ann", "bob", "cat"], (name, operator)


def test_refused_filter_is_refused_by_the_control_plane_too(portal: RunningSimulators, api: Any) -> None:
    body = {"objectType": "contacts", "filterBranch": one_of([{"filterType": "HOROSCOPE"}])}
    assert api("POST", "/_sim/evaluate-filter", body) == (
        400,
        {"error": 'Invalid filter: filterType "HOROSCOPE" is not supported'},
    )


def indexed(kind: str, **more: Any) -> dict[str, Any]:
    return {"timeType": "INDEXED", "zoneId": "UTC", "indexReference": {"referenceType": kind, **more}}


@pytest.mark.parametrize(
    ("point", "names"),
    [
        (indexed("TODAY"), ["ann", "bob"]),
        (indexed("WEEK", dayOfWeek="MONDAY"), ["ann", "bob"]),
        (indexed("MONTH", day=5), ["bob"]),
        (indexed("QUARTER", month=1, day=1), ["bob"]),
        (indexed("YEAR", month=2, day=1), ["bob"]),
        (indexed("FISCAL_YEAR", month=1, day=1), []),
    ],
)
def test_day_of_a_period_of_today_is_a_point_in_time(
    portal: RunningSimulators, api: Any, point: dict[str, Any], names: list[str]
) -> None:
    asked = operation("met_on", "TIME_POINT", "IS_BEFORE", timePoint=point)
    assert selected(api, one_of([asked])) == names


@pytest.mark.parametrize(("start", "names"), [("JUNE", ["ann"]), ("JANUARY", ["ann", "bob"]), (None, ["ann", "bob"])])
def test_fiscal_year_begins_in_its_month(
    portal: RunningSimulators, api: Any, start: str | None, names: list[str]
) -> None:
    fiscal: dict[str, Any] = {"useFiscalYear": True, "fiscalYearStart": start} if start else {}
    asked = operation("met_on", "CALENDAR_DATE", "IN_THIS_TIME_UNIT", timeUnit="YEAR", **fiscal)
    assert selected(api, one_of([asked])) == names


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (
            operation(
                "met_on", "RANGED_DATE", "IS_BETWEEN", lowerBound=1_780_000_000_000, upperBound=1_790_000_000_000
            ),
            ["ann"],
        ),
        (operation("met_on", "DATETIME", "IS_BEFORE_DATE", timestamp=1_780_000_000_000), ["bob"]),
        (operation("met_on", "DATE", "IS_EQUAL_TO", year=2026, month="JUNE", day=10), ["ann"]),
    ],
)
def test_older_date_operations_are_evaluated(
    portal: RunningSimulators, api: Any, asked: dict[str, Any], names: list[str]
) -> None:
    assert selected(api, one_of([asked])) == names


def test_branch_about_the_record_that_a_property_names(sims: RunningSimulators) -> None:
    """`PROPERTY_ASSOCIATION` looks at properties of the other object."""
    known = {"operationType": "ALL_PROPERTY", "operator": "IS_KNOWN"}
    named = {
        "filterBranchType": "PROPERTY_ASSOCIATION",
        "objectTypeId": "0-2",
        "operator": "IN_LIST",
        "propertyWithObjectId": "company_record",
        "filters": [{"filterType": "PROPERTY", "property": "domain", "operation": known}],
    }
    text = {"name": "company_record", "label": "Company record", "type": "string", "fieldType": "text"}
    sims.seed("hubspot", {"properties": {"contacts": [{**text, "groupName": "contactinformation"}]}})
    companies = [{"name": "Northwind", "domain": "northwind.example"}, {"name": "Without a domain"}]
    ids = sims.seed("hubspot", {"records": {"companies": companies}})["records"]["companies"]
    contacts = [{"email": f"{at}@northwind.example", "company_record": identifier} for at, identifier in enumerate(ids)]
    made = sims.seed("hubspot", {"records": {"contacts": contacts}})["records"]["contacts"]
    root = {"filterBranchType": "OR", "filterBranches": [{"filterBranchType": "AND", "filterBranches": [named]}]}
    body = {"name": "Named", "objectTypeId": "0-1", "processingType": "DYNAMIC", "filterBranch": root}
    (list_id,) = sims.seed("hubspot", {"lists": [body]})["lists"]
    simulator = sims.simulators["hubspot"]
    assert [simulator.lists.holds(list_id, one) for one in made] == [True, False]  # type: ignore[attr-defined]
