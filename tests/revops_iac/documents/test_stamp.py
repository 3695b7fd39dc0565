"""Links from documents to the lines of the model, wherever the documents are written."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from revops_iac.diagnostics import Position
from revops_iac.documents.stamp import stamp_of

FILE = "stacks/model/routing.yaml"
PLACE = Position(FILE, 4, 1)


def project(folder: Path, remote: str) -> tuple[Path, str]:
    """A repository with one committed file, and the id of its commit."""
    (folder / FILE).parent.mkdir(parents=True)
    (folder / FILE).write_text("routing:\n", encoding="utf-8")
    author = ("-c", "user.name=Ana", "-c", "user.email=ana@acme.example")
    commands = [("init", "-q"), ("add", "."), (*author, "commit", "-qm", "Begin")]
    for command in [*commands, *([("remote", "add", "origin", remote)] if remote else [])]:
        subprocess.run(["git", *command], cwd=folder, check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True)
    return folder, head.stdout.strip()


def link(root: Path, into: Path) -> str:
    return stamp_of(root, (FILE,), into, "Acme", "prod").relative(PLACE)


def test_documents_inside_the_project_lead_to_its_files(tmp_path: Path) -> None:
    root, _ = project(tmp_path / "acme", "git@github.com:acme/process.git")
    assert link(root, root / "docs" / "process") == f"../../{FILE}#L4"


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("git@github.com:acme/process.git", "https://github.com/acme/process/blob/"),
        ("https://token@gitlab.acme.example/sales/process.git", "https://gitlab.acme.example/sales/process/-/blob/"),
    ],
)
def test_documents_outside_lead_to_the_commit_in_the_repository(tmp_path: Path, remote: str, address: str) -> None:
    root, commit = project(tmp_path / "acme", remote)
    assert link(root, tmp_path / "handout") == f"{address}{commit}/{FILE}#L4"


def test_documents_outside_a_project_without_a_repository_address_lead_to_its_files(tmp_path: Path) -> None:
    root, _ = project(tmp_path / "acme", "")
    into = tmp_path / "hand outs" / "new"
    shown = link(root, into)
    assert shown == f"../../acme/{FILE}#L4"
    assert (into / shown.partition("#")[0]).resolve() == root / FILE
