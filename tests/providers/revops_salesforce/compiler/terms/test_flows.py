from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from revops_salesforce.compiler.terms.flows import (
    AnyOf,
    Criterion,
    Flow,
    Ref,
    found,
    holds,
    start_filters,
    start_formula,
    value,
)

MOMENT = datetime(2026, 12, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("live", "written"),
    [
        ("High", {"stringValue": "High"}),
        (True, {"booleanValue": True}),
        (5, {"numberValue": 5.0}),
        (date(2026, 12, 1), {"dateValue": "2026-12-01"}),
        (MOMENT, {"dateTimeValue": "2026-12-01T05:00:00.000Z"}),
        (Ref("$Record.Id"), {"elementReference": "$Record.Id"}),
    ],
)
def test_values_are_written_by_their_type(live: object, written: dict[str, object]) -> None:
    assert value(live) == written  # type: ignore[arg-type]


def test_filters_that_all_hold_are_joined_by_and() -> None:
    start = start_filters([Criterion("IsClosed", "EqualTo", False), AnyOf((Criterion("Type__c", "EqualTo", "new"),))])
    assert start["filterLogic"] == "and"
    assert [row["field"] for row in start["filters"]] == ["IsClosed", "Type__c"]


def test_filters_of_which_one_must_hold_are_grouped_by_number() -> None:
    either = AnyOf((Criterion("Stage__c", "EqualTo", "a"), Criterion("Stage__c", "IsNull", True)))
    start = start_filters(
        [Criterion("Ready__c", "EqualTo", True), either, Criterion("On__c", "GreaterThan", date(2026, 1, 1))]
    )
    assert start["filterLogic"] == "1 AND (2 OR 3) AND 4"


def test_tests_are_written_as_formulas_where_filters_do_not_suffice() -> None:
    tests = [
        Criterion("Ready__c", "EqualTo", True),
        Criterion("Stage__c", "EqualTo", "mql"),
        Criterion("Email", "IsNull", False),
        Criterion("Since__c", "GreaterThanOrEqualTo", MOMENT),
        Criterion("On__c", "LessThan", date(2026, 1, 31)),
    ]
    assert start_formula(tests, ["NOT({!$Record.Spam__c})"]) == {
        "filterFormula": (
            'AND({!$Record.Ready__c},ISPICKVAL({!$Record.Stage__c},"mql"),NOT(ISBLANK({!$Record.Email})),'
            '{!$Record.Since__c}>=DATETIMEVALUE("2026-12-01 05:00:00"),{!$Record.On__c}<DATE(2026,1,31),'
            "NOT({!$Record.Spam__c}))"
        )
    }


def test_elements_are_placed_below_each_other_and_connected_by_name() -> None:
    flow = Flow("Stale deal", "No deal waits unseen.")
    flow.update("Flag_Deal", {"Is_Stale__c": True})
    stale = flow.formula("Stale", "Boolean", "{!$Record.Age__c}>5")
    flow.decide("Is_It_Stale", [("Yes", [holds(stale)], "Flag_Deal")], None)
    definition = flow.definition()
    (update,), (decision,) = definition["recordUpdates"], definition["decisions"]
    assert update["locationY"] < decision["locationY"]
    assert decision["rules"][0]["connector"] == {"targetReference": "Flag_Deal"}
    assert "connector" not in update


def test_a_lookup_that_found_something_is_asked_for_by_name() -> None:
    assert found("Find_Owner") == {
        "leftValueReference": "Find_Owner",
        "operator": "IsNull",
        "rightValue": {"booleanValue": False},
    }
