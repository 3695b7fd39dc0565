"""The scripts that people and CI call: which tests they choose, what they find."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
PARALLEL = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
TWO_WORKERS = ["-n", "2", *PARALLEL[2:]]
QUICK = ["-m", "not pulumi"]
COVERAGE = ["--cov", "--cov-report=term:skip-covered"]


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the real scripts, a setup that does nothing, and a Python that prints its arguments."""
    shutil.copytree(CHECKOUT / "script", tmp_path / "script")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    for path, body in ((tmp_path / "script" / "setup", "true"), (python, 'printf "%s\\n" "$@"')):
        path.write_text(f"#!/usr/bin/env bash\n{body}\n")
        path.chmod(0o755)
    for file in ("tests/test_one.py", "tests/test_two.py"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], PARALLEL),
        (["tests"], [*PARALLEL, "tests"]),
        (["tests", "-k", "decay"], [*PARALLEL, "tests", "-k", "decay"]),
        (["tests/test_one.py"], ["tests/test_one.py"]),
        (["tests/test_one.py::test_decay", "-x"], ["tests/test_one.py::test_decay", "-x"]),
        (["tests/test_one.py", "tests/test_two.py"], [*PARALLEL, "tests/test_one.py", "tests/test_two.py"]),
        (["-n", "0", "tests"], ["-n", "0", "tests"]),
        (["--quick"], [*TWO_WORKERS, *QUICK]),
        (["--quick", "tests/test_one.py"], [*QUICK, "tests/test_one.py"]),
        (["--coverage"], [*PARALLEL, *QUICK, *COVERAGE]),
        (["--coverage", "tests"], [*PARALLEL, *QUICK, *COVERAGE, "--cov-fail-under=0", "tests"]),
    ],
    ids=lambda value: " ".join(value) or "all",
)
def test_arguments_choose_tests_and_workers(checkout: Path, arguments: list[str], expected: list[str]) -> None:
    ran = run(checkout, "script/test", *arguments)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == ["-m", "pytest", *expected]


def test_a_machine_path_is_found_in_a_file_that_is_not_added_yet(checkout: Path) -> None:
    run(checkout, "git", "init", "--quiet")
    (checkout / ".gitignore").write_text(".venv/\nignored.py\n")
    assert run(checkout, "script/machine-paths").returncode == 0
    line = f'HOME = "/{"home"}/rita/model"\n'
    (checkout / "ignored.py").write_text(line)
    assert run(checkout, "script/machine-paths").returncode == 0
    (checkout / "new.py").write_text(line)
    ran = run(checkout, "script/machine-paths")
    assert (ran.returncode, ran.stdout) == (1, f"new.py:1:{line}")


def test_every_hook_runs_a_program_of_this_checkout() -> None:
    config = yaml.safe_load((CHECKOUT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {repository["repo"] for repository in config["repos"]} == {"local"}
    programs = [hook["entry"].split()[0] for repository in config["repos"] for hook in repository["hooks"]]
    assert [program for program in programs if not os.access(CHECKOUT / program, os.X_OK)] == []


@pytest.mark.parametrize("pinned", ["tools/uv.txt", "tools/pulumi/go.txt"])
def test_what_a_setup_fetches_is_pinned_by_its_hashes(pinned: str) -> None:
    lines = [line for line in (CHECKOUT / pinned).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert re.fullmatch(r"[a-z-]+==[0-9.]+ \\", lines[0])
    assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in lines[1:])
