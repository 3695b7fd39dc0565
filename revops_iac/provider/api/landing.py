"""Whether a creation that failed may have left something: only one that surely did nothing is forgotten.

A client says of each write, on the thread that it serves, that it was done or may have been: before it asks the account
what became of it, for that question may fail too.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Trace:
    """What the writes of one thread have come to, within one block."""

    landed: bool = False
    """Whether one was done, or may have been."""
    outer: Trace | None = None

    def hand_on(self) -> None:
        """Lets the block around this one know."""
        if self.outer is not None:
            self.outer.landed |= self.landed


class _Current(threading.local):
    trace: Trace | None = None


_current = _Current()


@contextmanager
def traced() -> Iterator[Trace]:
    """Follows the writes of this thread; a block around this one learns of them only where they are handed on."""
    trace = _current.trace = Trace(outer=_current.trace)
    try:
        yield trace
    finally:
        _current.trace = trace.outer


def note_landed() -> None:
    """Says that a write of this thread was done, or may have been."""
    if _current.trace is not None:
        _current.trace.landed = True
