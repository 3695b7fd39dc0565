"""The canonical form of a calculation formula, so that HubSpot's rewriting never shows as a difference.

HubSpot stores lower-cased keywords, single quotes, `equals` for `=`, `not (x equals y)` for `!=`, `concatenate` for `+`
on text, explicit multiplication, reprinted numbers and no redundant parentheses [O].
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from revops_hubspot.formulas import tree
from revops_hubspot.formulas.parser import Unreadable, parse
from revops_hubspot.formulas.printer import render

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


def _canonical(formula: tree.Formula) -> tree.Formula:
    match formula:
        case tree.Binary():
            found, operations = tree.chain(formula)
            found = _canonical(found)
            for operation in operations:
                found = _operation(operation.sign, found, _canonical(operation.right))
            return found
        case tree.Unary(sign, part):
            return tree.Unary(sign, _canonical(part))
        case tree.Joined(word, parts):
            return tree.Joined(word, tree.flat(word, map(_canonical, parts)))
        case tree.Call("concatenate", arguments):
            return _concatenate(map(_canonical, arguments))
        case tree.Call(name, arguments):
            return tree.Call(name, tuple(map(_canonical, arguments)))
        case tree.Choice(cases, otherwise):
            both = tuple((_canonical(when), _canonical(value)) for when, value in cases)
            return tree.Choice(both, None if otherwise is None else _canonical(otherwise))
    return formula


def _operation(sign: str, left: tree.Formula, right: tree.Formula) -> tree.Formula:
    if sign == "!=":
        return tree.opposite(tree.Binary("equals", left, right))
    if sign == "+" and (_is_text(left) or _is_text(right)):
        return _concatenate((left, right))
    return tree.Binary("equals" if sign == "=" else sign, left, right)


def _concatenate(parts: Iterable[tree.Formula]) -> tree.Formula:
    nested = (
        part.arguments if isinstance(part, tree.Call) and part.name == "concatenate" else (part,) for part in parts
    )
    return tree.Call("concatenate", tuple(inner for each in nested for inner in each))


def _is_text(formula: tree.Formula) -> bool:
    match formula:
        case tree.Text():
            return True
        case tree.Property(_, read_as):
            return read_as == "string"
        case tree.Call(name):
            return name in _TEXT_CALLS
        case tree.Choice(cases):
            return _is_text(cases[0][1])
    return False
