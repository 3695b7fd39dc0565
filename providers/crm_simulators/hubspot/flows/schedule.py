"""When a workflow with an `enrollmentSchedule` runs [S]: the times of day are those of the account."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta, tzinfo

from crm_simulators.hubspot.errors import JsonObject

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
MONTHS = tuple(name.upper() for name in calendar.month_name[1:])
LONGEST_WAIT_DAYS = 366 * 8  # 29 February can be eight years away


def next_run(schedule: JsonObject, after: datetime, zone: tzinfo) -> datetime | None:
    """The first run after a moment; None for a schedule that names no day that exists."""
    clock = schedule["timeOfDay"]
    day = after.astimezone(zone).date()
    for ahead in range(LONGEST_WAIT_DAYS):
        desired = day + timedelta(days=ahead)
        if not _runs_on(schedule, desired):
            continue
        run = datetime(desired.year, desired.month, desired.day, clock["hour"], clock["minute"], tzinfo=zone)
        if run > after:
            return run
    return None


def _runs_on(schedule: JsonObject, day: date) -> bool:
    kind = schedule["type"]
    if kind == "WEEKLY":
        return WEEKDAYS[day.weekday()] in schedule["daysOfWeek"]
    if kind == "MONTHLY_SPECIFIC_DAYS":
        return day.day in schedule["daysOfMonth"]
    if kind == "MONTHLY_RELATIVE_DAYS":
        if schedule["monthlyRelativeDays"] == "FIRST_MONDAY_OF_MONTH":
            return day.weekday() == 0 and day.day <= 7
        return (day + timedelta(days=1)).day == 1
    if kind == "YEARLY":
        return (MONTHS[day.month - 1], day.day) == (schedule["month"], schedule["dayOfMonth"])
    return True  # DAILY; a PROPERTY_BASED one looks at the dates of the records every day


def is_due(schedule: JsonObject, live: str | None, today: date) -> bool:
    """Whether a record with this date is processed today: `daysDelta` days after it [?: the sign is not documented]."""
    if schedule["type"] != "PROPERTY_BASED":
        return True
    if not live:
        return False
    desired = date.fromisoformat(live[:10]) + timedelta(days=schedule["daysDelta"])
    same_day = (desired.month, desired.day) == (today.month, today.day)
    return same_day and (schedule["yearly"] or desired.year == today.year)
