"""Slow commands are shown to move, and are given up when they do not."""

import io
import os
import sys
import time
from pathlib import Path

import pytest

from tools.pulumi import progress


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "POLL_S", 0.02)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def job(tmp_path: Path, program: str, give_up_after_s: float | None = None, detail: str = "") -> progress.Job:
    command = [sys.executable, "-c", program]
    log = tmp_path / "logs" / "job.log"
    return progress.Job("the job", command, log, tmp_path, os.environ, lambda: detail, give_up_after_s)


def test_a_log_gets_a_line_at_the_start_and_every_ten_seconds() -> None:
    stream, clock = io.StringIO(), Clock()
    reporter = progress.Reporter("building", stream, clock)
    reporter.announce()
    for second in range(1, 26):
        clock.now = 100.0 + second
        reporter.tick(f"{second} packages")
    reporter.finish()
    assert stream.getvalue() == "building\nbuilding: 10 s, 10 packages\nbuilding: 20 s, 20 packages\n"


def test_a_terminal_shows_one_line_that_is_rewritten_and_cleared() -> None:
    stream, clock = Terminal(), Clock()
    reporter = progress.Reporter("building", stream, clock)
    for tenth in (5, 11, 15, 22):
        clock.now = 100.0 + tenth / 10
        reporter.tick("")
    reporter.finish()
    assert stream.getvalue() == "\r\x1b[Kbuilding: 1 s\r\x1b[Kbuilding: 2 s\r\x1b[K"


def test_a_command_that_ends_well_leaves_its_output_in_the_log(tmp_path: Path) -> None:
    progress.run(job(tmp_path, "print('hello')"), progress.Reporter("the job", io.StringIO()))
    assert (tmp_path / "logs" / "job.log").read_text() == "hello\n"


def test_a_command_that_fails_is_told_by_its_last_line(tmp_path: Path) -> None:
    failing = job(tmp_path, "import sys; print('first\\nlast line\\n'); sys.exit(3)")
    with pytest.raises(progress.CommandFailed) as failure:
        progress.run(failing, progress.Reporter("the job", io.StringIO()))
    assert str(failure.value) == f"the job failed: last line (whole log: {failing.log})"
    assert failure.value.short == f"see {failing.log}"


def test_a_command_that_stands_still_is_ended_with_its_children(tmp_path: Path) -> None:
    program = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    started = time.monotonic()
    with pytest.raises(progress.CommandFailed, match=r"^the job stood still for 0\.1 s$"):
        progress.run(job(tmp_path, program, give_up_after_s=0.1), progress.Reporter("the job", io.StringIO()))
    assert time.monotonic() - started < 10


def test_a_command_that_moves_is_not_given_up(tmp_path: Path) -> None:
    moving = job(tmp_path, "import time; time.sleep(0.3)", give_up_after_s=0.1)
    moving = progress.Job(**{**vars(moving), "detail": lambda: str(time.monotonic())})
    progress.run(moving, progress.Reporter("the job", io.StringIO()))
