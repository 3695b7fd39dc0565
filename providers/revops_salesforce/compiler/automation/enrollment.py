"""Which records an automation enrolls: its own criteria, those of the model, and only what follows the go-live date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from revops_iac.model.automation import Workflow
from revops_iac.model.condition import And, Compare, Condition, FieldRef, Op, RelativeDay
from revops_iac.model.lifecycle import Handoff
from revops_salesforce.compiler.terms.compilation import Compilation
from revops_salesforce.compiler.terms.conditions import Scope, formula
from revops_salesforce.compiler.terms.flows import AnyOf, Criterion, Node, Ref, start_filters, start_formula
from revops_salesforce.compiler.terms.flows import value as literal
from revops_salesforce.compiler.terms.names import options, standard_field, value

Criteria = Sequence[Criterion | AnyOf]
LAST_CHANGE = "LastModifiedDate"
NEVER = date(2999, 12, 31)
"""Stands for a go-live date that is not set: no record is enrolled."""
OPERATORS = {Op.LT: "LessThan", Op.LE: "LessThanOrEqualTo", Op.GT: "GreaterThan", Op.GE: "GreaterThanOrEqualTo"}


@dataclass(frozen=True)
class Enrollment:
    """The records an automation takes. `formulas` are conditions that filters cannot say."""

    vendor_object: str
    tests: tuple[Criterion | AnyOf, ...]
    formulas: tuple[str, ...] = ()

    def on_change(self) -> Node:
        """The start of a flow that runs when a saved record comes to meet the criteria."""
        return {
            "object": self.vendor_object,
            "triggerType": "RecordAfterSave",
            "recordTriggerType": "CreateAndUpdate",
            "doesRequireRecordChangedToMeetCriteria": True,
            **(start_formula(self.tests, self.formulas) if self.formulas else start_filters(self.tests)),
        }

    def met_before(self, *unchanged: str) -> list[Node]:
        """Conditions of a decision: the record met the criteria before this save too, and the fields are as they were.

        Its last change is one of the criteria, so a record from before the go-live date would come to meet them with
        any edit: a nightly load of all leads would flood. Empty where only a formula says the criteria.
        """
        if self.formulas:
            return []
        kept = [*unchanged]
        conditions = list[Node]()
        for test in self.tests:
            if isinstance(test, AnyOf):
                kept += dict.fromkeys(one.field for one in test.tests)
            elif test.field != LAST_CHANGE:
                conditions.append(_before(test.field, test.operator, literal(test.live)))
        return [*conditions, *(_before(name, "EqualTo", literal(Ref(f"$Record.{name}"))) for name in kept)]

    def daily(self, first: date, at: str) -> Node:
        """The start of a flow that runs every day over all records that meet the filters."""
        return {
            "object": self.vendor_object,
            "triggerType": "Scheduled",
            "schedule": {"frequency": "Daily", "startDate": first.isoformat(), "startTime": f"{at}:00.000Z"},
            **start_filters(self.tests),
        }


def _before(name: str, operator: str, right: Node) -> Node:
    return {"leftValueReference": f"$Record__Prior.{name}", "operator": operator, "rightValue": right}


def enrollment(
    compilation: Compilation,
    workflow: Workflow,
    vendor_object: str,
    tests: Criteria,
    since: str,
    *,
    since_is_day: bool = False,
    condition: Condition | None = None,
) -> Enrollment:
    """The criteria of an automation: its own tests, `condition` of the model, and `since` after the go-live date.

    Raises Unreachable.
    """
    mine, formulas = [*tests], list[str]()
    for part in _parts(condition):
        made = _test(compilation, part, vendor_object)
        if made is None:
            formulas.append(formula(part, Scope(compilation.model, vendor_object).in_flow))
        elif made not in mine:
            mine.append(made)
    if not workflow.backfill:
        mine.append(Criterion(since, "GreaterThanOrEqualTo", go_live(compilation, since_is_day)))
    return Enrollment(vendor_object, tuple(mine), tuple(formulas))


def waits_for(compilation: Compilation, workflow: Workflow, handoff: Handoff) -> Condition | None:
    """The condition of an entry that serves a handoff: its own, else that a person is in the stage it leaves.

    Where it routes, only those whom the routing takes there.
    """
    lifecycle = compilation.model.lifecycle
    if workflow.enrolls_when or lifecycle is None or lifecycle.field is None or handoff.from_stage is None:
        return workflow.enrolls_when
    stands = Compare(FieldRef(lifecycle.field), Op.EQ, (handoff.from_stage,))
    routing = workflow.settings.routing
    taken = compilation.model.routed(routing, handoff.from_stage) if routing else None
    return And((stands, taken)) if taken is not None else stands


def go_live(compilation: Compilation, as_day: bool = False) -> date:
    """The go-live date of the stack, as a day or as the moment at which it begins in the company's time zone."""
    first = compilation.settings.go_live or NEVER
    return first if as_day else moment(compilation, first)


def moment(compilation: Compilation, day: date) -> datetime:
    """When a day begins in the company's time zone; in UTC on a machine without a time zone database."""
    try:
        zone: tzinfo = ZoneInfo(compilation.model.context.time_zone)
    except ZoneInfoNotFoundError:
        zone = UTC
    return datetime.combine(day, time(), zone)


def without(condition: Condition | None, fields: Sequence[str]) -> Condition | None:
    """A condition without the parts that ask whether one of these fields is unknown."""
    kept = [
        part
        for part in _parts(condition)
        if not (isinstance(part, Compare) and part.op is Op.UNKNOWN and part.field in fields)
    ]
    if not kept:
        return None
    return kept[0] if len(kept) == 1 else And(tuple(kept))


def _parts(condition: Condition | None) -> list[Condition]:
    if isinstance(condition, And):
        return [inner for part in condition.parts for inner in _parts(part)]
    return [condition] if condition else []


def _test(compilation: Compilation, part: Condition, vendor_object: str) -> Criterion | AnyOf | None:
    """The part as a filter, or None where only a formula says it exactly."""
    if not isinstance(part, Compare):
        return None
    scope = Scope(compilation.model, vendor_object, long_text=True)
    path, kind = scope.path(part.field), scope.type(part.field)
    if part.op in (Op.KNOWN, Op.UNKNOWN):
        return Criterion(path, "IsNull", part.op is Op.UNKNOWN) if kind != "checkbox" else None
    if part.op in (Op.TRUE, Op.FALSE):
        return Criterion(path, "EqualTo", part.op is Op.TRUE)
    literal = part.values[0]
    if part.op in OPERATORS and kind in ("number", "currency", "date") and not isinstance(literal, RelativeDay):
        return Criterion(path, OPERATORS[part.op], literal if isinstance(literal, date) else float(literal))
    if part.op in (Op.EQ, Op.ANY_OF) and kind == "picklist" and _is_listed(compilation, part.field, vendor_object):
        tests = [Criterion(path, "EqualTo", value(compilation.model, part.field, literal)) for literal in part.values]
        return tests[0] if len(tests) == 1 else AnyOf(tuple(tests))
    return None


def _is_listed(compilation: Compilation, reference: FieldRef, vendor_object: str) -> bool:
    bound = standard_field(compilation.model, reference, vendor_object)
    return bool(options(compilation.model, reference) or bound == "StageName")
