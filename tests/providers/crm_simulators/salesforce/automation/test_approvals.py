"""Approvals move: submitting, answering and recalling through REST, step by step, with what happens on the way."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.control import ControlProblem
from crm_simulators.salesforce.http.login import ADMIN_USERNAME
from crm_simulators.server import RunningSimulators
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.providers.crm_simulators.salesforce.conftest import Client

ANN, BOB = "ann@acme.example", "bob@acme.example"
ALERT = {
    "description": "Tell the owner",
    "protected": False,
    "template": "unfiled$public/SalesNewCustomerEmail",
    "recipients": [{"type": "owner"}],
}
TASK = {
    "subject": "Send the contract",
    "assignedToType": "owner",
    "dueDateOffset": 2,
    "notifyAssignee": False,
    "priority": "High",
    "protected": False,
    "status": "Not Started",
}


def update(text: str) -> dict[str, Any]:
    return {
        "field": "NextStep",
        "name": text,
        "notifyAssignee": False,
        "operation": "Formula",
        "formula": f'"{text}"',
        "protected": False,
    }


def by(*usernames: str, **more: Any) -> dict[str, Any]:
    approvers = [{"type": "user", "name": name} for name in usernames]
    return {"approver": approvers, **({"whenMultipleApprovers": more.pop("when")} if "when" in more else {})}


def step(name: str, *usernames: str, when: str | None = None, **more: Any) -> dict[str, Any]:
    assigned = by(*usernames, **({"when": when} if when else {}))
    return {"name": name, "label": name, "assignedApprover": assigned, **more}


def acts(*names: str) -> dict[str, Any]:
    kinds = {"Told": "Alert", "Contract": "Task"}
    return {"action": [{"name": name, "type": kinds.get(name, "FieldUpdate")} for name in names]}


class Company:
    """An org with two people, an approval process and a deal."""

    def __init__(self, simulators: RunningSimulators, client: Client) -> None:
        self.simulators, self.sf = simulators, client.sf
        self.crm: Any = simulators.simulators["salesforce"]
        users = {"users": [{"Username": ANN}, {"Username": BOB}]}
        self.ids = self.seed(users)["users"]
        self.ids[ADMIN_USERNAME] = self.sf.query(f"SELECT Id FROM User WHERE Username = '{ADMIN_USERNAME}'")["records"][
            0
        ]["Id"]
        updates = {f"Opportunity.{one}": update(one) for one in ("Asked", "Agreed", "Refused", "Recalled")}
        self.seed(
            {
                "components": {
                    "WorkflowFieldUpdate": updates,
                    "WorkflowAlert": {"Opportunity.Told": ALERT},
                    "WorkflowTask": {"Opportunity.Contract": TASK},
                }
            }
        )
        deal = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-31", "Amount": 50000}
        self.deal = self.sf.Opportunity.create({**deal, "OwnerId": self.ids[ANN]})["id"]

    def seed(self, document: dict[str, Any]) -> Any:
        return self.crm.seed(document)

    def process(self, *steps: dict[str, Any], name: str = "Large", **more: Any) -> None:
        body = {
            "active": True,
            "label": name,
            "recordEditability": "AdminOnly",
            "allowedSubmitters": [{"type": "owner"}],
            "entryCriteria": {"formula": "Amount > 1000"},
            "approvalStep": list(steps),
            "initialSubmissionActions": acts("Asked"),
            "finalApprovalActions": acts("Agreed", "Told", "Contract"),
            "finalRejectionActions": acts("Refused"),
            "recallActions": acts("Recalled"),
            **more,
        }
        self.seed({"components": {"ApprovalProcess": {f"Opportunity.{name}": body}}})

    def post(self, *requests: dict[str, Any]) -> list[dict[str, Any]]:
        answer: list[dict[str, Any]] = self.sf.restful(
            "process/approvals", method="POST", json={"requests": list(requests)}
        )
        return answer

    def submit(self, **more: Any) -> dict[str, Any]:
        return self.post({"actionType": "Submit", "contextId": self.deal, "contextActorId": self.ids[ANN], **more})[0]

    def answer(self, action: str, actor: str | None = None) -> dict[str, Any]:
        item = self.items()[0] if actor is None else next(i for i in self.items() if i["ActorId"] == self.ids[actor])
        return self.post({"actionType": action, "contextId": item["Id"], "comments": action})[0]

    def items(self) -> list[dict[str, Any]]:
        found = self.sf.query("SELECT Id, ActorId, ProcessInstance.Status FROM ProcessInstanceWorkitem")
        return list(found["records"])

    def row(self) -> dict[str, Any]:
        return dict(self.sf.Opportunity.get(self.deal))

    def outbox(self) -> list[dict[str, Any]]:
        return list(self.crm.controls()["outbox"]({})["messages"])


@pytest.fixture
def company(simulators: RunningSimulators, client: Client) -> Company:
    return Company(simulators, client)


def test_submitting_asks_the_first_approver_and_locks_the_record(company: Company) -> None:
    company.process(step("First", BOB))

    result = company.submit(comments="please")

    assert result["success"] is True
    assert (result["instanceStatus"], result["actorIds"]) == ("Pending", [company.ids[BOB]])
    assert result["newWorkitemIds"] == [item["Id"] for item in company.items()]
    assert company.row()["NextStep"] == "Asked"
    assert [message["parameters"]["to"] for message in company.outbox()] == [BOB]
    history = company.sf.query("SELECT StepStatus, Comments FROM ProcessInstanceStep")["records"]
    assert [(line["StepStatus"], line["Comments"]) for line in history] == [("Started", "please")]


def test_approval_sets_the_field_tells_the_owner_and_makes_the_task(company: Company) -> None:
    company.process(step("First", BOB))
    company.submit()

    result = company.answer("Approve")

    assert (result["instanceStatus"], result["actorIds"], result["newWorkitemIds"]) == ("Approved", None, [])
    assert company.row()["NextStep"] == "Agreed"
    (told,) = [message for message in company.outbox() if message["type"] == "emailAlert"]
    assert (told["parameters"]["to"], told["parameters"]["subject"]) == ([ANN], "Thank you for your business")
    (task,) = company.sf.query("SELECT Subject, OwnerId, WhatId FROM Task")["records"]
    assert (task["Subject"], task["OwnerId"], task["WhatId"]) == ("Send the contract", company.ids[ANN], company.deal)


def test_rejection_ends_the_request(company: Company) -> None:
    company.process(step("First", BOB), step("Second", ANN))
    company.submit()

    assert company.answer("Reject")["instanceStatus"] == "Rejected"
    assert (company.row()["NextStep"], company.items()) == ("Refused", [])


def test_steps_are_taken_in_order_and_skipped_by_their_criteria(company: Company) -> None:
    never: dict[str, Any] = {"entryCriteria": {"formula": "Amount > 90000"}, "ifCriteriaNotMet": "GotoNextStep"}
    company.process(step("First", ANN), step("Huge", ANN, **never), step("Last", BOB))
    company.submit()

    assert company.answer("Approve")["actorIds"] == [company.ids[BOB]]
    assert company.answer("Approve")["instanceStatus"] == "Approved"


def test_record_that_meets_no_criteria_is_approved_where_the_step_says_so(company: Company) -> None:
    automatic: dict[str, Any] = {"entryCriteria": {"formula": "FALSE"}, "ifCriteriaNotMet": "ApproveRecord"}
    company.process(step("Nobody", BOB, **automatic))

    assert company.submit()["instanceStatus"] == "Approved"
    assert company.row()["NextStep"] == "Agreed"


def test_unanimous_step_waits_for_everybody(company: Company) -> None:
    company.process(step("Both", ANN, BOB, when="Unanimous"))
    company.submit()

    assert company.answer("Approve", ANN)["instanceStatus"] == "Pending"
    assert company.answer("Approve", BOB)["instanceStatus"] == "Approved"


def test_first_response_settles_it_and_the_others_have_not_answered(company: Company) -> None:
    company.process(step("Either", ANN, BOB, when="FirstResponse"))
    company.submit()

    assert company.answer("Reject", BOB)["instanceStatus"] == "Rejected"
    lines = company.sf.query("SELECT StepStatus, OriginalActorId FROM ProcessInstanceStep")["records"]
    assert [line["OriginalActorId"] for line in lines if line["StepStatus"] == "NoResponse"] == [company.ids[ANN]]


def test_rejection_can_go_back_to_the_step_before(company: Company) -> None:
    company.process(step("First", ANN), step("Second", BOB, rejectBehavior={"type": "BackToPrevious"}))
    company.submit()
    company.answer("Approve")

    assert company.answer("Reject")["actorIds"] == [company.ids[ANN]]


def test_queue_is_asked_as_one(company: Company) -> None:
    queue = company.seed({"queues": [{"DeveloperName": "Desk", "Members": [BOB]}]})["queues"]["Desk"]
    company.process({**step("Desk"), "assignedApprover": {"approver": [{"type": "queue", "name": "Desk"}]}})

    assert company.submit()["actorIds"] == [queue]


def test_manager_is_asked_or_missing(company: Company) -> None:
    follows: dict[str, Any] = {"nextAutomatedApprover": {"userHierarchyField": "Manager"}}
    company.process(
        {**step("Boss"), "assignedApprover": {"approver": [{"type": "userHierarchyField", "name": "Manager"}]}},
        **follows,
    )
    (error,) = company.submit()["errors"]
    assert error["statusCode"] == "MANAGER_NOT_DEFINED"
    assert company.row()["NextStep"] is None

    company.sf.User.update(company.ids[ANN], {"ManagerId": company.ids[BOB]})
    assert company.submit()["actorIds"] == [company.ids[BOB]]


def test_recall_by_the_submitter_needs_permission_of_the_process(company: Company) -> None:
    company.process(step("First", BOB))
    company.submit()

    assert company.answer("Removed")["instanceStatus"] == "Removed"
    assert (company.row()["NextStep"], company.items()) == ("Recalled", [])
    assert company.submit()["success"] is True


def test_record_is_locked_for_everybody_but_administrators(company: Company) -> None:
    company.process(step("First", BOB))
    company.submit()
    org = company.crm.org
    org.sessions["token-of-ann"] = company.ids[ANN]
    access = company.simulators.salesforce
    assert access is not None
    ann = Salesforce(session_id="token-of-ann", instance_url=access.https_url, version="63.0")

    with pytest.raises(SalesforceMalformedRequest) as caught:
        ann.Opportunity.update(company.deal, {"NextStep": "mine"})

    assert caught.value.content == [
        {"message": "the entity is locked for editing", "errorCode": "ENTITY_IS_LOCKED", "fields": []}
    ]
    company.sf.Opportunity.update(company.deal, {"NextStep": "admin"})
    company.answer("Approve")
    ann.Opportunity.update(company.deal, {"NextStep": "mine"})
    ann.session.close()


def test_what_cannot_be_submitted_says_why_and_the_rest_goes_on(company: Company) -> None:
    company.process(step("First", BOB))
    small = company.sf.Opportunity.create(
        {"Name": "Small", "StageName": "Prospecting", "CloseDate": "2026-12-31", "Amount": 5}
    )["id"]

    refused, accepted, twice = company.post(
        {"actionType": "Submit", "contextId": small},
        {"actionType": "Submit", "contextId": company.deal},
        {"actionType": "Submit", "contextId": company.deal},
    )

    assert [error["statusCode"] for error in refused["errors"]] == ["NO_APPLICABLE_PROCESS"]
    assert accepted["success"] is True
    assert [error["statusCode"] for error in twice["errors"]] == ["ALREADY_IN_PROCESS"]


def test_named_process_can_be_entered_past_its_criteria(company: Company) -> None:
    company.process(step("First", BOB), entryCriteria={"formula": "Amount > 900000"})
    assert company.submit()["success"] is False
    assert company.submit(processDefinitionNameOrId="Large")["success"] is False
    assert company.submit(processDefinitionNameOrId="Large", skipEntryCriteria="true")["success"] is True


def test_processes_are_listed_by_object(company: Company) -> None:
    company.process(step("First", BOB))
    listed = company.sf.restful("process/approvals")["approvals"]["Opportunity"]
    assert [(one["name"], one["object"], one["sortOrder"]) for one in listed] == [("Large", "Opportunity", 1)]


def test_steps_of_a_process_that_was_active_are_fixed(company: Company, client: Client) -> None:
    company.process(step("First", BOB))
    live = client.read("ApprovalProcess", "Opportunity.Large")
    live.active = False
    live.approvalStep[0].name = "Other"
    (problem,) = client.update(live)
    assert problem.startswith("FIELD_INTEGRITY_EXCEPTION: You cannot add, delete or reorder the steps")


def test_used_process_is_kept_and_an_active_one_is_not_deleted(company: Company, client: Client) -> None:
    company.process(step("First", BOB))
    (active,) = client.delete("ApprovalProcess", "Opportunity.Large")
    company.submit()
    live = client.read("ApprovalProcess", "Opportunity.Large")
    live.active = False
    client.update(live)
    (used,) = client.delete("ApprovalProcess", "Opportunity.Large")
    assert active.startswith("DELETE_FAILED: You can't delete an active approval process")
    assert used.startswith("DELETE_FAILED: The approval process Opportunity.Large has approval requests")
    assert company.answer("Approve")["instanceStatus"] == "Approved"


def test_action_that_a_process_names_is_not_deleted(company: Company, client: Client) -> None:
    company.process(step("First", BOB))
    assert client.delete("WorkflowFieldUpdate", "Opportunity.Agreed") == [
        "DEPENDENCY_EXISTS: This action is referenced elsewhere. : Approval Process - Opportunity.Large"
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"approvalStep": []}, "must have at least one step"),
        ({"allowedSubmitters": []}, "allowedSubmitters"),
        ({"entryCriteria": {"formula": "Nope__c > 1"}}, "Field Nope__c does not exist"),
        ({"finalApprovalActions": acts("Nope")}, "no WorkflowFieldUpdate named Opportunity.Nope found"),
        ({"approvalStep": [step("One", "nobody@acme.example")]}, "no User named nobody@acme.example found"),
        ({"approvalStep": [step("One", BOB, ifCriteriaNotMet="GotoNextStep")]}, "there is no later step"),
        (
            {"approvalStep": [step("One", BOB), step("Two", BOB, ifCriteriaNotMet="RejectRecord")]},
            "only the first step can reject",
        ),
    ],
)
def test_process_that_could_not_work_is_refused(company: Company, changes: dict[str, Any], message: str) -> None:
    steps = changes.get("approvalStep", [step("First", BOB)])
    rest = {key: value for key, value in changes.items() if key != "approvalStep"}
    with pytest.raises(ControlProblem, match=message):
        company.process(*steps, **rest)


# --- flows --------------------------------------------------------------------------------------------------------


def call(name: str, kind: str, **inputs: Any) -> dict[str, Any]:
    parameters = [{"name": key, "value": value} for key, value in inputs.items()]
    place = {"locationX": 0, "locationY": 0, "label": name}
    return {"name": name, "actionName": name, "actionType": kind, "inputParameters": parameters, **place}


def on_update(company: Company, action: dict[str, Any], unset: str = "LeadSource") -> None:
    """An active flow that acts on every updated deal in which a field is not set."""
    filters = [{"field": unset, "operator": "IsNull", "value": {"booleanValue": True}}]
    begin: dict[str, Any] = {"filterLogic": "and", "filters": filters}
    begin |= {"object": "Opportunity", "triggerType": "RecordAfterSave", "recordTriggerType": "Update"}
    begin |= {"connector": {"targetReference": action["name"]}, "locationX": 0, "locationY": 0}
    flow = {"label": "F", "apiVersion": 63.0, "processType": "AutoLaunchedFlow", "status": "Active", "start": begin}
    company.seed({"components": {"Flow": {"F": {**flow, "actionCalls": [action]}}}})


def test_flow_sends_an_alert(company: Company) -> None:
    on_update(company, {**call("Tell", "emailAlert"), "actionName": "Opportunity.Told"})
    company.sf.Opportunity.update(company.deal, {"Description": "new"})
    assert [(one["type"], one["parameters"]["to"]) for one in company.outbox()] == [("emailAlert", [ANN])]


def test_flow_cannot_name_an_alert_that_is_not_there(company: Company) -> None:
    with pytest.raises(ControlProblem, match=r"The e-mail alert Opportunity\.Nope doesn't exist"):
        on_update(company, {**call("Tell", "emailAlert"), "actionName": "Opportunity.Nope"})


def test_flow_submits_for_approval_once(company: Company) -> None:
    """The field update of the submission starts the flow again, whose condition does not hold any more."""
    company.process(step("First", BOB))
    given = {"objectId": {"elementReference": "$Record.Id"}, "comment": {"stringValue": "by flow"}}
    on_update(company, call("Ask", "submit", **given), unset="NextStep")

    company.sf.Opportunity.update(company.deal, {"Description": "new"})

    assert company.row()["NextStep"] == "Asked"
    assert [item["ActorId"] for item in company.items()] == [company.ids[BOB]]


def test_alert_that_a_flow_names_is_not_deleted(company: Company, client: Client) -> None:
    on_update(company, {**call("Tell", "emailAlert"), "actionName": "Opportunity.Told"})
    assert client.delete("WorkflowAlert", "Opportunity.Told") == [
        "DEPENDENCY_EXISTS: This action is referenced elsewhere. : Flow Version - F-1"
    ]


@pytest.mark.parametrize(("kind", "may"), [("role", False), ("roleSubordinates", True), ("portalRole", False)])
def test_subordinates_of_a_role_may_submit(company: Company, kind: str, may: bool) -> None:
    roles = {"records": {"UserRole": [{"Name": "Boss", "DeveloperName": "Boss"}]}}
    boss = company.seed(roles)["records"]["UserRole"][0]
    team = {"Name": "Team", "DeveloperName": "Team", "ParentRoleId": boss}
    member = company.seed({"records": {"UserRole": [team]}})["records"]["UserRole"][0]
    company.crm.org.table("User")[company.ids[BOB]]["UserRoleId"] = member
    company.process(step("First", ANN), allowedSubmitters=[{"type": kind, "submitter": "Boss"}])
    request = {"actionType": "Submit", "contextId": company.deal, "contextActorId": company.ids[BOB]}
    assert company.post(request)[0]["success"] is may


def test_actions_without_a_rule_are_kept_and_do_not_run(company: Company) -> None:
    other = {"name": "Send_Out", "type": "OutboundMessage"}
    company.process(step("First", BOB), finalApprovalActions={"action": [*acts("Agreed")["action"], other]})
    company.submit()
    assert company.answer("Approve")["instanceStatus"] == "Approved"
    assert company.row()["NextStep"] == "Agreed"


@pytest.mark.parametrize(("operation", "becomes"), [("NextValue", "Qualification"), ("PreviousValue", "Prospecting")])
def test_field_update_moves_along_a_picklist(company: Company, operation: str, becomes: str) -> None:
    body = {"field": "StageName", "name": "Move", "notifyAssignee": False, "operation": operation, "protected": False}
    company.seed({"components": {"WorkflowFieldUpdate": {"Opportunity.Move": body}}})
    company.process(step("First", BOB), initialSubmissionActions=acts("Move"))
    assert company.row()["StageName"] == "Prospecting"
    company.submit()
    assert company.row()["StageName"] == becomes


def test_field_update_sets_the_field_of_the_record_that_a_lookup_leads_to(company: Company) -> None:
    company.seed({"components": {"WorkflowFieldUpdate": {
        "Opportunity.Told": {**update("Told"), "field": "Phone", "formula": "NextStep", "targetObject": "AccountId"},
    }}})  # fmt: skip
    company.process(step("First", BOB), initialSubmissionActions={
        "action": [{"name": one, "type": "FieldUpdate"} for one in ("Asked", "Told")]
    })  # fmt: skip
    account = company.sf.Account.create({"Name": "Acme"})["id"]
    company.submit()
    company.answer("Reject")
    assert company.sf.Account.get(account)["Phone"] is None  # no lookup yet
    company.sf.Opportunity.update(company.deal, {"AccountId": account})
    company.submit()
    assert company.sf.Account.get(account)["Phone"] == "Asked"


def test_field_update_through_a_lookup_that_does_not_exist_is_refused(company: Company) -> None:
    gone = {**update("Told"), "targetObject": "Partner__c"}
    with pytest.raises(ControlProblem, match=r"no CustomField named Opportunity\.Partner__c found"):
        company.seed({"components": {"WorkflowFieldUpdate": {"Opportunity.Told": gone}}})


def test_field_update_without_a_value_is_taken(company: Company) -> None:
    body = {"field": "OwnerId", "name": "Nobody", "notifyAssignee": False, "operation": "LookupValue"}
    lookup = {**body, "lookupValueType": "User", "protected": False}
    literal = {**lookup, "field": "StageName", "operation": "Literal"}
    company.seed({"components": {"WorkflowFieldUpdate": {"Opportunity.A": lookup, "Opportunity.B": literal}}})
