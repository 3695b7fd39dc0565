"""Evaluates an object's assignment rule on a record: the first matching entry determines the owner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_simulators.salesforce.metadata_types.automation.assignment_rules import CONTAINER
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.rows.criteria import RecordReader, matches
from crm_simulators.salesforce.xml.component_xml import Body


def rule_to_run(org: Org, sobject: str, header: str | None) -> Body | None:
    """The rule that the Sforce-Auto-Assign header asks for: TRUE, FALSE or a rule's id [D: headers_autoassign]."""
    if CONTAINER.find(org, sobject) is None:
        return None
    if header is None:
        header = "TRUE" if org.switch("auto_assign_without_header") else "FALSE"
    container = CONTAINER.container(org, sobject)
    rules: list[Body] = container["body"]["assignmentRule"]
    if header.upper() in {"TRUE", "FALSE"}:
        return next((rule for rule in rules if rule["active"] and header.upper() == "TRUE"), None)
    facts: Mapping[str, Any] = container["rules"]
    return next((rule for rule in rules if facts[rule["fullName"]]["id"][:15] == header[:15]), None)


def owner(viewer: RecordReader, sobject: str, rule: Body, row: Record, old: Record | None) -> str | None:
    """The owner that a rule assigns, or None to keep the owner; the first matching entry wins."""
    for entry in rule["ruleEntry"]:
        if matches(viewer, sobject, entry, row, old):
            return _assignee(viewer.org, entry)
    return None


def _assignee(org: Org, entry: Body) -> str | None:
    if "assignedTo" not in entry:
        return None
    if entry["assignedToType"] == "User":
        found = org.select("User", Username=entry["assignedTo"])
    else:
        found = org.select("Group", Type="Queue", DeveloperName=entry["assignedTo"])
    return None if not found else str(found[0]["Id"])
