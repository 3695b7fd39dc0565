"""What the last preview saw of each object that it would change, so that `up` overwrites nothing that nobody reviewed.

One line per object in `.revops/<stack>/planned/<system>.jsonl`: kind, vendor name and a digest of the definition, never
a value. A preview begins the file anew, and the `up` that finds every object as the preview saw it ends it: a plan
serves once. An `up` on another machine than the preview has no such file; there Pulumi's own preview is the plan.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path

from revops_iac.provider.live_object import Definition
from revops_iac.state.recent_writes import digest_of
from revops_iac.state.source_map import map_path


class PlannedFrom:
    """The objects of one stack on one system that a plan would change, as it saw them. Thread-safe."""

    def __init__(self, system: str, stack: str, root: Path | None = None) -> None:
        self.file = map_path(stack, root).parent / "planned" / f"{system}.jsonl"
        self._lock = threading.Lock()

    def begin(self) -> None:
        """A new plan: what an earlier one saw counts no more."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text("", encoding="utf-8")

    def note(self, kind: str, name: str, definition: Definition) -> None:
        """An object that the plan would change, in its canonical definition."""
        line = json.dumps([kind, name, fingerprint(definition)])
        with self._lock, self.file.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def end(self) -> None:
        """The plan is being carried out."""
        self.file.unlink(missing_ok=True)

    def seen(self) -> dict[tuple[str, str], str]:
        """The fingerprint of each object by kind and vendor name; empty without a plan."""
        if not self.file.exists():
            return {}
        rows = (json.loads(line) for line in self.file.read_text(encoding="utf-8").splitlines())
        return {(kind, name): digest for kind, name, digest in rows}


def fingerprint(definition: Definition) -> str:
    """A digest of a whole canonical definition."""
    return digest_of(definition, sorted(definition))
