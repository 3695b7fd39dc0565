"""The corpus of the comparison with formulon: always the same, and read back as it was written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from salesforce_formula.parser import parse
from salesforce_formula.printer import render

from tools.formula_comparison import ERROR, SEED, Writer, agree, ours


def test_same_seed_gives_the_same_formulas_and_each_reads_back() -> None:
    one, other = (list(Writer(SEED).formulas(400)) for _ in range(2))
    assert one == other
    assert [parse(render(node)) for node in one] == one
    assert sum(ours(render(node)) == ERROR for node in one) < 10


@pytest.mark.parametrize(
    ("mine", "answer", "same"),
    [
        (Decimal("1.5"), {"value": 1.5}, True),
        (Decimal(1), {"value": True}, False),
        (Decimal(1), {"value": 1.001}, False),
        (True, {"value": True}, True),
        (None, {"value": ""}, True),
        (None, {"value": False}, False),
        (date(2026, 1, 31), {"value": "2026-01-31T00:00:00.000Z"}, True),
        ("a", {"error": "Syntax error."}, False),
        (ERROR, {"error": "x"}, True),
    ],
)
def test_what_counts_as_the_same(mine: Any, answer: dict[str, Any], same: bool) -> None:
    assert agree(mine, answer) is same
