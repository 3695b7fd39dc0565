"""Differences are reported with their path, and only those that exist."""

from __future__ import annotations

from typing import Any

import pytest

from revops_iac.provider.changes.differences import before_and_after, describe


@pytest.mark.parametrize(
    ("live", "declared", "message"),
    [
        ("Fit", "Fit score", 'x is "Fit", the model says "Fit score"'),
        (None, 3, "x is nothing, the model says 3"),
        ([1, 2], [1, 3], "x[1] is 2, the model says 3"),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, "x.a.b is 1, the model says 2"),
        ([{"v": "a"}], [{"v": "a"}, {"v": "b"}], "x[1] is nothing, the model says {v: b}"),
        (True, False, "x is true, the model says false"),
        ([], {}, "x is [], the model says {}"),
    ],
)
def test_difference_is_said_with_its_path(live: Any, declared: Any, message: str) -> None:
    assert describe("x", live, declared) == message


def test_long_values_are_cut() -> None:
    assert describe("x", "a" * 300, "b").startswith('x is "' + "a" * 118 + "…, the model")


def test_long_values_are_never_cut_before_their_difference() -> None:
    same = "email is known and " * 20
    assert describe("x", f"{same}a = 1", f"{same}a = 2") == (
        'x is …il is known and email is known and a = 1", the model says …il is known and email is known and a = 2"'
    )


def test_only_the_first_differences_are_listed() -> None:
    assert describe("x", [0] * 10, [1] * 10).endswith("; and 4 more")


def test_entries_of_a_list_are_compared_by_what_they_are_called() -> None:
    live = [{"value": "OPEN", "label": "Open"}, {"value": "NEW", "label": "New"}, {"value": "OLD", "label": "Old"}]
    declared = [{"value": "NEW", "label": "New"}, {"value": "OPEN", "label": "Offen"}, {"value": "X", "label": "X"}]
    assert describe("x", live, declared).split("; ") == [
        'x[OPEN].label is "Open", the model says "Offen"',
        "x[OLD] is {value: OLD, label: Old}, the model says nothing",
        "x[X] is nothing, the model says {value: X, label: X}",
        'the order of x is "OPEN, NEW", the model says "NEW, OPEN"',
    ]


def test_entries_of_one_name_are_compared_by_position() -> None:
    live, declared = [{"label": "A"}, {"label": "A"}], [{"label": "A"}, {"label": "B"}]
    assert describe("x", live, declared) == 'x[1].label is "A", the model says "B"'


def test_several_entries_that_only_one_side_has_are_one_list_of_names() -> None:
    live = [{"value": "OLD", "label": "Old"}, {"value": "A", "label": "A"}, {"value": "OLDER", "label": "Older"}]
    declared = [{"value": "A", "label": "Alpha"}, *({"value": f"N{at}", "label": f"New {at}"} for at in range(8))]
    assert before_and_after("x", live, declared).split("; ") == [
        'x[A].label: "A" -> "Alpha"',
        "x: removes Old, Older",
        "x: adds New 0, New 1, New 2, New 3, New 4, New 5, and 2 more",
    ]
    assert describe("x", live[1:], declared[:1]) == 'x[A].label is "A", the model says "Alpha"; ' + (
        "x[OLDER] is {value: OLDER, label: Older}, the model says nothing"
    )
    assert describe("x", live, []) == "x also has Old, A, Older"


def test_entries_without_a_name_are_shown_in_their_order() -> None:
    mappings = [{"field": f"Lead.F{at}", "to": f"Contact.F{at}"} for at in range(12)]
    assert before_and_after("mappings", mappings[:10], mappings) == (
        "mappings: adds {field: Lead.F10, to: Contact.F10}, {field: Lead.F11, to: Contact.F11}"
    )
    assert before_and_after("x", [0] * 12, [1] * 12).startswith("x[0]: 0 -> 1; x[1]: 0 -> 1; x[2]")
