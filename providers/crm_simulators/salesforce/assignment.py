"""Evaluates an object's assignment rule on a record: the first entry that matches says the owner."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from salesforce_formula.evaluator import is_true
from salesforce_formula.values import EvaluationError

from .component_xml import Body
from .fields import NUMERIC, Field
from .filter_logic import combined
from .metadata_types.assignment_rules import CONTAINER
from .org import Org, Record

if TYPE_CHECKING:
    from .record_values import Viewer


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


def owner(viewer: Viewer, sobject: str, rule: Body, row: Record, old: Record | None) -> str | None:
    """The owner that a rule gives a record, or None to leave it; entries run in order, first match wins."""
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


def matches(viewer: Viewer, sobject: str, entry: Body, row: Record, old: Record | None) -> bool:
    """Whether an entry takes a record; one without criteria takes all."""
    if "formula" in entry:
        try:
            return is_true(viewer.formula(entry["formula"]), viewer.scope(sobject, row, old))
        except EvaluationError:
            return False
    results = [criterion_holds(viewer, sobject, row, item) for item in entry.get("criteriaItems", [])]
    if "booleanFilter" in entry:
        return combined(entry["booleanFilter"], results)
    return all(results)


def criterion_holds(viewer: Viewer, sobject: str, row: Record, item: Body) -> bool:
    """Whether a record meets a FilterItem, whose field is `Lead.Country` or `Country`."""
    name = item["field"].rpartition(".")[2]
    field = next(field for known, field in viewer.fields(sobject).items() if known.lower() == name.lower())
    value = viewer.value(sobject, row, field.name)
    # A comma separates alternatives, as in list views and rule criteria [D].
    desired = [part.strip().strip('"') for part in str(item.get("value", "")).split(",")]
    operation = item["operation"]
    if operation in {"notEqual", "notContain", "excludes"}:
        positive = {"notEqual": "equals", "notContain": "contains", "excludes": "includes"}[operation]
        return not any(_holds(field, value, positive, part) for part in desired)
    return any(_holds(field, value, operation, part) for part in desired)


def _holds(field: Field, value: Any, operation: str, desired: str) -> bool:
    if field.type == "boolean":
        return bool(value) == (desired.lower() in {"true", "1"})
    if field.type in NUMERIC or field.type in {"date", "datetime"}:
        return _ordered(field, value, operation, desired)
    text, desired = str(value or "").lower(), desired.lower()
    if operation == "equals":
        return text == desired
    if operation == "contains":
        return desired in text
    if operation == "startsWith":
        return text.startswith(desired)
    if operation == "includes":
        return desired in text.split(";")
    ordered = {"lessThan": text < desired, "greaterThan": text > desired}
    return bool(text) and ordered.get(operation, False)


def _ordered(field: Field, value: Any, operation: str, desired: str) -> bool:
    if desired == "":
        return operation == "equals" and value is None
    if value is None:
        return False
    left: Any = value if field.type in NUMERIC else str(value)[:10]
    right: Any = float(desired) if field.type in NUMERIC else _iso_day(desired)
    compared: dict[str, bool] = {
        "equals": left == right,
        "lessThan": left < right,
        "greaterThan": left > right,
        "lessOrEqual": left <= right,
        "greaterOrEqual": left >= right,
    }
    return compared.get(operation, False)


def _iso_day(text: str) -> str:
    """Dates in criteria are written in the user's locale, 12/31/2026, or as ISO dates."""
    parts = text.split("/")
    return date(int(parts[2]), int(parts[0]), int(parts[1])).isoformat() if len(parts) == 3 else text[:10]
