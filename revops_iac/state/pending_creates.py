"""What this stack began to create and had not recorded yet, so that a killed run converges instead of colliding.

One small file per creation under `.revops/<stack>/creating/`, written before the call and removed once Pulumi's state
holds the resource. It names kinds and vendor names only.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path

from revops_iac.state.folder import remove, stack_folder, tidy, write_text


class PendingCreateFiles:
    """The creations of one stack that are under way. Safe for several threads: each entry is a file of its own."""

    def __init__(self, system: str, stack: str, root: Path | None = None) -> None:
        self.system = system
        self.folder = stack_folder(stack, root) / "creating"

    def begin(self, kind: str, name: str) -> None:
        """Notes that the object is about to be created. Raises AuthorError when nothing can be written."""
        write_text(self._path(kind, name), f"{self.system} {kind} {name}\n")

    def end(self, kind: str, name: str) -> None:
        """Forgets the entry: the creation was refused."""
        remove(self._path(kind, name))

    def recorded(self, kind: str, name: str) -> None:
        """Forgets what an earlier run left: Pulumi's state holds the resource. A refresh says so of every resource."""
        if self._left and (path := self._path(kind, name)).name in self._left:
            tidy(path)

    @cached_property
    def _left(self) -> frozenset[str]:
        """The entries that earlier runs left."""
        return frozenset(file.name for file in self.folder.iterdir()) if self.folder.is_dir() else frozenset()

    def began(self, kind: str, name: str) -> bool:
        """Whether a run began to create the object and no state has contained it since."""
        return self._path(kind, name).exists()

    def _path(self, kind: str, name: str) -> Path:
        digest = hashlib.sha256(f"{self.system} {kind} {name}".encode()).hexdigest()[:32]
        return self.folder / digest
