"""Approval processes: a changed content is a new version, what has a history stays, and names own nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.components import Body, without_nil
from revops_salesforce.approvals.form import from_vendor, to_vendor
from revops_salesforce.kinds.approval_process import ApprovalProcess
from revops_salesforce.kinds.workflow_field_update import WorkflowFieldUpdate
from revops_salesforce.metadata.merge import merge

from revops_iac.compile import validated
from revops_iac.errors import AuthorError
from revops_iac.plan.preflight import of_resources
from revops_iac.provider.kind import Definition
from tests.providers.contract import Contract, Made, example, later
from tests.providers.revops_salesforce.conftest import OpenSession
from tests.providers.typed_inputs import desired_resource

KIND, UPDATE = ApprovalProcess(), WorkflowFieldUpdate()
OURS, NAME = example(KIND), "Opportunity.Large_Deals"
CHANGED = later(KIND) or {}
USER = "admin@simulated.example"


@pytest.fixture
def process(accounts: RunningSimulators, waits: list[float]) -> Contract:
    """The example's needs are in the org."""
    made = Contract(accounts, "salesforce", KIND)
    made.prepare()
    return made


@pytest.fixture
def made(process: Contract) -> Made:
    """The example is in the org and in state."""
    return process.create()


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


def by_people(client: SalesforceClient, name: str, **elements: Any) -> None:
    """Somebody creates a process of their own: that of the example, with the given values."""
    body = {**to_vendor({key: value for key, value in OURS.items() if key not in {"object", "name", "adopt"}})}
    client.create_component("ApprovalProcess", {**body, "active": True, **elements, "fullName": f"Opportunity.{name}"})


def refusals(process: Contract, *desired: Definition) -> list[str]:
    """What the account says to a first plan of these processes."""
    session = process.run()
    session.declared = [desired_resource(KIND, inputs) for inputs in desired]
    return [found.message for found in of_resources(session, session.declared, frozenset())]


def test_change_of_a_process_that_nobody_used_replaces_it(
    process: Contract, made: Made, client: SalesforceClient
) -> None:
    updated = process.update(made, CHANGED)
    assert updated.outputs["facts"] == {"version": f"{NAME}_v2", "made": [f"{NAME}_v2"]}
    assert processes(client) == {f"{NAME}_v2": True}


def test_pending_request_goes_on_under_the_version_that_it_was_submitted_to(
    process: Contract, made: Made, client: SalesforceClient, capfd: pytest.CaptureFixture[str]
) -> None:
    item = submit(client)

    process.update(made, CHANGED)

    assert processes(client) == {NAME: False, f"{NAME}_v2": True}
    message = (
        f"Salesforce: ApprovalProcess {NAME} continues as {NAME}_v2; earlier requests stay with {NAME} (1 pending)"
    )
    assert message in capfd.readouterr().err
    assert approve(client, item) == "Approved"
    item = submit(client)
    assert approve(client, item) == "Pending"


def test_old_content_is_taken_up_again_as_the_version_that_has_it(
    process: Contract, made: Made, client: SalesforceClient
) -> None:
    submit(client)
    process.update(process.update(made, CHANGED), OURS)
    assert processes(client) == {NAME: True}


def test_label_and_description_change_in_place(process: Contract, made: Made, client: SalesforceClient) -> None:
    process.update(made, {**OURS, "label": "Deals above 100k", "description": "For large deals."})
    assert processes(client) == {NAME: True}
    assert client.read_components("ApprovalProcess", [NAME])[NAME]["label"] == "Deals above 100k"


def test_destroy_keeps_what_has_a_history_and_what_it_names(
    process: Contract, made: Made, client: SalesforceClient, capfd: pytest.CaptureFixture[str]
) -> None:
    submit(client)
    session = process.run()
    process.delete_here(made)
    action = session.find(UPDATE, "Opportunity.Note_The_Approval")
    assert action is not None

    assert UPDATE.delete(session, action, UPDATE.state(example(UPDATE))) is True

    assert processes(client) == {NAME: False}
    assert client.list_components("WorkflowFieldUpdate") == ["Opportunity.Note_The_Approval"]
    message = capfd.readouterr().err
    assert (
        f"ApprovalProcess {NAME} is deactivated and kept, because Salesforce keeps processes that have requests"
        in message
    )


def test_action_of_a_kept_process_stays_in_a_later_run_too(
    process: Contract,
    made: Made,
    open_session: OpenSession,
    client: SalesforceClient,
    capfd: pytest.CaptureFixture[str],
) -> None:
    submit(client)
    process.update(made, {**CHANGED, "final_approval_actions": []})
    session = open_session()
    action = session.find(UPDATE, "Opportunity.Note_The_Approval")
    assert action is not None

    UPDATE.delete(session, action, UPDATE.state(example(UPDATE)))

    assert client.list_components("WorkflowFieldUpdate") == ["Opportunity.Note_The_Approval"]
    assert f"Opportunity.Note_The_Approval stays: approval process {NAME} names it" in capfd.readouterr().err


def test_what_was_deactivated_is_taken_up_again_without_adopting(process: Contract, made: Made) -> None:
    process.update(made, {**OURS, "active": False})
    live = process.live()
    assert live is not None
    assert KIND.conflicts(CHANGED, live) == []


def test_swap_that_the_org_refuses_changes_nothing(process: Contract, made: Made, client: SalesforceClient) -> None:
    ghost = {**CHANGED["steps"][0], "approvers": [{"type": "user", "name": "ghost@simulated.example"}]}
    with pytest.raises(Exception, match=r"no User named ghost@simulated\.example found"):
        process.update(made, {**CHANGED, "steps": [ghost]})
    assert processes(client) == {NAME: True}


OTHERS = [{"name": "Other", "label": "Other", "assignedApprover": {"approver": [{"type": "user", "name": USER}]}}]
"""The steps of somebody's process."""


def test_independent_process_whose_name_ends_like_a_version_is_never_touched(
    process: Contract, client: SalesforceClient
) -> None:
    by_people(client, "Large_Deals", label="By people", approvalStep=OTHERS)
    by_people(client, "Large_Deals_v2", label="Theirs", approvalStep=OTHERS)
    theirs = client.read_components("ApprovalProcess", [NAME, f"{NAME}_v2"])

    adopted = process.create({**OURS, "adopt": True})
    assert processes(client) == {NAME: False, f"{NAME}_v2": True, f"{NAME}_v3": True}
    assert adopted.outputs["facts"] == {
        "version": f"{NAME}_v3",
        "other_versions": [NAME],
        "made": [f"{NAME}_v3"],
    }
    refreshed = process.refresh(adopted)
    assert refreshed is not None
    assert refreshed.outputs == adopted.outputs
    changed = process.update(refreshed, {**CHANGED, "adopt": True})
    assert processes(client) == {NAME: False, f"{NAME}_v2": True, f"{NAME}_v4": True}

    process.delete(changed)
    assert client.read_components("ApprovalProcess", client.list_components("ApprovalProcess")) == theirs


def test_process_adopted_as_it_was_stays_after_a_change_and_comes_back(
    process: Contract, client: SalesforceClient, capfd: pytest.CaptureFixture[str]
) -> None:
    by_people(client, "Large_Deals")
    adopted = process.create()
    assert adopted.outputs["adopted"] is True
    changed = process.update(adopted, CHANGED)
    assert processes(client) == {NAME: False, f"{NAME}_v2": True}
    assert f"{NAME} is deactivated and kept, because this stack did not create it" in capfd.readouterr().err
    process.delete(changed)
    assert processes(client) == {NAME: True}


def test_process_whose_name_ends_like_a_version_can_be_declared(process: Contract, client: SalesforceClient) -> None:
    by_people(client, "Large_Deals", approvalStep=OTHERS)
    inputs = {**validated(KIND, {**OURS, "name": "Large_Deals_v2"}), "label": "Large deals, second"}
    made = process.create(inputs)
    assert processes(client) == {NAME: True, f"{NAME}_v2": True}
    changed = process.update(made, {**inputs, "steps": CHANGED["steps"]})
    assert processes(client) == {NAME: True, f"{NAME}_v3": True}
    process.delete(changed)
    assert processes(client) == {NAME: True}


def test_version_whose_state_was_lost_goes_through_adopt(
    process: Contract, made: Made, client: SalesforceClient
) -> None:
    process.update(made, CHANGED)
    process.forget_log()

    refusal = f'the active process "{NAME}_v2" has the same content'
    assert refusals(process, CHANGED) == [refusal]
    with pytest.raises(AuthorError, match=refusal):
        process.create(CHANGED)
    assert process.writes() == []

    adopted = process.create({**CHANGED, "adopt": True})
    assert process.writes() == []
    assert adopted.id == NAME
    again = process.refresh(adopted)
    assert again is not None
    assert not process.changes(again, {**CHANGED, "adopt": True})
    process.delete(again)
    assert processes(client) == {f"{NAME}_v2": True}


def test_changed_model_without_state_is_warned_of_the_version_that_state_would_know(
    process: Contract, made: Made, capfd: pytest.CaptureFixture[str]
) -> None:
    process.update(made, CHANGED)
    changed_again = {**CHANGED, "entry_criteria": {"formula": "Amount > 250000"}}
    assert refusals(process, changed_again) == []
    warned = (
        f'warning: Salesforce ApprovalProcess "{NAME}": the org has the active process "{NAME}_v2"; '
        "if it is a version whose state was lost, both take records\n"
        "    fix: take it over with name: Large_Deals_v2 and adopt: true; leave it where it is another process"
    )
    assert warned in capfd.readouterr().err
    session = process.run()
    session.declared, session.recorded = [desired_resource(KIND, changed_again)], frozenset({f"ApprovalProcess {NAME}"})
    assert list(of_resources(session, session.declared, session.recorded)) == []
    assert "warning" not in capfd.readouterr().err


def test_version_that_is_in_the_org_is_validated_the_same_with_and_without_state(
    process: Contract, made: Made, client: SalesforceClient
) -> None:
    updated = process.update(made, CHANGED)
    reason = f"its content is in the org already, as {NAME}_v2"
    assert KIND.packed(process.run(), None, KIND.parse(CHANGED)) == reason
    session = process.run()
    process.provider.read(updated.id, updated.outputs)
    assert KIND.packed(session, None, KIND.parse(CHANGED)) == reason


def test_version_of_another_resource_cannot_be_declared(process: Contract, made: Made) -> None:
    updated = process.update(made, CHANGED)
    session = process.run()
    process.provider.read(updated.id, updated.outputs)
    other = desired_resource(KIND, {**OURS, "name": "Large_Deals_v2"})
    messages = [found.message for found in KIND.preflight_errors(session, other, None)]
    assert messages == ["is a version of another approval process of this stack"]


def without_made(process: Contract, recorded: Made, **facts: Any) -> Made:
    """The resource as an earlier release kept it in state."""
    made = process.refresh(recorded)
    assert made is not None
    kept = {key: value for key, value in made.outputs["facts"].items() if key != "made"}
    return replace(made, outputs={**made.outputs, "facts": {**kept, **facts}})


@pytest.mark.parametrize("used", [False, True])
def test_state_of_an_earlier_release_previews_unchanged(
    process: Contract, made: Made, client: SalesforceClient, used: bool
) -> None:
    if used:
        submit(client)
    old = without_made(process, process.update(made, CHANGED))
    process.forget_log()

    again = process.refresh(old)

    assert again is not None
    assert again == old
    assert not process.changes(again, CHANGED)
    assert process.writes() == []
    changed = process.update(again, {**CHANGED, "steps": OURS["steps"], "record_editability": "AdminOrCurrentApprover"})
    assert changed.outputs["facts"]["version"] == f"{NAME}_v3"


def test_old_state_that_saw_a_process_of_others_leaves_it_alone(
    process: Contract, made: Made, client: SalesforceClient
) -> None:
    by_people(client, "Large_Deals_v2", label="Theirs", approvalStep=OTHERS)
    saw_it = without_made(process, made, version=f"{NAME}_v2", other_versions=[NAME])

    again = process.refresh(saw_it)

    assert again is not None
    assert not process.changes(again, OURS)
    process.delete(process.update(again, CHANGED))
    assert processes(client) == {f"{NAME}_v2": True}


def test_old_state_deletes_no_version_that_it_cannot_prove(
    process: Contract, made: Made, client: SalesforceClient, capfd: pytest.CaptureFixture[str]
) -> None:
    submit(client)
    old = without_made(process, process.update(made, CHANGED))
    process.delete(old)
    assert processes(client) == {NAME: False, f"{NAME}_v2": False}
    assert f"because this stack did not create them: {NAME}_v2" in capfd.readouterr().err


def test_change_that_was_interrupted_after_it_landed_is_taken_up(
    process: Contract, made: Made, client: SalesforceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*arguments: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(ApprovalProcess, "_swept", killed)
        with pytest.raises(SystemExit):
            process.update(made, CHANGED)
    assert processes(client) == {NAME: False, f"{NAME}_v2": True}

    again = process.refresh(made)

    assert again is not None
    assert not process.changes(again, CHANGED)
    process.delete(again)
    assert processes(client) == {}


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


SUBMITTERS = [
    {"type": "role", "submitter": "Boss"},
    {"type": "roleSubordinates", "submitter": "Boss"},
    {"type": "roleSubordinatesInternal", "submitter": "Boss"},
    {"type": "portalRole", "submitter": "Boss"},
    {"type": "portalRoleSubordinates", "submitter": "Boss"},
    {"type": "partnerUser", "submitter": USER},
    {"type": "customerPortalUser", "submitter": USER},
    {"type": "group", "submitter": "Desk"},
    {"type": "creator"},
    {"type": "allInternalUsers"},
]
ACTIONS = [
    {"type": one, "name": one}
    for one in ("OutboundMessage", "KnowledgePublish", "Send", "FlowAction", "FlowAutomation")
]
APPROVERS = [
    {"type": "user", "name": USER},
    {"type": "queue", "name": "Desk"},
    {"type": "relatedUserField", "name": "Owner"},
]


def test_every_submitter_action_and_approver_can_be_declared(
    accounts: RunningSimulators, process: Contract, client: SalesforceClient
) -> None:
    accounts.seed("salesforce", {"records": {"UserRole": [{"Name": "Boss", "DeveloperName": "Boss"}]}})
    accounts.seed("salesforce", {"queues": [{"DeveloperName": "Desk"}]})
    client.create_component("Group", {"fullName": "Desk", "name": "Desk"})
    step = {"name": "All", "label": "All", "approvers": APPROVERS, "when_multiple_approvers": "FirstResponse"}
    manager = {"name": "Boss", "label": "Boss", "approvers": [{"type": "userHierarchyField"}]}
    ad_hoc = {"name": "Any", "label": "Any", "approvers": [{"type": "adhoc"}]}
    inputs = validated(
        KIND,
        {
            **OURS,
            "allowed_submitters": SUBMITTERS,
            "steps": [step, manager, ad_hoc],
            "next_automated_approver": {"user_hierarchy_field": "Manager"},
            "final_approval_actions": ACTIONS,
            "process_order": 3,
        },
    )
    made = process.create(inputs)
    again = process.refresh(made)
    assert again is not None
    assert not process.changes(again, inputs)


def test_role_of_submitters_that_does_not_exist_is_said_at_preview(process: Contract) -> None:
    submitters = [{"type": one, "submitter": "Nobody"} for one in ("roleSubordinates", "role")]
    assert (
        sorted(refusals(process, validated(KIND, {**OURS, "allowed_submitters": submitters})))
        == ['role "Nobody" does not exist in the account'] * 2
    )


def test_new_version_keeps_what_nobody_declared(process: Contract, made: Made, client: SalesforceClient) -> None:
    live = client.read_components("ApprovalProcess", [NAME])[NAME]
    step = {**live["approvalStep"][0], "description": "By a person"}
    client.update_component(
        "ApprovalProcess", {**live, "approvalStep": [step], "postTemplate": "Theirs", "processOrder": 7}
    )
    process.update(made, CHANGED)
    version = client.read_components("ApprovalProcess", [f"{NAME}_v2"])[f"{NAME}_v2"]
    assert (version["postTemplate"], version["processOrder"]) == ("Theirs", 7)
    assert version["approvalStep"][0]["description"] == "By a person"


def test_formula_takes_the_place_of_criteria() -> None:
    items = [{"field": "Opportunity.Amount", "operation": "greaterThan", "value": "5"}]
    live = to_vendor({"entry_criteria": {"criteria": items, "boolean_filter": "1"}})
    changed = to_vendor({"entry_criteria": {"formula": "Amount > 5"}})
    assert without_nil(merge(live, changed, KIND.entry_keys, "ApprovalProcess")) == {
        "entryCriteria": {"formula": "Amount > 5"}
    }


def test_part_that_the_inputs_cannot_say_is_named() -> None:
    step = {"name": "One", "label": "One", "assignedApprover": {"approver": [{"type": "adhoc"}]}, "newer": "x"}
    live = KIND.observe(NAME, {"label": "Deals", "active": True, "approvalStep": [step], "tomorrow": "x"})
    assert live.facts == {"unmanaged_parts": ["step One: newer", "tomorrow"]}
    assert live.definition["steps"] == [{"name": "One", "label": "One", "approvers": [{"type": "adhoc"}]}]


def test_a_step_with_a_part_that_the_inputs_cannot_say_is_never_removed_in_silence(
    client: SalesforceClient, open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = [
        {"name": name, "label": name, "assignedApprover": {"approver": [{"type": "adhoc"}]}} for name in ("A", "B")
    ]
    body: Body = {"label": "Deals", "active": True, "approvalStep": [steps[0], {**steps[1], "newer": "x"}]}
    live, session = KIND.observe(NAME, body), open_session()
    monkeypatch.setattr(type(session.client), "read_components", lambda self, kind, names: {NAME: body})
    kept, gone = ({"name": name, "label": name, "approvers": [{"type": "adhoc"}]} for name in ("A", "B"))
    object_, _, name = NAME.partition(".")
    declared = {
        "object": object_,
        "name": name,
        "label": "Deals",
        "allowed_submitters": [],
        "record_editability": "AdminOnly",
    }
    for listed, messages in (
        ([kept, {**gone, "label": "Second"}], []),
        ([kept], ["the change would remove step B: newer, which has no input here"]),
    ):
        desired = desired_resource(KIND, {**declared, "steps": listed})
        found = [one.message for one in KIND.preflight_errors(session, desired, live)]
        assert [message for message in found if "would remove" in message] == messages
