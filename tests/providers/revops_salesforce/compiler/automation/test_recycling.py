"""Recycling on an org of the simulator in which the flows run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from crm_simulators.salesforce.automation.flow_triggers import run_due
from crm_simulators.salesforce.metadata.registry import TYPES
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.records.records import Records

from tests.providers.revops_salesforce.compiled_model import Saving, reference_org

WEDNESDAY = datetime(2026, 12, 2, tzinfo=UTC)
READY: dict[str, Any] = {
    "LastName": "Lind",
    "FirstName": "Eva",
    "Email": "eva@example.com",
    "Company": "Example",
    "Country": "United States",
    "NumberOfEmployees": 5000,
    "Seniority_Level__c": "executive",
    "Industry_Group__c": "software",
    "Cloud_Platform__c": "aws",
    "Product_Interest__c": "platform",
    "Title": "CIO",
    "Engagement_Score__c": 60,
    "High_Intent__c": True,
}


def running_org(*more: str, now: Callable[[], datetime] = lambda: WEDNESDAY) -> Org:
    made = reference_org(now)
    for name in ("Lifecycle_Auto_Update_Lead", "Recycled_Reentry", "Mql_Assignment", *more):
        TYPES["FlowDefinition"].update(made, name, {"activeVersionNumber": 1})
    return made


def lead(org: Org, identifier: str) -> dict[str, Any]:
    record = org.record("Lead", identifier)
    assert record is not None
    return dict(record)


def test_lead_that_is_recycled_in_one_save_does_not_become_mql_again() -> None:
    org = running_org()
    saving = Saving(org, "RevOps_Fields")
    identifier = saving.create("Lead", **READY)
    saving.update("Lead", identifier, City="Oslo")
    before = lead(org, identifier)
    assert before["Lifecycle_Stage__c"] == "mql"
    tasks = len(org.table("Task"))

    saving.update("Lead", identifier, Status="Recycled", Rejection_Reason__c="no_budget", Lifecycle_Stage__c="lead")

    after = lead(org, identifier)
    assert after["Lifecycle_Stage__c"] == "lead"
    assert (after["Engagement_Score__c"], after["Recycle_Count__c"]) == (0, 1)
    assert after["Latest_Mql_Date__c"] == before["Latest_Mql_Date__c"]
    assert len(org.table("Task")) == tasks


def test_lead_that_becomes_mql_again_has_a_new_sla_clock() -> None:
    """The first contact of the round before does not count for the new one."""
    clock = [datetime(2026, 12, 7, 9, tzinfo=UTC)]
    org = running_org("Sla_Breach", now=lambda: clock[0])
    saving = Saving(org, "RevOps_Fields")

    def wait(**span: float) -> dict[str, Any]:
        clock[0] += timedelta(**span)
        run_due(org, saving.user, Records(org, saving.user).for_flows())
        return lead(org, identifier)

    identifier = saving.create("Lead", **READY)
    assert lead(org, identifier)["Sla_Due_At__c"] == "2026-12-07T13:00:00.000Z"
    wait(hours=1)
    saving.update("Lead", identifier, First_Contact_At__c=clock[0].isoformat())
    assert wait(hours=4)["Sla_Breached__c"] is False, "contacted in time"
    saving.update("Lead", identifier, Status="Recycled", Rejection_Reason__c="no_budget")
    assert wait(hours=40)["Lifecycle_Stage__c"] == "lead"
    saving.update("Lead", identifier, Status="Working", Engagement_Score__c=70)
    again = lead(org, identifier)
    assert (again["Lifecycle_Stage__c"], again["Mql_Date__c"]) == ("mql", "2026-12-07T09:00:00.000Z")
    assert (again["Latest_Mql_Date__c"], again["Sla_Due_At__c"]) == (
        "2026-12-09T06:00:00.000Z",
        "2026-12-09T10:00:00.000Z",
    )
    assert wait(hours=3)["Sla_Breached__c"] is False
    assert wait(hours=2)["Sla_Breached__c"] is True
