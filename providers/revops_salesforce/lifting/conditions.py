"""Formulas as conditions of the model: the way back from what the compiler writes, where there is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from salesforce_formula.parser import parse
from salesforce_formula.printer import render
from salesforce_formula.tokens import FormulaError
from salesforce_formula.tree import Binary, Call, Literal, Name, Node, Unary

from revops_iac.model.condition import And, Compare, CompareFields, Condition, FieldRef, Not, Op, Or, RelativeDay
from revops_iac.provider.lifting import Unsayable

FieldOf = Callable[[str], tuple[FieldRef, str]]
"""The field of the model behind a name in a formula, and its type. Raises Unsayable."""
SIGNS = {"=": Op.EQ, "<>": Op.NE, "<": Op.LT, "<=": Op.LE, ">": Op.GT, ">=": Op.GE}
WITHIN = {"CONTAINS": Op.CONTAINS, "BEGINS": Op.STARTS}
SEVERAL = frozenset({Op.CONTAINS, Op.STARTS, Op.ENDS})
"""Operators that a formula asks once per text, and the model once for all of them."""


def tree(text: str) -> Node:
    """A formula as its tree. Raises Unsayable for what is no formula."""
    try:
        return parse(text)
    except FormulaError as error:
        raise Unsayable(f"its formula cannot be read: {error}") from None


def parts_of(node: Node, function: str) -> tuple[Node, ...]:
    """What a node joins by AND or OR, or the node alone."""
    sign = {"AND": "&&", "OR": "||"}[function]
    if isinstance(node, Call) and node.function == function:
        return node.args
    if isinstance(node, Binary) and node.operator == sign:
        return (*parts_of(node.left, function), *parts_of(node.right, function))
    return (node,)


def condition_of(node: Node, field_of: FieldOf) -> Condition:
    """The condition that a formula says. Raises Unsayable."""
    for function, joined in (("AND", _all), ("OR", _any)):
        parts = parts_of(node, function)
        if len(parts) > 1:
            return joined([condition_of(part, field_of) for part in parts])
    if isinstance(node, Call):
        return _called(node, field_of)
    if isinstance(node, Unary) and node.operator == "!":
        return _opposite(condition_of(node.operand, field_of))
    if isinstance(node, Binary) and node.operator in SIGNS:
        return _compared(node, field_of)
    if isinstance(node, Name):
        reference, kind = field_of(node.text)
        if kind == "checkbox":
            return Compare(reference, Op.TRUE)
    raise Unsayable(f"{_short(node)} has no words in conditions")


def _called(node: Call, field_of: FieldOf) -> Condition:
    first = node.args[0] if node.args else None
    if node.function == "NOT" and first is not None:
        return _opposite(condition_of(first, field_of))
    if node.function == "ISBLANK" and isinstance(first, Name):
        return Compare(field_of(first.text)[0], Op.UNKNOWN)
    if node.function in ("ISPICKVAL", "INCLUDES") and isinstance(first, Name):
        reference, text = field_of(first.text)[0], _text(node.args[1])
        return Compare(reference, Op.EQ, text) if text else Compare(reference, Op.UNKNOWN)
    if node.function in WITHIN:
        return Compare(_worded(node.args[0], field_of), WITHIN[node.function], (_text(node.args[1]),))
    raise Unsayable(f"{node.function} has no words in conditions")


def _opposite(part: Condition) -> Condition:
    if isinstance(part, Compare) and part.op in (Op.UNKNOWN, Op.TRUE):
        return Compare(part.field, Op.KNOWN if part.op is Op.UNKNOWN else Op.FALSE)
    return part.part if isinstance(part, Not) else Not(part)


def _all(parts: Sequence[Condition]) -> Condition:
    """A range where two ends say one; a field that is known and not of some values, of none of them."""
    match parts:
        case [Compare(one, Op.GE), Compare(other, Op.LE)] if one == other:
            return Compare(one, Op.BETWEEN, tuple(value for part in parts for value in _values(part)))
        case [Compare(one, Op.KNOWN), Not(Compare(other, Op.EQ | Op.ANY_OF as op, value))] if one == other:
            return Compare(one, Op.NE if op is Op.EQ else Op.NONE_OF, value)
        case [Compare(one, Op.KNOWN), Compare(other, Op.KNOWN), CompareFields() as pair] if pair.compared == (
            one,
            other,
        ):
            return pair
    return And(tuple(parts))


def _any(parts: Sequence[Condition]) -> Condition:
    """One comparison with several values where all compare one field alike; an unknown text does not begin with any."""
    match parts:
        case [Compare(one, Op.UNKNOWN), Not(Compare(other, Op.STARTS | Op.CONTAINS)) as rest] if one == other:
            return rest
    alike = {(one.field, one.op) if isinstance(one, Compare) else None for one in parts}
    found = next(iter(alike)) if len(alike) == 1 else None
    if found is not None and (found[1] in SEVERAL or found[1] is Op.EQ):
        values = tuple(value for one in parts for value in _values(one))
        return Compare(found[0], Op.ANY_OF if found[1] is Op.EQ else found[1], values)
    return Or(tuple(parts))


def _values(part: Condition) -> tuple[Any, ...]:
    return part.values if isinstance(part, Compare) else ()


def _compared(node: Binary, field_of: FieldOf) -> Condition:
    left, right = node.left, node.right
    if isinstance(left, Call) and left.function == "CASE" and right == Literal(Decimal(1)):
        return _one_of(left, field_of)
    if isinstance(left, Call) and left.function == "RIGHT":
        return Compare(_worded(left.args[0], field_of), Op.ENDS, (_text(right),))
    op = SIGNS[node.operator]
    if _is_worded(left) and isinstance(right, Literal) and isinstance(right.value, str):
        return Compare(_worded(left, field_of), op, right.value)
    reference, kind = field_of(_named(left))
    if isinstance(right, Name):
        return CompareFields(reference, op, field_of(right.text)[0])
    if isinstance(right, Literal) and isinstance(right.value, str):
        return Compare(reference, op, right.value)
    return Compare(reference, op, _amount(right, kind))


def _one_of(case: Call, field_of: FieldOf) -> Condition:
    """`CASE(x, "a", 1, "b", 1, 0) = 1`."""
    pairs = case.args[1:-1]
    if case.args[-1] != Literal(Decimal(0)) or any(one != Literal(Decimal(1)) for one in pairs[1::2]):
        raise Unsayable(f"{_short(case)} has no words in conditions")
    return Compare(_worded(case.args[0], field_of), Op.ANY_OF, tuple(_text(one) for one in pairs[::2]))


def _is_worded(node: Node) -> bool:
    return isinstance(node, Call) and node.function in ("LOWER", "UPPER", "TEXT")


def _worded(node: Node, field_of: FieldOf) -> FieldRef:
    """The field of a text or picklist, which the compiler reads in small letters."""
    while _is_worded(node) and isinstance(node, Call):
        node = node.args[0]
    return field_of(_named(node))[0]


def _named(node: Node) -> str:
    if isinstance(node, Call) and node.function == "DATEVALUE":
        node = node.args[0]
    if isinstance(node, Name):
        return node.text
    raise Unsayable(f"{_short(node)} is not a field")


def _text(node: Node) -> str:
    if isinstance(node, Literal) and isinstance(node.value, str):
        return node.value
    raise Unsayable(f"{_short(node)} is not a text")


def number_of(node: Node) -> float | int:
    """A number as it is written, negative ones too. Raises Unsayable."""
    if isinstance(node, Unary) and node.operator in "+-":
        return number_of(node.operand) * (-1 if node.operator == "-" else 1)
    if isinstance(node, Literal) and isinstance(node.value, Decimal):
        return _whole(float(node.value))
    raise Unsayable(f"{_short(node)} is not a number")


def _amount(node: Node, kind: str) -> Any:
    if isinstance(node, Call) and node.function == "DATE":
        return date(*(int(number_of(part)) for part in node.args))
    if node == Call("TODAY", ()):
        return RelativeDay()
    if isinstance(node, Binary) and node.left == Call("TODAY", ()) and node.operator in ("+", "-"):
        return RelativeDay(int(number_of(node.right)) * (1 if node.operator == "+" else -1))
    found = number_of(node)
    return _whole(round(found * 100, 6)) if kind == "percent" else found


def _whole(amount: float) -> float | int:
    return int(amount) if float(amount).is_integer() else amount


def _short(node: Node) -> str:
    text = render(node)
    return text if len(text) <= 60 else f"{text[:57]}..."
