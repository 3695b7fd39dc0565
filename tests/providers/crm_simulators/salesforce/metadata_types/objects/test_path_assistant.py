"""Paths: one per object and record type, steps for the values that the process has."""

from __future__ import annotations

from typing import Any

import pytest

from tests.providers.crm_simulators.salesforce.conftest import Client


def path(client: Client, *steps: Any, name: str = "Deals", **attributes: Any) -> Any:
    given = {
        "active": True, "entityName": "Opportunity", "fieldName": "StageName", "masterLabel": "Deals",
        "recordTypeName": "__MASTER__", **attributes,
    }  # fmt: skip
    return client.md.PathAssistant(fullName=name, pathAssistantSteps=list(steps), **given)


def step(client: Client, value: str, *fields: str, info: str | None = None) -> Any:
    return client.md.PathAssistantStep(picklistValueName=value, fieldNames=list(fields), info=info)


def test_steps_come_back_in_the_order_of_the_list(client: Client) -> None:
    assert client.create(path(client, step(client, "Closed Won"), step(client, "Prospecting", "Amount"))) == ["ok"]
    steps = client.read("PathAssistant", "Deals").pathAssistantSteps
    assert [one.picklistValueName for one in steps] == ["Prospecting", "Closed Won"]


@pytest.mark.parametrize(
    ("attributes", "problem"),
    [
        ({"fieldName": "Amount"}, "In field: fieldName - no Picklist named Amount found"),
        ({"entityName": "Nope__c"}, "In field: entityName - no CustomObject named Nope__c found"),
        ({"recordTypeName": "Nope"}, "In field: recordTypeName - no RecordType named Opportunity.Nope found"),
    ],
)
def test_a_path_stands_on_what_exists(client: Client, attributes: dict[str, str], problem: str) -> None:
    assert client.create(path(client, **attributes)) == [f"INVALID_CROSS_REFERENCE_KEY: {problem}"]


def test_a_step_names_values_and_fields_that_exist_and_five_fields_at_most(client: Client) -> None:
    assert client.create(path(client, step(client, "Nowhere"))) == [
        "INVALID_CROSS_REFERENCE_KEY: In field: picklistValueName - no PicklistValue named Nowhere found"
    ]
    assert client.create(path(client, step(client, "Prospecting", "Nope__c"))) == [
        "INVALID_CROSS_REFERENCE_KEY: In field: fieldNames - no CustomField named Opportunity.Nope__c found"
    ]
    six = ("Amount", "CloseDate", "NextStep", "LeadSource", "Type", "Description")
    assert client.create(path(client, step(client, "Prospecting", *six))) == [
        "FIELD_INTEGRITY_EXCEPTION: A step of a path can have at most 5 fields"
    ]


def test_a_record_type_has_the_steps_of_its_process_and_one_path(client: Client) -> None:
    stages = [client.md.PicklistValue(fullName="Prospecting", default=False)]
    client.create(client.md.BusinessProcess(fullName="Opportunity.Short", values=stages))
    client.create(client.md.RecordType(fullName="Opportunity.Short", label="S", active=True, businessProcess="Short"))
    assert client.create(path(client, step(client, "Closed Won"), recordTypeName="Short")) == [
        "INVALID_CROSS_REFERENCE_KEY: In field: picklistValueName - no PicklistValue named Closed Won found"
    ]
    assert client.create(path(client, recordTypeName="Short"), path(client, name="Master")) == ["ok", "ok"]
    assert client.create(path(client, name="Second", recordTypeName="Short")) == [
        "DUPLICATE_VALUE: There is already a path for Opportunity and record type Short: Deals"
    ]


def test_the_field_of_a_path_does_not_change(client: Client) -> None:
    client.create(path(client))
    assert client.update(path(client, fieldName="LeadSource")) == [
        "FIELD_INTEGRITY_EXCEPTION: Cannot change fieldName of a path"
    ]
