"""How each requirement of the revenue process is met on each CRM, or the kind that it still waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["enforced", "automated", "monitored", "manual", "planned"]


@dataclass(frozen=True)
class Row:
    """One requirement of the revenue process on one CRM.

    `row` is its id in `revops_iac.documents.coverage_rows`; `how` says what does it
    ("validation rule Require_Stage_Fields"); `kind` names the kind that a planned row waits for.
    """

    row: str
    system: str
    status: Status
    how: str
    kind: str | None = None
