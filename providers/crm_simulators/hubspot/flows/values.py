"""The values that workflow actions set [S]."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from vendor_facts import vocabulary

from crm_simulators.hubspot.errors import JsonObject
from crm_simulators.hubspot.filters.evaluation import zone_of
from crm_simulators.hubspot.flows.actions import value_type
from crm_simulators.hubspot.flows.schedule import WEEKDAYS
from crm_simulators.hubspot.portal.portal import timestamp
from crm_simulators.hubspot.properties import formulas
from crm_simulators.hubspot.properties.values import moment_of
from crm_simulators.hubspot.records.records import Values

UNITS = {
    "MINUTES": timedelta(minutes=1),
    "HOURS": timedelta(hours=1),
    "DAYS": timedelta(days=1),
    "WEEKS": timedelta(weeks=1),
    "SECONDS": timedelta(seconds=1),
}
SET_TYPES = tuple(vocabulary("hubspot", "values to set"))
"""Value types that are modeled."""


def text_of(value: JsonObject, definition: JsonObject, values: Values, now: datetime, zone: tzinfo) -> str:
    """The text to store in a property, "" to clear it."""
    kind, live = value_type(value), values.get(definition["name"])
    if kind == "STATIC_VALUE":
        static = value.get("staticValue")
        return "" if static is None else str(static).lower() if isinstance(static, bool) else str(static)
    if kind == "INCREMENT":  # [?] a property without value counts as 0
        return formulas.show_number(float(live or 0) + float(value["incrementAmount"]))
    if kind == "TIMESTAMP":
        return _moment_text(now, definition, zone)
    if kind == "RELATIVE_DATETIME":
        return _moment_text(after_delay(value["timeDelay"], now, zone), definition, zone)
    if kind in ("APPEND_OBJECT_PROPERTY", "STATIC_APPEND_VALUE"):
        more = values.get(str(value.get("propertyName"))) if kind == "APPEND_OBJECT_PROPERTY" else None
        return _appended(definition, live, more if more is not None else value.get("staticAppendValue"))
    source = values.get(value["propertyName"]) or ""
    if source and definition["type"] in ("date", "datetime") and len(source) != 10:
        return _moment_text(moment_of(source), definition, zone)
    return source


def _moment_text(moment: datetime, definition: JsonObject, zone: tzinfo) -> str:
    """A date is that of the account's time zone [?]."""
    return moment.astimezone(zone).date().isoformat() if definition["type"] == "date" else timestamp(moment)


def _appended(definition: JsonObject, live: str | None, more: Any) -> str:
    parts = [part for part in (live, None if more is None else str(more)) if part]
    if definition["type"] != "enumeration":
        return "".join(parts)
    return ";".join(dict.fromkeys(one for part in parts for one in part.split(";")))


def after_delay(delay: JsonObject, start: datetime, zone: tzinfo) -> datetime:
    """A moment that lies `delta` units ahead, at a time of day and on an allowed day when these are given [S]."""
    moment = start + UNITS[delay["timeUnit"]] * int(delay["delta"])
    return on_allowed_day(at_time_of_day(moment, delay.get("timeOfDay"), zone), delay.get("daysOfWeek") or [], zone)


def at_time_of_day(moment: datetime, clock: JsonObject | None, zone: tzinfo) -> datetime:
    """The same day at a time of day of the account, when one is given."""
    if not clock:
        return moment
    local = moment.astimezone(zone)
    return local.replace(hour=clock["hour"], minute=clock["minute"], second=0, microsecond=0).astimezone(UTC)


def on_allowed_day(moment: datetime, days: list[str], zone: tzinfo) -> datetime:
    """The moment, or the same time on the next of the allowed days."""
    while days and WEEKDAYS[moment.astimezone(zone).weekday()] not in days:
        moment += timedelta(days=1)
    return moment


def account_zone(account: JsonObject) -> tzinfo:
    """The time zone of the account."""
    return zone_of(account["timeZone"])
