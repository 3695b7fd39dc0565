"""Values and lengths of time inside actions, as people write them and as HubSpot takes them [S][T]."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from revops_hubspot.filters.time_points import counted

Json = dict[str, Any]
MINUTES: Mapping[str, int] = {"minutes": 1, "hours": 60, "days": 1440, "weeks": 10_080}
"""Units of a length of time. HubSpot counts a delay in calendar time, so a day is 24 hours [K]."""
UNITS = tuple(MINUTES)
NOW: Json = {"type": "TIMESTAMP", "timestampType": "EXECUTION_TIME"}
_DURATION = re.compile(rf"(\d+) ({'|'.join(unit.removesuffix('s') for unit in UNITS)})s?")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WORKDAYS = WEEKDAYS[:5]
_DAYS = rf"weekdays|(?:{'|'.join(WEEKDAYS)})(?:, (?:{'|'.join(WEEKDAYS)}))*"
_AHEAD = re.compile(rf"(?P<length>\d+ \w+)(?: at (?P<clock>(?:[01]\d|2[0-3]):[0-5]\d))?(?: on (?P<days>{_DAYS}))?")


def delay_of(text: str) -> tuple[int, str]:
    """The number and HubSpot's unit of a length of time. Raises ValueError."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text}" is not a length of time')
    return int(match[1]), f"{match[2].upper()}S"


def duration(minutes: int) -> str:
    """The words for a length of time, in the largest unit that counts it whole.

    >>> duration(90), duration(240), duration(43200)
    ('90 minutes', '4 hours', '30 days')
    """
    for unit in ("days", "hours"):
        if minutes and minutes % MINUTES[unit] == 0:
            return counted(minutes // MINUTES[unit], unit)
    return counted(minutes, "minutes")


def delta(text: str) -> Json:
    """A length of time in the fields of an action."""
    number, unit = delay_of(text)
    return {"delta": str(number), "time_unit": unit}


def read_delta(fields: Mapping[str, Any], unit: str = "time_unit") -> str:
    """The words for a length of time. Raises KeyError or ValueError where there are none."""
    if fields[unit].lower() not in UNITS or any(value for key, value in fields.items() if key not in ("delta", unit)):
        raise ValueError(fields[unit])
    return counted(int(fields["delta"]), fields[unit].lower())


def static(value: Any) -> Json:
    """A fixed value."""
    return {"type": "STATIC_VALUE", "staticValue": value}


def time_delay(text: str) -> Json:
    """A moment that lies ahead, as live portals hold it [T]: `4 hours`, `2 days at 09:00 on weekdays`.

    Raises ValueError.
    """
    match = _AHEAD.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text}" is not a moment that lies ahead')
    number, unit = delay_of(match["length"])
    days = _WORKDAYS if match["days"] == "weekdays" else (match["days"] or "").split(", ") if match["days"] else ()
    hour, _, minute = (match["clock"] or "").partition(":")
    clock = {"timeOfDay": {"hour": int(hour), "minute": int(minute)}} if match["clock"] else {}
    return {"delta": number, "timeUnit": unit, **clock, "daysOfWeek": [day.upper() for day in days]}


def read_time_delay(delay: Mapping[str, Any]) -> str:
    """The words for it, of its older form too. Raises KeyError or ValueError where there are none."""
    whole = spelled_delay(delay)
    clock, days = whole.pop("timeOfDay", None), tuple(day.lower() for day in whole.pop("daysOfWeek", None) or ())
    at = f" at {int(clock['hour']):02}:{int(clock['minute']):02}" if clock else ""
    named = "weekdays" if days == _WORKDAYS else ", ".join(days)
    return read_delta(whole, "timeUnit") + at + (f" on {named}" if days else "")


def spelled_delay(delay: Mapping[str, Any]) -> Json:
    """A moment that lies ahead in the one spelling that live portals hold: this tool once wrote `time_unit`."""
    names = {"time_unit": "timeUnit", "time_of_day": "timeOfDay", "days_of_week": "daysOfWeek"}
    return {names.get(key, key): value for key, value in delay.items()}


def later(text: str) -> Json:
    """A value that is a moment ahead."""
    return {"type": "RELATIVE_DATETIME", "timeDelay": time_delay(text)}


def read_later(value: Mapping[str, Any]) -> str:
    """The words for a moment that lies ahead. Raises KeyError or ValueError where there are none."""
    return read_time_delay(value["timeDelay"])


def typed(value: Any) -> Any:
    """A value with its type, which live portals leave out where its key says it [T]."""
    if not isinstance(value, Mapping) or "type" in value:
        return value
    for key, type_ in (("staticValue", "STATIC_VALUE"), ("propertyName", "OBJECT_PROPERTY")):
        if key in value:
            return {"type": type_, **value}
    return value


def read_static(value: Mapping[str, Any]) -> Any:
    """The fixed value of an action. Raises ValueError when it is of another type."""
    if value.get("type") != "STATIC_VALUE" or set(value) - {"type", "staticValue"}:
        raise ValueError(value.get("type"))
    return value.get("staticValue", "")
