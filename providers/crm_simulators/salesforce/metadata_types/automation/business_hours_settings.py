"""BusinessHoursSettings: one container of business hours and holidays, kept as the rows that REST shows too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from zoneinfo import available_timezones

from crm_simulators.salesforce.errors import MetadataError, bad_reference, integrity, missing
from crm_simulators.salesforce.metadata_types.component_type import ComponentType, too_long, undated
from crm_simulators.salesforce.org.org import Component, Org, Record
from crm_simulators.salesforce.xml.component_xml import Body

NAME = "BusinessHours"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EDGES = tuple(f"{day}{edge}" for day in DAYS for edge in ("StartTime", "EndTime"))
RECURRENCES = frozenset(
    {"RecursDaily", "RecursEveryWeekday", "RecursWeekly", "RecursMonthly", "RecursMonthlyNth"}
    | {"RecursYearly", "RecursYearlyNth"}
)  # [D: Holiday object]


class BusinessHoursSettings(ComponentType):
    """A write replaces the container: omitted hours are deactivated, since nothing can delete them
    [D: BusinessHours knows no delete call], and omitted holidays are deleted [?: one report]."""

    name = "BusinessHoursSettings"
    directory = "settings"
    suffix = form = "settings"
    in_manifest_as = "Settings"
    creatable = False
    deletable = False
    undeletable = "Cannot delete settings: {name}"

    def find(self, org: Org, full_name: str) -> str | None:
        return NAME if full_name.lower() == NAME.lower() else None

    def read(self, org: Org, full_name: str) -> Body | None:
        if self.find(org, full_name) is None:
            return None
        hours = [_hours_of(row) for row in org.table("BusinessHours").values()]
        holidays = [_holiday_of(org, row) for row in org.table("Holiday").values()]
        return {"fullName": NAME, "businessHours": hours, "holidays": holidays}

    def listed(self, org: Org) -> Iterator[tuple[str, Component]]:
        yield NAME, undated(org)

    def update(self, org: Org, full_name: str, body: Body) -> None:
        self.existing(org, full_name)
        hours, holidays = body.get("businessHours", []), body.get("holidays", [])
        _check_names([*hours], "businessHours")
        if not all(entry.get("name") for entry in holidays):
            raise missing("name")
        for entry in hours:
            _check_hours(entry)
        for entry in holidays:
            _check_holiday(org, hours, entry)
        self._check_default(org, hours)
        _write_hours(org, hours)
        _write_holidays(org, holidays)

    def _check_default(self, org: Org, hours: list[Body]) -> None:
        chosen = [entry for entry in hours if entry["default"]]
        if len(chosen) != 1 or not chosen[0].get("active", True):
            # [K: that there is always one, and the text]
            raise integrity("There must be exactly one default among the business hours, and it must be active")


def _check_names(entries: list[Body], element: str) -> None:
    names = [str(entry.get("name", "")).lower() for entry in entries]
    if "" in names:
        raise missing("name")
    if len(set(names)) < len(names):
        raise MetadataError("DUPLICATE_VALUE", f"Duplicate name in {element}", (element,))


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _check_hours(entry: Body) -> None:
    too_long("name", entry["name"], 80)
    zone = entry.get("timeZoneId")
    if zone not in _time_zones():
        raise integrity(f"'{zone}' is not a valid time zone", "timeZoneId")
    for day in DAYS:
        if (f"{day}StartTime" in entry) != (f"{day}EndTime" in entry):
            raise integrity(f"Both times of {day} are needed", f"{day}EndTime")


def _check_holiday(org: Org, hours: list[Body], entry: Body) -> None:
    too_long("name", entry["name"], 80)
    needed = ("recurrenceType", "recurrenceStartDate") if entry.get("isRecurring") else ("activityDate",)
    for element in needed:
        if element not in entry:
            raise missing(element)
    if entry.get("isRecurring") and entry["recurrenceType"] not in RECURRENCES:
        raise integrity(f"'{entry['recurrenceType']}' is not a valid recurrence", "recurrenceType")  # [K: text]
    known = {str(one["name"]) for one in hours} | {row["Name"] for row in org.table("BusinessHours").values()}
    for name in entry.get("businessHours", []):
        if name not in known:
            raise bad_reference("businessHours", "BusinessHours", name)


def _write_hours(org: Org, hours: list[Body]) -> None:
    names = {entry["name"].lower() for entry in hours}
    for row in list(org.table("BusinessHours").values()):
        if row["Name"].lower() not in names:
            _put(org, "BusinessHours", row, {"IsActive": False, "IsDefault": False})
    for entry in hours:
        values: Record = {
            "Name": entry["name"],
            "IsActive": entry.get("active", True),
            "IsDefault": entry["default"],
            "TimeZoneSidKey": entry["timeZoneId"],
            **{edge[0].upper() + edge[1:]: entry.get(edge) for edge in EDGES},
        }
        _save(org, "BusinessHours", next(iter(org.select("BusinessHours", Name=entry["name"])), None), values)


def _write_holidays(org: Org, holidays: list[Body]) -> None:
    """Several may have one name, each on a day of its own [S: files of public orgs]."""
    left = {str(row["Id"]): row for row in org.table("Holiday").values()}
    for entry in sorted(holidays, key=lambda one: _same_day(one, left) is None):
        values = {
            "Name": entry["name"],
            "ActivityDate": entry.get("activityDate"),
            "Description": entry.get("description"),
            "IsAllDay": "startTime" not in entry,
            "IsRecurrence": bool(entry.get("isRecurring")),
            "recurrence": {key: value for key, value in entry.items() if key.startswith("recurrence")},
            "hours": list(entry.get("businessHours", [])),
            "times": {key: entry[key] for key in ("startTime", "endTime") if key in entry},
        }
        row = _same_day(entry, left) or next((row for row in left.values() if row["Name"] == entry["name"]), None)
        _save(org, "Holiday", row, values)
        left.pop(str(row["Id"]) if row else "", None)
    for key in left:
        del org.table("Holiday")[key]


def _same_day(entry: Body, rows: Mapping[str, Record]) -> Record | None:
    named = (row for row in rows.values() if row["Name"] == entry["name"])
    return next((row for row in named if row.get("ActivityDate") == entry.get("activityDate")), None)


def _save(org: Org, sobject: str, row: Record | None, values: Record) -> None:
    if row is not None:
        _put(org, sobject, row, values)
    else:
        org.insert(sobject, values, next(iter(org.table("User"))))


def _put(org: Org, sobject: str, row: Record, values: Record) -> None:
    changed = {key for key, value in values.items() if row.get(key) != value}
    if changed:
        moment = org.timestamp()
        org.table(sobject)[row["Id"]] = {**row, **values, "LastModifiedDate": moment, "SystemModstamp": moment}


def _hours_of(row: Record) -> Body:
    times = {edge: row.get(edge[0].upper() + edge[1:]) for edge in EDGES}
    return {
        "active": row["IsActive"],
        "default": row["IsDefault"],
        "name": row["Name"],
        "timeZoneId": row["TimeZoneSidKey"],
        **{edge: value for edge, value in times.items() if value is not None},
    }


def _holiday_of(org: Org, row: Record) -> Body:
    """A holiday that REST made has no hours yet [K: which hours is not part of the object]."""
    body: Body = {
        **({"activityDate": row["ActivityDate"]} if row.get("ActivityDate") else {}),
        "businessHours": list(row.get("hours", [])),
        "isRecurring": bool(row.get("IsRecurrence")),
        "name": row["Name"],
        **row.get("times", {}),
        **row.get("recurrence", {}),
    }
    return {**body, **({"description": row["Description"]} if row.get("Description") else {})}


FACTORY: Record = {
    "Name": "Default",
    "IsActive": True,
    "IsDefault": True,
    **{edge[0].upper() + edge[1:]: "00:00:00.000Z" for edge in EDGES},
}
"""What a new org has: around the clock in its own time zone [D: BusinessHours]."""
