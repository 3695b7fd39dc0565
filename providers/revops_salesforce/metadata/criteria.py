"""Criteria as assignment rules, approval processes and roll-up summaries share them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from revops_iac.provider.effects import OptionUse
from revops_iac.provider.inputs import Part

Operation = Literal[
    "equals", "notEqual", "lessThan", "greaterThan", "lessOrEqual", "greaterOrEqual", "contains", "notContain",
    "startsWith", "includes", "excludes", "within",
]  # fmt: skip


class Criterion(Part):
    """One comparison of a field with a value."""

    field: str
    """`Lead.Country`."""
    operation: Operation
    value: str | None = None


def criteria_uses(criteria: Iterable[Criterion]) -> Iterator[OptionUse]:
    """What criteria compare fields with; a comma separates values [D: meta_workflow]."""
    for criterion in criteria:
        if criterion.operation in {"equals", "notEqual"}:
            for value in (criterion.value or "").split(","):
                if value.strip():
                    yield OptionUse(criterion.field, value.strip())
