"""Flows: versions, activation, the deletion recipe, and what a broken flow is told."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.providers.crm_simulators.salesforce.conftest import Client


def flow(client: Client, value: str = "Hot", status: str = "Draft", **attributes: Any) -> Any:
    md = client.md
    content = md.FlowElementReferenceOrValue(stringValue=value)
    update = md.FlowRecordUpdate(
        name="Set",
        label="Set",
        locationX=1,
        locationY=1,
        inputReference=attributes.pop("inputReference", "$Record"),
        inputAssignments=[md.FlowInputFieldAssignment(field=attributes.pop("field", "Rating"), value=content)],
    )
    start = md.FlowStart(
        locationX=50,
        locationY=0,
        object="Lead",
        triggerType="RecordBeforeSave",
        recordTriggerType="Create",
        connector=md.FlowConnector(targetReference=attributes.pop("target", "Set")),
        filterFormula=attributes.pop("filterFormula", None),
    )
    values = {"label": "Route", "apiVersion": 63.0, "processType": "AutoLaunchedFlow", "status": status, **attributes}
    return md.Flow(fullName="Lead_Route", start=start, recordUpdates=[update], **values)


def definition(client: Client) -> dict[str, Any]:
    query = "SELECT+Id,ActiveVersion.VersionNumber,LatestVersion.VersionNumber+FROM+FlowDefinition"
    row: dict[str, Any] = client.sf.toolingexecute(f"query?q={query}")["records"][0]
    return row


def versions(client: Client) -> list[tuple[int, str]]:
    query = "SELECT+Id,VersionNumber,Status+FROM+Flow+ORDER+BY+VersionNumber"
    rows = client.sf.toolingexecute(f"query?q={query}")["records"]
    return [(row["VersionNumber"], row["Status"]) for row in rows]


def test_changed_content_is_a_new_version_and_equal_content_is_not(client: Client) -> None:
    assert client.create(flow(client)) == ["ok"]
    client.update(flow(client))
    assert versions(client) == [(1, "Draft")]
    client.update(flow(client, "Cold"))
    assert versions(client) == [(1, "Draft"), (2, "Draft")]


def test_activating_a_version_makes_the_earlier_one_obsolete(client: Client) -> None:
    client.create(flow(client, status="Active"))
    client.update(flow(client, "Cold", status="Active"))
    assert versions(client) == [(1, "Obsolete"), (2, "Active")]


def test_production_like_org_deploys_active_flows_inactive(client: Client, simulators: RunningSimulators) -> None:
    simulators.control.switches.set("salesforce.flows_deploy_active", False)
    client.create(flow(client, status="Active"))
    assert versions(client) == [(1, "Draft")]


def test_tooling_definition_activates_and_deactivates(client: Client) -> None:
    client.create(flow(client))
    path = f"sobjects/FlowDefinition/{definition(client)['Id']}"
    client.sf.toolingexecute(path, method="PATCH", data={"Metadata": {"activeVersionNumber": 1}})
    assert versions(client) == [(1, "Active")]
    client.sf.toolingexecute(path, method="PATCH", data={"Metadata": {"activeVersionNumber": 0}})
    assert definition(client)["ActiveVersion"] is None


def test_bare_name_cannot_be_deleted_and_versions_can(client: Client) -> None:
    client.create(flow(client))
    assert client.delete("Flow", "Lead_Route") == [
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: insufficient access rights on cross-reference id"
    ]
    assert client.delete("Flow", "Lead_Route-1") == ["ok"]
    assert client.read("Flow", "Lead_Route").fullName is None


def test_active_version_cannot_be_deleted(client: Client) -> None:
    client.create(flow(client, status="Active"))
    row = client.sf.toolingexecute("query?q=SELECT+Id+FROM+Flow")["records"][0]
    with pytest.raises(SalesforceMalformedRequest, match="You can't delete an active flow version"):
        client.sf.toolingexecute(f"sobjects/Flow/{row['Id']}", method="DELETE")


def test_version_after_the_fiftieth_is_refused(client: Client) -> None:
    client.create(flow(client, "0"))
    for number in range(1, 50):
        client.update(flow(client, str(number)))
    assert client.update(flow(client, "50")) == [
        "LIMIT_EXCEEDED: The flow Lead_Route has 50 versions. Delete one before saving another."
    ]


@pytest.mark.parametrize(
    ("attributes", "problem"),
    [
        ({"target": "Gone"}, 'The flow can\'t find the element "Gone" that a connector points to.'),
        ({"field": "Gone__c"}, 'The field "Gone__c" for the object "Lead" doesn\'t exist.'),
        (
            {"inputReference": "Other"},
            "Set: Fast Field Updates can only update the record that starts the flow.",
        ),
        (
            {"filterFormula": "{!$Record.Gone__c} = 1"},
            'The formula start isn\'t valid: The field "Gone__c" for the object "Lead" doesn\'t exist.',
        ),
        ({"value": "{!Nothing}"}, 'The flow can\'t find the resource "Nothing".'),
    ],
)
def test_broken_flow_is_refused(client: Client, attributes: dict[str, str], problem: str) -> None:
    assert client.create(flow(client, **attributes)) == [f"FIELD_INTEGRITY_EXCEPTION: {problem}"]


def test_field_that_a_flow_uses_cannot_be_deleted(client: Client) -> None:
    client.create(client.text_field())
    client.create(flow(client, field="Tier__c"))
    assert client.delete("CustomField", "Lead.Tier__c") == [
        "DEPENDENCY_EXISTS: This custom field is referenced elsewhere in salesforce.com. "
        "Remove the usage and try again. : Flow Version - Lead_Route-1"
    ]


def test_references_of_the_process_designer_are_not_those_of_the_flow(client: Client) -> None:
    md = client.md
    value = md.FlowElementReferenceOrValue(stringValue="{![Lead].Company} is here")
    notes = [md.FlowMetadataValue(name="textJson", value=value)]
    assert client.create(flow(client, processMetadataValues=notes)) == ["ok"]
    assert client.update(flow(client, "{![Lead].Company} is here")) == [
        'FIELD_INTEGRITY_EXCEPTION: The flow can\'t find the resource "[Lead].Company".'
    ]
