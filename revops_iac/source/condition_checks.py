"""Checks a condition against the fields it names: they exist, the operator fits the type, the values are possible."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from revops_iac.diagnostics import Diagnostic, model_error, suggest, suggest_field
from revops_iac.model import Model
from revops_iac.model.condition import ORDERINGS, Compare, Condition, Op
from revops_iac.model.data_hygiene import Field
from revops_iac.model.references import Path

KNOWING = frozenset({Op.KNOWN, Op.UNKNOWN})
EQUALITY = frozenset({Op.EQ, Op.NE, Op.ANY_OF, Op.NONE_OF})
TEXT = KNOWING | EQUALITY | {Op.CONTAINS, Op.STARTS, Op.ENDS}
NUMBER = KNOWING | EQUALITY | ORDERINGS
DAY = KNOWING | ORDERINGS | {Op.EQ, Op.NE}
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


def condition_errors(path: Path, condition: Condition, model: Model) -> Iterator[Diagnostic]:
    """Every comparison of the condition at a path of the model that cannot work."""
    for comparison in condition.comparisons():
        field = model.field(comparison.field)
        if field is None:
            yield _unknown(path, comparison, model)
        elif comparison.op not in OPERATORS[field.type]:
            allowed = ", ".join(op for op in Op if op in OPERATORS[field.type])
            message = f'"{comparison.op}" does not fit {comparison.field}, which is {field.type}'
            yield model_error(path, message, f"one of {allowed}")
        else:
            yield from _values(path, comparison, field)


def _unknown(path: Path, comparison: Compare, model: Model) -> Diagnostic:
    fix = suggest_field(comparison.field, [known for known, _ in model.fields()])
    return model_error(path, f'"{comparison.field}" is not a field of the model', fix)


def _values(path: Path, comparison: Compare, field: Field) -> Iterator[Diagnostic]:
    what = f"{comparison.field} is {field.type}"
    for value in comparison.values:
        if OPERATORS[field.type] is NUMBER and (isinstance(value, bool) or not isinstance(value, int | float)):
            yield model_error(path, f'"{value}" is not a number, and {what}', "write a number without quotes")
        elif OPERATORS[field.type] is DAY and not isinstance(value, date):
            yield model_error(path, f'"{value}" is not a date, and {what}', "write it as 2026-01-31")
        elif field.options and str(value) not in field.options:
            fix = suggest(str(value), field.options)
            yield model_error(path, f'"{value}" is not an option of {comparison.field}', fix)
