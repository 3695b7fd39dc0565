"""When the answer of a filter branch next changes by itself, because time passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Any

from crm_simulators.hubspot.errors import JsonObject
from crm_simulators.hubspot.filters.evaluation import zone_of

STEP = timedelta(milliseconds=1)  # HubSpot's moments have milliseconds; just after an edge the answer is the new one
TIMED = ("ROLLING_DATE_RANGE", "ROLLING_PROPERTY_UPDATED", "CALENDAR_DATE")
Read = Callable[[str, str], datetime | None]
"""A property's moment, by name and by VALUE or UPDATED_AT."""


def timed_filters(branch: Any, lists: JsonObject) -> list[JsonObject]:
    """The filters of a branch, and of the lists that it names, that depend on the time."""
    return list(_timed(branch, lists, set()))


def _timed(branch: Any, lists: JsonObject, seen: set[str]) -> Iterator[JsonObject]:
    for part in branch.get("filters", []):
        if part["filterType"] == "IN_LIST" and "listId" in part and part["listId"] not in seen:
            seen.add(part["listId"])
            live = lists.get(part["listId"]) or {}
            if live.get("processingType") == "DYNAMIC":
                yield from _timed(live["filterBranch"], lists, seen)
        elif part["filterType"] == "PROPERTY" and _is_timed(part["operation"]):
            yield part
    for child in branch.get("filterBranches", []):
        yield from _timed(child, lists, seen)


def _is_timed(operation: JsonObject) -> bool:
    points = [operation[key] for key in ("timePoint", "lowerBoundTimePoint", "upperBoundTimePoint") if key in operation]
    return operation["operationType"] in TIMED or any(point["timeType"] == "INDEXED" for point in points)


def next_change(parts: list[JsonObject], read: Read, now: datetime, zone: tzinfo) -> datetime | None:
    """The first moment after now at which one of the filters may answer otherwise."""
    found = [moment for part in parts for moment in _edges(part, read, now, zone) if moment > now]
    return min(found, default=None)


def _edges(part: JsonObject, read: Read, now: datetime, zone: tzinfo) -> Iterator[datetime]:
    operation = part["operation"]
    kind = operation["operationType"]
    if kind == "CALENDAR_DATE":
        yield _midnight(now, zone)
        return
    parser = "UPDATED_AT" if kind == "ROLLING_PROPERTY_UPDATED" else operation.get("propertyParser", "VALUE")
    moment = read(part["property"], parser)
    if moment is None:
        return
    if kind in ("ROLLING_DATE_RANGE", "ROLLING_PROPERTY_UPDATED"):
        days = timedelta(days=operation["numberOfDays"])
        ahead = str(operation["operator"]).endswith("FROM_NOW")
        yield moment - days + STEP if ahead else moment + days + STEP
        yield moment + STEP
        return
    for key in ("timePoint", "lowerBoundTimePoint", "upperBoundTimePoint"):
        point = operation.get(key, {})
        if point.get("timeType") == "INDEXED":
            yield from _indexed(point, moment, now)


def _indexed(point: JsonObject, moment: datetime, now: datetime) -> Iterator[datetime]:
    offset = point.get("offset", {})
    months = any(offset.get(key) for key in ("months", "quarters", "years"))
    if point["indexReference"]["referenceType"] == "TODAY" or months:
        yield _midnight(now, zone_of(point["zoneId"]))
        return
    known = {key: offset.get(key, 0) for key in ("weeks", "days", "hours", "minutes", "seconds", "milliseconds")}
    yield moment - timedelta(**known) + STEP


def _midnight(now: datetime, zone: tzinfo) -> datetime:
    local = now.astimezone(zone) + timedelta(days=1)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + STEP
