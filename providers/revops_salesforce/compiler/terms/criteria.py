"""Conditions as the filter criteria of assignment rules, where these can say them, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from revops_iac.model.condition import And, Compare, Condition, FieldRef
from revops_iac.model.condition.values import LIST_OPS, UNARY_OPS, Op
from revops_salesforce.compiler.terms.conditions import Scope, number
from revops_salesforce.inputs import Criterion

Operation = Literal[
    "equals", "notEqual", "lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual", "contains", "startsWith"
]
OPERATIONS: Mapping[Op, Operation] = {
    Op.EQ: "equals",
    Op.NE: "notEqual",
    Op.LT: "lessThan",
    Op.LE: "lessOrEqual",
    Op.GT: "greaterThan",
    Op.GE: "greaterOrEqual",
    Op.ANY_OF: "equals",
    Op.NONE_OF: "notEqual",
    Op.CONTAINS: "contains",
    Op.STARTS: "startsWith",
    Op.KNOWN: "notEqual",
    Op.UNKNOWN: "equals",
    Op.TRUE: "equals",
    Op.FALSE: "equals",
}
FIXED: Mapping[Op, str | None] = {Op.KNOWN: None, Op.UNKNOWN: None, Op.TRUE: "True", Op.FALSE: "False"}
"""The values of operators that have none."""
LISTS: Mapping[str, Op] = {
    "equals": Op.ANY_OF,
    "notEqual": Op.NONE_OF,
    "contains": Op.CONTAINS,
    "startsWith": Op.STARTS,
}
PAIRS = {OPERATIONS[op]: op for op in (Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE)}


def criteria_of(condition: Condition | None, scope: Scope) -> list[Criterion] | None:
    """The criteria that say a condition; None where they cannot. A comma stands between the values of one [K]."""
    parts = condition.parts if isinstance(condition, And) else (condition,)
    found = [_criterion(one, scope) if isinstance(one, Compare) else None for one in parts]
    return None if None in found else [one for one in found if one is not None]


def _criterion(compare: Compare, scope: Scope) -> Criterion | None:
    if compare.op not in OPERATIONS:
        return None
    values = compare.value if isinstance(compare.value, tuple) else (compare.value,)
    texts = [number(one) if isinstance(one, int | float) and not isinstance(one, bool) else str(one) for one in values]
    if compare.op not in UNARY_OPS and any("," in text for text in texts):
        return None
    made = Criterion(field=f"{scope.vendor_object}.{scope.path(compare.field)}", operation=OPERATIONS[compare.op])
    value = FIXED[compare.op] if compare.op in FIXED else ",".join(texts)
    return {**made, "value": value} if value is not None else made


def condition_of(criterion: Mapping[str, Any], field: FieldRef, type_: str) -> Compare | None:
    """The comparison that a criterion says of a field of the model; None where the model has no words for it."""
    operation, text = criterion["operation"], criterion.get("value")
    if operation in ("equals", "notEqual") and not text:
        return Compare(field, Op.UNKNOWN if operation == "equals" else Op.KNOWN)
    if type_ == "checkbox":
        is_true = {"equals": str(text).lower() == "true", "notEqual": str(text).lower() != "true"}.get(operation)
        return None if is_true is None else Compare(field, Op.TRUE if is_true else Op.FALSE)
    values = [part.strip() for part in str(text).split(",")]
    if operation in LISTS and (len(values) > 1 or LISTS[operation] in LIST_OPS - {Op.ANY_OF, Op.NONE_OF}):
        return Compare(field, LISTS[operation], tuple(values))
    if operation not in PAIRS or len(values) > 1:
        return None
    return Compare(field, PAIRS[operation], _number(values[0]) if type_ == "number" else values[0])


def _number(text: str) -> Any:
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text
