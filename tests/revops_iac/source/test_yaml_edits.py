"""Edits of single entries: the rest of the text stays as it is, and what is left reads as meant."""

from __future__ import annotations

import pytest
import yaml

from revops_iac.model.references import Path
from revops_iac.source.yaml_edits import YamlText


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a:\n  b: 1  # one\n  # two\n  c: 2\n", ("a", "b"), "a:\n  # two\n  c: 2\n"),
        ("a: {b: 1, c: [x, y]} # all\n", ("a", "c"), "a: {b: 1} # all\n"),
        ("a: {b: 1, c: [x, y]}\n", ("a", "b"), "a: {c: [x, y]}\n"),
        ("a:\n- x\n- y # why\n", ("a", 0), "a:\n- y # why\n"),
        ("a:\n  - b: 1\n    c: 2\n", ("a", 0, "b"), "a:\n  - c: 2\n"),
        ("a:\n  - b: 1\n  - b: 2\n", ("a", 0, "b"), "a:\n  - b: 2\n"),
        ("a:\n  b: {c: 1}\nd: 1\n", ("a", "b", "c"), "d: 1\n"),
        ("a:\n  b: |\n    text\n    more\n  c: 1", ("a", "b"), "a:\n  c: 1"),
        ("a: [x,\n    y, z]\n", ("a", 2), "a: [x,\n    y]\n"),
    ],
)
def test_an_entry_goes_and_all_else_stays(before: str, path: Path, after: str) -> None:
    text = YamlText(before)
    text.remove(path)
    assert text.edited() == after
    assert yaml.safe_load(after) is not None


def test_values_change_in_their_own_quotes_and_as_whole_words() -> None:
    text = YamlText("a: 'tom'\nb: \"x = tom or tomcat\" # tom\r\nc: tom\n")
    for key in "abc":
        text.replace((key,), "tom", "ann")
    assert text.edited() == "a: 'ann'\nb: \"x = ann or tomcat\" # tom\r\nc: ann\n"


def test_what_stands_in_something_removed_goes_with_it() -> None:
    text = YamlText("a: {b: tom}\nc: tom\n")
    text.replace(("a", "b"), "tom", "ann")
    text.remove(("a",))
    text.replace(("c",), "tom", "ann")
    assert text.edited() == "c: ann\n"
