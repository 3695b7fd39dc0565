"""The options of picklists that formulas name, and the fields that they read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from salesforce_formula.parser import parse
from salesforce_formula.tokens import FormulaError
from salesforce_formula.tree import Binary, Call, Literal, Name, Node, names_in, walk

from revops_iac.provider.effects import OptionUse
from revops_salesforce.formulas.references import RECORD


def option_uses(formula: str, object_: str) -> Iterator[OptionUse]:
    """What `ISPICKVAL`, `INCLUDES`, `CASE` and `TEXT(…) = "…"` compare a field of the record with.

    >>> [use.value for use in option_uses('AND(ISPICKVAL(Tier__c, "gold"), TEXT(Size__c) = "xl")', "Lead")]
    ['gold', 'xl']
    """
    for node in walk(_tree(formula)):
        for field, value in _comparisons(node):
            if (full_name := field_of(field, object_)) is not None and value:
                yield OptionUse(full_name, value)


def fields_read(formula: str, object_: str) -> Iterator[str]:
    """The fields of the record that a formula reads, as `Object.Field`."""
    names = (field_of(name, object_) for name in names_in(_tree(formula)))
    return (name for name in dict.fromkeys(names) if name is not None)


def field_of(name: str, object_: str) -> str | None:
    """`Object.Field` of a name that is a field of the record itself; None for variables and other records."""
    parts = name.split(".")
    if parts[0].lower() in RECORD:
        parts = parts[1:]
    return f"{object_}.{parts[0]}" if len(parts) == 1 and not parts[0].startswith("$") else None


def _tree(formula: str) -> Node:
    try:
        return parse(formula)
    except FormulaError:  # the linter says what is wrong with it
        return Literal(None)


def _comparisons(node: Node) -> Iterator[tuple[str, str]]:
    if isinstance(node, Call) and node.function in {"ISPICKVAL", "INCLUDES"} and len(node.args) == 2:
        yield from _pairs(node.args[0], node.args[1:])
    elif isinstance(node, Call) and node.function == "CASE":
        yield from _pairs(node.args[0], node.args[1:-1:2])
    elif isinstance(node, Binary) and node.operator in {"=", "==", "<>", "!="}:
        yield from _pairs(node.left, (node.right,), text_only=True)
        yield from _pairs(node.right, (node.left,), text_only=True)


def _pairs(field: Node, values: Sequence[Node], text_only: bool = False) -> Iterator[tuple[str, str]]:
    is_text = isinstance(field, Call) and field.function == "TEXT" and len(field.args) == 1
    named = field.args[0] if is_text and isinstance(field, Call) else None if text_only else field
    if isinstance(named, Name):
        texts = (value.value for value in values if isinstance(value, Literal))
        yield from ((named.text, text) for text in texts if isinstance(text, str))
