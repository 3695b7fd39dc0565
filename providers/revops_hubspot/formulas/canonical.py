"""The canonical form of a calculation formula, so that HubSpot's rewriting never shows as a difference.

HubSpot stores lower-cased keywords, single quotes, `equals` for `=`, `not (x equals y)` for `!=`, `concatenate` for `+`
on text, explicit multiplication, reprinted numbers and no redundant parentheses [O]. Both sides of a comparison are
parsed and printed here, with every operation in parentheses, so any two spellings of one formula are equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<number>\d+(?:\.\d+)?|\.\d+)
    |(?P<name>[A-Za-z_][A-Za-z0-9_.]*)|(?P<sign><=|>=|!=|<>|[-+*/()<>=,]))""",
    re.VERBOSE,
)
_COMPARE = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "=": "equals", "equals": "equals"}
_RESERVED = frozenset({"if", "then", "elseif", "else", "endif", "and", "or", "not", "equals"})
_TEXT_CALLS = frozenset({"string", "concatenate", "number_to_string"})


@dataclass(frozen=True)
class _Part:
    """A printed part of a formula; `args` are those of a `chain` whose nesting is nothing: and, or, concatenate."""

    text: str
    is_text: bool = False
    args: tuple[_Part, ...] = ()
    chain: str = ""


def canonical_formula(text: str) -> str:
    """The formula in one spelling; when it does not parse, in lower case with single blanks.

    >>> canonical_formula("IF Amount != 2.50 THEN 10amount ELSE 0 endif")
    'if not (amount equals 2.5) then 10 * amount else 0 endif'
    """
    try:
        parser = _Parser(_tokens(text))
        part = parser.expression()
        parser.end()
    except _Unparsed:
        return " ".join(text.split()).lower()
    return _bare(part.text)


class _Unparsed(Exception):
    pass


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _Unparsed
        value = match.group(match.lastgroup)
        found.append((match.lastgroup, value.lower() if match.lastgroup == "name" else value))
        at = match.end()
    return found


def _wrapped(text: str) -> bool:
    """Whether the first parenthesis closes at the very end (quotes are skipped)."""
    if not text.startswith("("):
        return False
    depth, quoted = 0, False
    for at, char in enumerate(text):
        if char == "'" and text[at - 1] != "\\":
            quoted = not quoted
        elif not quoted:
            depth += (char == "(") - (char == ")")
            if depth == 0:
                return at == len(text) - 1
    return False


class _Parser:
    """Recursive descent; precedence from loose to tight: or, and, not, comparison, sum, product, sign."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def end(self) -> None:
        if self._at != len(self._tokens):
            raise _Unparsed

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _take(self, *values: str) -> str | None:
        kind, value = self._peek()
        if kind in ("name", "sign") and value in values:
            self._at += 1
            return value
        return None

    def _need(self, value: str) -> None:
        if self._take(value) is None:
            raise _Unparsed

    def expression(self) -> _Part:
        parts = [self._all()]
        while self._take("or"):
            parts.append(self._all())
        return _chain("or", parts)

    def _all(self) -> _Part:
        parts = [self._negation()]
        while self._take("and"):
            parts.append(self._negation())
        return _chain("and", parts)

    def _negation(self) -> _Part:
        if not self._take("not"):
            return self._comparison()
        return _not(self._negation())

    def _comparison(self) -> _Part:
        part = self._sum()
        while (sign := self._take(*_COMPARE, "!=", "<>")) is not None:
            other = self._sum()
            if sign in ("!=", "<>"):
                part = _not(_Part(f"({part.text} equals {other.text})"))
            else:
                part = _Part(f"({part.text} {_COMPARE[sign]} {other.text})")
        return part

    def _sum(self) -> _Part:
        part = self._product()
        while (sign := self._take("+", "-")) is not None:
            other = self._product()
            joins = sign == "+" and (part.is_text or other.is_text)
            part = _concatenate((part, other)) if joins else _Part(f"({part.text} {sign} {other.text})")
        return part

    def _product(self) -> _Part:
        part = self._signed()
        while (sign := self._take("*", "/")) is not None:
            part = _Part(f"({part.text} {sign} {self._signed().text})")
        return part

    def _implicit(self) -> bool:
        """`10a` means `10 * a` [O]; it binds tighter than a division before it [?]."""
        before, (kind, value) = self._tokens[self._at - 1], self._peek()
        return before[0] == "number" and ((kind == "name" and value not in _RESERVED) or (kind, value) == ("sign", "("))

    def _signed(self) -> _Part:
        if self._take("-"):
            return _Part(f"(-{self._signed().text})")
        return self._atom()

    def _atom(self) -> _Part:
        kind, value = self._peek()
        self._at += 1
        if kind == "text":
            return _Part(_quoted(value), is_text=True)
        if kind == "number":
            number = _Part(_number(value))
            return _Part(f"({number.text} * {self._atom().text})") if self._implicit() else number
        if (kind, value) == ("sign", "("):
            part = self.expression()
            self._need(")")
            return part
        if kind == "name" and value == "if":
            return self._conditional()
        if kind == "name" and value not in _RESERVED:
            return self._call(value) if self._take("(") else _Part(value)
        raise _Unparsed

    def _call(self, name: str) -> _Part:
        args = [self.expression()]
        while self._take(","):
            args.append(self.expression())
        self._need(")")
        if name == "concatenate":
            return _concatenate(tuple(args))
        return _Part(f"{name}({', '.join(_bare(a.text) for a in args)})", is_text=name in _TEXT_CALLS)

    def _conditional(self) -> _Part:
        condition = self.expression()
        self._need("then")
        value = self.expression()
        parts = [f"if {_bare(condition.text)} then {_bare(value.text)}"]
        while self._take("elseif"):
            condition = self.expression()
            self._need("then")
            parts.append(f"elseif {_bare(condition.text)} then {_bare(self.expression().text)}")
        if self._take("else"):
            parts.append(f"else {_bare(self.expression().text)}")
        self._need("endif")
        return _Part(" ".join([*parts, "endif"]), is_text=value.is_text)


def _not(part: _Part) -> _Part:
    return _Part(f"(not {part.text})")


def _bare(text: str) -> str:
    return text[1:-1] if _wrapped(text) else text


def _flat(chain: str, parts: Iterable[_Part]) -> tuple[_Part, ...]:
    return tuple(inner for part in parts for inner in (part.args if part.chain == chain else (part,)))


def _chain(word: str, parts: list[_Part]) -> _Part:
    """`a and (b and c)` loses its parentheses, for they are redundant [O]."""
    if len(parts) == 1:
        return parts[0]
    flat = _flat(word, parts)
    return _Part(f"({f' {word} '.join(part.text for part in flat)})", args=flat, chain=word)


def _concatenate(parts: tuple[_Part, ...]) -> _Part:
    flat = _flat("concatenate", parts)
    text = f"concatenate({', '.join(_bare(part.text) for part in flat)})"
    return _Part(text, is_text=True, args=flat, chain="concatenate")


def _quoted(value: str) -> str:
    inner = value[1:-1]
    if value[0] == '"':
        inner = inner.replace('\\"', '"').replace("'", "\\'")
    return f"'{inner}'"


def _number(value: str) -> str:
    return format(Decimal(value).normalize(), "f")
