"""The text of a formula tree, in HubSpot's grammar."""

from __future__ import annotations

from decimal import Decimal

from revops_hubspot.formulas import tree

_READ_AS = {"string": "string({})", "bool": "bool({})"}
_JOINED, _NOT, _COMPARISON, _SUM, _PRODUCT, _SIGN, _ATOM = range(7)


def render(formula: tree.Formula) -> str:
    """The text, which parses back to the same tree.

    What `and` and `or` join gets parentheses inside each other, for which binds tighter is not documented [?].
    """
    match formula:
        case tree.Number(value):
            return render_number(value)
        case tree.Text(value):
            return _quoted(value)
        case tree.Truth(value):
            return "true" if value else "false"
        case tree.Property(name, read_as):
            return _READ_AS.get(read_as, "{}").format(name)
        case tree.Call(name, arguments):
            return f"{name}({', '.join(map(render, arguments))})"
        case tree.Joined(word, parts):
            return f" {word} ".join(_within(part, _NOT) for part in parts)
        case tree.Unary(sign, part):
            return _negation(part) if sign == tree.NOT else f"{sign}{_within(part, _SIGN)}"
        case tree.Binary():
            return _binary(formula)
        case tree.Choice():
            return _choice(formula)
    raise TypeError(type(formula))


def render_number(value: float | Decimal) -> str:
    """A number as HubSpot prints it: 3.0 is `3` [O].

    >>> render_number(2.50), render_number(-3.0)
    ('2.5', '-3')
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return format(exact.normalize() + 0, "f")


def _negation(part: tree.Formula) -> str:
    text = render(part)
    return f"not {text}" if _strength(part) == _ATOM and " " not in text else f"not ({text})"


def _binary(formula: tree.Binary) -> str:
    first, operations = tree.chain(formula)
    inside = {_COMPARISON: _SUM, _SUM: _PRODUCT, _PRODUCT: _SIGN}[_strength(formula)]
    return _within(first, inside) + "".join(f" {one.sign} {_within(one.right, inside)}" for one in operations)


def _choice(formula: tree.Choice) -> str:
    cases = "\nelseif ".join(f"{render(when)} then {render(value)}" for when, value in formula.cases)
    otherwise = f" else {render(formula.otherwise)}" if formula.otherwise is not None else ""
    return f"if {cases}{otherwise} endif"


def _within(part: tree.Formula, strength: int) -> str:
    """The text of a part, in parentheses when it binds looser than its place needs."""
    text = render(part)
    return text if _strength(part) >= strength else f"({text})"


def _strength(formula: tree.Formula) -> int:
    if isinstance(formula, tree.Joined):
        return _JOINED
    if isinstance(formula, tree.Unary):
        return _NOT if formula.sign == tree.NOT else _SIGN
    if isinstance(formula, tree.Binary):
        return _COMPARISON if formula.sign in tree.COMPARISONS else _SUM if formula.sign in tree.SUMS else _PRODUCT
    return _ATOM


def _quoted(text: str) -> str:
    if "'" not in text:
        return f"'{text}'"
    return f'"{text}"' if '"' not in text else "'{}'".format(text.replace("'", "\\'"))
