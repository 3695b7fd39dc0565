"""Splits a filter text into tokens, each with its column, and writes single tokens."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from revops_hubspot.filters.references import TYPES


class FilterError(ValueError):
    """The text is not a filter. `column` counts from 1 inside the text."""

    def __init__(self, message: str, column: int, fix: str) -> None:
        super().__init__(f"column {column}: {message}")
        self.message, self.column, self.fix = message, column, fix


@dataclass(frozen=True)
class Token:
    """A word with its kind: word, name, text, list, number, date, clock, sign, open, close or end."""

    kind: str
    text: str
    column: int
    value: Any = None


FORM = "write property operation value, such as fit_score >= 40"
_PATTERN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<text>"(?:[^"\\]|\\.)*")
  | (?P<name>`[^`]+`)
  | (?P<list>\[)
  | (?P<date>\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{3})?)?)?(?![\w-]))
  | (?P<clock>\d{2}:\d{2}(?::\d{2}(?:\.\d{3})?)?(?![\w:]))
  | (?P<number>-?\d+(?:\.\d+)?(?![\w.-]))
  | (?P<word>\w[\w./-]*(?:\+\d+)?)
  | (?P<sign><=|>=|!=|=|<|>|\+|-)
  | (?P<open>\()
  | (?P<close>\))
    """,
    re.VERBOSE,
)
MOST_DIGITS = 40
_ITEM = re.compile(r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|\{(?P<token>[^{}]*)\}|(?P<bare>[^,\[\]{}"]*))\s*(?P<end>[,\]])')
_PLAIN = re.compile(r'[^\s,\[\]{}"](?:[^,\[\]{}"\n]*[^\s,\[\]{}"])?')
_NAME = re.compile(r"[A-Za-z_]\w*")
_TOKEN = re.compile(r"\s*(\w+)\s*:\s*(.+?)\s*", re.DOTALL)
RESERVED = frozenset(
    {"and", "or", "not", "no", "in", "has", "filled", "did", "viewed", "associated", "true", "false", "now", "today"}
)
"""A property of such a name stands in backquotes."""


def tokenize(text: str) -> list[Token]:
    """The tokens of a text, with one of kind `end` at last. Raises FilterError."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _PATTERN.match(text, at)
        if match is None:
            fix = 'put texts in double quotes: "…"' if text[at] in "'\u2018\u2019\u201c\u201d" else FORM
            raise FilterError(f'"{text[at]}" cannot stand here', at + 1, fix)
        kind, word, column = str(match.lastgroup), match.group(), at + 1
        at = match.end()
        if kind == "list":
            items, at = _items(text, at)
            found.append(Token("list", text[column - 1 : at], column, items))
        elif kind == "name":
            found.append(Token("name", word[1:-1], column))
        elif kind == "number" and len(word) > MOST_DIGITS:
            raise FilterError(f"the number has {len(word):,} digits", column, f"write at most {MOST_DIGITS}")
        elif kind != "space":
            found.append(Token(kind, word, column, _text(word, column) if kind == "text" else None))
    return [*found, Token("end", "the end", len(text) + 1)]


def _text(word: str, column: int) -> str:
    try:
        return str(json.loads(word))
    except ValueError:
        raise FilterError(f"{word} is not a text", column, 'write a backslash as "\\\\"') from None


def _items(text: str, start: int) -> tuple[list[Any], int]:
    """The items of a list and where the text goes on after its bracket."""
    items: list[Any] = []
    at = start
    while True:
        match = _ITEM.match(text, at)
        if match is None:
            raise FilterError("the list does not end", start, "close it with ]; put special characters in quotes")
        items.append(_item(match, at + 1))
        at = match.end()
        if match["end"] == "]":
            return items, at


def _item(match: re.Match[str], column: int) -> Any:
    if match["text"] is not None:
        return _text(match["text"], column)
    if match["token"] is not None:
        message = _TOKEN.fullmatch(match["token"])
        if message is None or message[1] not in TYPES:
            allowed = ", ".join(sorted(TYPES))
            fix = f"write {{owner: maya@example.com}}; it may be one of {allowed}"
            raise FilterError(f'"{{{match["token"]}}}" names nobody', column, fix)
        return {message[1]: _text(message[2], column) if message[2].startswith('"') else message[2]}
    if not match["bare"].strip():
        raise FilterError("a value is missing in the list", column, "write values with commas between them")
    return match["bare"].strip()


def quoted(text: str) -> str:
    """A text in quotes."""
    return json.dumps(text, ensure_ascii=False)


def shown_name(name: str) -> str:
    """A property name, in backquotes where it could be taken for a word of the language."""
    return name if _NAME.fullmatch(name) and name not in RESERVED else f"`{name}`"


def shown_items(items: list[Any]) -> str:
    """A list as it is written."""
    return f"[{', '.join(map(_shown_item, items))}]"


def _shown_item(item: Any) -> str:
    if isinstance(item, dict):
        ((type_, name),) = item.items()
        return f"{{{type_}: {_shown(name)}}}"
    return _shown(str(item))


def _shown(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else quoted(text)
