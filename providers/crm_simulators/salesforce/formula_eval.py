"""Evaluates checked formulas on a record; nulls follow salesforce/formula-engine's commands [S]."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from .formula_parser import Binary, Call, Literal, Name, Node, Unary
from .ids import to18

SECONDS_PER_DAY = Decimal(86400)


class EvaluationError(Exception):
    """A formula that has no value: a division by zero or a text that is no number (shown as #Error!)."""


@dataclass(frozen=True)
class Scope:
    """Where a formula gets its values: fields now and before the save, and the moment."""

    value: Callable[[str], Any]
    prior: Callable[[str], Any]
    is_new: bool
    now: datetime


def evaluate(node: Node, scope: Scope) -> Any:
    """The value: str, Decimal, bool, date, datetime, time or None. Blank text is None or ""."""
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Name):
        return scope.value(node.text)
    if isinstance(node, Unary):
        return _unary(node.operator, evaluate(node.operand, scope))
    if isinstance(node, Binary):
        return _binary(node, scope)
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


def _binary(node: Binary, scope: Scope) -> Any:
    if node.operator == "&&":
        return evaluate(node.left, scope) is True and evaluate(node.right, scope) is True
    if node.operator == "||":
        return evaluate(node.left, scope) is True or evaluate(node.right, scope) is True
    left, right = evaluate(node.left, scope), evaluate(node.right, scope)
    if node.operator in {"=", "<>"}:
        same = equal(left, right)
        return same if same is None or node.operator == "=" else not same
    if node.operator == "&" or (isinstance(left, str) or isinstance(right, str)):
        return (left or "") + (right or "")
    if left is None or right is None:
        return None
    return OPERATORS[node.operator](left, right)


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


def _shift(moment: Any, days: Decimal) -> Any:
    if isinstance(moment, datetime):
        return moment + timedelta(seconds=float(days * SECONDS_PER_DAY))
    return moment + timedelta(days=int(days))


def _subtract(left: Any, right: Any) -> Any:
    if isinstance(right, Decimal):
        return left - right if isinstance(left, Decimal) else _shift(left, -right)
    difference = left - right
    return Decimal(difference.days) + Decimal(difference.seconds) / SECONDS_PER_DAY


def _divide(left: Decimal, right: Decimal) -> Decimal:
    if right == 0:
        raise EvaluationError("division by zero")
    return left / right


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": _add,
    "-": _subtract,
    "*": lambda left, right: left * right,
    "/": _divide,
    "^": lambda left, right: left**right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


def _call(node: Call, scope: Scope) -> Any:
    lazy = LAZY.get(node.function)
    if lazy is not None:
        return lazy(node, scope)
    values = [evaluate(argument, scope) for argument in node.args]
    if node.function not in BLANK_SAFE and any(value is None for value in values):
        return None
    return EAGER[node.function](*values)


# --- functions that look at their arguments themselves ----------------------------------------------------------


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
    "NOW": lambda node, scope: scope.now,
    "TODAY": lambda node, scope: scope.now.date(),
    "TIMENOW": lambda node, scope: scope.now.time(),
}

# --- functions of values ----------------------------------------------------------------------------------------


def is_blank(value: Any) -> bool:
    return value is None or value == ""


def _contains(text: str | None, part: str | None) -> bool | None:
    if is_blank(part):
        return True
    return None if is_blank(text) else (part or "") in (text or "")  # [S: FunctionContains]


def _begins(text: str | None, part: str | None) -> bool | None:
    if is_blank(part):
        return True
    return None if is_blank(text) else (text or "").startswith(part or "")


def _includes(values: str | None, part: str | None) -> bool:
    return (part or "") in (values or "").split(";")


def plain_number(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _value(text: str) -> Decimal | None:
    if text == "":
        return None
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        raise EvaluationError(f"'{text}' is not a number") from None


def _is_number(text: str | None) -> bool:
    return re.fullmatch(r"\s*[-+]?(\d+\.?\d*|\.\d+)\s*", text or "") is not None


def _date_value(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise EvaluationError(f"'{value}' is not a date") from None


def _datetime_value(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time(), tzinfo=UTC)
    try:
        return datetime.fromisoformat(value.strip().replace(" ", "T", 1)).replace(tzinfo=UTC)
    except ValueError:
        raise EvaluationError(f"'{value}' is not a date-time") from None


def _round(value: Decimal, places: Decimal, how: str) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-int(places)), rounding=how)


def _add_months(moment: Any, months: Decimal) -> Any:
    last_day = moment.day == calendar.monthrange(moment.year, moment.month)[1]
    index = moment.year * 12 + moment.month - 1 + int(months)
    year, month = divmod(index, 12)
    end = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=end if last_day else min(moment.day, end))


def _date(year: Decimal, month: Decimal, day: Decimal) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise EvaluationError(str(error)) from None


EAGER: dict[str, Callable[..., Any]] = {
    "NOT": lambda value: not value,
    "ISBLANK": is_blank,
    # A text field is never null, only empty [D: ISNULL].
    "ISNULL": lambda value: value is None,
    "BLANKVALUE": lambda value, other: other if is_blank(value) else value,
    "NULLVALUE": lambda value, other: other if value is None else value,
    "ISPICKVAL": lambda value, literal: (value or "") == (literal or ""),
    "INCLUDES": _includes,
    "BEGINS": _begins,
    "CONTAINS": _contains,
    "FIND": lambda part, text, start=Decimal(1): Decimal((text or "").find(part or "", int(start) - 1) + 1),
    "LEN": lambda text: Decimal(len(text or "")),
    "LEFT": lambda text, count: text[: max(0, int(count))],
    "RIGHT": lambda text, count: text[-int(count) :] if count > 0 else "",
    "MID": lambda text, start, count: text[max(0, int(start) - 1) : max(0, int(start) - 1) + int(count)],
    "LOWER": lambda text, _=None: (text or "").lower(),
    "UPPER": lambda text, _=None: (text or "").upper(),
    "TRIM": lambda text: (text or "").strip(),
    "SUBSTITUTE": lambda text, old, new: (text or "").replace(old, new or "") if old else text,
    "REGEX": lambda text, pattern: re.fullmatch(pattern or "", text or "") is not None,
    "CASESAFEID": to18,
    "TEXT": _text,
    "VALUE": _value,
    "ISNUMBER": _is_number,
    "BR": lambda: "\n",
    "DATE": _date,
    "DATEVALUE": _date_value,
    "DATETIMEVALUE": _datetime_value,
    "TIMEVALUE": lambda value: value.time() if isinstance(value, datetime) else time.fromisoformat(value),
    "ADDMONTHS": _add_months,
    "YEAR": lambda day: Decimal(day.year),
    "MONTH": lambda day: Decimal(day.month),
    "DAY": lambda day: Decimal(day.day),
    "WEEKDAY": lambda day: Decimal(day.isoweekday() % 7 + 1),  # Sunday is 1 [D]
    "HOUR": lambda moment: Decimal(moment.hour),
    "MINUTE": lambda moment: Decimal(moment.minute),
    "SECOND": lambda moment: Decimal(moment.second),
    "ABS": abs,
    # Away from zero for negative numbers; MCEILING and MFLOOR are the mathematical ones [D].
    "CEILING": lambda value: _round(value, Decimal(0), ROUND_CEILING if value > 0 else ROUND_FLOOR),
    "FLOOR": lambda value: _round(value, Decimal(0), ROUND_DOWN),
    "ROUND": lambda value, places: _round(value, places, ROUND_HALF_UP),
    "TRUNC": lambda value, places=Decimal(0): _round(value, places, ROUND_DOWN),
    "MOD": lambda value, by: _modulo(value, by),
    "SQRT": lambda value: value.sqrt(),
    "MAX": max,
    "MIN": min,
}
BLANK_SAFE = frozenset(
    {
        "ISBLANK",
        "ISNULL",
        "BLANKVALUE",
        "NULLVALUE",
        "ISPICKVAL",
        "INCLUDES",
        "BEGINS",
        "CONTAINS",
        "FIND",
        "LEN",
        "LOWER",
        "UPPER",
        "TRIM",
        "SUBSTITUTE",
        "REGEX",
        "ISNUMBER",
    }
)


def _modulo(value: Decimal, by: Decimal) -> Decimal:
    if by == 0:
        raise EvaluationError("division by zero")
    return value % by
