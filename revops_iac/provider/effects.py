"""What an object does to records while it works, as far as its inputs say: policies and `revops uses` read it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Trigger:
    """A change of this field may start it. Fields by the vendor's full name: `contacts.fit_score`, `Lead.Tier__c`."""

    field: str


@dataclass(frozen=True, order=True)
class Write:
    """It sets this field."""

    field: str


@dataclass(frozen=True, order=True)
class OptionUse:
    """It compares this field with the value, or sets it to the value."""

    field: str
    value: str


@dataclass(frozen=True, order=True)
class Notice:
    """It gives a person a task, or notifies one, with this subject."""

    subject: str


Effect = Trigger | Write | OptionUse | Notice
