"""ApprovalProcess: its steps are fixed once it has been active; it can be deleted if inactive and never used."""

from __future__ import annotations

from typing import Any

from salesforce_formula.kinds import BOOLEAN
from vendor_facts import vocabulary

from crm_simulators.salesforce.errors import MetadataError, bad_reference, integrity
from crm_simulators.salesforce.metadata_types.automation.workflow_actions import (
    ACTION_TYPES,
    actions_in,
    find_template,
)
from crm_simulators.salesforce.metadata_types.checks import check_criteria, check_formula, check_group, check_user
from crm_simulators.salesforce.metadata_types.component_type import (
    DEVELOPER_NAME,
    ObjectPart,
    child_name,
    invalid_name,
)
from crm_simulators.salesforce.org.fields import fields_of, find_field, object_name
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import Body

MAX_STEPS = 30  # per process [K]
MAX_APPROVERS = 25  # per step [K]
USERS = frozenset({"user", "partnerUser", "customerPortalUser"})
ROLES = frozenset({"role", "roleSubordinates", "roleSubordinatesInternal", "portalRole", "portalRoleSubordinates"})
"""Submitters that are named, by type [W: ProcessSubmitterType]."""
READ_DEFAULTS = {
    "allowRecall": False,
    "enableMobileDeviceAccess": False,
    "finalApprovalRecordLock": False,
    "finalRejectionRecordLock": False,
    "showApprovalHistory": True,
}
"""What the server writes back where a call says nothing [K]."""
FIXED = ("name", "ifCriteriaNotMet", "rejectBehavior")
"""What cannot change of the steps of a process that was active once [D: meta_approvalprocess]."""


class ApprovalProcess(ObjectPart):
    """``Opportunity.Discounts``. ``activated`` in the component says that it has been active. Posts and the order of
    processes are kept without a rule, and so are actions other than field updates, tasks and alerts, which do not run.
    """

    name = "ApprovalProcess"
    ruled = tuple(vocabulary("salesforce", "ApprovalProcess elements"))
    lengths = {"label": 80, "description": 255}
    directory = "approvalProcesses"
    suffix = "approvalProcess"
    is_child = False

    def file_name(self, full_name: str) -> str:
        return f"{self.directory}/{full_name}.{self.suffix}"

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        sobject = object_name(org, child_name(full_name)[0]) or ""
        _check_submitters(org, body.get("allowedSubmitters", []))
        _check_criteria(org, sobject, body.get("entryCriteria", {}))
        _check_template(org, body)
        steps = body.get("approvalStep", [])
        _check_steps(org, sobject, body, steps)
        _check_actions(org, sobject, body)
        if body["active"] and not steps:
            # [D: a process needs a step before it is activated; text K]
            raise integrity("An approval process must have at least one step before it can be activated", "active")
        if org.of_type(self.name).get(full_name, {}).get("activated"):
            self._check_fixed(full_name, steps, (old or {}).get("approvalStep", []))
        return {**READ_DEFAULTS, **body, "approvalStep": [{"allowDelegate": False, **step} for step in steps]}

    def _check_fixed(self, full_name: str, steps: list[Body], before: list[Body]) -> None:
        if [_fixed(step) for step in steps] != [_fixed(step) for step in before]:
            # [K: text]
            raise integrity(
                f"You cannot add, delete or reorder the steps of the approval process {full_name}, or change their "
                "reject or skip behavior, because it has been active",
                "approvalStep",
            )

    def store(self, org: Org, full_name: str, body: Body) -> None:
        super().store(org, full_name, body)
        component = org.of_type(self.name)[org.find(self.name, full_name) or full_name]
        component["activated"] = bool(component.get("activated") or body["active"])
        component.setdefault("order", org.count("approval_order"))

    def check_delete(self, org: Org, full_name: str) -> None:
        component = org.of_type(self.name)[full_name]
        if component["body"]["active"]:
            # [K: text]
            raise MetadataError("DELETE_FAILED", "You can't delete an active approval process. Deactivate it first.")
        if org.select("ProcessInstance", ProcessDefinitionId=component["id"]):
            # [K: that history keeps it, and the text]
            raise MetadataError(
                "DELETE_FAILED", f"The approval process {full_name} has approval requests and cannot be deleted."
            )


def _fixed(step: Body) -> dict[str, Any]:
    return {key: step.get(key) for key in FIXED}


def _check_submitters(org: Org, submitters: list[Body]) -> None:
    if not submitters:
        # [D: required in the documentation, not in the WSDL]
        raise MetadataError("REQUIRED_FIELD_MISSING", "Required field is missing: allowedSubmitters")
    for submitter in submitters:
        kind = submitter["type"]
        if kind in USERS:
            check_user(org, "submitter", submitter.get("submitter"))
        elif kind in ROLES:
            if not org.select("UserRole", DeveloperName=submitter.get("submitter") or ""):
                raise bad_reference("submitter", "Role", str(submitter.get("submitter")))
        elif kind == "group":
            check_group(org, "submitter", submitter.get("submitter"))


def _check_criteria(org: Org, sobject: str, criteria: Body) -> None:
    items = criteria.get("criteriaItems", [])
    if "formula" in criteria and items:
        raise integrity("Entry criteria are either a formula or criteria items, not both", "formula")  # [K: text]
    check_criteria(org, criteria)
    check_formula(org, sobject, criteria, "formula", expected=BOOLEAN, saving=False)


def _check_template(org: Org, body: Body) -> None:
    if "emailTemplate" in body and find_template(org, body["emailTemplate"]) is None:
        raise bad_reference("emailTemplate", "EmailTemplate", body["emailTemplate"])


def _check_steps(org: Org, sobject: str, body: Body, steps: list[Body]) -> None:
    if len(steps) > MAX_STEPS:
        raise MetadataError("LIMIT_EXCEEDED", f"An approval process can have at most {MAX_STEPS} steps")
    names = [step["name"].lower() for step in steps]
    if len(set(names)) < len(names):
        raise MetadataError("DUPLICATE_DEVELOPER_NAME", "Duplicate approval step name", ("name",))
    for place, step in enumerate(steps):
        if not DEVELOPER_NAME.fullmatch(step["name"]):
            raise invalid_name("ApprovalStep", step["name"])
        _check_criteria(org, sobject, step.get("entryCriteria", {}))
        _check_flow_of_steps(step, place, len(steps))
        _check_approvers(org, sobject, body, step["assignedApprover"])


def _check_flow_of_steps(step: Body, place: int, count: int) -> None:
    """Rejecting on unmet criteria is for the first step, going on needs a later one [D: step criteria; texts K]."""
    otherwise = step.get("ifCriteriaNotMet")
    if otherwise == "RejectRecord" and place > 0:
        raise integrity(f"Step {step['name']}: only the first step can reject the record", "ifCriteriaNotMet")
    if otherwise == "GotoNextStep" and place == count - 1:
        raise integrity(f"Step {step['name']}: there is no later step to go to", "ifCriteriaNotMet")
    if step.get("rejectBehavior", {}).get("type") == "BackToPrevious" and place == 0:
        raise integrity(f"Step {step['name']}: there is no previous step to go back to", "rejectBehavior")


def _check_approvers(org: Org, sobject: str, body: Body, assigned: Body) -> None:
    approvers = assigned.get("approver", [])
    if not 0 < len(approvers) <= MAX_APPROVERS:
        raise integrity(f"A step has 1 to {MAX_APPROVERS} approvers", "approver")
    for approver in approvers:
        kind, name = approver["type"], approver.get("name")
        if kind == "user":
            check_user(org, "approver", name)
        elif kind == "queue":
            check_group(org, "approver", name, "Queue")
        elif kind == "relatedUserField":
            field = find_field(fields_of(org, sobject), name or "") or find_field(fields_of(org, sobject), f"{name}Id")
            if field is None or "User" not in field.reference_to:
                raise bad_reference("approver", "CustomField", f"{sobject}.{name}")
        elif kind == "userHierarchyField" and "nextAutomatedApprover" not in body:
            raise integrity("A user hierarchy field needs nextAutomatedApprover", "nextAutomatedApprover")
        elif kind == "adhoc" and body.get("enableMobileDeviceAccess"):
            raise integrity("Approvers cannot be chosen by hand with mobile access", "approver")  # [D]


def _check_actions(org: Org, sobject: str, body: Body) -> None:
    for action in actions_in(body):
        type_name = ACTION_TYPES.get(action["type"])
        if type_name is not None and org.find(type_name, f"{sobject}.{action['name']}") is None:
            raise bad_reference("action", type_name, f"{sobject}.{action['name']}")
