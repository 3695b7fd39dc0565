"""Approval processes: a changed content is a new version, and what has a history stays."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from pydantic import ValidationError
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.approvals.form import from_vendor, to_vendor
from revops_salesforce.kinds.approval_process import ApprovalProcess
from revops_salesforce.kinds.workflow_field_update import WorkflowFieldUpdate

from revops_iac.compile import validated
from tests.providers.contract import example, later
from tests.providers.revops_salesforce.conftest import OpenSession

KIND, UPDATE = ApprovalProcess(), WorkflowFieldUpdate()
OURS, NAME = example(KIND), "Opportunity.Large_Deals"
CHANGED = later(KIND) or {}
USER = "admin@simulated.example"


@pytest.fixture
def process(open_session: OpenSession) -> None:
    session = open_session()
    UPDATE.create(session, UPDATE.parse(example(UPDATE)))
    KIND.create(session, KIND.parse(OURS))


def submit(client: SalesforceClient) -> str:
    """Makes a deal and asks for its approval: the id of the work item."""
    deal = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-31", "Amount": 500000}
    made = client.send("POST", "sobjects/Opportunity", deal)["id"]
    request = {"requests": [{"actionType": "Submit", "contextId": made}]}
    return str(client.send("POST", "process/approvals", request)[0]["newWorkitemIds"][0])


def approve(client: SalesforceClient, item: str) -> str:
    answered = client.send("POST", "process/approvals", {"requests": [{"actionType": "Approve", "contextId": item}]})
    return str(answered[0]["instanceStatus"])


def processes(client: SalesforceClient) -> dict[str, bool]:
    """Full name -> whether it is active."""
    names = client.list_components("ApprovalProcess")
    return {name: body["active"] for name, body in client.read_components("ApprovalProcess", names).items()}


def update(open_session: OpenSession, inputs: dict[str, Any]) -> Any:
    session = open_session()
    live = session.find(KIND, NAME)
    assert live is not None
    return KIND.update(session, live, KIND.parse(inputs))


@pytest.mark.usefixtures("process")
def test_change_of_a_process_that_nobody_used_replaces_it(open_session: OpenSession, client: SalesforceClient) -> None:
    made = update(open_session, CHANGED)
    assert made.facts["version"] == f"{NAME}_v2"
    assert processes(client) == {f"{NAME}_v2": True}


@pytest.mark.usefixtures("process")
def test_pending_request_goes_on_under_the_version_that_it_was_submitted_to(
    open_session: OpenSession, client: SalesforceClient, capfd: pytest.CaptureFixture[str]
) -> None:
    item = submit(client)

    update(open_session, CHANGED)

    assert processes(client) == {NAME: False, f"{NAME}_v2": True}
    message = (
        f"Salesforce: ApprovalProcess {NAME} continues as {NAME}_v2; earlier requests stay with {NAME} (1 pending)"
    )
    assert message in capfd.readouterr().err
    assert approve(client, item) == "Approved"
    item = submit(client)
    assert approve(client, item) == "Pending"


@pytest.mark.usefixtures("process")
def test_old_content_is_taken_up_again_as_the_version_that_has_it(
    open_session: OpenSession, client: SalesforceClient
) -> None:
    submit(client)
    update(open_session, CHANGED)
    update(open_session, OURS)
    assert processes(client) == {NAME: True}


@pytest.mark.usefixtures("process")
def test_label_and_description_change_in_place(open_session: OpenSession, client: SalesforceClient) -> None:
    update(open_session, {**OURS, "label": "Deals above 100k", "description": "For large deals."})
    assert processes(client) == {NAME: True}
    assert client.read_components("ApprovalProcess", [NAME])[NAME]["label"] == "Deals above 100k"


@pytest.mark.usefixtures("process")
def test_destroy_keeps_what_has_a_history_and_what_it_names(
    open_session: OpenSession, client: SalesforceClient, capfd: pytest.CaptureFixture[str]
) -> None:
    submit(client)
    session = open_session()
    live, action = session.find(KIND, NAME), session.find(UPDATE, "Opportunity.Note_The_Approval")
    assert live is not None
    assert action is not None

    assert KIND.delete(session, live, KIND.state(OURS)) is True
    assert UPDATE.delete(session, action, UPDATE.state(example(UPDATE))) is True

    assert processes(client) == {NAME: False}
    assert client.list_components("WorkflowFieldUpdate") == ["Opportunity.Note_The_Approval"]
    message = capfd.readouterr().err
    assert (
        f"ApprovalProcess {NAME} is deactivated and kept, because Salesforce keeps processes that have requests"
        in message
    )


@pytest.mark.usefixtures("process")
def test_action_of_a_kept_process_stays_in_a_later_run_too(
    open_session: OpenSession, client: SalesforceClient, capfd: pytest.CaptureFixture[str]
) -> None:
    submit(client)
    update(open_session, {**CHANGED, "final_approval_actions": []})
    session = open_session()
    action = session.find(UPDATE, "Opportunity.Note_The_Approval")
    assert action is not None

    UPDATE.delete(session, action, UPDATE.state(example(UPDATE)))

    assert client.list_components("WorkflowFieldUpdate") == ["Opportunity.Note_The_Approval"]
    assert f"Opportunity.Note_The_Approval stays: approval process {NAME} names it" in capfd.readouterr().err


@pytest.mark.usefixtures("process")
def test_what_was_deactivated_is_taken_up_again_without_adopting(open_session: OpenSession) -> None:
    update(open_session, {**OURS, "active": False})
    live = open_session().find(KIND, NAME)
    assert live is not None
    assert KIND.conflicts(CHANGED, live) == []


@pytest.mark.usefixtures("process")
def test_swap_that_the_org_refuses_changes_nothing(
    open_session: OpenSession, client: SalesforceClient, accounts: RunningSimulators
) -> None:
    ghost = {**CHANGED["steps"][0], "approvers": [{"type": "user", "name": "ghost@simulated.example"}]}
    with pytest.raises(Exception, match=r"no User named ghost@simulated\.example found"):
        update(open_session, {**CHANGED, "steps": [ghost]})
    assert processes(client) == {NAME: True}


def test_a_name_with_a_version_is_refused() -> None:
    with pytest.raises(ValidationError, match="versions are created as needed"):
        validated(KIND, {**OURS, "name": "Large_Deals_v2"})


def test_every_part_survives_the_way_to_the_vendor_and_back() -> None:
    whole = {
        **{key: value for key, value in CHANGED.items() if key not in {"object", "name", "adopt"}},
        "entry_criteria": {
            "criteria": [{"field": "Opportunity.Amount", "operation": "greaterThan", "value": "5"}],
            "boolean_filter": "1",
        },
        "next_automated_approver": {"user_hierarchy_field": "Manager", "use_approver_field_of_record_owner": True},
        "page_fields": ["Name", "Owner"],
        "recall_actions": [{"type": "Task", "name": "Call"}],
        "steps": [
            {
                "name": "One",
                "label": "One",
                "approvers": [{"type": "user", "name": USER}, {"type": "queue", "name": "Desk"}],
                "when_multiple_approvers": "Unanimous",
                "entry_criteria": {"formula": "Amount > 1"},
                "if_criteria_not_met": "ApproveRecord",
                "reject_behavior": "RejectRequest",
                "allow_delegate": True,
                "approval_actions": [{"type": "Alert", "name": "Tell"}],
            }
        ],
    }
    assert from_vendor(to_vendor(whole)) == whole
