"""Checks a condition against the fields it names: they exist, the operator fits the type, the values are possible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from revops_iac.diagnostics import Diagnostic, model_error, suggest, suggest_field
from revops_iac.model import Model
from revops_iac.model.condition import (
    ORDERINGS,
    PAIRS,
    RANGES,
    Compare,
    CompareFields,
    Condition,
    FieldRef,
    Op,
    RelativeDay,
)
from revops_iac.model.data_hygiene import Field
from revops_iac.model.references import Path

KNOWING = frozenset({Op.KNOWN, Op.UNKNOWN})
EQUALITY = frozenset({Op.EQ, Op.NE, Op.ANY_OF, Op.NONE_OF})
TEXT = KNOWING | EQUALITY | {Op.CONTAINS, Op.STARTS, Op.ENDS}
NUMBER = KNOWING | EQUALITY | ORDERINGS | RANGES
DAY = KNOWING | PAIRS | RANGES
OPERATORS: dict[str, frozenset[Op]] = {
    **dict.fromkeys(("text", "email", "phone", "url", "user"), TEXT),
    "long_text": KNOWING | {Op.CONTAINS},
    **dict.fromkeys(("number", "currency", "percent"), NUMBER),
    **dict.fromkeys(("date", "datetime"), DAY),
    "checkbox": KNOWING | {Op.TRUE, Op.FALSE},
    "picklist": KNOWING | EQUALITY,
    "multi_picklist": KNOWING | {Op.CONTAINS},
}
"""Field type -> the operators that mean something on it, on both CRMs."""


COMPARABLE = {
    **dict.fromkeys(("number", "currency"), "a number"),
    "percent": "a percentage",
    **dict.fromkeys(("date", "datetime"), "a date"),
    **dict.fromkeys(("text", "email", "phone", "url"), "a text"),
}
"""Field type -> what another field must hold to be compared with it; other types are compared with values alone."""


def condition_errors(path: Path, condition: Condition, model: Model) -> Iterator[Diagnostic]:
    """Every comparison of the condition at a path of the model that cannot work."""
    for comparison in condition.comparisons():
        unknown = [reference for reference in comparison.compared if model.field(reference) is None]
        if unknown:
            yield from (_unknown(path, reference, model) for reference in unknown)
        elif isinstance(comparison, CompareFields):
            yield from _pair(path, comparison, model)
        else:
            yield from _with_values(path, comparison, model)


def _unknown(path: Path, reference: FieldRef, model: Model) -> Diagnostic:
    fix = suggest_field(reference, [known for known, _ in model.fields()])
    return model_error(path, f'"{reference}" is not a field of the model', fix)


def _pair(path: Path, comparison: CompareFields, model: Model) -> Iterator[Diagnostic]:
    """Two fields that cannot be compared, or not so."""
    left, right = (_type(reference, model) for reference in comparison.compared)
    asked = f'"{comparison.render()}"'
    if left not in COMPARABLE or COMPARABLE[left] != COMPARABLE.get(right):
        types = f"{comparison.field} is {left} and {comparison.other} is {right}"
        fix = f"compare {comparison.field} with values, or with a field that holds {COMPARABLE.get(left, 'the like')}"
        if left not in COMPARABLE:
            fix = f"compare {comparison.field} with values; fields of {', '.join(COMPARABLE)} can be compared"
        yield model_error(path, f"{asked} cannot be compared: {types}", fix)
    elif COMPARABLE[left] == "a text" and comparison.op in ORDERINGS:
        yield model_error(path, f"{asked} orders texts", "compare texts with = or !=")


def _with_values(path: Path, comparison: Compare, model: Model) -> Iterator[Diagnostic]:
    field = model.field(comparison.field)
    assert field is not None
    if comparison.op not in OPERATORS[field.type]:
        allowed = ", ".join(op for op in Op if op in OPERATORS[field.type])
        message = f'"{comparison.op}" does not fit {comparison.field}, which is {field.type}'
        yield model_error(path, message, f"one of {allowed}")
        return
    wrong = list(_values(path, comparison, field, model.options(comparison.field)))
    yield from wrong
    if comparison.op in RANGES and not wrong:
        yield from _turned(path, comparison)


def _type(reference: FieldRef, model: Model) -> str:
    field = model.field(reference)
    return field.type if field else ""


def _turned(path: Path, comparison: Compare) -> Iterator[Diagnostic]:
    """A range whose ends stand the wrong way round, as far as the day does not decide it."""
    ends: Any = [value.days if isinstance(value, RelativeDay) else value for value in comparison.values]
    one_kind = len({isinstance(value, RelativeDay) for value in comparison.values}) == 1
    if one_kind and ends[0] > ends[1]:
        low, high = comparison.values
        message = f'"{comparison.render()}" holds for no value: {low} is above {high}'
        yield model_error(path, message, f"write {comparison.op} {high} and {low}")


def _values(path: Path, comparison: Compare, field: Field, options: Mapping[str, str]) -> Iterator[Diagnostic]:
    what = f"{comparison.field} is {field.type}"
    if any(isinstance(value, RelativeDay) for value in comparison.values) and OPERATORS[field.type] is not DAY:
        fix = 'use a field of type date or datetime, or put a text in quotes: "today"'
        yield model_error(path, f'"{comparison.render()}" counts days, and {what}', fix)
        return
    for value in comparison.values:
        if OPERATORS[field.type] is NUMBER and (isinstance(value, bool) or not isinstance(value, int | float)):
            yield model_error(path, f'"{value}" is not a number, and {what}', "write a number without quotes")
        elif OPERATORS[field.type] is DAY and not isinstance(value, date | RelativeDay):
            yield model_error(path, f'"{value}" is not a date, and {what}', "write it as 2026-01-31 or today - 7 days")
        elif options and str(value) not in options:
            fix = suggest(str(value), options)
            yield model_error(path, f'"{value}" is not an option of {comparison.field}', fix)
