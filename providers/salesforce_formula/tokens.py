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
    """One word: its kind (number, text, name, merge or operator), as written, and its offset.

    A `merge` is a name inside `{!…}`, whose offset is that of the braces where nothing stands between.
    """

    kind: str
    text: str
    at: int


FIELD_ID = r"00N[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?(?![A-Za-z0-9_])"
"""A custom field by its id, as the platform writes one that it cannot name [K: saved rules]."""
_WORD = "[A-Za-z0-9_$#]"
NAME = rf"(?:{FIELD_ID}|\$?[A-Za-z]{_WORD}*)(?:[.:]{_WORD}+)*"
"""Dots between steps, a colon before the object of a polymorphic one, digits wherever they are not first [S: IDENT]."""
ESCAPE = r"\\[nrtNRT\"'\\]"
"""What a backslash may stand before in a text, which holds no line breaks either [S: STRING_LITERAL, ESC]."""
_TOKEN = re.compile(
    rf"""(?P<space>\s+|/\*.*?\*/)
    |(?P<name>{NAME})
    |(?P<number>[0-9]+(?:\.[0-9]+)?)
    |(?P<text>"(?:{ESCAPE}|[^"\\\n\r])*"|'(?:{ESCAPE}|[^'\\\n\r])*')
    |(?P<brace>\{{!|\}})
    |(?P<operator>&&|\|\||==|!=|<>|<=|>=|[-+*/^&=<>!(),])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_ESCAPED = {"\\": "\\\\", '"': '\\"', **{char: f"\\{letter}" for letter, char in _ESCAPES.items()}}


def tokenise(text: str) -> list[Token]:
    """The words of a formula without blanks and comments. Raises FormulaError at the first that is none.

    Flows take `{!` and `}` away before they read a formula, so what stands between need not be whole
    [K: an active flow has `{!TEXT(Found.Stage__c})`].
    """
    tokens: list[Token] = []
    at, opened = 0, -1
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or (match.lastgroup == "brace" and (match.group() == "{!") is (opened >= 0)):
            raise FormulaError(f"Syntax error. Found '{match.group() if match else text[at]}'", at)
        if match.lastgroup == "brace":
            opened = at if opened < 0 else -1
        elif match.lastgroup != "space":
            tokens.append(_token(match, text, opened))
        at = match.end()
    if opened >= 0:
        raise FormulaError("Syntax error. Missing '}'", len(text))
    return tokens


def _token(match: re.Match[str], text: str, opened: int) -> Token:
    """`opened` is the offset of the braces around, -1 without any."""
    kind, at = match.lastgroup or "", match.start()
    if kind != "name" or opened < 0:
        return Token(kind, match.group(), at)
    return Token("merge", match.group(), at if text[opened + 2 : at].strip() else opened)


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
