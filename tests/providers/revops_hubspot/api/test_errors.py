"""What people read when HubSpot answers no, whatever its body looks like."""

from __future__ import annotations

import json
from typing import Any

import pytest
from revops_hubspot.api.errors import HubSpotRefusal, refusal

from revops_iac.errors import AccountError, SessionError
from tests.providers.revops_hubspot.conftest import OpenSession


def refused(status: int, body: Any = None, path: str = "/crm/v3/properties/deals") -> AccountError:
    text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
    return refusal(f"HubSpot POST {path}", status, text, {})


def test_html_page_of_an_unknown_path_says_the_status_only() -> None:
    assert str(refused(404, "<html><body>HTTP ERROR 404</body></html>")) == "HubSpot POST /crm/v3/properties/deals: 404"


def test_correlation_comes_from_the_header_when_the_body_has_none() -> None:
    error = refusal("HubSpot GET /crm/v3/owners", 400, "", {"x-hubspot-correlation-id": "1f00"})
    assert str(error) == "HubSpot GET /crm/v3/owners: 400 (correlation 1f00)"


def test_each_detail_is_said_once() -> None:
    body = {
        "message": "Invalid input. ",
        "errors": [{"message": "Invalid input"}, {"message": "label is missing."}, "x"],
    }
    assert str(refused(400, body)) == "HubSpot POST /crm/v3/properties/deals: 400, Invalid input; label is missing; x"


def test_long_message_is_cut() -> None:
    error = refused(400, {"message": "word " * 200})
    assert len(str(error)) < 500
    assert str(error).endswith("…")


def test_forbidden_without_named_scope_still_has_a_fix() -> None:
    error = refused(403, {"message": "Missing required scope for: sensitive-data-property-create"})
    assert error.diagnostic.fix == (
        "add the scope of this area to the app or service key, and check that the subscription has the feature"
    )


def test_two_answers_of_one_refusal_are_said_once(open_session: OpenSession) -> None:
    session = open_session(writes=False)
    first, second = (refused(403, {"message": "Workflows need Professional", "correlationId": each}) for each in "ab")
    assert isinstance(first, HubSpotRefusal)
    assert isinstance(second, HubSpotRefusal)
    assert str(first) != str(second)
    assert [session.report.is_news(error) for error in (first, second)] == [True, False]


def test_duplicate_property_points_to_adoption() -> None:
    body = {
        "message": "exists",
        "category": "OBJECT_ALREADY_EXISTS",
        "subCategory": "Properties.PROPERTY_WITH_NAME_EXISTS",
    }
    error = refused(409, body)
    assert isinstance(error, HubSpotRefusal)
    assert (error.status, error.category) == (409, "OBJECT_ALREADY_EXISTS")
    assert error.diagnostic.fix == "add adopt: true to its entry to adopt it"


def test_uses_of_a_property_are_named_once() -> None:
    uses = [
        {"message": "used", "context": {"parentType": ["WORKFLOW"], "parentName": [name]}} for name in ("A", "B", "A")
    ]
    body = {"message": "in use", "subCategory": "PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE", "errors": uses}
    error = refused(400, body)
    assert isinstance(error, HubSpotRefusal)
    assert error.uses == ("A", "B")
    assert str(error).endswith("(used by A, B)\n    fix: remove it from what uses it first")


@pytest.mark.parametrize("body", [{"policyName": "DAILY"}, {"message": "You have reached your daily limit."}])
def test_daily_limit_stops_the_account(body: dict[str, str]) -> None:
    assert isinstance(refused(429, body), SessionError)


@pytest.mark.parametrize("body", ["[]", "3", "null", '"text"', "{"])
def test_body_that_is_no_object_is_no_problem(body: str) -> None:
    assert str(refused(400, body)) == "HubSpot POST /crm/v3/properties/deals: 400"
