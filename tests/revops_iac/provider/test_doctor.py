"""Judgments that every system's examination shares."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from revops_iac.errors import AccountError, SessionError
from revops_iac.provider.doctor import Check, State, Visit, attempt, clock_check, sunset_check
from revops_iac.provider.session import Session
from tests.sessions import new_session

ENDS = date(2027, 3, 30)


def visit(today: date = ENDS) -> Visit[Any]:
    session: Session[Any] = new_session("hubspot", lambda key: None)
    return Visit("test", session, {}, today, lambda: datetime(2027, 3, 30, 12, 0, 59, tzinfo=UTC))


def sunset(today: date) -> tuple[State, str]:
    check = sunset_check(visit(today), "API version", "old paths", ENDS, f"on {ENDS}", "use new ones")
    return check.state, check.found


def test_people_are_told_180_days_before_an_interface_ends() -> None:
    assert sunset(date(2026, 9, 30)) == (State.OK, "old paths, supported until 2027-03-30")
    assert sunset(date(2026, 10, 1)) == (State.WARNING, "old paths lose support on 2027-03-30, in 180 days")
    assert sunset(date(2027, 3, 29)) == (State.WARNING, "old paths lose support on 2027-03-30, in 1 day")
    assert sunset(ENDS) == (State.MISSING, "old paths lost support on 2027-03-30")


def test_clocks_may_be_a_minute_apart() -> None:
    assert clock_check(visit(), "Tue, 30 Mar 2027 12:00:00 GMT").state is State.OK
    assert clock_check(visit(), "Tue, 30 Mar 2027 11:59:58 GMT").found == "this machine is 61 s ahead of HubSpot"
    assert clock_check(visit(), "Tue, 30 Mar 2027 12:02:00 GMT").found == "this machine is 61 s behind HubSpot"


def test_answer_without_a_time_leaves_the_clock_unchecked() -> None:
    for header in (None, "yesterday"):
        assert clock_check(visit(), header) == Check("clock", State.NOT_CHECKED, "HubSpot said no time")


def test_refusal_of_one_look_is_not_checked_and_a_lost_account_ends_all() -> None:
    def refused() -> Iterable[Check]:
        raise AccountError("403, no", "ask for it")

    def lost() -> Iterable[Check]:
        raise SessionError("401, no", "log in")

    assert attempt("names", refused) == [Check("names", State.NOT_CHECKED, "403, no", "ask for it")]
    with pytest.raises(SessionError, match="401, no"):
        attempt("names", lost)
