"""Judgments that every system's examination shares."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from revops_iac.diagnostics import Diagnostic, Severity
from revops_iac.errors import AccountError, SessionError
from revops_iac.provider.inspection.doctor import Visit, attempt, clock_check, sunset_check
from revops_iac.provider.session import Session
from tests.sessions import new_session

ENDS = date(2027, 3, 30)


def visit(today: date = ENDS) -> Visit[Any]:
    session: Session[Any] = new_session("hubspot", lambda key: None)
    return Visit("test", session, {}, today, lambda: datetime(2027, 3, 30, 12, 0, 59, tzinfo=UTC))


def sunset(today: date) -> tuple[Severity, str]:
    check = sunset_check(visit(today), "API version", "old paths", ENDS, f"on {ENDS}", "use new ones")
    return check.severity, check.message


def test_people_are_told_180_days_before_an_interface_ends() -> None:
    assert sunset(date(2026, 9, 30)) == (Severity.NOTE, "old paths, supported until 2027-03-30")
    assert sunset(date(2026, 10, 1)) == (Severity.WARNING, "old paths lose support on 2027-03-30, in 180 days")
    assert sunset(date(2027, 3, 29)) == (Severity.WARNING, "old paths lose support on 2027-03-30, in 1 day")
    assert sunset(ENDS) == (Severity.ERROR, "old paths lost support on 2027-03-30")


def test_clocks_may_be_a_minute_apart() -> None:
    assert clock_check(visit(), "Tue, 30 Mar 2027 12:00:00 GMT").severity is Severity.NOTE
    assert clock_check(visit(), "Tue, 30 Mar 2027 11:59:58 GMT").message == "this machine is 61 s ahead of HubSpot"
    assert clock_check(visit(), "Tue, 30 Mar 2027 12:02:00 GMT").message == "this machine is 61 s behind HubSpot"


def test_answer_without_a_time_leaves_the_clock_unchecked() -> None:
    for header in (None, "yesterday"):
        assert clock_check(visit(), header) == Diagnostic(
            "clock", "HubSpot did not state the time", severity=Severity.NOT_CHECKED
        )


def test_refusal_of_one_look_is_not_checked_and_a_lost_account_ends_all() -> None:
    def refused() -> Iterable[Diagnostic]:
        raise AccountError("403, no", "ask for it")

    def lost() -> Iterable[Diagnostic]:
        raise SessionError("401, no", "log in")

    assert attempt("names", refused) == [Diagnostic("names", "403, no", "ask for it", Severity.NOT_CHECKED)]
    with pytest.raises(SessionError, match="401, no"):
        attempt("names", lost)
