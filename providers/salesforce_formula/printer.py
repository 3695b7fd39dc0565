"""A tree as text, in one canonical form that every known grammar reads alike. Comments are not kept."""

from __future__ import annotations

from decimal import Decimal

from salesforce_formula.parser import LEVELS
from salesforce_formula.tokens import quoted
from salesforce_formula.tree import Binary, Call, Literal, Name, Node, Unary, spine

_STRENGTH = {operator: depth for depth, level in enumerate(LEVELS) for operator in level}
_PRODUCT = len(LEVELS)
_STRENGTH |= dict.fromkeys(("*", "/", "^"), _PRODUCT)
_SIGN = _PRODUCT + 1


def render(node: Node) -> str:
    """The canonical text: `==` as `=`, `!=` as `<>`, texts in double quotes, only the brackets that are needed.

    The operands of `^` always stand in brackets unless they are simple, because the grammars disagree on how it binds
    [S].

    >>> from salesforce_formula.parser import parse
    >>> render(parse("if( a!='x' , (b+(1)) , -c )"))
    'IF(a <> "x", b + 1, -c)'
    """
    if isinstance(node, Literal):
        return _literal(node.value)
    if isinstance(node, Name):
        return f"{{!{node.text}}}" if node.merge else node.text
    if isinstance(node, Call):
        return f"{node.function}({', '.join(map(render, node.args))})"
    if isinstance(node, Unary):
        return node.operator + _within(node.operand, _SIGN)
    first, chain = spine(node)
    text = _operand(first, chain[0].operator, is_right=False)
    for place, operation in enumerate(chain):
        text += f" {operation.operator} {_operand(operation.right, operation.operator, is_right=True)}"
        if place + 1 < len(chain) and _needs_brackets(operation, chain[place + 1].operator, is_right=False):
            text = f"({text})"
    return text


def _operand(node: Node, operator: str, *, is_right: bool) -> str:
    text = render(node)
    return f"({text})" if _needs_brackets(node, operator, is_right=is_right) else text


def _needs_brackets(node: Node, operator: str, *, is_right: bool) -> bool:
    if operator == "^":
        return isinstance(node, Binary | Unary)
    if isinstance(node, Unary) or not isinstance(node, Binary):
        return False
    if node.operator == "^":
        return _STRENGTH[operator] == _PRODUCT
    inner, outer = _STRENGTH[node.operator], _STRENGTH[operator]
    return inner < outer or (inner == outer and is_right)


def _within(node: Node, strength: int) -> str:
    text = render(node)
    return f"({text})" if isinstance(node, Binary) and _STRENGTH[node.operator] < strength else text


def _literal(value: str | Decimal | bool | None) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return quoted(value) if isinstance(value, str) else format(value, "f")
