"""The wait for reads that lag behind our own writes."""

from __future__ import annotations

import time

import pytest

from revops_iac.provider.session.read_lag import wait_for
from revops_iac.provider.session.stores import Written

LAG_S = 60.0


def write(at: float) -> Written:
    return Written("Property", "contacts.acv", at, "d1", [], "")


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    return waits


def test_wait_ends_when_the_write_shows(slept: list[float], capfd: pytest.CaptureFixture[str]) -> None:
    answers = iter([False, False, True])
    wait_for([write(time.time())], LAG_S, lambda _: next(answers), lambda: None, "HubSpot")
    assert slept == [0.5, 1.0]
    assert capfd.readouterr().err == (
        "HubSpot: Property contacts.acv does not show the latest write of this stack yet; waiting up to 60 s\n"
    )


@pytest.mark.parametrize("at_s", [0.0, 1_000_000.0])
def test_wait_never_exceeds_the_lag(at_s: float, slept: list[float]) -> None:
    wait_for([write(time.time() + at_s)], LAG_S, lambda _: False, lambda: None, "HubSpot")
    assert LAG_S <= sum(slept) < LAG_S + 8


def test_nothing_is_asked_when_nothing_was_written(slept: list[float]) -> None:
    wait_for([], LAG_S, lambda _: pytest.fail("asked"), lambda: None, "HubSpot")
    assert slept == []
