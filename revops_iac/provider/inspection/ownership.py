"""Who owns which records of an account, counted and never changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Count = Callable[[Any, str], Mapping[str, int] | None]
"""Client and login -> records of each object that the person owns; None where the account has no such person."""


@dataclass(frozen=True)
class Ownership:
    """How one CRM counts a person's records, and how somebody gives them to another person there."""

    count: Count
    transfer: str
