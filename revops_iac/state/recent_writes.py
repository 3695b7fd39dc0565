"""What a stack wrote a moment ago, so that its next run does not take an answer that lags behind for the truth.

One small file per object under `.revops/<stack>/written/`, kept for as long as the vendor's reads may lag. It holds the
kind, the vendor name, the moment and a digest of the definition, never a value.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from revops_iac.provider.live_object import Definition
from revops_iac.state.source_map import map_path


@dataclass(frozen=True)
class Written:
    """One write: the digest of what was made under `keys`, empty when it was removed; `at` in seconds since 1970."""

    kind: str
    name: str
    at: float
    digest: str
    keys: list[str]
    stamp: str
    """The vendor's own time of the last change, where it says one; of a removed object, of the change before."""

    def shows_in(self, definition: Definition | None, stamp: str) -> bool:
        """Whether a read that found this (canonical) has seen the write; a later change by others has seen it too."""
        if definition is None:
            return not self.digest
        if self.digest and digest_of(definition, self.keys) == self.digest:
            return True
        return bool(stamp and self.stamp and stamp > self.stamp)


def digest_of(definition: Definition, keys: Iterable[str]) -> str:
    """A fingerprint of some keys of a canonical definition."""
    text = json.dumps({key: definition.get(key) for key in keys}, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class RecentWrites:
    """The writes of one stack on one system within the last `lag_s` seconds; none are kept where `lag_s` is 0."""

    def __init__(self, system: str, stack: str, lag_s: float, root: Path | None = None) -> None:
        self.system = system
        self.lag_s = lag_s
        self.folder = map_path(stack, root).parent / "written"

    def note(self, kind: str, name: str, stamp: str, definition: Definition | None, keys: Iterable[str] = ()) -> None:
        """Notes a write that the vendor has just confirmed: the canonical definition, None for a removal."""
        if not self.lag_s:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        named = sorted(keys)
        written = Written(kind, name, time.time(), digest_of(definition, named) if definition else "", named, stamp)
        self._path(kind, name).write_text(json.dumps({"system": self.system, **asdict(written)}), encoding="utf-8")

    def drop(self, kind: str, name: str) -> None:
        """Forgets a write: the object has another name now."""
        self._path(kind, name).unlink(missing_ok=True)

    def recent(self) -> list[Written]:
        """The writes of earlier runs whose effect a read may not show yet; older entries are dropped."""
        found: list[Written] = []
        for file in sorted(self.folder.glob("*.json")) if self.lag_s else ():
            entry = self._entry(file)
            if entry is None or time.time() - entry["at"] >= self.lag_s:
                file.unlink(missing_ok=True)
            elif entry.pop("system") == self.system:
                found.append(Written(**entry))
        return found

    @staticmethod
    def _entry(file: Path) -> dict[str, Any] | None:
        """The entry, None when a run was cut off while it wrote it."""
        try:
            entry: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return entry

    def _path(self, kind: str, name: str) -> Path:
        digest = hashlib.sha256(f"{self.system} {kind} {name}".encode()).hexdigest()[:32]
        return self.folder / f"{digest}.json"
