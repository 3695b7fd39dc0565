"""People: persons, teams, queues, business hours, holidays, and who they are on each system."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from revops_iac.model.condition import Condition
from revops_iac.model.entry import (
    BusinessHoursKey,
    Day,
    Entry,
    Key,
    ObjectName,
    Percent,
    PersonKey,
    QueueKey,
    System,
    TeamKey,
    TimeZone,
    VendorEntry,
)

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
OpeningHours = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$")]


class Absence(Entry):
    """Days on which a person gets no leads: `{from: 2027-07-01, to: 2027-07-14, deputy: nina_kaur}`."""

    from_: Annotated[Day, Field(alias="from")]
    """The first day."""
    to: Day
    """The last day."""
    deputy: PersonKey | None = None
    """Who gets the person's leads meanwhile. Default: the others of the team; where there are none, the next rule."""


class Person(Entry):
    """A person who owns records, approves or manages."""

    name: str
    """The name that people read."""
    email: str
    """The e-mail address, which is the login unless `identities` says otherwise."""
    role: str | None = None
    """The role, in words."""
    manager: PersonKey | None = None
    """The person's manager."""
    skills: list[Key] = []
    """What skill-based routing may send this person."""
    territory: str | None = None
    """The person's territory, in words."""
    capacity: Percent = 100
    """How large a share of a team's leads the person takes, in percent of a full one: 50 is half, 0 is none."""
    hours: BusinessHoursKey | None = None
    """The calendar of the person's working hours: half the hours a week, half the leads. Default: the first one."""
    away: list[Absence] = []
    """When the person gets no leads."""


class Team(VendorEntry):
    """People who share work; routing rotates among `members`."""

    label: str
    """The name that people read."""
    manager: PersonKey | None = None
    """The person who manages the team."""
    members: list[PersonKey] = []
    """The people who share its work."""


class Queue(VendorEntry):
    """Where records wait for an owner."""

    label: str
    """The name that people read."""
    objects: list[ObjectName] = []
    """The objects whose records it holds."""
    members: list[PersonKey] = []
    """The people who take records from it."""
    email: str | None = None
    """The address that is notified of new records."""


class BusinessHours(VendorEntry):
    """When the clock of an SLA in business hours runs."""

    time_zone: TimeZone
    """The time zone of the hours, such as `Europe/Berlin`."""
    days: dict[Weekday, OpeningHours]
    """Weekday and its hours, such as `monday: 09:00-17:00`. Days that are left out are closed."""
    when: Condition | None = None
    """The people whose SLA follows this calendar, such as `contact.country in region dach`; the first calendar whose
    condition is met counts. Default: it counts where something names it, as `lifecycle.definitions` does."""

    @property
    def minutes(self) -> int:
        """Open minutes of a week."""
        return sum(_minutes(hours) for hours in self.days.values())


def _minutes(hours: str) -> int:
    """
    >>> _minutes("09:00-17:30")
    510
    """
    opens, closes = (int(time[:2]) * 60 + int(time[3:]) for time in hours.split("-"))
    return closes - opens


class Holiday(Entry):
    """A day on which the clock stands still."""

    date: Day
    """The date of the holiday."""
    label: str
    """The name that people read."""
    business_hours: list[BusinessHoursKey] = []
    """The calendars that it interrupts. Default: all of them."""


class Assignee(Entry):
    """Exactly one of a person, a team or a queue."""

    person: PersonKey | None = None
    """The person who gets the record."""
    team: TeamKey | None = None
    """The team whose members get records in turn."""
    queue: QueueKey | None = None
    """The queue that holds the record."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(value is not None for value in (self.person, self.team, self.queue)) != 1:
            raise PydanticCustomError("one_of", "must name exactly one", {"allowed": "person, team, queue"})
        return self


class People(Entry):
    """Everybody the model names. Identities and the stand-in belong in an environment's overlay."""

    persons: dict[Key, Person] = {}
    """The people by key."""
    teams: dict[Key, Team] = {}
    """The teams by key."""
    queues: dict[Key, Queue] = {}
    """The queues by key."""
    business_hours: dict[Key, BusinessHours] = {}
    """The calendars of business hours by key."""
    holidays: dict[Key, Holiday] = {}
    """The holidays by key."""
    identities: dict[PersonKey, dict[System, str]] = {}
    """Person -> system -> login there, where it is not the e-mail address."""
    stand_in: dict[System, str] = {}
    """System -> the login that stands for everybody without an identity of their own; not for production."""

    def identity(self, person: str, system: str) -> str:
        """The login of a person on a system: their identity there, else the stand-in, else their e-mail address."""
        own = self.identities.get(person, {}).get(system)
        return own or self.stand_in.get(system) or self.persons[person].email

    def weight(self, person: str) -> Fraction:
        """A person's part of a team's leads, against 1 for somebody with full capacity and the usual hours."""
        one = self.persons[person]
        part = Fraction(str(one.capacity)) / 100
        usual = next(iter(self.business_hours.values()), None)
        if one.hours is None or usual is None or not usual.minutes:
            return part
        return part * Fraction(self.business_hours[one.hours].minutes, usual.minutes)
