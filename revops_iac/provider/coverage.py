"""What holds each row of the revenue process on each CRM, in four honest words, or the kind it still waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Holding = Literal["enforced", "automated", "monitored", "manual", "planned"]


@dataclass(frozen=True)
class Row:
    """One row of the revenue process on one CRM.

    `row` is its id in `revops_iac.documents.coverage_rows`; `how` says what does it
    ("validation rule Require_Stage_Fields"); `kind` names the kind that a planned row waits for.
    """

    row: str
    system: str
    holding: Holding
    how: str
    kind: str | None = None
