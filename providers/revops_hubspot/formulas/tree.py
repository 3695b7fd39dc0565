"""A calculation formula as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce

MINUS, NOT = "-", "not"
SUMS, PRODUCTS = ("+", "-"), ("*", "/")
COMPARISONS = ("<", ">", "<=", ">=", "=", "!=", "equals")


@dataclass(frozen=True)
class Part:
    """Base of the parts."""

    at: int = field(default=0, compare=False, kw_only=True)
    """Where it begins in its text, from 0."""


@dataclass(frozen=True)
class Number(Part):
    """A number literal, never negative."""

    value: Decimal


@dataclass(frozen=True)
class Text(Part):
    """A text literal, without its quotes."""

    value: str


@dataclass(frozen=True)
class Truth(Part):
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True)
class Property(Part):
    """What a property holds, read as `number`, `string`, `bool`, or `any` inside `is_present`."""

    name: str
    read_as: str = "number"
    name_at: int = field(default=0, compare=False, kw_only=True)


@dataclass(frozen=True)
class Call(Part):
    """A function with its arguments."""

    name: str
    arguments: tuple[Formula, ...]


@dataclass(frozen=True)
class Unary(Part):
    """`not` or a minus before a part."""

    sign: str
    part: Formula


@dataclass(frozen=True)
class Binary(Part):
    """Two parts that are calculated or compared."""

    sign: str
    left: Formula
    right: Formula
    sign_at: int = field(default=0, compare=False, kw_only=True)


@dataclass(frozen=True)
class Joined(Part):
    """Parts joined by `and` or by `or`."""

    word: str
    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Choice(Part):
    """`if … then … elseif … else … endif`: the value of the first condition that holds."""

    cases: tuple[tuple[Formula, Formula], ...]
    otherwise: Formula | None = None


Formula = Number | Text | Truth | Property | Call | Unary | Binary | Joined | Choice
TRUE, FALSE = Truth(True), Truth(False)


def chain(formula: Binary) -> tuple[Formula, list[Binary]]:
    """`a - b + c` as `a` and the two operations from left to right. A long sum must not be walked by recursion."""
    alike = next(signs for signs in (SUMS, PRODUCTS, COMPARISONS) if formula.sign in signs)
    found = [formula]
    while alike != COMPARISONS and isinstance(left := found[-1].left, Binary) and left.sign in alike:
        found.append(left)
    return found[-1].left, found[::-1]


def compared_texts(formula: Formula) -> Iterator[tuple[Property, Text]]:
    """Each property that a formula compares with a fixed text. Long sums nest deeply, so it does not recurse."""
    waiting = [formula]
    while waiting:
        part = waiting.pop()
        waiting += _inside(part)
        if isinstance(part, Binary) and part.sign in ("=", "!=", "equals"):
            for one, other in ((part.left, part.right), (part.right, part.left)):
                if isinstance(one, Property) and isinstance(other, Text):
                    yield one, other


def _inside(formula: Formula) -> Iterator[Formula]:
    match formula:
        case Call(_, parts) | Joined(_, parts):
            yield from parts
        case Unary(_, part):
            yield part
        case Binary(_, left, right):
            yield from (left, right)
        case Choice(cases, otherwise):
            yield from (part for case in cases for part in case)
            yield from () if otherwise is None else (otherwise,)


def number(value: float) -> Formula:
    """A number, negative ones too."""
    literal = Number(abs(Decimal(repr(value))))
    return Unary(MINUS, literal) if value < 0 else literal


def present(name: str) -> Formula:
    """The property has a value."""
    return Call("is_present", (Property(name, "any"),))


def opposite(part: Formula) -> Formula:
    """True when the part is false."""
    return Unary(NOT, part)


def all_of(parts: Iterable[Formula]) -> Formula:
    """True when every part is."""
    return _joined("and", parts, TRUE, FALSE)


def any_of(parts: Iterable[Formula]) -> Formula:
    """True when at least one part is."""
    return _joined("or", parts, FALSE, TRUE)


def _joined(word: str, parts: Iterable[Formula], none: Formula, decides: Formula) -> Formula:
    listed = [part for part in dict.fromkeys(parts) if part != none]
    if decides in listed:
        return decides
    if len(listed) <= 1:
        return listed[0] if listed else none
    return Joined(word, flat(word, listed))


def flat(word: str, parts: Iterable[Formula]) -> tuple[Formula, ...]:
    """The parts, and in the place of one that is joined by the same word its own parts."""
    listed = [part.parts if isinstance(part, Joined) and part.word == word else (part,) for part in parts]
    return tuple(inner for each in listed for inner in each)


def total(parts: Sequence[Formula]) -> Formula:
    """The sum of the parts, 0 without any."""
    return reduce(lambda found, part: Binary("+", found, part), parts) if parts else number(0)


def choice(cases: Sequence[tuple[Formula, Formula]], otherwise: Formula) -> Formula:
    """The value of the first case that holds, without the cases that never happen."""
    likely = tuple(case for case in cases if case[0] != FALSE)
    return Choice(likely, otherwise) if likely else otherwise
