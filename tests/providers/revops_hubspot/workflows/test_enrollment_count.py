"""The number of records that would enroll, against records of a simulated portal."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_hubspot.filters.branches import compile_filter
from revops_hubspot.workflows.enrollment_count import Enrollment, would_enroll

from tests.providers.revops_hubspot.conftest import OpenSession

PEOPLE = [
    {"email": "a@northwind.example", "jobtitle": "Buyer", "associatedcompanyid": "100", "hs_lead_status": "OPEN"},
    {"email": "b@northwind.example", "jobtitle": "Intern", "associatedcompanyid": "50"},
    {"email": "c@northwind.example", "associatedcompanyid": "10", "hs_lead_status": "NEW"},
]


def operation(name: str, type_: str, operator: str, without_value: bool = False, **extra: Any) -> dict[str, Any]:
    values = {"operationType": type_, "operator": operator, "includeObjectsWithNoValueSet": without_value, **extra}
    return {"filterType": "PROPERTY", "property": name, "operation": values}


def status(name: str) -> dict[str, Any]:
    return operation("hs_lead_status", "ENUMERATION", "IS_ANY_OF", values=[name])


def both(*filters: dict[str, Any], inside: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"filterBranchType": "AND", "filters": list(filters), "filterBranches": inside or []}


def either(*branches: dict[str, Any]) -> dict[str, Any]:
    return {"filterBranchType": "OR", "filters": [], "filterBranches": list(branches)}


KNOWN_TITLE = operation("jobtitle", "ALL_PROPERTY", "IS_KNOWN")
NO_TITLE = operation("jobtitle", "ALL_PROPERTY", "IS_UNKNOWN")
RICH = operation("associatedcompanyid", "NUMBER", "IS_GREATER_THAN", value=40)
OPEN = operation("hs_lead_status", "ENUMERATION", "IS_ANY_OF", values=["OPEN"])
STATUSES = ("NEW", "OPEN", "IN_PROGRESS", "OPEN_DEAL", "UNQUALIFIED", "CONNECTED")
NEW = operation("hs_lead_status", "ENUMERATION", "IS_ANY_OF", values=["NEW"])
AFTER_2999 = operation(
    "createdate",
    "TIME_POINT",
    "IS_AFTER",
    timePoint={"timeType": "DATE", "year": 2999, "month": 1, "day": 1, "zoneId": "US/Eastern"},
)
LATELY = operation("createdate", "ROLLING_DATE_RANGE", "IS_LESS_THAN_X_DAYS_AGO", numberOfDays=7)
NOT_BUYER = operation("jobtitle", "MULTISTRING", "IS_NOT_EQUAL_TO", values=["Buyer"])
IN_LIST = {"filterType": "IN_LIST", "listId": "1", "operator": "IN_LIST"}
UNMADE = operation("made_by_this_plan", "ALL_PROPERTY", "IS_KNOWN")
UNMADE_UNKNOWN = operation("made_by_this_plan", "ALL_PROPERTY", "IS_UNKNOWN")


@pytest.mark.parametrize(
    ("branch", "records"),
    [
        (either(both(KNOWN_TITLE)), 2),
        (either(both(NO_TITLE)), 1),
        (either(both(KNOWN_TITLE, RICH, OPEN)), 1),
        (either(both(OPEN), both(NEW)), 2),
        (both(RICH, inside=[either(both(OPEN), both(NO_TITLE))]), 1),
        (either(both(AFTER_2999)), 0),
        (either(both(LATELY)), 3),
        (compile_filter("createdate is between today - 7 days and today", "contacts"), 3),
        (compile_filter("createdate after today", "contacts"), 0),
        (compile_filter("createdate before now - 1 hour", "contacts"), 0),
        (either(both(NOT_BUYER)), 1),
        (either(both(operation("hs_lead_status", "ENUMERATION", "IS_NONE_OF", True, values=["OPEN"]))), 2),
        (
            either(both(operation("associatedcompanyid", "NUMBER_RANGED", "IS_BETWEEN", lowerBound=20, upperBound=60))),
            1,
        ),
        (either(both(UNMADE)), 0),
        (either(both(UNMADE_UNKNOWN, RICH)), 2),
    ],
)
def test_criteria_are_counted_exactly(
    accounts: RunningSimulators, open_session: OpenSession, branch: dict[str, Any], records: int
) -> None:
    accounts.seed("hubspot", {"records": {"contacts": PEOPLE}})
    workflow = {"object": "contacts", "enrollment_criteria": {"type": "LIST_BASED", "listFilterBranch": branch}}
    assert would_enroll(open_session(writes=False), workflow) == Enrollment(records)


@pytest.mark.parametrize(
    ("branch", "upper_bound", "uncounted"),
    [
        (either(both(KNOWN_TITLE, IN_LIST)), 2, ("a IN_LIST filter",)),
        (either(both(operation("jobtitle", "STRING", "CONTAINS", value="uy"))), 3, ("STRING CONTAINS on jobtitle",)),
        (either(*(both(status(name)) for name in STATUSES)), 2, ("their number",)),
        ({"filterBranchType": "NOT_ANY", "filters": [], "filterBranches": []}, 3, ("a NOT_ANY branch",)),
    ],
)
def test_what_a_search_cannot_express_only_raises_the_count(
    accounts: RunningSimulators,
    open_session: OpenSession,
    branch: dict[str, Any],
    upper_bound: int,
    uncounted: tuple[str, ...],
) -> None:
    accounts.seed("hubspot", {"records": {"contacts": PEOPLE}})
    workflow = {"object": "contacts", "enrollment_criteria": {"type": "LIST_BASED", "listFilterBranch": branch}}
    assert would_enroll(open_session(writes=False), workflow) == Enrollment(upper_bound, uncounted)


def test_conjunction_of_many_alternatives_does_not_explode(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    accounts.seed("hubspot", {"records": {"contacts": PEOPLE}})
    alternatives = either(*(both(status(name)) for name in STATUSES))
    workflow = {
        "object": "contacts",
        "enrollment_criteria": {"type": "LIST_BASED", "listFilterBranch": both(inside=[alternatives] * 12)},
    }
    assert would_enroll(open_session(writes=False), workflow).uncounted == ("their number",)
