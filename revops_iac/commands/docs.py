"""`revops docs`: the standing documents of a stack, written or compared with what is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from revops_iac.analysis.records import read_records
from revops_iac.analysis.routing_counts import routing_counts
from revops_iac.commands.extras import extra
from revops_iac.diagnostics import escaped, plural
from revops_iac.documents.library import Library, library, process_of, stale, stamp_for, write
from revops_iac.documents.standing import release_notes
from revops_iac.documents.tree import Audience
from revops_iac.errors import AuthorError
from revops_iac.plan.model_changes import model_changes, topics_of
from revops_iac.source.revision import model_at
from revops_iac.stack_context import StackContext

Form = Literal["markdown", "html", "pdf"]


@dataclass(frozen=True)
class Written:
    """The files that were written, or those that are stale."""

    folder: Path
    files: tuple[str, ...]
    checked: bool

    @property
    def exit_code(self) -> int:
        return 1 if self.checked and self.files else 0

    def render(self) -> str:
        """What was done, and the file to open first."""
        shown = escaped(str(self.folder))
        if not self.checked:
            return f"Wrote {plural(len(self.files), 'file')} to {shown}; begin with {escaped(self.files[0])}"
        if not self.files:
            return f"The documents in {shown} match the model."
        lines = [f"{shown}/{escaped(name)} does not match the model" for name in self.files]
        return "\n".join([*lines, f"    fix: revops docs {shown}"])

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        return {"folder": str(self.folder), "stale" if self.checked else "written": list(self.files)}


def write_documents(
    context: StackContext,
    folder: Path,
    form: Form,
    audience: Audience | None,
    check: bool,
    records: Path | None = None,
) -> Written:
    """Write the documents of a stack into a folder, or name those that are stale. `records` are counted in the
    decision tree of the routing.

    Raises AuthorError, also where PDF files are compared: their bytes depend on the version of Typst.
    """
    if check and form == "pdf":
        raise AuthorError("revops docs --check: PDF files are not compared", "check the Markdown or HTML form")
    process = process_of(context)
    if records is not None:
        counts = routing_counts(process.model, read_records(records, process), datetime.now(UTC).date())
        process = replace(process, counts=counts)
    made = library(context, folder, audience, process)
    if check:
        return Written(folder, tuple(stale(made, folder, [form])), True)
    return _written(made, folder, form)


def write_release_notes(
    context: StackContext, folder: Path, form: Form, audience: Audience | None, since: str
) -> Written:
    """Write what changed since a commit, branch or tag. Raises AuthorError."""
    before = model_at(context.folder, since, context.settings.environment)
    changes = [
        release_notes.Change(one.text, one.path) for one in model_changes(topics_of(before), topics_of(context.model))
    ]
    notes = release_notes.document(process_of(context), changes, since, audience)
    return _written(Library((notes,), stamp_for(context, folder)), folder, form)


def _written(made: Library, folder: Path, form: Form) -> Written:
    with extra("documents", "revops docs --format pdf"):
        return Written(folder, tuple(path.name for path in write(made, folder, [form])), False)
