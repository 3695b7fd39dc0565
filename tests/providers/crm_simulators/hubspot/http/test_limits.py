"""Call limits of each tier: what the headers say, and which policy a 429 names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from crm_simulators.control import Control, ControlProblem, switches_of
from crm_simulators.hubspot.errors import rate_limit_body
from crm_simulators.hubspot.http.limits import SEARCHES_PER_SECOND, TIERS, Limiter
from crm_simulators.hubspot.portal.portal import Portal
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot

PUBLISHED = {
    "free": (100, 250_000),
    "starter": (100, 250_000),
    "professional": (190, 625_000),
    "enterprise": (190, 1_000_000),
}


def limiter_of(tier: str) -> Limiter:
    control = Control()
    control.switches.declare(*switches_of("hubspot"))
    control.switches.set("hubspot.rate_limits", "tier")
    portal = Portal(control)
    portal.state["account"]["tier"] = tier
    return Limiter(portal)


@pytest.mark.parametrize("tier", TIERS)
def test_headers_count_down_from_the_limits_of_the_tier(sims: RunningSimulators, tier: str) -> None:
    sims.control.switches.set("hubspot.rate_limits", "tier")
    sims.seed("hubspot", {"account": {"tier": tier}})
    client = HubSpot(access_token=sims.hubspot.token, base_url=sims.hubspot.url)
    with client.api_request({"method": "GET", "path": "/account-info/v3/details"}) as answer:
        headers = answer.headers
    burst, daily = PUBLISHED[tier]
    assert headers["x-hubspot-ratelimit-max"] == str(burst)
    assert headers["x-hubspot-ratelimit-remaining"] == str(burst - 1)
    assert headers["x-hubspot-ratelimit-interval-milliseconds"] == "10000"
    assert headers["x-hubspot-ratelimit-daily"] == str(daily)
    assert headers["x-hubspot-ratelimit-daily-remaining"] == str(daily - 1)


def test_answers_of_searches_carry_no_rate_headers(sims: RunningSimulators) -> None:
    client = HubSpot(access_token=sims.hubspot.token, base_url=sims.hubspot.url)
    search = {"method": "POST", "path": "/crm/v3/objects/contacts/search", "body": {"filterGroups": []}}
    with client.api_request(search) as answer:
        assert answer.status_code == 200
        assert not [name for name in answer.headers if "ratelimit" in name.lower()]


def test_burst_is_refused_until_ten_seconds_have_passed_and_by_app() -> None:
    limiter = limiter_of("free")
    assert {limiter.count("one", False) for _ in range(100)} == {None}
    assert limiter.count("one", False) == "TEN_SECONDLY_ROLLING"
    assert limiter.count("other", False) is None
    limiter.portal.control.clock.advance(10)
    assert limiter.count("one", False) is None


def test_searches_are_limited_by_the_second_for_the_whole_account() -> None:
    limiter = limiter_of("enterprise")
    assert {limiter.count(f"app {at}", True) for at in range(SEARCHES_PER_SECOND)} == {None}
    assert limiter.count("another", True) == "SECONDLY"
    assert limiter.count("another", False) is None


def test_daily_limit_is_of_the_account_and_ends_at_its_midnight() -> None:
    limiter = limiter_of("professional")
    limiter.portal.state["account"]["timeZone"] = "America/New_York"
    clock = limiter.portal.control.clock
    clock.set(datetime(2026, 12, 1, 23, 0, tzinfo=UTC))
    assert limiter.count("one", False) is None
    limiter.today = PUBLISHED["professional"][1]
    assert limiter.count("other", False) == "DAILY"
    clock.set(datetime(2026, 12, 2, 4, 59, tzinfo=UTC))
    assert limiter.count("other", False) == "DAILY"
    clock.set(datetime(2026, 12, 2, 5, 0, tzinfo=UTC))
    assert limiter.count("other", False) is None


def test_unknown_time_zone_is_not_seeded(sims: RunningSimulators) -> None:
    with pytest.raises(ControlProblem, match='"timeZone" was "Mars/Base"'):
        sims.seed("hubspot", {"account": {"timeZone": "Mars/Base"}})


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("DAILY", "You have reached your daily limit."),
        ("TEN_SECONDLY_ROLLING", "You have reached your ten_secondly_rolling limit."),
        ("SECONDLY", "You have reached your secondly limit."),
    ],
)
def test_each_policy_has_the_words_that_clients_look_for(policy: str, message: str) -> None:
    body = rate_limit_body(policy)
    assert (body["policyName"], body["message"], body["errorType"]) == (policy, message, "RATE_LIMIT")
