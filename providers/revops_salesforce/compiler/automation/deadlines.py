"""Deadlines of handoffs as flow formulas.

A flow cannot count business hours. Business days skip weekends and holidays; business hours run around the
clock on working days, and what would fall due on another day moves to the next working day. Holidays are not known.
"""

from __future__ import annotations

from collections.abc import Callable

from revops_iac.model import Model
from revops_iac.model.duration import Duration
from revops_salesforce.compiler.terms.conditions import Scope, formula

WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
"""In the order of WEEKDAY(), which counts from 1 for Sunday [D]."""
USUAL = frozenset(WEEKDAYS[1:6])


def working_days(model: Model) -> frozenset[str]:
    """The days on which the clock of an SLA runs: those of the business hours that the lifecycle names."""
    key = model.lifecycle.definitions.business_hours if model.lifecycle else None
    hours = model.people.business_hours.get(key) if key else None
    return frozenset(hours.days) if hours and hours.days else USUAL


def due_at(model: Model, within: Duration, scope: Scope | None = None) -> str:
    """The moment at which something is due, counted from now; by the calendar of the record that `scope` can ask."""
    return _by_calendar(model, within, scope, _moment)


def due_on(model: Model, within: Duration, scope: Scope | None = None) -> str:
    """The day on which something is due, counted from today."""
    return _by_calendar(model, within, scope, _day)


def _by_calendar(
    model: Model, within: Duration, scope: Scope | None, due: Callable[[frozenset[str], Duration], str]
) -> str:
    """What is due by the first calendar whose condition the record meets, else by that of the lifecycle."""
    found = due(working_days(model), within)
    if scope is None or not within.business:
        return found
    for hours in reversed(model.people.business_hours.values()):
        other = due(frozenset(hours.days), within) if hours.when and hours.days else found
        if hours.when and other != found:
            found = f"IF({formula(hours.when, scope)},{other},{found})"
    return found


def _moment(open_days: frozenset[str], within: Duration) -> str:
    if within.business and within.unit in ("day", "week"):
        return f"NOW()+{_days_to_add(open_days, _days(within), 'TODAY()')}"
    moment = f"NOW()+{within.minutes // 60}/24" if within.minutes % 60 == 0 else f"NOW()+{within.minutes}/1440"
    return f"{moment}+{_to_working_day(open_days, f'DATEVALUE({moment})')}" if within.business else moment


def _day(open_days: frozenset[str], within: Duration) -> str:
    if within.business and within.unit in ("day", "week"):
        return f"TODAY()+{_days_to_add(open_days, _days(within), 'TODAY()')}"
    return f"DATEVALUE({_moment(open_days, within)})"


def _days(within: Duration) -> int:
    return within.amount * (5 if within.unit == "week" else 1)


def _days_to_add(open_days: frozenset[str], days: int, start: str) -> str:
    """Calendar days in which so many working days pass, by the weekday of the start."""
    return _by_weekday(start, [_calendar_days(open_days, place, days) for place in range(7)])


def _to_working_day(open_days: frozenset[str], day: str) -> str:
    """Days to wait until a working day; 0 on one."""
    return _by_weekday(day, [_wait(open_days, place) for place in range(7)])


def _by_weekday(day: str, added: list[int]) -> str:
    usual = max(set(added), key=added.count)
    pairs = ",".join(f"{place},{days}" for place, days in enumerate(added, 1) if days != usual)
    return f"CASE(WEEKDAY({day}),{pairs},{usual})" if pairs else str(usual)


def _wait(open_days: frozenset[str], place: int) -> int:
    return next((days for days in range(7) if WEEKDAYS[(place + days) % 7] in open_days), 0)


def _calendar_days(open_days: frozenset[str], place: int, days: int) -> int:
    passed, left = 0, days
    while left:
        passed += 1
        left -= WEEKDAYS[(place + passed) % 7] in open_days
    return passed
