"""Whether a condition can still fire behind others agrees with trying every record of a small world."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revops_iac.model.condition import And, Condition, Not, Or, parse
from revops_iac.model.implication import can_fire

NUMBERS = [None, *(half / 2 for half in range(-4, 14))]
TEXTS = [None, "ab", "ac", "bc", "abc", "cab", "b", "other", "ab b", "ac b bc"]
FLAGS = [None, True, False]
ATOMS = st.one_of(
    st.builds("contact.n {} {}".format, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), st.integers(0, 4)),
    st.builds(
        "contact.t {} [{}]".format,
        st.sampled_from(["is any of", "is none of", "starts with any of", "ends with any of", "contains any of"]),
        st.sampled_from(["ab", "b", "ac, bc", "abc"]),
    ),
    st.sampled_from(["contact.n is known", "contact.t is unknown", "contact.f is true", "contact.f is false"]),
).map(parse)
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=5,
)
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
