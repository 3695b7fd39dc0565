"""Components that are created at the same moment leave in one call, and each caller hears of its own."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from crm_simulators.salesforce.errors import MetadataError
from crm_simulators.salesforce.metadata_types.objects.custom_field import CustomField
from crm_simulators.salesforce.org.org import Org
from crm_simulators.server import RunningSimulators
from revops_salesforce.api.client import SalesforceClient

from revops_iac.errors import AccountError
from tests.providers.creation_groups import group_of

SOAP = "/services/Soap/m/"
LOCKED = "Lead.Field_2__c"


def together(client: SalesforceClient, bodies: Sequence[dict[str, Any]]) -> list[str | None]:
    """Creates all at the same moment; the diagnostic of each, None where it was created."""

    def create(body: dict[str, Any]) -> str | None:
        try:
            client.create_component("CustomField", body)
        except AccountError as error:
            return str(error)
        return None

    with group_of(len(bodies), client._creations), ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(create, bodies))


def field(number: int, **more: Any) -> dict[str, Any]:
    body = {"fullName": f"Lead.Field_{number}__c", "label": f"Field {number}", "type": "Text", "length": 80}
    return {**body, **more}


def created(client: SalesforceClient) -> list[str]:
    return sorted(name for name in client.list_components("CustomField") if name.startswith("Lead.Field_"))


@pytest.fixture
def calm(client: SalesforceClient) -> SalesforceClient:
    """A client that has logged in."""
    client.query("SELECT Id FROM Organization")
    return client


def writes(accounts: RunningSimulators) -> int:
    return len(accounts.control.log.select(system="salesforce", path=SOAP, writes_only=True))


def test_ten_at_the_same_moment_are_one_call(accounts: RunningSimulators, calm: SalesforceClient) -> None:
    assert together(calm, [field(number) for number in range(10)]) == [None] * 10
    assert writes(accounts) == 1
    assert len(created(calm)) == 10


def test_one_that_is_wrong_fails_alone(accounts: RunningSimulators, calm: SalesforceClient) -> None:
    outcomes = together(calm, [field(0), field(1, length=None), field(2), field(3)])
    assert [message is None for message in outcomes] == [True, False, True, True]
    assert str(outcomes[1]).startswith('Salesforce SOAP createMetadata CustomField "Lead.Field_1__c": ')
    assert created(calm) == ["Lead.Field_0__c", "Lead.Field_2__c", "Lead.Field_3__c"]
    assert writes(accounts) == 1


def test_lost_answer_creates_nothing_twice(
    accounts: RunningSimulators, calm: SalesforceClient, waits: list[float]
) -> None:
    accounts.control.faults.add("timeout_after_write", system="salesforce", path=SOAP, count=1)
    assert together(calm, [field(0), field(1), field(2, length=None), field(3)])[:2] == [None, None]
    assert created(calm) == ["Lead.Field_0__c", "Lead.Field_1__c", "Lead.Field_3__c"]


@pytest.mark.parametrize("code", ["UNABLE_TO_LOCK_ROW", "REQUEST_LIMIT_EXCEEDED"])
def test_busy_org_is_asked_again(
    accounts: RunningSimulators, calm: SalesforceClient, waits: list[float], code: str
) -> None:
    accounts.control.faults.add("status", system="salesforce", status=400, message=f"{code}: busy", path=SOAP, count=1)
    assert together(calm, [field(number) for number in range(4)]) == [None] * 4
    assert len(created(calm)) == 4


@pytest.fixture
def locked_once(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The org that cannot lock one component of a group at the first attempt; what it was asked for, in order."""
    asked: list[str] = []
    checked = CustomField.checked

    def check(self: CustomField, org: Org, full_name: str, body: dict[str, Any], old: Any) -> dict[str, Any]:
        asked.append(full_name)
        if full_name == LOCKED and asked.count(full_name) == 1:
            raise MetadataError("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record")
        return checked(self, org, full_name, body, old)

    monkeypatch.setattr(CustomField, "checked", check)
    return asked


def test_component_that_the_org_could_not_lock_goes_again_alone(
    accounts: RunningSimulators, calm: SalesforceClient, waits: list[float], locked_once: list[str]
) -> None:
    assert together(calm, [field(number) for number in range(4)]) == [None] * 4
    assert created(calm) == [f"Lead.Field_{number}__c" for number in range(4)]
    assert sorted(locked_once) == sorted([*(f"Lead.Field_{number}__c" for number in range(4)), LOCKED])
    assert writes(accounts) == 2


def test_spent_day_is_said_to_everybody_and_nothing_is_sent_again(
    accounts: RunningSimulators, calm: SalesforceClient, waits: list[float]
) -> None:
    accounts.control.faults.add("rate_limit", system="salesforce", policy="DAILY", path=SOAP)
    outcomes = together(calm, [field(number) for number in range(4)])
    assert len(set(outcomes)) == 1
    assert "REQUEST_LIMIT_EXCEEDED, TotalRequests Limit exceeded" in str(outcomes[0])
    assert len(accounts.control.log.select(system="salesforce", path=SOAP)) == 1
