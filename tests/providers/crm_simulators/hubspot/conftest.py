"""HubSpot's own client on the running simulators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot

Api = Callable[..., tuple[int, Any]]


@pytest.fixture
def sims(crms: RunningSimulators) -> RunningSimulators:
    """Fresh accounts on running servers."""
    return crms


@pytest.fixture
def client(sims: RunningSimulators) -> HubSpot:
    """HubSpot's own client, with every scope."""
    return HubSpot(access_token=sims.hubspot.token, host=sims.hubspot.url, base_url=sims.hubspot.url)


@pytest.fixture
def api(client: HubSpot) -> Iterator[Api]:
    """`api(method, path, body=None, **query)` through the client's `api_request`: status and JSON (or text)."""
    responses = []

    def call(method: str, path: str, body: Any = None, **query: Any) -> tuple[int, Any]:
        request: dict[str, Any] = {"method": method, "path": path, "qs": query}
        if body is not None:
            request["body"] = body
        response = client.api_request(request)
        responses.append(response)
        json_answer = "json" in response.headers.get("content-type", "")
        return response.status_code, response.json() if json_answer else response.text

    yield call
    for response in responses:
        response.close()
