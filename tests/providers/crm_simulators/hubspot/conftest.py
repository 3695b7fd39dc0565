"""HubSpot's own client on the running simulators."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot

from tests.providers.crm_simulators.hubspot.calls import Api, calling


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
    """`api(method, path, body=None, **query)` through the client."""
    with calling(client) as call:
        yield call
