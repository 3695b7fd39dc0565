"""AssignmentRules, one container per object, and AssignmentRule, each rule in it by its own name."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from salesforce_formula.kinds import BOOLEAN

from crm_simulators.salesforce.errors import MetadataError, bad_reference, integrity, missing
from crm_simulators.salesforce.metadata_types.automation.workflow_actions import find_template
from crm_simulators.salesforce.metadata_types.checks import check_criteria, check_formula, check_user
from crm_simulators.salesforce.metadata_types.component_type import ComponentType, child_name
from crm_simulators.salesforce.org.org import Component, Org
from crm_simulators.salesforce.xml.component_xml import Body

CONTAINERS = ("Case", "Lead")
MAX_ENTRIES = 3000  # per rule [K]
ENTRY_ELEMENTS = frozenset({"assignedTo", "assignedToType", "booleanFilter", "criteriaItems", "formula", "template"})
TEAM_ELEMENTS = frozenset({"team", "overrideExistingTeams", "notifyCcRecipients"})
"""What entries of Case can have too [S: retrieved rules]; teams themselves are not modeled."""


class AssignmentRules(ComponentType):
    """The container is what a call updates; rules it leaves out stay, by switch [K]."""

    name = "AssignmentRules"
    directory = "assignmentRules"
    suffix = "assignmentRules"
    children = ("AssignmentRule",)
    creatable = False
    deletable = False
    undeletable = "Cannot delete assignment rules container: {name}"

    def find(self, org: Org, full_name: str) -> str | None:
        return next((name for name in CONTAINERS if name.lower() == full_name.lower()), None)

    def container(self, org: Org, full_name: str) -> Component:
        """The container of an object; every org has it, empty at first."""
        name = self.existing(org, full_name)
        return org.of_type(self.name).get(name) or empty_container(org, name)

    def read(self, org: Org, full_name: str) -> Body | None:
        name = self.find(org, full_name)
        if name is None:
            return None
        return {"fullName": name, **self.container(org, name)["body"]}

    def listed(self, org: Org) -> Iterator[tuple[str, Component]]:
        for name in CONTAINERS:
            yield name, self.container(org, name)

    def without_rules(self, body: Body) -> list[str]:
        entries = [entry for rule in body["assignmentRule"] for entry in rule.get("ruleEntry", [])]
        return sorted({element for entry in entries for element in entry} - ENTRY_ELEMENTS)

    def update(self, org: Org, full_name: str, body: Body) -> None:
        container = self.container(org, full_name)
        sobject = self.find(org, full_name) or full_name
        rules = [checked_rule(org, sobject, rule) for rule in body.get("assignmentRule", [])]
        names = [rule["fullName"].lower() for rule in rules]
        if len(set(names)) < len(names):
            raise MetadataError("DUPLICATE_DEVELOPER_NAME", "Duplicate assignment rule in the container")
        if sum(1 for rule in rules if rule["active"]) > 1:
            raise MetadataError("MAX_ACTIVE_RULES_EXCEEDED", "Only one assignment rule can be active")  # [K]
        keep_others = not org.switch("omitted_assignment_rules_are_deleted")
        left_out = [rule for rule in container["body"]["assignmentRule"] if rule["fullName"].lower() not in names]
        self.write(org, container, [*(left_out if keep_others else []), *rules], changed=rules)

    def write(self, org: Org, container: Component, rules: list[Body], changed: list[Body]) -> None:
        """Keep the rules; one that becomes active deactivates the others [K]."""
        active = next((rule["fullName"] for rule in changed if rule["active"]), None)
        if active is not None:
            rules = [{**rule, "active": rule["fullName"] == active} for rule in rules]
        rules.sort(key=lambda rule: str(rule["fullName"]).lower())
        ids: dict[str, Any] = dict(container["rules"])
        moment = org.timestamp()
        for rule in changed:
            facts = ids.setdefault(rule["fullName"], {"id": org.new_id("AssignmentRule"), "createdDate": moment})
            facts["lastModifiedDate"] = moment
        present = {rule["fullName"] for rule in rules}
        container["rules"] = {name: facts for name, facts in ids.items() if name in present}
        container.update(body={"assignmentRule": rules}, lastModifiedDate=moment)


def empty_container(org: Org, sobject: str) -> Component:
    """The container of an object that has no rules."""
    component = org.store("AssignmentRules", sobject, {"assignmentRule": []})
    component["rules"] = {}
    return component


CONTAINER = AssignmentRules()


class AssignmentRule(ComponentType):
    """One rule, such as ``Lead.Inbound``."""

    name = "AssignmentRule"
    directory = "assignmentRules"
    suffix = "assignmentRules"
    is_child = True

    def file_name(self, full_name: str) -> str:
        return f"assignmentRules/{child_name(full_name)[0]}.assignmentRules"

    def find(self, org: Org, full_name: str) -> str | None:
        sobject, name = child_name(full_name)
        container = CONTAINER.find(org, sobject)
        if container is None:
            return None
        rules = CONTAINER.container(org, container)["body"]["assignmentRule"]
        found = next((rule["fullName"] for rule in rules if rule["fullName"].lower() == name.lower()), None)
        return None if found is None else f"{container}.{found}"

    def read(self, org: Org, full_name: str) -> Body | None:
        name = self.find(org, full_name)
        if name is None:
            return None
        sobject, own = child_name(name)
        rules = CONTAINER.container(org, sobject)["body"]["assignmentRule"]
        rule = next(rule for rule in rules if rule["fullName"] == own)
        return {**copy.deepcopy(rule), "fullName": name}

    def listed(self, org: Org) -> Iterator[tuple[str, Component]]:
        for sobject in CONTAINERS:
            for name, facts in sorted(CONTAINER.container(org, sobject)["rules"].items()):
                yield f"{sobject}.{name}", facts

    def create(self, org: Org, full_name: str, body: Body) -> None:
        if self.find(org, full_name) is not None:
            raise self.duplicate(full_name)
        self._write(org, full_name, body)

    def update(self, org: Org, full_name: str, body: Body) -> None:
        self._write(org, self.existing(org, full_name), body)

    def _write(self, org: Org, full_name: str, body: Body) -> None:
        sobject, own = child_name(full_name)
        container = CONTAINER.container(org, sobject)
        rule = checked_rule(org, CONTAINER.find(org, sobject) or sobject, {**body, "fullName": own})
        others = [r for r in container["body"]["assignmentRule"] if r["fullName"].lower() != own.lower()]
        CONTAINER.write(org, container, [*others, rule], changed=[rule])

    def delete(self, org: Org, full_name: str) -> None:
        sobject, own = child_name(self.existing(org, full_name))
        container = CONTAINER.container(org, sobject)
        rules = [rule for rule in container["body"]["assignmentRule"] if rule["fullName"] != own]
        CONTAINER.write(org, container, rules, changed=[])


def checked_rule(org: Org, sobject: str, rule: Body) -> Body:
    """A rule with its entries checked; raises MetadataError."""
    if not rule.get("fullName"):
        raise missing("fullName")
    entries = rule.get("ruleEntry", [])
    if len(entries) > MAX_ENTRIES:
        raise MetadataError("MAX_RULE_ENTRIES_EXCEEDED", f"A rule can have at most {MAX_ENTRIES} entries")
    for entry in entries:
        _check_entry(org, sobject, entry)
    return {"fullName": rule["fullName"], "active": bool(rule.get("active")), "ruleEntry": entries}


def _check_entry(org: Org, sobject: str, entry: Body) -> None:
    misplaced = sorted(TEAM_ELEMENTS & set(entry)) if sobject != "Case" else []
    if misplaced:
        raise integrity(f"Can not specify '{misplaced[0]}' for a RuleEntry in this organization", misplaced[0])
    if "formula" in entry and entry.get("criteriaItems"):
        # [D: formula or criteriaItems, not both; text K]
        raise integrity("A rule entry can have either a formula or criteria items, not both", "formula")
    if "template" in entry and find_template(org, entry["template"]) is None:
        raise bad_reference("template", "EmailTemplate", entry["template"])
    _check_assignee(org, sobject, entry)
    check_criteria(org, entry)
    check_formula(org, sobject, entry, "formula", expected=BOOLEAN, saving=True)


def _check_assignee(org: Org, sobject: str, entry: Body) -> None:
    if ("assignedTo" in entry) != ("assignedToType" in entry):
        raise missing("assignedToType" if "assignedTo" in entry else "assignedTo")
    if "assignedTo" not in entry:
        return  # an entry that does not reassign
    kind, name = entry["assignedToType"], entry["assignedTo"]
    if kind == "User":
        check_user(org, "assignedTo", name)
        return
    queue = next(iter(org.select("Group", Type="Queue", DeveloperName=name)), None)
    if queue is None:
        raise bad_reference("assignedTo", "Queue", name)
    if not org.select("QueueSobject", QueueId=queue["Id"], SobjectType=sobject):
        raise integrity(f"Queue {name} does not support {sobject}", "assignedTo")
