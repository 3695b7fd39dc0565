"""Conditions of the model as Salesforce formulas that are true for exactly the records for which the model says so.

A comparison with a blank field is null in Salesforce, and AND, OR and IF take null for false, as the model does. NOT of
null stays null, so a negation is pushed down to the comparisons, which then name the blank case themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from revops_iac.model import Model
from revops_iac.model.condition import (
    RANGES,
    And,
    Compare,
    CompareFields,
    Condition,
    FieldRef,
    Not,
    Op,
    Or,
    RelativeDay,
    Scalar,
)
from revops_salesforce.compiler.terms.names import field_path, options, standard_field, value

NEGATED = {Op.LT: ">=", Op.LE: ">", Op.GT: "<=", Op.GE: "<"}
OPPOSITE = {**NEGATED, Op.EQ: "<>", Op.NE: "="}
SIGNS_OF_RANGE = {True: (">=", "<="), False: ("<", ">")}
NUMBERS = frozenset({"number", "currency", "percent"})
DAYS = frozenset({"date", "datetime"})


class Unreachable(Exception):
    """A formula on `vendor_object` cannot name the field."""

    def __init__(self, reference: FieldRef, vendor_object: str, why: str) -> None:
        super().__init__(f"{reference} cannot be used in a formula on {vendor_object}: {why}")
        self.reference, self.vendor_object, self.why = reference, vendor_object, why


@dataclass(frozen=True)
class Scope:
    """Where a formula runs: on which object, and how it names a field of the record (flows write `{!$Record.X}`)."""

    model: Model
    vendor_object: str
    merge: str = "{}"
    long_text: bool = False
    """Whether long text may be read: validation rules and flows can, formula fields cannot [K]."""

    def path(self, reference: FieldRef) -> str:
        """The field as the formula names it. Raises Unreachable."""
        path = field_path(self.model, reference, self.vendor_object)
        if path is None:
            raise Unreachable(reference, self.vendor_object, "no relationship leads from the record to the field")
        return self.merge.format(path)

    def type(self, reference: FieldRef) -> str:
        """The type of a field, as the model calls it."""
        field = self.model.field(reference)
        return field.type if field else "text"

    @property
    def in_flow(self) -> Scope:
        """The same object inside a flow."""
        return Scope(self.model, self.vendor_object, "{{!$Record.{}}}", True)


def formula(condition: Condition, scope: Scope, negated: bool = False) -> str:
    """The formula of a condition, or of its opposite. Null counts as false, as AND, OR and IF take it.

    Raises Unreachable.
    """
    if isinstance(condition, Not):
        return formula(condition.part, scope, not negated)
    if isinstance(condition, And | Or):
        parts = [formula(part, scope, negated) for part in condition.parts]
        return both(parts) if isinstance(condition, And) is not negated else either(parts)
    if isinstance(condition, Compare):
        return _comparison(condition, scope, negated)
    if isinstance(condition, CompareFields):
        return _pair(condition, scope, negated)
    raise TypeError(f"{type(condition).__name__} is no condition")


def both(parts: Sequence[str]) -> str:
    """All of the parts.

    >>> both(["A__c", "TRUE", "B__c > 1"])
    'AND(A__c,B__c > 1)'
    """
    needed = [part for part in dict.fromkeys(parts) if part != "TRUE"]
    if "FALSE" in needed:
        return "FALSE"
    return _joined("AND", needed, "TRUE")


def either(parts: Sequence[str]) -> str:
    """At least one of the parts."""
    needed = [part for part in dict.fromkeys(parts) if part != "FALSE"]
    if "TRUE" in needed:
        return "TRUE"
    return _joined("OR", needed, "FALSE")


def _joined(function: str, parts: Sequence[str], none: str) -> str:
    if len(parts) < 2:
        return parts[0] if parts else none
    return f"{function}({','.join(parts)})"


def opposite(part: str) -> str:
    """NOT of a part that is never null."""
    constants = {"TRUE": "FALSE", "FALSE": "TRUE"}
    if part in constants:
        return constants[part]
    return part[4:-1] if part.startswith("NOT(") and part.endswith(")") else f"NOT({part})"


def quoted(text: str) -> str:
    r"""A text literal.

    >>> print(quoted('a "b"'))
    "a \"b\""
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def number(amount: float) -> str:
    """A number literal without an exponent.

    >>> number(25000.0), number(-2.5)
    ('25000', '-2.5')
    """
    return str(int(amount)) if float(amount).is_integer() else format(amount, "f").rstrip("0")


def day(when: date | RelativeDay) -> str:
    """A date literal, or a day counted from today.

    >>> day(date(2026, 6, 30)), day(RelativeDay(-7))
    ('DATE(2026,6,30)', 'TODAY()-7')
    """
    if isinstance(when, RelativeDay):
        return f"TODAY(){when.days:+}" if when.days else "TODAY()"
    return f"DATE({when.year},{when.month},{when.day})"


def blank(reference: FieldRef, scope: Scope) -> str:
    """Is the field empty? Never null. A checkbox is never empty on Salesforce.

    Raises Unreachable.
    """
    kind, path = scope.type(reference), scope.path(reference)
    if kind == "checkbox":
        return "FALSE"
    if is_picklist(reference, scope):
        return f'ISPICKVAL({path},"")'
    return f"ISBLANK({path})"


def is_picklist(reference: FieldRef, scope: Scope) -> bool:
    """Whether Salesforce holds the field as a picklist: one without a list of values that is not standard is a text."""
    if scope.type(reference) != "picklist":
        return False
    return bool(standard_field(scope.model, reference, scope.vendor_object) or options(scope.model, reference))


def _comparison(compare: Compare, scope: Scope, negated: bool) -> str:
    kind = scope.type(compare.field)
    if kind == "long_text" and not scope.long_text:
        raise Unreachable(compare.field, scope.vendor_object, "a formula field cannot read long text")
    if compare.op in (Op.KNOWN, Op.UNKNOWN):
        empty = blank(compare.field, scope)
        return empty if (compare.op is Op.UNKNOWN) is not negated else opposite(empty)
    if kind == "checkbox":
        path = scope.path(compare.field)
        return path if (compare.op is Op.TRUE) is not negated else f"NOT({path})"
    if kind in NUMBERS or kind in DAYS:
        return _ordered(compare, scope, negated)
    return _worded(compare, scope, negated)


def _ordered(compare: Compare, scope: Scope, negated: bool) -> str:
    """A number or a day against literals. Null where the field is blank, unless negated."""
    path = scope.path(compare.field)
    left = f"DATEVALUE({path})" if scope.type(compare.field) == "datetime" else path
    literals = [_amount(item, scope.type(compare.field)) for item in compare.values]
    if compare.op in RANGES:
        inside = (compare.op is Op.BETWEEN) is not negated
        low, high = (f"{left}{sign}{end}" for sign, end in zip(SIGNS_OF_RANGE[inside], literals, strict=True))
        live = both([low, high]) if inside else either([low, high])
    elif compare.op in NEGATED:
        sign = NEGATED[compare.op] if negated else compare.op.value
        live = f"{left}{sign}{literals[0]}"
    else:
        equal = (compare.op in (Op.EQ, Op.ANY_OF)) is not negated
        parts = [f"{left}{'=' if equal else '<>'}{literal}" for literal in literals]
        live = either(parts) if equal else both(parts)
    return either([f"ISBLANK({path})", live]) if negated else live


def _pair(compare: CompareFields, scope: Scope, negated: bool) -> str:
    """Two fields, of which a blank one makes it false; two moments as moments, a day and a moment by the day."""
    kinds = [scope.type(reference) for reference in compare.compared]
    paths = [scope.path(reference) for reference in compare.compared]
    if kinds[0] in DAYS and kinds[0] != kinds[1]:
        sides = [f"DATEVALUE({path})" if kind == "datetime" else path for path, kind in zip(paths, kinds, strict=True)]
    else:
        sides = paths if kinds[0] in DAYS | NUMBERS else [f"LOWER({path})" for path in paths]
    sign = OPPOSITE[compare.op] if negated else {Op.NE: "<>"}.get(compare.op, compare.op.value)
    live, blanks = f"{sides[0]}{sign}{sides[1]}", [f"ISBLANK({path})" for path in paths]
    return either([*blanks, live]) if negated else both([*map(opposite, blanks), live])


def _amount(literal: Scalar, kind: str) -> str:
    if isinstance(literal, date | RelativeDay):
        return day(literal)
    # A formula sees 25 % as 0.25 [K: "percent fields in formulas"].
    return number(float(literal) / 100 if kind == "percent" else float(literal))


def _worded(compare: Compare, scope: Scope, negated: bool) -> str:
    """Texts and picklists. Blank meets neither "is any of" nor "is none of"."""
    texts = [value(scope.model, compare.field, literal) for literal in compare.values]
    found = TESTS[compare.op](_operand(compare.field, scope), [text for text in texts if text])
    empty = blank(compare.field, scope)
    if compare.op in (Op.NE, Op.NONE_OF):
        return either([empty, found]) if negated else both([opposite(empty), opposite(found)])
    if not negated:
        return found
    return either([empty, opposite(found)]) if compare.op in NULLABLE else opposite(found)


@dataclass(frozen=True)
class _Operand:
    path: str
    kind: str
    """`listed` for a picklist whose values the model knows, `picklist` for any other, `multi`, or `text`."""

    @property
    def lowered(self) -> str:
        """The text in small letters: the model compares texts without regard to case, formulas with regard to it."""
        return f"LOWER({self.path})" if self.kind == "text" else f"LOWER(TEXT({self.path}))"


def _operand(reference: FieldRef, scope: Scope) -> _Operand:
    path = scope.path(reference)
    if scope.type(reference) == "multi_picklist":
        return _Operand(path, "multi")
    if not is_picklist(reference, scope):
        return _Operand(path, "text")
    return _Operand(path, "listed" if options(scope.model, reference) else "picklist")


def _equal(operand: _Operand, texts: Sequence[str]) -> str:
    """Is it one of the texts? True or false, never null."""
    if not texts or operand.kind == "multi":
        return _included(operand, texts)
    if operand.kind == "listed" and len(texts) == 1:
        return f"ISPICKVAL({operand.path},{quoted(texts[0])})"
    left = operand.path if operand.kind == "listed" else operand.lowered
    allowed = texts if operand.kind == "listed" else [text.lower() for text in texts]
    return one_of(left, allowed) if len(texts) > 1 else f"{left}={quoted(allowed[0])}"


def one_of(left: str, texts: Sequence[str]) -> str:
    """Is a text or picklist one of these?

    >>> one_of("Rating", ["Hot", "Warm"])
    'CASE(Rating,"Hot",1,"Warm",1,0)=1'
    """
    pairs = ",".join(f"{quoted(text)},1" for text in dict.fromkeys(texts))
    return f"CASE({left},{pairs},0)=1"


def _included(operand: _Operand, texts: Sequence[str]) -> str:
    return either([f"INCLUDES({operand.path},{quoted(text)})" for text in texts])


def _each(template: str) -> Callable[[_Operand, Sequence[str]], str]:
    def test(operand: _Operand, texts: Sequence[str]) -> str:
        if operand.kind == "multi":
            return _included(operand, texts)
        return either([template.format(operand.lowered, quoted(text.lower()), len(text.lower())) for text in texts])

    return test


TESTS: dict[Op, Callable[[_Operand, Sequence[str]], str]] = {
    Op.EQ: _equal,
    Op.ANY_OF: _equal,
    Op.NE: _equal,
    Op.NONE_OF: _equal,
    Op.CONTAINS: _each("CONTAINS({},{})"),
    Op.STARTS: _each("BEGINS({},{})"),
    Op.ENDS: _each("RIGHT({0},{2})={1}"),
}
NULLABLE = frozenset({Op.CONTAINS, Op.STARTS})
"""Of a blank text these two are null [S: FunctionContains, FunctionBegins]."""
