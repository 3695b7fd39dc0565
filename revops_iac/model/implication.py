"""Whether a condition can still be true where others are not, decided over the values that can make a difference.

A comparison reads one field against literals, so a field has finitely many values that conditions tell apart: its
literals, those just beside them, another value, and none. Trying all of them decides the question.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from revops_iac.model.condition import Compare, Condition, FieldRef, Op

MOST_RECORDS = 200_000
"""How many records are tried; conditions that need more are not decided."""
OTHER = "another value"
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


def can_fire(condition: Condition | None, earlier: Sequence[Condition | None], values: Values | None = None) -> Verdict:
    """Whether some record meets `condition` and none of `earlier`; a condition of None is always true.

    `values` are those that a field can hold, by `object.key`, where they are known.
    """
    asked = [one for one in (condition, *earlier) if one is not None]
    domains = _domains(asked, values or {})
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


def _records(domains: Mapping[FieldRef, Sequence[Any]]) -> Iterator[Record]:
    for chosen in itertools.product(*domains.values()):
        yield dict(zip(domains, chosen, strict=True))


def _domains(conditions: Iterable[Condition], values: Values) -> dict[FieldRef, list[Any]]:
    """The values of each field that some comparison tells apart."""
    compared: dict[FieldRef, list[Compare]] = {}
    for condition in conditions:
        for comparison in condition.comparisons():
            compared.setdefault(comparison.field, []).append(comparison)
    return {
        field: [None, *(values[field] if field in values else _told_apart(comparisons))]
        for field, comparisons in compared.items()
    }


def _told_apart(comparisons: Sequence[Compare]) -> list[Any]:
    literals = [literal for comparison in comparisons for literal in comparison.values]
    if any(comparison.op in (Op.TRUE, Op.FALSE) for comparison in comparisons):
        return [True, False, *_distinct(literals)]
    numbers = sorted({number for literal in literals if (number := _number(literal)) is not None})
    days = sorted({literal for literal in literals if isinstance(literal, date)})
    found: list[Any] = [*_around(numbers), *_days_around(days)]
    found += _texts(comparisons)
    return _distinct([*literals, *found, OTHER])


def _number(literal: Any) -> float | None:
    return float(literal) if isinstance(literal, int | float) and not isinstance(literal, bool) else None


def _around(numbers: Sequence[float]) -> Iterator[float]:
    """Each number, one below and above all, and one between neighbors."""
    if numbers:
        yield numbers[0] - 1
        yield numbers[-1] + 1
    yield from numbers
    yield from ((low + high) / 2 for low, high in itertools.pairwise(numbers))


def _days_around(days: Sequence[date]) -> Iterator[date]:
    for day in days:
        yield from (day - timedelta(days=1), day, day + timedelta(days=1))


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
