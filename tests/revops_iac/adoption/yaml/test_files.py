"""The files of an adoption: read back as they were meant, added to at their end, and never a person's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from revops_iac.adoption.yaml.files import HEADER, UNLIMITED, _Dumper, dump, edit, put, render
from revops_iac.source.yaml_tree import parse
from tests.examples_per_test import examples

MISREAD = ["no", "on", "1e3", "0x1F", "~", "null", "true", "12:30", "2026-01-01", "=", "- a", "a: b", "#a", " a ", ""]
ODD = [
    "🙂",
    "שלום",
    "a\nb\n",
    "a \n b",
    "tab\there",
    "\u200f",
    "{secret: X}",
    "'",
    '"',
    "|",
    "&a",
    "*a",
    "!a",
    "%a",
    "\x85",
    "a\u2028b",
    "a\r\nb",
    "\ufeff",
    "\x07",
]
TEXTS = st.one_of(
    st.sampled_from([*MISREAD, *ODD]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(TEXTS, st.integers(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)


def read(text: str) -> Any:
    node, problems = parse(text, "adopted.yaml")
    assert problems == []
    return node.plain() if node is not None else None


@examples(200)
@given(entries=st.dictionaries(TEXTS, st.dictionaries(TEXTS, VALUES, max_size=4), min_size=1, max_size=4))
def test_entries_read_back_as_they_are(entries: dict[str, dict[str, Any]]):
    assert read(render("hubspot", "Property", entries)) == {"hubspot": {"Property": entries}}


@examples(60)
@given(content=VALUES)
def test_content_is_spelled_as_pyyaml_spells_it(content: Any):
    known = yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=UNLIMITED)
    assert dump(content) == known


@pytest.mark.parametrize("text", [*MISREAD, *ODD])
def test_text_that_yaml_would_misread_stays_a_text(text: str):
    assert read(render("hubspot", "Property", {text: {"label": text}}))["hubspot"]["Property"] == {
        text: {"label": text}
    }


def test_emoji_and_right_to_left_text_can_be_read_in_the_file():
    text = render("hubspot", "Property", {"contacts.mood": {"label": "🙂 שלום"}})
    assert text == f"{HEADER}hubspot:\n  Property:\n    contacts.mood:\n      label: 🙂 שלום\n"


def test_new_entries_come_after_those_of_before_with_what_a_person_changed(tmp_path: Path):
    first = edit(tmp_path, "hubspot", "Property", {"contacts.a": {"label": "A"}})
    first.write()
    put(first.path, first.after.replace("label: A", "label: Mine  # renamed"))
    second = edit(tmp_path, "hubspot", "Property", {"contacts.b": {"label": "B"}})
    assert second.path == first.path
    assert "label: Mine  # renamed\n" in second.after
    assert list(read(second.after)["hubspot"]["Property"]) == ["contacts.a", "contacts.b"]


@pytest.mark.parametrize(
    "mine",
    [
        "# My own file\nhubspot: {Property: {contacts.a: {label: A}}}\n",
        f"{HEADER}hubspot: {{Property: {{contacts.a: {{label: A}}}}}}\n",
        f"{HEADER}hubspot:\n  Property:\n    contacts.a: {{label: A}}\n  List: {{}}\n",
        f"{HEADER}broken: [\n",
    ],
)
def test_file_that_cannot_be_added_to_is_left_alone(tmp_path: Path, mine: str):
    path = tmp_path / "model" / "adopted" / "hubspot" / "property.yaml"
    put(path, mine)
    made = edit(tmp_path, "hubspot", "Property", {"contacts.b": {"label": "B"}})
    made.write()
    assert made.path.name == "property_2.yaml"
    assert path.read_text(encoding="utf-8") == mine
