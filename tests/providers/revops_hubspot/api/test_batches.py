"""Properties that are created at the same moment leave in one call, and each hears of its own."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.kinds.property import Property

from revops_iac.errors import AccountError
from revops_iac.provider.session import Session
from tests.providers.creation_groups import group_of
from tests.providers.revops_hubspot.conftest import OpenSession

KIND = Property()
BATCH = "/crm/v3/properties/contacts/batch/create"


def declared(number: int, **more: Any) -> dict[str, Any]:
    text = {"type": "string", "field_type": "text", "group_name": "contactinformation"}
    return {"object": "contacts", "name": f"field_{number}", "label": f"Field {number}", **text, **more}


def together(session: Session[HubSpotClient], definitions: Sequence[dict[str, Any]]) -> list[str]:
    """Creates all at the same moment; the name of each, or its error."""

    def create(definition: dict[str, Any]) -> str:
        try:
            return KIND.create(session, KIND.parse(definition)).name
        except AccountError as error:
            return str(error)

    with group_of(len(definitions), session.client.properties._creations), ThreadPoolExecutor(len(definitions)) as pool:
        return list(pool.map(create, definitions))


@pytest.fixture
def calm(open_session: OpenSession) -> Session[HubSpotClient]:
    """A session whose reads are done."""
    session = open_session()
    KIND.create(session, KIND.parse(declared(99)))
    return session


def calls(accounts: RunningSimulators) -> list[tuple[str, int]]:
    """The creations since the first: batch or alone, and the status."""
    found = [one for one in accounts.control.log.select(system="hubspot") if one.method == "POST"]
    return [("batch" if one.path == BATCH else "alone", one.status) for one in found][1:]


def names(accounts: RunningSimulators) -> set[str]:
    return {name for name in accounts.dump("hubspot")["properties"]["0-1"] if name.startswith("field_")} - {"field_99"}


def test_forty_at_the_same_moment_are_one_call(accounts: RunningSimulators, calm: Session[HubSpotClient]) -> None:
    made = together(calm, [declared(number) for number in range(40)])
    assert made == [f"contacts.field_{number}" for number in range(40)]
    assert calls(accounts) == [("batch", 201)]


@pytest.mark.parametrize("is_partial", [True, False])
def test_one_that_is_refused_fails_alone_in_its_own_words(
    accounts: RunningSimulators, calm: Session[HubSpotClient], is_partial: bool
) -> None:
    accounts.control.switches.set("hubspot.property_batches_are_partial", is_partial)
    outcomes = together(calm, [declared(0), declared(1, group_name="gone"), declared(2)])
    assert [outcomes[0], outcomes[2]] == ["contacts.field_0", "contacts.field_2"]
    assert outcomes[1].startswith("HubSpot POST /crm/v3/properties/contacts: 400, ")
    assert names(accounts) == {"field_0", "field_2"}
    refused, alone = (207, 1) if is_partial else (400, 3)
    assert calls(accounts)[0] == ("batch", refused)
    assert len(calls(accounts)) == 1 + alone


@pytest.mark.parametrize("lag_s", [0, 0.5])
def test_lost_answer_creates_nothing_twice_and_loses_nothing(
    accounts: RunningSimulators, calm: Session[HubSpotClient], waits: list[float], lag_s: float
) -> None:
    accounts.control.faults.add("timeout_after_write", system="hubspot", path=BATCH, count=1)
    if lag_s:
        accounts.control.faults.add("read_lag", system="hubspot", seconds=lag_s)
    made = together(calm, [declared(number) for number in range(4)])
    assert made == [f"contacts.field_{number}" for number in range(4)]
    assert names(accounts) == {f"field_{number}" for number in range(4)}
    assert [status for _, status in calls(accounts) if status < 300] in ([201], [])


def test_busy_account_is_asked_again(
    accounts: RunningSimulators, calm: Session[HubSpotClient], waits: list[float]
) -> None:
    accounts.control.faults.add("rate_limit", system="hubspot", path=BATCH, count=1)
    made = together(calm, [declared(number) for number in range(4)])
    assert made == [f"contacts.field_{number}" for number in range(4)]
    assert calls(accounts) == [("batch", 429), ("batch", 201)]


def test_spent_day_is_said_to_everybody_and_nothing_is_sent_again(
    accounts: RunningSimulators, calm: Session[HubSpotClient], waits: list[float]
) -> None:
    accounts.control.faults.add("rate_limit", system="hubspot", policy="DAILY", path=BATCH)
    outcomes = together(calm, [declared(number) for number in range(4)])
    assert len(set(outcomes)) == 1
    assert "daily" in outcomes[0].lower()
    assert calls(accounts) == [("batch", 429)]
