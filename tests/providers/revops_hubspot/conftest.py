"""A session with a simulated portal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_hubspot.api.client import HubSpotClient

from revops_iac.provider.session import Session
from tests.providers.conftest import catch_up
from tests.sessions import new_session

OpenSession = Callable[..., Session[HubSpotClient]]


@pytest.fixture
def open_session(accounts: RunningSimulators, waits: list[float]) -> OpenSession:
    """`open_session(writes=True, **{"revops:production": "true"})`: a provider process of its own.

    These tests call kinds without Pulumi, which would record what an earlier process wrote. So where reads lag, a
    process starts when they have caught up; its own writes lag.
    """

    def open_(writes: bool = True, **config: Any) -> Session[HubSpotClient]:
        catch_up(accounts)
        values = {"hubspot:portalId": str(accounts.hubspot.portal_id), **config}
        session: Session[HubSpotClient] = new_session("hubspot", values.get, "test")
        session.open()
        if writes:
            session.allow_writes()
        return session

    return open_
