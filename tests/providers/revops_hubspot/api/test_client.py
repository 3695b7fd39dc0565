"""The HubSpot client against the simulator: retries, limits, and what people read when it fails."""

from __future__ import annotations

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.errors import HubSpotRefusal
from revops_hubspot.api.limiter import Limiter
from revops_hubspot.api.versions import DATED, PATHS, SEMANTIC
from revops_hubspot.kinds.list import List

from revops_iac.errors import Bug, SessionError
from revops_iac.provider.kind import Lookup
from tests.providers.contract import example
from tests.providers.revops_hubspot.conftest import OpenSession

GROUP = {"name": "revenue_process", "label": "Revenue process"}
CORRELATION = r"\(correlation [0-9a-f-]{36}\)"


@pytest.fixture
def client(accounts: RunningSimulators, waits: list[float]) -> HubSpotClient:
    return HubSpotClient(accounts.hubspot.token, accounts.hubspot.url)


def create_group(client: HubSpotClient, landed: Any = None) -> Any:
    return client.write("POST", "properties", "/{object}/groups", GROUP, landed=landed, object="deals")


def find_group(client: HubSpotClient) -> Any:
    return client.find("properties", "/{object}/groups/{name}", object="deals", name="revenue_process")


def test_refused_write_is_one_sentence_with_the_vendors_message(client: HubSpotClient) -> None:
    create_group(client)
    with pytest.raises(HubSpotRefusal) as refused:
        create_group(client)
    sentence = (
        'HubSpot POST /crm/v3/properties/deals/groups: 409, A property group named "revenue_process" already exists'
    )
    assert re.fullmatch(re.escape(sentence) + " " + CORRELATION, str(refused.value))


def test_wrong_token_stops_the_account_and_names_rotation(accounts: RunningSimulators) -> None:
    client = HubSpotClient("pat-na1-wrong", accounts.hubspot.url)
    with pytest.raises(SessionError) as refused:
        client.get("account", "/details")
    assert str(refused.value).startswith(
        "HubSpot GET /account-info/v3/details: 401, Authentication credentials not found"
    )
    assert "after a rotation in stack config a refresh still uses the old one unless --run-program" in str(
        refused.value
    )
    assert "pat-na1-wrong" not in str(refused.value)


def test_missing_scope_is_named(accounts: RunningSimulators) -> None:
    token = {"token": "pat-na1-narrow", "without": ["crm.schemas.deals.write"]}
    accounts.seed("hubspot", {"tokens": [token]})
    client = HubSpotClient("pat-na1-narrow", accounts.hubspot.url)
    with pytest.raises(HubSpotRefusal) as refused:
        create_group(client)
    assert refused.value.status == 403
    assert "(needs one of crm.schemas.deals.write)" in refused.value.diagnostic.sentence
    assert refused.value.diagnostic.fix == (
        "add the scope crm.schemas.deals.write to the private app or service key, then use its token"
    )


def test_unreachable_server_names_the_host_and_where_it_is_set(waits: list[float]) -> None:
    client = HubSpotClient("pat-na1-x", "http://127.0.0.1:9")
    with pytest.raises(SessionError) as lost:
        client.get("account", "/details")
    assert str(lost.value) == (
        "HubSpot GET /account-info/v3/details: no answer from http://127.0.0.1:9 (connection refused)\n"
        "    fix: check HUBSPOT_BASE_URL or hubspot:baseUrl and the network; status: https://status.hubspot.com"
    )


@pytest.mark.parametrize("status", [423, 477, 500, 502, 503, 504, 521, 523, 524])
def test_passing_failure_of_a_read_is_waited_out(
    accounts: RunningSimulators, client: HubSpotClient, waits: list[float], status: int
) -> None:
    accounts.control.faults.add("status", system="hubspot", status=status, count=2)
    assert client.get("account", "/details")["portalId"] == accounts.hubspot.portal_id
    assert len(waits) == 2
    assert waits[1] > waits[0] * 1.5


def test_retry_after_is_obeyed(accounts: RunningSimulators, client: HubSpotClient, waits: list[float]) -> None:
    accounts.control.faults.add("rate_limit", system="hubspot", retry_after=7, count=1)
    client.get("account", "/details")
    assert len(waits) == 1
    assert 7 <= waits[0] <= 7 * 1.25


def test_spent_daily_limit_stops_at_once(
    accounts: RunningSimulators, client: HubSpotClient, waits: list[float]
) -> None:
    accounts.control.faults.add("rate_limit", system="hubspot", policy="DAILY")
    with pytest.raises(SessionError, match=r"429, You have reached your daily limit"):
        client.get("account", "/details")
    assert waits == []


def test_lost_write_that_landed_is_not_sent_again(accounts: RunningSimulators, client: HubSpotClient) -> None:
    accounts.control.faults.add("timeout_after_write", system="hubspot", method="POST", count=1)
    group = create_group(client, landed=lambda: find_group(client))
    assert group["label"] == "Revenue process"
    refused = [409] if accounts.control.faults.has("read_lag") else []  # the second, where reads do not show the first
    assert [r.status for r in accounts.control.log.select(system="hubspot", method="POST")] == [201, *refused]


def test_lost_write_that_did_not_land_is_sent_again(accounts: RunningSimulators, client: HubSpotClient) -> None:
    accounts.control.faults.add("server_error", system="hubspot", method="POST", count=1)
    group = create_group(client, landed=lambda: find_group(client))
    assert group["label"] == "Revenue process"
    assert [r.status for r in accounts.control.log.select(system="hubspot", method="POST")] == [503, 201]


def test_lost_post_is_not_repeated_when_nobody_can_tell_whether_it_landed(
    accounts: RunningSimulators, client: HubSpotClient
) -> None:
    accounts.control.faults.add("server_error", system="hubspot", method="POST", count=1)
    with pytest.raises(HubSpotRefusal, match=r"503"):
        create_group(client)
    assert len(accounts.control.log.select(system="hubspot", method="POST")) == 1


def test_delete_that_arrived_before_its_answer_was_lost_is_done(
    accounts: RunningSimulators, client: HubSpotClient
) -> None:
    create_group(client)
    accounts.control.faults.add("timeout_after_write", system="hubspot", method="DELETE", count=1)
    path = "/{object}/groups/{name}"
    assert client.write("DELETE", "properties", path, object="deals", name="revenue_process") is None
    assert find_group(client) is None


def test_preview_makes_no_write_call(accounts: RunningSimulators, client: HubSpotClient) -> None:
    client.writes_allowed = False
    with pytest.raises(Bug, match=r"HubSpot POST /crm/v3/properties/\{object\}/groups: a preview must not write"):
        create_group(client)
    assert accounts.control.log.select(system="hubspot") == []


def test_pages_are_read_to_the_end(accounts: RunningSimulators, client: HubSpotClient) -> None:
    accounts.seed("hubspot", {"users": [{"email": f"rep{n}@northwind.example"} for n in range(130)]})
    emails = {owner["email"] for owner in client.pages("owners", "/")}
    assert {f"rep{n}@northwind.example" for n in range(130)} <= emails


@pytest.mark.parametrize("version", [SEMANTIC, DATED])
def test_both_path_families_answer(accounts: RunningSimulators, version: str) -> None:
    client = HubSpotClient(accounts.hubspot.token, accounts.hubspot.url, version)
    assert client.get("account", "/details")["portalId"] == accounts.hubspot.portal_id
    assert client.get("properties", "/{object}/groups", object="deals")["results"]
    assert client.get("pipelines", "/{object}", object="deals")["results"]
    assert client.ask("objects", "/{object}/search", {"limit": 1}, object="deals")["total"] == 0


def test_every_area_has_a_path_in_both_families() -> None:
    assert PATHS[SEMANTIC].keys() == PATHS[DATED].keys()


def test_unknown_area_is_named_with_the_areas_that_exist(client: HubSpotClient) -> None:
    with pytest.raises(Bug, match=r'^"settings" is no area of revops_hubspot/api/versions.py, which has .*, users$'):
        client.get("settings", "/users")


def test_four_threads_share_one_client_and_its_memory(accounts: RunningSimulators, open_session: OpenSession) -> None:
    session, kind = open_session(), List()
    lists = [{**example(kind), "name": f"List {at}"} for at in range(24)]

    def create(inputs: dict[str, Any]) -> None:
        assert session.find(kind, inputs["name"]) is None
        session.remember(kind, kind.create(session, kind.parse(inputs)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(create, lists))

    assert all(session.resolve(Lookup("list", inputs["name"])) for inputs in lists)
    assert len(accounts.dump("hubspot")["lists"]) == 24


def test_calls_are_spread_when_the_wall_is_near(waits: list[float]) -> None:
    limiter = Limiter()
    headers = {"X-HubSpot-RateLimit-Max": "100", "X-HubSpot-RateLimit-Interval-Milliseconds": "10000"}
    limiter.learn({**headers, "X-HubSpot-RateLimit-Remaining": "50"})
    limiter.wait_turn()
    limiter.wait_turn()
    assert waits == []

    limiter.learn({**headers, "X-HubSpot-RateLimit-Remaining": "5"})
    limiter.wait_turn()
    limiter.wait_turn()
    assert waits == [pytest.approx(2, abs=0.1)]


def test_searches_are_spaced_for_their_own_limit(waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("revops_hubspot.api.limiter.SEARCH_SPACING_S", 0.22)
    limiter = Limiter()
    limiter.wait_turn(is_search=True)
    limiter.wait_turn(is_search=True)
    assert waits == [pytest.approx(0.22, abs=0.05)]


class SimulatedTime:
    """A clock that sleeping moves, for the limiter and the simulator alike."""

    def __init__(self, accounts: RunningSimulators, monkeypatch: pytest.MonkeyPatch) -> None:
        self.elapsed, self.clock, self.lock = 0.0, accounts.control.clock, threading.Lock()
        monkeypatch.setattr("revops_hubspot.api.limiter.time", self)  # the server's event loop keeps the real one

    def monotonic(self) -> float:
        return time.monotonic() + self.elapsed

    def sleep(self, seconds: float) -> None:
        until = self.monotonic() + seconds
        with self.lock:
            if (ahead := until - self.monotonic()) > 0:
                self.elapsed += ahead
                self.clock.advance(ahead)


@pytest.mark.parametrize(("tier", "threads"), [("starter", 1), ("starter", 12), ("enterprise", 12)])
def test_no_call_is_ever_too_many_for_the_tier(
    accounts: RunningSimulators, monkeypatch: pytest.MonkeyPatch, tier: str, threads: int
) -> None:
    accounts.seed("hubspot", {"account": {"tier": tier}})
    accounts.control.switches.set("hubspot.rate_limits", "tier")
    SimulatedTime(accounts, monkeypatch)
    client = HubSpotClient(accounts.hubspot.token, accounts.hubspot.url)
    client.portal_id()

    def call(number: int) -> Any:
        if number % 20 or threads > 1:
            return client.get("account", "/details")
        return client.ask("objects", "/{object}/search", {"limit": 1}, object="deals")

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(call, range(400)))

    assert [call.status for call in accounts.control.log.select(system="hubspot")] == [200] * 401


def test_half_of_all_answers_may_be_429(accounts: RunningSimulators, client: HubSpotClient) -> None:
    accounts.control.faults.add("rate_limit", system="hubspot", probability=0.5, seed=1)
    for number in range(40):
        client.write("POST", "properties", "/{object}/groups", {**GROUP, "name": f"group_{number}"}, object="deals")
    made = [call for call in accounts.control.log.select(system="hubspot") if call.status == 201]
    assert len(made) == 40
    assert len(accounts.control.log.select(system="hubspot")) > 60
