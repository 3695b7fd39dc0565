"""Criteria as assignment rules, approval processes and roll-up summaries share them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Operation = Literal[
    "equals", "notEqual", "lessThan", "greaterThan", "lessOrEqual", "greaterOrEqual", "contains", "notContain",
    "startsWith", "includes", "excludes", "within",
]  # fmt: skip


class Criterion(BaseModel):
    """One comparison of a field with a value."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    field: str
    """`Lead.Country`."""
    operation: Operation
    value: str | None = None
