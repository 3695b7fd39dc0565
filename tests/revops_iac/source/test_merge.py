"""Files and overlays: merged by key, never by position."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from revops_iac.diagnostics import Position
from revops_iac.source.merge import merge_files, overlay
from revops_iac.source.yaml_tree import Node, parse
from tests.diagnostics import texts

HERE = Position("a.yaml", 1, 1)


def tree(text: str) -> Node:
    node, problems = parse(text, "a.yaml")
    assert node is not None
    assert problems == []
    return node


def overlaid(base: str, over: str) -> Any:
    merged, problems = overlay(tree(base), tree(over))
    assert problems == []
    return merged.plain()


def refused(base: str, over: str) -> list[str]:
    return texts(overlay(tree(base), tree(over))[1])


STAGES = "lifecycle: {stages: {lead: {label: Lead}, mql: {label: MQL, exit: x}, sql: {label: SQL}}}"


def test_overlay_replaces_by_key_and_keeps_the_order() -> None:
    merged = overlaid(STAGES, "lifecycle: {stages: {sql: {label: Sales}, lead: {exit: y}, won: {label: Won}}}")
    stages = merged["lifecycle"]["stages"]
    assert list(stages) == ["lead", "mql", "sql", "won"]
    assert stages["lead"] == {"label": "Lead", "exit": "y"}
    assert stages["sql"] == {"label": "Sales"}


def test_overlay_replaces_lists_whole() -> None:
    assert overlaid("people: {a: [1, 2, 3]}", "people: {a: [4]}") == {"people": {"a": [4]}}


def test_overlay_removes_an_entry() -> None:
    merged = overlaid(STAGES, "lifecycle: {stages: {mql: {remove: true}}}")
    assert list(merged["lifecycle"]["stages"]) == ["lead", "sql"]


def test_removing_what_was_never_there_is_refused() -> None:
    assert refused(STAGES, "lifecycle: {stages: {mlq: {remove: true}}}") == [
        "a.yaml:1:22  lifecycle, stage mlq: is removed, and was never there\n    fix: correct the key, or drop the line"
    ]


def test_removing_and_giving_more_is_refused() -> None:
    assert refused(STAGES, "lifecycle: {stages: {mql: {remove: true, label: M}}}") == [
        'a.yaml:1:28  lifecycle, stage mql: is removed and also given "label"\n    fix: keep one of the two'
    ]


def test_remove_that_is_not_true_is_refused() -> None:
    assert refused(STAGES, "lifecycle: {stages: {mql: {remove: yes}}}") == [
        "a.yaml:1:36  lifecycle, stage mql: remove must be true\n    fix: write remove: true, or leave it out"
    ]


def test_remove_inside_the_inputs_of_a_raw_resource_is_only_a_word() -> None:
    merged = overlaid("hubspot: {Flow: {a: {b: {c: 1}}}}", "hubspot: {Flow: {a: {b: {remove: true}}}}")
    assert merged == {"hubspot": {"Flow": {"a": {"b": {"c": 1, "remove": True}}}}}
    assert overlaid("hubspot: {Flow: {a: {}}}", "hubspot: {Flow: {a: {remove: true}}}") == {"hubspot": {"Flow": {}}}


def test_files_with_different_keys_are_merged_at_any_depth() -> None:
    merged, problems = merge_files([tree("people: {a: {b: 1}}"), tree("people: {a: {c: 2}, d: 3}\nx: 1")])
    assert problems == []
    assert merged.plain() == {"people": {"a": {"b": 1, "c": 2}, "d": 3}, "x": 1}


def wrapped(value: Any) -> Node:
    """Plain data as a tree."""
    content = {key: wrapped(child) for key, child in value.items()} if isinstance(value, dict) else value
    return Node(content, HERE, HERE)


KEYS = st.sampled_from(["a", "b", "c", "d"])
TREES = st.recursive(
    st.integers() | st.booleans(), lambda below: st.dictionaries(KEYS, below, max_size=4), max_leaves=12
).filter(lambda value: isinstance(value, dict))


@given(TREES)
def test_overlay_with_nothing_changes_nothing(base: dict[str, Any]) -> None:
    assert overlay(wrapped(base), wrapped({}))[0].plain() == base


@given(TREES, TREES)
def test_overlay_applied_twice_is_as_once(base: dict[str, Any], over: dict[str, Any]) -> None:
    once = overlay(wrapped(base), wrapped(over))[0]
    assert overlay(once, wrapped(over))[0].plain() == once.plain()


@given(TREES, TREES)
def test_overlay_never_reorders_the_base(base: dict[str, Any], over: dict[str, Any]) -> None:
    merged = overlay(wrapped(base), wrapped(over))[0].plain()
    assert list(merged)[: len(base)] == list(base)
    assert set(merged) == set(base) | set(over)


@given(TREES, TREES)
def test_order_of_files_does_not_matter_where_they_do_not_clash(one: dict[str, Any], two: dict[str, Any]) -> None:
    forth, clashes = merge_files([wrapped(one), wrapped(two)])
    back, _ = merge_files([wrapped(two), wrapped(one)])
    if not clashes:
        assert forth.plain() == back.plain()
