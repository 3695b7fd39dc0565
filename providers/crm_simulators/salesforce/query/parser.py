"""SOQL to a query tree: what clients of this simulator use; everything else is MALFORMED_QUERY."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from vendor_facts import vocabulary

from crm_simulators.salesforce.errors import RestError

TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<text>'(?:\\.|[^'\\])*')
    |(?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
    |(?P<date>\d{4}-\d\d-\d\d)
    |(?P<number>[-+]?\d+(?:\.\d+)?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_.]*)
    |(?P<operator><=|>=|!=|<>|=|<|>|\(|\)|,|:)""",
    re.VERBOSE,
)
AGGREGATES = frozenset({"COUNT", "COUNT_DISTINCT", "MIN", "MAX", "SUM", "AVG"})
DATE_LITERALS = frozenset(vocabulary("salesforce", "date literals"))


@dataclass(frozen=True)
class DateLiteral:
    """A relative date such as ``LAST_N_DAYS:30``."""

    name: str
    count: int | None


@dataclass(frozen=True)
class Condition:
    """A comparison, or ``and``, ``or`` and ``not`` over parts."""

    operator: str
    field: str = ""
    value: Any = None
    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Column:
    """A selected field, an aggregate of one, or the children that a query in brackets selects."""

    field: str
    function: str | None = None
    alias: str | None = None
    children: Query | None = None


@dataclass(eq=False)
class Query:
    """A parsed SELECT."""

    columns: list[Column]
    sobject: str
    where: Condition | None = None
    group_by: list[str] = field(default_factory=list)
    having: Condition | None = None
    order_by: list[tuple[str, bool, bool]] = field(default_factory=list)
    limit: int | None = None
    offset: int = 0

    @property
    def is_bare_count(self) -> bool:
        return len(self.columns) == 1 and self.columns[0] == Column("", "COUNT")

    @property
    def is_aggregate(self) -> bool:
        return bool(self.group_by) or any(column.function for column in self.columns)


def malformed(text: str) -> RestError:
    return RestError(400, "MALFORMED_QUERY", text)


def parse(text: str) -> Query:
    """The query of a SELECT statement; raises MALFORMED_QUERY."""
    try:
        return _Parser(text).query()
    except RecursionError:
        raise malformed("the query is nested too deeply") from None


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        place = 0
        while place < len(text):
            match = TOKEN.match(text, place)
            if match is None:
                raise malformed(f"line 1:{place} no viable alternative at character '{text[place]}'")
            if match.lastgroup != "space":
                self.tokens.append((match.lastgroup or "", match.group()))
            place = match.end()
        self.place = 0

    # --- tokens -------------------------------------------------------------------------------------------------

    def peek(self) -> str:
        return self.tokens[self.place][1].upper() if self.place < len(self.tokens) else "<EOF>"

    def take(self) -> tuple[str, str]:
        if self.place >= len(self.tokens):
            raise malformed("unexpected token: <EOF>")
        self.place += 1
        return self.tokens[self.place - 1]

    def accept(self, *words: str) -> bool:
        """Take the words when they come next."""
        upper = [text.upper() for _, text in self.tokens[self.place : self.place + len(words)]]
        if upper != list(words):
            return False
        self.place += len(words)
        return True

    def expect(self, word: str) -> None:
        if not self.accept(word):
            shown = self.tokens[self.place][1] if self.place < len(self.tokens) else "<EOF>"
            raise malformed(f"unexpected token: '{shown}' (expected {word})")

    def name(self) -> str:
        kind, text = self.take()
        if kind != "name":
            raise malformed(f"unexpected token: '{text}'")
        return text

    # --- clauses ------------------------------------------------------------------------------------------------

    def query(self) -> Query:
        query = self.select()
        if self.place < len(self.tokens):
            raise malformed(f"unexpected token: '{self.tokens[self.place][1]}'")
        return query

    def select(self) -> Query:
        self.expect("SELECT")
        columns = [self.column()]
        while self.accept(","):
            columns.append(self.column())
        self.expect("FROM")
        query = Query(columns, self.name())
        if self.accept("WHERE"):
            query.where = self.any_of()
        if self.accept("GROUP", "BY"):
            query.group_by = self.names()
            if self.accept("HAVING"):
                query.having = self.any_of()
        if self.accept("ORDER", "BY"):
            query.order_by = self.orders()
        if self.accept("LIMIT"):
            query.limit = self.integer()
        if self.accept("OFFSET"):
            query.offset = self.integer()
        self.accept("ALL", "ROWS")
        return query

    def names(self) -> list[str]:
        found = [self.name()]
        while self.accept(","):
            found.append(self.name())
        return found

    def integer(self) -> int:
        kind, text = self.take()
        if kind != "number" or "." in text:
            raise malformed(f"unexpected token: '{text}'")
        return int(text)

    def column(self) -> Column:
        if self.accept("("):
            children = self.select()
            self.expect(")")
            return Column("", children=children)
        name = self.name()
        if self.accept("("):
            function = name.upper()
            if function == "FIELDS":
                return self.all_fields()
            if function not in AGGREGATES:
                raise malformed(f"unexpected token: '{name}'")
            inner = "" if self.peek() == ")" else self.name()
            self.expect(")")
            alias = self.name() if self.peek() not in {",", "FROM"} else None
            return Column(inner, function, alias)
        alias = self.name() if self.peek() not in {",", "FROM", "<EOF>"} else None
        return Column(name, None, alias)

    def all_fields(self) -> Column:
        """`FIELDS(ALL)`, `FIELDS(STANDARD)` or `FIELDS(CUSTOM)`, as a column of that name."""
        which = self.name().upper()
        self.expect(")")
        if which not in {"ALL", "STANDARD", "CUSTOM"}:
            raise malformed(f"unexpected token: '{which}'")
        return Column(f"FIELDS({which})")

    def orders(self) -> list[tuple[str, bool, bool]]:
        """(field, descending, nulls last)."""
        found = []
        while True:
            name = self.name()
            if self.accept("("):
                name = f"{name.upper()}({self.name() if self.peek() != ')' else ''})"
                self.expect(")")
            descending = self.accept("DESC")
            if not descending:
                self.accept("ASC")
            last = self.accept("NULLS", "LAST")
            if not last:
                self.accept("NULLS", "FIRST")
            found.append((name, descending, last))
            if not self.accept(","):
                return found

    # --- conditions ---------------------------------------------------------------------------------------------

    def any_of(self) -> Condition:
        """Conditions joined by one operator; mixing AND and OR needs parentheses, as in SOQL [D]."""
        parts = [self.one()]
        joined = None
        while self.peek() in {"AND", "OR"}:
            word = self.take()[1].lower()
            if joined not in {None, word}:
                raise malformed(f"unexpected token: '{word.upper()}'")
            joined = word
            parts.append(self.one())
        return parts[0] if joined is None else Condition(joined, parts=tuple(parts))

    def one(self) -> Condition:
        if self.accept("NOT"):
            return Condition("not", parts=(self.one(),))
        if self.accept("("):
            inner = self.any_of()
            self.expect(")")
            return inner
        name = self.name()
        if self.accept("("):  # an aggregate, after HAVING
            name = f"{name.upper()}({self.name() if self.peek() != ')' else ''})"
            self.expect(")")
        if self.accept("LIKE"):
            return Condition("like", name, self.value())
        for words, operator in (
            (("NOT", "IN"), "not in"),
            (("IN",), "in"),
            (("INCLUDES",), "includes"),
            (("EXCLUDES",), "excludes"),
        ):
            if self.accept(*words):
                return Condition(operator, name, self.values())
        kind, text = self.take()
        if kind != "operator" or text in {"(", ")", ",", ":"}:
            raise malformed(f"unexpected token: '{text}'")
        return Condition("!=" if text == "<>" else text, name, self.value())

    def values(self) -> tuple[Any, ...]:
        self.expect("(")
        if self.peek() == "SELECT":
            inner = self.semi_join()
            self.expect(")")
            return (inner,)
        found = [self.value()]
        while self.accept(","):
            found.append(self.value())
        self.expect(")")
        return tuple(found)

    def semi_join(self) -> Query:
        self.expect("SELECT")
        query = Query([self.column()], "")
        self.expect("FROM")
        query.sobject = self.name()
        if self.accept("WHERE"):
            query.where = self.any_of()
        return query

    def value(self) -> Any:
        kind, text = self.take()
        if kind == "text":
            return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m.group(1), m.group(1)), text[1:-1])
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind in {"date", "moment"}:
            return Moment(text)
        upper = text.upper()
        if upper in {"NULL", "TRUE", "FALSE"}:
            return {"NULL": None, "TRUE": True, "FALSE": False}[upper]
        if upper in DATE_LITERALS:
            return DateLiteral(upper, self.integer() if self.accept(":") else None)
        raise malformed(f"unexpected token: '{text}'")


class Moment(str):
    """A date or date-time literal, unlike quoted text."""

    __slots__ = ()
