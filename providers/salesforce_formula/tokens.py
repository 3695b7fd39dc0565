"""The words of a formula and where they stand (grammar: salesforce/formula-engine, FormulaGrammar.g) [S]."""

from __future__ import annotations

import re
from dataclasses import dataclass


class FormulaError(Exception):
    """What the formula editor would say, and the offset in the text that it is about."""

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True)
class Token:
    """One word: its kind (number, text, name or operator), as written, and its offset."""

    kind: str
    text: str
    at: int


FIELD_ID = r"00N[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?(?!\w)"
"""A custom field by its id, as the platform writes one that it cannot name [K: saved rules]."""
NAME = rf"(?:{FIELD_ID}|\$?[A-Za-z_][\w$#]*)(?:[.:][\w$#]+)*"
"""Dots between steps, a colon before the object of a polymorphic one, digits wherever they are not first [S: IDENT]."""
_TOKEN = re.compile(
    rf"""(?P<space>\s+|/\*.*?\*/)
    |(?P<name>{NAME})
    |(?P<number>\d+(?:\.\d*)?|\.\d+)
    |(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    |(?P<operator>\{{!|&&|\|\||==|!=|<>|<=|>=|[-+*/^&=<>!(),}}])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_ESCAPED = {"\\": "\\\\", '"': '\\"', **{char: f"\\{letter}" for letter, char in _ESCAPES.items()}}


def tokenise(text: str) -> list[Token]:
    """The words of a formula without blanks and comments. Raises FormulaError at the first that is none."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise FormulaError(f"Syntax error. Found '{text[at]}'", at)
        if match.lastgroup != "space":
            tokens.append(Token(match.lastgroup or "", match.group(), at))
        at = match.end()
    return tokens


def unquoted(text: str) -> str:
    """What a quoted text stands for.

    >>> unquoted(r"'it\\'s'")
    "it's"
    """
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match.group(1), match.group(1)), text[1:-1], flags=re.DOTALL)


def is_field_id(name: str) -> bool:
    """Whether a step of a name is the id of a custom field.

    >>> is_field_id("00N5e00000XyzAb"), is_field_id("Amount")
    (True, False)
    """
    return re.fullmatch(FIELD_ID, name) is not None


def quoted(text: str) -> str:
    """A text as a literal of the formula language.

    >>> print(quoted('say "hi"'))
    "say \\"hi\\""
    """
    return '"' + "".join(_ESCAPED.get(char, char) for char in text) + '"'


def place(text: str, at: int) -> tuple[int, int]:
    """Line and column of an offset, both counted from 1.

    >>> place("a +\\n  b", 6)
    (2, 3)
    """
    before = text[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1
