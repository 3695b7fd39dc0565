"""The coverage of all installed systems, row by row, for people and scripts."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from revops_iac.documents.coverage_rows import PROCESS_ROWS
from revops_iac.source.load import load_model
from revops_iac.systems import installed_systems


def table() -> list[dict[str, Any]]:
    """Every row of the process on every installed system, in the order of the process, as plain values for people."""
    live = {(row.row, name): row for name, system in installed_systems().items() for row in system.coverage()}
    return [
        {"topic": row.topic, "row": row.id, "requirement": row.sentence, "system": name}
        | {key: getattr(live[row.id, name], key) for key in ("status", "how", "kind")}
        for row in PROCESS_ROWS
        for name in installed_systems()
        if (row.id, name) in live
    ]


def managed_in(folder: Path) -> Collection[str]:
    """The systems that the model in `folder` manages; all installed ones where there is no model or it names none.

    Raises DiagnosticsError when the model does not load.
    """
    managed = load_model(folder).context.systems.managed if (folder / "model").is_dir() else []
    return managed or list(installed_systems())
