"""`revops backup`: stores what a stack's accounts hold as files, and writes nothing to the accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from revops_iac.adoption.backup import AccountBackup, Backup, Written, read_account, require_folder, write_backup
from revops_iac.diagnostics import escaped, first_lines
from revops_iac.stack_context import StackContext

FOLDER = "backups"
SHOWN = 10


@dataclass(frozen=True)
class BackupReport:
    """What a backup holds, and what changed since the one before in its folder."""

    folder: str
    backup: Backup
    written: Written

    def render(self) -> str:
        """A paragraph per account, then what changed."""
        lines = [line for system, account in self.backup.items() for line in _lines(system, account)]
        return "\n".join(map(escaped, [*lines, *self._changes()]))

    def _changes(self) -> Iterator[str]:
        written = self.written
        for what, paths in (("added", written.added), ("changed", written.changed), ("removed", written.removed)):
            if written.changed or written.removed:
                yield from first_lines(paths, SHOWN, f"  {what}: ")
        if written.kept:
            yield f"  kept from the backup before, because they were not read: {len(written.kept):,}"
        counts = f"{len(written.added):,} added, {len(written.changed):,} changed, {len(written.removed):,} removed"
        yield f"{self.folder}: {counts}. No account was changed."

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        accounts = {system: one.about for system, one in self.backup.items()}
        changes = {name: list(paths) for name, paths in vars(self.written).items()}
        return {"folder": self.folder, "accounts": accounts, **changes}


def _lines(system: str, account: AccountBackup) -> Iterator[str]:
    yield f"{system} {account.account}: {len(account.documents):,} objects"
    yield "  " + ", ".join(f"{name} {count:,}" for name, count in account.counts.items())
    for area, reason in account.not_read.items():
        yield f"  not read: {area}: {reason}"
    for reason in dict.fromkeys(account.left_out.values()):
        names = [name for name, why in account.left_out.items() if why == reason]
        more = f" and {len(names) - SHOWN:,} more (--json names them)" if len(names) > SHOWN else ""
        yield f"  not stored: {', '.join(names[:SHOWN])}{more}: {reason}"


def back_up(
    folder: Path, stack: str, target: Path | None, *, only: str | None = None, tell: Callable[[str], None]
) -> BackupReport:
    """Backs up the accounts of a stack into `target`, by default `backups/<stack>` beside the stacks.

    Raises AuthorError for a folder that is in use for something else, AccountError when an account does not answer.
    """
    context = StackContext.load(folder, stack)
    place = target or folder.resolve().parent / FOLDER / stack
    require_folder(place)
    backup: dict[str, AccountBackup] = {}
    for system in context.chosen_systems(only):
        with context.connected(system) as session:
            backup[system.name] = read_account(session, tell)
    tell("the disk")
    return BackupReport(str(target or Path(FOLDER) / stack), backup, write_backup(place, backup))
