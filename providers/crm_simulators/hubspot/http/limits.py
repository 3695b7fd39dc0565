"""API call limits: rate-limit headers, 429 responses and usage."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crm_simulators.hubspot.portal.portal import Portal

INTERVAL = timedelta(seconds=10)
HIGH_LIMIT = 1_000_000
SEARCHES_PER_SECOND = 5  # [T; older docs 4]
TIERS: dict[str, tuple[int, int]] = {
    "free": (100, 250_000),
    "starter": (100, 250_000),
    "professional": (190, 625_000),
    "enterprise": (190, 1_000_000),
}  # per 10 seconds and app, per day and account [D/T 71121801216, O agree]


@dataclass
class Limiter:
    """Counts calls on the simulated clock, by run: the counts are not part of the account's state."""

    portal: Portal
    calls: dict[str, deque[datetime]] = field(default_factory=dict)
    searches: deque[datetime] = field(default_factory=deque)
    day: str = ""
    today: int = 0

    def count(self, token: str, is_search: bool) -> str | None:
        """Count a call; returns the name of the policy that it exceeds, if any."""
        now = self.portal.control.clock.now()
        per_interval, per_day = self._limits()
        today = now.astimezone(ZoneInfo(self.portal.state["account"]["timeZone"])).date().isoformat()
        if self.day != today:  # midnight where the portal is [D]
            self.day, self.today = today, 0
        calls = self.calls.setdefault(token, deque())
        _forget(calls, now - INTERVAL)
        _forget(self.searches, now - timedelta(seconds=1))
        if self.today >= per_day:
            return "DAILY"
        if len(calls) >= per_interval:
            return "TEN_SECONDLY_ROLLING"
        if is_search and self._enforced() and len(self.searches) >= SEARCHES_PER_SECOND:
            return "SECONDLY"
        calls.append(now)
        self.today += 1
        if is_search:
            self.searches.append(now)
        return None

    def forget(self) -> None:
        """Reset the counts."""
        self.calls.clear()
        self.searches.clear()
        self.today = 0

    def headers(self, token: str, is_search: bool) -> dict[str, str]:
        """Rate-limit headers [T]; search responses have none [?]."""
        if is_search:
            return {}
        per_interval, per_day = self._limits()
        used = len(self.calls.get(token, ()))
        return {
            "x-hubspot-ratelimit-max": str(per_interval),
            "x-hubspot-ratelimit-remaining": str(max(0, per_interval - used)),
            "x-hubspot-ratelimit-interval-milliseconds": "10000",
            "x-hubspot-ratelimit-daily": str(per_day),
            "x-hubspot-ratelimit-daily-remaining": str(max(0, per_day - self.today)),
            "x-hubspot-ratelimit-secondly": str(per_interval // 10),
            "x-hubspot-ratelimit-secondly-remaining": str(max(0, (per_interval - used) // 10)),
        }

    def daily(self) -> tuple[int, int]:
        """Today's calls and the daily limit."""
        return self.today, self._limits()[1]

    def _enforced(self) -> bool:
        return self.portal.switch("rate_limits") == "tier"

    def _limits(self) -> tuple[int, int]:
        return TIERS[self.portal.state["account"]["tier"]] if self._enforced() else (HIGH_LIMIT, HIGH_LIMIT)


def _forget(moments: deque[datetime], before: datetime) -> None:
    while moments and moments[0] <= before:
        moments.popleft()
