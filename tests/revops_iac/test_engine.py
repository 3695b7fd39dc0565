"""A provider process ends when its engine is gone."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

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


def test_thread_serves_all_its_calls_with_one_event_loop():
    sdk = SimpleNamespace(asyncio=asyncio)
    engine.keep_loops(sdk)

    def served(text: str) -> tuple[engine.KeptLoop, str]:
        loop = sdk.asyncio.new_event_loop()
        answer = loop.run_until_complete(sdk.asyncio.sleep(0, text))
        loop.close()
        return loop, answer

    (first, one), (second, two) = served("one"), served("two")
    with ThreadPoolExecutor(1) as other:
        third, three = other.submit(served, "three").result()
    assert (one, two, three) == ("one", "two", "three")
    assert first is second is not third
    for loop in (first, third):
        asyncio.SelectorEventLoop.close(loop)


def test_loops_of_a_module_that_is_not_the_sdk_are_left_alone():
    for module in (SimpleNamespace(), SimpleNamespace(asyncio="another")):
        before = vars(module).copy()
        engine.keep_loops(module)
        assert vars(module) == before
