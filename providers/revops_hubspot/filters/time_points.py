"""Moments in filters: HubSpot's time points [S], and the words for them: a date, `today - 7 days`, `the value of x`.

HubSpot compares whole days [D]: a date begins at midnight and ends one millisecond before the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from typing import Any

from revops_hubspot.filters.lexer import shown_name
from revops_hubspot.filters.phrases import OFFSET_UNITS

Json = dict[str, Any]
UTC = "UTC"
SOURCE = {"timezoneSource": "CUSTOM"}
"""The zone is the one that `zoneId` names: what the editor writes [D]."""
CLOCK = ("hour", "minute", "second", "millisecond")
START = dict(zip(CLOCK, (0, 0, 0, 0), strict=True))
END = dict(zip(CLOCK, (23, 59, 59, 999), strict=True))
"""A day is meant whole: what is after it begins when it has ended."""
REFERENCES: Mapping[str, str] = {"value": "VALUE", "update": "UPDATED_AT"}
INDEXES: Mapping[str, str] = {
    "now": "NOW",
    "today": "TODAY",
    "the week": "WEEK",
    "the month": "MONTH",
    "the quarter": "QUARTER",
    "the year": "YEAR",
    "the fiscal quarter": "FISCAL_QUARTER",
    "the fiscal year": "FISCAL_YEAR",
}
"""What a moment may be counted from [S]: the period that goes on now, from a day in it."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def date_point(text: str, ends: bool) -> Json:
    """A day such as `2026-12-01`, in UTC until a zone is named. Raises ValueError."""
    return _on(date.fromisoformat(text), {"timeType": "DATE", **SOURCE, "zoneId": UTC}, END if ends else START)


def _on(day: date, point: Json, clock: Mapping[str, int]) -> Json:
    return {**point, "year": day.year, "month": day.month, "day": day.day, **clock}


def indexed_point(word: str, offsets: Iterable[tuple[str, int]] = ()) -> Json:
    """`now`, `today`, `the week` and so on, and so many units before or after it."""
    reference = {"referenceType": INDEXES[word]}
    return _moved({"timeType": "INDEXED", **SOURCE, "zoneId": UTC, "indexReference": reference}, offsets)


def _moved(point: Json, offsets: Iterable[tuple[str, int]]) -> Json:
    total: dict[str, int] = dict(point.get("offset") or {})
    for unit, number in offsets:
        total[unit] = total.get(unit, 0) + number
    rest = {key: value for key, value in point.items() if key != "offset"}
    left = {unit: total[unit] for unit in (*OFFSET_UNITS, *sorted(set(total) - set(OFFSET_UNITS))) if total.get(unit)}
    return {**rest, "offset": left} if left else rest


def property_point(name: str, reference: str) -> Json:
    """The moment in a property (`value`), or that of its latest change (`update`)."""
    type_ = REFERENCES[reference]
    return {"timeType": "PROPERTY_REFERENCED", **SOURCE, "zoneId": UTC, "property": name, "referenceType": type_}


def offset_unit(word: str) -> str | None:
    """The unit of an offset behind `day` or `days`."""
    return next((unit for unit in OFFSET_UNITS if word in (unit, unit.removesuffix("s"))), None)


def counted(number: int, unit: str) -> str:
    """`1 day`, `3 days`."""
    return f"{number} {unit.removesuffix('s') if number == 1 else unit}"


# --- one spelling -----------------------------------------------------------------------------------------------------


def spelled_point(point: Mapping[str, Any]) -> Json:
    """A time point with its defaults stated, and without offsets of nothing."""
    whole = {**SOURCE, **point}
    if whole.get("timeType") == "DATE":
        return {**whole, **{part: whole.get(part) or 0 for part in CLOCK}}
    if whole.get("timeType") != "INDEXED" or not isinstance(whole.get("offset") or {}, Mapping):
        return whole
    offset = {unit: _whole(number) for unit, number in (whole.get("offset") or {}).items()}
    return _moved({**whole, "offset": offset}, ())


def _whole(number: Any) -> Any:
    """Numbers of live portals may be texts."""
    return int(number) if isinstance(number, str) and number.lstrip("-").isdecimal() else number


def without_day_end(point: Json) -> Json:
    """Today without the clock of its end, which HubSpot's own form of a day counted from today does not have [D]."""
    return {**point, "indexReference": {"referenceType": "TODAY"}} if _reference(point) == _TODAY_ENDS else point


_TODAY_ENDS: Json = {"referenceType": "TODAY", **END}


def _reference(point: Mapping[str, Any]) -> Any:
    return point.get("indexReference") if point.get("timeType") == "INDEXED" else None


def _is(point: Mapping[str, Any], word: str) -> bool:
    return bool(_reference(point) == {"referenceType": word})


def exclusive(point: Json, operator: str) -> Json | None:
    """What lies past this point exactly when it lies at or past the given one; None where no such point exists.

    HubSpot's TIME_POINT takes whole days, and ends only EXCLUSIVE [D].
    """
    days = 1 if operator == "IS_BEFORE" else -1
    if point.get("timeType") == "DATE":
        here, beyond = (END, START) if operator == "IS_BEFORE" else (START, END)
        if {part: point.get(part) for part in CLOCK} != here:
            return None
        try:
            return _on(_day(point) + timedelta(days=days), point, beyond)
        except (KeyError, TypeError, ValueError, OverflowError):
            return None
    if _is(point, "NOW"):
        return point
    return _moved(point, [("days", days)]) if _is(point, "TODAY") else None


def documented_window(low: Json, high: Json, ahead: bool) -> tuple[Json, Json]:
    """A range up to a day counted from today in the form that HubSpot documents: one end counts from NOW [D].

    A window that lies `ahead` runs from NOW to TODAY and an offset, every other one from TODAY and an offset to NOW;
    from TODAY to TODAY is refused [T 62026530830].
    """
    if not _is(high, "TODAY"):
        return low, high
    offset = high.get("offset") or {}
    counts_on = bool(offset) and all(isinstance(number, int) and number > 0 for number in offset.values())
    if ahead and _is(low, "TODAY") and "offset" not in low and counts_on:
        return {**low, "indexReference": {"referenceType": "NOW"}}, high
    return low, high if _is(low, "NOW") else {**high, "indexReference": {"referenceType": "NOW"}}


def _day(point: Mapping[str, Any]) -> date:
    return date(point["year"], point["month"], point["day"])


# --- words ------------------------------------------------------------------------------------------------------------


def shown_point(point: Mapping[str, Any], ends: bool) -> str:
    """The words for a time point, without its zone. Raises KeyError or ValueError where there are none."""
    if point["timeType"] == "DATE":
        return _shown_date(point, ends)
    if point["timeType"] == "PROPERTY_REFERENCED":
        words = {type_: word for word, type_ in REFERENCES.items()}
        return f"the {words[point['referenceType']]} of {shown_name(point['property'])}"
    offset = point.get("offset") or {}
    terms = [f" {'-' if number < 0 else '+'} {counted(abs(number), unit)}" for unit, number in offset.items()]
    return "".join([_shown_index(point["indexReference"]), *terms])


def _shown_index(reference: Mapping[str, Any]) -> str:
    """Raises ValueError for a reference with elements that have no words."""
    rest = dict(reference)
    words = {type_: word for word, type_ in INDEXES.items()}[rest.pop("referenceType")]
    if (weekday := rest.pop("dayOfWeek", None)) is not None:
        words += f" on {WEEKDAYS[WEEKDAYS.index(weekday.lower())]}"
    for element, lead in (("day", "on day"), ("month", "in month")):
        if (number := rest.pop(element, None)) is not None:
            words += f" {lead} {int(number)}"
    if rest and set(rest) != set(CLOCK):
        raise ValueError(reference)
    return words + (shown_clock(rest) if rest else "")


def shown_clock(point: Mapping[str, Any]) -> str:
    """` at 09:00`, ` at 23:59:59.999`."""
    hour, minute, second, millisecond = (int(point[part]) for part in CLOCK)
    seconds = f":{second:02}" if second or millisecond else ""
    return f" at {hour:02}:{minute:02}{seconds}{f'.{millisecond:03}' if millisecond else ''}"


def read_clock(text: str) -> Json:
    """The elements of `09:00` or `23:59:59.999`. Raises ValueError."""
    moment = time.fromisoformat(text)
    return dict(zip(CLOCK, (moment.hour, moment.minute, moment.second, moment.microsecond // 1000), strict=True))


def shown_zone(point: Mapping[str, Any]) -> str:
    """` in Europe/Berlin`, ` in portal zone Europe/Berlin`; nothing for UTC."""
    source, zone = point["timezoneSource"], point.get("zoneId")
    if source == SOURCE["timezoneSource"]:
        return "" if zone == UTC else f" in {point['zoneId']}"
    if source != str(source).upper() or not str(source).replace("_", "").isalpha():
        raise ValueError(source)
    return f" in {source.lower()} zone{f' {zone}' if zone is not None else ''}"


def _shown_date(point: Mapping[str, Any], ends: bool) -> str:
    """With the time of day where it is not the start or end that the comparison means anyway."""
    clock = {part: point[part] for part in CLOCK}
    return _day(point).isoformat() + ("" if clock == (END if ends else START) else shown_clock(clock))
