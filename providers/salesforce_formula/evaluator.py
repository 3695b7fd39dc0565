"""Evaluates checked formulas on a record; nulls follow salesforce/formula-engine's commands [S]."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from salesforce_formula.tree import Binary, Call, Literal, Name, Node, Unary, spine
from salesforce_formula.values import BLANK_SAFE, EAGER, MS_PER_DAY, SECONDS_PER_DAY, EvaluationError, milliseconds


@dataclass(frozen=True)
class Scope:
    """Where a formula gets its values: fields now and before the save, and the moment.

    Values are str, Decimal, bool, date, datetime with a time zone, time or None; a multi-select picklist is one text
    with `;` between its values, and a percentage is a fraction. Whether a blank number is zero is for `value` to say.
    """

    value: Callable[[str], Any]
    prior: Callable[[str], Any]
    is_new: bool
    now: datetime
    is_clone: bool = False


def evaluate(node: Node, scope: Scope) -> Any:
    """The value: str, Decimal, bool, date, datetime, time or None. Blank text is None or "". Raises EvaluationError.

    >>> from datetime import UTC
    >>> from salesforce_formula.parser import parse
    >>> record = {"Amount": Decimal(40)}
    >>> scope = Scope(record.get, record.get, is_new=True, now=datetime(2026, 1, 1, tzinfo=UTC))
    >>> evaluate(parse('IF(Amount > 5, "large", "small")'), scope)
    'large'
    """
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Name):
        return scope.value(node.text)
    if isinstance(node, Unary):
        return _unary(node.operator, evaluate(node.operand, scope))
    if isinstance(node, Binary):
        return _chain(node, scope)
    return _call(node, scope)


def is_true(node: Node, scope: Scope) -> bool:
    """A condition; a null one is false [S: FunctionIf]."""
    return evaluate(node, scope) is True


def _unary(operator: str, value: Any) -> Any:
    if value is None:
        return None  # NOT(null) is null [S: OperatorNot]
    if operator == "!":
        return not value
    return -value if operator == "-" else value


def _chain(node: Binary, scope: Scope) -> Any:
    first, operations = spine(node)
    left = evaluate(first, scope)
    for operation in operations:
        left = _binary(operation.operator, left, operation.right, scope)
    return left


def _binary(operator: str, left: Any, other: Node, scope: Scope) -> Any:
    if operator == "&&":
        return left is True and evaluate(other, scope) is True
    if operator == "||":
        return left is True or evaluate(other, scope) is True
    right = evaluate(other, scope)
    if operator in {"=", "<>"}:
        same = equal(left, right)
        return same if same is None or operator == "=" else not same
    if operator == "&" or (operator == "+" and (isinstance(left, str) or isinstance(right, str))):
        return (left or "") + (right or "")
    if left is None or right is None:
        return None
    try:
        return OPERATORS[operator](left, right)
    except ArithmeticError:
        raise EvaluationError(f"'{left} {operator} {right}' has no value") from None


def equal(left: Any, right: Any) -> bool | None:
    """Equality; blank text equals blank text, any other null makes null [S: OperatorEquality]."""
    if isinstance(left, str) or isinstance(right, str):
        return bool((left or "") == (right or ""))
    if left is None or right is None:
        return None
    return bool(left == right)


def _add(left: Any, right: Any) -> Any:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return left + right
    moment, days = (right, left) if isinstance(left, Decimal) else (left, right)
    return _shift(moment, days)


def _shift(moment: Any, by: Decimal) -> Any:
    """A moment some days later; a time of day some milliseconds later, around midnight [S: OperatorAddOrSubtract]."""
    if isinstance(moment, datetime):
        return moment + timedelta(seconds=float(by * SECONDS_PER_DAY))
    if isinstance(moment, time):
        later = (milliseconds(moment) + int(by)) % MS_PER_DAY
        return (datetime.min + timedelta(milliseconds=later)).time()
    return moment + timedelta(days=int(by))


def _subtract(left: Any, right: Any) -> Any:
    if isinstance(right, Decimal):
        return left - right if isinstance(left, Decimal) else _shift(left, -right)
    if isinstance(left, time):
        return Decimal((milliseconds(left) - milliseconds(right)) % MS_PER_DAY)
    difference = left - right
    return Decimal(difference.days) + Decimal(difference.seconds) / SECONDS_PER_DAY


def _divide(left: Decimal, right: Decimal) -> Decimal:
    if right == 0:
        raise EvaluationError("division by zero")
    return left / right


def _power(left: Decimal, right: Decimal) -> Decimal:
    if left == 0 and right < 0:
        raise EvaluationError("division by zero")
    return left**right


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": _add,
    "-": _subtract,
    "*": lambda left, right: left * right,
    "/": _divide,
    "^": _power,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


def _call(node: Call, scope: Scope) -> Any:
    lazy = LAZY.get(node.function)
    if lazy is not None:
        return lazy(node, scope)
    function = EAGER.get(node.function)
    if function is None:
        raise EvaluationError(f"{node.function} is parsed, but not evaluated")
    values = [evaluate(argument, scope) for argument in node.args]
    if node.function not in BLANK_SAFE and any(value is None for value in values):
        return None
    try:
        return function(*values)
    except ArithmeticError:
        raise EvaluationError(f"{node.function} has no value for {', '.join(map(str, values))}") from None


def _and(node: Call, scope: Scope) -> bool:
    return all(evaluate(argument, scope) is True for argument in node.args)


def _or(node: Call, scope: Scope) -> bool:
    return any(evaluate(argument, scope) is True for argument in node.args)


def _if(node: Call, scope: Scope) -> Any:
    return evaluate(node.args[1] if is_true(node.args[0], scope) else node.args[2], scope)


def _case(node: Call, scope: Scope) -> Any:
    subject = evaluate(node.args[0], scope)
    for match, value in zip(node.args[1:-1:2], node.args[2:-1:2], strict=True):
        candidate = evaluate(match, scope)
        if (subject is None and candidate is None) or equal(subject, candidate):
            return evaluate(value, scope)
    return evaluate(node.args[-1], scope)


def _name(node: Call) -> str:
    argument = node.args[0]
    assert isinstance(argument, Name)
    return argument.text


def _is_changed(node: Call, scope: Scope) -> bool:
    if scope.is_new:
        return False  # ISCHANGED is false on a new record [D: formula operators and functions]
    name = _name(node)
    return (scope.value(name) or None) != (scope.prior(name) or None)


def _prior_value(node: Call, scope: Scope) -> Any:
    """The value before the save; on a new record the value itself [K]."""
    name = _name(node)
    return scope.value(name) if scope.is_new else scope.prior(name)


LAZY: dict[str, Callable[[Call, Scope], Any]] = {
    "AND": _and,
    "OR": _or,
    "IF": _if,
    "CASE": _case,
    "ISCHANGED": _is_changed,
    "PRIORVALUE": _prior_value,
    "ISNEW": lambda node, scope: scope.is_new,
    "ISCLONE": lambda node, scope: scope.is_clone,
    "NOW": lambda node, scope: scope.now,
    "TODAY": lambda node, scope: scope.now.date(),
    "TIMENOW": lambda node, scope: scope.now.time(),
}


def evaluated_functions() -> frozenset[str]:
    """The functions that have a value here; all others are read, printed and checked only."""
    return frozenset({*LAZY, *EAGER})
