"""What each stack of this folder holds on an account, so that no stack takes what another one manages.

One file per stack in `.revops/held/<system>-<account id>/`, written whenever a run sees what Pulumi's state declares.
No account says which stack made an object, so stacks of other folders and machines are not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from revops_iac.state.folder import account_folder, lines_of, remove, write_text


class HoldingFiles:
    """The objects of the stacks on one account, each as a line `kind vendor_name`."""

    def __init__(self, system: str, account_id: str, stack: str, root: Path | None = None) -> None:
        self._folder = account_folder("held", system, account_id, root)
        self._mine = self._folder / f"{stack}.txt"
        self._is_known = bool(account_id and stack)

    def note(self, declared: str) -> None:
        """Takes down the `declared` text that the stack's state has; a stack that has none holds nothing."""
        if not self._is_known:
            return
        if not declared:
            remove(self._mine)
        elif lines_of(self._mine) != declared.splitlines():
            write_text(self._mine, declared)

    def others(self) -> Mapping[str, frozenset[str]]:
        """The lines of the other stacks, by stack."""
        if not self._is_known:
            return {}
        files = [file for file in sorted(self._folder.glob("*.txt")) if file != self._mine]
        return {file.stem: frozenset(lines_of(file)) for file in files}
