"""Summary formulas of reports: sums, averages and the row count of a group in the formula language [K]."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from salesforce_formula.evaluator import Scope, evaluate
from salesforce_formula.parser import parse
from salesforce_formula.tokens import FormulaError
from salesforce_formula.tree import Node
from salesforce_formula.values import EvaluationError

__all__ = ["EvaluationError", "FormulaError", "compiled", "computed", "references"]

REFERENCE = re.compile(r"(?P<column>[A-Za-z_][\w.$]*):(?P<summary>SUM|AVG|MAX|MIN|UNIQUE)")
ROWS = "RowCount"


def references(formula: str) -> Iterator[tuple[str, str]]:
    """Column and summary of each reference, `Lead$Score__c:AVG` for instance."""
    for match in REFERENCE.finditer(formula):
        yield match["column"], match["summary"]


@lru_cache(maxsize=256)
def compiled(formula: str) -> Node:
    """The tree, with the name `v0` for the first reference and so on. Raises FormulaError."""
    numbers = iter(range(formula.count(":") + 1))
    return parse(REFERENCE.sub(lambda match: f"v{next(numbers)}", formula))


def computed(formula: str, rows: int, summary: Callable[[str, str], Decimal | None]) -> Decimal | None:
    """The value for a group of `rows` records; None where it has none, such as after a division by zero."""
    values = {f"v{number}": summary(*pair) for number, pair in enumerate(references(formula))}
    values[ROWS] = Decimal(rows)
    unset = datetime(1970, 1, 1, tzinfo=UTC)
    try:
        result = evaluate(compiled(formula), Scope(values.get, values.get, is_new=False, now=unset))
    except EvaluationError:
        return None
    return result if isinstance(result, Decimal) else None
