"""A session with a simulated org."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators, SalesforceAccess
from revops_salesforce.api.client import SalesforceClient

from revops_iac.provider.session import Session
from tests.sessions import new_session

OpenSession = Callable[..., Session[SalesforceClient]]


def no_config(key: str) -> None:
    """A stack config without any value."""


@pytest.fixture
def org(accounts: RunningSimulators) -> SalesforceAccess:
    """The simulated org's addresses; the environment names it."""
    assert accounts.salesforce is not None
    return accounts.salesforce


@pytest.fixture
def open_session(org: SalesforceAccess, waits: list[float]) -> Iterator[OpenSession]:
    """`open_session(writes=True, **{"revops:production": "true"})`: a provider process of its own."""
    opened: list[Session[SalesforceClient]] = []

    def open_(writes: bool = True, **config: Any) -> Session[SalesforceClient]:
        values = {"salesforce:organizationId": org.organization_id, **config}
        session: Session[SalesforceClient] = new_session("salesforce", values.get, "test")
        opened.append(session)
        session.open()
        if writes:
            session.allow_writes()
        return session

    yield open_
    for session in opened:
        session.client.close()


@pytest.fixture
def client(open_session: OpenSession) -> SalesforceClient:
    """A client that may write."""
    return open_session().client
