"""Keeps the real Pulumi CLI out of tests that are not marked `pulumi`, so that `script/test --quick` is quick."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CLI = Path(__file__).resolve().parents[1] / ".tools" / "bin" / "pulumi"


class UnmarkedTest(Exception):
    """A test without the marker starts the CLI."""


class CliGuard:
    """Watches every process that this one starts, while a test runs that is not marked."""

    def __init__(self) -> None:
        self.unmarked: str | None = None
        sys.addaudithook(self._watch)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.unmarked = None if item.get_closest_marker("pulumi") else item.nodeid
        try:
            return (yield)
        finally:
            self.unmarked = None

    def _watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event != "subprocess.Popen" or self.unmarked is None:
            return
        program, _, _, environment = arguments
        if is_real_cli(os.fsdecode(program), environment):
            raise UnmarkedTest(f"{self.unmarked} starts the Pulumi CLI: mark it with pytest.mark.pulumi")


def is_real_cli(program: str, environment: dict[str, str] | None = None) -> bool:
    """Whether a program is the CLI that script/setup provides; a stand-in of a test is not."""
    if Path(program).name != "pulumi":
        return False
    found = shutil.which(program, path=(environment or os.environ).get("PATH"))
    return found is not None and os.path.realpath(found) == os.path.realpath(CLI)
