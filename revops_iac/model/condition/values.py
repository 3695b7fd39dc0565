"""What stands on the right of a comparison, and how a record's value compares with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any


class Op(StrEnum):
    """An operator, spelled as in the YAML."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    BETWEEN = "is between"
    NOT_BETWEEN = "is not between"
    ANY_OF = "is any of"
    NONE_OF = "is none of"
    CONTAINS = "contains any of"
    STARTS = "starts with any of"
    ENDS = "ends with any of"
    KNOWN = "is known"
    UNKNOWN = "is unknown"
    TRUE = "is true"
    FALSE = "is false"


ORDERINGS = frozenset({Op.LT, Op.LE, Op.GT, Op.GE})
RANGES = frozenset({Op.BETWEEN, Op.NOT_BETWEEN})
LIST_OPS = frozenset({Op.ANY_OF, Op.NONE_OF, Op.CONTAINS, Op.STARTS, Op.ENDS})
UNARY_OPS = frozenset({Op.KNOWN, Op.UNKNOWN, Op.TRUE, Op.FALSE})
PAIRS = frozenset({Op.EQ, Op.NE, *ORDERINGS})
"""Operators with one value on the right, which may also be another field."""
TODAY = "today"
"""The key of a record for the day on which it is judged; without it that is the current day."""


@dataclass(frozen=True)
class RelativeDay:
    """A day counted from the one on which a record is judged.

    >>> RelativeDay(-7).on(date(2026, 1, 8)), str(RelativeDay(-7))
    (datetime.date(2026, 1, 1), 'today - 7 days')
    """

    days: int = 0

    def on(self, today: date) -> date:
        """The day that it means when today is `today`."""
        return today + timedelta(days=self.days)

    def __str__(self) -> str:
        return f"today {'-' if self.days < 0 else '+'} {counted(abs(self.days))}" if self.days else "today"


Scalar = str | int | float | bool | date | RelativeDay
Value = Scalar | tuple[Scalar, ...] | None


def counted(days: int) -> str:
    """A number of days in words."""
    return "1 day" if days == 1 else f"{days} days"


def today_of(record: Mapping[str, Any]) -> date:
    """The day on which a record is judged."""
    return record.get(TODAY) or date.today()


def is_unknown(live: Any) -> bool:
    """Has the record no value here? Both CRMs treat an empty text as no value."""
    return live is None or live == "" or live == [] or live == ()


def holds(live: Any, op: Op, values: tuple[Any, ...]) -> bool:
    """Whether a known value of a record compares so with the literals, in which no day is relative any more."""
    match op:
        case Op.KNOWN:
            return True
        case Op.UNKNOWN:
            return False
        case Op.TRUE | Op.FALSE:
            return live is (op is Op.TRUE)
        case Op.EQ | Op.ANY_OF:
            return any(_equal(live, literal) for literal in values)
        case Op.NE | Op.NONE_OF:
            return not any(_equal(live, literal) for literal in values)
        case Op.CONTAINS | Op.STARTS | Op.ENDS:
            return any(_matches(live, op, _text(literal)) for literal in values)
        case Op.BETWEEN:
            return _ordered(live, Op.GE, values[0]) and _ordered(live, Op.LE, values[1])
        case Op.NOT_BETWEEN:
            return _ordered(live, Op.LT, values[0]) or _ordered(live, Op.GT, values[1])
    return _ordered(live, op, values[0])


def fields_hold(live: Any, op: Op, other: Any) -> bool:
    """Whether two known values of a record compare so: two moments as moments, all else as a value with a literal."""
    left, right = _typed(live), _typed(other)
    if isinstance(left, datetime) and isinstance(right, datetime):
        return _in_order(left, op, right) if op in ORDERINGS else (left == right) is (op is Op.EQ)
    return holds(left, op, (right.date() if isinstance(right, datetime) else right,))


def _typed(value: Any) -> Any:
    """A value as a number, a day or a moment where its text is one; a moment without a zone is in UTC."""
    if isinstance(value, str):
        for read in (float, date.fromisoformat, datetime.fromisoformat):
            try:
                value = read(value)
                break
            except ValueError:
                continue
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


def _matches(live: Any, op: Op, text: str) -> bool:
    if isinstance(live, (list, tuple, set, frozenset)):
        return any(_text(item) == text for item in live)
    whole = _text(live)
    if op is Op.CONTAINS:
        return text in whole
    return whole.startswith(text) if op is Op.STARTS else whole.endswith(text)


def _equal(live: Any, literal: Any) -> bool:
    if isinstance(literal, (int, float, date)) and not isinstance(literal, bool):
        pair = _same_kind(live, literal)
        if pair is not None:
            return bool(pair[0] == pair[1])
    return _text(live) == _text(literal)


def _ordered(live: Any, op: Op, literal: Any) -> bool:
    pair = _same_kind(live, literal)
    return pair is not None and _in_order(pair[0], op, pair[1])


def _in_order(left: Any, op: Op, right: Any) -> bool:
    return bool({Op.LT: left < right, Op.LE: left <= right, Op.GT: left > right, Op.GE: left >= right}[op])


def _same_kind(live: Any, literal: Any) -> tuple[Any, Any] | None:
    """Both as numbers or both as days, or None when the record's value is of another kind."""
    try:
        if isinstance(literal, date):
            day = live if isinstance(live, date) else datetime.fromisoformat(str(live))
            return (day.date() if isinstance(day, datetime) else day), literal
        if isinstance(literal, (int, float)) and not isinstance(live, bool):
            return float(live), float(literal)
    except (TypeError, ValueError):
        return None
    return None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).casefold()
