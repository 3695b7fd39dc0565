"""Today, for rules about dates; tests set it."""

from __future__ import annotations

from datetime import UTC, date, datetime


def today() -> date:
    """The date in UTC."""
    return datetime.now(UTC).date()
