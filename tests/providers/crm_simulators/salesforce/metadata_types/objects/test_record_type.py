"""Business processes and record types: what they may list, who may use them, and that a record type stays."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.providers.crm_simulators.salesforce.conftest import Client


def values(client: Client, *names: str, default: str | None = None) -> list[Any]:
    return [client.md.PicklistValue(fullName=name, default=name == default) for name in names]


def process(client: Client, *names: str, **attributes: Any) -> Any:
    stages = values(client, *(names or ("Prospecting", "Closed Won")))
    return client.md.BusinessProcess(fullName="Opportunity.Short", isActive=True, values=stages, **attributes)


def record_type(client: Client, **attributes: Any) -> Any:
    given = {"label": "Short", "active": True, "businessProcess": "Short", **attributes}
    return client.md.RecordType(fullName="Opportunity.Short", **given)


def choice(client: Client, picklist: str, *names: str) -> Any:
    return client.md.RecordTypePicklistValue(picklist=picklist, values=values(client, *names))


def visible(client: Client) -> str:
    """The record type, visible to the administrator; answers its id."""
    assert client.create(process(client)) == ["ok"]
    kind = choice(client, "Kind__c", "new")
    assert client.create(kind_field(client)) == ["ok"]
    assert client.create(record_type(client, picklistValues=[kind])) == ["ok"]
    shown = client.md.PermissionSetRecordTypeVisibility(recordType="Opportunity.Short", visible=True)
    client.grant("Opportunity.Kind__c", recordTypeVisibilities=[shown])
    return str(client.sf.query("SELECT Id FROM RecordType WHERE DeveloperName = 'Short'")["records"][0]["Id"])


def kind_field(client: Client) -> Any:
    listed = [client.md.CustomValue(fullName=name, label=name, default=False) for name in ("new", "renewal")]
    definition = client.md.ValueSetValuesDefinition(sorted=False, value=listed)
    value_set = client.md.ValueSet(restricted=True, valueSetDefinition=definition)
    return client.md.CustomField(fullName="Opportunity.Kind__c", label="Kind", type="Picklist", valueSet=value_set)


def deal(**given: Any) -> dict[str, Any]:
    return {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-31", **given}


def test_a_process_takes_values_of_its_list_only(client: Client) -> None:
    assert client.create(process(client, "Prospecting", "Nowhere")) == [
        "FIELD_INTEGRITY_EXCEPTION: Picklist value: Nowhere in picklist: OpportunityStage not found"
    ]
    assert client.create(process(client, "Prospecting", "Prospecting")) == [
        "DUPLICATE_VALUE: Duplicate value: Prospecting"
    ]


def test_names_of_values_come_back_encoded_by_switch(client: Client, simulators: RunningSimulators) -> None:
    client.create(process(client, "Proposal/Price Quote"))
    assert client.read("BusinessProcess", "Opportunity.Short")["values"][0].fullName == "Proposal%2FPrice Quote"
    simulators.control.switches.set("salesforce.picklist_values_encoded", False)
    assert client.read("BusinessProcess", "Opportunity.Short")["values"][0].fullName == "Proposal/Price Quote"


def test_a_process_in_use_is_not_deleted(client: Client) -> None:
    client.create(process(client))
    client.create(record_type(client))
    assert client.delete("BusinessProcess", "Opportunity.Short") == [
        "DEPENDENCY_EXISTS: This business process is referenced elsewhere. : Record Type - Opportunity.Short"
    ]


def test_a_record_type_of_opportunity_needs_a_process_that_exists(client: Client) -> None:
    assert client.create(record_type(client, businessProcess=None)) == [
        "REQUIRED_FIELD_MISSING: Required field is missing: businessProcess"
    ]
    assert client.create(record_type(client)) == [
        "INVALID_CROSS_REFERENCE_KEY: In field: businessProcess - no BusinessProcess named Opportunity.Short found"
    ]


@pytest.mark.parametrize(
    ("picklist", "value", "problem"),
    [
        ("Nope__c", "a", "INVALID_CROSS_REFERENCE_KEY: In field: picklist - no Picklist named Nope__c found"),
        ("Amount", "a", "INVALID_CROSS_REFERENCE_KEY: In field: picklist - no Picklist named Amount found"),
        ("StageName", "a", "FIELD_INTEGRITY_EXCEPTION: Picklist StageName is set by the business process"),
        ("LeadSource", "a", "FIELD_INTEGRITY_EXCEPTION: Picklist value: a in picklist: LeadSource not found"),
    ],
)
def test_choices_must_fit_the_fields(client: Client, picklist: str, value: str, problem: str) -> None:
    client.create(process(client))
    listed = [choice(client, picklist, value)]
    assert client.create(record_type(client, picklistValues=listed)) == [problem]


def test_a_record_type_is_not_deleted(client: Client) -> None:
    client.create(process(client))
    client.create(record_type(client))
    assert client.delete("RecordType", "Opportunity.Short") == ["DELETE_FAILED: Cannot delete record type through API"]


def test_a_field_that_is_gone_takes_its_choices_along(client: Client) -> None:
    visible(client)
    assert client.delete("CustomField", "Opportunity.Kind__c") == ["ok"]
    assert client.read("RecordType", "Opportunity.Short").picklistValues == []


def test_records_take_a_record_type_that_is_visible_and_active(client: Client) -> None:
    record_type_id = visible(client)
    made = client.sf.Opportunity.create(deal(RecordTypeId=record_type_id, Kind__c="new"))
    client.update(record_type(client, active=False))
    with pytest.raises(SalesforceMalformedRequest, match=f"this ID value isn't valid for the user: {record_type_id}"):
        client.sf.Opportunity.create(deal(RecordTypeId=record_type_id))
    client.sf.Opportunity.update(made["id"], {"Name": "Kept"})


def test_a_record_type_that_nobody_shows_is_refused(client: Client) -> None:
    client.create(process(client))
    client.create(record_type(client))
    record_type_id = client.sf.query("SELECT Id FROM RecordType")["records"][0]["Id"]
    with pytest.raises(SalesforceMalformedRequest, match="INVALID_CROSS_REFERENCE_KEY"):
        client.sf.Opportunity.create(deal(RecordTypeId=record_type_id))
    infos = {one["developerName"]: one["available"] for one in client.sf.Opportunity.describe()["recordTypeInfos"]}
    assert infos == {"Short": False, "Master": True}


def test_a_restricted_list_is_narrower_for_a_record_type(client: Client) -> None:
    record_type_id = visible(client)
    with pytest.raises(SalesforceMalformedRequest, match="bad value for restricted picklist field: renewal"):
        client.sf.Opportunity.create(deal(RecordTypeId=record_type_id, Kind__c="renewal"))
    client.sf.Opportunity.create(deal(Kind__c="renewal"))
