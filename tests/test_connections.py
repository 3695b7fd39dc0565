"""A message that is handed to a simulator is the one that would come over the wire, and so is its answer."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
from crm_simulators.asgi import Receive, Scope, Send
from crm_simulators.server import RunningSimulators
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

CHANCE = re.compile("[0-9a-f]{8}-[0-9a-f-]{27}")
"""What the simulators make anew for every answer."""
SEEN = ("method", "path", "raw_path", "query_string", "scheme", "headers")


@pytest.fixture
def heard(crms: RunningSimulators, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The messages that reached the simulators' apps, in their order."""
    found: list[dict[str, Any]] = []
    for simulator in crms.simulators.values():
        app = simulator.app

        async def listening(scope: Scope, receive: Receive, send: Send, app: Any = app) -> None:
            found.append(
                {"wired": "client" in scope, **{key: scope[key] for key in SEEN}, "headers": sorted(scope["headers"])}
            )
            await app(scope, receive, send)

        monkeypatch.setattr(simulator, "app", listening)
    return found


def on_the_wire(monkeypatch: pytest.MonkeyPatch) -> requests.Session:
    """A session of requests as it is without `kept_connections`."""
    monkeypatch.setattr(HTTPConnectionPool, "ConnectionCls", HTTPConnection)
    monkeypatch.setattr(HTTPSConnectionPool, "ConnectionCls", HTTPSConnection)
    session = requests.Session()
    for prefix in ("http://", "https://"):
        session.mount(prefix, HTTPAdapter())
    return session


def asked(session: requests.Session, crms: RunningSimulators, call: dict[str, Any]) -> tuple[Any, ...]:
    answer = session.request(
        call["method"],
        f"{crms.to_json()[call['system']][call['at']]}{call['path']}",
        headers={"Authorization": f"Bearer {crms.hubspot.token}", "SOAPAction": '""'},
        verify=crms.salesforce.ca_bundle,
        json=call.get("json"),
        data=call.get("data"),
    )
    headers = {name: CHANCE.sub("", value) for name, value in answer.headers.items() if name != "date"}
    return answer.status_code, answer.reason, headers, CHANCE.sub("", answer.text)


@pytest.mark.parametrize(
    "call",
    [
        {"method": "GET", "system": "hubspot", "at": "url", "path": "/crm/v3/properties/contacts/email"},
        {"method": "GET", "system": "hubspot", "at": "url", "path": "/crm/v3/objects/contacts?limit=2&x=%C3%A4+b"},
        {"method": "POST", "system": "hubspot", "at": "url", "path": "/crm/v3/objects/contacts/search", "json": {}},
        {"method": "DELETE", "system": "hubspot", "at": "url", "path": "/crm/v3/lists/9%2F9"},
        {"method": "HEAD", "system": "hubspot", "at": "url", "path": "/account-info/v3/details"},
        {"method": "POST", "system": "salesforce", "at": "https_url", "path": "/services/Soap/u/63.0", "data": "ä<x/>"},
        {"method": "GET", "system": "salesforce", "at": "http_url", "path": "/services/data/"},
    ],
    ids=lambda call: f"{call['method']} {call['path']}",
)
def test_message_and_answer_are_those_of_the_wire(
    crms: RunningSimulators, heard: list[dict[str, Any]], call: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    handed = asked(requests.Session(), crms, call)
    crms.reset()
    wired = asked(on_the_wire(monkeypatch), crms, call)

    assert handed == wired
    assert [message.pop("wired") for message in heard] == [False, True]
    assert heard[0] == heard[1]
