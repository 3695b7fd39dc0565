"""How fast one account is called: slows down before the wall, and says how long to wait after it.

https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
"""

from __future__ import annotations

import bisect
import random
import threading
import time
from collections.abc import Mapping

SLOW_BELOW = 0.15
"""The share of the interval's calls that is kept as a reserve for other users of the same app."""
SEARCH_SPACING_S = 0.22
"""Search endpoints take 5 calls a second per account, and their answers carry no rate headers [T][?]."""
RETRY_WAIT_S = 1.0
RETRY_WAIT_MAX_S = 30.0
LOCKED_WAIT_S = 2.0
"""A 423 asks for two seconds or more [D]."""


class Limiter:
    """Shared by all threads that call one account. Once a header names the limit, our own calls never reach it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spacing_s = 0.0
        self._next_call = 0.0
        self._next_search = 0.0
        self._most: float | None = None
        self._interval_s = 0.0
        self._calls: list[float] = []

    def wait_turn(self, is_search: bool = False) -> None:
        """Returns when the next call may go out."""
        with self._lock:
            now = time.monotonic()
            at = self._free_slot(now, max(now, self._next_call, self._next_search if is_search else 0.0))
            self._next_call = at + self._spacing_s
            if is_search:
                self._next_search = at + SEARCH_SPACING_S
        if at > now:
            time.sleep(at - now)

    def _free_slot(self, now: float, at: float) -> float:
        """`at`, or later where our own calls fill the window already: those under way are not in any header yet."""
        if self._most is None:
            return at
        del self._calls[: bisect.bisect_right(self._calls, now - self._interval_s)]
        allowed = max(1, int(self._most * (1 - SLOW_BELOW)))
        if len(self._calls) >= allowed:
            at = max(at, self._calls[-allowed] + self._interval_s)
        bisect.insort(self._calls, at)
        return at

    def learn(self, headers: Mapping[str, str]) -> None:
        """Reads the rate headers of an answer: near the wall, what is left is spread over the interval."""
        most, left = _number(headers, "X-HubSpot-RateLimit-Max"), _number(headers, "X-HubSpot-RateLimit-Remaining")
        interval_ms = _number(headers, "X-HubSpot-RateLimit-Interval-Milliseconds")
        if most is None or left is None or interval_ms is None:
            return
        with self._lock:
            self._most, self._interval_s = most, interval_ms / 1000
            self._spacing_s = interval_ms / 1000 / max(left, 1) if left < most * SLOW_BELOW else 0.0

    def back_off(self, attempt: int, status: int, headers: Mapping[str, str]) -> None:
        """Waits after a refused or lost call: what the server asks for, else doubling with jitter. `attempt` from 0.

        After a 429 the wait is due before the next call of any thread, in `wait_turn`.
        """
        asked = _number(headers, "Retry-After")
        if asked is None:
            floor = LOCKED_WAIT_S if status == 423 else RETRY_WAIT_S
            asked = min(floor * 2**attempt, RETRY_WAIT_MAX_S)
        wait_s = asked + random.uniform(0, 0.25 * asked)
        if status != 429:
            time.sleep(wait_s)
            return
        with self._lock:  # all threads share the limit: none calls before that
            self._next_call = max(self._next_call, time.monotonic() + wait_s)


def _number(headers: Mapping[str, str], name: str) -> float | None:
    value = headers.get(name)
    try:
        return None if value is None else float(value)
    except ValueError:
        return None
