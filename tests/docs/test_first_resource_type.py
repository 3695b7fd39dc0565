"""The guide to a first resource type works: its code, written into a copy of the packages, passes the contract."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from revops_salesforce.metadata.kind import MetadataKind

from revops_iac.provider.kind import Kind

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "contributing" / "first-resource-type.md"
BLOCK = re.compile(r"^```\w*\n# (?P<path>\S+/\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
COPIED = ("revops_iac", "providers", "policies", "stacks", "tests/providers", "tests/policies")
LATE = " --read-lag 60"
PLAIN = ("-p", "no:cacheprovider", "-p", "no:xdist")
NEXT = "the next run"
IN_TURN = f"""
import json, sys, pytest
ended = []
for arguments in json.loads(sys.argv[1]):
    if ended:
        print("{NEXT}")
    ended.append(pytest.main(arguments))
sys.exit(max(ended))
"""
"""Runs pytest in one process as often as there are lists of arguments: most of a short run is the import of modules."""
ENGINE = frozenset({"name", "system", "parse", "state", "typed", "declared_in", "locate", "all_names"})
"""What the engine alone calls, or what follows from the rest."""
FILES = ("pyproject.toml", "Pulumi.yaml", "tests/*.py")


def blocks() -> dict[str, str]:
    """The files of the page by path."""
    return {found["path"]: found["text"] for found in BLOCK.finditer(PAGE.read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages and of the tests that the page runs, with the files of the page in it."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in COPIED:
        left_out = shutil.ignore_patterns(".revops", ".venv")
        shutil.copytree(ROOT / name, copy / name, ignore=left_out, copy_function=link_or_copy)
    for file in (file for pattern in FILES for file in ROOT.glob(pattern)):
        shutil.copy2(file, copy / file.relative_to(ROOT))
    for path, text in blocks().items():
        assert not (copy / path).exists(), f"{path} is there already: the page needs another example"
        (copy / path).write_text(text, encoding="utf-8")
    return copy


def link_or_copy(source: str, copy: str) -> None:
    """A link costs a tenth of a copy; nothing here writes into a file that is there."""
    try:
        os.link(source, copy)
    except OSError:  # on another disk
        shutil.copy2(source, copy)


def run(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs Python in the copy, which imports the packages of the copy alone."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_CORE_"))}
    folders = (tree, tree / "providers", tree / "policies")
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=tree,
        env={**kept, "PYTHONPATH": os.pathsep.join(map(str, folders))},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def passed(tree: Path) -> Sequence[str]:
    """The tests that the page names, run on the code of the page: a line for each that passed, and none failed."""
    chosen = [_arguments(options) for options in ("", LATE)]
    ended = run(tree, "-c", IN_TURN, json.dumps(chosen))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    each = zip(("", LATE), ended.stdout.split(NEXT), strict=True)
    return [f"{line}{options}" for options, text in each for line in text.splitlines() if line.startswith("PASSED")]


def _arguments(options: str) -> list[str]:
    """One run of pytest for all commands with these options."""
    chosen = [command.removesuffix(options).split(" -k ") for command in commands() if command.endswith(options)]
    files = dict.fromkeys(file for file, _ in chosen)
    names = " or ".join(dict.fromkeys(name.strip() for _, name in chosen if LATE not in name))
    return ["-q", "-rp", *PLAIN, *files, "-k", names, *options.split()]


def commands() -> list[str]:
    """The arguments of each `script/test` on the page."""
    return re.findall(r"^script/test (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("command", commands())
def test_code_of_the_page_passes_the_tests_that_the_page_names(passed: Sequence[str], command: str) -> None:
    file, name = command.removesuffix(LATE).split(" -k ")
    options = LATE if command.endswith(LATE) else "]"
    assert [line for line in passed if file in line and name in line and line.endswith(options)]


def test_code_of_the_page_is_clean(tree: Path) -> None:
    for check in (("check",), ("format", "--check")):
        ended = run(tree, "-m", "ruff", *check, *blocks())
        assert ended.returncode == 0, ended.stdout + ended.stderr


def test_page_names_everything_that_a_kind_can_say() -> None:
    text = PAGE.read_text(encoding="utf-8")
    known = {name for kind in (Kind, MetadataKind) for name in (*vars(kind), *kind.__annotations__) if name[0] != "_"}
    assert sorted(name for name in known - ENGINE if f"`{name}`" not in text) == []
