"""The generated pages are checked in and as the code says."""

from __future__ import annotations

from tools.pages import PAGES, stale


def test_no_page_is_stale() -> None:
    assert list(stale()) == [], "run script/docs"


def test_pages_show_every_kind_with_what_delete_does() -> None:
    page = PAGES["kinds.md"]()
    assert "pulumi-python:dynamic/hubspot:Property`" in page
    assert page.count("- delete: ") == page.count("### ")
