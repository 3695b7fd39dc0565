"""The file keeps a creation from its first call until a state holds it."""

from __future__ import annotations

from pathlib import Path

from revops_iac.state.pending_creates import PendingCreateFiles


def test_entry_is_open_between_begin_and_end(tmp_path: Path) -> None:
    pending = PendingCreateFiles("hubspot", "dev", tmp_path)
    assert not pending.began("Workflow", "Stale deal")
    pending.begin("Workflow", "Stale deal")
    assert PendingCreateFiles("hubspot", "dev", tmp_path).began("Workflow", "Stale deal")
    assert not PendingCreateFiles("salesforce", "dev", tmp_path).began("Workflow", "Stale deal")
    pending.end("Workflow", "Stale deal")
    assert not pending.began("Workflow", "Stale deal")


def test_ending_what_never_began_is_harmless(tmp_path: Path) -> None:
    PendingCreateFiles("hubspot", "dev", tmp_path).end("Workflow", "Stale deal")
    assert list(tmp_path.iterdir()) == []


def test_what_a_state_holds_is_no_longer_under_way(tmp_path: Path) -> None:
    for name in ("Stale deal", "New lead"):
        PendingCreateFiles("hubspot", "dev", tmp_path).begin("Workflow", name)
    pending = PendingCreateFiles("hubspot", "dev", tmp_path)
    pending.recorded("Workflow", "Stale deal")
    pending.recorded("Workflow", "Never begun")
    assert [name for name in ("Stale deal", "New lead") if pending.began("Workflow", name)] == ["New lead"]
