"""Conditions of the model as filters of segments and workflows.

Unknown values follow the model: a comparison with one is false, so its opposite is true, and every filter says which
it means. Texts are compared without regard to case on both sides [K].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from revops_hubspot.compiler.terms.names import SYSTEM, Names
from revops_hubspot.filters import leaves
from revops_hubspot.filters.branches import compile_tree
from revops_hubspot.filters.lexer import FilterError
from revops_hubspot.filters.printer import render
from revops_hubspot.filters.spelling import EVERY_RECORD
from revops_hubspot.filters.tree import ALWAYS, NEVER, Tree, all_of, any_of
from revops_iac.diagnostics import Diagnostic, model_error
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
from revops_iac.model.references import Path
from revops_iac.provider.declaration import CannotCompile

NUMBERS = frozenset({"number", "currency", "percent"})
MOMENTS = frozenset({"date", "datetime"})
CHOICES = frozenset({"picklist", "multi_picklist", "user"})
OPPOSITE = {
    Op.LT: Op.GE,
    Op.LE: Op.GT,
    Op.GT: Op.LE,
    Op.GE: Op.LT,
    Op.EQ: Op.NE,
    Op.NE: Op.EQ,
    Op.ANY_OF: Op.NONE_OF,
    Op.NONE_OF: Op.ANY_OF,
    Op.BETWEEN: Op.NOT_BETWEEN,
    Op.NOT_BETWEEN: Op.BETWEEN,
}
EQUAL = {Op.EQ, Op.ANY_OF}
ONE_DAY = timedelta(days=1)
TEXT_OPERATORS: Mapping[Op, tuple[str, str | None]] = {
    Op.EQ: ("IS_EQUAL_TO", "IS_NOT_EQUAL_TO"),
    Op.ANY_OF: ("IS_EQUAL_TO", "IS_NOT_EQUAL_TO"),
    Op.NE: ("IS_NOT_EQUAL_TO", "IS_EQUAL_TO"),
    Op.NONE_OF: ("IS_NOT_EQUAL_TO", "IS_EQUAL_TO"),
    Op.CONTAINS: ("CONTAINS", "DOES_NOT_CONTAIN"),
    Op.STARTS: ("STARTS_WITH", None),
    Op.ENDS: ("ENDS_WITH", None),
}
"""HubSpot's operator for a comparison of texts, and for its opposite."""


def filter_text(tree: Tree, object_: str) -> str:
    """The text of a filter on records of an object type. Raises CannotCompile where HubSpot cannot hold it."""
    whole = leaves.known(EVERY_RECORD) if tree == ALWAYS else tree
    if tree == NEVER:
        whole = leaves.unknown(EVERY_RECORD)
    try:
        compile_tree(whole, object_)
    except FilterError as error:
        raise _refusal(error.message, error.fix) from error
    return render(whole)


@dataclass(frozen=True)
class Filters:
    """Filters on one object of the model. What cannot be expressed exactly is collected in `diagnostics`."""

    names: Names
    object: str = "contact"
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def tree(self, condition: Condition, path: Path, negated: bool = False) -> Tree:
        """The condition as a filter, without any `not`; `path` is where it is written."""
        match condition:
            case Not(part):
                return self.tree(part, path, not negated)
            case And(parts) | Or(parts):
                inside = [self.tree(part, path, negated) for part in parts]
                return (all_of if isinstance(condition, And) is not negated else any_of)(*inside)
            case Compare() | CompareFields():
                return self._comparison(condition, path, negated)
        raise TypeError(type(condition))

    def _comparison(self, comparison: Compare | CompareFields, path: Path, negated: bool) -> Tree:
        try:
            if isinstance(comparison, CompareFields):
                return self._pair(comparison, negated)
            return self._leaf(comparison, negated)
        except CannotCompile as error:
            self.diagnostics.extend(
                model_error(path, f'"{comparison.render()}" {item.message}', item.fix) for item in error.diagnostics
            )
        return NEVER

    def _leaf(self, comparison: Compare, negated: bool) -> Tree:
        reference, op = comparison.field, comparison.op
        declared = self.names.field(reference)
        name = self._own(reference)
        if op in (Op.KNOWN, Op.UNKNOWN):
            return leaves.known(name) if (op is Op.KNOWN) is not negated else leaves.unknown(name)
        if declared.type == "checkbox":
            return leaves.checkbox(name, op is Op.TRUE, negated, differs=negated)
        if declared.type in NUMBERS:
            return _number(name, comparison, negated)
        if declared.type in MOMENTS:
            zone = "UTC" if declared.type == "date" else self.names.model.context.time_zone
            return _moment(name, comparison, negated, zone)
        if declared.type in CHOICES:
            return self._choice(name, comparison, negated)
        return _text(name, comparison, negated)

    def _own(self, reference: FieldRef) -> str:
        """The property that holds a field of this object."""
        self.names.field(reference)
        if reference.object != self.object:
            raise _refusal(
                f"reads another object than the {self.object}",
                f"declare a {self.object} field with mirror_of: {reference}, and use that",
            )
        return self.names.property(reference)

    def _pair(self, comparison: CompareFields, negated: bool) -> Tree:
        """Two dates, one before or after the other: HubSpot compares no other properties in a filter [D]."""
        name, other = map(self._own, comparison.compared)
        types = {self.names.field(reference).type for reference in comparison.compared}
        test = {Op.LT: leaves.earlier_than, Op.GT: leaves.later_than}.get(comparison.op)
        if not types <= MOMENTS:
            fix = (
                "make a calculation property of their difference under hubspot.Property, declare a field that binds "
                "to it with standard: {hubspot: …}, and compare that with 0"
            )
            raise _refusal("cannot be a filter: of two fields HubSpot compares only dates", fix)
        if test is None or negated or len(types) > 1:
            fix = "write < or > between two fields of type date, or two of type datetime, without not"
            raise _refusal("cannot be a filter: HubSpot can ask whether one date is before or after another", fix)
        return test(name, other)

    def _choice(self, name: str, comparison: Compare, negated: bool) -> Tree:
        op = Op.ANY_OF if comparison.op is Op.CONTAINS else comparison.op
        if op not in (Op.EQ, Op.NE, Op.ANY_OF, Op.NONE_OF):
            raise _refusal("has no such operator on HubSpot", "compare with is any of or is none of")
        values = [one for value in comparison.values for one in self._options(comparison.field, str(value))]
        return (leaves.one_of if (op in EQUAL) is not negated else leaves.none_of)(name, values, negated)

    def _options(self, reference: FieldRef, value: str) -> Sequence[Any]:
        people = self.names.model.people
        if self.names.field(reference).type == "user":
            return [{"owner": people.identity(value, SYSTEM) if value in people.persons else value}]
        return self.names.option(reference, value)


def _refusal(message: str, fix: str) -> CannotCompile:
    return CannotCompile([model_error((), message, fix)])


def _number(name: str, comparison: Compare, negated: bool) -> Tree:
    op = OPPOSITE[comparison.op] if negated else comparison.op
    if op in RANGES:
        signs = (">=", "<=") if op is Op.BETWEEN else ("<", ">")
        ends = [
            leaves.number(name, sign, float(str(value)), negated)
            for sign, value in zip(signs, comparison.values, strict=True)
        ]
        return all_of(*ends) if op is Op.BETWEEN else any_of(*ends)
    sign = {Op.ANY_OF: "=", Op.NONE_OF: "!="}.get(op, str(op))
    each = [leaves.number(name, sign, float(str(value)), negated) for value in comparison.values]
    return any_of(*each) if sign == "=" else all_of(*each)


def _moment(name: str, comparison: Compare, negated: bool, zone: str) -> Tree:
    op = OPPOSITE[comparison.op] if negated else comparison.op
    days = [_day(value) for value in comparison.values]
    low, after_low, after_high = days[0], days[0] + ONE_DAY, days[-1] + ONE_DAY
    found: Mapping[Op, Tree] = {
        Op.LT: leaves.before(name, low, zone),
        Op.LE: leaves.before(name, after_low, zone),
        Op.GT: leaves.after(name, low, zone),
        Op.GE: leaves.since(name, low, zone),
        Op.EQ: all_of(leaves.since(name, low, zone), leaves.before(name, after_low, zone)),
        Op.NE: any_of(leaves.before(name, low, zone), leaves.after(name, low, zone)),
        Op.BETWEEN: all_of(leaves.since(name, low, zone), leaves.before(name, after_high, zone)),
        Op.NOT_BETWEEN: any_of(leaves.before(name, low, zone), leaves.after(name, days[-1], zone)),
    }
    return any_of(found[op], leaves.unknown(name)) if negated else found[op]


def _day(value: Scalar) -> leaves.Day:
    return timedelta(days=value.days) if isinstance(value, RelativeDay) else date.fromisoformat(str(value))


def _text(name: str, comparison: Compare, negated: bool) -> Tree:
    operator = TEXT_OPERATORS[comparison.op][negated]
    if operator is None:
        raise _refusal("cannot be negated: HubSpot has no such filter", 'say it without "not"')
    return leaves.text(name, operator, [str(value) for value in comparison.values], negated)
