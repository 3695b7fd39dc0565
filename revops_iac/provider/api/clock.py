"""The clock of a vendor's server against that of this machine, from the `Date` of its answers.

What depends on the day, such as the records that an automation would enroll, is counted by the vendor's clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

SKEW_S = 60
"""How far the clocks may be apart: tokens of logins live for minutes."""
HOURS_FROM_S = 7200
FIX = "synchronize the clock of this machine (NTP): logins and go-live dates depend on it"


def seconds_ahead(date_header: str | None, ours: datetime) -> float | None:
    """By how many seconds our clock is ahead of the server's; None where it did not state the time."""
    theirs = _moment(date_header or "")
    return None if theirs is None else (ours - theirs).total_seconds()


@lru_cache(maxsize=8)
def _moment(date_header: str) -> datetime | None:
    """Many answers come within a second."""
    try:
        given = parsedate_to_datetime(date_header)
    except (TypeError, ValueError):
        return None
    return given if given.tzinfo is not None else given.replace(tzinfo=UTC)


def skew(ahead_s: float, label: str) -> str:
    """How far apart the clocks are, in words; empty where it does not matter.

    >>> skew(-120.4, "HubSpot"), skew(172_799.6, "HubSpot"), skew(30, "HubSpot")
    ('this machine is 120 s behind HubSpot', 'this machine is 48 h ahead of HubSpot', '')
    """
    if abs(ahead_s) <= SKEW_S:
        return ""
    size = f"{round(abs(ahead_s)):,} s" if abs(ahead_s) < HOURS_FROM_S else f"{round(abs(ahead_s) / 3600):,} h"
    return f"this machine is {size} {'ahead of' if ahead_s > 0 else 'behind'} {label}"


class ServerClock:
    """What a client has learned of the server's time. Thread-safe: the latest answer counts."""

    def __init__(self, ours: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._ours = ours
        self.ahead_s = 0.0
        """By how many seconds our clock is ahead."""

    def learn(self, headers: Mapping[str, str]) -> None:
        """Reads the `Date` of an answer."""
        ahead_s = seconds_ahead(headers.get("Date"), self._ours())
        if ahead_s is not None:
            self.ahead_s = ahead_s

    def now(self) -> datetime:
        """The moment there, in UTC; our own where the clocks agree."""
        is_off = abs(self.ahead_s) > SKEW_S
        return self._ours() - timedelta(seconds=self.ahead_s if is_off else 0.0)
