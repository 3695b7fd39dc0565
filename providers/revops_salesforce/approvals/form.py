"""Approval processes between our inputs and the vendor's elements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, Self

from pydantic import model_validator

from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, Reference
from revops_salesforce.api.components import Body, camel, snake
from revops_salesforce.formulas.references import references_in
from revops_salesforce.metadata.criteria import Criterion

ACTION_KINDS = {"FieldUpdate": "WorkflowFieldUpdate", "Alert": "WorkflowAlert", "Task": "WorkflowTask"}
"""Actions that are resources here; the others are only named."""
ACTIONS = (
    "initial_submission_actions",
    "final_approval_actions",
    "final_rejection_actions",
    "recall_actions",
    "approval_actions",
    "rejection_actions",
)
"""Inputs, of a process or of a step, that list actions."""


class Criteria(Part):
    """The records that enter, by a formula or by criteria."""

    formula: str | None = None
    criteria: list[Criterion] | None = None
    boolean_filter: str | None = None

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        if (self.formula is None) == (self.criteria is None):
            raise ValueError('entry criteria must have exactly one of "formula" and "criteria"')
        return self


class Approver(Part):
    """Who must approve."""

    type: Literal["user", "queue", "relatedUserField", "userHierarchyField", "adhoc"]
    name: str | None = None
    """A username, a queue's developer name, or the field that names a user (`Owner`)."""

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        if (self.type in {"user", "queue", "relatedUserField"}) != (self.name is not None):
            raise ValueError(
                '"name" must be set with the types "user", "queue" and "relatedUserField", and only with these'
            )
        return self


class Action(Part):
    """A workflow action of the same object, by name."""

    type: Literal[
        "FieldUpdate", "Alert", "Task", "OutboundMessage", "KnowledgePublish", "Send", "FlowAction", "FlowAutomation"
    ]
    name: str


class Submitter(Part):
    """Who may submit records for approval."""

    type: Literal[
        "owner", "creator", "user", "group", "role", "roleSubordinates", "roleSubordinatesInternal",
        "allInternalUsers", "partnerUser", "customerPortalUser", "portalRole", "portalRoleSubordinates",
    ]  # fmt: skip
    submitter: str | None = None
    """A username, a group's or a role's developer name."""

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        if (self.type in {"owner", "creator", "allInternalUsers"}) != (self.submitter is None):
            raise ValueError('"submitter" must be set for a user, a group or a role, and only for these')
        return self


SUBMITTERS = {
    "user": "user",
    "partnerUser": "user",
    "customerPortalUser": "user",
    "group": "group",
    "role": "role",
    "roleSubordinatesInternal": "role",
    "portalRole": "role",
    "portalRoleSubordinates": "role",
}
"""What the name of a submitter is looked up as, by type."""


class NextApprover(Part):
    """The field of users that a step of the type `userHierarchyField` follows."""

    user_hierarchy_field: str
    """`Manager`."""
    use_approver_field_of_record_owner: bool = False


class ApprovalStep(Part):
    """One step of approval."""

    name: str
    label: str
    description: str | None = None
    approvers: list[Approver]
    when_multiple_approvers: Literal["Unanimous", "FirstResponse"] | None = None
    entry_criteria: Criteria | None = None
    if_criteria_not_met: Literal["ApproveRecord", "RejectRecord", "GotoNextStep"] | None = None
    """Rejecting is for the first step; going on needs a later one [D: step criteria]."""
    reject_behavior: Literal["RejectRequest", "BackToPrevious"] | None = None
    allow_delegate: bool = False
    approval_actions: list[Action] | None = None
    rejection_actions: list[Action] | None = None

    @model_validator(mode="after")
    def _several_agree_somehow(self) -> Self:
        if not self.approvers:
            raise ValueError("a step must have an approver")
        if len(self.approvers) > 1 and self.when_multiple_approvers is None:
            raise ValueError('a step with several approvers must have "when_multiple_approvers"')
        return self


def to_vendor(inputs: Mapping[str, Any]) -> Body:
    """The elements of a process for those of our inputs that are its content."""
    body = {camel(key): _renamed(value, camel) for key, value in inputs.items() if key not in PARTS}
    for key, form in PARTS.items():
        if key in inputs:
            body[VENDOR_NAMES.get(key, camel(key))] = None if inputs[key] is None else form(inputs[key])
    return body


def _renamed(value: Any, rename: Callable[[str], str]) -> Any:
    if isinstance(value, Mapping):
        return {rename(key): _renamed(part, rename) for key, part in value.items()}
    return [_renamed(item, rename) for item in value] if isinstance(value, list) else value


CRITERIA = {"formula": "formula", "criteria": "criteriaItems", "boolean_filter": "booleanFilter"}
VENDOR_NAMES = {"steps": "approvalStep", "page_fields": "approvalPageFields"}


def _actions_to_vendor(actions: Sequence[Mapping[str, Any]]) -> Body:
    return {"action": [dict(action) for action in actions]}


def _criteria_to_vendor(criteria: Mapping[str, Any]) -> Body:
    """What one form of criteria does not have is removed, so that a formula takes the place of items."""
    return {theirs: criteria.get(ours) for ours, theirs in CRITERIA.items()}


def _steps_to_vendor(steps: Sequence[Mapping[str, Any]]) -> list[Body]:
    return [_step_to_vendor(step) for step in steps]


def _step_to_vendor(step: Mapping[str, Any]) -> Body:
    body = to_vendor({key: value for key, value in step.items() if key not in STEP_SPELLED_OTHERWISE})
    assigned: Body = {"approver": [dict(approver) for approver in step["approvers"]]}
    if step.get("when_multiple_approvers") is not None:
        assigned["whenMultipleApprovers"] = step["when_multiple_approvers"]
    body["assignedApprover"] = assigned
    if step.get("reject_behavior") is not None:
        body["rejectBehavior"] = {"type": step["reject_behavior"]}
    return body


STEP_SPELLED_OTHERWISE = frozenset({"approvers", "when_multiple_approvers", "reject_behavior"})


PARTS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(ACTIONS, _actions_to_vendor),
    "steps": _steps_to_vendor,
    "page_fields": lambda fields: {"field": list(fields)},
    "entry_criteria": _criteria_to_vendor,
}
"""Inputs whose elements have another form."""


def from_vendor(body: Mapping[str, Any]) -> Definition:
    """Our inputs for the elements of a process, without its name."""
    found = {snake(key): _renamed(value, snake) for key, value in body.items() if key not in VENDOR_SPELLED_OTHERWISE}
    for key in ACTIONS:
        if camel(key) in body:
            found[key] = list(body[camel(key)].get("action", []))
    if "approvalStep" in body:
        found["steps"] = [_step_from_vendor(step) for step in body["approvalStep"]]
    if "approvalPageFields" in body:
        found["page_fields"] = list(body["approvalPageFields"].get("field", []))
    if criteria := body.get("entryCriteria"):
        found["entry_criteria"] = {
            ours: criteria[theirs] for ours, theirs in CRITERIA.items() if criteria.get(theirs) is not None
        }
    return found


VENDOR_SPELLED_OTHERWISE = frozenset(
    {"fullName", "approvalStep", "approvalPageFields", "entryCriteria", *(camel(key) for key in ACTIONS)}
)


def unknown_in_step(step: Mapping[str, Any]) -> list[str]:
    """What a step holds that the inputs of a step cannot say, in our spelling."""
    return sorted({snake(key) for key in step} - {*ApprovalStep.model_fields, "assigned_approver"})


def _step_from_vendor(step: Mapping[str, Any]) -> Definition:
    unknown = {camel(key) for key in unknown_in_step(step)}
    step = {key: value for key, value in step.items() if key not in unknown}
    rest = {key: value for key, value in step.items() if key not in {"assignedApprover", "rejectBehavior"}}
    assigned = step.get("assignedApprover") or {}
    found = {**from_vendor(rest), "approvers": list(assigned.get("approver", []))}
    if "whenMultipleApprovers" in assigned:
        found["when_multiple_approvers"] = assigned["whenMultipleApprovers"]
    if "rejectBehavior" in step:
        found["reject_behavior"] = step["rejectBehavior"]["type"]
    return found


def action_references(holder: object, object_: str) -> Iterator[Reference]:
    """The actions that a process or a step of it names."""
    for key in ACTIONS:
        for action in getattr(holder, key, None) or ():
            if action.type in ACTION_KINDS:
                yield Reference(ACTION_KINDS[action.type], f"{object_}.{action.name}")


def criteria_references(criteria: Criteria | None, object_: str) -> Iterator[Reference]:
    """The fields that entry criteria name."""
    if criteria is not None:
        yield from references_in(criteria.formula or "", object_)
        yield from (Reference("CustomField", criterion.field) for criterion in criteria.criteria or ())


def approver_references(approver: Approver, object_: str) -> Iterator[Reference]:
    """The queue or the field that says who is asked."""
    if approver.name is not None and approver.type == "queue":
        yield Reference("Queue", approver.name)
    elif approver.name is not None and approver.type == "relatedUserField":
        yield Reference("CustomField", f"{object_}.{approver.name}")
