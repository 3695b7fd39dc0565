"""Deadlines of flows, evaluated by the simulator and counted independently."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from revops_salesforce.compiler.automation.deadlines import due_at, due_on
from revops_salesforce.compiler.terms import conditions as compiler
from salesforce_formula.checker import check
from salesforce_formula.evaluator import Scope, evaluate
from salesforce_formula.kinds import Context
from salesforce_formula.parser import parse

from revops_iac.model import Model
from revops_iac.model.duration import Duration

WEEKEND = (5, 6)
DAYS_OPEN = ["monday", "tuesday", "wednesday", "thursday", "friday"]
FRIDAY_EVENING = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))


class NoNames:
    def type_of(self, name: str) -> str:
        raise AssertionError(f"a deadline names {name}")


def at(now: datetime, text: str) -> Any:
    def nothing(name: str) -> Any:
        raise AssertionError(f"a deadline names {name}")

    scope = Scope(value=nothing, prior=nothing, is_new=False, now=now)
    return evaluate(check(text, NoNames(), expected=None, context=Context.FLOW), scope)


def after_working_days(start: date, days: int) -> date:
    while days:
        start += timedelta(days=1)
        days -= start.weekday() not in WEEKEND
    return start


@given(now=moments, days=st.integers(1, 15))
def test_business_days_are_counted_without_weekends(now: datetime, days: int) -> None:
    assert at(now, due_on(Model(), Duration(days, "day", True))) == after_working_days(now.date(), days)


@given(now=moments, hours=st.integers(1, 23))
def test_business_hours_never_end_at_a_weekend(now: datetime, hours: int) -> None:
    due = at(now, due_at(Model(), Duration(hours, "hour", True)))
    assert due.weekday() not in WEEKEND
    ends = now + timedelta(hours=hours)
    assert timedelta(0) <= due - ends + timedelta(seconds=1) <= timedelta(days=2, seconds=2)


def test_four_business_hours_from_friday_evening_end_on_monday() -> None:
    due = at(FRIDAY_EVENING, due_at(Model(), Duration(4, "hour", True)))
    assert abs(due - datetime(2026, 11, 23, 1, 0, tzinfo=UTC)) < timedelta(seconds=1)


@pytest.mark.parametrize(("text", "expected"), [("48 hours", "NOW()+48/24"), ("30 minutes", "NOW()+30/1440")])
def test_plain_time_runs_around_the_clock(text: str, expected: str) -> None:
    assert due_at(Model(), Duration.parse(text)) == expected


def test_working_days_are_those_of_the_business_hours() -> None:
    hours = {"time_zone": "UTC", "days": {"sunday": "09:00-17:00", "monday": "09:00-17:00"}}
    model = Model.model_validate(
        {
            "people": {"business_hours": {"gulf": hours}},
            "lifecycle": {"definitions": {"business_hours": "gulf"}},
        }
    )
    assert due_on(model, Duration(1, "day", True)) == "TODAY()+CASE(WEEKDAY(TODAY()),2,6,3,5,4,4,5,3,6,2,1)"


CALENDARS = {
    "europe": {"time_zone": "Europe/Berlin", "days": dict.fromkeys(DAYS_OPEN[:5], "09:00-17:00")},
    "gulf": {
        "time_zone": "Asia/Dubai",
        "days": dict.fromkeys(["sunday", *DAYS_OPEN[:4]], "09:00-17:00"),
        "when": "contact.country in region gulf",
    },
}


@pytest.mark.parametrize(("country", "weekday"), [("Germany", 0), ("UAE", 6), (None, 0)])
def test_a_deadline_follows_the_calendar_of_the_lead(country: str | None, weekday: int) -> None:
    model = Model.model_validate(
        {
            "context": {"regions": {"gulf": ["AE", "SA"]}},
            "people": {"business_hours": CALENDARS},
            "lifecycle": {"definitions": {"business_hours": "europe"}},
            "data_hygiene": {"fields": {"contact": {"country": {"label": "C", "type": "text"}}}},
        }
    )
    text = due_at(model, Duration(4, "hour", True), compiler.Scope(model, "Lead"))
    scope = Scope(value=lambda name: country, prior=lambda name: None, is_new=False, now=FRIDAY_EVENING)
    assert evaluate(parse(text), scope).weekday() == weekday
