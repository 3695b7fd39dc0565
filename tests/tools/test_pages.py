"""The generated pages are checked in and as the code says."""

from __future__ import annotations

from tools.pages import PAGES, stale


def test_no_page_is_stale() -> None:
    assert list(stale()) == [], "run script/docs"


def test_pages_show_every_kind_with_what_delete_does() -> None:
    page = PAGES["kinds.md"]()
    assert "pulumi-python:dynamic/hubspot:Property`" in page
    assert page.count("- delete: ") == page.count("### ") == page.count("```yaml")
    assert "| `processing_type` |  | One of `DYNAMIC`, `MANUAL`, `SNAPSHOT`. |" in page
    assert "  List:\n    Contacts without a job title:\n      object: contacts\n" in page


def test_pages_of_calls_and_probes_are_among_those_that_are_checked() -> None:
    calls, probes = PAGES["api.md"](), PAGES["probes.md"]()
    assert "| `PUT /automation/v4/flows/{flow}` | `/automation/2026-09-beta/flows/{flow}` | Workflow" in calls
    assert "| Metadata API | `createMetadata CustomField` | CustomField" in calls
    assert "not simulated" not in calls
    assert "### hubspot.deleted_list_holds_name" in probes
    assert "- `true`: the second list is refused with 400" in probes


def test_page_of_the_model_shows_what_each_key_takes() -> None:
    page = PAGES["model-reference.md"]()
    assert "| `escalates_to` |  | `manager`, `accountable` |" in page
    assert "| `sla` |  | map: key → length of time | What must happen -> within which time. |" in page
    assert "| `persons` |  | map: key → [person](#people-person) | The people by key. |" in page
    assert "| `was` |" not in page
