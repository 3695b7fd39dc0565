"""What Salesforce's probes make in a developer org; each piece says first how it is taken away again."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from revops_iac.errors import AccountError
from revops_iac.provider.inspection.probe import Lab
from revops_salesforce.api.client import SalesforceClient, quoted
from revops_salesforce.api.components import Body
from revops_salesforce.api.errors import SalesforceRefusal
from revops_salesforce.api.versions import DEPLOY, RECORD, RECORDS
from revops_salesforce.flows.versions import activate, delete_version, flow_state

SalesforceLab = Lab[SalesforceClient]

IN_WORK = frozenset({"Activating", "Deactivating"})
COMPANY = "revops_probe"


def code_of(call: Callable[[], object]) -> str:
    """`ok`, or the code of the refusal. Raises SessionError."""
    try:
        call()
    except SalesforceRefusal as refusal:
        return refusal.code
    return "ok"


def component(lab: SalesforceLab, type_name: str, name: str, /, **body: Any) -> str:
    """A metadata component; its full name."""
    lab.undo(f"{type_name} {name}", partial(lab.client.delete_component, type_name, name))
    lab.client.create_component(type_name, {"fullName": name, **body})
    return name


def read(lab: SalesforceLab, type_name: str, name: str) -> Body:
    """A component as the org writes it, {} without one."""
    return lab.client.read_components(type_name, [name]).get(name, {})


def text_field(lab: SalesforceLab, part: str, **more: Any) -> str:
    """A text field of leads that no user sees: probes assign no permission on it."""
    name = f"{lab.name(part)}__c"
    return component(lab, "CustomField", f"Lead.{name}", label=part, type="Text", length=10, **more)


NOTHING_SAID = {"Sforce-Auto-Assign": None}
"""Headers of a save that does not say whether assignment rules run; the client says otherwise that they do not."""


def make_lead(lab: SalesforceLab, part: str) -> str:
    """A lead, known by its last name, saved without a word on assignment rules; its id."""
    last_name = lab.name(part)

    def remove() -> None:
        for row in lab.client.query(f"SELECT Id FROM Lead WHERE LastName = {quoted(last_name)}"):
            lab.client.send("DELETE", RECORD.format(sobject="Lead", id=row["Id"]))

    lab.undo(f"lead {last_name}", remove)
    body = {"LastName": last_name, "Company": COMPANY}
    return str(lab.client.send("POST", RECORDS.format(sobject="Lead"), body, headers=NOTHING_SAID)["id"])


def make_matching_rule(lab: SalesforceLab, part: str, status: str) -> str:
    """A matching rule of leads on the company's name; its full name."""
    name = f"Lead.{lab.name(part)}"

    def remove() -> None:
        if status_of_rule(lab, name) == "Active":
            body = read(lab, "MatchingRule", name)
            lab.client.update_component("MatchingRule", {**body, "fullName": name, "ruleStatus": "Inactive"})
            lab.until(lambda: status_of_rule(lab, name) not in IN_WORK)
        lab.client.delete_component("MatchingRule", name)

    lab.undo(f"MatchingRule {name}", remove)
    item = {"fieldName": "Company", "matchingMethod": "Exact", "blankValueBehavior": "NullNotAllowed"}
    body = {"label": lab.name(part), "ruleStatus": status, "matchingRuleItems": [item]}
    lab.client.create_component("MatchingRule", {"fullName": name, **body})
    return name


def status_of_rule(lab: SalesforceLab, name: str) -> str:
    """The status of a matching rule, an empty text without one."""
    return str(read(lab, "MatchingRule", name).get("ruleStatus", ""))


def make_assignment_rule(lab: SalesforceLab, part: str, entries: list[Body], *, active: bool = False) -> str:
    """An assignment rule of leads; its full name. It is switched off before it is deleted."""
    name = f"Lead.{lab.name(part)}"

    def remove() -> None:
        body = read(lab, "AssignmentRule", name)
        if body.get("active"):
            lab.client.update_component("AssignmentRule", {**body, "fullName": name, "active": False})
        lab.client.delete_component("AssignmentRule", name)

    lab.undo(f"AssignmentRule {name}", remove)
    lab.client.create_component("AssignmentRule", {"fullName": name, "active": active, "ruleEntry": entries})
    return name


def undo_flow(lab: SalesforceLab, name: str) -> None:
    """Notes that a flow goes, version by version, after it was switched off."""

    def remove() -> None:
        flow = flow_state(lab.client, name)
        if flow is None:
            return
        if flow.active:
            activate(lab.client, flow, 0)
        for version in flow.versions:
            delete_version(lab.client, version)

    lab.undo(f"flow {name}", remove)


def start_check(lab: SalesforceLab, content: bytes) -> str:
    """Starts a check-only deployment of a zip, which changes nothing; its id."""
    options = {"deployOptions": {"checkOnly": True, "singlePackage": True, "rollbackOnError": True}}
    files = {
        "entity_content": (None, json.dumps(options), "application/json"),
        "file": ("package.zip", content, "application/zip"),
    }
    answer = lab.client.send("POST", DEPLOY, files=files, headers={"Content-Type": None})
    if "id" not in answer:
        raise AccountError("Salesforce: the deployment was not started")
    return str(answer["id"])
