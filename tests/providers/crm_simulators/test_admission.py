"""What the servers let in: loopback hosts, no web pages, bodies of bounded size and of the right types."""

from __future__ import annotations

import gzip
import http.client
import json
import resource
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from crm_simulators.server import RunningSimulators

PROPERTIES = "/crm/v3/properties/contacts"
MIB = 2**20


def send(url: str, method: str, path: str, headers: dict[str, str] | None = None, body: Any = None) -> tuple[int, str]:
    """Send a request with exactly these headers; status and text of the answer."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost@evil"])
@pytest.mark.parametrize("path", ["/_sim/dump", PROPERTIES, "/services/data"])
def test_a_host_that_is_not_loopback_is_refused(crms: RunningSimulators, host: str, path: str) -> None:
    url = crms.salesforce.http_url if path.startswith("/services") else crms.hubspot.url
    status, text = send(url, "GET", path, {"Host": host})
    message = f'host "{host}" is not allowed; use 127.0.0.1, localhost or [::1]'
    assert (status, json.loads(text)) == (403, {"error": message})


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8080", "127.0.0.1", "[::1]:80"])
def test_every_loopback_name_is_good(crms: RunningSimulators, host: str) -> None:
    assert send(crms.hubspot.url, "GET", "/_sim/health", {"Host": host})[0] == 200


@pytest.mark.parametrize("origin", ["null", "https://evil.example", "http://127.0.0.1:1", "http://localhost"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_web_page_cannot_use_the_control_plane(crms: RunningSimulators, origin: str, method: str) -> None:
    crms.control.faults.add("server_error")
    status, text = send(crms.hubspot.url, method, "/_sim/faults", {"Origin": origin})
    assert (status, json.loads(text)) == (
        403,
        {"error": f'origin "{origin}" is not allowed; the control plane takes no requests of web pages'},
    )
    assert len(crms.control.faults.to_json()) == 1


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_cannot_write_to_the_control_plane(crms: RunningSimulators, kind: str) -> None:
    status, text = send(crms.hubspot.url, "POST", "/_sim/reset", {"Content-Type": kind}, b"{}")
    message = f'content-type "{kind}" is not allowed; it must be application/json'
    assert (status, json.loads(text)) == (415, {"error": message})


def test_a_body_without_a_content_type_is_refused_and_an_empty_one_is_not(crms: RunningSimulators) -> None:
    assert send(crms.hubspot.url, "POST", "/_sim/label", {}, b'{"label": "x"}')[0] == 415
    assert send(crms.hubspot.url, "POST", "/_sim/reset")[0] == 200


def test_the_page_of_the_simulator_itself_may_use_it(crms: RunningSimulators) -> None:
    assert send(crms.hubspot.url, "POST", "/_sim/reset", {"Origin": crms.hubspot.url})[0] == 200


def test_a_body_of_17_mib_is_refused_in_the_vendors_shape(crms: RunningSimulators) -> None:
    text = "the body is larger than 16 MiB"
    blob = b" " * 17 * MIB
    status, answer = send(crms.hubspot.url, "POST", PROPERTIES, {"Authorization": f"Bearer {crms.hubspot.token}"}, blob)
    assert (status, json.loads(answer)["message"]) == (413, text)
    status, answer = send(crms.salesforce.http_url, "POST", "/services/data/v63.0/composite", {}, blob)
    assert (status, json.loads(answer)) == (413, [{"message": text, "errorCode": "EXCEEDED_MAX_SIZE_REQUEST"}])
    status, answer = send(crms.salesforce.http_url, "POST", "/services/Soap/m/63.0", {}, blob)
    assert (status, "<faultcode>sf:EXCEEDED_MAX_SIZE_REQUEST</faultcode>" in answer) == (500, True)
    status, answer = send(crms.hubspot.url, "POST", "/_sim/seed", {"Content-Type": "application/json"}, blob)
    assert (status, json.loads(answer)) == (413, {"error": text})


def test_a_large_body_is_not_kept(crms: RunningSimulators) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    chunks = (b" " * MIB for _ in range(300))
    assert send(crms.hubspot.url, "POST", "/_sim/seed", {"Content-Type": "application/json"}, chunks)[0] == 413
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_a_packed_body_that_unpacks_to_more_is_refused(crms: RunningSimulators) -> None:
    packed = gzip.compress(b" " * 64 * MIB, 1)
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    status, answer = send(crms.salesforce.http_url, "POST", "/services/data/v63.0/composite", headers, packed)
    assert (status, json.loads(answer)[0]["errorCode"]) == (413, "EXCEEDED_MAX_SIZE_REQUEST")
    status, answer = send(crms.salesforce.http_url, "POST", "/services/data/v63.0/composite", headers, b"no gzip")
    assert (status, json.loads(answer)) == (400, {"error": "the body is not gzip"})


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("clock", {"advance": True}, 'clock: "advance" was True; it must be a number of seconds'),
        ("clock", {"advance": 1e300}, "clock: the year must be before 3000"),
        ("clock", {"set": "9999-12-31T23:59:59Z"}, "clock: the year must be before 3000"),
        ("clock", {"set": [1]}, 'clock: "set" was "[1]"; it must be an ISO 8601 moment with a time zone'),
        ("label", {"label": {"a": 1}}, """label: "label" was {'a': 1}; it must be a string"""),
        ("faults", {"action": ["status"]}, """fault: "action" was ['status']; it must be a string"""),
        ("faults", {"action": "server_error", "path": "(a+)+$"}, '"path" was "(a+)+$"; it may hold "|" between'),
        ("switches", {"hubspot.unknown_fields": ["refuse"]}, "switch hubspot.unknown_fields: value was"),
        ("evidence", {"format": 1, "switches": [1]}, 'evidence: "switches" must be a map of names and values'),
    ],
)
def test_wrong_values_are_refused(crms: RunningSimulators, path: str, body: Any, message: str) -> None:
    answer = requests.post(f"{crms.hubspot.url}/_sim/{path}", json=body, timeout=10)
    assert (answer.status_code, answer.json()["error"].startswith(message)) == (400, True), answer.text


@pytest.mark.parametrize("body", [b"[1]", b"NaN", b'{"advance": Infinity}', b"[" * 100_000, b"\xff"])
def test_what_is_no_json_object_is_refused(crms: RunningSimulators, body: bytes) -> None:
    assert send(crms.hubspot.url, "POST", "/_sim/clock", {"Content-Type": "application/json"}, body)[0] == 400
