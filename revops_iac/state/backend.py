"""Where Pulumi keeps its state on this machine: a full disk there cuts the state off in the middle of a run.

The address is `PULUMI_BACKEND_URL`, else that of the last `pulumi login` [S: pulumi pkg/workspace/creds.go].
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

from revops_iac.errors import AuthorError

LEAST_FREE_BYTES = 32 * 1024 * 1024
"""The state of a thousand resources is about 5 MB, written anew after each step, with a backup beside it."""


def require_room() -> None:
    """Raises AuthorError when Pulumi's state lies in a folder of this machine that is full or cannot be written."""
    folder = state_folder()
    if folder is None or not folder.is_dir():
        return
    backups = f"Pulumi keeps the states of earlier runs under {folder / '.pulumi' / 'backups'}"
    if not os.access(folder, os.W_OK):
        raise AuthorError(
            f"cannot write to the folder of Pulumi's state, {folder}", f"give this user write access; {backups}"
        )
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        needed = LEAST_FREE_BYTES // 1024**2
        raise AuthorError(
            f"the disk with Pulumi's state, {folder}, has {free / 1024**2:.0f} MB left and needs {needed} MB; "
            "nothing was changed",
            f"free up space there; {backups}",
        )


def state_folder() -> Path | None:
    """The folder of a `file://` backend; None for every other backend, and where none is known."""
    address = os.environ.get("PULUMI_BACKEND_URL") or _last_login()
    if not address.startswith("file://"):
        return None
    parts = urlsplit(address)
    path = unquote(f"{parts.netloc}{parts.path}")
    return Path.home() if path in ("~", "") else Path(path).expanduser()


def _last_login() -> str:
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    try:
        found = json.loads((home / "credentials.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""  # nobody has logged in: Pulumi says so itself
    return str(found.get("current") or "") if isinstance(found, dict) else ""
