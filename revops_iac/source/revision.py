"""The model as an earlier commit had it, read from git into a folder of its own for as long as it is needed."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

from revops_iac.diagnostics import escaped
from revops_iac.errors import AuthorError, DiagnosticsError
from revops_iac.model import Model
from revops_iac.source.context_file import PATHS
from revops_iac.source.load import load_model

TIMEOUT_S = 60


def model_at(folder: Path, revision: str, environment: str | None) -> Model:
    """The model in `folder` at a commit, branch or tag, as an environment sees it.

    Raises AuthorError when git does not know the revision, or when this version of revops cannot read its model.
    """
    root, name = folder.resolve().parent, folder.resolve().name
    _refuse_option(revision)
    files = _git(root, "archive", "--format=tar", revision, "--", name)
    if files is None:
        fix = "name a commit, branch or tag of this repository that has the folder"
        raise AuthorError(f'git has no folder "{escaped(name)}" at "{escaped(revision)}"', fix)
    with tempfile.TemporaryDirectory() as place:
        with tarfile.open(fileobj=io.BytesIO(files)) as archive:
            archive.extractall(place, filter="data")
        for path in PATHS:
            content = _git(root, "show", f"{revision}:./{path}")
            if content is not None:
                (Path(place) / path).parent.mkdir(parents=True, exist_ok=True)
                (Path(place) / path).write_bytes(content)
        try:
            return load_model(Path(place) / name, environment)
        except DiagnosticsError as error:
            first = error.diagnostics[0]
            message = f'the model at "{escaped(revision)}" cannot be read: {first.sentence}'
            raise AuthorError(message, "name a later commit") from None


def _refuse_option(revision: str) -> None:
    if revision.startswith("-"):
        raise AuthorError(f'"{escaped(revision)}" is not a revision', "name a commit, branch or tag")


def _git(root: Path, *arguments: str) -> bytes | None:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, timeout=TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
