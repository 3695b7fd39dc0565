"""A rule that is about to block: how many open records fail it, and who could not set them right."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest
from crm_simulators.server import RunningSimulators
from revops_salesforce.dynamic import KINDS
from revops_salesforce.formulas.blocking_rules import blocks_anew

from revops_iac.provider.kind import DesiredResource
from tests.diagnostics import refusals
from tests.providers.revops_salesforce.conftest import OpenSession

KIND = KINDS["ValidationRule"]
NEW_FIELD = {"object": "Opportunity", "name": "Reason__c", "label": "Reason", "type": "Text", "length": 80}
SELLER = "sam@northwind.example"


def rule(formula: str, **more: Any) -> dict[str, Any]:
    return {"object": "Opportunity", "name": "Rule", "error_condition_formula": formula, "error_message": "No.", **more}


def deal(stage: str = "Prospecting", **more: Any) -> dict[str, Any]:
    return {"Name": "Deal", "StageName": stage, "CloseDate": "2026-12-31", **more}


def field(name: str, **body: Any) -> dict[str, Any]:
    return {"CustomField": {f"Opportunity.{name}": {"label": name, **body}}}


def grant(accounts: RunningSimulators, name: str, field_name: str, *usernames: str) -> None:
    permission = {"field": f"Opportunity.{field_name}", "readable": True, "editable": True}
    body = {"label": name, "fieldPermissions": [permission]}
    assignments = [{"PermissionSet": name, "Username": username} for username in usernames]
    accounts.seed("salesforce", {"components": {"PermissionSet": {name: body}}, "assignments": assignments})


def judged(
    open_session: OpenSession,
    capfd: pytest.CaptureFixture[str],
    inputs: dict[str, Any],
    *others: tuple[str, str, dict[str, Any]],
) -> tuple[list[str], list[str]]:
    """The errors and the warnings."""
    session = open_session(writes=False)
    desired = DesiredResource("ValidationRule", "Opportunity.Rule", "Opportunity.Rule", inputs)
    session.declared = [*(DesiredResource(kind, name, name, definition) for kind, name, definition in others), desired]
    refused = refusals(KIND, session, desired, session.find(KIND, "Opportunity.Rule"))
    return refused, [line.partition(": ")[2] for line in capfd.readouterr().err.splitlines()]


def queries(accounts: RunningSimulators) -> list[str]:
    asked = [parse_qs(entry.query).get("q", [""])[0] for entry in accounts.control.log.select(system="salesforce")]
    return [soql for soql in asked if " FROM Opportunity" in soql]


OPEN_DEALS = [deal(Amount=50), deal(), deal("Qualification"), deal("Closed Won")]


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("ISBLANK(Amount)", "2 of 3 open Opportunity records fail it today (counted by a query)"),
        (
            'AND(ISPICKVAL(StageName, "Prospecting"), NOT(ISBLANK(Amount)), Amount < 60, NOT($Permission.Bypass))',
            "1 of 3 open Opportunity records fail it today (counted by a query)",
        ),
        (
            'AND(ISPICKVAL(StageName, "Prospecting"), BLANKVALUE(Amount, 0) < 60)',
            "2 of 3 open Opportunity records fail it today (evaluated on 2 of them)",
        ),
        (
            "VLOOKUP($ObjectType.User.Fields.Name, $ObjectType.User.Fields.Id, Name) <> Name",
            "how many of 3 open Opportunity records fail it today is not known: VLOOKUP cannot be read here",
        ),
        (
            'CloseDate - DATEVALUE(CreatedDate) < 100000 && Owner:User.IsActive',
            "how many of 3 open Opportunity records fail it today is not known: "
            "Owner:User.IsActive cannot be read here",
        ),
        ("Amount / 0 > 1", "1 of 3 open Opportunity records fail it today (evaluated on 3 of them)"),
    ],
)  # fmt: skip
def test_open_records_that_fail_are_counted(
    accounts: RunningSimulators,
    open_session: OpenSession,
    capfd: pytest.CaptureFixture[str],
    formula: str,
    message: str,
) -> None:
    permission = {"CustomPermission": {"Bypass": {"label": "Bypass", "isLicensed": False}}}
    accounts.seed("salesforce", {"components": permission, "records": {"Opportunity": OPEN_DEALS}})
    assert judged(open_session, capfd, rule(formula)) == ([], [f"{message}"])


@pytest.mark.parametrize("formula", ["ISCHANGED(StageName) && ISBLANK(Amount)", "AND(ISNEW(), Amount > 1)"])
def test_rule_on_what_a_save_changes_stops_nothing_that_is_there(
    accounts: RunningSimulators, open_session: OpenSession, capfd: pytest.CaptureFixture[str], formula: str
) -> None:
    accounts.seed("salesforce", {"records": {"Opportunity": OPEN_DEALS}})
    accounts.control.log.clear()
    assert judged(open_session, capfd, rule(formula)) == ([], [])
    assert queries(accounts) == []


def test_rule_that_nothing_fails_costs_one_query(
    accounts: RunningSimulators, open_session: OpenSession, capfd: pytest.CaptureFixture[str]
) -> None:
    accounts.seed("salesforce", {"records": {"Opportunity": OPEN_DEALS}})
    accounts.control.log.clear()
    assert judged(open_session, capfd, rule("Amount > 1000")) == ([], [])
    assert queries(accounts) == ["SELECT COUNT() FROM Opportunity WHERE IsClosed = false AND Amount > 1000"]


def test_only_what_blocks_anew_is_judged() -> None:
    live = rule("ISBLANK(Amount)", active=True)
    assert not blocks_anew(rule("isblank( Amount )"), live)
    assert not blocks_anew(rule("Amount > 1", active=False), live)
    assert blocks_anew(rule("Amount > 1"), live)
    assert blocks_anew(rule("ISBLANK(Amount)"), {**live, "active": False})
    assert blocks_anew(rule("ISBLANK(Amount)"), None)


REFUSED = 'Salesforce ValidationRule "Opportunity.Rule": it would block users who cannot correct the record: '
FIX = (
    "\n    fix: grant the field in a permission set (field_permissions, editable: true) and assign the set to them, or "
    "keep the rule inactive"
)


def test_rule_on_a_field_that_nobody_may_edit_is_refused(
    accounts: RunningSimulators, open_session: OpenSession, capfd: pytest.CaptureFixture[str]
) -> None:
    accounts.seed("salesforce", {"records": {"Opportunity": OPEN_DEALS}})
    refused, message = judged(
        open_session, capfd, rule("ISBLANK(Reason__c)"), ("CustomField", "Opportunity.Reason__c", NEW_FIELD)
    )
    assert refused == [f"{REFUSED}no user can edit Opportunity.Reason__c{FIX}"]
    assert message == ["3 of 3 open Opportunity records fail it today (evaluated on 3 of them)"]


def test_access_of_the_same_program_is_enough(
    accounts: RunningSimulators, open_session: OpenSession, capfd: pytest.CaptureFixture[str]
) -> None:
    permission = {"field": "Opportunity.Reason__c", "readable": True, "editable": True}
    given = {"permission_set": "Reasons", "username": SELLER}
    refused, _ = judged(
        open_session,
        capfd,
        rule("ISBLANK(Reason__c)"),
        ("CustomField", "Opportunity.Reason__c", NEW_FIELD),
        ("PermissionSet", "Reasons", {"name": "Reasons", "label": "Reasons", "field_permissions": [permission]}),
        ("PermissionSetAssignment", f"Reasons.{SELLER}", given),
    )
    assert refused == []


def test_owners_who_may_not_edit_are_named_and_administrators_are_not(
    accounts: RunningSimulators, open_session: OpenSession, capfd: pytest.CaptureFixture[str]
) -> None:
    assert accounts.salesforce is not None
    users = {"users": [{"Username": name} for name in (SELLER, "kim@northwind.example", "old@northwind.example")]}
    made = accounts.seed("salesforce", {**users, "components": field("Reason__c", type="Text", length=80)})["users"]
    grant(accounts, "Reasons", "Reason__c", "kim@northwind.example", accounts.salesforce.username)
    owners = [made[SELLER], made[SELLER], made["kim@northwind.example"], None]
    deals = [deal(**({"OwnerId": owner} if owner else {})) for owner in owners]
    accounts.seed("salesforce", {"records": {"Opportunity": deals}})

    refused, message = judged(open_session, capfd, rule("ISBLANK(Reason__c)"))
    without = f"1 owners of the records that fail it cannot edit Opportunity.Reason__c ({SELLER})"
    assert refused == [f"{REFUSED}{without}{FIX}"]
    assert message == ["4 of 4 open Opportunity records fail it today (counted by a query)"]


def test_required_and_computed_fields_need_no_permission(
    accounts: RunningSimulators, open_session: OpenSession, capfd: pytest.CaptureFixture[str]
) -> None:
    components = {
        "Opportunity.Code__c": {"label": "Code", "type": "Text", "length": 5, "required": True},
        "Opportunity.Double__c": {"label": "D", "type": "Number", "precision": 9, "scale": 0, "formula": "Amount * 2"},
    }
    accounts.seed("salesforce", {"components": {"CustomField": components}})
    assert judged(open_session, capfd, rule('Code__c = "x" && Double__c > 1')) == ([], [])


def test_new_formula_fields_are_computed_for_the_count(
    accounts: RunningSimulators, open_session: OpenSession, capfd: pytest.CaptureFixture[str]
) -> None:
    accounts.seed("salesforce", {"records": {"Opportunity": OPEN_DEALS}})
    score = {
        "object": "Opportunity", "name": "Score__c", "label": "Score", "type": "Number", "precision": 9, "scale": 0,
        "formula": "BLANKVALUE(Amount, 0) * 2", "formula_treat_blanks_as": "BlankAsBlank",
    }  # fmt: skip
    _, message = judged(open_session, capfd, rule("Score__c < 100"), ("CustomField", "Opportunity.Score__c", score))
    assert message == ["2 of 3 open Opportunity records fail it today (evaluated on 3 of them)"]


def test_rule_on_an_object_that_is_new_stops_nothing(
    accounts: RunningSimulators, open_session: OpenSession, capfd: pytest.CaptureFixture[str]
) -> None:
    assert judged(open_session, capfd, {**rule("ISBLANK(Name)"), "object": "Visit__c"}) == ([], [])


def test_what_the_user_may_not_query_is_said_and_refuses_nothing(
    accounts: RunningSimulators, open_session: OpenSession, capfd: pytest.CaptureFixture[str]
) -> None:
    accounts.seed("salesforce", {"records": {"Campaign": [{"Name": "Fair"}]}})
    named = {**rule('$RecordType.Name = "Fair"'), "object": "Campaign"}  # campaigns have no record types here
    refused, (message,) = judged(open_session, capfd, named)
    assert refused == []
    assert message.startswith("the users that it would block are not known: Salesforce GET /services/")
    assert "400 INVALID_FIELD" in message
