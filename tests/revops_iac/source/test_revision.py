"""A model of an earlier commit is read with what its files lead to, and nothing leads out of the commit."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from revops_iac.errors import AuthorError
from revops_iac.source.revision import model_at

PEOPLE = "people: {persons: {ana: {name: Ana, email: ana@acme.example}}}\n"


def committed(folder: Path, target: str) -> Path:
    """A repository whose model is a link to that file."""
    model = folder / "stacks" / "model"
    model.mkdir(parents=True)
    (folder / "stacks" / "shared.yaml").write_text(PEOPLE, encoding="utf-8")
    (model / "people.yaml").symlink_to(target)
    identity = ("-c", "user.email=ana@acme.example", "-c", "user.name=Ana", "-c", "commit.gpgsign=false")
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "Begin")):
        subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)
    return folder / "stacks"


def test_link_within_the_commit_is_followed(tmp_path: Path) -> None:
    assert "ana" in model_at(committed(tmp_path, "../shared.yaml"), "HEAD", None).people.persons


@pytest.mark.parametrize("target", ["../../../secret.yaml", "{folder}/secret.yaml"])
def test_link_out_of_the_commit_is_left_out(tmp_path: Path, target: str) -> None:
    (tmp_path / "secret.yaml").write_text(PEOPLE, encoding="utf-8")
    folder = committed(tmp_path / "repository", target.format(folder=tmp_path))
    with pytest.raises(AuthorError, match="cannot be read"):
        model_at(folder, "HEAD", None)
