"""When people work: business hours and holidays, for entitlements, escalation and people who read the calendar.

Flows cannot count business hours; the deadlines of the automations are compiled from the model themselves.
"""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.model.people import BusinessHours
from revops_iac.provider.declaration import Declaration
from revops_salesforce.compiler.terms.compilation import Compilation, declaration, derived
from revops_salesforce.compiler.terms.names import SYSTEM, title
from revops_salesforce.inputs import BusinessHoursInputs, HolidayInputs

NAME_LENGTH = 80


def business_hours(compilation: Compilation) -> Iterator[Declaration]:
    """The hours of each entry, under a name of their own: every org has hours called Default already."""
    for key, hours in compilation.model.people.business_hours.items():
        name = _name(compilation, key, hours)
        inputs = BusinessHoursInputs(name=name, time_zone=hours.time_zone, days=dict(hours.days))
        pin = _name(compilation, hours.was[0], None) if hours.was else None
        yield declaration("BusinessHours", "{}", key, hours, ("people", "business_hours", key), inputs, pin)


def holidays(compilation: Compilation) -> Iterator[Declaration]:
    """Each holiday, for its hours or all; without hours there is nothing that it could interrupt."""
    people = compilation.model.people
    called = {key: _name(compilation, key, hours) for key, hours in people.business_hours.items()}
    for key, holiday in people.holidays.items() if called else ():
        names = [called[hours] for hours in holiday.business_hours or called]
        inputs: HolidayInputs = {
            "name": _called(compilation, key),
            "date": holiday.date.isoformat(),
            "business_hours": names,
            "description": holiday.label,
        }
        yield derived("Holiday", key, ("people", "holidays", key), inputs)


def _name(compilation: Compilation, key: str, hours: BusinessHours | None) -> str:
    given = hours.vendor_name_on(SYSTEM) if hours is not None else None
    return given or _called(compilation, key)


def _called(compilation: Compilation, key: str) -> str:
    """A name that says whose it is, since an org has hours and holidays of its own."""
    words = f"{compilation.prefix}RevOps_{title(key)}".replace("_", " ")
    return " ".join(words.split())[:NAME_LENGTH]
