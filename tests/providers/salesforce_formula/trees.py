"""Random formulas: trees of any shape, and trees whose types fit so that they can be evaluated."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from salesforce_formula.evaluator import Scope
from salesforce_formula.parser import WORDS
from salesforce_formula.tree import Binary, Call, Literal, Name, Node, Unary

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
WORD = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True).filter(lambda word: word.upper() not in WORDS)
NUMBERS = st.decimals(min_value=0, max_value=10**6, places=3).map(lambda number: number.normalize() + 0)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
FIRST = st.builds(str.__add__, st.sampled_from(["", "$"]), WORD) | st.from_regex(r"00N[A-Za-z0-9]{12}", fullmatch=True)
STEPS = st.lists(st.from_regex(r"[.:][A-Za-z0-9_#$]{1,6}", fullmatch=True), max_size=3).map("".join)
NAMES = st.builds(Name, st.builds(str.__add__, FIRST, STEPS), st.booleans())
LEAVES = st.builds(Literal, st.none() | st.booleans() | NUMBERS | TEXTS) | NAMES
OPERATORS = ["||", "&&", "=", "<>", "<", ">", "<=", ">=", "+", "-", "&", "*", "/", "^"]


def _above(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return (
        st.builds(Binary, st.sampled_from(OPERATORS), parts, parts)
        | st.builds(Unary, st.sampled_from("-+!"), parts)
        | st.builds(Call, WORD.map(str.upper), st.lists(parts, max_size=3).map(tuple))
    )


trees: st.SearchStrategy[Node] = st.recursive(LEAVES, _above, max_leaves=25)
"""Any tree that a text could have; its types need not fit."""

FIELDS: dict[str, Any] = {
    "Amount": Decimal("40.5"),
    "Discount__c": None,
    "Company": "Acme Inc",
    "Website": None,
    "Signed__c": date(2026, 1, 31),
    "Open__c": True,
}
"""The record on which typed formulas are evaluated."""


def scope(**more: Any) -> Scope:
    """The record of `FIELDS`, with changes, as it is while it is saved unchanged."""
    values = {**FIELDS, **more}
    return Scope(values.__getitem__, values.__getitem__, is_new=False, now=NOW)


def _numbers(depth: int) -> st.SearchStrategy[Node]:
    leaf = st.builds(Literal, NUMBERS) | st.sampled_from([Name("Amount"), Name("Discount__c")])
    if depth == 0:
        return leaf
    inner = _numbers(depth - 1)
    return (
        leaf
        | st.builds(Binary, st.sampled_from("+-*/"), inner, inner)
        | st.builds(Unary, st.just("-"), inner)
        | st.builds(lambda one, two: Call("MAX", (one, two)), inner, inner)
        | st.builds(lambda test, one, two: Call("IF", (test, one, two)), _booleans(depth - 1), inner, inner)
        | st.builds(lambda text: Call("LEN", (text,)), _texts(depth - 1))
        | st.builds(lambda one, two: Call("BLANKVALUE", (one, two)), inner, inner)
    )


def _texts(depth: int) -> st.SearchStrategy[Node]:
    leaf = st.builds(Literal, TEXTS) | st.sampled_from([Name("Company"), Name("Website")])
    if depth == 0:
        return leaf
    inner = _texts(depth - 1)
    return (
        leaf
        | st.builds(Binary, st.sampled_from("+&"), inner, inner)
        | st.builds(lambda text: Call("UPPER", (text,)), inner)
        | st.builds(lambda number: Call("TEXT", (number,)), _numbers(depth - 1))
    )


def _booleans(depth: int) -> st.SearchStrategy[Node]:
    leaf = st.builds(Literal, st.booleans()) | st.just(Name("Open__c"))
    if depth == 0:
        return leaf
    inner = _booleans(depth - 1)
    return (
        leaf
        | st.builds(
            Binary, st.sampled_from(["<", ">", "<=", ">=", "=", "<>"]), _numbers(depth - 1), _numbers(depth - 1)
        )
        | st.builds(Binary, st.sampled_from(["=", "<>"]), _texts(depth - 1), _texts(depth - 1))
        | st.builds(Binary, st.sampled_from(["&&", "||"]), inner, inner)
        | st.builds(Unary, st.just("!"), inner)
        | st.builds(lambda text: Call("ISBLANK", (text,)), _texts(depth - 1))
    )


typed: st.SearchStrategy[Node] = _numbers(2) | _texts(2) | _booleans(2)
"""Trees whose types fit."""
