"""Whether a condition can still be true where others are not, decided over the values that can make a difference.

A comparison reads a field against literals, so a field has finitely many values that conditions tell apart: its
literals, those just beside them, another value, and none. Fields that are compared with each other share their values,
with as many between two literals as there are fields. Where days count from today, today is one more value that
varies. Trying all of them decides the question.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from revops_iac.model.condition import Compare, CompareFields, Condition, FieldRef, Op, RelativeDay
from revops_iac.model.condition.values import ORDERINGS, RANGES, TODAY

MOST_RECORDS = 200_000
"""How many records are tried; conditions that need more are not decided."""
OTHER = "another value"
SOME_DAY = date(2026, 1, 15)
"""Stands for today where no fixed day is compared with: then which day it is makes no difference."""

TEXT_OPS = frozenset({Op.CONTAINS, Op.STARTS, Op.ENDS})
MOST_PARTS = 4
"""How many literals of `contains` are combined in one text."""

Record = dict[str, Any]
Values = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Verdict:
    """`fires` is None where it was not decided. `shadowed` is a record that meets the condition and an earlier one."""

    fires: bool | None
    shadowed: Record | None = None


def can_fire(
    condition: Condition | None,
    earlier: Sequence[Condition | None],
    values: Values | None = None,
    moments: Collection[str] = (),
) -> Verdict:
    """Whether some record meets `condition` and none of `earlier`; a condition of None is always true.

    `values` are those that a field can hold, by `object.key`, where they are known; `moments` are the fields that hold
    a time of day too.
    """
    asked = [one for one in (condition, *earlier) if one is not None]
    domains = _Domains(asked, values or {}, moments).all()
    if math.prod(len(domain) for domain in domains.values()) > MOST_RECORDS:
        return Verdict(None)
    shadowed: Record | None = None
    for record in _records(domains):
        if condition is not None and not condition.evaluate(record):
            continue
        if not any(one is None or one.evaluate(record) for one in earlier):
            return Verdict(True)
        if shadowed is None or _said(record) > _said(shadowed):
            shadowed = record
    return Verdict(False, shadowed)


def _said(record: Record) -> int:
    """How many fields of a record hold something: the more, the better the example."""
    return sum(value is not None for value in record.values())


def _records(domains: Mapping[str, Sequence[Any]]) -> Iterator[Record]:
    for chosen in itertools.product(*domains.values()):
        yield dict(zip(domains, chosen, strict=True))


@dataclass(frozen=True)
class _Domains:
    """The values that tell records apart, of each field that some comparison reads."""

    conditions: Sequence[Condition]
    values: Values
    moments: Collection[str]

    def all(self) -> dict[str, list[Any]]:
        """The values by field, and the days that today may be where it matters."""
        comparisons = [one for condition in self.conditions for one in condition.comparisons()]
        todays = _todays([value for one in comparisons if isinstance(one, Compare) for value in one.values])
        domains: dict[str, list[Any]] = {TODAY: todays} if todays else {}
        groups = _linked(comparisons)
        for field in dict.fromkeys(field for one in comparisons for field in one.compared):
            linked = next(group for group in groups if field in group)
            read = [one for one in comparisons if set(one.compared) & set(linked)]
            domains[field] = [None, *self._of(field, linked, read, todays)]
        return domains

    def _of(
        self,
        field: FieldRef,
        linked: Sequence[FieldRef],
        read: Sequence[Compare | CompareFields],
        todays: Sequence[date],
    ) -> Sequence[Any]:
        if field in self.values:
            return self.values[field]
        found = _told_apart(read, todays, len(linked))
        if len(linked) == 1 or field not in self.moments:
            return found
        hours = [time(hour, tzinfo=UTC) for hour in range(1, len(linked) + 1)]
        rest = [one for one in found if not isinstance(one, date)]
        days = [one for one in found if isinstance(one, date)]
        return [*rest, *(datetime.combine(one, hour) for one in days for hour in hours)]


def _linked(comparisons: Iterable[Compare | CompareFields]) -> list[list[FieldRef]]:
    """The fields, those together that some comparison compares with each other."""
    groups: list[list[FieldRef]] = []
    for comparison in comparisons:
        met = [group for group in groups if set(group) & set(comparison.compared)]
        groups = [group for group in groups if group not in met]
        groups.append(list(dict.fromkeys([*itertools.chain(*met), *comparison.compared])))
    return groups


def _todays(literals: Sequence[Any]) -> list[date]:
    """The days on which relative days stand differently among the others; none where no day is relative."""
    relative = {literal.days for literal in literals if isinstance(literal, RelativeDay)}
    fixed = {literal for literal in literals if isinstance(literal, date)}
    if not relative or not fixed:
        return [SOME_DAY] if relative else []
    near = range(-2, 3)
    return sorted({day + timedelta(days=step - days) for day in fixed for days in relative for step in near})


def _told_apart(read: Sequence[Compare | CompareFields], todays: Sequence[date], linked: int) -> list[Any]:
    """The values that the comparisons of so many linked fields tell apart."""
    comparisons = [one for one in read if isinstance(one, Compare)]
    is_ordered = any(one.op in ORDERINGS | RANGES for one in read)
    all_literals = [literal for comparison in comparisons for literal in comparison.values]
    relative = [literal for literal in all_literals if isinstance(literal, RelativeDay)]
    literals = [literal for literal in all_literals if not isinstance(literal, RelativeDay)]
    if any(comparison.op in (Op.TRUE, Op.FALSE) for comparison in comparisons):
        return [True, False, *_distinct(literals)]
    numbers = sorted({number for literal in literals if (number := _number(literal)) is not None})
    days = {literal for literal in literals if isinstance(literal, date)}
    days |= {literal.on(today) for literal in relative for today in todays}
    found: list[Any] = [*_around(numbers, linked), *_days_around(sorted(days), linked)]
    found += _texts(comparisons)
    others = [OTHER, *(f"{OTHER} {place}" for place in range(2, linked + 1))]
    if linked > 1 and not found and not literals:
        return [*range(1, linked + 1)]  # fields compared with each other alone: only their order matters
    return _distinct([*literals, *found, *([] if is_ordered else others)])  # texts have no order


def _number(literal: Any) -> float | None:
    return float(literal) if isinstance(literal, int | float) and not isinstance(literal, bool) else None


def _around(numbers: Sequence[float], linked: int) -> Iterator[float]:
    """Each number, and `linked` more below all, above all, and between neighbors."""
    if numbers:
        yield from (numbers[0] - step for step in range(1, linked + 1))
        yield from (numbers[-1] + step for step in range(1, linked + 1))
    yield from numbers
    for low, high in itertools.pairwise(numbers):
        yield from (low + (high - low) * step / (linked + 1) for step in range(1, linked + 1))


def _days_around(days: Sequence[date], linked: int) -> Iterator[date]:
    for day in days:
        yield from (day + timedelta(days=step) for step in range(-linked, linked + 1))


def _texts(comparisons: Sequence[Compare]) -> Iterator[str]:
    """Texts that begin, end and hold what the comparisons ask for, in every combination."""
    asked: dict[Op, list[str]] = {op: [] for op in TEXT_OPS}
    for comparison in comparisons:
        if comparison.op in TEXT_OPS:
            asked[comparison.op] += [str(literal) for literal in comparison.values]
    if not any(asked.values()):
        return
    parts = asked[Op.CONTAINS][:MOST_PARTS]
    middles = [" ".join(chosen) for size in range(len(parts) + 1) for chosen in itertools.combinations(parts, size)]
    for start, middle, end in itertools.product(["", *asked[Op.STARTS]], middles, ["", *asked[Op.ENDS]]):
        yield " ".join(filter(None, (start, middle, end))) if start and end else f"{start}{middle}{end}"
        yield f"{start} {middle} {end}"


def _distinct(found: Iterable[Any]) -> list[Any]:
    """Each value once; 1 and True are two."""
    return list({(type(value), value): value for value in found}.values())
