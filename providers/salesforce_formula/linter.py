"""Everything that is wrong with a formula, or likely to be, before an org is asked to save it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol

from salesforce_formula.checker import Fault, Names, faults, first_offset
from salesforce_formula.functions import known_functions
from salesforce_formula.kinds import MULTI, PICKLIST, TEXT, Context
from salesforce_formula.parser import MAX_LENGTH, TIGHTER, length, parse
from salesforce_formula.size import MAX_COMPILED, NEAR, expanded_size
from salesforce_formula.tokens import FormulaError, place, tokenise
from salesforce_formula.tree import Binary, Call, Literal, Name, Node, Unary, walk

MAX_DEPTH = 10
"""Relationships that one reference may span [K]."""

EVIDENCE = {
    "argument-count": "[S: formula-engine]",
    "bare-picklist": "[S: formula-engine; text K]",
    "context": "[S: AllowedContext(changeOnly); VLOOKUP K]",
    "depth": "[K]",
    "exponent": "[S: formula-engine and formulon disagree]",
    "field-reference": "[S: formula-engine]",
    "isnull-on-text": "[D: ISNULL]",
    "length": "[S: MAX_FORMULA_LENGTH]",
    "long-text": "[K]",
    "result-type": "[K]",
    "size": "[S: formula-engine, SQL size]",
    "too-large": "[S: formula-engine, SQL size]",
    "syntax": "[S: FormulaGrammar.g; texts K]",
    "type": "[S: formula-engine]",
    "unknown-field": "[K]",
    "unknown-function": "[S: formula-engine]",
    "unknown-value": "[K: such a comparison is never true; orgs hold formulas with it]",
    "unlisted-value": "[K: records hold values that a standard or unrestricted list does not have]",
}
"""Where each rule comes from: official source [S], documentation [D], common knowledge of the platform [K]."""
HINTS = frozenset({"isnull-on-text", "unlisted-value"})
"""Rules that most real orgs break without harm, so that they are told only on request."""
WARNINGS = frozenset({"exponent", "length", "size", "unknown-value", *HINTS})
"""Rules that warn, since the platform takes the formula; one beyond a limit breaks another rule, and is refused."""


class Catalog(Names, Protocol):
    """What the linter asks about names, beside their types."""

    def values_of(self, name: str) -> frozenset[str] | None:
        """The values of a picklist; None where they are not known."""

    def may_hold_others(self, name: str) -> bool:
        """Whether records may hold values of a picklist that are not among those known."""

    def formula_of(self, name: str) -> str | None:
        """The text of a formula field; None for any other field."""

    def names(self) -> Iterable[str]:
        """Fields of the object, to suggest one."""


@dataclass(frozen=True)
class Finding:
    """One thing about a formula: what, where in its text (line and column from 1), and what to do."""

    rule: str
    message: str
    fix: str
    line: int
    column: int
    is_error: bool
    is_hint: bool

    def __str__(self) -> str:
        where = f"column {self.column}" if self.line == 1 else f"line {self.line}, column {self.column}"
        return f"{where}: {self.message}"


def lint(text: str, catalog: Catalog, *, expected: str | None, context: Context) -> list[Finding]:
    """Everything to say about a formula, in the order of its text.

    `expected` is the type that the whole must have. Reading stops at the first error of syntax.
    """
    try:
        node = parse(text)
    except FormulaError as error:
        fix = IN_TEXTS if text[error.at : error.at + 1] in {'"', "'"} else "correct it, or the place just before it"
        return [_finding(text, Fault(str(error), error.at, "syntax"), fix)]
    found = [
        *(_with_fix(fault, catalog) for fault in faults(node, catalog, expected=expected, context=context)),
        *_of_nodes(node, catalog),
        *_exponents(text, node),
        *_sizes(text, catalog),
    ]
    unique = dict.fromkeys((_finding(text, fault, fix) for fault, fix in found))
    return sorted(unique, key=lambda finding: (finding.line, finding.column))


def _finding(text: str, fault: Fault, fix: str) -> Finding:
    line, column = place(text, fault.at)
    return Finding(fault.rule, fault.message, fix, line, column, fault.rule not in WARNINGS, fault.rule in HINTS)


# --- what the checker found, with a fix -------------------------------------------------------------------------

IN_TEXTS = "end the text with the same quote, and write a line break in it as \\n, a backslash as \\\\"
FIXES = {
    "argument-count": "use the arguments that Salesforce documents",
    "bare-picklist": 'ISPICKVAL(field, "value"), CASE or TEXT; for a multi-select picklist INCLUDES(field, "value")',
    "context": "remove it: it works only while a record is saved",
    "field-reference": "name a field of the record itself",
    "long-text": "use a shorter field; long text can be read by validation rules and flows only",
    "result-type": "make the formula return that type, or change the type of the field",
    "type": "convert it, for example with TEXT, VALUE or DATEVALUE",
}


def _with_fix(fault: Fault, catalog: Catalog) -> tuple[Fault, str]:
    if fault.rule == "unknown-field":
        message = fault.message.partition(" does not exist")[0].rpartition(" ")[2]
        near = get_close_matches(message, list(catalog.names()), n=2)
        return fault, f"{' or '.join(near)}, or declare the field" if near else "declare the field, or correct its name"
    if fault.rule == "unknown-function":
        message = fault.message.split()[2].rstrip(".")
        near = get_close_matches(message, known_functions(), n=1)
        return fault, f"use {near[0]}" if near else "use a function that Salesforce documents"
    if fault.message.startswith("Function VLOOKUP"):
        return fault, "look the value up in a validation rule, or through a relationship"
    return fault, FIXES[fault.rule]


# --- names ------------------------------------------------------------------------------------------------------


def _of_nodes(node: Node, catalog: Catalog) -> Iterator[tuple[Fault, str]]:
    for each in walk(node):
        if isinstance(each, Name):
            yield from _too_deep(each)
        elif isinstance(each, Call):
            yield from _literals(each, catalog)
            yield from _is_null(each, catalog)
        elif isinstance(each, Binary) and each.operator in {"=", "<>"}:
            yield from _text_of_picklist(each, catalog)


def _too_deep(name: Name) -> Iterator[tuple[Fault, str]]:
    steps = len(name.parts) - 1
    if not name.text.startswith("$") and steps > MAX_DEPTH:
        message = f"{name.text} spans {steps} relationships; the limit is {MAX_DEPTH}"
        yield Fault(message, name.at, "depth"), "copy the value to a nearer record with a formula field"


def _literals(call: Call, catalog: Catalog) -> Iterator[tuple[Fault, str]]:
    if not call.args or not (field := _picklist(call.args[0], catalog)):
        return
    if call.function in {"ISPICKVAL", "INCLUDES"}:
        yield from _unknown_values(field, call.args[1:2], catalog)
    elif call.function == "CASE":
        yield from _unknown_values(field, call.args[1:-1:2], catalog)


def _text_of_picklist(node: Binary, catalog: Catalog) -> Iterator[tuple[Fault, str]]:
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(one, Call) and one.function == "TEXT" and len(one.args) == 1:
            field = _picklist(one.args[0], catalog)
            if field:
                yield from _unknown_values(field, (other,), catalog)


def _picklist(node: Node, catalog: Catalog) -> str | None:
    """The picklist that a node names, itself or as PRIORVALUE of it."""
    if isinstance(node, Call) and node.function == "PRIORVALUE" and len(node.args) == 1:
        node = node.args[0]
    if not isinstance(node, Name):
        return None
    return node.text if _type(node.text, catalog) in {PICKLIST, MULTI} else None


def _type(name: str, catalog: Catalog) -> str | None:
    try:
        return catalog.type_of(name)
    except FormulaError:
        return None


def _unknown_values(field: str, nodes: Iterable[Node], catalog: Catalog) -> Iterator[tuple[Fault, str]]:
    known = catalog.values_of(field)
    if known is None:
        return
    for node in nodes:
        if not isinstance(node, Literal) or not isinstance(node.value, str) or node.value in known | {""}:
            continue
        near = get_close_matches(node.value, sorted(known), n=2) or sorted(known)[:5]
        listed = ", ".join(f'"{value}"' for value in near)
        rule, why = "unknown-value", "so the comparison would never be true"
        if catalog.may_hold_others(field):
            rule, why = "unlisted-value", "though records may hold it all the same"
        message = f'"{node.value}" is not a value of {field}, {why}'
        yield Fault(message, node.at, rule), f"use {listed or 'a value of the picklist'}, or add the value"


def _is_null(call: Call, catalog: Catalog) -> Iterator[tuple[Fault, str]]:
    if call.function != "ISNULL" or len(call.args) != 1 or not isinstance(call.args[0], Name):
        return
    if _type(call.args[0].text, catalog) == TEXT:
        message = f"ISNULL is never true for a text such as {call.args[0].text}"
        yield Fault(message, call.at, "isnull-on-text"), "ISBLANK"


# --- the text itself --------------------------------------------------------------------------------------------


def _exponents(text: str, node: Node) -> Iterator[tuple[Fault, str]]:
    """Places that the known grammars read in two ways."""
    if "^" not in text:
        return
    at = _first_difference(node, parse(text, exponent_binds=TIGHTER))
    at = _chained_power(text) if at is None else at
    if at is not None:
        message = "Salesforce's grammars disagree on the operands of ^ here"
        yield Fault(message, at, "exponent"), "put the power and its operands in parentheses"


def _first_difference(one: Node, other: Node) -> int | None:
    if one == other:
        return None
    if isinstance(one, Binary) and isinstance(other, Binary) and (one.operator, one.at) == (other.operator, other.at):
        left = _first_difference(one.left, other.left)
        return left if left is not None else _first_difference(one.right, other.right)
    if isinstance(one, Unary) and isinstance(other, Unary):
        return _first_difference(one.operand, other.operand)
    if isinstance(one, Call) and isinstance(other, Call) and len(one.args) == len(other.args):
        parts = (_first_difference(mine, theirs) for mine, theirs in zip(one.args, other.args, strict=True))
        return next((at for at in parts if at is not None), first_offset(one))
    powers = [each.at for each in walk(one) if isinstance(each, Binary) and each.operator == "^"]
    return min(powers, default=first_offset(one))


def _chained_power(text: str) -> int | None:
    """The second `^` of `a ^ b ^ c`: from the left in one grammar, from the right in the other."""
    waiting: list[bool] = [False]
    for token in tokenise(text):
        if token.kind != "operator":
            continue
        if token.text == "(":
            waiting.append(False)
        elif token.text == ")" and len(waiting) > 1:
            waiting.pop()
        elif token.text == "^" and waiting[-1]:
            return token.at
        elif token.text != ")":
            waiting[-1] = token.text == "^"
    return None


def _sizes(text: str, catalog: Catalog) -> Iterator[tuple[Fault, str]]:
    if length(text) > NEAR * MAX_LENGTH:
        message = f"the formula has {length(text):,} characters; the limit is {MAX_LENGTH:,}"
        yield Fault(message, 0, "length"), "move a part into a separate formula field"
    size = expanded_size(text, catalog.formula_of)
    if size > NEAR * MAX_COMPILED:
        rule = "size" if size <= MAX_COMPILED else "too-large"
        message = f"with the formula fields that it names it has at least {size:,} bytes; the limit is "
        yield Fault(message + f"{MAX_COMPILED:,}", 0, rule), "use formula fields less often, or store their values"
