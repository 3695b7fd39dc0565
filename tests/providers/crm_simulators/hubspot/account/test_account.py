"""Account, tokens, limits and paths, against the running simulator."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot
from hubspot.crm.properties.exceptions import ForbiddenException, UnauthorizedException


@pytest.mark.parametrize(
    "path", ["/account-info/v3/details", "/account-info/2026-09/details", "/account-info/v3/details/"]
)
def test_account_is_told_to_any_token(sims: RunningSimulators, api: Any, path: str) -> None:
    status, body = api("GET", path)
    assert (status, body["portalId"], body["accountType"]) == (200, sims.hubspot.portal_id, "STANDARD")
    assert "tier" not in body


def test_account_is_seeded(sims: RunningSimulators, api: Any) -> None:
    sims.seed("hubspot", {"account": {"accountType": "SANDBOX", "companyCurrency": "EUR"}})
    body = api("GET", "/account-info/v3/details")[1]
    assert (body["accountType"], body["companyCurrency"]) == ("SANDBOX", "EUR")


def test_wrong_token_is_401_in_the_vendors_words(sims: RunningSimulators) -> None:
    with pytest.raises(UnauthorizedException) as problem:
        HubSpot(access_token="nope", host=sims.hubspot.url).crm.properties.core_api.get_all("contacts")
    assert '"category": "INVALID_AUTHENTICATION"' in problem.value.body
    assert "Authentication credentials not found. This API supports OAuth 2.0" in problem.value.body


def test_expired_token_is_401(sims: RunningSimulators) -> None:
    sims.seed("hubspot", {"tokens": [{"token": "old", "expired": True}]})
    with pytest.raises(UnauthorizedException) as problem:
        HubSpot(access_token="old", host=sims.hubspot.url).crm.properties.core_api.get_all("contacts")
    assert '"category": "EXPIRED_AUTHENTICATION"' in problem.value.body


def test_token_with_only_write_scopes_cannot_read(sims: RunningSimulators) -> None:
    sims.seed("hubspot", {"tokens": [{"token": "w", "scopes": ["crm.schemas.deals.write"]}]})
    with pytest.raises(ForbiddenException) as problem:
        HubSpot(access_token="w", host=sims.hubspot.url).crm.properties.core_api.get_all("deals")
    assert "crm.schemas.deals.read" in problem.value.body


def test_token_tells_its_scopes(sims: RunningSimulators, api: Any) -> None:
    status, body = api("POST", "/oauth/v2/private-apps/get/access-token-info", {"tokenKey": sims.hubspot.token})
    assert (status, body["hubId"]) == (200, sims.hubspot.portal_id)
    assert {"automation", "crm.lists.write", "crm.schemas.contacts.write"} <= set(body["scopes"])
    assert api("POST", "/oauth/v2/private-apps/get/access-token-info", {"tokenKey": "x"})[0] == 404


def test_unknown_route_and_method_are_pages_of_the_web_server(sims: RunningSimulators) -> None:
    for method, path, status in (("GET", "/crm/v3/robots", 404), ("PUT", "/crm/v3/properties/contacts/email", 405)):
        answer = requests.request(method, sims.hubspot.url + path, timeout=10)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html;charset=utf-8")


def test_body_that_is_not_json_is_refused_with_line_and_column(sims: RunningSimulators) -> None:
    answer = requests.post(
        f"{sims.hubspot.url}/crm/v3/properties/contacts",
        data="{\n nope}",
        headers={"authorization": f"Bearer {sims.hubspot.token}"},
        timeout=10,
    )
    assert (answer.status_code, answer.json()["message"]) == (
        400,
        "Invalid input JSON on line 2, column 2: Expecting property name enclosed in double quotes",
    )


def test_query_value_of_the_wrong_form_is_refused(api: Any) -> None:
    status, body = api("GET", "/crm/v3/properties/contacts", archived="maybe")
    assert (status, body["message"]) == (400, "Unable to parse value for query parameter: archived")


def test_daily_usage_counts_calls(api: Any) -> None:
    path = "/account-info/v3/api-usage/daily/private-apps"
    before = api("GET", path)[1]["results"][0]["currentUsage"]
    assert api("GET", path)[1]["results"][0]["currentUsage"] == before + 1


def test_limits_count_what_is_used(api: Any) -> None:
    definition = {"name": "x", "label": "X", "type": "string", "fieldType": "text", "groupName": "dealinformation"}
    api("POST", "/crm/v3/properties/deals", definition)
    for family in ("/crm/v3/limits", "/crm/limits/2026-09"):
        body = api("GET", f"{family}/custom-properties")[1]
        deals = next(entry for entry in body["byObjectType"] if entry["objectTypeId"] == "0-3")
        assert (deals["usage"], deals["limit"], body["overallUsage"]) == (1, 1000, 1)
    pipelines = api("GET", "/crm/v3/limits/pipelines")[1]["hubspotDefinedObjectTypes"]
    assert {entry["objectTypeId"]: entry["usage"] for entry in pipelines}["0-3"] == 1
    assert api("GET", "/crm/v3/limits/calculated-properties")[1]["overallUsage"] == 0
    assert api("GET", "/crm/v3/limits/records")[1]["hubspotDefinedObjectTypes"][0]["usage"] == 0


def test_free_tier_takes_ten_custom_properties(sims: RunningSimulators, api: Any) -> None:
    sims.seed("hubspot", {"account": {"tier": "free"}})
    base = {"label": "X", "type": "string", "fieldType": "text", "groupName": "dealinformation"}
    answers = [api("POST", "/crm/v3/properties/deals", {"name": f"x{n}", **base}) for n in range(11)]
    assert [status for status, _ in answers] == [201] * 10 + [400]
    assert answers[-1][1]["message"] == "The limit of 10 custom properties for this object is reached"
