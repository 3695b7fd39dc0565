"""Who changed or deleted what: from the objects, HubSpot's audit log and the setup audit trail."""

from __future__ import annotations

import pytest
from crm_simulators.server import RunningSimulators

from revops_iac.provider.inspection.inventory import Asked, Authorship
from revops_iac.systems import system_named
from tests.providers.contract import stack_config
from tests.sessions import new_session

WHEN = "2026-11-02T10:15:00.000Z"
GONE = [Asked("Property", "contacts.tier", "", None), Asked("List", "Buyers", "17", None)]


def authors(sims: RunningSimulators, system: str, *asked: Asked) -> dict[tuple[str, str], Authorship]:
    session = new_session(system, stack_config(sims).get)
    inventory = system_named(system).inventory
    assert inventory is not None
    return dict(inventory().authors(session.client, asked))


def test_the_audit_log_names_who_deleted_something(accounts: RunningSimulators):
    entry = {"category": "PROPERTY", "action": "DELETE", "email": "maya@acme.example"}
    log = [
        {**entry, "targetObjectId": "tier", "occurredAt": "2026-10-01T00:00:00.000Z", "action": "UPDATE"},
        {**entry, "targetObjectId": "tier", "occurredAt": WHEN},
        {**entry, "targetObjectId": "17", "occurredAt": WHEN, "category": "LIST"},
        {**entry, "targetObjectId": "tier_two", "occurredAt": "2026-11-03T00:00:00.000Z"},
    ]
    accounts.seed("hubspot", {"audit_log": log})
    maya = Authorship("maya@acme.example", WHEN)
    assert authors(accounts, "hubspot", *GONE) == {("Property", "contacts.tier"): maya, ("List", "Buyers"): maya}


@pytest.mark.parametrize("seed", [{"account": {"tier": "professional"}}, {}])
def test_without_an_audit_log_nobody_is_named(
    accounts: RunningSimulators, seed: dict[str, object], monkeypatch: pytest.MonkeyPatch
):
    weak = {"token": "pat-na1-weak-token", "without": ["account-info.security.read"]}
    accounts.seed("hubspot", {"tokens": [weak], "audit_log": [{"targetObjectId": "tier"}], **seed})
    if not seed:
        monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "pat-na1-weak-token")
    assert authors(accounts, "hubspot", *GONE) == {}


def test_the_setup_audit_trail_names_who_deleted_a_component(accounts: RunningSimulators):
    rows = [
        {"Action": "deletedCF", "Display": "Deleted custom field: Tier (Text) of Lead", "Section": "Customize Leads"},
        {"Action": "createdCF", "Display": "Created custom field: Tiers (Text) of Lead", "Section": "Customize Leads"},
    ]
    accounts.seed("salesforce", {"records": {"SetupAuditTrail": rows}})
    gone = Asked("CustomField", "Lead.Tier__c", "", None)
    found = authors(accounts, "salesforce", gone, Asked("CustomField", "Lead.Other__c", "", None))
    assert list(found) == [("CustomField", "Lead.Tier__c")]
    assert found["CustomField", "Lead.Tier__c"].who == "admin@simulated.example"
