"""Injected faults speak the vendor's language, on REST and on SOAP."""

from __future__ import annotations

import json

import pytest
import requests
from crm_simulators.server import RunningSimulators
from simple_salesforce.exceptions import (
    SalesforceExpiredSession,
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
)
from zeep.exceptions import Fault

from tests.providers.crm_simulators.salesforce.conftest import Client


def test_expired_session_is_401_on_rest_and_a_fault_on_soap(client: Client, simulators: RunningSimulators) -> None:
    simulators.control.faults.add("expired_session", system="salesforce")
    with pytest.raises(SalesforceExpiredSession):
        client.sf.limits()
    with pytest.raises(Fault) as fault:
        client.read("CustomField", "Lead.Tier__c")
    assert fault.value.code == "sf:INVALID_SESSION_ID"


def test_spent_daily_limit_is_refused(client: Client, simulators: RunningSimulators) -> None:
    simulators.control.faults.add("rate_limit", system="salesforce", policy="DAILY", count=1)
    with pytest.raises(SalesforceRefusedRequest) as error:
        client.sf.limits()
    assert error.value.content == [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]


def test_row_lock_is_a_bad_request(client: Client, simulators: RunningSimulators) -> None:
    simulators.control.faults.add("status", system="salesforce", status=400, count=1)
    with pytest.raises(SalesforceMalformedRequest) as error:
        client.sf.limits()
    assert error.value.content[0]["errorCode"] == "UNABLE_TO_LOCK_ROW"


def test_server_error_is_503_and_passes(client: Client, simulators: RunningSimulators) -> None:
    simulators.control.faults.add("server_error", system="salesforce", count=1)
    with pytest.raises(SalesforceGeneralError) as error:
        client.sf.limits()
    assert error.value.status == 503
    assert client.sf.limits()


def test_code_of_a_fault_can_be_chosen(client: Client, simulators: RunningSimulators) -> None:
    text = "ENTITY_IS_LOCKED: the entity is locked for editing"
    simulators.control.faults.add("status", system="salesforce", status=400, message=text, count=1)
    with pytest.raises(Fault) as fault:
        client.create(client.text_field())
    assert (fault.value.code, fault.value.message) == ("sf:ENTITY_IS_LOCKED", text)


def test_write_that_timed_out_has_landed(client: Client, simulators: RunningSimulators) -> None:
    simulators.control.faults.add("timeout_after_write", system="salesforce", path="/Soap/m/", count=1)
    with pytest.raises(requests.exceptions.ConnectionError):
        client.create(client.text_field())
    assert client.read("CustomField", "Lead.Tier__c").label == "Tier"


def test_reads_are_not_logged_as_writes(client: Client, simulators: RunningSimulators) -> None:
    client.read("CustomField", "Lead.Tier__c")
    client.sf.query("SELECT Id FROM Lead")
    assert simulators.control.log.select(system="salesforce", writes_only=True) == []
    client.create(client.text_field())
    assert len(simulators.control.log.select(system="salesforce", writes_only=True)) == 1


def test_dump_and_load_hold_the_whole_org(client: Client, simulators: RunningSimulators) -> None:
    client.create(client.text_field())
    client.sf.Lead.create({"LastName": "Doe", "Company": "Acme"})
    state = json.loads(json.dumps(simulators.dump("salesforce")))
    simulators.reset()
    simulators.simulators["salesforce"].load(state)
    assert client.read("CustomField", "Lead.Tier__c").label == "Tier"
    assert client.sf.query("SELECT COUNT() FROM Lead")["totalSize"] == 1
    assert simulators.dump("salesforce") == state


def test_looking_at_the_org_does_not_change_its_dump(client: Client, simulators: RunningSimulators) -> None:
    before = simulators.dump("salesforce")
    client.sf.query("SELECT Id FROM AssignmentRule")
    client.read("AssignmentRules", "Lead")
    client.md.list_metadata([client.md.ListMetadataQuery(type="CustomField")])
    assert simulators.dump("salesforce") == before


def test_type_that_only_others_extend_is_refused(client: Client) -> None:
    with pytest.raises(Fault, match="RoleOrTerritory is not available for this organization"):
        client.md.list_metadata([client.md.ListMetadataQuery(type="RoleOrTerritory")])
