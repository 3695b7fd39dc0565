"""What was written to an account a moment ago, so that the next run does not take an answer that lags for the truth.

One line per write in `.revops/written/<system>-<account id>/writes.jsonl`, kept for as long as the vendor's reads may
lag. It holds the kind, the vendor name, the moment and a digest of the definition, never a value. A line of only kind
and vendor name takes back what was written under them. Every line is added in one step and none is changed, so that
runs beside each other, or one that is killed, lose none.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from revops_iac.provider.live_object import Definition
from revops_iac.provider.session.stores import Written, digest_of
from revops_iac.state.folder import Form, account_folder, append_line, lines_of, parsed, tidy

Dropped = tuple[str, str]
"""Kind and vendor name."""
LINE: Form[Written | Dropped] = Form(Written | Dropped)


class RecentWriteFile:
    """The writes to one account within the last `lag_s` seconds; none are kept where `lag_s` is 0. Thread-safe."""

    def __init__(self, system: str, account_id: str, lag_s: float, root: Path | None = None) -> None:
        self.lag_s = lag_s
        self.file = account_folder("written", system, account_id, root) / "writes.jsonl"
        self._lock = threading.Lock()

    def note(self, kind: str, name: str, stamp: str, definition: Definition | None, keys: Iterable[str] = ()) -> None:
        """Notes a write that the vendor has just confirmed: the canonical definition, None for a removal."""
        named = sorted(keys)
        digest = digest_of(definition, named) if definition and self.lag_s else ""
        self._append(vars(Written(kind, name, time.time(), digest, named, stamp)))

    def drop(self, kind: str, name: str) -> None:
        """Forgets a write: the object has another name now."""
        self._append([kind, name])

    def recent(self) -> list[Written]:
        """The writes of earlier runs whose effect a read may not show yet; a file without any is removed, also that of
        a clock that was far ahead."""
        if not self.lag_s:
            return []
        found: dict[Dropped, Written] = {}
        for line in (parsed(self.file, text, LINE) for text in lines_of(self.file) if text):
            if line is None:
                continue
            key = (line.kind, line.name) if isinstance(line, Written) else line
            found.pop(key, None)
            if isinstance(line, Written) and abs(time.time() - line.at) < self.lag_s:
                found[key] = line
        if not found:
            tidy(self.file)
        return list(found.values())

    def _append(self, line: object) -> None:
        if self.lag_s:
            with self._lock:
                append_line(self.file, f"\n{json.dumps(line)}")  # after a line that was cut, too
