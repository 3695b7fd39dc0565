"""Whether a record meets the criteria of a rule, a process or a summary field."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

from salesforce_formula.evaluator import Scope, is_true
from salesforce_formula.tree import Node
from salesforce_formula.values import EvaluationError

from crm_simulators.salesforce.org.fields import NUMERIC, Field
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.rows.filter_logic import combined
from crm_simulators.salesforce.xml.component_xml import Body


class RecordReader(Protocol):
    """Reads field values for criteria; `record_values.Viewer` is one."""

    org: Org

    def fields(self, sobject: str) -> dict[str, Field]: ...

    def value(self, sobject: str, row: Record, name: str) -> Any: ...

    def formula(self, text: str) -> Node: ...

    def scope(self, sobject: str, row: Record, old: Record | None) -> Scope: ...


def matches(reader: RecordReader, sobject: str, entry: Body, row: Record, old: Record | None) -> bool:
    """Whether a record meets the criteria of an entry; without criteria every record does."""
    if "formula" in entry:
        try:
            return is_true(reader.formula(entry["formula"]), reader.scope(sobject, row, old))
        except EvaluationError:
            return False
    results = [criterion_holds(reader, sobject, row, item) for item in entry.get("criteriaItems", [])]
    if "booleanFilter" in entry:
        return combined(entry["booleanFilter"], results)
    return all(results)


def criterion_holds(reader: RecordReader, sobject: str, row: Record, item: Body) -> bool:
    """Whether a record meets a FilterItem, whose field is `Lead.Country` or `Country`."""
    owner, _, name = item["field"].rpartition(".")
    fields = reader.fields(sobject).items()
    field = next((field for known, field in fields if known.lower() == name.lower()), None)
    if field is None or owner.lower() not in {"", sobject.lower()}:
        return False  # criteria of related records, and of what only some orgs have, are kept and hold for none here
    value = reader.value(sobject, row, field.name)
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
