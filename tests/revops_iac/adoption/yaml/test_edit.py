"""Edits of YAML: the meaning is what was asked for, and every comment stays."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from revops_iac.adoption.yaml.edit import CannotEdit, New, arranged, renamed, with_value, without
from revops_iac.source.yaml_tree import parse
from tests.examples_per_test import examples
from tests.revops_iac.adoption.yaml.test_files import TEXTS

MODEL = """\
# who owns this: RevOps
hubspot:
  # properties that sales asked for
  Property:
    contacts.tier: # the tier
      object: contacts
      name: tier
      label: Tier   # shown on the card
      description: |
        Two lines
        of text.
      options:
        # in this order
        - {value: a, label: A}  # best
        - value: b
          label: "B"
      hidden: false
    contacts.other: {object: contacts, name: other, label: 'Other'} # short form
salesforce: {}
# the end
"""
COMMENTS = re.findall(r"#.*", MODEL)
ENTRY = ("hubspot", "Property", "contacts.tier")
SHORT = ("hubspot", "Property", "contacts.other")
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(TEXTS, st.integers(), st.booleans()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text("abc", min_size=1), inner, max_size=3)
    ),
    max_leaves=5,
)
PLACES = st.sampled_from(
    [
        (*ENTRY, "label"),
        (*ENTRY, "description"),
        (*ENTRY, "options"),
        (*ENTRY, "options", 0, "label"),
        (*ENTRY, "options", 1, "label"),
        (*ENTRY, "options", 1, "new"),
        (*ENTRY, "hidden"),
        (*ENTRY, "group_name"),
        (*SHORT, "label"),
        (*SHORT, "type"),
    ]
)


def plain(text: str) -> Any:
    node, problems = parse(text, "")
    assert not problems
    return node.plain() if node is not None else None


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    changed = copy.deepcopy(value)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = new
    return changed


@examples(60)
@given(path=PLACES, value=VALUES)
@example(path=("hubspot", "Property", "contacts.other", "label"), value=["1e3"])
def test_one_value_changes_and_comments_outside_it_stay(path: tuple[Any, ...], value: Any):
    try:
        edited = with_value(MODEL, path, value)
    except CannotEdit:
        pytest.fail("every value can be written")
    assert plain(edited) == put(plain(MODEL), path, value)
    inside = {"# in this order", "# best"} if path[-1] == "options" else set()
    assert [one for one in COMMENTS if one not in edited and one not in inside] == []


@pytest.mark.parametrize("path", [ENTRY, SHORT, (*ENTRY, "options", 1), (*ENTRY, "description"), (*SHORT, "label")])
def test_one_entry_goes_and_nothing_else(path: tuple[Any, ...]):
    expected = plain(MODEL)
    inner = expected
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    edited = without(MODEL, path)
    assert plain(edited) == expected
    assert "# who owns this: RevOps" in edited
    assert "# the end" in edited


def test_the_last_entry_of_a_section_leaves_an_empty_one():
    assert without("hubspot:\n  List:\n    A: {name: A}\n", ("hubspot", "List", "A")) == "hubspot:\n  List: {}\n"


def test_what_is_not_there_cannot_be_edited():
    with pytest.raises(CannotEdit, match='there is no "gone"'):
        with_value(MODEL, ("hubspot", "gone", "label"), "x")


@pytest.mark.parametrize("text", ["a:\n  # first\n  - x # why\n  # end\n", "a: [x]\n", "a:\n- x\nb: 1\n"])
def test_an_item_is_added_at_the_end_of_a_list(text: str):
    edited = with_value(text, ["a", 1], "y")
    assert plain(edited)["a"] == ["x", "y"]
    assert [one for one in re.findall(r"#.*", text) if one not in edited] == []


def test_a_key_is_renamed_in_its_place():
    edited = renamed(MODEL, ENTRY, "no")
    assert list(plain(edited)["hubspot"]["Property"]) == ["no", "contacts.other"]
    assert [one for one in COMMENTS if one not in edited] == []
    with pytest.raises(CannotEdit, match="already"):
        renamed(MODEL, ENTRY, "contacts.other")


LISTS = {
    "block": ("a:\n  # all of them\n{}\n  # the end\nb: 1 # last\n", "  # about {0}\n  - {0} # why {0}", "\n"),
    "not indented": ("a:\n{}\nb: 1\n", "# about {0}\n- {0} # why {0}", "\n"),
    "mappings": ("a:\n{}\nb: 1\n", "  # about {0}\n  - name: {0} # why {0}\n    # its size\n    size: 1", "\n"),
    "keys": ("a:\n{}\nb: 1\n", "  # about {0}\n  {0}: 1 # why {0}", "\n"),
    "flow": ("a: [{}] # why\nb: 1\n", "{0}", ", "),
    "flow keys": ("a: {{{}}} # why\nb: 1\n", "{0}: {0}", ", "),
}


@pytest.mark.parametrize("form", LISTS)
@examples(20)
@given(names=st.permutations("uvwxy"), order=st.permutations(range(8)), new=st.integers(0, 2))
def test_entries_move_come_and_go_with_their_comments(form: str, names: list[str], order: list[int], new: int):
    around, entry, between = LISTS[form]
    text = around.format(between.join(entry.format(name) for name in names))
    before = plain(text)["a"]
    is_mapping = isinstance(before, dict)
    kept = [at for at in order if at < 4]
    entries: list[Any] = [names[at] if is_mapping else at for at in kept]
    made = [New({"n": at}, f"n{at}" if is_mapping else "") for at in range(new)]
    edited = arranged(text, ["a"], [*entries, *made])
    after = plain(edited)["a"]
    there = [*(before.items() if is_mapping else before)]
    added = [(one.key, one.value) if is_mapping else one.value for one in made]
    assert [*(after.items() if is_mapping else after)] == [*(there[at] for at in kept), *added]
    assert plain(edited)["b"] == 1
    gone = {f"# why {names[4]}"}
    assert [one for one in re.findall(r"#.*", text) if one not in edited and one not in gone] == []
    for at in kept:
        if f"# about {names[at]}" in text and at != 0:
            assert f"{entry.format(names[at])}\n" in edited


def test_entries_that_cannot_move_are_left_with_the_reason():
    with pytest.raises(CannotEdit, match="there are comments between its entries"):
        arranged("a: [x, # why\n  y]\n", ["a"], [1])
    with pytest.raises(CannotEdit, match="its first entry shares a line"):
        arranged("a:\n  - x: 1\n    y: 2\n", ["a", 0], ["y", "x"])
