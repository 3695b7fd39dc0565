"""The Pulumi engine that a provider process serves: the process ends when its engine is gone.

A CLI that is killed leaves its provider processes running, with credentials in their environment (measured: they wait
for calls without end). Pulumi passes the engine's address as the first argument [S: pulumi.dynamic.__main__].
"""

from __future__ import annotations

import asyncio
import gc
import os
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

INTERVAL_S = 2.0
CONNECT_TIMEOUT_S = 5.0
TRIES = 3
"""How many connections in a row must fail: one alone may be an accident."""
AT_ONCE = 32
"""How many calls of the engine a provider process serves at once while it writes: as many leave in one batch."""
RARE_COLLECTIONS = (100_000, 50, 50)
"""For the garbage collector of a process that soon ends: what a run makes, hundreds of thousands of objects, it keeps
to its end, and looking at them again and again took a fifth of a program's time."""


def begin_serving() -> None:
    """Prepares a provider process, within the first call that the engine makes; changes nothing in another process."""
    if engine_address(sys.argv) is not None:
        collect_rarely()
        end_without_engine()
        keep_loops(sys.modules["__main__"])


def begin_writing() -> None:
    """Lets a provider process work on more resources at once, within a call that writes; reads come from what was read
    in bulk, and more threads than the SDK's would only wait for each other (measured: a quarter more CPU)."""
    if engine_address(sys.argv) is not None:
        serve_more_at_once()


def collect_rarely() -> None:
    """From now on garbage is looked for rarely, as suits a process of one run."""
    gc.freeze()
    gc.set_threshold(*RARE_COLLECTIONS)


class KeptLoop(asyncio.SelectorEventLoop):
    """An event loop that is used again instead of being closed."""

    def close(self) -> None:
        """Stays open for the next call that its thread serves."""


def keep_loops(sdk: Any) -> None:
    """Gives each thread of a provider process one event loop for all that it serves. `sdk` is the module that makes
    and closes one for each call [S: pulumi.dynamic.__main__]: it took a tenth of a refresh's CPU (measured)."""
    if getattr(sdk, "asyncio", None) is asyncio:
        loops = threading.local()

        def kept() -> asyncio.AbstractEventLoop:
            loops.kept = getattr(loops, "kept", None) or KeptLoop()
            loop: asyncio.AbstractEventLoop = loops.kept
            return loop

        sdk.asyncio = SimpleNamespace(**{**vars(asyncio), "new_event_loop": kept})


def engine_address(arguments: Sequence[str]) -> tuple[str, int] | None:
    """Host and port of the engine in the arguments of a plugin process, None where there is none.

    >>> engine_address(["__main__.py", "127.0.0.1:40123"])
    ('127.0.0.1', 40123)
    >>> engine_address(["pytest"])
    """
    match = re.fullmatch(r"(?P<host>[\w.-]+):(?P<port>\d{1,5})", arguments[1] if len(arguments) > 1 else "")
    return (match["host"], int(match["port"])) if match else None


def answers(address: tuple[str, int]) -> bool:
    """Whether something listens there."""
    try:
        socket.create_connection(address, CONNECT_TIMEOUT_S).close()
    except OSError:
        return False
    return True


def end_without_engine(exit_process: Callable[[int], None] = os._exit) -> None:
    """From now on the process ends a few seconds after its engine is gone; calls under way end as after a kill."""
    address = engine_address(sys.argv)
    if address is not None:
        threading.Thread(target=_watch, args=(address, exit_process), name="engine", daemon=True).start()


def serve_more_at_once() -> None:
    """Lets this provider process serve `AT_ONCE` calls: the SDK's four [S: pulumi.dynamic.__main__] would leave only
    four creations to gather. Called within such a call, of which the engine makes as many at once as `--parallel` says.
    """
    frame = sys._getframe()
    while (caller := frame.f_back) is not None:
        frame = caller
        served_by = frame.f_locals.get("executor_reference")  # of the worker thread [S: concurrent.futures.thread]
        executor = served_by() if callable(served_by) else None
        if isinstance(executor, ThreadPoolExecutor):
            executor._max_workers = max(executor._max_workers, AT_ONCE)


def _watch(address: tuple[str, int], exit_process: Callable[[int], None]) -> None:
    failed = 0
    while failed < TRIES:
        time.sleep(INTERVAL_S)
        failed = 0 if answers(address) else failed + 1
    exit_process(1)
