"""`revops coverage`: how each CRM meets each requirement of the company's own model."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from revops_iac.compile import compile_model, systems_of
from revops_iac.config.settings import Settings
from revops_iac.documents.coverage_table import table
from revops_iac.source.load import load, load_model
from revops_iac.stack_context import StackContext
from revops_iac.systems import installed_systems, system_named


def coverage_of(folder: Path, stack: str | None) -> list[dict[str, Any]]:
    """The rows of a stack, or of the model before any overlay. Raises DiagnosticsError when it does not load."""
    if stack is not None:
        context = StackContext.load(folder, stack)
        return table(context.model, context.planned, list(context.systems.values()))
    loaded, settings = load(folder), Settings("")
    systems = [system_named(name) for name in systems_of(loaded.model, settings)]
    return table(loaded.model, compile_model(loaded, settings), systems)


def managed_in(folder: Path) -> Collection[str]:
    """The systems that the model in `folder` manages; all installed ones where there is no model or it names none.

    Raises DiagnosticsError when the model does not load.
    """
    managed = load_model(folder).context.systems.managed if (folder / "model").is_dir() else []
    return managed or list(installed_systems())
