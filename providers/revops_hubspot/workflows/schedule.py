"""When a workflow checks for records to enroll: `enroll.schedule` as people write it, and HubSpot's JSON for it [S]."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from revops_hubspot.filters.branches import refused
from revops_hubspot.workflows.values import WEEKDAYS
from revops_iac.provider.inputs import Part

Json = dict[str, Any]
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
ONE_OF = ("weekdays", "month_days", "relative", "yearly", "date_property")


class Schedule(Part):
    """When the workflow looks for records: every day, or on the days that one of the other keys names."""

    at: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    """In the time zone of the account."""
    weekdays: list[Literal[WEEKDAYS]] | None = None  # type: ignore[valid-type]
    month_days: list[int] | None = None
    relative: Literal["FIRST_MONDAY_OF_MONTH", "LAST_DAY_OF_MONTH"] | None = None
    yearly: str | None = Field(None, pattern=rf"^({'|'.join(MONTHS)}) ([1-9]|[12]\d|3[01])$")
    """`december 31`."""
    date_property: str | None = None
    days_after: int | None = None
    """Days after the date of `date_property`; negative before it [?: the sign is not documented]."""
    every_year: bool | None = None

    @model_validator(mode="after")
    def _names_days_once(self) -> Self:
        message = [name for name in ONE_OF if getattr(self, name) is not None]
        if len(message) > 1:
            fix = f"keep one of {', '.join(message)}"
            raise refused("it names its days twice", fix)
        return self


def to_json(message: Json) -> Json:
    """HubSpot's enrollment schedule."""
    hour, minute = map(int, message["at"].split(":"))
    clock: Json = {"timeOfDay": {"hour": hour, "minute": minute}}
    if "weekdays" in message:
        days = [day.upper() for day in WEEKDAYS if day in message["weekdays"]]
        return {"type": "WEEKLY", **clock, "daysOfWeek": days}
    if "month_days" in message:
        return {"type": "MONTHLY_SPECIFIC_DAYS", **clock, "daysOfMonth": sorted(message["month_days"])}
    if "relative" in message:
        return {"type": "MONTHLY_RELATIVE_DAYS", **clock, "monthlyRelativeDays": message["relative"]}
    if "yearly" in message:
        month, day = message["yearly"].split()
        return {"type": "YEARLY", **clock, "month": month.upper(), "dayOfMonth": int(day)}
    if "date_property" in message:
        dated = {"dateProperty": message["date_property"], "daysDelta": message.get("days_after") or 0}
        return {"type": "PROPERTY_BASED", **clock, **dated, "yearly": bool(message.get("every_year"))}
    return {"type": "DAILY", **clock}


def from_json(message: Json) -> Json:
    """The words of an enrollment schedule. Raises KeyError, ValueError or TypeError where there are none."""
    clock = message["timeOfDay"]
    at = {"at": f"{int(clock['hour']):02}:{int(clock['minute']):02}"}
    match message["type"]:
        case "WEEKLY":
            return {**at, "weekdays": [day.lower() for day in message["daysOfWeek"]]}
        case "MONTHLY_SPECIFIC_DAYS":
            return {**at, "month_days": list(message["daysOfMonth"])}
        case "MONTHLY_RELATIVE_DAYS":
            return {**at, "relative": message["monthlyRelativeDays"]}
        case "YEARLY":
            return {**at, "yearly": f"{message['month'].lower()} {message['dayOfMonth']}"}
        case "PROPERTY_BASED":
            dated = {"date_property": message["dateProperty"], "days_after": message["daysDelta"]}
            return {**at, **dated, "every_year": bool(message["yearly"])}
    return at
