"""One spelling for every formula."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from revops_hubspot.formulas.canonical import canonical_formula
from revops_hubspot.formulas.parser import parse
from revops_hubspot.formulas.printer import render

SAME = [
    ("a+b", "  A  + b "),
    ('"x"', "'x'"),
    ("2.50 * a", "2.5*a"),
    ("10a", "10 * a"),
    ("a = 'x'", "a equals 'x'"),
    ("a != 1", "not (a equals 1)"),
    ("((a + b))", "a + b"),
    ("string(a) + '-' + string(b)", "concatenate(string(a), '-', string(b))"),
    ("concatenate('x', concatenate('y', 'z'))", "concatenate('x', 'y', 'z')"),
    ("IF a > 1 THEN 2 ELSEIF a > 0 THEN 1 ELSE 0 ENDIF", "if a > 1 then 2\nelseif a > 0 then 1 else 0 endif"),
    ("if a > 2 then 1 else 0", "if a > 2 then 1 else 0 endif"),
    ("a * b + c", "(a*b) + c"),
    ("(a + b) - c", "a + b - c"),
    ("a and b or c", "(a and b) or c"),
    ("MAX(a, MIN(b, 3.0))", "max(a,min(b,3))"),
]
DIFFERENT = [
    ("a + b * c", "(a + b) * c"),
    ("a - b - c", "a - (b - c)"),
    ("'Text'", "'text'"),
    ("if a then 1 else 0 endif", "if a then 1 else 2 endif"),
    ("a and (b or c)", "a and b or c"),
    ("-a", "a"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_formula_are_equal(one: str, other: str) -> None:
    assert canonical_formula(one) == canonical_formula(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_formulas_stay_different(one: str, other: str) -> None:
    assert canonical_formula(one) != canonical_formula(other)


def test_text_that_does_not_parse_is_compared_as_text() -> None:
    assert canonical_formula("if (a,  B)") == "if (a, b)"


names = st.sampled_from(["amount", "fit_score", "x"])
numbers = st.decimals(min_value=0, max_value=1000, places=2).map(str)
atoms = st.one_of(names, numbers, st.sampled_from(["'DE'", "true"]))
formulas = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "<", ">=", "=", "!=", "and", "or"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        st.tuples(inner, inner, inner).map(lambda p: f"if {p[0]} then {p[1]} else {p[2]} endif"),
        st.tuples(inner, inner).map(lambda p: f"max({p[0]}, {p[1]})"),
        inner.map(lambda part: f"(not ({part}))"),
    ),
    max_leaves=12,
)


@given(formulas)
def test_canonical_form_is_stable(formula: str) -> None:
    once = canonical_formula(formula)
    assert canonical_formula(once) == once


@given(formulas)
def test_the_text_of_a_tree_parses_back_to_it(formula: str) -> None:
    tree = parse(canonical_formula(formula))
    assert parse(render(tree)) == tree


@given(formulas)
def test_case_blanks_and_parentheses_never_matter(formula: str) -> None:
    shouted = "'".join(
        part if at % 2 else part.upper().replace(" ", "\n  ") for at, part in enumerate(formula.split("'"))
    )
    assert canonical_formula(f"({shouted})") == canonical_formula(formula)
