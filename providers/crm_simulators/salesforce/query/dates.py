"""Date literals of SOQL as half-open ranges of days [D: SOQL date literals]."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from crm_simulators.salesforce.query.parser import DateLiteral, Moment, malformed

WEEK = timedelta(weeks=1)
MONTHS = {"MONTHS": 1, "QUARTERS": 3, "YEARS": 12}


def bounds(value: DateLiteral | Moment, today: date, *, whole_days: bool) -> tuple[str, str]:
    """First and first-after instant of a literal, as text that compares with stored values."""
    try:
        if isinstance(value, Moment):
            return _moment_bounds(value, whole_days)
        start, end = _days(value, today)
    except (ValueError, OverflowError):
        text = value if isinstance(value, Moment) else f"{value.name}:{value.count}"
        raise malformed(f"line 1: {text} is not a valid date") from None  # [K: text]
    if whole_days:
        return start.isoformat(), end.isoformat()
    return _instant(start), _instant(end)


def _instant(day: date) -> str:
    return datetime.combine(day, time(), tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _moment_bounds(value: Moment, whole_days: bool) -> tuple[str, str]:
    if "T" not in value:
        if not whole_days:
            raise malformed(f"value of filter criterion must be of type dateTime and should not be enclosed: {value}")
        return str(value), (date.fromisoformat(value) + timedelta(days=1)).isoformat()
    if whole_days:
        raise malformed(f"value of filter criterion must be of type date and should not be enclosed: {value}")
    instant = datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone(UTC)
    text = instant.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return text, (instant + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _days(value: DateLiteral, today: date) -> tuple[date, date]:
    name, count = value.name, value.count
    if ("_N_" in f"_{name}_") != (count is not None):
        raise malformed(f"unexpected token: '{name}'")
    days = {"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}
    if name in days:
        start = today + timedelta(days=days[name])
        return start, start + timedelta(days=1)
    if name == "N_DAYS_AGO":
        start = today - timedelta(days=count or 0)
        return start, start + timedelta(days=1)
    if name in {"LAST_N_DAYS", "LAST_90_DAYS"}:
        # Starts n days ago and ends with today.
        return today - timedelta(days=90 if count is None else count), today + timedelta(days=1)
    if name in {"NEXT_N_DAYS", "NEXT_90_DAYS"}:
        return today + timedelta(days=1), today + timedelta(days=(90 if count is None else count) + 1)
    which, _, unit = name.partition("_")
    if name in {"LAST_N_WEEKS", "NEXT_N_WEEKS"}:
        sunday = today - timedelta(days=(today.weekday() + 1) % 7)
        weeks = timedelta(weeks=count or 0)
        return (sunday - weeks, sunday) if which == "LAST" else (sunday + timedelta(weeks=1), sunday + weeks + WEEK)
    if name.partition("_N_")[2] in MONTHS:
        return _n_months(which, count or 0, today, MONTHS[name.partition("_N_")[2]])
    step = {"LAST": -1, "THIS": 0, "NEXT": 1}[which]
    if unit == "WEEK":
        start = today - timedelta(days=(today.weekday() + 1) % 7) + timedelta(weeks=step)
        return start, start + timedelta(weeks=1)
    length = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}[unit]
    first = today.year * 12 + (today.month - 1) // length * length + step * length
    return _month(first), _month(first + length)


def _n_months(which: str, count: int, today: date, length: int) -> tuple[date, date]:
    """So many whole months, quarters or years before or after the current one."""
    this = today.year * 12 + (today.month - 1) // length * length
    span = count * length
    return (
        (_month(this - span), _month(this))
        if which == "LAST"
        else (_month(this + length), _month(this + length + span))
    )


def _month(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)
