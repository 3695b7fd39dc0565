"""The ignore lists of drift: patterns per resource type, checked, and added to without losing a comment."""

from __future__ import annotations

from pathlib import Path

import pytest

from revops_iac.adoption.drift_ignore import FILE, load_ignored, with_names
from revops_iac.errors import DiagnosticsError

TEXT = """\
hubspot:
  Property:
    - contacts.old_* # until the clean-up
  "*": ["*test*"]
"""


def ignored(folder: Path, text: str = TEXT) -> Path:
    (folder / FILE).write_text(text, encoding="utf-8")
    return folder


def test_names_fit_patterns_of_their_type_and_of_any(tmp_path: Path):
    found = load_ignored(ignored(tmp_path))
    assert found.covers("hubspot", "Property", "contacts.old_score")
    assert found.covers("hubspot", "List", "my test list")
    assert not found.covers("hubspot", "Property", "deals.old_score")
    assert not found.covers("salesforce", "CustomField", "contacts.old_score")


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        ("crm: {}\n", '"crm" is not an installed system', "hubspot"),
        ("hubspot: {Propery: [a]}\n", '"Propery" is not a resource type of hubspot', "Property"),
        ("hubspot: {Property: a}\n", "hubspot.Property must be a list of names", "- contacts.old_*"),
        ("- a\n", "the file must be a mapping", "hubspot"),
    ],
)
def test_a_file_of_another_form_is_refused_with_its_place(tmp_path: Path, text: str, message: str, fix: str):
    with pytest.raises(DiagnosticsError) as refused:
        load_ignored(ignored(tmp_path, text))
    (found,) = refused.value.diagnostics
    assert (message in found.message, fix in found.fix, found.location is not None) == (True, True, True)


def test_names_are_added_and_comments_stay(tmp_path: Path):
    names = [("hubspot", "Property", "contacts.new"), ("hubspot", "List", "All [EU]"), ("salesforce", "Queue", "A*")]
    for _ in range(2):
        edit = with_names(ignored(tmp_path), names)
        edit.write()
        assert "# until the clean-up" in edit.after
        found = load_ignored(tmp_path)
        assert all(found.covers(*name) for name in names)
        assert not found.covers("salesforce", "Queue", "AB")


def test_the_first_names_make_the_file(tmp_path: Path):
    edit = with_names(tmp_path, [("hubspot", "List", "A"), ("hubspot", "List", "B")])
    assert edit.before is None
    assert edit.after.endswith("hubspot:\n  List:\n    - A\n    - B\n")
