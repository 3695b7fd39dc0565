"""Who shares the leads of a rule from one day to the next: capacity, working hours and absences as figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import reduce
from math import gcd, lcm

from revops_iac.model.people import Assignee, People

MOST_SHARES = 100
"""Into how many shares leads are divided at most; finer differences are rounded."""
Weights = Mapping[str, Fraction]
"""Person -> their part, against 1 for a full one."""
Shares = tuple[tuple[str, int], ...]
"""Logins, in order, with how many of the shares each one takes."""


@dataclass(frozen=True)
class Shift:
    """The people who share leads before the day `until`, and after that of the shift before; None is for good."""

    until: date | None
    shares: Shares

    @property
    def total(self) -> int:
        """Into how many shares the leads are divided; 0 when nobody is there."""
        return sum(weight for _, weight in self.shares)

    @property
    def is_even(self) -> bool:
        """Whether all take the same number of leads."""
        return all(weight == 1 for _, weight in self.shares)

    def owner(self, number: int | None) -> str | None:
        """The login whose turn a number is: the remainder of its division by the shares; the last without a number.

        >>> shift = Shift(None, (("ann", 2), ("bob", 1)))
        >>> [shift.owner(number) for number in (0, 1, 2, 3, None)]
        ['ann', 'ann', 'bob', 'ann', 'bob']
        """
        left = number % self.total if number is not None and self.total else self.total - 1
        for login, weight in self.shares:
            if left < weight:
                return login
            left -= weight
        return None


def shifts_of(people: People, assign: Assignee, system: str) -> tuple[Shift, ...]:
    """The shifts of those who get the leads of a rule on a system; of a queue, its members.

    One shift alone where nobody is away. The last has no end.
    """
    if assign.person:
        return _shifts(people, {assign.person: Fraction(1)}, system)
    members = people.teams[assign.team].members if assign.team else people.queues[assign.queue or ""].members
    return _shifts(people, {person: people.weight(person) for person in members}, system)


def _shifts(people: People, weights: Weights, system: str) -> tuple[Shift, ...]:
    days = sorted({day for person in _concerned(people, weights) for day in _changes(people, person)})
    found: list[Shift] = []
    for start, until in zip([date.min, *days], [*days, None], strict=True):
        shares = _shares(people, weights, system, start)
        if found and found[-1].shares == shares:
            found.pop()
        found.append(Shift(until, shares))
    return tuple(found)


def shift_on(shifts: Sequence[Shift], day: date) -> Shift:
    """The shift that applies on a day."""
    return next(shift for shift in shifts if shift.until is None or day < shift.until)


def absences(shifts: Sequence[Shift]) -> Iterator[tuple[date | None, date | None]]:
    """The spans in which nobody is there, from a day until another; None where there is no such day."""
    start: date | None = None
    for shift in shifts:
        if not shift.shares:
            yield start, shift.until
        start = shift.until


def _concerned(people: People, members: Iterable[str]) -> Iterator[str]:
    """The people and their deputies, and theirs, each once."""
    seen: set[str] = set()
    left = list(members)
    while left:
        person = left.pop()
        if person not in seen:
            seen.add(person)
            yield person
            left += [absence.deputy for absence in people.persons[person].away if absence.deputy]


def _changes(people: People, person: str) -> Iterator[date]:
    for absence in people.persons[person].away:
        yield absence.from_
        yield absence.to + timedelta(days=1)


def _shares(people: People, weights: Weights, system: str, day: date) -> Shares:
    """Who is there on a day, deputies in the place of those who are not.

    A login takes one part, however many people it stands for.
    """
    present: dict[str, Fraction] = {}
    for person, weight in weights.items():
        there = _present(people, person, day)
        if there is not None and weight:
            present[there] = present.get(there, Fraction(0)) + weight
    logins: dict[str, Fraction] = {}
    for person, weight in present.items():
        logins.setdefault(people.identity(person, system), weight)
    return tuple(zip(logins, _whole(list(logins.values())), strict=True))


def _present(people: People, person: str, day: date) -> str | None:
    """The person, or who stands in on a day; None where nobody does."""
    at: str | None = person
    seen: set[str] = set()
    while at is not None and at not in seen:
        seen.add(at)
        absence = next((one for one in people.persons[at].away if one.from_ <= day <= one.to), None)
        if absence is None:
            return at
        at = absence.deputy
    return None


def _whole(weights: Sequence[Fraction]) -> list[int]:
    """The weights as the smallest whole numbers in their proportion, at most `MOST_SHARES` together.

    >>> _whole([Fraction(1), Fraction(1, 2)])
    [2, 1]
    """
    if not weights:
        return []
    factor = lcm(*(weight.denominator for weight in weights))
    whole = [int(weight * factor) for weight in weights]
    divisor = reduce(gcd, whole)
    whole = [weight // divisor for weight in whole]
    total = sum(whole)
    if total <= MOST_SHARES:
        return whole
    return [max(1, round(weight * MOST_SHARES / total)) for weight in whole]
