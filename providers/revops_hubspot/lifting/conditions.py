"""Calculation formulas as conditions of the model: the way back from what the compiler writes, where there is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from revops_hubspot.compiler.terms.formulas import EDGE
from revops_hubspot.formulas import tree
from revops_hubspot.formulas.printer import render
from revops_iac.model.condition import And, Compare, Condition, FieldRef, Not, Op, Or
from revops_iac.provider.lifting import Unsayable

FieldOf = Callable[[str], tuple[FieldRef, str]]
SIGNS = {"<": Op.LT, "<=": Op.LE, ">": Op.GT, ">=": Op.GE, "equals": Op.EQ, "=": Op.EQ, "!=": Op.NE}
SEVERAL = frozenset({Op.CONTAINS, Op.STARTS, Op.ENDS})


def condition_of(node: tree.Formula, field_of: FieldOf) -> Condition:
    """The condition that a formula says; that a compared property is present goes without saying. Raises Unsayable."""
    match node:
        case tree.Joined("and", parts):
            return _all([condition_of(part, field_of) for part in parts])
        case tree.Joined(_, parts):
            return _any([condition_of(part, field_of) for part in parts])
        case tree.Call("is_present", (tree.Property(name),)):
            return Compare(field_of(name)[0], Op.KNOWN)
        case tree.Unary(sign, part) if sign == tree.NOT:
            return _opposite(condition_of(part, field_of))
        case tree.Property(name, "bool"):
            return Compare(field_of(name)[0], Op.TRUE)
        case tree.Call("contains", (within, tree.Text(text))):
            return _search(within, text, field_of)
        case tree.Binary(sign, tree.Property(name), tree.Text(text)) if sign in SIGNS:
            return Compare(field_of(name)[0], SIGNS[sign], text)
        case tree.Binary(sign, tree.Property(name), value) if sign in SIGNS:
            return Compare(field_of(name)[0], SIGNS[sign], number_of(value))
    raise Unsayable(f"{render(node)[:60]} has no words in conditions")


def _search(within: tree.Formula, text: str, field_of: FieldOf) -> Condition:
    match within:
        case tree.Property(name):
            return Compare(field_of(name)[0], Op.CONTAINS, (text,))
        case tree.Call("concatenate", (tree.Text(edge), tree.Property(name))) if edge == EDGE:
            return Compare(field_of(name)[0], Op.STARTS, (text.removeprefix(EDGE),))
        case tree.Call("concatenate", (tree.Property(name), tree.Text(edge))) if edge == EDGE:
            return Compare(field_of(name)[0], Op.ENDS, (text.removesuffix(EDGE),))
    raise Unsayable(f"{render(within)[:60]} is not searched in conditions")


def number_of(node: tree.Formula) -> float | int:
    """A number, negative ones too. Raises Unsayable."""
    match node:
        case tree.Unary(sign, part) if sign == tree.MINUS:
            return -number_of(part)
        case tree.Number(value=value):
            return int(value) if value == int(value) else float(value)
    raise Unsayable(f"{render(node)[:60]} is not a number")


def _opposite(part: Condition) -> Condition:
    match part:
        case Compare(reference, Op.KNOWN):
            return Compare(reference, Op.UNKNOWN)
        case Compare(reference, Op.TRUE):
            return Compare(reference, Op.FALSE)
        case Compare(reference, Op.EQ, value):
            return Compare(reference, Op.NE, value)
        case Not(inner):
            return inner
    return Not(part)


def _all(parts: Sequence[Condition]) -> Condition:
    """Without the guards of what is compared; two ends are a range, and several values none of which it is a list."""
    compared = {field for one in parts if not _is_guard(one) for field in one.fields()}
    left = [one for one in parts if not (_is_guard(one) and set(one.fields()) <= compared)]
    found: list[Condition] = []
    for one in left:
        match found[-1:], one:
            case [Compare(field, Op.GE, low)], Compare(other, Op.LE, high) if field == other:
                found[-1] = Compare(field, Op.BETWEEN, (low, high))  # type: ignore[arg-type]
            case [Compare(field, Op.NE | Op.NONE_OF) as before], Compare(other, Op.NE) if field == other:
                found[-1] = Compare(field, Op.NONE_OF, (*before.values, *one.values))
            case _:
                found.append(one)
    return found[0] if len(found) == 1 else And(tuple(found))


def _is_guard(part: Condition) -> bool:
    return isinstance(part, Compare) and part.op is Op.KNOWN


def _any(parts: Sequence[Condition]) -> Condition:
    alike = {(one.field, one.op) if isinstance(one, Compare) else None for one in parts}
    found = next(iter(alike)) if len(alike) == 1 else None
    if found is not None and (found[1] in SEVERAL or found[1] is Op.EQ):
        values = tuple(value for one in parts if isinstance(one, Compare) for value in one.values)
        return Compare(found[0], Op.ANY_OF if found[1] is Op.EQ else found[1], values)
    return Or(tuple(parts))
