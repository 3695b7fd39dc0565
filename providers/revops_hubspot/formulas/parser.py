"""Reads a calculation formula in HubSpot's grammar into a tree.

https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide, "Calculation properties" [D]. A bare name
reads a number, `string(name)` a text or the value of an option [?], `bool(name)` a checkbox; `is_present(name)` any.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from revops_hubspot.formulas import tree
from revops_iac.diagnostics import Diagnostic, input_error

KEYWORDS = frozenset({"if", "then", "elseif", "else", "endif", "and", "or", "not", "equals", "true", "false"})
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<number>\d+(?:\.\d+)?|\.\d+)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign><=|>=|!=|[-+*/<>=(),]))""",
    re.VERBOSE,
)


def wrong_at(at: int, message: str, fix: str) -> Diagnostic:
    """What is wrong at a position in the text of a formula, counted from 0, and what to write instead."""
    return input_error(("calculation_formula",), message, fix, at + 1)


class Unreadable(ValueError):
    """The text is not a formula."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


@lru_cache(1024)
def parse(text: str) -> tree.Formula:
    """The tree of a formula; keywords, functions and names are the same in any case. Raises Unreadable."""
    return _Parser(text).formula()


def references(text: str) -> list[str]:
    """The properties that a formula reads, each once; of one that does not parse, those before the error.

    >>> references("if string(tier) equals 'seats' then max(price, 2vip) else 0 endif")
    ['tier', 'price', 'vip']
    """
    return list(_references(text))


@lru_cache(1024)
def _references(text: str) -> tuple[str, ...]:
    parser = _Parser(text)
    with suppress(Unreadable):
        parser.formula()
    return tuple(dict.fromkeys(parser.names))


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


def _tokenized(text: str) -> list[_Token]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise Unreadable(_strange(at, text[at]))
        kind = match.lastgroup
        word = match.group(kind)
        found.append(_Token(kind, word.lower() if kind == "name" else word, match.start(kind)))
        at = match.end()
    return [*found, _Token("end", "the end", len(text.rstrip()))]


MOST_LEVELS = 50
"""Of parentheses, functions, conditions and signs inside each other."""


class _Parser:
    """Recursive descent; precedence from loose to tight: or, and, not, comparison, sum, product, sign."""

    def __init__(self, text: str) -> None:
        self.names: list[str] = []
        self._text = text
        self._tokens: list[_Token] = []
        self._at = self._levels = 0

    def formula(self) -> tree.Formula:
        self._tokens = _tokenized(self._text)
        found = self._expression()
        if self._next.kind != "end":
            raise self._unreadable(
                f'"{self._next.text}" is not expected here', "an operator, or the end of the formula"
            )
        return found

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _is(self, *words: str) -> bool:
        return self._next.kind in ("name", "sign") and self._next.text in words

    def _take(self) -> _Token:
        token = self._next
        self._at += token.kind != "end"
        return token

    def _takes(self, word: str) -> bool:
        found = self._is(word)
        self._at += found
        return found

    def _need(self, word: str) -> None:
        if not self._takes(word):
            found = "the end" if self._next.kind == "end" else f'"{self._next.text}"'
            raise self._unreadable(f'expected "{word}", found {found}', f'write "{word}" here')

    def _unreadable(self, message: str, fix: str) -> Unreadable:
        return Unreadable(wrong_at(self._next.at, message, fix))

    def _expression(self) -> tree.Formula:
        return self._deeper(lambda: self._joined("or", lambda: self._joined("and", self._negation)))

    def _deeper(self, part: Callable[[], tree.Formula]) -> tree.Formula:
        if self._levels == MOST_LEVELS:
            raise self._unreadable("the formula is nested too deeply", f"use at most {MOST_LEVELS} levels")
        self._levels += 1
        found = part()
        self._levels -= 1
        return found

    def _joined(self, word: str, part: Callable[[], tree.Formula]) -> tree.Formula:
        parts = [part()]
        while self._takes(word):
            parts.append(part())
        return tree.Joined(word, tuple(parts), at=parts[0].at) if len(parts) > 1 else parts[0]

    def _negation(self) -> tree.Formula:
        at = self._next.at
        return (
            tree.Unary(tree.NOT, self._deeper(self._negation), at=at) if self._takes(tree.NOT) else self._comparison()
        )

    def _comparison(self) -> tree.Formula:
        left = self._sum()
        return self._binary(left, self._sum) if self._is(*tree.COMPARISONS) else left

    def _binary(self, left: tree.Formula, right: Callable[[], tree.Formula]) -> tree.Binary:
        sign = self._take()
        return tree.Binary(sign.text, left, right(), at=left.at, sign_at=sign.at)

    def _sum(self) -> tree.Formula:
        left = self._product()
        while self._is("+", "-"):
            left = self._binary(left, self._product)
        return left

    def _product(self) -> tree.Formula:
        left = self._signed()
        while self._is("*", "/"):
            left = self._binary(left, self._signed)
        return left

    def _signed(self) -> tree.Formula:
        at = self._next.at
        return tree.Unary(tree.MINUS, self._deeper(self._signed), at=at) if self._takes(tree.MINUS) else self._atom()

    def _atom(self) -> tree.Formula:
        token = self._next
        if token.kind == "number":
            return self._number(self._take())
        if token.kind == "text":
            return tree.Text(_unquoted(self._take().text), at=token.at)
        if self._takes("("):
            after_if = self._tokens[max(self._at - 2, 0)].text == "if"
            inside = self._expression()
            if after_if and self._is(","):
                raise Unreadable(wrong_at(token.at, "HubSpot has no if(…) with commas [O]", "if … then … else … endif"))
            self._need(")")
            return replace(inside, at=token.at)
        if self._takes("if"):
            return self._conditional(token.at)
        if self._is("true", "false"):
            return replace(tree.TRUE if self._take().text == "true" else tree.FALSE, at=token.at)
        if token.kind == "name" and token.text not in KEYWORDS:
            return self._name(self._take())
        message = "the formula ends too early" if token.kind == "end" else f'"{token.text}" is not expected here'
        raise self._unreadable(message, "a value: a number, a text in quotes, a property or a function")

    def _number(self, token: _Token) -> tree.Formula:
        found = tree.Number(Decimal(token.text), at=token.at)
        if self._next.kind == "name" and self._next.text not in KEYWORDS:  # `10a` is `10 * a` [O]
            return tree.Binary("*", found, self._atom(), at=token.at, sign_at=token.at)
        return found

    def _name(self, token: _Token) -> tree.Formula:
        if not self._takes("("):
            return self._property(token, "number", token.at)
        if token.text in ("string", "bool"):
            inner = self._take()
            if inner.kind != "name":
                raise Unreadable(
                    wrong_at(inner.at, f"{token.text}(…) takes the name of a property", "write the name only")
                )
            self._need(")")
            return self._property(inner, token.text, token.at)
        if token.text == "is_present" and self._next.kind == "name" and self._tokens[self._at + 1].text == ")":
            arguments: list[tree.Formula] = [self._property(self._take(), "any", self._next.at)]
        else:
            arguments = [self._expression()]
        while self._takes(","):
            arguments.append(self._expression())
        self._need(")")
        return tree.Call(token.text, tuple(arguments), at=token.at)

    def _property(self, token: _Token, read_as: str, at: int) -> tree.Property:
        self.names.append(token.text)
        return tree.Property(token.text, read_as, at=at, name_at=token.at)

    def _conditional(self, at: int) -> tree.Formula:
        cases = [self._case()]
        while self._takes("elseif"):
            cases.append(self._case())
        if self._takes("else"):
            otherwise = self._expression()
            self._takes("endif")  # it may be left out after `else` [D]
            return tree.Choice(tuple(cases), otherwise, at=at)
        self._need("endif")
        return tree.Choice(tuple(cases), None, at=at)

    def _case(self) -> tuple[tree.Formula, tree.Formula]:
        condition = self._expression()
        self._need("then")
        return condition, self._expression()


def _unquoted(text: str) -> str:
    return text[1:-1].replace(f"\\{text[0]}", text[0])


def _strange(at: int, sign: str) -> Diagnostic:
    if sign in "[]":
        message = f'"{sign}" is not understood: HubSpot refuses [property] [O]'
        return wrong_at(at, message, "write the bare name, or string(name)")
    if sign in "'\"":
        return wrong_at(at, "the text is not closed", f"close it with {sign}")
    return wrong_at(at, f'"{sign}" is not understood', "remove it")
