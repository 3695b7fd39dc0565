"""A holiday: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_businesshourssettings.htm"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from revops_iac.diagnostics import Diagnostic
from revops_iac.errors import AuthorError
from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, Inputs, LiveObject, Reference, State
from revops_salesforce.api.client import OrgSession, SalesforceClient, quoted
from revops_salesforce.api.components import Body, camel
from revops_salesforce.api.versions import RECORD
from revops_salesforce.metadata import business_hours_container as container
from revops_salesforce.metadata.kind import MetadataKind, without_gaps

ELEMENT = "holidays"
DATE = r"^\d{4}-\d{2}-\d{2}$"
TIME = r"^([01]\d|2[0-3]):[0-5]\d$"
Month = Literal[
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
]  # fmt: skip
Weekday = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
RECURRENCE = {
    "type": "recurrenceType",
    "start": "recurrenceStartDate",
    "end": "recurrenceEndDate",
    "interval": "recurrenceInterval",
    "days_of_week": "recurrenceDayOfWeek",
    "day_of_week_mask": "recurrenceDayOfWeekMask",
    "day_of_month": "recurrenceDayOfMonth",
    "instance": "recurrenceInstance",
    "month": "recurrenceMonthOfYear",
}
"""Our word for a part of a recurrence -> the vendor's element."""


class Recurrence(Part):
    """How a holiday comes back; which parts are needed depends on the type [D: Holiday object]."""

    type: Literal[
        "RecursDaily", "RecursEveryWeekday", "RecursWeekly", "RecursMonthly", "RecursMonthlyNth", "RecursYearly",
        "RecursYearlyNth",
    ]  # fmt: skip
    start: str = Field(pattern=DATE)
    """The first day on which it can be."""
    end: str | None = Field(default=None, pattern=DATE)
    interval: int | None = None
    """Every so many days, weeks or months."""
    days_of_week: list[Weekday] | None = None
    day_of_week_mask: int | None = None
    """The same as a sum: 1 for Sunday, 2 for Monday, 4 for Tuesday and so on."""
    day_of_month: int | None = None
    instance: Literal["First", "Second", "Third", "Fourth", "Last"] | None = None
    month: Month | None = None


class HolidayInputs(Inputs):
    """A day off, once or recurring.

    Example::

        name: Founders' day
        date: "2026-12-04"
        business_hours: [Sales New York]

    Later::

        date: "2026-12-07"
        description: Moved to the Monday.

    Another example::

        name: Thanksgiving
        recurrence:
          type: RecursYearlyNth
          start: "2026-11-26"
          days_of_week: [Thursday]
          instance: Fourth
          month: November

    Another later::

        recurrence: {type: RecursYearly, start: "2026-11-26", day_of_month: 26, month: November}
    """

    name: str
    date: str | None = Field(default=None, pattern=DATE)
    recurrence: Recurrence | None = None
    start_time: str | None = Field(default=None, pattern=TIME)
    """`13:00`, for a part of the day; default: not managed, and the whole day for a new holiday."""
    end_time: str | None = Field(default=None, pattern=TIME)
    business_hours: list[str] = []
    """The business hours that it interrupts, by name."""
    description: str | None = None

    @model_validator(mode="after")
    def _is_on_some_day(self) -> Self:
        if (self.date is None) == (self.recurrence is None):
            raise ValueError('exactly one of "date" and "recurrence" must be set')
        if (self.start_time is None) != (self.end_time is None):
            raise ValueError('"start_time" and "end_time" must be set together')
        return self


class Holiday(MetadataKind[HolidayInputs]):
    """Key: the name. Entries of the container that holds the business hours too; only there are they tied to hours."""

    component_type = container.TYPE
    immutable = frozenset({"name"})
    on_delete = "The holiday is deleted permanently."
    chunk = 1

    def scan(self, client: SalesforceClient, partition: str) -> Mapping[str, LiveObject | None]:
        found = container.entries(client, ELEMENT)
        return {name: self.observe(name, same[0]) if len(same) == 1 else None for name, same in found.items()}

    def read_many(self, client: SalesforceClient, names: Sequence[str]) -> Mapping[str, LiveObject]:
        """Raises AuthorError for a name that several holidays share: which of them is meant, no name says."""
        (name,) = names
        same = container.entries(client, ELEMENT).get(name, [])
        if len(same) > 1:
            days = [str(one.get("activityDate") or one.get("recurrenceStartDate")) for one in same]
            raise AuthorError(
                Diagnostic(
                    f'Salesforce {self.name} "{name}"',
                    f"the org has {len(same)} holidays of this name: {', '.join(days)}",
                    "rename all but one in Setup, for example with the year, or give this one another name",
                )
            )
        return {name: self.observe(name, same[0])} if same else {}

    def elements(self, inputs: HolidayInputs) -> Body:
        own = self.own(inputs)
        body: Body = {"name": inputs.name}
        if own.get("date") is not None:
            body |= {"activityDate": own["date"], "isRecurring": False, **dict.fromkeys(RECURRENCE.values())}
        if own.get("recurrence") is not None:
            parts = own["recurrence"]
            body |= {"isRecurring": True, **{theirs: parts.get(ours) for ours, theirs in RECURRENCE.items()}}
        for key in ("start_time", "end_time"):
            if key in own:
                body[camel(key)] = own[key] and f"{own[key]}:00.000Z"
        if "business_hours" in own:
            body["businessHours"] = own["business_hours"] or []
        return {**body, "description": own["description"]} if "description" in own else body

    def definition(self, name: str, body: Body) -> Definition:
        parts = without_gaps({ours: body.get(theirs) for ours, theirs in RECURRENCE.items()})
        return {
            "name": name,
            "date": None if body.get("isRecurring") else body.get("activityDate"),
            "recurrence": parts if body.get("isRecurring") else None,
            "start_time": _time(body.get("startTime")),
            "end_time": _time(body.get("endTime")),
            "business_hours": body.get("businessHours", []),
            "description": body.get("description"),
        }

    def normalize(self, definition: Definition) -> Definition:
        made = super().normalize(definition)
        if made.get("business_hours") is not None:
            made["business_hours"] = sorted(made["business_hours"])
        if made.get("recurrence") and (days := made["recurrence"].get("days_of_week")) is not None:
            made["recurrence"] = {**made["recurrence"], "days_of_week": sorted(days)}
        return made

    def references(self, inputs: HolidayInputs) -> Iterable[Reference]:
        return [Reference("BusinessHours", name) for name in inputs.business_hours or ()]

    def packed(self, session: OrgSession, live: LiveObject | None, inputs: HolidayInputs) -> Body | str:
        return "the settings are written as a whole, with the entries that exist at that time"

    def create(self, session: OrgSession, inputs: HolidayInputs) -> LiveObject:
        return self._write(session.client, inputs, {})

    def update(self, session: OrgSession, live: LiveObject, inputs: HolidayInputs) -> LiveObject:
        was_once = live.definition["recurrence"] is None and inputs.recurrence is not None
        return self._write(session.client, inputs, {"activityDate": None} if was_once else {})

    def _write(self, client: SalesforceClient, inputs: HolidayInputs, gone: Body) -> LiveObject:
        entry = {**gone, **self.elements(inputs)}
        made = container.put(client, ELEMENT, entry, {}, lambda entries: entries)
        return self.observe(inputs.name, made)

    def delete(self, session: OrgSession, live: LiveObject, state: State[HolidayInputs]) -> None:
        """As a record: whether a container that leaves it out deletes it, nobody has checked."""
        client = session.client
        for row in client.query(f"SELECT Id FROM Holiday WHERE Name = {quoted(live.name)}"):
            path = RECORD.format(sobject="Holiday", id=row["Id"])
            client.send("DELETE", path, landed=lambda: True if self._is_gone(client, live.name) else None)

    def _is_gone(self, client: SalesforceClient, name: str) -> bool:
        return client.count(f"SELECT COUNT() FROM Holiday WHERE Name = {quoted(name)}") == 0


def _time(value: str | None) -> str | None:
    """`13:00`; a time with seconds stays as it is."""
    return None if value is None else value.removesuffix(":00.000Z")
