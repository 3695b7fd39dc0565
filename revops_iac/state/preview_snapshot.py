"""What the last preview saw of each object that it would change, so that `up` overwrites nothing that was not reviewed.

One line per object in `.revops/<stack>/planned/<system>.jsonl`: kind, vendor name and a digest of the definition, never
a value. A preview begins the file anew, and the `up` that finds every object as the preview saw it ends it: a plan
serves once. An `up` on another machine than the preview has no such file; there Pulumi's own preview is the plan.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from revops_iac.provider.live_object import Definition
from revops_iac.provider.session.stores import digest_of
from revops_iac.state.folder import Form, append_line, lines_of, parsed, remove, stack_folder, write_text

ROW: Form[tuple[str, str, str]] = Form(tuple[str, str, str])
"""Kind, vendor name and digest."""


class PreviewSnapshotFile:
    """The objects of one stack on one system that a plan would change, as it saw them. Thread-safe."""

    def __init__(self, system: str, stack: str, root: Path | None = None) -> None:
        self.file = stack_folder(stack, root) / "planned" / f"{system}.jsonl"
        self._lock = threading.Lock()

    def begin(self) -> None:
        """A new preview: what an earlier one saw counts no more."""
        write_text(self.file, "")

    def note(self, kind: str, name: str, definition: Definition) -> None:
        """An object that the plan would change, in its canonical definition."""
        with self._lock:
            append_line(self.file, json.dumps([kind, name, digest_of(definition)]))

    def hold(self, rows: Iterable[Sequence[str]]) -> None:
        """Takes what a preview elsewhere saw: kind, vendor name and digest of each object."""
        write_text(self.file, "".join(f"{json.dumps(list(row))}\n" for row in rows))

    def end(self) -> None:
        """The plan is being carried out."""
        remove(self.file)

    def seen(self) -> dict[tuple[str, str], str]:
        """The digest of each object by kind and vendor name; empty without a preview."""
        rows = (parsed(self.file, line, ROW) for line in lines_of(self.file))
        return {(kind, name): digest for kind, name, digest in filter(None, rows)}
