"""What a flow does to records: which changes start it, what it sets, compares and tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from revops_iac.provider.effects import Effect, Notice, OptionUse, Trigger, Write
from revops_salesforce.formulas.option_uses import fields_read, option_uses

OF_RECORD = re.compile(r"^\$Record\.(\w+)$")
Element = Mapping[str, Any]


def effects_of(flow: Element) -> Iterator[Effect]:
    """`flow` is the definition in the vendor's element names."""
    start: Element = flow.get("start") or {}
    record = str(start.get("object") or "")
    yield from _starts(start, record)
    for formula in flow.get("formulas") or ():
        yield from option_uses(str(formula.get("expression") or ""), record)
    for decision in flow.get("decisions") or ():
        for rule in decision.get("rules") or ():
            yield from _compared(rule.get("conditions") or (), record)
    yield from _writes(flow, record)


def _starts(start: Element, record: str) -> Iterator[Effect]:
    for part in start.get("filters") or ():
        field = f"{record}.{part.get('field')}"
        yield Trigger(field)
        if text := (part.get("value") or {}).get("stringValue"):
            yield OptionUse(field, str(text))
    formula = str(start.get("filterFormula") or "")
    yield from map(Trigger, fields_read(formula, record))
    yield from option_uses(formula, record)


def _compared(conditions: Any, record: str) -> Iterator[OptionUse]:
    for condition in conditions:
        named = OF_RECORD.match(str(condition.get("leftValueReference") or ""))
        text = (condition.get("rightValue") or {}).get("stringValue")
        if named is not None and text:
            yield OptionUse(f"{record}.{named[1]}", str(text))


def _writes(flow: Element, record: str) -> Iterator[Effect]:
    for assignment in flow.get("assignments") or ():
        for item in assignment.get("assignmentItems") or ():
            if named := OF_RECORD.match(str(item.get("assignToReference") or "")):
                yield from _set(f"{record}.{named[1]}", item.get("value"))
    for update in flow.get("recordUpdates") or ():
        object_ = str(update.get("object") or (record if update.get("inputReference") == "$Record" else ""))
        for item in update.get("inputAssignments") or ():
            if object_:
                yield from _set(f"{object_}.{item.get('field')}", item.get("value"))
    for create in flow.get("recordCreates") or ():
        given = {str(item.get("field")): item.get("value") or {} for item in create.get("inputAssignments") or ()}
        if create.get("object") == "Task" and (subject := given.get("Subject", {}).get("stringValue")):
            yield Notice(str(subject))


def _set(field: str, value: Any) -> Iterator[Effect]:
    yield Write(field)
    if text := (value or {}).get("stringValue"):
        yield OptionUse(field, str(text))
