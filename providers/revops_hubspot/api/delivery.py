"""Sends a request until it is answered: waits out what passes, and never does twice what may have landed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from revops_hubspot.api.errors import Json, is_daily_limit, parse_body, refusal, unreachable
from revops_hubspot.api.limiter import Limiter
from revops_hubspot.api.read_lag import is_there, read_until
from revops_hubspot.api.request import NoAnswer, Refused, Request
from revops_iac.errors import AccountError
from revops_iac.provider.api.answers import UnreadableAnswer
from revops_iac.provider.api.landing import note_landed

TRIES = 6
TRIES_WHEN_BUSY = 20
"""For a 429 short of the daily limit: it passes by itself, and a run that others slow down must not end half-way."""
TRIES_WITHOUT_ANSWER = 3
RETRIED = frozenset({423, 429, 477, 500, 502, 503, 504, 521, 523, 524})
"""[D] sections 0.2 and 10 of the reference; 500 because it was seen as a passing failure [T]."""
NOT_DONE = frozenset({423, 429, 477})
"""Answers that say the call was not carried out."""

Failure = NoAnswer | Refused | UnreadableAnswer


class Delivery:
    """One request under way. `may_have_landed` says that an earlier try of a write was not answered properly."""

    def __init__(self, request: Request, send: Callable[[Request], Json], limiter: Limiter, host: str) -> None:
        self.request = request
        self.may_have_landed = request.may_have_landed
        self._send, self._limiter, self._host = send, limiter, host

    def answer(self) -> Json:
        """The answer of the first try that has one. Raises AccountError."""
        if self.may_have_landed:
            note_landed()
        if (found := self._recovered()) is not None:
            return found
        for attempt in count():
            self._limiter.wait_turn(self.request.is_search)
            try:
                return self._sent()
            except (NoAnswer, Refused, UnreadableAnswer) as failure:
                if self._deleted_before(failure, attempt):
                    return None
                if not self._is_worth_another_try(failure, attempt):
                    return self._recovered_at_last(failure)
                self._wait(failure, attempt)
            if (found := self._recovered()) is not None:
                return found
        raise AssertionError("unreachable")

    def _sent(self) -> Json:
        try:
            answer = self._send(self.request)
        except (NoAnswer, Refused, UnreadableAnswer) as failure:
            if self.request.is_write and _may_have_landed(failure):
                note_landed()
            raise
        if self.request.is_write:
            note_landed()
        return answer

    def _deleted_before(self, failure: Failure, attempt: int) -> bool:
        """Whether the first try of a deletion arrived."""
        return (
            isinstance(failure, Refused) and failure.status == 404 and self.request.method == "DELETE" and attempt > 0
        )

    def _is_worth_another_try(self, failure: Failure, attempt: int) -> bool:
        if not isinstance(failure, Refused):
            return self.request.is_repeatable and attempt < TRIES_WITHOUT_ANSWER - 1
        tries = TRIES_WHEN_BUSY if failure.status == 429 else TRIES
        return (
            attempt < tries - 1
            and (self.request.is_repeatable or failure.status in NOT_DONE)
            and failure.status in RETRIED
            and not is_daily_limit(failure.status, parse_body(failure.body))
        )

    def _wait(self, failure: Failure, attempt: int) -> None:
        self.may_have_landed = self.may_have_landed or _may_have_landed(failure)
        if isinstance(failure, Refused):
            self._limiter.back_off(attempt, failure.status, failure.headers)
        else:
            self._limiter.back_off(attempt, 0, {})

    def _recovered(self) -> Json | None:
        """What the account shows of a write whose answer was lost."""
        if self.request.landed is None or not self.may_have_landed:
            return None
        return read_until(self.request.landed, is_there) if self.request.is_ambiguous else self.request.landed()

    def _recovered_at_last(self, failure: Failure) -> Json:
        """After the last try: the answer where an earlier one landed, which reads may not show yet, else the error."""
        if self.request.landed is not None and not isinstance(failure, NoAnswer):
            lost = self.may_have_landed or _may_have_landed(failure)
            if lost and (found := read_until(self.request.landed, is_there)) is not None:
                return found
        raise self._error(failure) from None

    def _error(self, failure: Failure) -> AccountError:
        if isinstance(failure, UnreadableAnswer):
            return failure
        if isinstance(failure, NoAnswer):
            return unreachable(self.request.call, self._host, failure.reason)
        return refusal(self.request.call, failure.status, failure.body, failure.headers)


def _may_have_landed(failure: Failure) -> bool:
    return not isinstance(failure, Refused) or failure.status >= 500
