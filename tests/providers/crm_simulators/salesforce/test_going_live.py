"""Enabling all automations of the reference model in an org that is full already."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.simulator import SalesforceSimulator
from crm_simulators.server import RunningSimulators

from revops_iac.model import Model
from tests.providers.crm_simulators.salesforce.reference_model import deployed, enable, everything_on_salesforce
from tests.providers.crm_simulators.story import STACKS
from tests.providers.revops_salesforce.compiled_model import Saving

LONG_AGO, NOW = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY_S = 86_400
STAGES = ("lead", "mql", "sql")
STATUSES = ("Open", "Recycled")
OLD_LEADS = 240
"""Twenty of each sort, and more than one batch; five thousand with `--thorough`."""
OLD_DEALS = 80


def old_lead(n: int) -> dict[str, Any]:
    """Somebody from long before go-live, whom every automation would take up if it looked at the criteria alone."""
    old = LONG_AGO.isoformat()
    return {
        "CreatedDate": old,
        "Email": f"old{n}@old.example",
        "LastName": "Old",
        "Company": "Old Ltd",
        "Title": "CIO",
        "Product_Interest__c": ("platform", "self_serve")[n % 2],
        "NumberOfEmployees": 5000,
        "Industry_Group__c": "software",
        "Cloud_Platform__c": "aws",
        "Region__c": ("emea", "amer")[n % 2],
        "Engagement_Score__c": 90,
        "High_Intent__c": True,
        "Last_Engaged_At__c": old,
        "Latest_Mql_Date__c": old,
        "Decided_At__c": old,
        "Rejection_Reason__c": "no_budget",
        "Lifecycle_Stage__c": STAGES[n % 3],
        "Status": STATUSES[n // 3 % 2],
    }


def old_deal(n: int) -> dict[str, Any]:
    """A deal that was won long ago, or that waits in a stage since then."""
    return {
        "CreatedDate": LONG_AGO.isoformat(),
        "Name": f"Old deal {n}",
        "CloseDate": "2026-04-01",
        "StageName": ("Closed Won", "Discovery")[n % 2],
        "Deal_Type__c": "new_business",
        "LastStageChangeDate": LONG_AGO.isoformat(),
    }


def full_org(simulators: RunningSimulators, model: Model, leads: int, deals: int) -> Org:
    """An org with the model and old records; it is the day of go-live, and every flow is still off."""
    simulator = simulators.simulators["salesforce"]
    assert isinstance(simulator, SalesforceSimulator)
    with simulators.control.lock:
        simulators.control.clock.set(LONG_AGO)
        simulator.load(deployed(model).dump())
    records = {"Lead": [old_lead(n) for n in range(leads)], "Opportunity": [old_deal(n) for n in range(deals)]}
    simulators.seed("salesforce", {"records": records})
    with simulators.control.lock:
        simulators.control.clock.set(NOW)
    return simulator.org


def test_old_leads_get_no_task_no_notice_and_no_owner(
    simulators: RunningSimulators, request: pytest.FixtureRequest
) -> None:
    model = everything_on_salesforce(STACKS)
    count = 5000 if request.config.getoption("--thorough") else OLD_LEADS
    org = full_org(simulators, model, count, OLD_DEALS)
    before = org.dump()["records"]
    with simulators.control.lock:
        assert len(enable(org, model)) == 13
        simulators.control.clock.advance(2 * DAY_S)
    assert org.scheduled_runs != {}, "the daily flow has run"
    assert (org.table("Task"), org.actions, org.flow_errors, org.interviews) == ({}, [], [], {})
    assert org.dump()["records"] == before


def test_an_edit_of_all_old_leads_floods_nobody(simulators: RunningSimulators) -> None:
    """Such as a nightly load does: it changes something, and nothing that a criterion asks for."""
    model = everything_on_salesforce(STACKS)
    org = full_org(simulators, model, 60, 0)
    saving = Saving(org, "RevOps_Fields")
    with simulators.control.lock:
        enable(org, model)
        for lead_id in list(org.table("Lead")):
            saving.update("Lead", lead_id, City="Oslo")
        simulators.control.clock.advance(3 * DAY_S)
    assert (org.table("Task"), org.actions, org.flow_errors, org.interviews) == ({}, [], [], {})
    assert {row["Lifecycle_Stage__c"] for row in org.table("Lead").values()} == set(STAGES)


def test_an_old_lead_that_engages_after_go_live_becomes_mql(simulators: RunningSimulators) -> None:
    model = everything_on_salesforce(STACKS)
    org = full_org(simulators, model, 1, 0)
    saving = Saving(org, "RevOps_Fields")
    (lead_id,) = org.table("Lead")
    with simulators.control.lock:
        enable(org, model)
        saving.update("Lead", lead_id, Pricing_Visits__c=1)
    assert org.table("Lead")[lead_id]["Lifecycle_Stage__c"] == "mql"
    assert len(org.table("Task")) == 1


def test_backfill_takes_the_old_deals_too(simulators: RunningSimulators) -> None:
    model = everything_on_salesforce(STACKS)
    assert model.automation is not None
    model.automation.workflows["stale_deal"] = model.automation.workflows["stale_deal"].model_copy(
        update={"backfill": True}
    )
    org = full_org(simulators, model, 0, 6)
    with simulators.control.lock:
        enable(org, model)
        simulators.control.clock.advance(2 * DAY_S)
    assert [row["Subject"] for row in org.table("Task").values()] == ["Stale deal: move it on, or close it"] * 3
