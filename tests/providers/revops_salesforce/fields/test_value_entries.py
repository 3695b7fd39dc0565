"""Picklist values, owned value by value."""

from __future__ import annotations

from typing import Any

from revops_salesforce.fields import value_entries


def vendor(name: str, **more: Any) -> dict[str, Any]:
    return {"fullName": name, "label": name, "default": False, **more}


def names(values: list[dict[str, Any]]) -> list[str]:
    return [value["fullName"] for value in values]


HELD = [vendor("Open", default=True), vendor("Theirs"), vendor("Closed")]


def test_values_of_others_stay_where_they_are() -> None:
    merged = value_entries.merge(HELD, [{"name": "Open", "label": "Open"}, {"name": "Won", "label": "Won"}], [])
    assert names(merged) == ["Open", "Won", "Theirs", "Closed"]
    assert merged[2] == HELD[1]


def test_our_values_take_the_order_of_the_model() -> None:
    merged = value_entries.merge(HELD, [{"name": "Closed", "label": "C"}, {"name": "Open", "label": "O"}], [])
    assert names(merged) == ["Closed", "Theirs", "Open"]


def test_all_new_values_come_last() -> None:
    assert names(value_entries.merge(HELD, [{"name": "New", "label": "New"}], [])) == [
        "Open",
        "Theirs",
        "Closed",
        "New",
    ]


def test_deactivating_needs_its_name() -> None:
    merged = value_entries.merge(HELD, [{"name": "Open", "label": "Open"}], ["Theirs"])
    assert [value.get("isActive", True) for value in merged] == [True, False, True]


def test_our_default_takes_the_place_of_theirs() -> None:
    merged = value_entries.merge(HELD, [{"name": "Closed", "label": "Closed", "default": True}], [])
    assert [value["default"] for value in merged] == [False, False, True]


def test_default_that_the_model_does_not_mention_stays() -> None:
    merged = value_entries.merge(HELD, [{"name": "Open", "label": "Start"}], [])
    assert merged[0] == {**HELD[0], "label": "Start"}


def test_missing_value_contradicts_nothing_but_another_label_does() -> None:
    live = [value_entries.from_vendor(value) for value in HELD]
    assert not value_entries.contradicts(live, [{"name": "New", "label": "New"}])
    assert value_entries.contradicts(live, [{"name": "Open", "label": "Start"}])


def test_value_that_an_earlier_destroy_deactivated_is_taken_up_again() -> None:
    live = [value_entries.from_vendor(vendor("Ours", isActive=False))]
    assert not value_entries.contradicts(live, [{"name": "Ours", "label": "Ours, renamed", "is_active": True}])


def test_restoring_takes_away_ours_and_restores_theirs() -> None:
    earlier = [value_entries.from_vendor(value) for value in HELD]
    now = value_entries.merge(
        [*HELD, vendor("Later")],
        [{"name": "Open", "label": "Start"}, {"name": "Won", "label": "Won", "default": True}],
        ["Theirs"],
    )
    back = value_entries.restore_original(now, earlier, ["Open", "Won", "Theirs"])
    assert names(back) == ["Open", "Theirs", "Closed", "Later"]
    assert back[0]["label"] == "Open"
    assert back[0]["default"] is True
    assert back[1]["isActive"] is True
