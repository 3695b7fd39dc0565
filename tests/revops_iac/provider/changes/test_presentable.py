"""A live value reaches a plan in a form that cannot forge it or flood it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from revops_iac.provider.changes.presentable import LONGEST, as_planned, presentable

DANGEROUS = st.text(st.sampled_from("\x1b\r\x07\x9b\u202e\u2066\u200fab[2J\n\t"), max_size=40)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), DANGEROUS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(DANGEROUS, inner, max_size=3)),
    max_leaves=8,
)


def texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in texts(part)]
    return [text for part in value for text in texts(part)] if isinstance(value, list) else []


@given(VALUES)
def test_nothing_that_moves_the_cursor_or_turns_the_text_is_left(value: object) -> None:
    for text in texts(presentable(value)):
        assert not set(text) & set("\x1b\r\x07\x9b\u202e\u2066\u200f")


@given(VALUES)
def test_presentable_values_stay_as_they_are(value: object) -> None:
    once = presentable(value)
    assert presentable(once) == once


def test_long_text_is_cut_and_its_length_given() -> None:
    shown = presentable("x" * 1_000_000)
    assert shown == "x" * LONGEST + "… (1,000,000 characters)"


def test_declared_value_is_kept_whatever_it_holds() -> None:
    family = "\U0001f468\u200d\U0001f469"
    declared = {"label": "two\x1blines", "group": family}
    assert as_planned(declared, dict(declared)) == declared
    assert as_planned(declared, {"label": "\x1b[2J", "group": family}) == {"label": "\\x1b[2J", "group": family}
