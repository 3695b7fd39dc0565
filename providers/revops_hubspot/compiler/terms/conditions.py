"""Conditions as filter branches of segments and workflows: an OR of ANDs, the only nesting HubSpot keeps [S][D].

Unknown values follow the model: a comparison with one is false, so its opposite is true. Every operation says so itself
with `includeObjectsWithNoValueSet`. Texts are compared without regard to case on both sides [K].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from typing import Any

from revops_hubspot.compiler.terms.names import SYSTEM, Names
from revops_iac.model.condition import And, Compare, Condition, FieldRef, Not, Op, Or
from revops_iac.model.references import Path
from revops_iac.provider.declaration import CannotCompile
from revops_iac.source.checks import Finding

Filter = dict[str, Any]
Branch = dict[str, Any]
Cases = list[list[Filter]]
"""An OR of ANDs. No case is never true, a case without filters is always true."""

ALWAYS: Cases = [[]]

NUMBERS = frozenset({"number", "currency", "percent"})
MOMENTS = frozenset({"date", "datetime"})
CHOICES = frozenset({"picklist", "multi_picklist", "user"})
COMPARED = {
    Op.LT: "IS_LESS_THAN",
    Op.LE: "IS_LESS_THAN_OR_EQUAL_TO",
    Op.GT: "IS_GREATER_THAN",
    Op.GE: "IS_GREATER_THAN_OR_EQUAL_TO",
}
OPPOSITE = {
    Op.LT: Op.GE,
    Op.LE: Op.GT,
    Op.GT: Op.LE,
    Op.GE: Op.LT,
    Op.EQ: Op.NE,
    Op.NE: Op.EQ,
    Op.ANY_OF: Op.NONE_OF,
    Op.NONE_OF: Op.ANY_OF,
    Op.TRUE: Op.FALSE,
    Op.FALSE: Op.TRUE,
    Op.KNOWN: Op.UNKNOWN,
    Op.UNKNOWN: Op.KNOWN,
}
EQUAL = {Op.EQ, Op.ANY_OF}
EVERY_RECORD = "hs_object_id"
"""Known on every record, so asking for it selects all of them."""


def operation(name: str, kind: str, operator: str, unknown: bool = False, **extra: Any) -> Filter:
    """A filter on a property; `unknown` says whether a record without a value passes."""
    message = {"operationType": kind, "operator": operator, "includeObjectsWithNoValueSet": unknown, **extra}
    return {"filterType": "PROPERTY", "property": name, "operation": message}


def known(name: str) -> Filter:
    """The property has a value."""
    return operation(name, "ALL_PROPERTY", "IS_KNOWN")


def unknown(name: str) -> Filter:
    """The property has no value."""
    return operation(name, "ALL_PROPERTY", "IS_UNKNOWN", unknown=True)


def any_of(name: str, values: Iterable[str]) -> Filter:
    """The property holds one of these options."""
    return operation(name, "ENUMERATION", "IS_ANY_OF", values=list(values))


def none_of(name: str, values: Iterable[str], unknown: bool = True) -> Filter:
    """The property holds none of these options."""
    return operation(name, "ENUMERATION", "IS_NONE_OF", unknown, values=list(values))


def is_true(name: str) -> Filter:
    """The checkbox is set."""
    return operation(name, "BOOL", "IS_EQUAL_TO", value=True)


def compared(name: str, op: Op, value: float, unknown: bool = False) -> Filter:
    """A number against a literal."""
    shown = int(value) if float(value).is_integer() else value
    operator = {**COMPARED, Op.EQ: "IS_EQUAL_TO", Op.NE: "IS_NOT_EQUAL_TO"}[op]
    return operation(name, "NUMBER", operator, unknown, value=shown)


def more_days_ago(name: str, days: int) -> Filter:
    """The date lies more than so many days back."""
    operator = "IS_MORE_THAN_X_DAYS_AGO"
    return operation(name, "ROLLING_DATE_RANGE", operator, numberOfDays=days, requiresTimeZoneConversion=False)


def less_days_ago(name: str, days: int) -> Filter:
    """The date lies less than so many days back."""
    operator = "IS_LESS_THAN_X_DAYS_AGO"
    return operation(name, "ROLLING_DATE_RANGE", operator, numberOfDays=days, requiresTimeZoneConversion=False)


def earlier_than(name: str, other: str) -> Filter:
    """The date lies before another date of the record."""
    return operation(name, "COMPARATIVE_DATE", "IS_BEFORE", comparisonPropertyName=other)


def before(name: str, day: date, zone: str) -> Filter:
    """Earlier than the first moment of a day."""
    return operation(name, "TIME_POINT", "IS_BEFORE", type="TIME_POINT", timePoint=_point(day, zone, start=True))


def after(name: str, day: date, zone: str) -> Filter:
    """Later than the last moment of a day."""
    return operation(name, "TIME_POINT", "IS_AFTER", type="TIME_POINT", timePoint=_point(day, zone, start=False))


def since(name: str, day: date, zone: str) -> Filter:
    """On the day or later."""
    return after(name, day - timedelta(days=1), zone)


def _point(day: date, zone: str, start: bool) -> dict[str, Any]:
    clock = (0, 0, 0, 0) if start else (23, 59, 59, 999)
    moment = dict(zip(("hour", "minute", "second", "millisecond"), clock, strict=True))
    return {"timeType": "DATE", "zoneId": zone, "year": day.year, "month": day.month, "day": day.day, **moment}


def both(*conditions: Cases) -> Cases:
    """Every one of the conditions, as an OR of ANDs."""
    return [_without_repeats([one for case in cases for one in case]) for cases in product(*conditions)]


def either(*conditions: Cases) -> Cases:
    """At least one of the conditions."""
    return [case for cases in conditions for case in cases]


def _without_repeats(filters: Sequence[Filter]) -> list[Filter]:
    return [one for at, one in enumerate(filters) if one not in filters[:at]]


def branch(cases: Cases) -> Branch:
    """The filter branch of a segment or of an enrollment: an OR of ANDs of filters."""
    return _branch("OR", [], [_branch("AND", filters or [known(EVERY_RECORD)], []) for filters in cases])


def _branch(kind: str, filters: list[Filter], branches: list[Branch]) -> Branch:
    return {"filterBranchType": kind, "filterBranchOperator": kind, "filters": filters, "filterBranches": branches}


@dataclass(frozen=True)
class Filters:
    """Filters on one object of the model. What cannot be said exactly is collected in `findings`."""

    names: Names
    object: str = "contact"
    findings: list[Finding] = field(default_factory=list)

    def cases(self, condition: Condition, path: Path, negated: bool = False) -> Cases:
        """The condition as an OR of ANDs; `path` is where it is written."""
        match condition:
            case Not(part):
                return self.cases(part, path, not negated)
            case And(parts) | Or(parts):
                inside = [self.cases(part, path, negated) for part in parts]
                return both(*inside) if isinstance(condition, And) is not negated else either(*inside)
            case Compare():
                return self._comparison(condition, path, negated)
        raise TypeError(type(condition))

    def _comparison(self, comparison: Compare, path: Path, negated: bool) -> Cases:
        try:
            return self._leaf(comparison, negated)
        except CannotCompile as error:
            message = [Finding(path, f'"{comparison.render()}" {item.message}', item.fix) for item in error.findings]
            self.findings.extend(message)
        return []

    def _leaf(self, comparison: Compare, negated: bool) -> Cases:
        reference, op = comparison.field, comparison.op
        declared = self.names.field(reference)
        if reference.object != self.object:
            raise _refusal(
                f"reads another object than the {self.object}",
                f"declare a {self.object} field with mirror_of: {reference}, and use that",
            )
        name = self.names.property(reference)
        if op in (Op.KNOWN, Op.UNKNOWN):
            return [[known(name) if (op is Op.KNOWN) is not negated else unknown(name)]]
        if declared.type == "checkbox":
            operator = "IS_NOT_EQUAL_TO" if negated else "IS_EQUAL_TO"
            return [[operation(name, "BOOL", operator, negated, value=op is Op.TRUE)]]
        if declared.type in NUMBERS:
            return self._number(name, comparison, negated)
        if declared.type in MOMENTS:
            zone = "UTC" if declared.type == "date" else self.names.model.context.time_zone
            return _moment(name, comparison, negated, zone)
        if declared.type in CHOICES:
            return self._choice(name, comparison, negated)
        return _text(name, comparison, negated)

    def _number(self, name: str, comparison: Compare, negated: bool) -> Cases:
        op = OPPOSITE[comparison.op] if negated else comparison.op
        values = [float(str(value)) for value in comparison.values]
        if op in COMPARED:
            return [[compared(name, op, values[0], negated)]]
        if op in EQUAL:
            return [[compared(name, Op.EQ, value, negated)] for value in values]
        return [[compared(name, Op.NE, value, negated) for value in values]]

    def _choice(self, name: str, comparison: Compare, negated: bool) -> Cases:
        op = Op.ANY_OF if comparison.op is Op.CONTAINS else comparison.op
        if op not in (Op.EQ, Op.NE, Op.ANY_OF, Op.NONE_OF):
            raise _refusal("has no such operator on HubSpot", "compare with is any of or is none of")
        values = [one for value in comparison.values for one in self._options(comparison.field, str(value))]
        operator = "IS_ANY_OF" if (op in EQUAL) is not negated else "IS_NONE_OF"
        return [[operation(name, "ENUMERATION", operator, negated, values=values)]]

    def _options(self, reference: FieldRef, value: str) -> Sequence[Any]:
        people = self.names.model.people
        if self.names.field(reference).type == "user":
            return [{"owner": people.identity(value, SYSTEM) if value in people.persons else value}]
        return self.names.option(reference, value)


def _refusal(message: str, fix: str) -> CannotCompile:
    return CannotCompile([Finding((), message, fix)])


def _moment(name: str, comparison: Compare, negated: bool, zone: str) -> Cases:
    op = OPPOSITE[comparison.op] if negated else comparison.op
    day, one = date.fromisoformat(str(comparison.values[0])), timedelta(days=1)
    found: Mapping[Op, Cases] = {
        Op.LT: [[before(name, day, zone)]],
        Op.LE: [[before(name, day + one, zone)]],
        Op.GT: [[after(name, day, zone)]],
        Op.GE: [[since(name, day, zone)]],
        Op.EQ: [[since(name, day, zone), before(name, day + one, zone)]],
        Op.NE: [[before(name, day, zone)], [after(name, day, zone)]],
    }
    return either(found[op], [[unknown(name)]] if negated else [])


def _text(name: str, comparison: Compare, negated: bool) -> Cases:
    operators = {
        Op.EQ: ("IS_EQUAL_TO", "IS_NOT_EQUAL_TO"),
        Op.ANY_OF: ("IS_EQUAL_TO", "IS_NOT_EQUAL_TO"),
        Op.NE: ("IS_NOT_EQUAL_TO", "IS_EQUAL_TO"),
        Op.NONE_OF: ("IS_NOT_EQUAL_TO", "IS_EQUAL_TO"),
        Op.CONTAINS: ("CONTAINS", "DOES_NOT_CONTAIN"),
        Op.STARTS: ("STARTS_WITH", None),
        Op.ENDS: ("ENDS_WITH", None),
    }
    operator = operators[comparison.op][negated]
    if operator is None:
        raise _refusal("cannot be negated: HubSpot has no such filter", 'say it without "not"')
    values = [str(value) for value in comparison.values]
    return [[operation(name, "MULTISTRING", operator, negated, values=values)]]
