"""Reading what was just written: answers lag up to 0.7 s [T], those of custom object schemas over a minute [O]."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

READ_LAG_S = 60.0
"""After that long a read is believed, whatever it shows."""
FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 8.0

T = TypeVar("T")


def is_there(found: object) -> bool:
    """Whether a read found something."""
    return found is not None


def stamp_of(*entries: Any) -> str:
    """The latest `updatedAt` among answers: ISO 8601 in UTC, so that texts compare as times; empty without one."""
    return max((str(entry.get("updatedAt") or "") for entry in entries if entry), default="")


def shows(stamp: str, since: str) -> bool:
    """Whether a read with this stamp has seen the write that was answered with `since`."""
    return bool(since) and stamp >= since


def read_until(read: Callable[[], T], is_current: Callable[[T], bool], patience_s: float = READ_LAG_S) -> T:
    """What `read` answers as soon as `is_current` says that it shows our write, or when the patience is over.

    >>> answers = iter([1, 2])
    >>> read_until(lambda: next(answers), lambda found: found == 2)
    2
    """
    pause_s, waited_s = FIRST_PAUSE_S, 0.0
    while True:
        found = read()
        if is_current(found) or waited_s >= patience_s:
            return found
        pause_s = min(pause_s, patience_s - waited_s)
        time.sleep(pause_s)
        waited_s += pause_s
        pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
