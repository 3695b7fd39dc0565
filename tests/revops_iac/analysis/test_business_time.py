"""Deadlines in business time, against a count minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revops_iac.analysis.business_time import WEEKDAYS, after_open_days, after_open_minutes, calendar_of, due
from revops_iac.model import Model
from revops_iac.model.duration import Duration
from revops_iac.model.people import BusinessHours

STEP = timedelta(minutes=15)


def hours(zone: str, **days: str) -> BusinessHours:
    return BusinessHours.model_validate({"time_zone": zone, "days": days})


def counted(calendar: BusinessHours, closed: set[date], start: datetime, minutes: int) -> datetime:
    """Quarter of an hour by quarter of an hour."""
    zone, at = ZoneInfo(calendar.time_zone), start
    while minutes > 0:
        here = at.astimezone(zone)
        opening = calendar.days.get(WEEKDAYS[here.weekday()])  # type: ignore[call-overload]
        clock = here.strftime("%H:%M")
        if opening and here.date() not in closed and opening[:5] <= clock < opening[6:]:
            minutes -= 15
        at += STEP
    return at


@given(
    st.integers(0, 4 * 24 * 7),
    st.integers(1, 60),
    st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    st.sets(st.integers(0, 20), max_size=3),
)
@settings(max_examples=25)
def test_open_minutes_are_those_that_a_clock_counts(
    start: int, quarters: int, open_days: set[str], holidays: set[int]
) -> None:
    calendar = hours("Europe/Berlin", **dict.fromkeys(open_days, "09:00-17:30"))
    begins = datetime(2026, 11, 2, tzinfo=UTC) + start * STEP
    closed = {date(2026, 11, 2) + timedelta(days=number) for number in holidays}
    found = after_open_minutes(calendar, closed, begins, quarters * 15)
    assert found == counted(calendar, closed, begins, quarters * 15)


def test_business_days_skip_closed_days_and_keep_the_time_of_day_across_a_change_of_clocks() -> None:
    calendar = hours("America/New_York", **dict.fromkeys(WEEKDAYS[:5], "09:00-17:00"))
    start = datetime(2026, 10, 30, 15, tzinfo=ZoneInfo("America/New_York"))
    assert after_open_days(calendar, {date(2026, 11, 3)}, start, 2) == datetime(
        2026, 11, 4, 15, tzinfo=ZoneInfo("America/New_York")
    )


MODEL = {
    "people": {
        "business_hours": {
            "usual": {"time_zone": "UTC", "days": {"monday": "09:00-17:00"}},
            "gulf": {
                "time_zone": "UTC",
                "days": {"sunday": "09:00-17:00"},
                "when": "contact.country = AE",
            },
        }
    },
    "lifecycle": {"definitions": {"business_hours": "usual"}},
}


@pytest.mark.parametrize(
    ("country", "within", "expected"),
    [
        ("AE", "2 business hours", "2026-11-29 11:00"),
        ("DE", "2 business hours", "2026-11-30 11:00"),
        ("DE", "2 hours", "2026-11-28 14:00"),
        ("DE", "1 business day", "2026-11-30 12:00"),
    ],
)
def test_the_first_calendar_whose_condition_is_met_counts(country: str, within: str, expected: str) -> None:
    model = Model.model_validate(MODEL)
    record = {"contact.country": country}
    assert calendar_of(model, record) == ("gulf" if country == "AE" else "usual")
    found = due(model, record, datetime(2026, 11, 28, 12, tzinfo=UTC), Duration.parse(within))
    assert found.strftime("%Y-%m-%d %H:%M") == expected
