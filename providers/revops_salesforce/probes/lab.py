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

IN_WORK = frozenset({"Activating", "Deactivating"})
COMPANY = "revops_probe"


def code_of(call: Callable[[], object]) -> str:
    """`ok`, or the code of the refusal. Raises SessionError."""
    try:
        call()
    except SalesforceRefusal as refusal:
        return refusal.code
    return "ok"


NOTHING_SAID = {"Sforce-Auto-Assign": None}
"""Headers of a save that does not say whether assignment rules run; the client says otherwise that they do not."""


class SalesforceLab(Lab[SalesforceClient]):
    """What a probe works with, and what it makes there: each piece says first how it is taken away again."""

    def component(self, type_name: str, name: str, /, **body: Any) -> str:
        """A metadata component; its full name."""
        self.undo(f"{type_name} {name}", partial(self.client.delete_component, type_name, name))
        self.client.create_component(type_name, {"fullName": name, **body})
        return name

    def read(self, type_name: str, name: str) -> Body:
        """A component as the org writes it, {} without one."""
        return self.client.read_components(type_name, [name]).get(name, {})

    def text_field(self, part: str, **more: Any) -> str:
        """A text field of leads that no user sees: probes assign no permission on it."""
        name = f"{self.name(part)}__c"
        return self.component("CustomField", f"Lead.{name}", label=part, type="Text", length=10, **more)

    def make_lead(self, part: str) -> str:
        """A lead, known by its last name, saved without a word on assignment rules; its id."""
        last_name = self.name(part)

        def remove() -> None:
            for row in self.client.query(f"SELECT Id FROM Lead WHERE LastName = {quoted(last_name)}"):
                self.client.send("DELETE", RECORD.format(sobject="Lead", id=row["Id"]))

        self.undo(f"lead {last_name}", remove)
        body = {"LastName": last_name, "Company": COMPANY}
        return str(self.client.send("POST", RECORDS.format(sobject="Lead"), body, headers=NOTHING_SAID)["id"])

    def make_matching_rule(self, part: str, status: str) -> str:
        """A matching rule of leads on the company's name; its full name."""
        name = f"Lead.{self.name(part)}"

        def remove() -> None:
            if self.status_of_rule(name) == "Active":
                body = self.read("MatchingRule", name)
                self.client.update_component("MatchingRule", {**body, "fullName": name, "ruleStatus": "Inactive"})
                self.until(lambda: self.status_of_rule(name) not in IN_WORK)
            self.client.delete_component("MatchingRule", name)

        self.undo(f"MatchingRule {name}", remove)
        item = {"fieldName": "Company", "matchingMethod": "Exact", "blankValueBehavior": "NullNotAllowed"}
        body = {"label": self.name(part), "ruleStatus": status, "matchingRuleItems": [item]}
        self.client.create_component("MatchingRule", {"fullName": name, **body})
        return name

    def status_of_rule(self, name: str) -> str:
        """The status of a matching rule, an empty text without one."""
        return str(self.read("MatchingRule", name).get("ruleStatus", ""))

    def make_assignment_rule(self, part: str, entries: list[Body], *, active: bool = False) -> str:
        """An assignment rule of leads; its full name. It is switched off before it is deleted."""
        name = f"Lead.{self.name(part)}"

        def remove() -> None:
            body = self.read("AssignmentRule", name)
            if body.get("active"):
                self.client.update_component("AssignmentRule", {**body, "fullName": name, "active": False})
            self.client.delete_component("AssignmentRule", name)

        self.undo(f"AssignmentRule {name}", remove)
        self.client.create_component("AssignmentRule", {"fullName": name, "active": active, "ruleEntry": entries})
        return name

    def undo_flow(self, name: str) -> None:
        """Notes that a flow goes, version by version, after it was switched off."""

        def remove() -> None:
            flow = flow_state(self.client, name)
            if flow is None:
                return
            if flow.active:
                activate(self.client, flow, 0)
            for version in flow.versions:
                delete_version(self.client, version)

        self.undo(f"flow {name}", remove)

    def start_check(self, content: bytes) -> str:
        """Starts a check-only deployment of a zip, which changes nothing; its id."""
        options = {"deployOptions": {"checkOnly": True, "singlePackage": True, "rollbackOnError": True}}
        files = {
            "entity_content": (None, json.dumps(options), "application/json"),
            "file": ("package.zip", content, "application/zip"),
        }
        answer = self.client.send("POST", DEPLOY, files=files, headers={"Content-Type": None})
        if "id" not in answer:
            raise AccountError("Salesforce: the deployment was not started")
        return str(answer["id"])
