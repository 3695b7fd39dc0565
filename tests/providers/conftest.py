"""What the provider tests share: accounts that the environment points at, and nobody waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from crm_simulators.server import RunningSimulators


@pytest.fixture
def accounts(
    request: pytest.FixtureRequest, crms: RunningSimulators, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> RunningSimulators:
    """Fresh simulated accounts; the environment points at them, and the working directory is the test's own."""
    monkeypatch.chdir(tmp_path)
    for name, value in crms.env().items():
        monkeypatch.setenv(name, value)
    if read_lag_s := request.config.getoption("--read-lag"):
        crms.control.faults.add("read_lag", system="hubspot", seconds=read_lag_s)
    return crms


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch, crms: RunningSimulators) -> list[float]:
    """Nobody sleeps; the seconds that would have been slept, which pass in the accounts only."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if crms.control.faults.has("read_lag"):
            with crms.control.lock:
                crms.control.clock.advance(seconds)

    monkeypatch.setattr(time, "sleep", sleep)
    return slept


@pytest.fixture
def reads_catch_up(crms: RunningSimulators) -> Callable[[], None]:
    """Where reads lag: what was prepared, or done by somebody else, shows from now on."""
    return lambda: catch_up(crms)


def catch_up(sims: RunningSimulators) -> None:
    """Let an hour pass where reads lag; where they do not, the clock stays."""
    if sims.control.faults.has("read_lag"):
        with sims.control.lock:
            sims.control.clock.advance(3_600)
