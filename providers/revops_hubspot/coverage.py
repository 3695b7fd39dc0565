"""What holds each row of the revenue process on HubSpot."""

from __future__ import annotations

from collections.abc import Iterable

from revops_iac.coverage import Row


def coverage() -> Iterable[Row]:
    """One row per row of the revenue process."""
    return ()
