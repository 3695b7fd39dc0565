"""Runs that follow each other faster than HubSpot's reads show what was written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from crm_simulators.control import Control
from revops_hubspot.dynamic import KINDS

from tests.end_to_end.small_stack import SmallStack
from tests.providers.contract import docstring_block

pytestmark = pytest.mark.pulumi

LAG_S = 60
DECLARED = ("PropertyGroup", "Property", "List", "Workflow", "WorkflowActivation", "Pipeline")
READ = "^/crm/v3/lists/search$"


def test_second_run_sees_what_the_first_one_wrote(stack: SmallStack) -> None:
    stack.configure("hubspot", maxEnroll=10)
    stack.hubspot({name: {example_key(name): docstring_block(KINDS[name], "Example")} for name in DECLARED})
    control = stack.crms.control
    control.faults.add("read_lag", system="hubspot", seconds=LAG_S)
    with fast_time(control, lambda: len(stack.writes()) < len(DECLARED)):
        stack.project.up().succeeded()
    assert len(stack.writes()) == len(DECLARED)  # the last of them enables the workflow
    control.log.clear()

    with fast_time(control, lambda: len(control.log.select(path=READ)) > 1):
        preview = stack.project.preview("--expect-no-changes").succeeded()

    assert "does not show the latest write of this stack yet; waiting up to" in preview.output
    assert stack.writes() == []
    assert len(stack.crms.dump("hubspot")["flows"]) == 1


def example_key(kind: str) -> str:
    inputs: dict[str, Any] = docstring_block(KINDS[kind], "Example") or {}
    return KINDS[kind].vendor_name(KINDS[kind].parse(inputs))


@contextmanager
def fast_time(control: Control, is_desired: Callable[[], bool]) -> Iterator[None]:
    """The simulated minute passes in two seconds, while `is_desired` says so."""
    ends = threading.Event()

    def tick() -> None:
        while not ends.wait(0.1):
            if is_desired():
                with control.lock:
                    control.clock.advance(3)

    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        yield
    finally:
        ends.set()
        ticker.join()
