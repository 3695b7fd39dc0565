"""Opens the stores of a session in the folder `.revops`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from revops_iac.provider.session.account import Crm
from revops_iac.provider.session.stores import OpenStores, Stores
from revops_iac.state.holdings import HoldingFiles
from revops_iac.state.pending_creates import PendingCreateFiles
from revops_iac.state.preview_snapshot import PreviewSnapshotFile
from revops_iac.state.recent_writes import RecentWriteFile


def stores_in_files(system: Crm, root: Path | None = None) -> OpenStores:
    """The stores of a system; `root` is the folder of the program, else the one where the process runs."""
    return partial(_open, system, root)


def _open(system: Crm, root: Path | None, stack: str, account_id: str) -> Stores:
    return Stores(
        PendingCreateFiles(system.name, stack, root),
        RecentWriteFile(system.name, account_id, system.account.read_lag_s, root),
        PreviewSnapshotFile(system.name, stack, root),
        HoldingFiles(system.name, account_id, stack, root),
    )
