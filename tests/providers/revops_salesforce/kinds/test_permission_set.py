"""Permission sets: own sections, and fields that everybody has."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_salesforce.kinds.permission_set import PermissionSet
from revops_salesforce.metadata.merge import merge

from revops_iac.compile import validated
from revops_iac.provider.kind import DesiredResource
from tests.diagnostics import refusals
from tests.providers.contract import Contract
from tests.providers.revops_salesforce.conftest import OpenSession

KIND = PermissionSet()


def test_other_sections_survive_an_update(accounts: RunningSimulators, open_session: OpenSession) -> None:
    rights = {
        "object": "Lead", "allowCreate": False, "allowDelete": False, "allowEdit": False, "allowRead": True,
        "modifyAllRecords": False, "viewAllRecords": False,
    }  # fmt: skip
    body = {"label": "Theirs", "objectPermissions": [rights]}
    accounts.seed("salesforce", {"components": {"PermissionSet": {"Shared": body}}})
    session = open_session()
    live = session.find(KIND, "Shared")
    assert live is not None
    KIND.update(session, live, KIND.parse({"name": "Shared", "label": "Ours", "custom_permissions": []}))
    found = session.client.read_components("PermissionSet", ["Shared"])["Shared"]
    assert found["label"] == "Ours"
    assert [item["object"] for item in found["objectPermissions"]] == ["Lead"]


def test_required_field_is_refused_at_preview(open_session: OpenSession) -> None:
    session = open_session(writes=False)
    permissions = [{"field": "Lead.Tier__c", "readable": True, "editable": True}]
    desired = DesiredResource("PermissionSet", "P", "P", {"name": "P", "label": "P", "field_permissions": permissions})
    session.declared = [DesiredResource("CustomField", "Lead.Tier__c", "Lead.tier", {"required": True}), desired]
    assert refusals(KIND, session, desired, None) == [
        'Salesforce PermissionSet "P": Lead.Tier__c is required, so every user already has access to it\n'
        "    fix: remove it from field_permissions"
    ]


def test_order_and_permissions_that_grant_nothing_are_no_difference() -> None:
    one = {"field": "Lead.A__c", "readable": True, "editable": False}
    other = {"field": "Lead.B__c", "readable": True, "editable": True}
    nothing = {"field": "Lead.C__c", "readable": False, "editable": False}
    declared, live = {"field_permissions": [other, one]}, {"field_permissions": [one, other, nothing]}
    assert KIND.differences(declared, live) == []


EVERYTHING: dict[str, Any] = {
    "name": "Everything",
    "label": "Everything",
    "license": "Salesforce",
    "has_activation_required": True,
    "user_permissions": ["ViewSetup"],
    "applications": ["standard__LightningSales"],
    "tab_settings": [{"tab": "standard-Lead", "visibility": "Visible"}],
    "apex_classes": ["Rater"],
    "apex_pages": ["Rates"],
    "custom_metadata_types": ["Rate__mdt"],
    "custom_settings": ["Rates__c"],
    "external_data_sources": ["Rates"],
    "external_credential_principals": ["Billing-Reader"],
    "email_routing_addresses": ["Support"],
    "object_permissions": [{"object": "Lead", "read": True, "view_all": True, "view_all_fields": True}],
}


def test_every_right_can_be_declared_and_revoked(
    accounts: RunningSimulators, waits: list[float], open_session: OpenSession
) -> None:
    process = Contract(accounts, "salesforce", KIND)
    inputs = validated(KIND, EVERYTHING)
    made = process.create(inputs)
    again = process.refresh(made)
    assert again is not None
    assert not process.changes(again, inputs)

    nothing = {key: [] if isinstance(value, list) else value for key, value in inputs.items()}
    assert process.changes(again, nothing)
    revoked = process.refresh(process.update(again, nothing))
    assert revoked is not None
    assert not process.changes(revoked, nothing)
    live = open_session().client.read_components("PermissionSet", ["Everything"])["Everything"]
    assert live["userPermissions"] == [{"enabled": False, "name": "ViewSetup"}]
    assert live["tabSettings"] == [{"tab": "standard-Lead", "visibility": "None"}]


@pytest.mark.parametrize("switch", ["replace", "merge"])
def test_right_that_is_no_longer_declared_is_taken_back(
    accounts: RunningSimulators, waits: list[float], switch: str
) -> None:
    accounts.control.switches.set("salesforce.permission_set_update", switch)
    process = Contract(accounts, "salesforce", KIND)
    rights = [{"object": name, "read": True, "edit": True} for name in ("Lead", "Account")]
    both = validated(KIND, {"name": "Two", "label": "Two", "object_permissions": rights})
    one = validated(KIND, {"name": "Two", "label": "Two", "object_permissions": rights[:1]})
    updated = process.refresh(process.update(process.create(both), one))
    assert updated is not None
    assert not process.changes(updated, one)


def test_entries_that_grant_nothing_and_rights_left_open_stay_as_they_are() -> None:
    lead = {"object": "Lead", "allowRead": True, "allowEdit": True, "viewAllFields": True, "newer": "kept"}
    closed = {"apexClass": "Old", "enabled": False}
    live = {"objectPermissions": [lead], "classAccesses": [closed, {"apexClass": "Rater", "enabled": True}]}
    inputs = KIND.parse(
        {"name": "P", "object_permissions": [{"object": "lead", "read": True, "edit": True}], "apex_classes": ["Rater"]}
    )
    assert merge(live, KIND.changes(live, inputs), KIND.entry_keys, "PermissionSet") == live


def test_part_that_the_inputs_cannot_say_is_named() -> None:
    body = {"label": "P", "agentAccesses": [{"agentName": "Helper", "enabled": True}]}
    assert KIND.observe("P", body).facts == {"unmanaged_parts": ["agentAccesses"]}
