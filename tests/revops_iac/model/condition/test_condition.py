"""The condition language: what parses, what it means, and where it is wrong."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from revops_iac.model.condition import (
    LIST_OPS,
    ORDERINGS,
    RANGES,
    UNARY_OPS,
    And,
    Compare,
    CompareFields,
    Condition,
    FieldRef,
    Not,
    Op,
    Or,
    ParseError,
    RelativeDay,
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
    ("text", "canonical"),
    [
        ("contact.a between 5 and 10", "contact.a is between 5 and 10"),
        ("contact.a is empty", "contact.a is unknown"),
        ("contact.a is not empty", "contact.a is known"),
        ("contact.a contains intern", "contact.a contains any of [intern]"),
        ('contact.a starts with "VP of"', 'contact.a starts with any of ["VP of"]'),
        ("contact.a ends with [.edu, .org]", "contact.a ends with any of [.edu, .org]"),
        ("contact.a before 2026-01-31", "contact.a < 2026-01-31"),
        ("contact.a at or after today - 1 week", "contact.a >= today - 7 days"),
        ("contact.a = today", "contact.a is today"),
        ("contact.a is between today - 7 days and today", "contact.a within the last 7 days"),
        ("contact.a within the next 2 weeks", "contact.a within the next 14 days"),
        ("contact.a < today - 30 days", "contact.a more than 30 days ago"),
        ("contact.a less than 7 days ago", "contact.a within the last 6 days"),
        ("contact.a more than 1 day from now", "contact.a more than 1 day from now"),
        ("contact.a is any of [today, today]", 'contact.a is any of ["today", "today"]'),
        ('contact.a = "contact.b"', 'contact.a = "contact.b"'),
        ("contact.a >= contact.b", "contact.a >= contact.b"),
    ],
)
def test_other_words_for_an_operator_are_shown_in_the_canonical_ones(text: str, canonical: str) -> None:
    assert parse(text).render() == canonical
    assert parse(canonical) == parse(text)


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        ("contact.a is between 1", "the second value is missing", "write both ends as 10 and 20; both belong to it"),
        ("contact.a is between [1, 2]", "two values must follow", "write them as 10 and 20, without brackets"),
        ("contact.a >= 1 and contact.b => 2", '"=>" is not an operator', 'write ">="'),
        ("contact.a = “x”", "“ is no quote of a condition", 'write straight quotes, such as "Vienna"'),
        ("contact.a in [x]", '"in" is not an operator', "write is any of [a, b]"),
        ("contact.a is null", '"is null" is not an operator', "write is empty"),
        ("contact.a is US", '"is" is not an operator', 'write "=" before a value, such as contact.country = US'),
        (
            "contact.a does not contain x",
            '"does not contain" is not an operator',
            'write "not" before the field: not contact.x contains "a"',
        ),
        (
            "contact.a within the last 3 months",
            '"months" is not a unit of days',
            "count in days or weeks, such as 30 days; compare a number with < or >",
        ),
        ("contact.a more than 3 days", '"ago" or "from now" is missing', "write more than 3 days ago, or from now"),
        ("contact.a = contact.a", "contact.a is compared with itself", "compare it with another field or a value"),
    ],
)
def test_words_of_other_languages_get_the_one_of_this(text: str, message: str, fix: str) -> None:
    with pytest.raises(ParseError) as raised:
        parse(text)
    assert (raised.value.message, raised.value.fix) == (message, fix)


TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("text", "days_ago"),
    [
        ("within the last 2 days", [0, 1, 2]),
        ("less than 2 days ago", [0, 1]),
        ("more than 2 days ago", [3, 4]),
        ("is today", [0]),
        ("within the next 2 days", [-2, -1, 0]),
        ("more than 2 days from now", [-4, -3]),
        (">= today - 1 day", [-4, -3, -2, -1, 0, 1]),
        ("is not between today - 3 days and today + 3 days", [-4, 4]),
    ],
)
def test_days_are_counted_from_the_day_of_the_record(text: str, days_ago: list[int]) -> None:
    condition = parse(f"contact.a {text}")
    for live in (lambda day: day, lambda day: datetime(day.year, day.month, day.day, 23), str):
        found = [
            ago
            for ago in range(-4, 5)
            if condition.evaluate({"contact.a": live(TODAY - timedelta(ago)), "today": TODAY})
        ]
        assert found == days_ago


def test_without_a_day_of_the_record_today_is_the_current_day() -> None:
    assert parse("contact.a is today").evaluate({"contact.a": date.today()})


@pytest.mark.parametrize(
    ("text", "one", "other", "expected"),
    [
        ("contact.a > contact.b", 3, "2", True),
        ("contact.a = contact.b", "Ann@x.io", "ann@X.io", True),
        ("contact.a != contact.b", "x", None, False),
        ("contact.a <= contact.b", date(2026, 1, 1), datetime(2026, 1, 1, 9), True),
        ("contact.a < contact.b", datetime(2026, 1, 1, 8), datetime(2026, 1, 1, 9), True),
        ("contact.a < contact.b", "many", 3, False),
    ],
)
def test_two_fields_of_a_record_are_compared(text: str, one: object, other: object, expected: bool) -> None:
    assert parse(text).evaluate({"contact.a": one, "contact.b": other}) is expected
    assert parse(text).fields() == ("contact.a", "contact.b")


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
    value = (1,) if op in LIST_OPS else None if op in UNARY_OPS else (1, 2) if op in RANGES else 1
    assert Compare(FieldRef("contact.x"), op, value).evaluate(record) is False


VALUES = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12),
    st.integers(-(10**6), 10**6),
    st.booleans(),
    st.dates(),
)
SINGLE = VALUES | st.builds(RelativeDay, st.integers(-400, 400)) | st.sampled_from(["today", "deal.amount", "before"])
FIELDS = st.sampled_from(["contact.a", "contact.b_2", "company.name", "deal.amount"]).map(FieldRef)
COMPARISONS = st.one_of(
    st.builds(Compare, FIELDS, st.sampled_from(sorted(UNARY_OPS))),
    st.builds(Compare, FIELDS, st.sampled_from(sorted(LIST_OPS)), st.lists(VALUES, min_size=1, max_size=3).map(tuple)),
    st.builds(Compare, FIELDS, st.sampled_from([Op.EQ, Op.NE, *sorted(ORDERINGS)]), SINGLE),
    st.builds(Compare, FIELDS, st.sampled_from(sorted(RANGES)), st.tuples(SINGLE, SINGLE)),
    st.builds(CompareFields, FIELDS, st.sampled_from(sorted(ORDERINGS)), st.just(FieldRef("deal.other"))),
)


def _joined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(several.map(And), several.map(Or), parts.map(Not))


CONDITIONS = st.recursive(COMPARISONS, _joined, max_leaves=6)


@given(CONDITIONS)
@example(Compare(FieldRef("contact.a"), Op.EQ, "|"))
@example(Compare(FieldRef("contact.a"), Op.EQ, "\u00bbVienna"))
def test_rendered_condition_parses_back_to_itself(condition: Condition) -> None:
    assert parse(condition.render()) == condition


@pytest.mark.parametrize(("opening", "closing"), [("(", ")"), ("not ", ""), ("not (", ")")])
def test_nesting_without_end_is_refused(opening: str, closing: str) -> None:
    assert parse(f"{opening * 20}lead.score > 1{closing * 20}")
    with pytest.raises(ParseError, match="the condition is nested too deeply"):
        parse(f"{opening * 5_000}lead.score > 1{closing * 5_000}")
