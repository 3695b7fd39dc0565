"""The formula language: canonical form and values, also on generated formulas."""

from __future__ import annotations

import pytest
from crm_simulators.hubspot.properties import formulas
from crm_simulators.hubspot.properties.formulas import FormulaProblem, Value, canonical, evaluate, parse
from hypothesis import given
from hypothesis import strategies as st

TYPES: dict[str, formulas.FormulaType] = {"a": "number", "b": "number", "t": "string", "f": "bool", "d": "other"}
RECORD: dict[str, Value] = {"a": 6.0, "b": 4.0, "t": "CFO", "f": True, "d": "2026-01-01"}


def tree(text: str) -> formulas.Node:
    return parse(text, TYPES.get)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("A  +  B", "a + b"),
        ("a+(b*2)", "a + b * 2"),
        ("(a+b)*2", "(a + b) * 2"),
        ("a-(b-1)", "a - (b - 1)"),
        ("10a", "10 * a"),
        ("2.50", "2.5"),
        ("a = 3.0", "a equals 3"),
        ("a != 3", "not (a equals 3)"),
        ('string(t) + "x"', "concatenate(string(t), 'x')"),
        ('string(t) equals "it\'s"', "string(t) equals 'it\\'s'"),
        ("NOT bool(f) AND (a > 1)", "not bool(f) and a > 1"),
        ("bool(f) or (a > 1 and b > 1)", "bool(f) or a > 1 and b > 1"),
        ("(bool(f) or a > 1) and b > 1", "(bool(f) or a > 1) and b > 1"),
        ("MAX(a, b, 0)", "max(a, b, 0)"),
        ("-a", "-a"),
        ("if bool(f) then 1 elseif a > 2 then 2 else 3 endif", "if bool(f) then 1\nelseif a > 2 then 2 else 3 endif"),
        ("if a > 2 then 1 else 0", "if a > 2 then 1 else 0 endif"),
        ("if is_present(d) then 1 endif + 2", "if is_present(d) then 1 endif + 2"),
    ],
)
def test_formula_is_brought_to_its_canonical_form(written: str, stored: str) -> None:
    assert canonical(tree(written)) == stored
    assert canonical(tree(stored)) == stored


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("a + b * 2", 14.0),
        ("(a + b) / 4", 2.5),
        ("a / 0", None),
        ("min(max(a, b), 5)", 5.0),
        ("a >= 6 and not (b > 4)", True),
        ("string(t) equals 'CFO'", True),
        ("contains(string(t), 'FO')", True),
        ("contains(string(t), 'fo')", False),
        ("concatenate(string(t), number_to_string(a))", "CFO6"),
        ("string_to_number('12') + a", 18.0),
        ("if a > 10 then 1 elseif a > 5 then 2 else 3 endif", 2.0),
        ("if a > 10 then 1 endif", None),
    ],
)
def test_formula_has_its_value(formula: str, value: Value) -> None:
    assert evaluate(tree(formula), RECORD) == value


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("a + 1", None),
        ("is_present(a)", False),
        ("is_present(a) and a > 1", False),
        ("if is_present(a) then a else 7 endif", 7.0),
        ("if a > 1 then 1 else 0 endif", None),
    ],
)
def test_missing_value_leaves_the_formula_without_one(formula: str, value: Value) -> None:
    assert evaluate(tree(formula), {}) == value


def test_case_of_texts_is_ignored_when_asked() -> None:
    assert evaluate(tree("string(t) equals 'cfo'"), RECORD, ignore_case=True) is True


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("a +", "it ends too early"),
        ("a b", 'unexpected "b"'),
        ("a & b", 'unexpected "&"'),
        ("if a > 1 then 2", 'expected "endif" but found "the end"'),
        ("if a then 1 else 2 endif", '"if" needs a bool, not a number'),
        ("if bool(f) then 1 else 'x' endif", '"then and else" needs a number, not a string'),
        ("string(t) > 'x'", '">" needs a number, not a string'),
        ("max(a)", '"max" takes 2 to 100 arguments, not 1'),
        ("sum(a, b)", 'unknown function "sum"'),
        ("contains(string(t))", '"contains" takes 2 arguments, not 1'),
        ("d + 1", 'property "d" cannot be read as a number'),
    ],
)
def test_wrong_formula_is_refused(formula: str, message: str) -> None:
    with pytest.raises(FormulaProblem) as problem:
        tree(formula)
    assert str(problem.value).replace('"then" and "else"', '"then and else"') == message


def numbers() -> st.SearchStrategy[str]:
    leaves = st.sampled_from(["a", "b", "1", "2.50", "10a"])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
            st.tuples(inner, inner).map(lambda p: f"max({p[0]}, {p[1]})"),
            st.tuples(inner, inner, inner).map(lambda p: f"IF {p[0]} > {p[1]} THEN {p[2]} ELSE {p[0]} ENDIF"),
        ),
        max_leaves=8,
    )


@given(numbers())
def test_canonical_form_is_stable_and_keeps_the_value(text: str) -> None:
    first = tree(text)
    again = tree(canonical(first))
    assert canonical(again) == canonical(first)
    assert evaluate(again, RECORD) == evaluate(first, RECORD)
