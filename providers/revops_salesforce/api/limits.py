"""Throttling: pauses that grow as the daily limit nears, and waits with jitter between attempts."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Mapping
from typing import Any

ATTEMPTS = 5
ATTEMPTS_WHEN_BUSY = 10
"""For what the org names as passing: a run that others slow down must not end half-way. About 90 s in all."""
ATTEMPTS_UNREACHABLE = 3
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 20.0
SLOW_BELOW = 0.10
"""The share of the day's calls below which every call is preceded by a pause."""
LONGEST_PAUSE_S = 2.0


class Limits:
    """The usage that the vendor reported last (`Sforce-Limit-Info`), shared by all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left = 1.0
        self.sleep = time.sleep

    def note(self, usage: Mapping[str, Any]) -> None:
        """Takes the usage from an answer, as simple-salesforce parsed it."""
        if (daily := usage.get("api-usage")) is not None and daily.total > 0:
            with self._lock:
                self._left = max(0.0, 1 - daily.used / daily.total)

    def pause_s(self) -> float:
        """How long to wait before the next call: nothing until the last tenth of the day's calls, then ever longer."""
        with self._lock:
            return 0.0 if self._left >= SLOW_BELOW else LONGEST_PAUSE_S * (1 - self._left / SLOW_BELOW)

    def pace(self) -> None:
        """Waits before a call when the day's calls run out."""
        if pause := self.pause_s():
            self.sleep(pause)

    def back_off(self, attempt: int) -> None:
        """Waits after a failed attempt (counted from 0): doubled each time, half of it by chance."""
        wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**attempt)
        self.sleep(wait * (0.5 + random.random() / 2))
