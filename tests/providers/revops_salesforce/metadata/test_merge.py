"""Declared elements in a live document."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from revops_salesforce.metadata.merge import merge

NAMES = st.sampled_from(["a", "b", "c", "fullName", "label", "novelty"])
BODIES: st.SearchStrategy[dict[str, Any]] = st.recursive(
    st.dictionaries(NAMES, st.text(max_size=3) | st.booleans() | st.integers(0, 9), max_size=5),
    lambda inner: st.dictionaries(NAMES, inner | st.lists(inner, min_size=1, max_size=3), max_size=5),
    max_leaves=12,
)


@given(BODIES)
def test_declaring_what_is_there_changes_nothing(live: dict[str, Any]) -> None:
    merged = merge(live, live, {})
    assert merged == live
    assert list(merged) == list(live)


@given(BODIES, NAMES, st.text(min_size=1, max_size=3))
def test_one_declared_element_changes_and_the_rest_stays_in_its_order(
    live: dict[str, Any], name: str, value: str
) -> None:
    merged = merge(live, {name: value}, {}, "CustomField")
    assert merged == {**live, name: value}
    assert [key for key in merged if key != name] == [key for key in live if key != name]


def test_blank_text_adds_no_element_to_what_is_live() -> None:
    assert merge({"value": "A"}, {"value": "", "label": ""}, {}) == {"value": ""}
    assert merge({}, {"value": ""}, {}) == {"value": ""}


def test_entry_is_found_by_the_first_key_that_fits() -> None:
    keys = {"tile": [("title", "place.row"), ("title",), ("place.row",)]}
    live = {"tile": [{"title": "A", "place": {"row": 0}, "x": 1}, {"title": "B", "place": {"row": 1}, "x": 2}]}

    def placed(*tiles: tuple[str, int]) -> list[Any]:
        declared = [{"title": title, "place": {"row": row}} for title, row in tiles]
        return [one.get("x") for one in merge(live, {"tile": declared}, keys)["tile"]]

    assert placed(("A", 1), ("B", 0)) == [1, 2]  # swapped
    assert placed(("C", 0), ("B", 1)) == [1, 2]  # renamed
    assert placed(("D", 5), ("B", 3)) == [None, 2]  # a new one, and one that moved


def test_new_part_has_what_its_type_needs() -> None:
    fresh = {"grouping": {"order": "Asc"}, "period": {"interval": "ALL"}}
    live = {"grouping": [{"field": "A", "order": "Desc"}]}
    declared = {"grouping": [{"field": "A"}, {"field": "B"}], "period": {"field": "C"}}
    assert merge(live, declared, {"grouping": ("field",)}, fresh=fresh) == {
        "grouping": [{"field": "A", "order": "Desc"}, {"order": "Asc", "field": "B"}],
        "period": {"interval": "ALL", "field": "C"},
    }


def test_new_elements_take_their_place_in_the_type() -> None:
    live = {"fullName": "A", "label": "A", "novelty": "1", "type": "Text"}
    merged = merge(live, {"length": 80, "unique": True, "description": "x"}, {}, "CustomField")
    assert list(merged) == ["fullName", "description", "label", "novelty", "length", "type", "unique"]


def test_new_component_is_in_the_order_of_its_type() -> None:
    body = merge({}, {"type": "Text", "valueSet": {"restricted": True, "controllingField": "B"}}, {}, "CustomField")
    assert list(body) == ["type", "valueSet"]
    assert list(body["valueSet"]) == ["controllingField", "restricted"]


def test_entries_keep_what_nobody_declared_wherever_they_go() -> None:
    live = {"tiles": [{"row": 0, "color": "red"}, {"row": 1, "color": "blue", "filters": [{"x": 1, "y": 2}]}]}
    declared = {"tiles": [{"row": 1, "filters": [{"x": 3}]}, {"row": 0}, {"row": 2}]}
    assert merge(live, declared, {"tiles": ("row",)}) == {
        "tiles": [
            {"row": 1, "color": "blue", "filters": [{"x": 3, "y": 2}]},
            {"row": 0, "color": "red"},
            {"row": 2},
        ]
    }


def test_entries_that_look_the_same_are_matched_in_order() -> None:
    live = {"columns": [{"field": "A", "width": 1}, {"field": "A", "width": 2}]}
    declared = {"columns": [{"field": "A"}, {"field": "A"}, {"field": "A"}]}
    assert merge(live, declared, {"columns": ("field",)})["columns"] == [*live["columns"], {"field": "A"}]


def test_none_says_that_there_is_no_value_where_the_type_wants_that_said() -> None:
    live = {"alertText": "Stop", "actionOnInsert": "Allow", "description": {"@xsi:nil": "true"}}
    merged = merge(live, {"alertText": None, "actionOnInsert": None, "description": "x"}, {}, "DuplicateRule")
    assert merged == {"alertText": {"@xsi:nil": "true"}, "description": "x"}


def test_a_value_keeps_its_type() -> None:
    live = {"value": {"@xsi:type": "xsd:string", "#text": "a"}}
    assert merge(live, {"value": "b"}, {}) == {"value": {"@xsi:type": "xsd:string", "#text": "b"}}
