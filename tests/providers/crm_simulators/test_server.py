"""The servers: addresses, control plane, faults as clients see them, state across restarts, and the command."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from crm_simulators.__main__ import main
from crm_simulators.server import RunningSimulators, describe, running

PROPERTIES = "/crm/v3/properties/contacts"
NEW = {"name": "x", "label": "X", "type": "string", "fieldType": "text", "groupName": "contactinformation"}


def ask(sims: RunningSimulators, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
    headers = {"authorization": f"Bearer {sims.hubspot.token}"}
    return requests.request(method, sims.hubspot.url + path, json=body, headers=headers, timeout=10, **options)


def test_document_has_the_fields_that_tools_read(crms: RunningSimulators) -> None:
    document = crms.to_json()
    assert list(document) == ["hubspot", "salesforce"]
    assert list(document["hubspot"]) == ["url", "token", "portal_id"]
    assert list(document["salesforce"]) == [
        "http_url",
        "https_url",
        "ca_bundle",
        "username",
        "password",
        "access_token",
        "organization_id",
    ]


def test_environment_points_tools_at_the_simulators(crms: RunningSimulators) -> None:
    assert crms.env() == {
        "HUBSPOT_ACCESS_TOKEN": crms.hubspot.token,
        "HUBSPOT_BASE_URL": crms.hubspot.url,
        "HUBSPOT_PORTAL_ID": str(crms.hubspot.portal_id),
        "SALESFORCE_INSTANCE_URL": crms.salesforce.https_url,
        "SALESFORCE_SESSION_ID": crms.salesforce.access_token,
        "SALESFORCE_ORGANIZATION_ID": crms.salesforce.organization_id,
        "REQUESTS_CA_BUNDLE": crms.salesforce.ca_bundle,
    }
    assert "export HUBSPOT_BASE_URL=" in describe(crms)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_https_is_good_for_both_names(crms: RunningSimulators, host: str) -> None:
    url = crms.salesforce.https_url.replace("127.0.0.1", host)
    answer = requests.get(f"{url}/_sim/health", verify=crms.salesforce.ca_bundle, timeout=10)
    assert answer.json()["system"] == "salesforce"


def test_unknown_control_routes_and_keys_are_refused(crms: RunningSimulators) -> None:
    answer = ask(crms, "GET", "/_sim/nope")
    assert answer.status_code == 404
    assert answer.json()["error"].startswith('no control route "GET /_sim/nope"; allowed: DELETE faults, ')
    answer = ask(crms, "POST", "/_sim/clock", {"speed": 2})
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": 'clock: unknown key "speed"; allowed: advance, set'},
    )
    answer = ask(crms, "POST", "/_sim/seed", {"robots": []})
    assert answer.json()["error"].startswith('seed: unknown key "robots"; allowed: account, tokens, ')


def test_requests_are_logged_and_control_routes_are_not(crms: RunningSimulators) -> None:
    ask(crms, "POST", "/_sim/label", {"label": "one"})
    ask(crms, "GET", f"{PROPERTIES}?archived=true")
    ask(crms, "POST", PROPERTIES, NEW)
    listed = ask(crms, "GET", "/_sim/requests").json()
    shown = [(r["method"], r["query"], r["status"], r["write"], r["label"]) for r in listed["requests"]]
    assert shown == [("GET", "archived=true", 200, False, "one"), ("POST", "", 201, True, "one")]
    assert ask(crms, "GET", "/_sim/requests?writes_only=true&path=properties").json()["total"] == 1
    assert ask(crms, "DELETE", "/_sim/requests").json() == {"total": 0, "requests": []}
    assert len(crms.control.log) == 0


def test_reset_over_http_empties_account_faults_and_switches(crms: RunningSimulators) -> None:
    fresh = crms.dump("hubspot")
    ask(crms, "POST", PROPERTIES, NEW)
    ask(crms, "POST", "/_sim/switches", {"hubspot.unknown_fields": "ignore"})
    ask(crms, "POST", "/_sim/faults", {"action": "server_error"})
    assert ask(crms, "POST", "/_sim/reset").json() == {"reset": "hubspot"}
    assert crms.dump("hubspot") == fresh
    assert crms.control.switches["hubspot.unknown_fields"] == "refuse"
    assert crms.control.faults.to_json() == []


@pytest.mark.parametrize(
    ("fault", "status", "part"),
    [
        ({"action": "server_error"}, 503, '"message": "internal error"'),
        ({"action": "status", "status": 502, "body": "html"}, 502, "<html>"),
        ({"action": "status", "status": 500, "body": "empty"}, 500, ""),
        ({"action": "rate_limit"}, 429, '"policyName": "TEN_SECONDLY_ROLLING"'),
        ({"action": "rate_limit", "policy": "DAILY"}, 429, '"message": "You have reached your daily limit."'),
        ({"action": "rate_limit", "policy": "SECONDLY"}, 429, '"message": "You have reached your secondly limit."'),
        ({"action": "expired_session"}, 401, '"category": "EXPIRED_AUTHENTICATION"'),
    ],
)
def test_fault_answers_as_the_vendor_does_and_performs_nothing(
    crms: RunningSimulators, fault: dict[str, Any], status: int, part: str
) -> None:
    ask(crms, "POST", "/_sim/faults", {"method": "POST", "count": 1, **fault})
    answer = ask(crms, "POST", PROPERTIES, NEW)
    assert (answer.status_code, part in answer.text) == (status, True)
    assert ask(crms, "POST", PROPERTIES, NEW).status_code == 201


def test_rate_limit_fault_can_carry_retry_after(crms: RunningSimulators) -> None:
    crms.control.faults.add("rate_limit", retry_after=2, count=1)
    assert ask(crms, "GET", PROPERTIES).headers["retry-after"] == "2"


def test_timeout_after_write_performs_and_drops_the_connection(crms: RunningSimulators) -> None:
    crms.control.faults.add("timeout_after_write", method="POST", count=1)
    with pytest.raises(requests.ConnectionError):
        ask(crms, "POST", PROPERTIES, NEW)
    assert ask(crms, "GET", f"{PROPERTIES}/x").json()["label"] == "X"


def test_timeout_after_write_can_answer_late(crms: RunningSimulators) -> None:
    crms.control.faults.add("timeout_after_write", method="POST", count=1, seconds=0.3)
    with pytest.raises(requests.ReadTimeout):
        requests.post(
            crms.hubspot.url + PROPERTIES,
            json=NEW,
            headers={"authorization": f"Bearer {crms.hubspot.token}"},
            timeout=0.1,
        )
    assert ask(crms, "GET", f"{PROPERTIES}/x").status_code == 200


def test_read_lag_serves_what_was_there_before(crms: RunningSimulators) -> None:
    crms.control.faults.add("read_lag", seconds=60)
    ask(crms, "POST", PROPERTIES, NEW)
    assert ask(crms, "GET", f"{PROPERTIES}/x").status_code == 404
    assert ask(crms, "POST", PROPERTIES, NEW).status_code == 409
    crms.control.clock.advance(61)
    assert ask(crms, "GET", f"{PROPERTIES}/x").status_code == 200


def test_limits_of_the_tier_are_enforced_by_switch(crms: RunningSimulators) -> None:
    crms.control.switches.set("hubspot.rate_limits", "tier")
    crms.seed("hubspot", {"account": {"tier": "starter"}})
    answers = [ask(crms, "GET", "/account-info/v3/details") for _ in range(101)]
    assert answers[0].headers["x-hubspot-ratelimit-max"] == "100"
    assert answers[0].headers["x-hubspot-ratelimit-remaining"] == "99"
    assert [a.status_code for a in answers[-2:]] == [200, 429]
    assert answers[-1].json()["policyName"] == "TEN_SECONDLY_ROLLING"
    crms.control.clock.advance(11)
    assert ask(crms, "GET", "/account-info/v3/details").status_code == 200


def test_state_is_kept_across_restarts(tmp_path: Path) -> None:
    with running(state=tmp_path) as first:
        ask(first, "POST", PROPERTIES, NEW)
        ask(first, "POST", "/_sim/clock", {"advance": 3600})
        ask(first, "POST", "/_sim/switches", {"hubspot.unknown_fields": "ignore"})
        authority = Path(first.salesforce.ca_bundle).read_text()
    with running(state=tmp_path) as second:
        assert ask(second, "GET", f"{PROPERTIES}/x").status_code == 200
        assert 3590 < second.control.clock.offset_seconds < 3610
        assert second.control.switches["hubspot.unknown_fields"] == "ignore"
        assert Path(second.salesforce.ca_bundle).read_text() == authority
        url = f"{second.salesforce.https_url}/_sim/health"
        assert requests.get(url, verify=second.salesforce.ca_bundle, timeout=10).status_code == 200


def test_users_named_at_the_start_are_added_once(tmp_path: Path) -> None:
    for _ in range(2):
        with running(state=tmp_path) as sims:
            sims.add_users(["maya@acme.example", "Maya@acme.example"])
            owners = ask(sims, "GET", "/crm/v3/owners").json()["results"]
            org = sims.dump("salesforce")
    assert [owner["email"] for owner in owners] == ["admin@portal.example", "maya@acme.example"]
    assert json.dumps(org).count('"Username": "maya@acme.example"') == 1


def test_command_prints_one_json_line_and_serves_until_it_is_interrupted() -> None:
    with subprocess.Popen(command(), stdout=subprocess.PIPE, text=True) as process:
        served = read_document(process)
        health = requests.get(f"{served['hubspot']['url']}/_sim/health", timeout=10).json()
        assert health["status"] == "ok"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0


def test_port_in_use_is_refused_in_one_sentence(
    crms: RunningSimulators, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = crms.hubspot.url.rpartition(":")[2]
    monkeypatch.setattr(sys, "argv", ["crm_simulators", "--hubspot-port", port])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    text = f"crm_simulators: port {port} of 127.0.0.1 cannot be used: Address already in use\n"
    assert capsys.readouterr().err == text


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "crm_simulators", "--json", *options]


def read_document(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    document: dict[str, Any] = json.loads(process.stdout.readline())
    return document
