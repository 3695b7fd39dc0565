"""The deal desk's approval processes: every deal that needs a decision enters one, and whoever must agree is asked."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from crm_simulators.salesforce.automation.approvals import Approvals, Submission
from crm_simulators.salesforce.errors import RestError
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.records.records import Records
from crm_simulators.salesforce.rows.criteria import matches
from crm_simulators.salesforce.rows.record_values import Viewer

from tests.providers.revops_salesforce.compiled_model import (
    Saving,
    by_key,
    compiled,
    reference_model,
    reference_org,
)

MAYA, VICTOR = "maya.chen@northwind.example", "victor.hale@northwind.example"
PAUL, GRACE, HUGO = "paul.weber@northwind.example", "grace.kim@northwind.example", "hugo.blanc@northwind.example"


@pytest.fixture(scope="module")
def org() -> Org:
    return reference_org()


class Desk:
    """A deal of the reference model on its way through the desk."""

    def __init__(self, org: Org, **values: Any) -> None:
        self.org = org
        self.saving = Saving(org, "RevOps_Fields")
        user = self.saving.user["Id"]
        deal = {"Name": "Deal", "StageName": "Qualified", "Deal_Type__c": "new_business", "OwnerId": user}
        self.deal = str(org.insert("Opportunity", {**deal, **values}, user)["Id"])

    @property
    def approvals(self) -> Approvals:
        return Approvals(self.org, self.saving.user, Records(self.org, self.saving.user).for_flows())

    def submit(self) -> Any:
        return self.approvals.submit(self.deal, Submission())

    def approve(self) -> list[str]:
        """Everybody who is asked agrees, until nobody is asked any more: who was asked, in order."""
        asked = []
        while items := self.items():
            asked += [self.name(item["ActorId"]) for item in items]
            for item in items:
                self.approvals.answer(item["Id"], "Approve", None, ())
        return asked

    def items(self) -> list[dict[str, Any]]:
        instance = self.org.select("ProcessInstance", TargetObjectId=self.deal)[-1]
        return self.org.select("ProcessInstanceWorkitem", ProcessInstanceId=instance["Id"])

    def name(self, user_id: str) -> str:
        return str((self.org.record("User", user_id) or {})["Username"])

    @property
    def status(self) -> Any:
        return (self.org.record("Opportunity", self.deal) or {}).get("Approval_Status__c")


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({"Discount_Percent__c": 10}, [MAYA]),
        ({"Discount_Percent__c": 20}, [VICTOR]),
        ({"Discount_Percent__c": 40}, [PAUL]),
        ({"Payment_Terms__c": "net_90"}, [PAUL]),
        ({"Custom_Terms__c": True, "Discount_Percent__c": 12}, [MAYA, PAUL]),
        ({"Contract_Years__c": 3}, [GRACE, HUGO]),
        ({"Acv__c": 100000}, [GRACE, HUGO]),
        ({"Acv__c": 100000, "Discount_Percent__c": 25}, [VICTOR, GRACE, HUGO]),
        ({"Acv__c": 30000}, []),
        ({"Acv__c": 30000, "Discount_Percent__c": 9.99}, []),
    ],
)
def test_whoever_must_agree_is_asked_and_the_deal_is_approved(
    org: Org, values: dict[str, Any], asked: list[str]
) -> None:
    desk = Desk(org, **values)
    desk.submit()
    assert desk.status == ("pending" if asked else "approved")
    assert desk.approve() == asked
    assert desk.status == "approved"


def test_deal_that_nobody_needs_to_look_at_cannot_be_submitted(org: Org) -> None:
    with pytest.raises(RestError, match="No applicable approval process was found"):
        Desk(org, Acv__c=8000, Discount_Percent__c=5, Published_Discount_Percent__c=5).submit()


def test_refusal_and_recall_are_written_too(org: Org) -> None:
    desk = Desk(org, Discount_Percent__c=15)
    desk.submit()
    desk.approvals.answer(desk.items()[0]["Id"], "Reject", "too much", ())
    assert desk.status == "rejected"

    desk.submit()
    desk.approvals.answer(desk.items()[0]["Id"], "Removed", None, ())
    assert desk.status is None


def test_every_deal_enters_one_process_at_the_most_and_every_reviewed_one_enters(org: Org) -> None:
    viewer = Viewer(org, Saving(org).user)
    processes = {name: one["body"]["entryCriteria"] for name, one in org.of_type("ApprovalProcess").items()}
    review = org.of_type("ValidationRule")["Opportunity.Deal_Desk_Standard_Review"]["body"]["errorConditionFormula"]
    won = {"StageName": "Closed Won", "Deal_Type__c": "new_business"}
    choices = product(
        (None, 0, 9.9, 10, 19.9, 20, 39.9, 40, 100), (None, 1, 2), (None, 24999, 99999, 100000), (False, True),
        (None, "net_30", "net_90"),
    )  # fmt: skip
    for discount, years, acv, custom, terms in choices:
        row = {
            **won,
            "Discount_Percent__c": discount,
            "Contract_Years__c": years,
            "Acv__c": acv,
            "Custom_Terms__c": custom,
            "Payment_Terms__c": terms,
        }
        entered = [name for name, criteria in processes.items() if matches(viewer, "Opportunity", criteria, row, None)]
        blocked = matches(viewer, "Opportunity", {"formula": review}, row, {**row, "StageName": "Negotiation"})
        assert len(entered) == (1 if blocked else 0), row


def test_renamed_desk_and_tier_keep_their_names() -> None:
    model = reference_model()
    desk = model.deal_desk["standard"]
    tier = desk.approvals["manager"].model_copy(update={"was": ["manager"]})
    renamed = desk.model_copy(
        update={
            "was": ["standard"],
            "approvals": {"sales_manager": tier, **{k: v for k, v in desk.approvals.items() if k != "manager"}},
        }
    )
    found = by_key(compiled(model.model_copy(update={"deal_desk": {"main": renamed}})), "ApprovalProcess")

    process = found["Opportunity.deal_desk_main_sales_manager"]
    assert process.inputs["name"] == "Deal_Desk_Standard_Manager"
    assert "Opportunity.deal_desk_standard_manager" in process.was
    assert process.inputs["steps"][0]["name"] == "Manager"


def test_nothing_is_declared_where_another_system_runs_the_desk() -> None:
    model = reference_model()
    desk = model.deal_desk["standard"].model_copy(update={"runs_on": "hubspot"})
    found = compiled(model.model_copy(update={"deal_desk": {"standard": desk}}))
    assert not [one for one in found if one.kind in {"ApprovalProcess", "WorkflowFieldUpdate"}]
