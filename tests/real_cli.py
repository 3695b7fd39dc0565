"""Keeps the real Pulumi CLI out of tests that are not marked `pulumi`, so that `script/test --quick` is quick."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

CLI = Path(__file__).resolve().parents[1] / ".tools" / "bin" / "pulumi"


class UnmarkedTest(Exception):
    """A test without the marker starts the CLI."""


class CliGuard:
    """Watches every process that this one starts, while a test runs that is not marked.

    An audit hook would see them too, but is called for every file, import and socket: 2% of the time of the tests.
    """

    def __init__(self) -> None:
        self.unmarked: str | None = None
        patch.object(subprocess.Popen, "__init__", self._watched(subprocess.Popen.__init__)).start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.unmarked = None if item.get_closest_marker("pulumi") else item.nodeid
        try:
            return (yield)
        finally:
            self.unmarked = None

    def _watched(self, start: Callable[..., None]) -> Callable[..., None]:
        def watch(process: Any, arguments: Any, *rest: Any, **options: Any) -> None:
            named = arguments if isinstance(arguments, str | bytes | os.PathLike) else arguments[0]
            program = options.get("executable") or named
            if self.unmarked is not None and is_real_cli(os.fsdecode(program), options.get("env")):
                raise UnmarkedTest(f"{self.unmarked} starts the Pulumi CLI: mark it with pytest.mark.pulumi")
            start(process, arguments, *rest, **options)

        return watch


def is_real_cli(program: str, environment: dict[str, str] | None = None) -> bool:
    """Whether a program is the CLI that script/setup provides; a stand-in of a test is not."""
    if Path(program).name != "pulumi":
        return False
    found = shutil.which(program, path=(environment or os.environ).get("PATH"))
    return found is not None and os.path.realpath(found) == os.path.realpath(CLI)
