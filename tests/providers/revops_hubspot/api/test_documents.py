"""Declared values inside a live document: they hold, and everything else is as it was."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from revops_hubspot.api.documents import cut_entries, merged, merged_entries

KEYS = st.sampled_from(["label", "value", "metadata", "portalOnly", "hidden"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=5)
ENTRIES = st.lists(st.builds(lambda rest, name: {**rest, "value": name}, DOCUMENTS, st.sampled_from("abc")), max_size=4)


@given(DOCUMENTS, DOCUMENTS)
def test_what_is_not_declared_stays(live: dict[str, Any], declared: dict[str, Any]) -> None:
    made = merged(live, declared)
    for key in live.keys() - declared.keys():
        assert made[key] == live[key]
    for key, value in declared.items():
        assert value is not None or key not in made
        assert isinstance(value, dict) or value is None or made[key] == value


@given(DOCUMENTS, DOCUMENTS)
def test_merging_twice_changes_nothing_more(live: dict[str, Any], declared: dict[str, Any]) -> None:
    once = merged(live, declared)
    assert merged(once, declared) == once


@given(ENTRIES, ENTRIES)
def test_declared_entries_decide_which_there_are_and_keep_what_live_ones_hold(
    live: list[dict[str, Any]], declared: list[dict[str, Any]]
) -> None:
    made = merged_entries(live, declared, "value")
    assert [entry["value"] for entry in made] == [entry["value"] for entry in declared]
    for value in {entry["value"] for entry in live}:
        there = [entry for entry in live if entry["value"] == value]
        mine = [(entry, one) for entry, one in zip(made, declared, strict=True) if one["value"] == value]
        for (entry, one), before in zip(mine, there, strict=False):
            assert {key: entry[key] for key in before.keys() - one.keys()} == {
                key: before[key] for key in before.keys() - one.keys()
            }


@given(ENTRIES, ENTRIES)
def test_live_entries_are_cut_to_what_is_declared_of_them(
    live: list[dict[str, Any]], declared: list[dict[str, Any]]
) -> None:
    cut = cut_entries(live, declared, "value")
    assert [entry["value"] for entry in cut] == [entry["value"] for entry in live]
    assert all(entry.items() <= whole.items() for entry, whole in zip(cut, live, strict=True))
