"""The model as an earlier commit had it, read from git into a folder of its own for as long as it is needed."""

from __future__ import annotations

import io
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from revops_iac import git
from revops_iac.diagnostics import escaped
from revops_iac.errors import AuthorError, DiagnosticsError
from revops_iac.model import Model
from revops_iac.source.context_file import PATHS
from revops_iac.source.load import load_model


def model_at(folder: Path, revision: str, environment: str | None) -> Model:
    """The model in `folder` at a commit, branch or tag, as an environment sees it.

    Raises AuthorError when git does not know the revision, or when this version of revops cannot read its model.
    """
    root, name = folder.resolve().parent, folder.resolve().name
    _refuse_option(revision)
    files = git.output(root, "archive", "--format=tar", revision, "--", name)
    if files is None:
        fix = "name a commit, branch or tag of this repository that has the folder"
        raise AuthorError(f'git has no folder "{escaped(name)}" at "{escaped(revision)}"', fix)
    with tempfile.TemporaryDirectory() as place:
        for file, content in _contents(files):
            _write(Path(place) / file, content)
        for path in PATHS:
            shown = git.output(root, "show", f"{revision}:./{path}")
            if shown is not None:
                _write(Path(place) / path, shown)
        try:
            return load_model(Path(place) / name, environment)
        except DiagnosticsError as error:
            first = error.diagnostics[0]
            message = f'the model at "{escaped(revision)}" cannot be read: {first.sentence}'
            raise AuthorError(message, "name a later commit") from None


def _contents(archive: bytes) -> Iterator[tuple[Path, bytes]]:
    """The files of a tar archive, links within it as what they lead to; what leads out of it is left out.

    `tarfile` itself is as careful from Python 3.11.4 on only.
    """
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        for member in opened:
            path = Path(member.name)
            if path.is_absolute() or ".." in path.parts:
                continue
            with suppress(KeyError):  # a link out of the archive
                content = opened.extractfile(member)
                if content is not None:
                    yield path, content.read()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _refuse_option(revision: str) -> None:
    if revision.startswith("-"):
        raise AuthorError(f'"{escaped(revision)}" is not a revision', "name a commit, branch or tag")
