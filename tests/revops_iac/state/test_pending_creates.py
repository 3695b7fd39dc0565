"""The journal keeps a creation from its first call until a state holds it."""

from __future__ import annotations

from pathlib import Path

from revops_iac.state.pending_creates import Journal


def test_entry_is_open_between_begin_and_end(tmp_path: Path) -> None:
    journal = Journal("hubspot", "dev", tmp_path)
    assert not journal.began("Workflow", "Stale deal")
    journal.begin("Workflow", "Stale deal")
    assert Journal("hubspot", "dev", tmp_path).began("Workflow", "Stale deal")
    assert not Journal("salesforce", "dev", tmp_path).began("Workflow", "Stale deal")
    journal.end("Workflow", "Stale deal")
    assert not journal.began("Workflow", "Stale deal")


def test_ending_what_never_began_is_harmless(tmp_path: Path) -> None:
    Journal("hubspot", "dev", tmp_path).end("Workflow", "Stale deal")
    assert list(tmp_path.iterdir()) == []
