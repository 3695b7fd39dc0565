"""Where a document comes from: environment, version, the last change of the model, and links to its lines."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePath
from urllib.parse import quote

from revops_iac import git
from revops_iac.diagnostics import Position

REMOTE = re.compile(
    r"(?:https://(?:[^@/]*@)?|git@|ssh://git@)(?P<host>github\.com|[\w.-]*gitlab[\w.-]*)[:/](?P<path>[\w./-]+?)(?:\.git)?/?"
)


@dataclass(frozen=True)
class Stamp:
    """`version` is the short id of the commit that last changed the model, with `+` where files changed since.

    `to_root` leads from the folder of the documents to the root of the project, or, where that folder is outside of
    it, to the repository at that commit; `remote` is where a browser reads the repository, empty where it is not known.
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
    log = git.text(root, "log", "-1", "--abbrev=7", "--format=%h %H %cs", "--", *files).split()
    version, commit, changed = log if len(log) == 3 else ("not committed", "", "unknown")
    if commit and git.text(root, "status", "--porcelain", "--", *files):
        version += "+"
    remote = _remote(root, commit)
    is_inside = into.resolve().is_relative_to(root.resolve())
    return Stamp(
        company, environment, version, changed, _to_root(root, into) if is_inside or not remote else remote, remote
    )


def _to_root(root: Path, into: Path) -> str:
    """The relative path from a folder to the root."""
    return "/".join(quote(part) for part in PurePath(os.path.relpath(root.resolve(), into.resolve())).parts) or "."


def _remote(root: Path, commit: str) -> str:
    """Where the commit can be read, on GitHub and on GitLab."""
    address = git.text(root, "remote", "get-url", "origin")
    found = REMOTE.fullmatch(address)
    if found is None or not commit:
        return ""
    blob = "-/blob" if "gitlab" in found["host"] else "blob"
    prefix = git.text(root, "rev-parse", "--show-prefix").rstrip("/")
    return "/".join(part for part in (f"https://{found['host']}", found["path"], blob, commit, quote(prefix)) if part)
