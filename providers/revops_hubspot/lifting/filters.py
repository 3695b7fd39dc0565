"""Filters as conditions of the model: the way back from what the compiler writes, where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from revops_hubspot.compiler.terms.names import (
    DEAL_STAGE_PROPERTY,
    LEAD_STATUS_PROPERTY,
    LIFECYCLE_PROPERTY,
    Names,
)
from revops_hubspot.filters.leaves import COMPARISONS
from revops_hubspot.filters.printer import render
from revops_hubspot.filters.spelling import EVERY_RECORD
from revops_hubspot.filters.tree import And, Json, Not, Or, Test, Tree
from revops_hubspot.lifting.terms import Terms
from revops_iac.model import condition as model
from revops_iac.model.condition import Compare, Condition, FieldRef, Op
from revops_iac.provider.lifting import Unsayable

SIGNS = {operator: Op(sign) for sign, operator in COMPARISONS.items()}
TEXTS = {"IS_EQUAL_TO": Op.ANY_OF, "IS_NOT_EQUAL_TO": Op.NONE_OF, "CONTAINS": Op.CONTAINS}
TEXTS |= {"STARTS_WITH": Op.STARTS, "ENDS_WITH": Op.ENDS}
FLAGS = {True: Op.TRUE, False: Op.FALSE}
PAIRS = {"IS_BEFORE": Op.LT, "IS_AFTER": Op.GT}


def parts_of(tree: Tree) -> list[Tree]:
    """What a filter asks all of."""
    return [one for one in (tree.parts if isinstance(tree, And) else (tree,)) if not _is_every_record(one)]


def _is_every_record(tree: Tree) -> bool:
    return isinstance(tree, Test) and tree.property == EVERY_RECORD


def operation_of(tree: Tree) -> tuple[str, Json]:
    """The property that a single test is on, and its operation. Raises Unsayable."""
    if isinstance(tree, Test):
        return tree.property, tree.operation
    raise Unsayable(f'"{render(tree)[:60]}" is not a test of a property')


def all_of(terms: Terms, parts: Sequence[Tree], object_type: str = "contacts") -> Condition | None:
    """The condition that all parts say; None where there are none. Raises Unsayable."""
    found = [condition_of(terms, one, object_type) for one in parts]
    return None if not found else found[0] if len(found) == 1 else model.And(tuple(_ranges(found)))


def condition_of(terms: Terms, tree: Tree, object_type: str = "contacts") -> Condition:
    """The condition that a filter says. Raises Unsayable."""
    match tree:
        case And():
            found = all_of(terms, parts_of(tree), object_type)
            assert found is not None
            return found
        case Or(parts):
            return model.Or(tuple(condition_of(terms, one, object_type) for one in parts))
        case Not(part):
            return model.Not(condition_of(terms, part, object_type))
    name, operation = operation_of(tree)
    reference, _ = terms.field(name, object_type)
    found = _compare(terms, name, reference, operation)
    if found is None:
        raise Unsayable(f'"{render(tree)[:60]}" has no words in conditions')
    return found


def _compare(terms: Terms, name: str, reference: FieldRef, operation: Json) -> Condition | None:
    match operation:
        case {"operationType": "ALL_PROPERTY", "operator": "IS_KNOWN" | "IS_UNKNOWN" as operator}:
            return Compare(reference, Op.KNOWN if operator == "IS_KNOWN" else Op.UNKNOWN)
        case {"operationType": "BOOL", "operator": "IS_EQUAL_TO", "value": bool(flag)}:
            return Compare(reference, FLAGS[flag])
        case {"operationType": "BOOL", "operator": "IS_NOT_EQUAL_TO", "value": bool(flag)}:
            return model.Not(Compare(reference, FLAGS[flag]))
        case {"operationType": "NUMBER", "operator": str(operator), "value": value} if operator in SIGNS:
            return Compare(reference, SIGNS[operator], value)
        case {"operationType": "ENUMERATION", "operator": "IS_ANY_OF" | "IS_NONE_OF" as operator, "values": values}:
            return _choice(terms, name, reference, operator, values, operation)
        case {"operationType": "MULTISTRING", "operator": str(operator), "values": values} if operator in TEXTS:
            return Compare(reference, TEXTS[operator], tuple(map(str, values)))
        case {"operationType": "COMPARATIVE_DATE", "operator": str(operator), "comparisonPropertyName": other}:
            return model.CompareFields(reference, PAIRS[operator], terms.field(other)[0])
        case {"operationType": "TIME_POINT", "operator": str(operator), "timePoint": {"timeType": "DATE", **point}}:
            year, month, day = (int(str(point[unit])) for unit in ("year", "month", "day"))
            return Compare(reference, PAIRS[operator], date(year, month, day))
    return None


def _choice(
    terms: Terms, name: str, reference: FieldRef, operator: str, values: Sequence[Any], operation: Json
) -> Condition:
    """Among options; a choice that a record without a value passes too is the opposite of the other one."""
    keys = tuple(dict.fromkeys(option_of(terms, name, one) for one in values))
    passes = bool(operation.get("includeObjectsWithNoValueSet"))
    if operator == "IS_ANY_OF":
        return Compare(reference, Op.EQ, keys[0]) if len(keys) == 1 else Compare(reference, Op.ANY_OF, keys)
    return model.Not(Compare(reference, Op.ANY_OF, keys)) if passes else Compare(reference, Op.NONE_OF, keys)


def option_of(terms: Terms, name: str, value: Any) -> str:
    """An option in the model's words: stages and statuses by key, people too."""
    names, lifecycle = Names(terms.model), terms.model.lifecycle
    if isinstance(value, dict):
        return terms.person(str(value["owner"]))
    keys: dict[str, str] = {}
    if name == LIFECYCLE_PROPERTY and lifecycle is not None:
        keys = {names.lifecycle_stage(key): key for key in lifecycle.stages}
    elif name == LEAD_STATUS_PROPERTY and lifecycle is not None:
        keys = {names.lead_status(key)[0]: key for key in lifecycle.lead_statuses}
    elif name == DEAL_STAGE_PROPERTY:
        keys = {value: stage for (_, stage), value in stages(terms).items()}
    return keys.get(str(value), str(value))


def stages(terms: Terms) -> dict[tuple[str, str], str]:
    """Pipeline and stage of the model -> the stage's ID."""
    names = Names(terms.model)
    pipelines = terms.model.pipelines.items()
    return {(key, stage): names.stage(key, stage) for key, pipeline in pipelines for stage in pipeline.stages}


def _ranges(parts: Sequence[Condition]) -> list[Condition]:
    """Two ends of one field as a range."""
    found: list[Condition] = []
    for one in parts:
        match found[-1:], one:
            case [Compare(field, Op.GE, low)], Compare(other, Op.LE, high) if field == other:
                found[-1] = Compare(field, Op.BETWEEN, (low, high))  # type: ignore[arg-type]
            case _:
                found.append(one)
    return found
