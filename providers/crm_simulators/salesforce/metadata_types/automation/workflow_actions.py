"""WorkflowFieldUpdate, WorkflowTask and WorkflowAlert: what approvals and flows do, parts of an object's Workflow.

Workflow rules, which could do the same on a save, are kept and never run.
"""

from __future__ import annotations

from collections.abc import Iterator

from vendor_facts import vocabulary

from crm_simulators.salesforce.errors import bad_reference, integrity, missing
from crm_simulators.salesforce.metadata_types.checks import check_formula, check_group, check_user, known_field
from crm_simulators.salesforce.metadata_types.component_type import ObjectPart, child_name
from crm_simulators.salesforce.org.fields import UNKNOWN, Field, is_packaged, object_name
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.org.picklists import active_names, known_names
from crm_simulators.salesforce.xml.component_xml import Body

SAMPLES = frozenset(vocabulary("salesforce", "sample templates"))
"""Further public templates that orgs come with [S: assignment rules and sites of public projects]."""
ACTION_TYPES = {"Alert": "WorkflowAlert", "FieldUpdate": "WorkflowFieldUpdate", "Task": "WorkflowTask"}
"""What approval processes call an action -> its metadata type; the other actions of the WSDL are not modeled."""


class WorkflowAction(ObjectPart):
    """An action of one object, ``Opportunity.Approved``; its file is the object's Workflow."""

    directory = "workflows"
    suffix = "workflow"
    referenced = "This action is referenced elsewhere. : {users}"

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        sobject = object_name(org, child_name(full_name)[0]) or ""
        self.check(org, sobject, body)
        return body

    def check(self, org: Org, sobject: str, body: Body) -> None:
        """Raise MetadataError when the action could not run."""
        raise NotImplementedError

    def users(self, org: Org, full_name: str) -> Iterator[str]:
        return users_of_action(org, self.name, full_name)


class WorkflowFieldUpdate(WorkflowAction):
    name = "WorkflowFieldUpdate"
    lengths = {"name": 80, "description": 255}
    ruled = tuple(vocabulary("salesforce", "WorkflowFieldUpdate elements"))

    def check(self, org: Org, sobject: str, body: Body) -> None:
        field = known_field(org, updated_object(org, sobject, body)[0], body["field"])
        if not field.updateable:
            raise integrity(f"Field {body['field']} is not editable", "field")
        operation = body["operation"]
        if operation == "Formula" and body.get("formula"):  # updates without one exist [S]
            check_formula(org, sobject, body, "formula", expected=None, saving=True)
        elif operation == "Literal":
            _check_literal(org, field, body)
        elif operation == "LookupValue":
            _check_lookup(org, body)
        elif operation == "Null" and field.required:
            raise integrity(f"A required field cannot be set to blank: {field.name}", "operation")
        elif operation in {"NextValue", "PreviousValue"} and field.type not in {"picklist", UNKNOWN}:
            raise integrity(f"Only a picklist has a next and a previous value: {field.name}", "operation")  # [K: text]


class WorkflowTask(WorkflowAction):
    name = "WorkflowTask"
    lengths = {"subject": 80}
    ruled = tuple(vocabulary("salesforce", "WorkflowTask elements"))

    def check(self, org: Org, sobject: str, body: Body) -> None:
        kind = body["assignedToType"]
        if kind == "user":
            check_user(org, "assignedTo", body.get("assignedTo"))
        for element, standard in (("priority", "TaskPriority"), ("status", "TaskStatus")):
            values = (org.body("StandardValueSet", standard) or {}).get("standardValue", [])
            if body.get(element) not in active_names(values):
                raise integrity(f"Picklist value: {body[element]} not found", element)  # [K: text]
        if "offsetFromField" in body:
            owner, _, own = body["offsetFromField"].rpartition(".")
            known_field(org, "User" if owner == "User" else sobject, own)  # of the user who starts it [S: public orgs]


class WorkflowAlert(WorkflowAction):
    name = "WorkflowAlert"
    lengths = {"description": 255}
    ruled = ("ccEmails", "description", "protected", "recipients", "senderAddress", "senderType", "template")

    def check(self, org: Org, sobject: str, body: Body) -> None:
        if find_template(org, body["template"]) is None:
            raise bad_reference("template", "EmailTemplate", body["template"])
        if not body.get("recipients") and not body.get("ccEmails"):
            raise missing("recipients")
        for recipient in body.get("recipients", []):
            _check_recipient(org, sobject, recipient)


def users_of_action(org: Org, type_name: str, full_name: str) -> Iterator[str]:
    """The approval processes and flows that name an action."""
    sobject, own = child_name(full_name.lower())
    for name, component in org.of_type("ApprovalProcess").items():
        if child_name(name.lower())[0] != sobject:
            continue
        named = {(ACTION_TYPES.get(action["type"]), action["name"].lower()) for action in actions_in(component["body"])}
        if (type_name, own) in named:
            yield f"Approval Process - {name}"
    if type_name == "WorkflowAlert":
        for name, component in org.of_type("Flow").items():
            for number, version in component["versions"].items():
                calls = version["body"].get("actionCalls", [])
                if any(call.get("actionName", "").lower() == full_name.lower() for call in calls):
                    yield f"Flow Version - {name}-{number}"


def actions_in(process: Body) -> Iterator[Body]:
    """Every action that an approval process names."""
    holders = [process, *process.get("approvalStep", [])]
    for holder in holders:
        for element in ACTION_ELEMENTS:
            yield from holder.get(element, {}).get("action", [])


ACTION_ELEMENTS = tuple(vocabulary("salesforce", "approval actions"))


def find_template(org: Org, name: str) -> Body | None:
    """The e-mail template ``folder/Name``; public ones without a folder are in ``unfiled$public`` [D: meta_email]."""
    folder, _, own = name.rpartition("/")
    if folder.lower() == "unfiled$public" and (rows := org.select("EmailTemplate", DeveloperName=own)):
        return rows[0]
    if folder.lower() == "unfiled$public" and own in SAMPLES:
        return {}
    return org.body("EmailTemplate", name) or ({} if is_packaged(org, own) else None)


def _check_recipient(org: Org, sobject: str, recipient: Body) -> None:
    kind = recipient["type"]
    if kind == "user":
        check_user(org, "recipient", recipient.get("recipient"))
    elif kind == "group":
        check_group(org, "recipient", recipient.get("recipient"))
    elif kind in {"userLookup", "contactLookup", "email"}:
        if "field" not in recipient:
            raise missing("field")
        known_field(org, sobject, recipient["field"])


def updated_object(org: Org, sobject: str, body: Body) -> tuple[str, str]:
    """The object whose field an update sets, and the field of the record that leads to it [D: meta_workflow,
    targetObject]. Raises MetadataError for a lookup that does not exist."""
    if not body.get("targetObject"):
        return sobject, "Id"
    lookup = known_field(org, sobject, body["targetObject"], "targetObject")
    return next(iter(lookup.reference_to), sobject), lookup.name


def _check_literal(org: Org, field: Field, body: Body) -> None:
    """A literal is for lists and checkboxes only; texts, numbers and dates take a formula [K]."""
    literal = body.get("literalValue")
    if literal is None:  # updates without a value exist [S]
        return
    allowed: list[str] | None = ["0", "1"]
    if field.type in {"boolean", UNKNOWN}:
        allowed = ["0", "1"] if field.type == "boolean" else None
    elif field.type == "picklist":
        allowed = known_names(org, field)
    else:
        raise integrity(f"A field of type {field.type} cannot be set to a literal: {field.name}", "operation")
    if allowed is not None and literal not in allowed:
        raise integrity(f"Picklist value: {literal} in picklist: {field.name} not found", "literalValue")


def _check_lookup(org: Org, body: Body) -> None:
    kind, value = body.get("lookupValueType"), body.get("lookupValue")
    if value is None:  # as in retrieved workflows [S]
        return
    if kind == "User":
        check_user(org, "lookupValue", value)
    elif kind == "Queue":
        check_group(org, "lookupValue", value, "Queue")
