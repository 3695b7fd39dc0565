"""The field mapping of lead conversion: custom fields of the lead, types that agree, each once."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators

from tests.providers.crm_simulators.salesforce.conftest import Client

NAME = "LeadConvertSettings"


def settings(client: Client, *pairs: tuple[str, str], to: str = "Contact", **more: Any) -> Any:
    fields = [client.md.ObjectMappingField(inputField=mine, outputField=other) for mine, other in pairs]
    mapping = client.md.ObjectMapping(inputObject="Lead", outputObject=to, mappingFields=fields)
    return client.md.LeadConvertSettings(fullName=NAME, objectMapping=[mapping], **more)


def mapped(client: Client) -> list[tuple[str, str, str]]:
    return [
        (mapping.outputObject, pair.inputField, pair.outputField)
        for mapping in client.read(NAME, NAME).objectMapping
        for pair in mapping.mappingFields
    ]


@pytest.fixture(autouse=True)
def tier(client: Client) -> None:
    assert client.create(client.text_field("Lead.Tier__c"), client.text_field("Contact.Tier__c")) == ["ok", "ok"]


def test_every_org_has_the_settings_and_only_updates_them(client: Client, simulators: RunningSimulators) -> None:
    before = simulators.dump("salesforce")
    assert client.read(NAME, NAME).opportunityCreationOptions == "VisibleOptional"
    assert simulators.dump("salesforce") == before
    assert client.create(settings(client))[0].startswith("DUPLICATE_DEVELOPER_NAME")
    assert client.delete(NAME, NAME) == ["DELETE_FAILED: Cannot delete LeadConvertSettings"]


def test_a_mapping_goes_with_its_field(client: Client) -> None:
    assert client.update(settings(client, ("Tier__c", "Tier__c"))) == ["ok"]
    assert mapped(client) == [("Contact", "Tier__c", "Tier__c")]
    client.delete("CustomField", "Contact.Tier__c")
    assert mapped(client) == []


def test_text_is_mapped_to_a_picklist_and_to_a_longer_text(client: Client) -> None:
    assert client.update(settings(client, ("Tier__c", "LeadSource"))) == ["ok"]
    assert client.update(settings(client, ("Tier__c", "Description"))) == ["ok"]


def test_settings_that_are_restored_are_those_of_a_new_org(client: Client, simulators: RunningSimulators) -> None:
    before = simulators.dump("salesforce")["components"]
    client.update(settings(client, ("Tier__c", "Tier__c")))
    back = client.md.LeadConvertSettings(fullName=NAME, opportunityCreationOptions="VisibleOptional")
    assert client.update(back) == ["ok"]
    assert simulators.dump("salesforce")["components"] == before


@pytest.mark.parametrize(
    ("pairs", "problem"),
    [
        (
            [("Nope__c", "Tier__c")],
            "INVALID_CROSS_REFERENCE_KEY: In field: inputField - no CustomField named Lead.Nope__c found",
        ),
        ([("Title", "Tier__c")], "FIELD_INTEGRITY_EXCEPTION: Only custom fields of a lead can be mapped: Title"),
        ([("Tier__c", "Birthdate")], "FIELD_INTEGRITY_EXCEPTION: Lead.Tier__c cannot be mapped to Contact.Birthdate"),
        ([("Tier__c", "Tier__c"), ("Tier__c", "Title")], "DUPLICATE_VALUE: Field is mapped twice: Tier__c"),
    ],
)
def test_pairs_must_fit(client: Client, pairs: list[tuple[str, str]], problem: str) -> None:
    assert client.update(settings(client, *pairs)) == [problem]


def test_a_lead_becomes_contact_account_and_opportunity_only(client: Client) -> None:
    assert client.update(settings(client, to="Campaign")) == ["FIELD_INTEGRITY_EXCEPTION: Cannot map Lead to Campaign"]
