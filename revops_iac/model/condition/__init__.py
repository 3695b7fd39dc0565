"""The condition language of the model: parsed once, evaluated here, compiled to each CRM's filters and formulas."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from revops_iac.model.condition.regions import Regions, UnknownRegion
from revops_iac.model.condition.values import (
    LIST_OPS,
    ORDERINGS,
    PAIRS,
    RANGES,
    UNARY_OPS,
    Op,
    RelativeDay,
    Scalar,
    Value,
    counted,
    fields_hold,
    holds,
    is_unknown,
    today_of,
)

__all__ = [
    "IN_REGION",
    "LIST_OPS",
    "OBJECTS",
    "ORDERINGS",
    "PAIRS",
    "RANGES",
    "REGIONS",
    "UNARY_OPS",
    "WORDS",
    "And",
    "Compare",
    "CompareFields",
    "Condition",
    "FieldRef",
    "Not",
    "Op",
    "Or",
    "ParseError",
    "RelativeDay",
    "Scalar",
    "missing",
    "parse",
]
REGIONS: ContextVar[Regions] = ContextVar("regions")
"""The region tables of the model that is being read, which conditions are parsed with."""
IN_REGION = "in region"
"""A region of the model or a country: `contact.country in region dach`, and `not in region [dach, US]`."""
OBJECTS = ("contact", "company", "deal", "lead")


class FieldRef(str):
    """A field as `object.key`; a plain string with its two halves named.

    >>> FieldRef("contact.email").key
    'email'
    """

    __slots__ = ()

    @property
    def object(self) -> str:
        return self.partition(".")[0]

    @property
    def key(self) -> str:
        return self.partition(".")[2]


class ParseError(ValueError):
    """The text is not a condition. `column` counts from 1 inside the text."""

    def __init__(self, message: str, column: int, fix: str) -> None:
        super().__init__(message)
        self.message, self.column, self.fix = message, column, fix


class Condition(ABC):
    """A parsed condition: And, Or, Not, Compare or CompareFields."""

    @abstractmethod
    def comparisons(self) -> Iterator[Compare | CompareFields]:
        """Every comparison, in the order written."""

    @abstractmethod
    def evaluate(self, record: Mapping[str, Any]) -> bool:
        """Is it true of a record keyed by `object.key`? None, "" and a missing key are unknown.

        The key `today` may hold the day on which the record is judged.
        """

    @abstractmethod
    def render(self) -> str:
        """The canonical text, which parses back to an equal condition."""

    def fields(self) -> tuple[FieldRef, ...]:
        """The fields it reads, each once, in the order written."""
        return tuple(dict.fromkeys(field for comparison in self.comparisons() for field in comparison.compared))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _validated,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda condition: condition.render(), return_schema=core_schema.str_schema()
            ),
            json_schema_input_schema=core_schema.str_schema(),
        )


def _validated(value: Any) -> Condition:
    if isinstance(value, Condition):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "Input should be a valid string")
    try:
        return parse(value)
    except ParseError as error:
        context = {"message": error.message, "column": error.column, "fix": error.fix}
        raise PydanticCustomError("condition", "{message}", context) from None


@dataclass(frozen=True)
class And(Condition):
    """True when every part is."""

    parts: tuple[Condition, ...]

    def comparisons(self) -> Iterator[Compare | CompareFields]:
        for part in self.parts:
            yield from part.comparisons()

    def evaluate(self, record: Mapping[str, Any]) -> bool:
        return all(part.evaluate(record) for part in self.parts)

    def render(self) -> str:
        return " and ".join(_enclosed(part, (And, Or)) for part in self.parts)


@dataclass(frozen=True)
class Or(Condition):
    """True when at least one part is."""

    parts: tuple[Condition, ...]

    def comparisons(self) -> Iterator[Compare | CompareFields]:
        for part in self.parts:
            yield from part.comparisons()

    def evaluate(self, record: Mapping[str, Any]) -> bool:
        return any(part.evaluate(record) for part in self.parts)

    def render(self) -> str:
        return " or ".join(_enclosed(part, (Or,)) for part in self.parts)


@dataclass(frozen=True)
class Not(Condition):
    """True when its part is not."""

    part: Condition

    def comparisons(self) -> Iterator[Compare | CompareFields]:
        yield from self.part.comparisons()

    def evaluate(self, record: Mapping[str, Any]) -> bool:
        return not self.part.evaluate(record)

    def render(self) -> str:
        return f"not {_enclosed(self.part, (And, Or))}"


@dataclass(frozen=True)
class Compare(Condition):
    """One field against a literal, a list of literals, two ends (`is between`), or nothing (`is known`)."""

    field: FieldRef
    op: Op
    value: Value = None
    region: tuple[str, ...] = ()
    """The regions or countries that were written; `value` then holds their values on the field."""

    def comparisons(self) -> Iterator[Compare | CompareFields]:
        yield self

    def evaluate(self, record: Mapping[str, Any]) -> bool:
        live = record.get(self.field)
        if is_unknown(live):
            return self.op is Op.UNKNOWN
        return holds(live, self.op, tuple(_on_day(value, record) for value in self.values))

    @property
    def compared(self) -> tuple[FieldRef, ...]:
        """The one field that it reads."""
        return (self.field,)

    @property
    def values(self) -> tuple[Scalar, ...]:
        """The literals as a tuple: empty for `is known`, one for `=`, two for `is between`, all for a list operator."""
        if self.value is None:
            return ()
        return self.value if isinstance(self.value, tuple) else (self.value,)

    def render(self) -> str:
        if self.region:
            return f"{self.field} {'' if self.op is Op.ANY_OF else 'not '}{IN_REGION} {_members(self.region)}"
        if self.op in UNARY_OPS:
            return f"{self.field} {self.op}"
        if self.op in LIST_OPS:
            return f"{self.field} {self.op} [{', '.join(_literal(value) for value in self.values)}]"
        if words := _counted_from_today(self.op, self.values):
            return f"{self.field} {words}"
        return f"{self.field} {self.op} {' and '.join(_literal(value) for value in self.values)}"


@dataclass(frozen=True)
class CompareFields(Condition):
    """One field against another of the record; false where either is unknown."""

    field: FieldRef
    op: Op
    other: FieldRef

    def comparisons(self) -> Iterator[Compare | CompareFields]:
        yield self

    def evaluate(self, record: Mapping[str, Any]) -> bool:
        live, other = record.get(self.field), record.get(self.other)
        return not is_unknown(live) and not is_unknown(other) and fields_hold(live, self.op, other)

    @property
    def compared(self) -> tuple[FieldRef, ...]:
        """The two fields that it reads."""
        return (self.field, self.other)

    def render(self) -> str:
        return f"{self.field} {self.op} {self.other}"


def missing(record: Mapping[str, Any], reference: FieldRef) -> bool:
    """Lacks the record a field that is required? A checkbox is missing while it is not set."""
    return is_unknown(record.get(reference)) or record.get(reference) is False


def _on_day(value: Scalar, record: Mapping[str, Any]) -> Scalar:
    return value.on(today_of(record)) if isinstance(value, RelativeDay) else value


def _counted_from_today(op: Op, values: tuple[Scalar, ...]) -> str | None:
    """The words for a window or a distance from today; None where there are none."""
    if not all(isinstance(value, RelativeDay) for value in values):
        return None
    match op, tuple(value.days for value in values if isinstance(value, RelativeDay)):
        case Op.EQ, (0,):
            return "is today"
        case Op.LT, (days,) if days < 0:
            return f"more than {counted(-days)} ago"
        case Op.GT, (days,) if days > 0:
            return f"more than {counted(days)} from now"
        case Op.BETWEEN, (days, 0) if days < 0:
            return f"within the last {counted(-days)}"
        case Op.BETWEEN, (0, days) if days > 0:
            return f"within the next {counted(days)}"
    return None


def _members(region: tuple[str, ...]) -> str:
    literals = [_literal(member) for member in region]
    return literals[0] if len(literals) == 1 else f"[{', '.join(literals)}]"


def _enclosed(part: Condition, weaker: tuple[type[Condition], ...]) -> str:
    return f"({part.render()})" if isinstance(part, weaker) else part.render()


KEYWORDS = frozenset({"and", "or", "not", "is", "contains", "starts", "ends"})
NUMBER = re.compile(r"-?\d+(\.\d+)?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
FIELD = re.compile(rf"({'|'.join(OBJECTS)})\.[a-z0-9_]+")
BARE = re.compile(r"[^\s\[\](),\"'=!<>]+")


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    return value if _reads_as_text(value) else json.dumps(value, ensure_ascii=False)


def _reads_as_text(value: str) -> bool:
    """Whether the text needs no quotes: it is one word, and no number, field, operator or quote of any language."""
    refused = value in KEYWORDS or FIELD.fullmatch(value) or FOREIGN.match(value) or TYPOGRAPHIC.match(value)
    return not refused and BARE.fullmatch(value) is not None and _scalar(value) == value


def _scalar(word: str) -> Scalar:
    if word in ("true", "false"):
        return word == "true"
    if word == "today":
        return RelativeDay()
    if NUMBER.fullmatch(word):
        return float(word) if "." in word else int(word)
    if DAY.fullmatch(word):
        try:
            return date.fromisoformat(word)
        except ValueError:
            return word
    return word


WORDS: dict[str, Op] = {
    "is not between": Op.NOT_BETWEEN,
    "is between": Op.BETWEEN,
    "between": Op.BETWEEN,
    "is any of": Op.ANY_OF,
    "is none of": Op.NONE_OF,
    "contains any of": Op.CONTAINS,
    "contains": Op.CONTAINS,
    "starts with any of": Op.STARTS,
    "starts with": Op.STARTS,
    "ends with any of": Op.ENDS,
    "ends with": Op.ENDS,
    "is known": Op.KNOWN,
    "is not empty": Op.KNOWN,
    "is unknown": Op.UNKNOWN,
    "is empty": Op.UNKNOWN,
    "is true": Op.TRUE,
    "is false": Op.FALSE,
    "is today": Op.EQ,
    "within the last": Op.BETWEEN,
    "within the next": Op.BETWEEN,
    "more than": Op.LT,
    "less than": Op.BETWEEN,
    "at or before": Op.LE,
    "at or after": Op.GE,
    "before": Op.LT,
    "after": Op.GT,
    "=": Op.EQ,
    "!=": Op.NE,
    "<=": Op.LE,
    ">=": Op.GE,
    "<": Op.LT,
    ">": Op.GT,
}
"""What may stand behind a field, and the operator that it means; longer words first. The words of each operator itself
are the canonical ones: a plan shows those."""
USUAL = (*Op, IN_REGION, "within the last 7 days", "more than 30 days ago", "is today", "is empty")
"""Operators for messages."""
WINDOWS, DISTANCES = ("within the last", "within the next"), ("more than", "less than")
UNITS = {"day": 1, "days": 1, "week": 7, "weeks": 7}
INSTEAD = {
    "not between": "is not between 10 and 20",
    "is not any of": "is none of [a, b]",
    "is one of": "is any of [a, b]",
    "is in": "is any of [a, b]",
    "in the last": "within the last 7 days",
    "in the next": "within the next 7 days",
    "in": "is any of [a, b]",
    "not in": "is none of [a, b]",
    "like": "contains, starts with or ends with",
    "does not contain": '"not" before the field: not contact.x contains "a"',
    "does not start with": '"not" before the field: not contact.x starts with "a"',
    "does not end with": '"not" before the field: not contact.x ends with "a"',
    "is blank": "is empty",
    "is null": "is empty",
    "is not null": "is not empty",
    "is not known": "is unknown",
    "is not blank": "is not empty",
    "is not": "!= value, or is none of [a, b]",
    "is": '"=" before a value, such as contact.country = US',
}
"""Words of other languages and of the spoken one, and what to write here."""


@dataclass(frozen=True)
class _Token:
    kind: str  # word, quoted, symbol, end
    text: str
    column: int


ELSEWHERE = {
    "==": "=",
    "===": "=",
    "<>": "!=",
    "&&": "and",
    "&": "and",
    "||": "or",
    "|": "or",
    "!": "not",
    "=>": ">=",
    "=<": "<=",
}
"""Operators of other languages, and what to write here."""
FOREIGN = re.compile(r"\s*(===?|=>|=<|<>|&&?|\|\|?|!(?!=))")
TYPOGRAPHIC = re.compile("\\s*([\u2018-\u201e\u00ab\u00bb\u2039\u203a])")
"""Quotes as word processors write them, which would be part of the value."""
TOKEN = re.compile(
    r"\s*(?:(?P<quoted>\"(?:[^\"\\]|\\.)*\"|'[^']*')|(?P<symbol><=|>=|!=|[=<>\[\](),])|(?P<word>[^\s\[\](),\"'=!<>]+))"
)


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while text[at:].strip():
        if foreign := FOREIGN.match(text, at):
            ours = ELSEWHERE[foreign[1]]
            raise ParseError(f'"{foreign[1]}" is not an operator', foreign.start(1) + 1, f'write "{ours}"')
        if mark := TYPOGRAPHIC.match(text, at):
            fix = 'write straight quotes, such as "Vienna"'
            raise ParseError(f"{mark[1]} is no quote of a condition", mark.start(1) + 1, fix)
        match = TOKEN.match(text, at)
        if match is None:
            column = at + len(text[at:]) - len(text[at:].lstrip()) + 1
            raise ParseError(f'"{text[column - 1]}" is not understood', column, "quote texts that hold signs or quotes")
        kind = match.lastgroup or "word"
        found.append(_Token(kind, match.group(kind), match.start(kind) + 1))
        at = match.end()
    return [*found, _Token("end", "", len(text) + 1)]


def parse(text: str) -> Condition:
    """Parse a condition.

    Raises ParseError with the column.

    >>> parse("contact.employees >= 1000 and contact.country is any of [US, CA]").fields()
    ('contact.employees', 'contact.country')
    """
    return _parsed(text) if "region" not in text else _Parser(_tokens(text)).whole()


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Condition:
    """A condition that names no region, which means the same in every model."""
    return _Parser(_tokens(text)).whole()


MOST_LEVELS = 50
"""Of parentheses and `not` inside each other."""


class _Parser:
    """Recursive descent: or, and, not, comparison."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens, self.at, self.levels = tokens, 0, 0

    def whole(self) -> Condition:
        condition = self.any_of_parts()
        if self.next.kind != "end":
            raise self.error(f'"{self.next.text}" follows a complete condition', 'join conditions with "and" or "or"')
        return condition

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.next
        self.at += token.kind != "end"
        return token

    def accept(self, *words: str) -> bool:
        """Take these words when they are all next."""
        ahead = self.tokens[self.at : self.at + len(words)]
        if [token.text if token.kind != "quoted" else None for token in ahead] != list(words):
            return False
        self.at += len(words)
        return True

    def error(self, message: str, fix: str) -> ParseError:
        return ParseError(message, self.next.column, fix)

    def any_of_parts(self) -> Condition:
        parts = [self.all_of_parts()]
        while self.accept("or"):
            parts.append(self.all_of_parts())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def all_of_parts(self) -> Condition:
        parts = [self.negated()]
        while self.accept("and"):
            parts.append(self.negated())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def negated(self) -> Condition:
        if self.levels == MOST_LEVELS:
            raise self.error("the condition is nested too deeply", f"use at most {MOST_LEVELS} levels")
        self.levels += 1
        found = self.enclosed()
        self.levels -= 1
        return found

    def enclosed(self) -> Condition:
        if self.accept("not"):
            return Not(self.negated())
        if self.accept("("):
            inside = self.any_of_parts()
            if not self.accept(")"):
                raise self.error('a "(" is not closed', 'add ")"')
            return inside
        return self.comparison()

    def comparison(self) -> Compare | CompareFields:
        field = self.field()
        if (region := self.in_region(field)) is not None:
            return region
        words, op = self.operator(field)
        if op in UNARY_OPS:
            return Compare(field, op)
        if op in LIST_OPS:
            return Compare(field, op, self.list_of_values(alone=words != op))
        if words in WINDOWS:
            return Compare(field, op, self.window(words))
        if words in DISTANCES:
            return self.distance(field, words)
        if op in RANGES:
            return Compare(field, op, self.two_values())
        if words == "is today":
            return Compare(field, op, RelativeDay())
        if self.next.kind == "word" and FIELD.fullmatch(self.next.text):
            if self.next.text == field:
                raise self.error(f"{field} is compared with itself", "compare it with another field or a value")
            return CompareFields(field, op, FieldRef(self.take().text))
        return Compare(field, op, self.value())

    def operator(self, field: FieldRef) -> tuple[str, Op]:
        """The words of the operator that stands here, and what they mean."""
        for words, op in WORDS.items():
            if self.accept(*words.split()):
                return words, op
        token = self.next
        if not token.text:
            raise self.error(f'nothing follows "{field}"', f"one of {', '.join(USUAL)}")
        found = next((words for words in INSTEAD if self.accept(*words.split())), token.text)
        fix = f"write {INSTEAD[found]}" if found in INSTEAD else f"one of {', '.join(USUAL)}"
        raise ParseError(f'"{found}" is not an operator', token.column, fix)

    def in_region(self, field: FieldRef) -> Compare | None:
        """Regions or countries, which become the values that they have on the field."""
        negated = self.accept("not", *IN_REGION.split())
        if not negated and not self.accept(*IN_REGION.split()):
            return None
        column = self.next.column
        members = tuple(map(str, self.list_of_values() if self.next.text == "[" else (self.value(),)))
        try:
            values = REGIONS.get(Regions()).values(field, members)
        except UnknownRegion as error:
            raise ParseError(error.message, column, error.fix) from None
        return Compare(field, Op.NONE_OF if negated else Op.ANY_OF, values, members)

    def two_values(self) -> tuple[Scalar, Scalar]:
        if self.next.text == "[":
            raise self.error("two values must follow", "write them as 10 and 20, without brackets")
        low = self.value()
        if not self.accept("and"):
            raise self.error("the second value is missing", "write both ends as 10 and 20; both belong to it")
        return low, self.value()

    def window(self, words: str) -> tuple[RelativeDay, RelativeDay]:
        """So many days back or ahead, today included."""
        days = self.days()
        return (RelativeDay(-days), RelativeDay()) if words == "within the last" else (RelativeDay(), RelativeDay(days))

    def distance(self, field: FieldRef, words: str) -> Compare:
        """`more than 30 days ago` is before that day; `less than 7 days ago` is after it, and not after today."""
        days, far = self.days(), words == "more than"
        if self.accept("ago"):
            nearest = (RelativeDay(1 - days), RelativeDay())
            return Compare(field, Op.LT, RelativeDay(-days)) if far else Compare(field, Op.BETWEEN, nearest)
        if self.accept("from", "now"):
            nearest = (RelativeDay(), RelativeDay(days - 1))
            return Compare(field, Op.GT, RelativeDay(days)) if far else Compare(field, Op.BETWEEN, nearest)
        raise self.error('"ago" or "from now" is missing', f"write {words} {counted(days)} ago, or from now")

    def days(self) -> int:
        """A number of days, at least one; weeks are counted as days."""
        count = self.next
        if count.kind != "word" or not count.text.isdigit() or int(count.text) < 1:
            raise self.error("a number of days is missing", "write it as 7 days or 2 weeks")
        self.take()
        unit = UNITS.get(self.next.text)
        if unit is None:
            wrong = f'"{self.next.text}" is not a unit of days' if self.next.text else "days or weeks are missing"
            raise self.error(wrong, "count in days or weeks, such as 30 days; compare a number with < or >")
        self.take()
        return int(count.text) * unit

    def field(self) -> FieldRef:
        token = self.next
        if token.kind != "word" or not FIELD.fullmatch(token.text):
            message = f'"{token.text}" is not a field' if token.text else "a field is missing at the end"
            raise self.error(message, "write object.key, with object one of " + ", ".join(OBJECTS))
        return FieldRef(self.take().text)

    def value(self) -> Scalar:
        token = self.next
        if token.kind not in ("word", "quoted") or token.text in KEYWORDS:
            message = f'"{token.text}" is not a value' if token.text else "a value is missing at the end"
            raise self.error(message, "a number, a date (2026-01-31), a word or a quoted text")
        self.take()
        if token.kind == "quoted":
            return _unquoted(token.text)
        found = _scalar(token.text)
        return RelativeDay(self.offset()) if isinstance(found, RelativeDay) else found

    def offset(self) -> int:
        """The days behind `today`: `- 7 days`, or nothing."""
        sign = {"-": -1, "+": 1}.get(self.next.text, 0)
        if sign:
            self.take()
        return sign * self.days() if sign else 0

    def list_of_values(self, alone: bool = False) -> tuple[Scalar, ...]:
        """The values in brackets; `alone`, one value without them."""
        if alone and self.next.text != "[":
            return (self.value(),)
        if not self.accept("["):
            raise self.error("a list must follow", "write the values as [one, two]")
        values = [self.item()]
        while self.accept(","):
            values.append(self.item())
        if not self.accept("]"):
            raise self.error('a "[" is not closed', 'separate the values with "," and add "]"')
        return tuple(values)

    def item(self) -> Scalar:
        """One value of a list; there a text of several words needs no quotes."""
        if self.next.kind == "quoted":
            return _unquoted(self.take().text)
        words = []
        while self.next.kind == "word":
            words.append(self.take().text)
        if not words:
            raise self.error("a value is missing in the list", "write the values as [one, two]")
        found = _scalar(words[0]) if len(words) == 1 else " ".join(words)
        return words[0] if isinstance(found, RelativeDay) else found


def _unquoted(text: str) -> str:
    return str(json.loads(text)) if text.startswith('"') else text[1:-1]
