"""Moments in filters: HubSpot's time points [S], and the words for them: a date, `today - 7 days`, `the value of x`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from revops_hubspot.filters.lexer import shown_name
from revops_hubspot.filters.phrases import OFFSET_UNITS

Json = dict[str, Any]
UTC = "UTC"
CLOCK = ("hour", "minute", "second", "millisecond")
START = dict(zip(CLOCK, (0, 0, 0, 0), strict=True))
END = dict(zip(CLOCK, (23, 59, 59, 999), strict=True))
"""A day is meant whole: what is after it begins when it has ended."""
REFERENCES: Mapping[str, str] = {"value": "VALUE", "update": "UPDATED_AT"}


def date_point(text: str, ends: bool) -> Json:
    """`2026-12-01` or `2026-12-01T15:30`, in UTC until a zone is named. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    clock = END if ends else START
    if "T" in text:
        values = (moment.hour, moment.minute, moment.second, moment.microsecond // 1000)
        clock = dict(zip(CLOCK, values, strict=True))
    day = {"year": moment.year, "month": moment.month, "day": moment.day}
    return {"timeType": "DATE", "zoneId": UTC, **day, **clock}


def indexed_point(word: str, ends: bool, offset: tuple[int, str] | None) -> Json:
    """`now` or `today`, and so many units before or after it."""
    clock = END if ends and word == "today" else {}
    point: Json = {"timeType": "INDEXED", "zoneId": UTC, "indexReference": {"referenceType": word.upper(), **clock}}
    return {**point, "offset": {offset[1]: offset[0]}} if offset else point


def property_point(name: str, reference: str) -> Json:
    """The moment in a property (`value`), or that of its latest change (`update`)."""
    type_ = REFERENCES[reference]
    return {"timeType": "PROPERTY_REFERENCED", "zoneId": UTC, "property": name, "referenceType": type_}


def offset_unit(word: str) -> str | None:
    """The unit of an offset behind `day` or `days`."""
    return next((unit for unit in OFFSET_UNITS if word in (unit, unit.removesuffix("s"))), None)


def counted(number: int, unit: str) -> str:
    """`1 day`, `3 days`."""
    return f"{number} {unit.removesuffix('s') if number == 1 else unit}"


def shown_point(point: Mapping[str, Any], ends: bool) -> str:
    """The words for a time point, without its zone. Raises KeyError or ValueError where there are none."""
    if point["timeType"] == "DATE":
        return _shown_date(point, ends)
    if point["timeType"] == "PROPERTY_REFERENCED":
        words = {type_: word for word, type_ in REFERENCES.items()}
        return f"the {words[point['referenceType']]} of {shown_name(point['property'])}"
    shown: str = point["indexReference"]["referenceType"].lower()
    if offset := point.get("offset"):
        ((unit, number),) = offset.items()
        shown += f" {'-' if number < 0 else '+'} {counted(abs(number), unit)}"
    return shown


def _shown_date(point: Mapping[str, Any], ends: bool) -> str:
    clock = {key: point[key] for key in CLOCK}
    moment = datetime(
        point["year"],
        point["month"],
        point["day"],
        clock["hour"],
        clock["minute"],
        clock["second"],
        clock["millisecond"] * 1000,
    )
    if clock == (END if ends else START):
        return moment.date().isoformat()
    return moment.isoformat(timespec="milliseconds" if clock["millisecond"] else "seconds")
