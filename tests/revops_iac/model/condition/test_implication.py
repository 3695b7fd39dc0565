"""Whether a condition can still fire behind others agrees with trying every record of a small world."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revops_iac.model.condition import And, Condition, Not, Or, parse
from revops_iac.model.condition.implication import can_fire
from tests.examples_per_test import examples

NUMBERS = [None, *(half / 2 for half in range(-4, 14))]
TEXTS = [None, "ab", "ac", "bc", "abc", "cab", "b", "other", "ab b", "ac b bc"]
FLAGS = [None, True, False]
ATOMS = st.one_of(
    st.builds("contact.n {} {}".format, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), st.integers(0, 4)),
    st.builds("contact.n {} 1 and {}".format, st.sampled_from(["is between", "is not between"]), st.integers(0, 4)),
    st.builds(
        "contact.t {} [{}]".format,
        st.sampled_from(["is any of", "is none of", "starts with any of", "ends with any of", "contains any of"]),
        st.sampled_from(["ab", "b", "ac, bc", "abc"]),
    ),
    st.sampled_from(["contact.n is known", "contact.t is unknown", "contact.f is true", "contact.f is false"]),
).map(parse)


def joined(atoms: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            inner.map(Not),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
        ),
        max_leaves=5,
    )


CONDITIONS = joined(ATOMS)
WORLD = [
    dict(zip(("contact.n", "contact.t", "contact.f"), values, strict=True))
    for values in itertools.product(NUMBERS, TEXTS, FLAGS)
]


@given(CONDITIONS, st.lists(CONDITIONS, max_size=3))
def test_a_record_of_the_world_that_fires_is_never_missed(condition: Condition, earlier: list[Condition]) -> None:
    fires = any(condition.evaluate(one) and not any(other.evaluate(one) for other in earlier) for one in WORLD)
    verdict = can_fire(condition, earlier)
    if fires:
        assert verdict.fires is True
    if verdict.shadowed is not None:
        assert condition.evaluate(verdict.shadowed)
        assert any(other.evaluate(verdict.shadowed) for other in earlier)


FIRST = date(2026, 1, 10)
SIGNS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
DAY_ATOMS = st.one_of(
    st.builds("deal.d {} {}".format, SIGNS, st.sampled_from([FIRST, FIRST + timedelta(days=2)])),
    st.builds("deal.{} {} today {} {} days".format, st.sampled_from("de"), SIGNS, st.sampled_from("+-"), st.just(1)),
    st.builds("deal.e {} deal.d".format, SIGNS),
    st.sampled_from(["deal.d within the last 1 day", "deal.e is today", "deal.e is not between today and 2026-01-11"]),
).map(parse)
DAYS = [FIRST + timedelta(days=step) for step in range(-7, 10)]
DAY_WORLD = [
    dict(zip(("deal.d", "deal.e", "today"), values, strict=True))
    for values in itertools.product([None, *DAYS], [None, *DAYS], DAYS[4:-4])
]


@examples(40)
@given(joined(DAY_ATOMS), st.lists(joined(DAY_ATOMS), max_size=2))
def test_days_of_two_fields_and_today_are_decided_together(condition: Condition, earlier: list[Condition]) -> None:
    fires = any(condition.evaluate(one) and not any(other.evaluate(one) for other in earlier) for one in DAY_WORLD)
    assert can_fire(condition, earlier).fires is fires


PAIR_ATOMS = st.one_of(
    st.builds("deal.{} {} {}".format, st.sampled_from("abc"), SIGNS, st.sampled_from([1, 3])),
    st.builds("deal.{0[0]} {1} deal.{0[1]}".format, st.sampled_from(["ab", "bc", "ca"]), SIGNS),
).map(parse)
PAIR_WORLD = [
    dict(zip(("deal.a", "deal.b", "deal.c"), values, strict=True))
    for values in itertools.product([None, 0, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4, 5, 6], repeat=3)
]


@examples(60)
@given(joined(PAIR_ATOMS), st.lists(joined(PAIR_ATOMS), max_size=2))
def test_numbers_of_compared_fields_are_decided_together(condition: Condition, earlier: list[Condition]) -> None:
    fires = any(condition.evaluate(one) and not any(other.evaluate(one) for other in earlier) for one in PAIR_WORLD)
    assert can_fire(condition, earlier).fires is fires


@pytest.mark.parametrize(
    ("condition", "moments", "fires"),
    [
        ("deal.a > deal.b and deal.a = 2026-01-01 and deal.b = 2026-01-01", ["deal.a", "deal.b"], True),
        ("deal.a > deal.b and deal.a = 2026-01-01 and deal.b = 2026-01-01", [], False),
        ("deal.a > deal.b and deal.b > deal.c and deal.c > deal.a", ["deal.a"], False),
        ("deal.a is today and deal.a more than 3 days ago", [], False),
        ("deal.a > 2026-01-01 and deal.a < 2026-01-03 and deal.a is today", [], True),
        ("deal.a > 2026-01-01 and deal.a < 2026-01-02", [], False),
    ],
)
def test_days_that_cannot_be_are_found(condition: str, moments: list[str], fires: bool) -> None:
    assert can_fire(parse(condition), [], moments=moments).fires is fires


def test_two_moments_of_one_day_are_ordered_and_a_day_holds_both() -> None:
    record = {"deal.a": datetime(2026, 1, 1, 9, tzinfo=UTC), "deal.b": datetime(2026, 1, 1, 8), "deal.c": "2026-01-01"}

    assert parse("deal.a > deal.b and deal.a != deal.b and not deal.a > deal.c").evaluate(record)


@pytest.mark.parametrize(
    ("condition", "earlier", "fires"),
    [
        ("contact.t = Acme", ["contact.t is known"], False),
        ("contact.n > 100", ["contact.n >= 50"], False),
        ("contact.n > 100", ["contact.n >= 50 and contact.t = US"], True),
        ("contact.n >= 5", ["contact.n > 10", "contact.n <= 10"], False),
        ("contact.t ends with any of [.edu]", ["contact.t contains any of [.]"], False),
        ("contact.t starts with any of [a]", ["contact.t contains any of [b]"], True),
        ("contact.d >= 2026-01-02", ["contact.d > 2026-01-01"], False),
        ("contact.t = US and contact.t = UK", [], False),
        ("contact.t = us", ["contact.t is any of [US, UK]"], False),
    ],
)
def test_implied_conditions_are_found_and_others_are_not(condition: str, earlier: list[str], fires: bool) -> None:
    assert can_fire(parse(condition), [parse(text) for text in earlier]).fires is fires


def test_a_rule_for_all_never_fires_behind_another_one_for_all() -> None:
    assert can_fire(None, [None]).fires is False
    assert can_fire(None, [parse("contact.t is known")]).fires is True


def test_options_that_a_field_can_hold_decide() -> None:
    rest = [parse("contact.t = one"), parse("contact.t = two"), parse("contact.t is unknown")]
    assert can_fire(None, rest).fires is True
    assert can_fire(None, rest, {"contact.t": ("one", "two")}).fires is False


def test_too_many_records_are_not_decided() -> None:
    wide = [parse(" or ".join(f"contact.f{n} is any of [a, b, c, d, e, f, g, h]" for n in range(9)))]
    assert can_fire(wide[0], wide).fires is None
