"""Duplicate rules on a save: which active rule finds a record like the new one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from crm_simulators.salesforce.errors import RestError
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.rows.criteria import criterion_holds
from crm_simulators.salesforce.rows.filter_logic import combined
from crm_simulators.salesforce.rows.record_values import Viewer
from crm_simulators.salesforce.rows.tables import rows
from crm_simulators.salesforce.xml.component_xml import Body

COMPANY_FORMS = frozenset({"inc", "incorporated", "llc", "ltd", "limited", "corp", "corporation", "gmbh", "ag", "co"})
PHONE_DIGITS = 10
DEFAULT_TEXT = "Use one of these records?"
"""The vendor's default alert [K]."""


def check_duplicates(viewer: Viewer, sobject: str, row: Record, old: Record | None, *, allow_save: bool) -> None:
    """Raises RestError for the first rule that blocks, or that alerts a caller who does not say `allowSave` [K]."""
    event, org = "Insert" if old is None else "Update", viewer.org
    for body in _active_rules(org, sobject):
        if not _concerns(viewer, sobject, row, body.get("duplicateRuleFilter")):
            continue
        blocks = body[f"actionOn{event}"] == "Block"
        alerts = "Alert" in body.get(f"operationsOn{event}", []) and not allow_save
        rules = body["duplicateRuleMatchRules"] if blocks or alerts else []
        if any(_matches(org, sobject, row, old, match) for match in rules):
            raise RestError(400, "DUPLICATES_DETECTED", body.get("alertText") or DEFAULT_TEXT, ())


def _concerns(viewer: Viewer, sobject: str, row: Record, condition: Body | None) -> bool:
    """Whether a rule looks at a record: by fields of the record, or of the user who saves it [D: duplicate rules]."""
    items = sorted((condition or {}).get("duplicateRuleFilterItems", []), key=lambda item: int(item["sortOrder"]))
    results = [
        criterion_holds(viewer, *((sobject, row) if item["table"] == sobject else ("User", viewer.user)), item)
        for item in items
    ]
    return combined((condition or {}).get("booleanFilter") or "and", results)


def _active_rules(org: Org, sobject: str) -> list[Body]:
    found = [
        component["body"]
        for name, component in org.of_type("DuplicateRule").items()
        if name.partition(".")[0] == sobject and component["body"]["isActive"]
    ]
    return sorted(found, key=lambda body: int(body["sortOrder"]))


def _matches(org: Org, sobject: str, row: Record, old: Record | None, match: Body) -> bool:
    other = match["matchRuleSObjectType"]
    rule = org.body("MatchingRule", f"{other}.{match['matchingRule']}") or {}
    pairs = (match.get("objectMapping") or {}).get("mappingFields", [])
    inputs = {pair["outputField"].lower(): pair["inputField"] for pair in pairs if "inputField" in pair}
    items = rule.get("matchingRuleItems", [])
    names = [inputs.get(item["fieldName"].lower(), item["fieldName"]) for item in items]
    if old is not None and all(row.get(name) == old.get(name) for name in names):
        return False  # a change of other fields is not checked [K]
    desired = [_key(item, row.get(name)) for item, name in zip(items, names, strict=True)]
    logic = rule.get("booleanFilter", "")
    if not logic and not all(value or _blanks_match(item) for item, value in zip(items, desired, strict=True)):
        return False
    return any(
        combined(logic, [_same(item, value, candidate) for item, value in zip(items, desired, strict=True)])
        for candidate in _candidates(org, sobject, row, other)
    )


def _candidates(org: Org, sobject: str, row: Record, other: str) -> Iterator[Record]:
    """Every other record; converted leads are no duplicates [K]."""
    for candidate in rows(org, other):
        if (other != sobject or candidate["Id"] != row.get("Id")) and not candidate.get("IsConverted"):
            yield candidate


def _same(item: Body, desired: str, candidate: Record) -> bool:
    return _key(item, candidate.get(item["fieldName"])) == desired and (bool(desired) or _blanks_match(item))


def _blanks_match(item: Body) -> bool:
    return item.get("blankValueBehavior") == "MatchBlanks"


def _key(item: Body, value: Any) -> str:
    return METHODS.get(item["matchingMethod"], folded)(value)


def folded(value: Any) -> str:
    return " ".join(str(value or "").casefold().split())


def _digits(value: Any) -> str:
    return re.sub(r"\D", "", str(value or ""))[-PHONE_DIGITS:]


def _company(value: Any) -> str:
    words = re.sub(r"[^\w\s]", " ", folded(value)).split()
    return " ".join(word for word in words if word not in COMPANY_FORMS)


METHODS: dict[str, Callable[[Any], str]] = {"Phone": _digits, "CompanyName": _company}
"""Fuzzy methods as far as they are modeled; the others compare without regard to case and spaces."""
