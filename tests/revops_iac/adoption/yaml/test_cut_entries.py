"""Entries are taken out of files without touching another line."""

from __future__ import annotations

from textwrap import dedent

import pytest

from revops_iac.adoption.yaml.cut_entries import EMPTY, CannotCut, without

TEXT = dedent(
    """\
    # About the file
    hubspot:
      Pipeline:
        # About a
        deals.a:
          label: A  # short
          stages:
            # inside
            - {id: x, label: X}
        # About b

        deals.b: {label: B}
      # About lists
      List:
        Mine: {label: M}
    """
)


def test_entry_goes_with_its_comments_and_the_rest_stays():
    cut = without(TEXT, "hubspot", "Pipeline", ["deals.a"])
    assert cut.comments == {"deals.a": ("# About a", "# inside")}
    assert cut.text == (
        "# About the file\nhubspot:\n  Pipeline:\n    # About b\n\n    deals.b: {label: B}\n"
        "  # About lists\n  List:\n    Mine: {label: M}\n"
    )


def test_sections_that_are_empty_go_too():
    assert without(TEXT, "hubspot", "Pipeline", ["deals.a", "deals.b"]).text == (
        "# About the file\nhubspot:\n    # About b\n\n  # About lists\n  List:\n    Mine: {label: M}\n"
    )
    assert without("hubspot:\n  List:\n    Mine:\n      label: M\n", "hubspot", "List", ["Mine"]).text == EMPTY


def test_entry_within_a_line_is_not_cut():
    with pytest.raises(CannotCut, match="is not on lines of its own"):
        without("hubspot: {List: {Mine: {label: M}, Other: {label: O}}}\n", "hubspot", "List", ["Mine"])
