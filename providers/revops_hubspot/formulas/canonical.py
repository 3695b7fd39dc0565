"""The canonical form of a calculation formula, so that HubSpot's rewriting never shows as a difference.

HubSpot stores lower-cased keywords, single quotes, `equals` for `=`, `not (x equals y)` for `!=`, `concatenate` for `+`
on text, explicit multiplication, reprinted numbers and no redundant parentheses [O].
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from revops_hubspot.formulas.parser import Unreadable, parse
from revops_hubspot.formulas.printer import render
from revops_hubspot.formulas.tree import (
    Binary,
    Call,
    Choice,
    Formula,
    Joined,
    Property,
    Text,
    Unary,
    chain,
    flat,
    opposite,
)

_TEXT_CALLS = frozenset({"concatenate", "number_to_string"})


@lru_cache(1024)
def canonical_formula(text: str) -> str:
    """The formula in one spelling; when it does not parse, in lower case with single blanks.

    >>> canonical_formula("IF Amount != 2.50 THEN 10amount ELSE 0 endif")
    'if not (amount equals 2.5) then 10 * amount else 0 endif'
    """
    try:
        return render(_canonical(parse(text)))
    except Unreadable:
        return " ".join(text.split()).lower()


def _canonical(formula: Formula) -> Formula:
    match formula:
        case Binary():
            found, operations = chain(formula)
            found = _canonical(found)
            for operation in operations:
                found = _operation(operation.sign, found, _canonical(operation.right))
            return found
        case Unary(sign, part):
            return Unary(sign, _canonical(part))
        case Joined(word, parts):
            return Joined(word, flat(word, map(_canonical, parts)))
        case Call("concatenate", arguments):
            return _concatenate(map(_canonical, arguments))
        case Call(name, arguments):
            return Call(name, tuple(map(_canonical, arguments)))
        case Choice(cases, otherwise):
            both = tuple((_canonical(when), _canonical(value)) for when, value in cases)
            return Choice(both, None if otherwise is None else _canonical(otherwise))
    return formula


def _operation(sign: str, left: Formula, right: Formula) -> Formula:
    if sign == "!=":
        return opposite(Binary("equals", left, right))
    if sign == "+" and (_is_text(left) or _is_text(right)):
        return _concatenate((left, right))
    return Binary("equals" if sign == "=" else sign, left, right)


def _concatenate(parts: Iterable[Formula]) -> Formula:
    nested = (part.arguments if isinstance(part, Call) and part.name == "concatenate" else (part,) for part in parts)
    return Call("concatenate", tuple(inner for each in nested for inner in each))


def _is_text(formula: Formula) -> bool:
    match formula:
        case Text():
            return True
        case Property(_, read_as):
            return read_as == "string"
        case Call(name):
            return name in _TEXT_CALLS
        case Choice(cases):
            return _is_text(cases[0][1])
    return False
