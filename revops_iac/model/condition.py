"""The condition language of the model: parsed once, evaluated here, compiled to each CRM's filters and formulas."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from revops_iac.model.regions import Regions, UnknownRegion

REGIONS: ContextVar[Regions] = ContextVar("regions")
"""The region tables of the model that is being read, which conditions are parsed with."""
OBJECTS = ("contact", "company", "deal", "lead")
Scalar = str | int | float | bool | date
Value = Scalar | tuple[Scalar, ...] | None


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


class Op(StrEnum):
    """An operator, spelled as in the YAML."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
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
LIST_OPS = frozenset({Op.ANY_OF, Op.NONE_OF, Op.CONTAINS, Op.STARTS, Op.ENDS})
UNARY_OPS = frozenset({Op.KNOWN, Op.UNKNOWN, Op.TRUE, Op.FALSE})
IN_REGION = "in region"
"""A region of the model or a country: `contact.country in region dach`, and `not in region [dach, US]`."""


class ParseError(ValueError):
    """The text is not a condition. `column` counts from 1 inside the text."""

    def __init__(self, message: str, column: int, fix: str) -> None:
        super().__init__(message)
        self.message, self.column, self.fix = message, column, fix


class Condition(ABC):
    """A parsed condition: And, Or, Not or Compare."""

    @abstractmethod
    def comparisons(self) -> Iterator[Compare]:
        """Every comparison, in the order written."""

    @abstractmethod
    def evaluate(self, record: Mapping[str, Any]) -> bool:
        """Is it true of a record keyed by `object.key`? None, "" and a missing key are unknown."""

    @abstractmethod
    def render(self) -> str:
        """The canonical text, which parses back to an equal condition."""

    def fields(self) -> tuple[FieldRef, ...]:
        """The fields it reads, each once, in the order written."""
        return tuple(dict.fromkeys(comparison.field for comparison in self.comparisons()))

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
        context = {"said": error.message, "column": error.column, "fix": error.fix}
        raise PydanticCustomError("condition", "{said}", context) from None


@dataclass(frozen=True)
class And(Condition):
    """True when every part is."""

    parts: tuple[Condition, ...]

    def comparisons(self) -> Iterator[Compare]:
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

    def comparisons(self) -> Iterator[Compare]:
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

    def comparisons(self) -> Iterator[Compare]:
        yield from self.part.comparisons()

    def evaluate(self, record: Mapping[str, Any]) -> bool:
        return not self.part.evaluate(record)

    def render(self) -> str:
        return f"not {_enclosed(self.part, (And, Or))}"


@dataclass(frozen=True)
class Compare(Condition):
    """One field against a literal, a list of literals, or nothing (`is known`)."""

    field: FieldRef
    op: Op
    value: Value = None
    region: tuple[str, ...] = ()
    """The regions or countries that were written; `value` then holds their values on the field."""

    def comparisons(self) -> Iterator[Compare]:
        yield self

    def evaluate(self, record: Mapping[str, Any]) -> bool:
        live = record.get(self.field)
        if is_unknown(live):
            return self.op is Op.UNKNOWN
        return _compare(live, self.op, self.value)

    @property
    def values(self) -> tuple[Scalar, ...]:
        """The literals as a tuple: empty for `is known`, one for `=`, all for a list operator."""
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
        return f"{self.field} {self.op} {_literal(self.values[0])}"


def is_unknown(live: Any) -> bool:
    """Has the record no value here? Both CRMs treat an empty text as no value."""
    return live is None or live == "" or live == [] or live == ()


def _compare(live: Any, op: Op, value: Value) -> bool:
    values = value if isinstance(value, tuple) else (value,)
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
        case _:
            return _ordered(live, op, values[0])


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
    if pair is None:
        return False
    left, right = pair
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


def _members(region: tuple[str, ...]) -> str:
    literals = [_literal(member) for member in region]
    return literals[0] if len(literals) == 1 else f"[{', '.join(literals)}]"


def _enclosed(part: Condition, weaker: tuple[type[Condition], ...]) -> str:
    return f"({part.render()})" if isinstance(part, weaker) else part.render()


KEYWORDS = frozenset({"and", "or", "not", "is", "contains", "starts", "ends"})
NUMBER = re.compile(r"-?\d+(\.\d+)?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
BARE = re.compile(r"[^\s\[\](),\"'=!<>]+")


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    plain = BARE.fullmatch(value) and _scalar(value) == value and value not in KEYWORDS
    return value if plain else json.dumps(value, ensure_ascii=False)


def _scalar(word: str) -> Scalar:
    if word in ("true", "false"):
        return word == "true"
    if NUMBER.fullmatch(word):
        return float(word) if "." in word else int(word)
    if DAY.fullmatch(word):
        try:
            return date.fromisoformat(word)
        except ValueError:
            return word
    return word


@dataclass(frozen=True)
class _Token:
    kind: str  # word, quoted, symbol, end
    text: str
    column: int


ELSEWHERE = {"==": "=", "===": "=", "<>": "!=", "&&": "and", "&": "and", "||": "or", "|": "or", "!": "not"}
"""Operators of other languages, and what to write here."""
FOREIGN = re.compile(r"\s*(===?|<>|&&?|\|\|?|!(?!=))")
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
    return _Parser(_tokens(text)).whole()


class _Parser:
    """Recursive descent: or, and, not, comparison."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens, self.at = tokens, 0

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
        if self.accept("not"):
            return Not(self.negated())
        if self.accept("("):
            inside = self.any_of_parts()
            if not self.accept(")"):
                raise self.error('a "(" is not closed', 'add ")"')
            return inside
        return self.comparison()

    def comparison(self) -> Compare:
        field = self.field()
        for op in UNARY_OPS:
            if self.accept(*op.split()):
                return Compare(field, op)
        for op in LIST_OPS:
            if self.accept(*op.split()):
                return Compare(field, op, self.list_of_values())
        for op in (Op.EQ, Op.NE, *ORDERINGS):
            if self.accept(op):
                return Compare(field, op, self.value())
        if (region := self.in_region(field)) is not None:
            return region
        message = f'"{self.next.text}" is not an operator' if self.next.text else f'nothing follows "{field}"'
        raise self.error(message, "one of " + ", ".join((*Op, IN_REGION)))

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

    def field(self) -> FieldRef:
        token = self.next
        if token.kind != "word" or not re.fullmatch(rf"({'|'.join(OBJECTS)})\.[a-z0-9_]+", token.text):
            message = f'"{token.text}" is not a field' if token.text else "a field is missing at the end"
            raise self.error(message, "write object.key, with object one of " + ", ".join(OBJECTS))
        return FieldRef(self.take().text)

    def value(self) -> Scalar:
        token = self.next
        if token.kind not in ("word", "quoted") or token.text in KEYWORDS:
            message = f'"{token.text}" is not a value' if token.text else "a value is missing at the end"
            raise self.error(message, "a number, a date (2026-01-31), a word or a quoted text")
        self.take()
        return _unquoted(token.text) if token.kind == "quoted" else _scalar(token.text)

    def list_of_values(self) -> tuple[Scalar, ...]:
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
        return _scalar(words[0]) if len(words) == 1 else " ".join(words)


def _unquoted(text: str) -> str:
    return str(json.loads(text)) if text.startswith('"') else text[1:-1]
