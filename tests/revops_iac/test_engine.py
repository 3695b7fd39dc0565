"""A provider process ends when its engine is gone."""

from __future__ import annotations

import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from revops_iac import engine


def test_process_ends_once_the_engine_is_gone_and_not_before(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engine, "INTERVAL_S", 0.02)
    ended: list[int] = []
    over = threading.Event()

    def end(code: int) -> None:
        ended.append(code)
        over.set()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        monkeypatch.setattr(sys, "argv", ["__main__.py", f"127.0.0.1:{listening.getsockname()[1]}"])
        engine.end_without_engine(end)
        for _ in range(3):
            listening.accept()[0].close()
        assert not ended
    assert over.wait(10)
    assert ended == [1]


@pytest.mark.parametrize("arguments", [["pytest"], ["pytest", "-q"], ["pytest", "tests/a.py::test_b"]])
def test_process_that_serves_no_engine_is_left_alone(monkeypatch: pytest.MonkeyPatch, arguments: list[str]):
    monkeypatch.setattr(sys, "argv", arguments)
    before = threading.active_count()
    engine.end_without_engine(lambda code: pytest.fail("ended"))
    assert threading.active_count() == before


def test_provider_process_serves_more_calls_at_once_than_the_four_of_the_sdk():
    with ThreadPoolExecutor(max_workers=4) as served_by:
        served_by.submit(engine.serve_more_at_once).result()
        together = threading.Barrier(5, timeout=10)
        assert sorted(served_by.map(lambda _: together.wait(), range(5))) == [0, 1, 2, 3, 4]
