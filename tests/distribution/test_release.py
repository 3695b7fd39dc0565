"""`script/release` refuses what must not be released, and tags only when it is told to."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
CHANGELOG = (
    "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-12-01\n\n### Fixed\n\n- A bug.\n\n## [1.2.2] - 2026-11-01\n"
)


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def commit(folder: Path) -> None:
    for command in (["add", "--all"], ["commit", "--quiet", "--message", "Change"]):
        assert run(folder, "git", *command).returncode == 0


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository at version 1.2.3 that can be released; its tests pass and its build makes an empty wheel."""
    (tmp_path / "script").mkdir()
    shutil.copy(CHECKOUT / "script" / "release", tmp_path / "script")
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    (tmp_path / ".gitignore").write_text("dist/\n")
    builds = 'mkdir -p dist && touch "dist/revops_iac-1.2.3-py3-none-any.whl"'
    for file, body in ((".ci/run", "echo tested"), (".tools/bin/uv", builds)):
        program = tmp_path / file
        program.parent.mkdir(parents=True)
        program.write_text(f"#!/usr/bin/env bash\n{body}\n")
        program.chmod(0o755)
    for setting in (["user.name", "Rita"], ["user.email", "rita@acme.example"]):
        run(tmp_path, "git", "init", "--quiet", "--initial-branch", "main")
        run(tmp_path, "git", "config", *setting)
    commit(tmp_path)
    return tmp_path


def tags(folder: Path) -> list[str]:
    return run(folder, "git", "tag").stdout.split()


def test_without_an_option_it_checks_and_builds_but_tags_nothing(checkout: Path) -> None:
    ran = run(checkout, "script/release")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == [
        "tested",
        "1.2.3 can be released: dist/ holds the wheel and the source distribution",
        "nothing was tagged; with --tag it would tag v1.2.3",
    ]
    assert [file.name for file in (checkout / "dist").iterdir()] == ["revops_iac-1.2.3-py3-none-any.whl"]
    assert tags(checkout) == []


def test_a_tag_carries_the_section_of_the_changelog(checkout: Path) -> None:
    assert run(checkout, "script/release", "--tag").returncode == 0
    assert tags(checkout) == ["v1.2.3"]
    message = run(checkout, "git", "tag", "--list", "--format=%(contents)", "v1.2.3").stdout
    assert message.strip() == "revops-iac 1.2.3\n\n### Fixed\n\n- A bug."


def refused(checkout: Path, *arguments: str) -> str:
    ran = run(checkout, "script/release", *arguments)
    assert ran.returncode == 1
    assert "tested" not in ran.stdout
    return ran.stderr.splitlines()[0]


def test_changes_that_are_not_committed_are_refused(checkout: Path) -> None:
    (checkout / "new.py").touch()
    assert refused(checkout) == "script/release: the tree has changes that are not committed"


def test_another_branch_is_refused(checkout: Path) -> None:
    run(checkout, "git", "switch", "--quiet", "--create", "topic")
    assert refused(checkout) == "script/release: releases are made from main"


def test_a_version_without_a_dated_section_is_refused(checkout: Path) -> None:
    (checkout / "CHANGELOG.md").write_text(CHANGELOG.replace("[1.2.3] - 2026-12-01", "[1.2.3]"))
    commit(checkout)
    assert refused(checkout) == "script/release: CHANGELOG.md has no dated section for 1.2.3"


def test_a_version_that_is_tagged_is_refused(checkout: Path) -> None:
    run(checkout, "git", "tag", "v1.2.3")
    assert refused(checkout) == "script/release: the tag v1.2.3 exists"


def test_failing_tests_leave_no_tag(checkout: Path) -> None:
    (checkout / ".ci" / "run").write_text("#!/usr/bin/env bash\nexit 1\n")
    commit(checkout)
    assert run(checkout, "script/release", "--tag").returncode == 1
    assert tags(checkout) == []


def test_an_unknown_option_is_refused(checkout: Path) -> None:
    assert refused(checkout, "--publish") == 'script/release: unknown option "--publish"'
