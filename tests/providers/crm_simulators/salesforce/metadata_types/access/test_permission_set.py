"""Field-level security: what the API makes is invisible to REST until a permission set grants it."""

from __future__ import annotations

import pytest
from crm_simulators.server import RunningSimulators
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.providers.crm_simulators.salesforce.conftest import Client


def test_new_field_is_hidden_from_rest_but_not_from_metadata(client: Client) -> None:
    client.create(client.text_field())
    with pytest.raises(SalesforceMalformedRequest) as error:
        client.sf.query("SELECT Tier__c FROM Lead")
    assert error.value.content[0]["errorCode"] == "INVALID_FIELD"
    assert error.value.content[0]["message"].startswith("No such column 'Tier__c' on entity 'Lead'.")
    assert "Tier__c" not in {field["name"] for field in client.sf.Lead.describe()["fields"]}
    assert client.read("CustomField", "Lead.Tier__c").label == "Tier"


def test_granted_field_is_shown_and_can_be_written(client: Client) -> None:
    client.create(client.text_field())
    client.grant("Lead.Tier__c")
    lead = client.sf.Lead.create({"LastName": "Doe", "Company": "Acme", "Tier__c": "gold"})["id"]
    assert client.sf.query(f"SELECT Tier__c FROM Lead WHERE Id = '{lead}'")["records"][0]["Tier__c"] == "gold"


def test_read_only_grant_does_not_let_the_field_be_written(client: Client) -> None:
    client.create(client.text_field())
    client.grant("Lead.Tier__c", editable=False)
    with pytest.raises(SalesforceMalformedRequest, match="INVALID_FIELD_FOR_INSERT_UPDATE"):
        client.sf.Lead.create({"LastName": "Doe", "Company": "Acme", "Tier__c": "gold"})


def test_permission_for_a_missing_field_is_refused(client: Client) -> None:
    assert client.create(client.permission_set("Lead.Gone__c")) == [
        "INVALID_CROSS_REFERENCE_KEY: In field: field - no CustomField named Lead.Gone__c found"
    ]


def test_permission_for_a_required_field_is_refused(client: Client) -> None:
    client.create(client.text_field(required=True))
    assert client.create(client.permission_set("Lead.Tier__c")) == [
        "FIELD_INTEGRITY_EXCEPTION: You cannot deploy to a required field: Lead.Tier__c"
    ]


def test_update_replaces_the_section_it_mentions_or_merges_by_switch(
    client: Client, simulators: RunningSimulators
) -> None:
    client.create(client.text_field("Lead.A__c"), client.text_field("Lead.B__c"))
    client.create(client.permission_set("Lead.A__c"))
    client.update(client.permission_set("Lead.B__c"))
    assert [p.field for p in client.read("PermissionSet", "Granted").fieldPermissions] == ["Lead.B__c"]
    simulators.control.switches.set("salesforce.permission_set_update", "merge")
    client.update(client.permission_set("Lead.A__c"))
    assert [p.field for p in client.read("PermissionSet", "Granted").fieldPermissions] == ["Lead.A__c", "Lead.B__c"]


def test_assigned_permission_set_cannot_be_deleted(client: Client) -> None:
    client.create(client.text_field())
    client.grant("Lead.Tier__c")
    assert client.delete("PermissionSet", "Granted") == [
        "DELETE_FAILED: Permission set Granted is assigned to users. Remove the assignments first."
    ]


def test_same_assignment_twice_is_a_duplicate(client: Client) -> None:
    client.create(client.text_field())
    client.grant("Lead.Tier__c")
    with pytest.raises(SalesforceMalformedRequest, match="DUPLICATE_VALUE"):
        client.assign("Granted")


def test_deleted_field_leaves_the_permission_set(client: Client) -> None:
    client.create(client.text_field())
    client.grant("Lead.Tier__c")
    assert client.delete("CustomField", "Lead.Tier__c") == ["ok"]
    assert client.read("PermissionSet", "Granted").fieldPermissions == []
