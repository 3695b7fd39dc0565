"""What the account resource says: its report at preview, and its farewell."""

from __future__ import annotations

from typing import Any

from revops_iac.account import farewell
from revops_iac.diagnostics import Diagnostic, Position
from revops_iac.errors import AccountError
from revops_iac.plan.preflight import report
from revops_iac.systems import system_named
from tests.sessions import new_session

NO_CONFIG: dict[str, Any] = {}
HUBSPOT, SALESFORCE = system_named("hubspot").kinds, system_named("salesforce").kinds


def test_report_counts_its_problems_and_shows_each_once() -> None:
    one = Diagnostic("HubSpot List", "one", location=Position("model.yaml", 1, 1))
    other = Diagnostic("HubSpot List", "other", location=Position("model.yaml", 2, 1))
    assert report(new_session("hubspot", NO_CONFIG.get), [other, one, one]) == (
        "HubSpot: the account does not allow this plan.\n"
        "model.yaml:1:1  HubSpot List: one\n"
        "model.yaml:2:1  HubSpot List: other\n"
        "2 problems in 1 file; nothing was changed."
    )


def test_account_that_only_fails_to_answer_is_not_said_to_refuse_the_plan() -> None:
    session = new_session("hubspot", NO_CONFIG.get)
    answer = session.report.first_of(AccountError("HubSpot GET /crm/v3/lists: 500, no reason given", "try again"))
    assert report(session, [answer]) == (
        "HubSpot: this plan could not be checked.\n"
        "HubSpot GET /crm/v3/lists: 500, no reason given\n"
        "    fix: try again\n"
        "1 problem; nothing was changed."
    )
    refusal = Diagnostic("HubSpot List", "one")
    assert report(session, [answer, refusal]).startswith("HubSpot: the account does not allow this plan.\n")


def test_farewell_says_what_a_removal_really_did() -> None:
    assert farewell("HubSpot", HUBSPOT["Property"], 3, adopted=False) == (
        "HubSpot: 3 Property removed. The property is archived; declaring it again within 90 days restores it with its "
        "values."
    )


def test_farewell_to_adopted_objects_says_that_they_are_as_before() -> None:
    assert farewell("Salesforce", SALESFORCE["Queue"], 1, adopted=True) == (
        "Salesforce: 1 Queue restored to the original definition."
    )


def test_farewell_to_what_always_exists_says_what_stays() -> None:
    message = farewell("Salesforce", SALESFORCE["StandardValueSet"], 2, adopted=True)
    assert message.startswith("Salesforce: 2 StandardValueSet restored. The set stays.")
    assert "[" not in message


def test_farewell_to_what_stays_because_of_others_does_not_say_removed() -> None:
    message = farewell("Salesforce", SALESFORCE["BusinessProcess"], 2, adopted=False, stays=True)
    assert message.startswith(
        "Salesforce: 2 BusinessProcess left in place. The process is deleted. It is kept while a record type"
    )
