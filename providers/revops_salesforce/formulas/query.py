"""Conditions of formulas as SOQL, as far as the two mean the same: to count in the org, and to read fewer records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from salesforce_formula.kinds import LONG, NUMBER
from salesforce_formula.tree import Binary, Call, Literal, Name, Node, Unary, walk
from salesforce_formula.values import plain_number

from revops_salesforce.api.client import quoted
from revops_salesforce.formulas.fields import ObjectFields

NEVER_ON_REST = frozenset({"ISCHANGED", "ISNEW", "ISCLONE"})
"""What is false while a record is saved again unchanged."""


@dataclass(frozen=True)
class Narrowed:
    """A WHERE clause that every record meets for which the formula is true ("" for all records).

    `whole`: it is met by no other record, so that counting it is the answer. `never`: no record can meet the formula.
    """

    where: str
    whole: bool
    never: bool = False


def narrowed(node: Node, fields: ObjectFields) -> Narrowed:
    """The parts of a conjunction that SOQL can say; a record counts as saved unchanged, by somebody without a bypass.

    SOQL compares texts without regard to case, so it may find a few records more; they are evaluated where it is not
    the whole answer.
    """
    clauses: list[str] = []
    whole = True
    for part in _conjuncts(node):
        if isinstance(part, Call) and part.function in NEVER_ON_REST:
            return Narrowed("", True, never=True)
        clause = _clause(part, fields)
        if clause is None:
            whole = False
        elif clause:
            clauses.append(clause)
    return Narrowed(" AND ".join(dict.fromkeys(clauses)), whole)


def _conjuncts(node: Node) -> Iterator[Node]:
    if isinstance(node, Call) and node.function == "AND":
        for part in node.args:
            yield from _conjuncts(part)
    elif isinstance(node, Binary) and node.operator == "&&":
        yield from _conjuncts(node.left)
        yield from _conjuncts(node.right)
    else:
        yield node


def _clause(node: Node, fields: ObjectFields) -> str | None:
    """A condition in SOQL; "" for one that always holds, None for one that SOQL cannot say."""
    if isinstance(node, Literal) and node.value is True:
        return ""
    if isinstance(node, Call) and node.function == "OR":
        return _any_of(node.args, fields)
    if isinstance(node, Binary) and node.operator == "||":
        return _any_of((node.left, node.right), fields)
    if isinstance(node, Call) and node.function == "NOT" and len(node.args) == 1:
        return _negated(node.args[0], fields)
    if isinstance(node, Unary) and node.operator == "!":
        return _negated(node.operand, fields)
    if isinstance(node, Call):
        return _test(node, fields, "=")
    return _comparison(node, fields) if isinstance(node, Binary) else None


def _any_of(parts: Iterable[Node], fields: ObjectFields) -> str | None:
    clauses = [_clause(part, fields) for part in parts]
    if any(clause is None for clause in clauses):
        return None
    return "" if "" in clauses else f"({' OR '.join(str(clause) for clause in clauses)})"


def _negated(node: Node, fields: ObjectFields) -> str | None:
    if isinstance(node, Name) and node.text.lower().startswith("$permission."):
        return ""  # nobody is counted as having the bypass
    return _test(node, fields, "!=") if isinstance(node, Call) else None


def _test(node: Call, fields: ObjectFields, operator: str) -> str | None:
    if not node.args or (column := _column(node.args[0], fields)) is None:
        return None
    if node.function == "ISBLANK":
        return f"{column} {operator} null"
    if node.function == "ISPICKVAL" and isinstance(node.args[1], Literal):
        value = node.args[1].value
        return f"{column} {operator} {quoted(str(value)) if value else 'null'}"
    return None


def _comparison(node: Binary, fields: ObjectFields) -> str | None:
    """A number against a literal; blank numbers meet neither side of it in both languages."""
    column = _column(node.left, fields)
    value = node.right.value if isinstance(node.right, Literal) else None
    if column is None or node.operator not in {"<", ">", "<=", ">="} or isinstance(value, str | bool) or value is None:
        return None
    assert isinstance(node.left, Name)
    shown = fields.described_field(node.left.text) or {}
    if fields.type_of(node.left.text) != NUMBER or shown.get("type") == "percent":
        return None  # a percentage is a fraction in formulas only
    return f"{column} {node.operator} {plain_number(value)}"


def _column(node: Node, fields: ObjectFields) -> str | None:
    """The column behind a name that the org shows and can filter on."""
    if not isinstance(node, Name) or node.text.startswith("$") or ":" in node.text:
        return None
    shown = fields.described_field(node.text)
    if shown is None or not shown.get("filterable", True) or fields.type_of(node.text) == LONG:
        return None
    return node.text


def names_of(node: Node) -> list[str]:
    """The names in a formula, each once, in the order of the text."""
    return list(dict.fromkeys(each.text for each in walk(node) if isinstance(each, Name)))
