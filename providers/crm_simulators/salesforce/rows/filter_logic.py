"""Filter logic such as ``1 AND (2 OR 3)``, and the operators of flow conditions."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any


def combined(text: str, results: list[bool]) -> bool:
    """The value of filter logic over numbered results; ``and`` or ``or`` alone joins all of them."""
    if text.lower() in {"and", "or", ""}:
        return any(results) if text.lower() == "or" else all(results)
    return _Logic(text, results).any_of()


class _Logic:
    def __init__(self, text: str, results: list[bool]) -> None:
        self.tokens = re.findall(r"\d+|AND|OR|NOT|[()]", text.upper())
        self.results = results

    def any_of(self) -> bool:
        value = self.all_of()
        while self.tokens and self.tokens[0] == "OR":
            self.tokens.pop(0)
            value = self.all_of() or value
        return value

    def all_of(self) -> bool:
        value = self.one()
        while self.tokens and self.tokens[0] == "AND":
            self.tokens.pop(0)
            value = self.one() and value
        return value

    def one(self) -> bool:
        token = self.tokens.pop(0)
        if token == "NOT":
            return not self.one()
        if token == "(":
            value = self.any_of()
            self.tokens.pop(0)
            return value
        return self.results[int(token) - 1]


def holds(operator: str, left: Any, right: Any) -> bool:
    """Whether a flow condition is true; a comparison with nothing is false [K]."""
    if operator in {"IsNull", "IsBlank"}:
        return (left is None or left == "") is bool(right)
    if operator == "EqualTo":
        return _same(left, right)
    if operator == "NotEqualTo":
        return not _same(left, right)
    if left is None or right is None:
        return False
    if operator in {"StartsWith", "EndsWith", "Contains"}:
        text, part = str(left).lower(), str(right).lower()
        return {"StartsWith": text.startswith(part), "EndsWith": text.endswith(part), "Contains": part in text}[
            operator
        ]
    compared: dict[str, bool] = {
        "GreaterThan": left > right,
        "GreaterThanOrEqualTo": left >= right,
        "LessThan": left < right,
        "LessThanOrEqualTo": left <= right,
    }
    return compared[operator]


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, str) or isinstance(right, str):
        return str(left or "").lower() == str(right or "").lower()
    if isinstance(left, Decimal | int) and isinstance(right, Decimal | int):
        return Decimal(left) == Decimal(right)
    return bool(left == right)
