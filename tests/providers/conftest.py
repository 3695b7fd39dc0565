"""Simulators for the provider tests: one pair of servers, fresh accounts for each test, nobody waits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from crm_simulators.server import RunningSimulators, running


@pytest.fixture(scope="session")
def _servers() -> Iterator[RunningSimulators]:
    with running() as simulators:
        yield simulators


@pytest.fixture
def accounts(_servers: RunningSimulators, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> RunningSimulators:
    """Fresh simulated accounts; the environment points at them, and the working directory is the test's own."""
    _servers.reset()
    monkeypatch.chdir(tmp_path)
    for name, value in _servers.env().items():
        monkeypatch.setenv(name, value)
    return _servers


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody sleeps; the seconds that would have been slept."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    return slept
