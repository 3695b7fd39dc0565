"""Standard and global value sets."""

from __future__ import annotations

from typing import Any

from crm_simulators.server import RunningSimulators

from tests.providers.crm_simulators.salesforce.conftest import Client


def status(client: Client, name: str, **attributes: Any) -> Any:
    return client.md.StandardValue(fullName=name, **{"default": False, "converted": False, **attributes})


def lead_status(client: Client, *values: Any) -> Any:
    return client.md.StandardValueSet(fullName="LeadStatus", sorted=False, standardValue=list(values))


def test_new_org_has_ten_stages_and_four_lead_statuses(client: Client) -> None:
    assert len(client.read("StandardValueSet", "OpportunityStage").standardValue) == 10
    assert [value.fullName for value in client.read("StandardValueSet", "LeadStatus").standardValue] == [
        "Open - Not Contacted",
        "Working - Contacted",
        "Closed - Converted",
        "Closed - Not Converted",
    ]


def test_standard_value_sets_are_not_listed(client: Client) -> None:
    assert client.md.list_metadata([client.md.ListMetadataQuery(type="StandardValueSet")]) == []


def test_values_left_out_are_deactivated_and_kept(client: Client) -> None:
    done = status(client, "Done", converted=True)
    assert client.update(lead_status(client, status(client, "Open", default=True), done)) == ["ok"]
    values = client.read("StandardValueSet", "LeadStatus").standardValue
    assert [(value.fullName, value.isActive) for value in values[:3]] == [
        ("Open", None),
        ("Done", None),
        ("Open - Not Contacted", False),
    ]


def test_lead_status_needs_a_default_and_a_converted_value(client: Client) -> None:
    assert client.update(lead_status(client, status(client, "Done", converted=True))) == [
        "FIELD_INTEGRITY_EXCEPTION: LeadStatus must have a default value"
    ]
    assert client.update(lead_status(client, status(client, "Open", default=True))) == [
        "FIELD_INTEGRITY_EXCEPTION: LeadStatus must have at least one converted value"
    ]


def test_stage_needs_its_mandatory_extras(client: Client) -> None:
    stage = client.md.StandardValue(fullName="New", default=False, closed=False, won=False, probability=10)
    stages = client.md.StandardValueSet(fullName="OpportunityStage", sorted=False, standardValue=[stage])
    assert client.update(stages) == ["REQUIRED_FIELD_MISSING: Required field is missing: forecastCategory"]


def test_standard_value_set_is_neither_created_nor_deleted(client: Client) -> None:
    unknown = client.md.StandardValueSet(fullName="Moods", sorted=False, standardValue=[status(client, "Good")])
    assert client.create(unknown) == ["INVALID_CROSS_REFERENCE_KEY: no StandardValueSet named Moods found"]
    assert client.delete("StandardValueSet", "LeadStatus") == [
        "DELETE_FAILED: Cannot delete standard value set: LeadStatus"
    ]


def global_set(client: Client, *names: str) -> Any:
    values = [client.md.CustomValue(fullName=name, default=False) for name in names]
    return client.md.GlobalValueSet(fullName="Tiers", masterLabel="Tiers", sorted=False, customValue=values)


def test_global_value_set_name_gets_its_suffix_by_switch(client: Client, simulators: RunningSimulators) -> None:
    client.create(global_set(client, "A"))
    simulators.control.switches.set("salesforce.gvs_suffix_on_read", True)
    assert client.read("GlobalValueSet", "Tiers").fullName == "Tiers__gvs"
    assert client.read("GlobalValueSet", "Tiers__gvs").fullName == "Tiers__gvs"


def test_used_global_value_set_cannot_be_deleted(client: Client) -> None:
    client.create(global_set(client, "A"))
    value_set = client.md.ValueSet(valueSetName="Tiers")
    client.create(client.text_field(type="Picklist", length=None, valueSet=value_set))
    assert client.delete("GlobalValueSet", "Tiers") == [
        "DEPENDENCY_EXISTS: The global value set Tiers is used by custom fields: Lead.Tier__c"
    ]


def test_two_defaults_are_refused(client: Client) -> None:
    values = [client.md.CustomValue(fullName=name, default=True) for name in ("A", "B")]
    both = client.md.GlobalValueSet(fullName="Tiers", masterLabel="Tiers", sorted=False, customValue=values)
    assert client.create(both) == ["FIELD_INTEGRITY_EXCEPTION: Only one picklist value can be the default"]
