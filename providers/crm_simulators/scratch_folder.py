"""The folder of one running server: those that killed servers left behind go when the next one starts."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "crm-simulators-"
LOCK = "in-use"
"""A file that its server keeps locked: the lock ends with the process, however that ends."""


class ScratchFolder(tempfile.TemporaryDirectory[str]):
    """A new folder in the temporary folder, locked until `cleanup`."""

    def __init__(self) -> None:
        remove_abandoned(Path(tempfile.gettempdir()))
        super().__init__(prefix=PREFIX)
        made = Path(self.name, f"{LOCK}.new")
        self._lock = made.open("wb")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        made.rename(made.with_name(LOCK))  # whoever sees it under this name finds it locked

    def cleanup(self) -> None:
        """Removes the folder with everything in it."""
        self._lock.close()
        super().cleanup()


def remove_abandoned(parent: Path) -> None:
    """Removes this user's folders whose server is gone; a folder without a lock is left alone."""
    for folder in parent.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if not folder.is_symlink() and folder.stat().st_uid == os.getuid():
                _require_free(folder / LOCK)
                shutil.rmtree(folder, ignore_errors=True)


def _require_free(lock: Path) -> None:
    """Raises OSError where somebody holds the lock, or there is none."""
    descriptor = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(descriptor)
