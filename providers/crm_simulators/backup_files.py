"""The folder that `revops backup` writes, as far as the simulators read it: one vendor document per file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

MANIFEST = "backup.json"
FORMAT = 1


class BackupProblem(Exception):
    """The folder is no backup, or a damaged one; the text says what is wrong."""


@dataclass(frozen=True)
class BackupDocument:
    """One vendor object: `content` is XML as a text, or plain JSON values."""

    type: str
    name: str
    content: Any


def read_documents(folder: Path) -> Mapping[str, list[BackupDocument]]:
    """The documents of each system, by type and name. Raises BackupProblem."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise BackupProblem(f"{folder} is a backup of format {manifest['format']}; allowed: {FORMAT}")
        return {system: _of_system(folder, system, manifest["names"]) for system in manifest["accounts"]}
    except FileNotFoundError:
        raise BackupProblem(f"{folder} holds no backup") from None
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise BackupProblem(f"the backup in {folder} is damaged: {problem}") from problem


def _of_system(folder: Path, system: str, names: Mapping[str, str]) -> list[BackupDocument]:
    root = folder / system
    files = sorted(path for suffix in ("json", "xml") for path in root.rglob(f"*.{suffix}"))
    return [_document(root, path, names.get(path.relative_to(folder).as_posix())) for path in files]


def _document(root: Path, path: Path, long_name: str | None) -> BackupDocument:
    type_ = "/".join(unquote(part) for part in path.relative_to(root).parent.parts)
    text = path.read_text(encoding="utf-8")
    content = text if path.suffix == ".xml" else json.loads(text)
    return BackupDocument(type_, long_name or unquote(path.stem), content)
