"""A deal desk changes while a request is pending: real runs swap the approval process and keep the one in use."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from revops_iac.provider.live_object import Definition
from tests.end_to_end.small_stack import SmallStack

pytestmark = pytest.mark.pulumi

NAME = "Opportunity.Deals"
STEP = {"name": "Lead", "label": "Sales lead", "approvers": [{"type": "user", "name": "admin@simulated.example"}]}
OWNER = {"name": "Owner", "label": "Owner", "approvers": [{"type": "relatedUserField", "name": "Owner"}]}
UPDATE = {
    "object": "Opportunity",
    "name": "Approved",
    "label": "Approved",
    "field": "NextStep",
    "operation": "Formula",
    "formula": '"Approved"',
}


def desk(*steps: Definition) -> dict[str, Any]:
    process = {
        "object": "Opportunity",
        "name": "Deals",
        "label": "Deals",
        "allowed_submitters": [{"type": "owner"}],
        "record_editability": "AdminOnly",
        "steps": list(steps),
        "final_approval_actions": [{"type": "FieldUpdate", "name": "Approved"}],
    }
    return {"ApprovalProcess": {NAME: process}, "WorkflowFieldUpdate": {"Opportunity.Approved": UPDATE}}


class Org:
    """The simulated org through REST."""

    def __init__(self, stack: SmallStack) -> None:
        access = stack.crms.salesforce
        assert access is not None
        self.stack = stack
        self.base = f"{access.http_url}/services/data/v63.0"
        self.headers = {"Authorization": f"Bearer {access.access_token}"}

    def post(self, path: str, body: Definition) -> Any:
        answer = requests.post(f"{self.base}/{path}", json=body, headers=self.headers, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def acted(self, action: str, context: str) -> Definition:
        body = {"requests": [{"actionType": action, "contextId": context}]}
        return dict(self.post("process/approvals", body)[0])

    def processes(self) -> dict[str, bool]:
        live = self.stack.crms.dump("salesforce")["components"].get("ApprovalProcess", {})
        return {name: one["body"]["active"] for name, one in live.items()}


def test_pending_request_survives_a_new_version_and_the_end_of_the_stack(stack: SmallStack) -> None:
    stack.configure("salesforce")
    stack.salesforce(desk(STEP))
    stack.project.up("--skip-preview").succeeded()
    org = Org(stack)
    deal = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-31"}
    (item,) = org.acted("Submit", org.post("sobjects/Opportunity", deal)["id"])["newWorkitemIds"]

    stack.salesforce(desk(STEP, OWNER))
    changed = stack.project.up("--skip-preview").succeeded()

    assert "1 updated" in changed.output
    assert org.processes() == {NAME: False, f"{NAME}_v2": True}
    assert org.acted("Approve", item)["instanceStatus"] == "Approved"

    message = stack.project.destroy().succeeded().output

    assert org.processes() == {NAME: False}
    assert "Salesforce: 1 ApprovalProcess left in place." in message
    assert "Salesforce: 1 WorkflowFieldUpdate left in place." in message
