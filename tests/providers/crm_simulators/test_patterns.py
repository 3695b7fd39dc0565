"""Patterns of paths: what they match, what they refuse, and that none takes long."""

from __future__ import annotations

import re
import time

import pytest
from crm_simulators.patterns import Pattern
from hypothesis import given
from hypothesis import strategies as st

ALTERNATIVES = st.builds(
    "{}{}{}".format, st.sampled_from(["", "^"]), st.text("ab*", max_size=6), st.sampled_from(["", "$"])
)
PATTERNS = st.lists(ALTERNATIVES, min_size=1).map("|".join)


def as_regular_expression(pattern: str) -> str:
    meanings = {"*": ".*", "$": r"\Z", "^": "^", "|": "|"}
    return "".join(meanings.get(character, re.escape(character)) for character in pattern)


@given(PATTERNS, st.text("ab", max_size=9))
def test_a_pattern_matches_what_its_regular_expression_does(pattern: str, text: str) -> None:
    assert Pattern(pattern).search(text) == bool(re.search(as_regular_expression(pattern), text))


@pytest.mark.parametrize("text", ["(a+)+$", "a.*b", "a?", r"\d", "[a-z]", "{2}", "x" * 1001])
def test_other_pattern_languages_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r'^it may hold "\|" between alternatives'):
        Pattern(text)


def test_the_worst_pattern_on_a_long_path_takes_no_time() -> None:
    started = time.perf_counter()
    assert not Pattern("a*" * 400 + "b").search("a" * 60_000)
    assert time.perf_counter() - started < 1
