"""One call to HubSpot, as a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from revops_hubspot.api.errors import Json

Landed = Callable[[], Json | None]
"""Asks the account whether a write arrived: what the call would have answered, None when nothing shows that it did."""


@dataclass(frozen=True)
class Request:
    """`path` is a template: `parts` fill its `{name}`, percent-encoded. `reads` marks a POST that changes nothing.

    `landed` is asked when the answer of a write is lost. With `is_ambiguous` a second write would do it twice, so that
    reads must catch up with the first one before it is sent again.
    """

    method: str
    path: str
    body: Json = None
    query: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    reads: bool = False
    landed: Landed | None = None
    is_ambiguous: bool = False
    may_have_landed: bool = False
    """An earlier request may have done it, so `landed` is asked before the first try."""
    due: tuple[str, ...] = ()
    """Keys that the answer must have."""

    @property
    def call(self) -> str:
        """For messages: `HubSpot GET /crm/v3/properties/deals`."""
        return f"HubSpot {self.method} {self.path.format(**self.parts)}"

    @property
    def is_write(self) -> bool:
        """Whether it changes the account."""
        return self.method != "GET" and not self.reads

    @property
    def is_search(self) -> bool:
        """Whether it counts for the limit of the search endpoints."""
        return self.path.startswith("/crm/") and "/objects/" in self.path and self.path.endswith("/search")

    @property
    def is_repeatable(self) -> bool:
        """Whether it may be sent again after its answer was lost: nothing is done twice, or we can ask."""
        return self.reads or self.method != "POST" or self.landed is not None


class NoAnswer(Exception):
    """The call may have landed or not; `reason` says what happened on the way."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Refused(Exception):
    """An answer that is no success."""

    status: int
    body: str
    headers: Mapping[str, str] = field(repr=False)
