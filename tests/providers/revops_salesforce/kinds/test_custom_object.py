"""Custom objects: the settings of the name field are kept, and declared where the model says so."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.kinds.custom_object import CustomObject

from revops_iac.compile import validated
from tests.providers.contract import Contract, example

KIND = CustomObject()
NAME_FIELD = {
    "label": "Number",
    "type": "AutoNumber",
    "displayFormat": "M-{0000}",
    "trackHistory": True,
    "trackFeedHistory": True,
    "encryptionScheme": "ProbabilisticEncryption",
}


@pytest.fixture
def process(accounts: RunningSimulators, waits: list[float]) -> Contract:
    return Contract(accounts, "salesforce", KIND)


def test_update_of_the_description_keeps_every_setting_of_the_name_field(
    process: Contract, client: SalesforceClient
) -> None:
    body = {"label": "Machine", "pluralLabel": "Machines", "sharingModel": "Read", "deploymentStatus": "Deployed"}
    client.create_component("CustomObject", {**body, "fullName": "Machine__c", "nameField": NAME_FIELD})
    inputs = {
        **example(KIND),
        "name_field": {"label": "Number", "type": "AutoNumber"},
        "description": "What customers own.",
        "enable_reports": False,
    }
    process.create({**inputs, "adopt": True})
    live = client.read_components("CustomObject", ["Machine__c"])["Machine__c"]
    assert live["nameField"] == NAME_FIELD
    assert live["description"] == "What customers own."


def test_every_option_of_a_name_field_can_be_declared(process: Contract, client: SalesforceClient) -> None:
    options: dict[str, Any] = {
        "label": "Number",
        "type": "AutoNumber",
        "display_format": "M-{0000}",
        "starting_number": 5,
        "track_history": True,
        "track_feed_history": True,
        "encryption_scheme": "ProbabilisticEncryption",
    }
    inputs = {**validated(KIND, {**example(KIND), "name_field": options}), "enable_history": True}
    made = process.create(inputs)
    again = process.refresh(made)
    assert again is not None
    assert not process.changes(again, inputs)
    live = client.read_components("CustomObject", ["Machine__c"])["Machine__c"]
    assert {key: live["nameField"][key] for key in NAME_FIELD} == NAME_FIELD


def test_numbers_without_a_format_are_the_orgs_own() -> None:
    validated(KIND, {**example(KIND), "name_field": {"label": "Number", "type": "AutoNumber"}})


def test_text_name_loses_the_format_of_numbers() -> None:
    inputs = KIND.parse({"name": "Machine__c", "name_field": {"label": "Name", "type": "Text"}})
    assert KIND.changes({}, inputs) == {
        "nameField": {"displayFormat": None, "startingNumber": None, "label": "Name", "type": "Text"}
    }


def test_custom_setting_gets_no_deployment_status_with_a_change(process: Contract, client: SalesforceClient) -> None:
    body = {"customSettingsType": "Hierarchy", "label": "Limits", "visibility": "Protected"}
    client.create_component("CustomObject", {**body, "fullName": "Limits__c"})
    before = client.read_components("CustomObject", ["Limits__c"])["Limits__c"]
    inputs = {"name": "Limits__c", "label": "Limits", "custom_settings_type": "Hierarchy", "description": "For flows."}
    process.create({**validated(KIND, inputs), "adopt": True})
    after = client.read_components("CustomObject", ["Limits__c"])["Limits__c"]
    assert after == {**before, "description": "For flows."}
