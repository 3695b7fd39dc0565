"""The folder `.revops`, which lies beside the program and which git ignores: only its owner may read it.

What a file of it holds is read through a schema. A file that cannot be used is ignored, with one warning.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, TypeAdapter, ValidationError

from revops_iac.errors import AuthorError
from revops_iac.progress import tell

FOLDER = ".revops"
FOLDER_MODE = 0o700
FILE_MODE = 0o600
TRIAL_BYTES = 64 * 1024
"""A file without content fits on a full disk; what a run keeps is a few lines per resource."""

T = TypeVar("T")


def _inside(path: str) -> str:
    if Path(path).is_absolute() or ".." in Path(path).parts:
        raise ValueError("it leaves the folder")
    return path


InFolder = Annotated[str, AfterValidator(_inside)]
"""A path that does not leave the folder."""


class Form(Generic[T]):
    """What a file holds, as a type. It is built at first use, for most runs find no such file."""

    def __init__(self, type_: Any) -> None:
        self._type = type_

    @cached_property
    def adapter(self) -> TypeAdapter[T]:
        """Reads and writes it."""
        return TypeAdapter(self._type)


def revops_folder(root: Path | None = None) -> Path:
    """`.revops`; `root` is the folder of the program (`main` in Pulumi.yaml), else this one."""
    return (root or Path.cwd()) / FOLDER


def stack_folder(stack: str, root: Path | None = None) -> Path:
    """What is kept of one stack."""
    return revops_folder(root) / stack


def account_folder(use: str, system: str, account_id: str, root: Path | None = None) -> Path:
    """What all stacks of this folder keep of one account, for one use."""
    return revops_folder(root) / use / f"{system}-{re.sub(r'[^0-9A-Za-z]', '_', account_id)}"


def write_text(path: Path, text: str) -> None:
    """Writes a file in one step, readable by its owner only. Raises AuthorError."""
    scratch = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with _writable(path):
        scratch.unlink(missing_ok=True)
        with open(scratch, "x", encoding="utf-8", opener=_private) as file:
            file.write(text)
        scratch.replace(path)


def append_line(path: Path, line: str) -> None:
    """Adds a line to a file, readable by its owner only. Raises AuthorError."""
    with _writable(path), open(path, "a", encoding="utf-8", opener=_private) as file:
        file.write(f"{line}\n")


def remove(path: Path) -> None:
    """Removes a file, if there is one. Raises AuthorError."""
    with _writable(path, makes_folder=False):
        path.unlink(missing_ok=True)


def tidy(path: Path) -> None:
    """Removes what is of no use any more; what cannot be removed now stays for another run, with one warning."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        _warn(path.parent, f"cannot be tidied up: {error.strerror}")


def require_writable(folder: Path) -> None:
    """Tries to write, so that a run that cannot keep its records ends before it begins. Raises AuthorError."""
    trial = folder / "trial"
    write_text(trial, "." * TRIAL_BYTES)
    remove(trial)


def parsed(path: Path, text: str | None, form: Form[T]) -> T | None:
    """The content of a file, or of the part of it given as `text`; None, with a warning, when it cannot be used."""
    try:
        return form.adapter.validate_json(path.read_bytes() if text is None else text)
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        reason = str(error.strerror) if isinstance(error, OSError) else "its content is not as revops writes it"
        _warn(path, f"is ignored: {reason}")
        return None


def lines_of(path: Path) -> list[str]:
    """The lines of a file; none, with a warning, when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        _warn(path, f"is ignored: {error.strerror}")
        return []


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, FILE_MODE)


@contextlib.contextmanager
def _writable(path: Path, makes_folder: bool = True) -> Iterator[None]:
    """Makes the folders of `path`; an operating system that refuses anything is one error of the author's."""
    try:
        if makes_folder:
            _make_private(path.parent)
        yield
    except OSError as error:
        raise AuthorError(
            f"{_shown(path)} cannot be written: {error.strerror}",
            f"give this user a writable folder {FOLDER} beside the program, with space on its disk",
        ) from None


def _make_private(folder: Path) -> None:
    """Makes a folder in `.revops`, and closes it and those above it to others."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in (folder, *folder.parents):
        if FOLDER not in part.parts:
            return
        if part.stat().st_mode & 0o777 != FOLDER_MODE:
            part.chmod(FOLDER_MODE)


def _shown(path: Path) -> str:
    parts = path.parts
    return str(Path(*parts[parts.index(FOLDER) :])) if FOLDER in parts else str(path)


@cache
def _warn(path: Path, what: str) -> None:
    tell(f"revops: {_shown(path)} {what}")
