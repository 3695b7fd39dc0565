"""Checks a condition against the fields it names: they exist, the operator fits the type, the values are possible."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from revops_iac.diagnostics import suggest, suggest_field
from revops_iac.model import Model
from revops_iac.model.condition import ORDERINGS, Compare, Condition, Op
from revops_iac.model.data_hygiene import Field

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


def condition_findings(condition: Condition, model: Model) -> Iterator[tuple[str, str]]:
    """What was said and the fix, for every comparison that cannot work."""
    for comparison in condition.comparisons():
        field = model.field(comparison.field)
        if field is None:
            yield _unknown(comparison, model)
        elif comparison.op not in OPERATORS[field.type]:
            allowed = ", ".join(op for op in Op if op in OPERATORS[field.type])
            message = f'"{comparison.op}" does not fit {comparison.field}, which is {field.type}'
            yield message, f"one of {allowed}"
        else:
            yield from _values(comparison, field)


def _unknown(comparison: Compare, model: Model) -> tuple[str, str]:
    reference = comparison.field
    return f'"{reference}" is not a field of the model', suggest_field(
        reference, [known for known, _ in model.fields()]
    )


def _values(comparison: Compare, field: Field) -> Iterator[tuple[str, str]]:
    for value in comparison.values:
        if OPERATORS[field.type] is NUMBER and (isinstance(value, bool) or not isinstance(value, int | float)):
            yield f'"{value}" is not a number, and {comparison.field} is {field.type}', "write a number without quotes"
        elif OPERATORS[field.type] is DAY and not isinstance(value, date):
            yield f'"{value}" is not a date, and {comparison.field} is {field.type}', "write it as 2026-01-31"
        elif field.options and str(value) not in field.options:
            yield f'"{value}" is not an option of {comparison.field}', suggest(str(value), field.options)
