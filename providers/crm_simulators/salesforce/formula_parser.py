"""Salesforce formulas to a tree (grammar: salesforce/formula-engine, Formula.g4) [S]."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

MAX_LENGTH = 3900  # MAX_FORMULA_LENGTH [S: formula-engine]


class FormulaError(Exception):
    """What the formula editor would say."""


@dataclass(frozen=True)
class Literal:
    value: str | Decimal | bool | None


@dataclass(frozen=True)
class Name:
    """A field or global variable, dotted as written: ``Account.Owner.Name``, ``$Permission.X``."""

    text: str

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.text.split("."))


@dataclass(frozen=True)
class Call:
    function: str
    args: tuple[Node, ...]


@dataclass(frozen=True)
class Unary:
    operator: str
    operand: Node


@dataclass(frozen=True)
class Binary:
    operator: str
    left: Node
    right: Node


Node = Literal | Name | Call | Unary | Binary

TOKEN = re.compile(
    r"""(?P<space>\s+|/\*.*?\*/)
    |(?P<number>\d+(?:\.\d*)?|\.\d+)
    |(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    |(?P<name>\$?[A-Za-z_]\w*(?::[A-Za-z_]\w*)?(?:\.[A-Za-z_]\w*)*)
    |(?P<operator>&&|\|\||==|!=|<>|<=|>=|[-+*/^&=<>!(),])""",
    re.VERBOSE | re.DOTALL,
)
# Lowest precedence first; equality below comparison, & beside + and - [S: Formula.g4].
LEVELS: tuple[tuple[str, ...], ...] = (
    ("||", "OR"),
    ("&&", "AND"),
    ("=", "==", "!=", "<>"),
    ("<", ">", "<=", ">="),
    ("+", "-", "&"),
)
SAME_OPERATOR = {"==": "=", "!=": "<>", "OR": "||", "AND": "&&"}
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True)
class Token:
    kind: str
    text: str


def parse(text: str, *, exponent_binds: str = "looser") -> Node:
    """The tree of a formula; raises FormulaError with the editor's text [K: texts].

    >>> parse("Amount > 5")
    Binary(operator='>', left=Name(text='Amount'), right=Literal(value=Decimal('5')))
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            f"Formula is too long ({len(text):,} characters). Maximum length is {MAX_LENGTH:,} characters."
        )
    tokens = _tokens(text)
    if not tokens:
        raise FormulaError("Syntax error. Found 'EOF'")
    mid: tuple[tuple[str, ...], ...] = (("^",), ("*", "/")) if exponent_binds == "looser" else (("*", "/"), ("^",))
    return _Parser(tokens, LEVELS + mid).whole()


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            raise FormulaError(f"Syntax error. Found '{text[place]}'")
        if match.lastgroup != "space":
            tokens.append(Token(match.lastgroup or "", match.group()))
        place = match.end()
    return tokens


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: ESCAPES.get(match.group(1), match.group(1)), text[1:-1], flags=re.DOTALL)


class _Parser:
    def __init__(self, tokens: list[Token], levels: tuple[tuple[str, ...], ...]) -> None:
        self.tokens = tokens
        self.levels = levels
        self.place = 0

    def whole(self) -> Node:
        node = self.level(0)
        if self.place < len(self.tokens):
            found = self.tokens[self.place].text
            raise FormulaError("Syntax error. Extra ')'" if found == ")" else f"Syntax error. Extra {found}")
        return node

    def level(self, depth: int) -> Node:
        if depth == len(self.levels):
            return self.unary()
        left = self.level(depth + 1)
        while (operator := self.operator_of(self.levels[depth])) is not None:
            self.place += 1
            left = Binary(SAME_OPERATOR.get(operator, operator), left, self.level(depth + 1))
        return left

    def operator_of(self, allowed: tuple[str, ...]) -> str | None:
        if self.place >= len(self.tokens):
            return None
        token = self.tokens[self.place]
        text = token.text.upper()
        return text if token.kind in {"operator", "name"} and text in allowed else None

    def unary(self) -> Node:
        operator = self.operator_of(("-", "+", "!", "NOT"))
        if operator is None or (operator == "NOT" and self.next_is("(")):
            return self.primary()
        self.place += 1
        return Unary("!" if operator == "NOT" else operator, self.unary())

    def next_is(self, text: str) -> bool:
        return self.place + 1 < len(self.tokens) and self.tokens[self.place + 1].text == text

    def take(self) -> Token:
        if self.place >= len(self.tokens):
            raise FormulaError("Syntax error. Found 'EOF'")
        self.place += 1
        return self.tokens[self.place - 1]

    def primary(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return Literal(Decimal(token.text))
        if token.kind == "text":
            return Literal(_unquoted(token.text))
        if token.kind == "name":
            return self.name(token)
        if token.text == "(":
            node = self.level(0)
            self.expect_close()
            return node
        raise FormulaError(f"Syntax error. Found '{token.text}'")

    def name(self, token: Token) -> Node:
        if self.place < len(self.tokens) and self.tokens[self.place].text == "(":
            self.place += 1
            return Call(token.text.upper(), self.arguments())
        constant = {"TRUE": True, "FALSE": False, "NULL": None}
        if token.text.upper() in constant:
            return Literal(constant[token.text.upper()])
        return Name(token.text)

    def arguments(self) -> tuple[Node, ...]:
        if self.operator_of((")",)):
            self.place += 1
            return ()
        found = [self.level(0)]
        while self.operator_of((",",)):
            self.place += 1
            found.append(self.level(0))
        self.expect_close()
        return tuple(found)

    def expect_close(self) -> None:
        if not self.operator_of((")",)):
            raise FormulaError("Syntax error. Missing ')'")
        self.place += 1
