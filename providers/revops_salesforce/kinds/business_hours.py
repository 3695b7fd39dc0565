"""Business hours: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_businesshourssettings.htm"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from pydantic import field_validator

from revops_iac.provider.kind import Definition, Existence, Inputs, LiveObject, State
from revops_salesforce.api.client import OrgSession, SalesforceClient
from revops_salesforce.api.components import Body
from revops_salesforce.metadata import business_hours_container as container
from revops_salesforce.metadata.business_hours_container import Entries
from revops_salesforce.metadata.kind import MetadataKind, canonical

ELEMENT = "businessHours"
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FACTORY_NAME = "Default"
ALWAYS = "00:00-24:00"
HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")


class BusinessHoursInputs(Inputs):
    """When a team works.

    Example::

        name: Sales New York
        time_zone: America/New_York
        days: {monday: "09:00-17:00", tuesday: "09:00-17:00", saturday: "00:00-24:00"}

    Later::

        time_zone: Europe/Berlin
        days: {monday: "08:30-17:00"}
    """

    name: str
    time_zone: str
    """`America/New_York`."""
    days: dict[Weekday, str]
    """`09:00-17:00`; a day that is left out is closed, `00:00-24:00` is the whole day."""
    active: bool = True
    default: bool | None = None
    """True makes these the org's default hours; absent: not managed."""

    @field_validator("days")
    @classmethod
    def _are_hours(cls, days: dict[Weekday, str]) -> dict[Weekday, str]:
        for day, hours in days.items():
            if not HOURS.fullmatch(hours):
                raise ValueError(f'{day}: "{hours}" must be a time range such as 09:00-17:00')
        return days


class BusinessHours(MetadataKind[BusinessHoursInputs]):
    """Key: the name. Entries of one container of the org, owned entry by entry; unmanaged ones stay unchanged."""

    component_type = container.TYPE
    immutable = frozenset({"name"})
    existence = Existence.SWITCHED_OFF
    noun = "business hours calendar"
    on_delete = (
        "The hours are deactivated, because no call deletes business hours; objects that use them keep them. The org's"
        " default hours stay active."
    )

    def made_by(self, name: str, live: LiveObject | None) -> str:
        """Every org begins with hours called Default, around the clock [K]: nobody's until somebody changes them."""
        if name == FACTORY_NAME and live is not None and live.definition["days"] == dict.fromkeys(DAYS, ALWAYS):
            return "Salesforce"
        return super().made_by(name, live)

    def scan(self, client: SalesforceClient, partition: str) -> Mapping[str, LiveObject | None]:
        return {name: self.observe(name, same[0]) for name, same in container.entries(client, ELEMENT).items()}

    def elements(self, inputs: BusinessHoursInputs) -> Body:
        body: Body = {"name": inputs.name, "default": inputs.default}
        if inputs.manages("active"):
            body["active"] = inputs.active
        if inputs.manages("time_zone"):
            body["timeZoneId"] = inputs.time_zone
        if inputs.manages("days"):
            body |= _times({str(day): hours for day, hours in (inputs.days or {}).items()})
        return {key: value for key, value in body.items() if key != "default" or value is not None}

    def definition(self, name: str, body: Body) -> Definition:
        return {
            "name": name,
            "time_zone": body.get("timeZoneId"),
            "days": {day: _hours(body, day) for day in DAYS if f"{day}StartTime" in body},
            "active": body.get("active", False),
            "default": body.get("default", False),
        }

    def normalize(self, definition: Definition) -> Definition:
        made = {key: canonical(value) for key, value in definition.items()}
        if definition.get("days") is not None:
            made["days"] = dict(sorted(definition["days"].items()))
        return made

    def conflicts(self, declared: Definition, live: LiveObject) -> list[str]:
        """Inactive hours have no effect, so adopting them conflicts with nothing."""
        return super().conflicts(declared, live) if live.definition["active"] else []

    def packed(self, session: OrgSession, live: LiveObject | None, inputs: BusinessHoursInputs) -> Body | str:
        return "the settings are written as a whole, with the entries that exist at that time"

    def create(self, session: OrgSession, inputs: BusinessHoursInputs) -> LiveObject:
        return self._write(session.client, inputs)

    def update(self, session: OrgSession, live: LiveObject, inputs: BusinessHoursInputs) -> LiveObject:
        return self._write(session.client, inputs)

    def _write(self, client: SalesforceClient, inputs: BusinessHoursInputs) -> LiveObject:
        def edit(entries: Entries) -> Entries:
            if inputs.default:
                entries = [{**one, "default": False} if one.get("default") else one for one in entries]
            return entries

        made = container.put(client, ELEMENT, self.elements(inputs), {"default": False, "active": True}, edit)
        return self.observe(inputs.name, made)

    def delete(self, session: OrgSession, live: LiveObject, state: State[BusinessHoursInputs]) -> None:
        def edit(entries: Entries) -> Entries:
            return [
                {**one, "active": False} if one["name"] == live.name and not one.get("default") else one
                for one in entries
            ]

        container.change(session.client, ELEMENT, edit)
        how = "as the default of the org" if live.definition["default"] else "deactivated"
        session.report.say(f"Salesforce: {self.name} {live.name} stays, {how}: no call deletes business hours")


def _times(days: Mapping[str, str]) -> Body:
    """The elements of a week; those of a day that is not named go."""
    times: Body = {}
    for day in DAYS:
        start, _, end = days.get(day, "").partition("-")
        times[f"{day}StartTime"], times[f"{day}EndTime"] = (_time(start), _time(end)) if start else (None, None)
    return times


def _time(text: str) -> str:
    """`24:00` is written as midnight, which ends the day [D: meta_businesshourssettings]."""
    return "00:00:00.000Z" if text == "24:00" else f"{text}:00.000Z"


def _hours(body: Body, day: str) -> str:
    start, end = str(body[f"{day}StartTime"])[:5], str(body.get(f"{day}EndTime", "00:00"))[:5]
    return f"{start}-{'24:00' if end == '00:00' else end}"
