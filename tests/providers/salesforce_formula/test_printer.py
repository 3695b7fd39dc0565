"""The canonical text reads back as the same tree, in every known grammar, and means the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from salesforce_formula.evaluator import evaluate
from salesforce_formula.parser import LOOSER, TIGHTER, parse
from salesforce_formula.printer import render
from salesforce_formula.tree import Node
from salesforce_formula.values import EvaluationError

from tests.providers.salesforce_formula.trees import scope, trees, typed


@given(trees)
def test_printed_tree_reads_back(tree: Node) -> None:
    assert parse(render(tree)) == tree


@given(trees)
def test_printed_text_is_read_alike_by_both_grammars(tree: Node) -> None:
    text = render(tree)
    assert parse(text, exponent_binds=LOOSER) == parse(text, exponent_binds=TIGHTER)


@given(trees)
def test_printing_is_stable(tree: Node) -> None:
    text = render(tree)
    assert render(parse(text)) == text


def value_of(tree: Node) -> object:
    try:
        return evaluate(tree, scope())
    except EvaluationError as error:
        return str(error)


@given(typed)
def test_printing_changes_no_value(tree: Node) -> None:
    assert value_of(parse(render(tree))) == value_of(tree)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1+2*3", "1 + 2 * 3"),
        ("(1+2)*3", "(1 + 2) * 3"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a-b)-c", "a - b - c"),
        ("a==b!=c", "a = b <> c"),
        ("NOT x && not(y)", "!x && NOT(y)"),
        ("(1+1)^(2)*3", "(1 + 1) ^ (2 * 3)"),  # ^ binds looser in Salesforce's own grammar
        ("2*(3^2)", "2 * (3 ^ 2)"),
        ("-(1+2)", "-(1 + 2)"),
        ("- -1", "--1"),
        ("'it\\'s' /* why */ & \"\\n\"", '"it\'s" & "\\n"'),
        ("{! $Record.Amount }>1.50", "{!$Record.Amount} > 1.50"),
        ("{!$Record.Amount>TEXT(a)}", "{!$Record.Amount} > TEXT({!a})"),
        ("Parent__r.Owner:User.Email", "Parent__r.Owner:User.Email"),
        ("account.00N5e00000XyzAb=1", "account.00N5e00000XyzAb = 1"),
        ("isPickVal( StageName , 'Won' )", 'ISPICKVAL(StageName, "Won")'),
        ("0.5+5", "0.5 + 5"),
    ],
)
def test_canonical_text(text: str, canonical: str) -> None:
    assert render(parse(text)) == canonical


def test_long_chains_need_no_stack() -> None:
    text = " + ".join(["1"] * 970)
    assert render(parse(text)) == text
    assert evaluate(parse(text), scope()) == 970
