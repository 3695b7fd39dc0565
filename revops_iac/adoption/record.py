"""The record of an adoption: what was there before it, so that it can be undone, also when it was interrupted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from revops_iac.adoption.yaml.files import FileEdit, put
from revops_iac.errors import AuthorError
from revops_iac.state.folder import Form, InFolder, parsed, remove, stack_folder, write_text

FOLDER = "adoptions"


@dataclass(frozen=True)
class KeptFile:
    """A file of the model, by its path in the project."""

    path: InFolder
    before: str | None
    after: str


@dataclass(frozen=True)
class Kept:
    """What the file of a record holds."""

    before: dict[str, Any]
    after: dict[str, Any]
    files: list[KeptFile]
    is_done: bool


KEPT: Form[Kept] = Form(Kept)


@dataclass(frozen=True)
class Record:
    """One adoption of a stack: the state before, the URNs after, and the files; `path` is its file in `.revops`."""

    path: Path
    root: Path
    before: dict[str, Any]
    after: dict[str, Any]
    files: tuple[FileEdit, ...]
    is_done: bool = False

    @classmethod
    def begin(cls, root: Path, stack: str, before: Any, after: Any, files: Sequence[FileEdit]) -> Self:
        """Writes down an adoption that is about to happen. Raises AuthorError."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        path = stack_folder(stack, root) / FOLDER / f"{stamp}.json"
        record = cls(path, root, before, after, tuple(files))
        record._write()
        return record

    @classmethod
    def all_of(cls, root: Path, stack: str) -> Iterator[Self]:
        """The adoptions of a stack that were not undone, the newest first."""
        for path in sorted((stack_folder(stack, root) / FOLDER).glob("*.json"), reverse=True):
            if (kept := parsed(path, None, KEPT)) is not None:
                files = tuple(FileEdit(root / one.path, one.before, one.after) for one in kept.files)
                yield cls(path, root, kept.before, kept.after, files, kept.is_done)

    def finish(self) -> None:
        """Notes that all of it happened."""
        Record(**{**self.__dict__, "is_done": True})._write()

    def edited(self) -> list[str]:
        """The files that somebody changed since."""
        known = [(one, one.path.read_text(encoding="utf-8") if one.path.exists() else None) for one in self.files]
        return [str(one.path) for one, text in known if text not in (one.before, one.after)]

    def restore_files(self) -> None:
        """Restores the files. Raises AuthorError where one was changed since."""
        if edited := self.edited():
            raise AuthorError(
                f"{', '.join(edited)}: changed since it was adopted",
                "move your changes to another file, then undo again",
            )
        for one in self.files:
            put(one.path, one.before)

    def forget(self) -> None:
        """Removes the record, once everything is as it was."""
        remove(self.path)

    def _write(self) -> None:
        files = [
            {"path": str(one.path.relative_to(self.root)), "before": one.before, "after": one.after}
            for one in self.files
        ]
        plain = {"before": self.before, "after": self.after, "files": files, "is_done": self.is_done}
        write_text(self.path, json.dumps(plain))


def same_resources(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two states hold the same resources with the same ids and inputs."""
    return _identities(one) == _identities(other)


def _identities(state: dict[str, Any]) -> dict[str, Any]:
    resources = state["deployment"].get("resources") or ()
    return {one["urn"]: (one.get("id"), one.get("inputs")) for one in resources}
