"""What holds each row of the revenue process on each CRM, in four honest words, or the kind it still waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Holding = Literal["enforced", "automated", "watched", "by hand", "planned"]


@dataclass(frozen=True)
class Row:
    """One row of the revenue process on one CRM.

    `row` is its id in `revops_iac.coverage_rows`; `how` says what does it ("validation rule Require_Stage_Fields");
    `kind` names the kind that a planned row waits for.
    """

    row: str
    system: str
    holding: Holding
    how: str
    kind: str | None = None


def table() -> list[dict[str, Any]]:
    """Every row of the process on every installed system, in the order of the process, as plain values for people."""
    from revops_iac.coverage_rows import PROCESS_ROWS
    from revops_iac.systems import installed_systems

    held = {(row.row, name): row for name, system in installed_systems().items() for row in system.coverage()}
    return [
        {"topic": row.topic, "row": row.id, "sentence": row.sentence, "system": name}
        | {key: getattr(held[row.id, name], key) for key in ("holding", "how", "kind")}
        for row in PROCESS_ROWS
        for name in installed_systems()
        if (row.id, name) in held
    ]
