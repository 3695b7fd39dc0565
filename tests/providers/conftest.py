"""What the provider tests share: accounts that the environment points at, and nobody waits."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from crm_simulators.server import RunningSimulators


@pytest.fixture
def accounts(crms: RunningSimulators, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> RunningSimulators:
    """Fresh simulated accounts; the environment points at them, and the working directory is the test's own."""
    monkeypatch.chdir(tmp_path)
    for name, value in crms.env().items():
        monkeypatch.setenv(name, value)
    return crms


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody sleeps; the seconds that would have been slept."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    return slept
