"""Criteria as assignment rules, approval processes and roll-up summaries share them."""

from __future__ import annotations

from typing import Literal

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
