"""How many records a scheduled flow would take today, counted by its own start filters.

A flow that runs after a save enrolls nobody when it is enabled: it takes records as they are saved from then on. Only a
scheduled flow takes everything that meets its filters at its next run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from revops_iac.errors import AccountError
from revops_salesforce.api.client import SalesforceClient, quoted

OPERATORS = {
    "EqualTo": "=",
    "NotEqualTo": "!=",
    "GreaterThan": ">",
    "GreaterThanOrEqualTo": ">=",
    "LessThan": "<",
    "LessThanOrEqualTo": "<=",
}
PATTERNS = {"StartsWith": "{}%", "EndsWith": "%{}", "Contains": "%{}%"}
TOKEN = re.compile(r"\d+|AND|OR|NOT|[()]", re.IGNORECASE)
Filter = Mapping[str, Any]


@dataclass(frozen=True)
class Enrollment:
    """How many records of which object; `exact` is False where the number is an upper bound."""

    records: int
    object: str
    exact: bool = True


def would_take(
    client: SalesforceClient, definition: Mapping[str, Any], condition: str | None = None
) -> Enrollment | None:
    """What enabling the flow would take; None for a flow that takes nothing by being enabled. Raises AccountError.

    `condition` is the SOQL of its records when the caller knows it; else the start filters are asked.
    """
    start = definition.get("start") or {}
    object_, filters = start.get("object"), start.get("filters") or []
    if start.get("triggerType") != "Scheduled" or not object_:
        return None
    try:
        return Enrollment(_count(client, object_, condition or where(filters, start.get("filterLogic"))), object_)
    except AccountError as error:
        if "INVALID_FIELD" not in error.diagnostic.sentence:
            raise
    return _without_new_fields(client, object_, filters, (start.get("filterLogic") or "and").lower() == "and")


def _without_new_fields(client: SalesforceClient, object_: str, filters: list[Filter], all_hold: bool) -> Enrollment:
    """The count where a query cannot name some of the fields: one that does not exist yet is blank on every record;
    one that this user may not see counts as met."""
    if not all_hold:
        return Enrollment(_count(client, object_, ""), object_, exact=False)
    unknown = [item for item in filters if not _is_known(client, object_, item)]
    if any(not _holds_for_blank(item) and not _exists(client, object_, item) for item in unknown):
        return Enrollment(0, object_)
    known = [item for item in filters if item not in unknown]
    return Enrollment(_count(client, object_, where(known, "and")), object_, exact=False)


def _exists(client: SalesforceClient, object_: str, item: Filter) -> bool:
    name = f"{object_}.{item['field']}"
    return bool(client.read_components("CustomField", [name]))


def _is_known(client: SalesforceClient, object_: str, item: Filter) -> bool:
    try:
        client.query(f"SELECT {item['field']} FROM {object_} LIMIT 1")
    except AccountError as error:
        if "INVALID_FIELD" in error.diagnostic.sentence:
            return False
        raise
    return True


def _holds_for_blank(item: Filter) -> bool:
    value = item.get("value") or {}
    if item["operator"] == "IsNull":
        return bool(value.get("booleanValue", True))
    if item["operator"] == "EqualTo":
        return value.get("booleanValue") is False
    return str(item["operator"]) == "NotEqualTo"


def _count(client: SalesforceClient, object_: str, condition: str) -> int:
    return client.count(f"SELECT COUNT() FROM {object_}" + (f" WHERE {condition}" if condition else ""))


def where(filters: Sequence[Filter], logic: str | None) -> str:
    """The filters of a start element as the condition of a query.

    >>> where([{"field": "IsClosed", "operator": "EqualTo", "value": {"booleanValue": False}}], "and")
    'IsClosed = false'
    """
    parts = [_comparison(item) for item in filters]
    joined = (logic or "and").strip().lower()
    if joined in {"and", "or"}:
        return f" {joined.upper()} ".join(parts)
    return " ".join(parts[int(token) - 1] if token.isdigit() else token.upper() for token in TOKEN.findall(logic or ""))


def _comparison(item: Filter) -> str:
    field, operator, value = item["field"], item["operator"], item.get("value") or {}
    if operator == "IsNull":
        return f"{field} {'=' if value.get('booleanValue', True) else '!='} null"
    if operator in PATTERNS:
        return f"{field} LIKE {quoted(PATTERNS[operator].format(value.get('stringValue', '')))}"
    return f"{field} {OPERATORS[operator]} {_literal(value)}"


def _literal(value: Mapping[str, Any]) -> str:
    if "booleanValue" in value:
        return "true" if value["booleanValue"] else "false"
    if "numberValue" in value:
        return f"{float(value['numberValue']):g}"
    if "dateTimeValue" in value:
        return str(value["dateTimeValue"]).replace(".000Z", "Z")
    if "dateValue" in value:
        return str(value["dateValue"])
    return quoted(str(value.get("stringValue", "")))
