"""Formulas that are written differently and mean the same, and those that only look so."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from salesforce_formula.evaluator import Scope, evaluate
from salesforce_formula.meaning import mean_the_same
from salesforce_formula.parser import parse

from tests.examples_per_test import examples

SAME = [
    ('AND(a > 5, ISPICKVAL(b, "x"))', 'TEXT(b) = "x" && 5 < a'),
    ('IF(ISPICKVAL(b, "x"), 10, IF(ISPICKVAL(b, "y"), 5, 0))', 'CASE(b, "y", 5, "x", 10, 0)'),
    ("OR(c, d)", "d || c"),
    ("MAX(0, MIN(9, IF(a >= 5, 8, 0) + IF(c, 2, 0)))", "MIN(9, MAX(0, IF(c, 2, 0) + CASE(a >= 5, TRUE, 8, 0)))"),
    ("AND(ISCHANGED(b), NOT($Permission.P))", "!$Permission.P && ISCHANGED(b)"),
    ('NOW() - e > CASE(b, "x", 14, "y", 28, 999)', 'NOW() - e > CASE(b, "y", 28, "x", 14, 999)'),
    ("e >= TODAY() - 7", "TODAY() - 7 <= e"),
]
OTHER = [
    ("IF(a >= 50, 30, 0)", "IF(a > 50, 30, 0)"),
    ("IF(a >= 50, 30, 0)", "IF(a < 50, 0, 30)"),
    ("OR(c, d)", "AND(c, d)"),
    ("a >= 5 /* five */", "a >= 5"),
    ('CONTAINS(b, "x")', 'CONTAINS(b, "y")'),
    ("a +", "a"),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_other_spelling_means_the_same(first: str, second: str):
    assert mean_the_same(first, second)


@pytest.mark.parametrize(("first", "second"), OTHER)
def test_other_meaning_is_never_taken_for_the_same(first: str, second: str):
    """Neither is a blank number less than 50, nor is it what a comment says."""
    assert not mean_the_same(first, second)


conditions = st.sampled_from(
    ["a >= 5", "5 <= a", "a < 5", "NOT(a < 5)", "c", "NOT(c)", 'ISPICKVAL(b, "x")', 'TEXT(b) = "x"', "ISBLANK(a)"]
)
joined = st.builds("{}({}, {})".format, st.sampled_from(["AND", "OR"]), conditions, conditions)
points = st.builds("IF({}, {}, {})".format, conditions | joined, st.sampled_from([0, 5]), st.sampled_from([0, 5]))
sums = st.builds("{} + {}".format, points, points)
records = st.fixed_dictionaries(
    {
        "a": st.sampled_from([None, Decimal(0), Decimal(4), Decimal(5), Decimal(9)]),
        "b": st.sampled_from([None, "", "x", "X", "y"]),
        "c": st.booleans(),
    }
)


@examples(200)
@given(sums, sums, records)
def test_what_means_the_same_has_the_same_value(first: str, second: str, record: dict[str, object]):
    if mean_the_same(first, second):
        scope = Scope(record.get, record.get, is_new=False, now=datetime(2026, 1, 1, tzinfo=UTC))
        assert evaluate(parse(first), scope) == evaluate(parse(second), scope)
