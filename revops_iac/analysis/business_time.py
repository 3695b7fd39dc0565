"""When something is due: calendar time, or the open hours of a calendar without holidays."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from revops_iac.model import Model
from revops_iac.model.duration import Duration
from revops_iac.model.people import BusinessHours

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS_OF_A_WEEK = 5
MOST_DAYS = 3650
"""A calendar that is closed for so long is never open."""


def calendar_of(model: Model, record: Mapping[str, Any]) -> str | None:
    """The key of the business hours that count for a record: the first whose condition it meets, else the usual one."""
    for key, hours in model.people.business_hours.items():
        if hours.when is not None and hours.when.evaluate(record):
            return key
    named = model.lifecycle.definitions.business_hours if model.lifecycle else None
    return named if named in model.people.business_hours else None


def holidays_of(model: Model, calendar: str) -> frozenset[date]:
    """The days on which a calendar stands still."""
    holidays = model.people.holidays.values()
    return frozenset(one.date for one in holidays if not one.business_hours or calendar in one.business_hours)


def due(model: Model, record: Mapping[str, Any], start: datetime, within: Duration) -> datetime:
    """When something that starts the clock at `start` (with a zone) is due."""
    key = calendar_of(model, record)
    if not within.business or key is None:
        return start + timedelta(minutes=within.minutes)
    hours, closed = model.people.business_hours[key], holidays_of(model, key)
    if within.unit in ("hour", "minute"):
        return after_open_minutes(hours, closed, start, within.minutes)
    days = within.amount * (DAYS_OF_A_WEEK if within.unit == "week" else 1)
    return after_open_days(hours, closed, start, days)


def after_open_minutes(hours: BusinessHours, closed: Collection[date], start: datetime, minutes: int) -> datetime:
    """The moment at which so many open minutes have passed.

    >>> usual = BusinessHours.model_validate({"time_zone": "UTC", "days": {"monday": "09:00-17:00"}})
    >>> str(after_open_minutes(usual, (), datetime(2026, 11, 30, 16, tzinfo=ZoneInfo("UTC")), 120))
    '2026-12-07 10:00:00+00:00'
    """
    zone = ZoneInfo(hours.time_zone)
    here, left = start.astimezone(zone), timedelta(minutes=minutes)
    for day in (here.date() + timedelta(days=number) for number in range(MOST_DAYS)):
        if (opening := _opening(hours, closed, day, zone)) is None:
            continue
        begins = max(opening[0], here)
        if begins >= opening[1]:
            continue
        if left <= opening[1] - begins:
            return (begins + left).astimezone(start.tzinfo)
        left -= opening[1] - begins
    return start + timedelta(minutes=minutes)


def after_open_days(hours: BusinessHours, closed: Collection[date], start: datetime, days: int) -> datetime:
    """The same time of day, so many open days later."""
    zone = ZoneInfo(hours.time_zone)
    here = start.astimezone(zone)
    for number in range(1, MOST_DAYS):
        days -= _opening(hours, closed, here.date() + timedelta(days=number), zone) is not None
        if days <= 0:
            return (here + timedelta(days=number)).astimezone(start.tzinfo)
    return start


def _opening(
    hours: BusinessHours, closed: Collection[date], day: date, zone: ZoneInfo
) -> tuple[datetime, datetime] | None:
    opening = hours.days.get(WEEKDAYS[day.weekday()])  # type: ignore[call-overload]
    if opening is None or day in closed:
        return None
    opens, closes = (_moment(day, text, zone) for text in opening.split("-"))
    return opens, closes


def _moment(day: date, text: str, zone: ZoneInfo) -> datetime:
    hour, minute = int(text[:2]), int(text[3:])
    at = datetime.combine(day, time(hour % 24, minute), zone)
    return at + timedelta(days=1) if hour == 24 else at
