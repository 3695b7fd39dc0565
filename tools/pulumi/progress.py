"""Running a slow command so that somebody who waits sees that it moves, on a terminal and in a CI log."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

POLL_S = 0.2
TERMINAL_EVERY_S = 1.0
LOG_EVERY_S = 10.0
KILL_AFTER_S = 5.0


class CommandFailed(Exception):
    """A command ended badly or stood still; the message is one line, and `short` is a few words of it."""

    def __init__(self, message: str, short: str = "") -> None:
        super().__init__(message)
        self.short = short or message


@dataclass
class Reporter:
    """Says every second on a terminal, and every ten elsewhere, how long `label` has been running."""

    label: str
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    clock: Callable[[], float] = time.monotonic
    _started: float = field(init=False)
    _said: float = field(init=False)

    def __post_init__(self) -> None:
        self._started = self._said = self.clock()
        self._on_terminal = self.stream.isatty()

    @property
    def elapsed_s(self) -> float:
        return self.clock() - self._started

    def announce(self) -> None:
        """Say what begins, so that also the first seconds are not silent."""
        print(self.label, end="" if self._on_terminal else "\n", file=self.stream, flush=True)

    def tick(self, detail: str) -> None:
        """Show `detail` when it is time to say something again."""
        every_s = TERMINAL_EVERY_S if self._on_terminal else LOG_EVERY_S
        if self.clock() - self._said < every_s:
            return
        self._said = self.clock()
        text = f"{self.label}: {self.elapsed_s:.0f} s" + (f", {detail}" if detail else "")
        print(f"\r\x1b[K{text}" if self._on_terminal else text, end="" if self._on_terminal else "\n", file=self.stream)
        self.stream.flush()

    def finish(self) -> None:
        """Clear the line on a terminal."""
        if self._on_terminal:
            print("\r\x1b[K", end="", file=self.stream, flush=True)


@dataclass(frozen=True)
class Job:
    """A command, the log of what it prints, and how to see that it moves."""

    label: str
    command: Sequence[str]
    log: Path
    cwd: Path
    environment: Mapping[str, str]
    detail: Callable[[], str]
    give_up_after_s: float | None = None


def run(job: Job, reporter: Reporter | None = None) -> None:
    """Run `job` to its end; raises CommandFailed when it fails, or stands still for `give_up_after_s`."""
    reporter = reporter or Reporter(job.label)
    reporter.announce()
    job.log.parent.mkdir(parents=True, exist_ok=True)
    with job.log.open("wb") as log:
        child = subprocess.Popen(
            job.command, cwd=job.cwd, env=job.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    try:
        _watch(child, job, reporter)
    finally:
        end_group(child)
        reporter.finish()
    if child.returncode:
        message = f"{job.label} failed: {last_line(job.log)} (whole log: {job.log})"
        raise CommandFailed(message, short=f"see {job.log}")


def _watch(child: subprocess.Popen[bytes], job: Job, reporter: Reporter) -> None:
    seen, moved_at = job.detail(), reporter.clock()
    while True:
        with suppress(subprocess.TimeoutExpired):
            child.wait(POLL_S)
            return
        detail = job.detail()
        if detail != seen:
            seen, moved_at = detail, reporter.clock()
        if job.give_up_after_s is not None and reporter.clock() - moved_at > job.give_up_after_s:
            raise CommandFailed(f"{job.label} stood still for {job.give_up_after_s:g} s")
        reporter.tick(detail)


def end_group(child: subprocess.Popen[bytes]) -> None:
    """End the command and what it started, also after Ctrl-C."""
    if child.poll() is not None:
        return
    os.killpg(child.pid, signal.SIGTERM)
    try:
        child.wait(KILL_AFTER_S)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def last_line(log: Path) -> str:
    """The last line of a log that says something."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it printed nothing"
