"""People: persons, teams, queues, business hours, holidays, and who they are on each system."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from revops_iac.model.entry import (
    Day,
    Entry,
    Key,
    ObjectName,
    PersonKey,
    QueueKey,
    System,
    TeamKey,
    TimeZone,
    VendorEntry,
)

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
OpeningHours = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$")]


class Person(Entry):
    """A person who owns records, approves or manages."""

    name: str
    email: str
    role: str | None = None
    manager: PersonKey | None = None
    skills: list[Key] = []
    """What skill-based routing may send this person."""
    territory: str | None = None


class Team(VendorEntry):
    """People who share work; routing rotates among `members`."""

    label: str
    manager: PersonKey | None = None
    members: list[PersonKey] = []


class Queue(VendorEntry):
    """Where records wait for an owner."""

    label: str
    objects: list[ObjectName] = []
    members: list[PersonKey] = []
    email: str | None = None


class BusinessHours(VendorEntry):
    """When the clock of an SLA in business hours runs."""

    time_zone: TimeZone
    days: dict[Weekday, OpeningHours]


class Holiday(Entry):
    """A day on which the clock stands still."""

    date: Day
    label: str


class Assignee(Entry):
    """Exactly one of a person, a team or a queue."""

    person: PersonKey | None = None
    team: TeamKey | None = None
    queue: QueueKey | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(value is not None for value in (self.person, self.team, self.queue)) != 1:
            raise PydanticCustomError("one_of", "must name exactly one", {"allowed": "person, team, queue"})
        return self


class People(Entry):
    """Everybody the model names. Identities and the stand-in belong in an environment's overlay."""

    persons: dict[Key, Person] = {}
    teams: dict[Key, Team] = {}
    queues: dict[Key, Queue] = {}
    business_hours: dict[Key, BusinessHours] = {}
    holidays: dict[Key, Holiday] = {}
    identities: dict[PersonKey, dict[System, str]] = {}
    """Person -> system -> login there, where it is not the e-mail address."""
    stand_in: dict[System, str] = {}
    """System -> the login that stands for everybody without an identity of their own; not for production."""

    def identity(self, person: str, system: str) -> str:
        """The login of a person on a system: their identity there, else the stand-in, else their e-mail address."""
        own = self.identities.get(person, {}).get(system)
        return own or self.stand_in.get(system) or self.persons[person].email
