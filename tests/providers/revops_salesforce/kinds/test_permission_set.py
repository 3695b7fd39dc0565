"""Permission sets: own sections, and fields that everybody has."""

from __future__ import annotations

from crm_simulators.server import RunningSimulators
from revops_salesforce.kinds.permission_set import PermissionSet

from revops_iac.provider.kind import DesiredResource
from tests.diagnostics import refusals
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
