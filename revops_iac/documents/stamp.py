"""Where a document comes from: environment, version, the last change of the model, and links to its lines."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from revops_iac.diagnostics import Position

GIT_TIMEOUT_S = 20


@dataclass(frozen=True)
class Stamp:
    """`version` is the short id of the commit that last changed the model, with `+` where files changed since.

    `to_root` leads from the folder of the documents to the root of the project; `remote` is where a browser reads the
    repository at that commit, empty where it is not known.
    """

    company: str
    environment: str
    version: str
    changed: str
    to_root: str
    remote: str = ""

    def relative(self, place: Position) -> str:
        """The link from a document to a line of a file."""
        return f"{self.to_root}/{_link(place)}"

    def absolute(self, place: Position) -> str:
        """The link to a line where a browser reads it, empty where that is not known."""
        return f"{self.remote}/{_link(place)}" if self.remote else ""

    @property
    def line(self) -> str:
        """What changes with each commit, in one line."""
        return f"Version {self.version} · model last changed {self.changed}"


def _link(place: Position) -> str:
    file = re.sub(r"[^A-Za-z0-9_./-]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), place.file)
    return f"{file}#L{place.line}"


def stamp_of(root: Path, files: tuple[str, ...], into: Path, company: str, environment: str) -> Stamp:
    """The stamp of documents in a folder `into` that were made from `files`, which are relative to the `root`."""
    log = _git(root, "log", "-1", "--format=%h %H %cs", "--", *files).split()
    version, commit, changed = log if len(log) == 3 else ("not committed", "", "unknown")
    if commit and _git(root, "status", "--porcelain", "--", *files):
        version += "+"
    to_root = _way_up(root, into)
    return Stamp(company, environment, version, changed, to_root, _remote(root, commit))


def _way_up(root: Path, into: Path) -> str:
    """From a folder to the root, with `..` where one is inside of the other and absolute elsewhere."""
    try:
        inside = into.resolve().relative_to(root.resolve())
    except ValueError:
        return PurePosixPath(root.resolve()).as_posix()
    return "/".join([".."] * len(inside.parts)) or "."


def _remote(root: Path, commit: str) -> str:
    """Where the commit can be read, for hosts that show files under /blob/."""
    address = _git(root, "remote", "get-url", "origin").strip()
    found = re.fullmatch(
        r"(?:https://(?:[^@/]*@)?|git@|ssh://git@)(github\.com)[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?", address
    )
    prefix = _git(root, "rev-parse", "--show-prefix").strip().rstrip("/")
    return f"https://{found[1]}/{found[2]}/blob/{commit}{f'/{prefix}' if prefix else ''}" if found and commit else ""


def _git(root: Path, *arguments: str) -> str:
    """What git answers, empty where it cannot."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, timeout=GIT_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
