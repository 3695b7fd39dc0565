"""Stage-level writes, planned."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from revops_hubspot.pipelines.stage_plan import final_order, plan_stages


def live(*ids: str) -> list[dict[str, Any]]:
    return [{"id": name, "label": name.upper(), "display_order": at} for at, name in enumerate(ids)]


def desired(*ids: str) -> list[dict[str, Any]]:
    return [{"id": name, "label": name.upper()} for name in ids]


def calls(steps: Sequence[Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(step.method, step.id, dict(step.values)) for step in steps]


def test_same_stages_need_no_call() -> None:
    assert plan_stages(live("a", "b"), desired("a", "b"), ()) == []


def test_stage_at_the_end_takes_the_next_free_slot() -> None:
    assert calls(plan_stages(live("a", "b"), desired("a", "b", "c"), ())) == [
        ("POST", "c", {"id": "c", "label": "C", "display_order": 2})
    ]


def test_stage_in_the_middle_moves_all_to_free_slots() -> None:
    assert [
        (method, name, values["display_order"])
        for method, name, values in calls(plan_stages(live("a", "b"), desired("a", "x", "b"), ()))
    ] == [("PATCH", "a", 2), ("POST", "x", 3), ("PATCH", "b", 4)]


def test_changed_label_is_one_patch_of_that_stage() -> None:
    steps = plan_stages(live("a", "b"), [{"id": "a", "label": "Other"}, *desired("b")], ())
    assert calls(steps) == [("PATCH", "a", {"label": "Other"})]


def test_swapped_labels_pass_through_a_third_name() -> None:
    steps = plan_stages(live("a", "b"), [{"id": "a", "label": "B"}, {"id": "b", "label": "A"}], ())
    assert calls(steps)[:2] == [("PATCH", "a", {"label": "A (a)"}), ("PATCH", "b", {"label": "B (b)"})]


def test_removal_comes_first_unless_nothing_would_be_left() -> None:
    assert [s.method for s in plan_stages(live("a", "b"), desired("a", "c"), {"b"})] == ["DELETE", "POST"]
    assert [s.method for s in plan_stages(live("a"), desired("c"), {"a"})] == ["POST", "DELETE"]


def test_last_closed_ticket_stage_is_removed_after_the_new_one_exists() -> None:
    now = [{**stage, "state": state} for stage, state in zip(live("a", "b"), ("OPEN", "CLOSED"), strict=True)]
    steps = plan_stages(now, [{"id": "a", "label": "A"}, {"id": "c", "label": "C", "state": "CLOSED"}], {"b"})
    assert [step.method for step in steps] == ["POST", "DELETE"]


ids = st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=1)


@given(ids, ids, st.sets(st.sampled_from("abcdefgh")))
def test_declared_order_holds_and_stages_of_others_stay(
    current: list[str], declared: list[str], removed: Collection[str]
) -> None:
    gone = set(removed) - set(declared)
    order = final_order(current, declared, gone)
    assert [name for name in order if name in declared] == declared
    assert set(order) == (set(current) - gone) | set(declared)
