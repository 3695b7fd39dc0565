"""What HubSpot would refuse in a calculation formula, each flaw with its place in the text.

https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide, "Calculation properties" [D]. A bare name
reads a number, `string(name)` a text or the value of an option [?], `bool(name)` a checkbox; `is_present(name)` any.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

MOST_CHARACTERS = 65_536
"""HubSpot documents no limit for a formula; this is the limit of a text value [?]."""
NEARLY = 0.9
READABLE: Mapping[str, str] = {"number": "number", "string": "string", "enumeration": "string", "bool": "bool"}
"""What a formula reads a property of this type as; others only through `is_present`."""
FUNCTIONS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "is_present": (("any",), "bool"),
    "contains": (("string", "string"), "bool"),
    "concatenate": (("string", "string"), "string"),
    "number_to_string": (("number",), "string"),
    "string_to_number": (("string",), "number"),
}
"""Argument types and result [D]; `max` and `min` take 2 to 100 numbers."""
FEWEST_ARGUMENTS, MOST_ARGUMENTS = 2, 100
COMPARISONS = ("<", ">", "<=", ">=", "=", "!=", "equals")
KEYWORDS = frozenset({"if", "then", "elseif", "else", "endif", "and", "or", "not", "equals", "true", "false"})
WORDS: Mapping[str, str] = {"number": "a number", "string": "a text", "bool": "true or false", "end": "the end"}
WRAPPED: Mapping[str, str] = {"string": "string({})", "bool": "bool({})", "number": "{}"}
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<number>\d+(?:\.\d+)?|\.\d+)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign><=|>=|!=|[-+*/<>=(),]))""",
    re.VERBOSE,
)
TypeOf = Callable[[str], str | None]
"""The type of a property, None when there is none of this name."""


@dataclass(frozen=True)
class Flaw:
    """What is wrong at `at`, a position in the text from 0, and what to write instead."""

    at: int
    message: str
    fix: str


def flaws(text: str, result: str, type_of: TypeOf | None = None) -> list[Flaw]:
    """Everything wrong with the formula of a property of type `result`; without `type_of` names are not judged.

    >>> flaws("1 + 'a'", "number")[0].message
    '"+" needs a number on both sides, or a text on both'
    """
    parser = _Parser(text, type_of)
    try:
        found = parser.formula()
    except _Unreadable as error:
        return [*parser.flaws, error.flaw]
    desired = READABLE.get(result, result)
    if found not in ("any", desired) and not parser.flaws:
        message = f"it gives {WORDS[found]}, the property is of type {result}"
        parser.flaws.append(
            Flaw(0, message, f"make its type {found}, or let the formula give {WORDS.get(desired, desired)}")
        )
    return sorted(parser.flaws, key=lambda flaw: flaw.at)


def references(text: str) -> dict[str, int]:
    """The properties that a formula reads, each with its first position; a formula that does not parse names some."""
    parser = _Parser(text, None)
    try:
        parser.formula()
    except _Unreadable:
        return parser.read
    return parser.read


def told(text: str, found: Sequence[Flaw]) -> tuple[str, str]:
    """The flaws as one sentence, each with its place, and their fixes."""
    message = "; ".join(f"{place(text, flaw.at)}: {flaw.message}" for flaw in found)
    return message, "; ".join(dict.fromkeys(flaw.fix for flaw in found))


def place(text: str, at: int) -> str:
    """A position in words: `character 5`, in a text of several lines `line 2, character 5`."""
    line, start = text.count("\n", 0, at) + 1, text.rfind("\n", 0, at) + 1
    return f"{f'line {line}, ' if chr(10) in text.strip() else ''}character {at - start + 1}"


class _Unreadable(Exception):
    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.message)
        self.flaw = flaw


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


class _Parser:
    """Recursive descent; each method returns the type of what it read: number, string, bool, or any."""

    def __init__(self, text: str, type_of: TypeOf | None) -> None:
        self.flaws: list[Flaw] = []
        self.read: dict[str, int] = {}
        self._type_of = type_of
        self._text = text
        self._at = 0
        self._tokens: list[_Token] | None = None

    def formula(self) -> str:
        self._tokens = self._tokenized()
        found = self._expression()
        if self._next.kind != "end":
            self._stop(f'"{self._next.text}" is not expected here', "an operator, or the end of the formula")
        return found

    def _tokenized(self) -> list[_Token]:
        found, at = [], 0
        while self._text[at:].strip():
            match = _TOKEN.match(self._text, at)
            if match is None or match.lastgroup is None:
                at += len(self._text[at:]) - len(self._text[at:].lstrip())
                raise _Unreadable(Flaw(at, *_strange(self._text[at])))
            kind = match.lastgroup
            word = match.group(kind)
            found.append(_Token(kind, word.lower() if kind == "name" else word, match.start(kind)))
            at = match.end()
        return [*found, _Token("end", "the end", len(self._text.rstrip()))]

    @property
    def _next(self) -> _Token:
        assert self._tokens is not None
        return self._tokens[self._at]

    def _is(self, *words: str) -> bool:
        return self._next.kind in ("name", "sign") and self._next.text in words

    def _take(self) -> _Token:
        token = self._next
        self._at += token.kind != "end"
        return token

    def _need(self, word: str) -> None:
        if not self._is(word):
            found = "the end" if self._next.kind == "end" else f'"{self._next.text}"'
            self._stop(f'{found} stands where "{word}" must', f'write "{word}" here')
        self._take()

    def _stop(self, message: str, fix: str) -> NoReturn:
        raise _Unreadable(Flaw(self._next.at, message, fix))

    def _flaw(self, at: int, message: str, fix: str) -> None:
        self.flaws.append(Flaw(at, message, fix))

    def _expect(self, what: str, at: int, found: str, desired: str) -> None:
        if found not in ("any", desired):
            convert = {("number", "string"): "number_to_string(…)", ("string", "number"): "string_to_number(…)"}
            fix = convert.get((found, desired), f"write what gives {WORDS[desired]}")
            self._flaw(at, f"{what} needs {WORDS[desired]}, this is {WORDS[found]}", fix)

    def _expression(self) -> str:
        return self._joined("or", lambda: self._joined("and", self._negation))

    def _joined(self, word: str, part: Callable[[], str]) -> str:
        at, found = self._next.at, part()
        if not self._is(word):
            return found
        self._expect(f'"{word}"', at, found, "bool")
        while self._is(word):
            self._take()
            at = self._next.at
            self._expect(f'"{word}"', at, part(), "bool")
        return "bool"

    def _negation(self) -> str:
        if not self._is("not"):
            return self._comparison()
        self._take()
        at = self._next.at
        self._expect('"not"', at, self._negation(), "bool")
        return "bool"

    def _comparison(self) -> str:
        at, left = self._next.at, self._sum()
        if not self._is(*COMPARISONS):
            return left
        sign = self._take().text
        second, right = self._next.at, self._sum()
        if sign in ("=", "!=", "equals"):
            if left != "any":
                self._expect(f'"{sign}" compares with {WORDS[left]}, so it', second, right, left)
            return "bool"
        self._expect(f'"{sign}"', at, left, "number")
        self._expect(f'"{sign}"', second, right, "number")
        return "bool"

    def _sum(self) -> str:
        at, left = self._next.at, self._product()
        while self._is("+", "-"):
            sign = self._take()
            second, right = self._next.at, self._product()
            if sign.text == "+" and "string" in (left, right):
                if {left, right} - {"string", "any"}:
                    message = '"+" needs a number on both sides, or a text on both'
                    self._flaw(sign.at, message, "number_to_string(…) makes a number a text")
                left = "string"
                continue
            self._expect(f'"{sign.text}"', at, left, "number")
            self._expect(f'"{sign.text}"', second, right, "number")
            left = "number"
        return left

    def _product(self) -> str:
        at, left = self._next.at, self._signed()
        while self._is("*", "/"):
            sign = self._take()
            second, right = self._next.at, self._signed()
            self._expect(f'"{sign.text}"', at, left, "number")
            self._expect(f'"{sign.text}"', second, right, "number")
            left = "number"
        return left

    def _signed(self) -> str:
        if not self._is("-"):
            return self._atom()
        self._take()
        at = self._next.at
        self._expect('"-"', at, self._signed(), "number")
        return "number"

    def _atom(self) -> str:
        token = self._next
        if token.kind == "number":
            self._take()
            if self._next.kind == "name" and self._next.text not in KEYWORDS:  # `10a` is `10 * a` [O]
                at = self._next.at
                self._expect('"*"', at, self._atom(), "number")
            return "number"
        if token.kind == "text":
            self._take()
            return "string"
        if self._is("("):
            self._take()
            found = self._expression()
            self._need(")")
            return found
        if self._is("if"):
            return self._conditional()
        if self._is("true", "false"):
            self._take()
            return "bool"
        if token.kind == "name" and token.text not in KEYWORDS:
            return self._name(self._take())
        message = "the formula ends too early" if token.kind == "end" else f'"{token.text}" is not expected here'
        raise _Unreadable(Flaw(token.at, message, "a value: a number, a text in quotes, a property or a function"))

    def _name(self, token: _Token) -> str:
        if not self._is("("):
            return self._property(token, "number")
        self._take()
        if token.text in ("string", "bool"):
            inner = self._take()
            if inner.kind != "name":
                raise _Unreadable(
                    Flaw(inner.at, f"{token.text}(…) takes the name of a property", "write the name only")
                )
            self._need(")")
            return self._property(inner, token.text)
        return self._call(token)

    def _call(self, token: _Token) -> str:
        assert self._tokens is not None
        closes = self._next.kind == "name" and self._tokens[self._at + 1].text == ")"
        if token.text == "is_present" and closes:
            self._property(self._take(), "any")
            self._need(")")
            return "bool"
        arguments = [(self._next.at, self._expression())]
        while self._is(","):
            self._take()
            arguments.append((self._next.at, self._expression()))
        self._need(")")
        return self._checked_call(token, arguments)

    def _checked_call(self, token: _Token, arguments: list[tuple[int, str]]) -> str:
        name, count = token.text, len(arguments)
        if name in ("max", "min"):
            if not FEWEST_ARGUMENTS <= count <= MOST_ARGUMENTS:
                message = f"{name} takes {FEWEST_ARGUMENTS} to {MOST_ARGUMENTS} arguments, not {count}"
                self._flaw(token.at, message, f"{name}(a, b)")
            desired: tuple[str, ...] = ("number",) * count
            result = "number"
        elif name in FUNCTIONS:
            desired, result = FUNCTIONS[name]
            if count != len(desired):
                takes = f"{len(desired)} argument{'s' if len(desired) > 1 else ''}"
                self._flaw(token.at, f"{name} takes {takes}, not {count}", "nest it to join more than two")
        else:
            known = ", ".join(sorted({*FUNCTIONS, "max", "min", "string", "bool"}))
            self._flaw(token.at, f'there is no function "{name}"', f"one of {known}")
            return "any"
        for (at, found), kind in zip(arguments, desired, strict=False):
            if kind != "any":
                self._expect(name, at, found, kind)
        return result

    def _conditional(self) -> str:
        self._take()
        if self._is("(") and self._is_call_form():
            self._stop("HubSpot has no if(…) with commas [O]", "if … then … else … endif")
        self._condition()
        result = self._expression()
        while self._is("elseif"):
            self._take()
            self._condition()
            result = self._same(result)
        if self._is("else"):
            self._take()
            result = self._same(result)
        self._need("endif")
        return result

    def _is_call_form(self) -> bool:
        """Whether a comma stands directly in the parentheses that open here."""
        assert self._tokens is not None
        depth = 0
        for token in self._tokens[self._at :]:
            depth += (token.text == "(") - (token.text == ")") if token.kind == "sign" else 0
            if token.kind == "sign" and token.text == "," and depth == 1:
                return True
            if depth == 0:
                return False
        return False

    def _condition(self) -> None:
        at = self._next.at
        self._expect('"if"', at, self._expression(), "bool")
        self._need("then")

    def _same(self, result: str) -> str:
        at, found = self._next.at, self._expression()
        if result == "any":
            return found
        self._expect(f"every branch gives {WORDS[result]}, so it", at, found, result)
        return result

    def _property(self, token: _Token, desired: str) -> str:
        name = token.text
        self.read.setdefault(name, token.at)
        if self._type_of is None:
            return desired
        live = self._type_of(name)
        if live is None:
            self._flaw(token.at, f'there is no property "{name}"', "declare it, or correct its name")
        elif desired != "any" and READABLE.get(live) != desired:
            self._flaw(token.at, f'property "{name}" is of type {live} and not {WORDS[desired]}', _reading(name, live))
        return desired


def _reading(name: str, live: str) -> str:
    if live in READABLE:
        return f"write {WRAPPED[READABLE[live]].format(name)}, which gives {WORDS[READABLE[live]]}"
    return f"a formula reads numbers, texts, options and checkboxes; of this one only is_present({name})"


def _strange(sign: str) -> tuple[str, str]:
    if sign in "[]":
        return f'"{sign}" is not understood: HubSpot refuses [property] [O]', "write the bare name, or string(name)"
    if sign in "'\"":
        return "a text has no end", f"close it with {sign}"
    return f'"{sign}" is not understood', "leave it out"
