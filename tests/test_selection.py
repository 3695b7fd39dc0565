"""How the tests are chosen and ordered: the real CLI in marked tests only, long files first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.real_cli import CLI, UnmarkedTest, is_real_cli
from tests.scheduling import LONGEST_FIRST, SPLIT, longest_first, missing_files


def test_unmarked_test_cannot_start_the_real_cli() -> None:
    with pytest.raises(UnmarkedTest, match=r"test_unmarked_test_cannot_start_the_real_cli .* mark it with"):
        subprocess.run([str(CLI), "version"], check=False)


def test_stand_ins_and_other_programs_can_be_started(tmp_path: Path) -> None:
    stand_in = tmp_path / "pulumi"
    stand_in.write_text("#!/bin/sh\necho v3.201.0\n")
    stand_in.chmod(0o755)
    assert subprocess.run([str(stand_in)], capture_output=True, text=True, check=True).stdout == "v3.201.0\n"
    assert not is_real_cli("pulumi", {"PATH": str(tmp_path)})
    assert not is_real_cli(sys.executable)


def test_long_files_begin_first_and_keep_the_order_of_their_tests(request: pytest.FixtureRequest) -> None:
    mine = [item for item in request.session.items if item.path == Path(__file__)]
    assert longest_first(mine) == mine
    files = list(dict.fromkeys(item.nodeid.partition("::")[0] for item in request.session.items))
    known = [file for file in files if file in LONGEST_FIRST]
    assert files[: len(known)] == known == [file for file in LONGEST_FIRST if file in known]


def test_files_of_the_order_exist() -> None:
    assert missing_files(Path(__file__).resolve().parents[1]) == []
    assert not set(LONGEST_FIRST) & set(SPLIT)
