"""Recycling on an org of the simulator in which the flows run."""

from __future__ import annotations

from typing import Any

from crm_simulators.salesforce.metadata_types.registry import TYPES
from crm_simulators.salesforce.org import Org

from tests.providers.revops_salesforce.compiled_model import Saving, reference_org

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


def running_org() -> Org:
    made = reference_org()
    for name in ("Lifecycle_Auto_Update_Lead", "Recycled_Reentry", "Mql_Assignment"):
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
