"""The condition language: what parses, what it means, and where it is wrong."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revops_iac.model.condition import (
    LIST_OPS,
    ORDERINGS,
    UNARY_OPS,
    And,
    Compare,
    Condition,
    FieldRef,
    Not,
    Op,
    Or,
    ParseError,
    parse,
)

EMPLOYEES = FieldRef("contact.employees")
COUNTRY = FieldRef("contact.country")


def test_comparison_is_parsed_into_field_operator_and_value() -> None:
    assert parse("contact.employees >= 1000") == Compare(EMPLOYEES, Op.GE, 1000)


def test_list_items_may_have_several_words_without_quotes() -> None:
    assert parse("contact.country is any of [US, United States]") == Compare(
        COUNTRY, Op.ANY_OF, ("US", "United States")
    )


def test_and_binds_tighter_than_or() -> None:
    one, two, three = (parse(f"contact.{key} is known") for key in ("a", "b", "c"))
    assert parse("contact.a is known or contact.b is known and contact.c is known") == Or((one, And((two, three))))


def test_parentheses_and_not_are_kept() -> None:
    one, two = parse("contact.a is true"), parse("contact.b is false")
    assert parse("not (contact.a is true or contact.b is false)") == Not(Or((one, two)))


def test_dates_numbers_and_quoted_texts_keep_their_kind() -> None:
    assert parse("contact.a < 2026-01-31").value == date(2026, 1, 31)  # type: ignore[attr-defined]
    assert parse("contact.a = -1.5").value == -1.5  # type: ignore[attr-defined]
    assert parse('contact.a = "12"').value == "12"  # type: ignore[attr-defined]
    assert parse("contact.a = 'or'").value == "or"  # type: ignore[attr-defined]


def test_fields_are_listed_once_in_order() -> None:
    condition = parse("contact.b = 1 and (contact.a = 2 or contact.b = 3)")
    assert condition.fields() == ("contact.b", "contact.a")
    assert (condition.fields()[0].object, condition.fields()[0].key) == ("contact", "b")


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("", "a field is missing at the end", 1),
        ("contact.a", 'nothing follows "contact.a"', 10),
        ("contact.a >", "a value is missing at the end", 12),
        ("contact.a is maybe", '"is" is not an operator', 11),
        ("contact.a = 1 contact.b = 2", '"contact.b" follows a complete condition', 15),
        ("contact.a = and", '"and" is not a value', 13),
        ("(contact.a = 1", 'a "(" is not closed', 15),
        ("contact.a is any of US", "a list must follow", 21),
        ("contact.a is any of [US", 'a "[" is not closed', 24),
        ("contact.a is any of [US,]", "a value is missing in the list", 25),
        ("person.a = 1", '"person.a" is not a field', 1),
        ("contact.a = 'x", '"\'" is not understood', 13),
    ],
)
def test_bad_condition_names_the_column(text: str, message: str, column: int) -> None:
    with pytest.raises(ParseError) as raised:
        parse(text)
    assert (raised.value.message, raised.value.column) == (message, column)


@pytest.mark.parametrize(
    ("text", "live", "expected"),
    [
        ("contact.x = us", "US", True),
        ("contact.x != us", "US", False),
        ("contact.x is any of [us, ca]", "CA", True),
        ("contact.x is none of [us, ca]", "MX", True),
        ("contact.x contains any of [intern]", "Sales Intern", True),
        ("contact.x starts with any of [sal]", "Sales", True),
        ("contact.x ends with any of [.edu, .ac.uk]", "ann@mit.EDU", True),
        ("contact.x > 10", 10, False),
        ("contact.x >= 10", "10", True),
        ("contact.x > 10", "many", False),
        ("contact.x = 10", "10.0", True),
        ("contact.x < 2026-02-01", date(2026, 1, 31), True),
        ("contact.x >= 2026-01-31", datetime(2026, 1, 31, 8), True),
        ("contact.x = 2026-01-31", "2026-01-31", True),
        ("contact.x < 2026-02-01", "soon", False),
        ("contact.x is true", True, True),
        ("contact.x is false", False, True),
        ("contact.x is known", 0, True),
        ("contact.x is known", False, True),
        ("contact.x is unknown", "", True),
        ("contact.x contains any of [aws]", ["aws", "gcp"], True),
        ("contact.x contains any of [aw]", ["aws", "gcp"], False),
    ],
)
def test_condition_on_a_value(text: str, live: object, expected: bool) -> None:
    assert parse(text).evaluate({"contact.x": live}) is expected


@pytest.mark.parametrize("op", [op for op in Op if op not in UNARY_OPS] + [Op.TRUE, Op.FALSE, Op.KNOWN])
@pytest.mark.parametrize("record", [{}, {"contact.x": None}, {"contact.x": ""}])
def test_comparison_with_unknown_is_false(op: Op, record: dict[str, object]) -> None:
    value = (1,) if op in LIST_OPS else None if op in UNARY_OPS else 1
    assert Compare(FieldRef("contact.x"), op, value).evaluate(record) is False


VALUES = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12),
    st.integers(-(10**6), 10**6),
    st.booleans(),
    st.dates(),
)
FIELDS = st.sampled_from(["contact.a", "contact.b_2", "company.name", "deal.amount"]).map(FieldRef)
COMPARISONS = st.one_of(
    st.builds(Compare, FIELDS, st.sampled_from(sorted(UNARY_OPS))),
    st.builds(Compare, FIELDS, st.sampled_from(sorted(LIST_OPS)), st.lists(VALUES, min_size=1, max_size=3).map(tuple)),
    st.builds(Compare, FIELDS, st.sampled_from([Op.EQ, Op.NE, *sorted(ORDERINGS)]), VALUES),
)


def _joined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(several.map(And), several.map(Or), parts.map(Not))


CONDITIONS = st.recursive(COMPARISONS, _joined, max_leaves=6)


@given(CONDITIONS)
def test_rendered_condition_parses_back_to_itself(condition: Condition) -> None:
    assert parse(condition.render()) == condition
