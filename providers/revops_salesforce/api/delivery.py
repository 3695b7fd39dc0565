"""Sends a call until the org answers: logs in again, waits out temporary errors, never repeats a landed write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Generic, TypeVar

from revops_iac.errors import AccountError
from revops_iac.provider.api.answers import UnreadableAnswer
from revops_iac.provider.api.landing import note_landed
from revops_salesforce.api.errors import Refusal, account_error
from revops_salesforce.api.limits import ATTEMPTS, ATTEMPTS_UNREACHABLE, ATTEMPTS_WHEN_BUSY, Limits
from revops_salesforce.api.versions import data_path

if TYPE_CHECKING:
    from revops_salesforce.api.connection import Connection, Line

T = TypeVar("T")
SLOW_CODES = frozenset({"REQUEST_RUNNING_TOO_LONG", "ENTITY_IS_LOCKED", "TIMEOUT"})
"""Each of these tries takes minutes."""
Landed = Callable[[], T | None]
"""Asks the org whether a write that was not answered has landed; its answer then, else None."""


@dataclass(frozen=True)
class Operation(Generic[T]):
    """One call: its name for messages, how it is asked, and for a write how a lost answer is made good.

    A write that is not `repeatable` is sent again only where `landed` can tell that the first one did nothing.
    """

    name: str
    ask: Callable[[Line], T]
    is_write: bool = False
    landed: Landed[T] | None = None
    repeatable: bool = True
    path: str | None = None
    """Below `/services/data/v67.0/`, where it is a REST call."""

    def title(self, version: str) -> str:
        """For messages, in the API version that is spoken."""
        return self.name if self.path is None else f"{self.name} {data_path(self.path, version)}"


def attempts(refusal: Refusal) -> int:
    """How often a call that was refused so is tried at the most."""
    if refusal.is_unreachable or refusal.code == "UNREADABLE":
        return ATTEMPTS_UNREACHABLE
    return ATTEMPTS_WHEN_BUSY if refusal.is_busy and refusal.code not in SLOW_CODES else ATTEMPTS


class Delivery(Generic[T]):
    """One operation under way."""

    def __init__(self, operation: Operation[T], connection: Connection, limits: Limits) -> None:
        self.operation = operation
        self._connection, self._limits = connection, limits
        self._line: Line | None = None
        self._logged_in_again = False

    def answer(self) -> T:
        """The answer of the first try that has one. Raises AccountError."""
        from revops_salesforce.api.failures import FAILURES, refusal_of  # as late as the client's own import

        attempt = 0
        for attempt in count():
            self._limits.pace()
            self._line = None
            try:
                self._line = self._connection.line()
                answer = self.operation.ask(self._line)
            except FAILURES as error:
                refusal = refusal_of(error)
            else:
                self._note_landed()
                return answer
            if self._is_logged_in_again(refusal):
                continue
            if refusal.is_lost:
                self._note_landed()
            if not self._is_worth_another_try(refusal, attempt):
                raise self._error(refusal) from None
            self._limits.back_off(attempt)
            if self.operation.landed is not None and (found := self.operation.landed()) is not None:
                return found
        raise AssertionError("unreachable")

    def _note_landed(self) -> None:
        if self.operation.is_write and self._line is not None:
            note_landed()

    def _is_logged_in_again(self, refusal: Refusal) -> bool:
        if not refusal.is_expired or self._line is None or self._logged_in_again:
            return False
        self._logged_in_again = True
        return self._connection.log_in_again(self._line)

    def _is_worth_another_try(self, refusal: Refusal, attempt: int) -> bool:
        if refusal.is_lost and self.operation.is_write and not self.operation.repeatable and not self.operation.landed:
            return False
        return refusal.is_transient and attempt + 1 < attempts(refusal)

    def _error(self, refusal: Refusal) -> AccountError:
        title = self.operation.title(self._connection.version)
        if refusal.code == "UNREADABLE":
            return UnreadableAnswer(f"Salesforce {title}", refusal.message)
        return account_error(refusal, title if self._line is not None else "login")
