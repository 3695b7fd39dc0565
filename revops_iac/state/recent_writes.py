"""What was written to an account a moment ago, so that the next run does not take an answer that lags for the truth.

One small file per object under `.revops/written/<system>-<account id>/`, kept for as long as the vendor's reads may
lag. It holds the kind, the vendor name, the moment and a digest of the definition, never a value.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from pathlib import Path

from revops_iac.provider.live_object import Definition
from revops_iac.provider.session.stores import Written, digest_of
from revops_iac.state.folder import Form, account_folder, parsed, remove, write_text

WRITTEN: Form[Written] = Form(Written)


class RecentWriteFiles:
    """The writes to one account within the last `lag_s` seconds; none are kept where `lag_s` is 0."""

    def __init__(self, system: str, account_id: str, lag_s: float, root: Path | None = None) -> None:
        self.lag_s = lag_s
        self.folder = account_folder("written", system, account_id, root)

    def note(self, kind: str, name: str, stamp: str, definition: Definition | None, keys: Iterable[str] = ()) -> None:
        """Notes a write that the vendor has just confirmed: the canonical definition, None for a removal."""
        if not self.lag_s:
            return
        named = sorted(keys)
        written = Written(kind, name, time.time(), digest_of(definition, named) if definition else "", named, stamp)
        write_text(self._path(kind, name), WRITTEN.adapter.dump_json(written).decode())

    def drop(self, kind: str, name: str) -> None:
        """Forgets a write: the object has another name now."""
        remove(self._path(kind, name))

    def recent(self) -> list[Written]:
        """The writes of earlier runs whose effect a read may not show yet; others are dropped, also those of a clock
        that was far ahead."""
        found: list[Written] = []
        for file in sorted(self.folder.glob("*.json"), key=str) if self.lag_s else ():
            written = parsed(file, None, WRITTEN)
            if written is not None and abs(time.time() - written.at) < self.lag_s:
                found.append(written)
            else:
                remove(file)
        return found

    def _path(self, kind: str, name: str) -> Path:
        return self.folder / f"{hashlib.sha256(f'{kind} {name}'.encode()).hexdigest()[:32]}.json"
