"""Folders of killed servers go at the next start; those of others stay."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from crm_simulators.scratch_folder import LOCK, PREFIX, ScratchFolder


def test_next_start_removes_what_killed_servers_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    killed, running = ScratchFolder(), ScratchFolder()
    elsewhere = tmp_path / "elsewhere"
    unlocked, linked = tmp_path / f"{PREFIX}unlocked", tmp_path / f"{PREFIX}linked"
    for folder in (elsewhere, unlocked):
        folder.mkdir()
    (elsewhere / LOCK).touch()
    linked.symlink_to(elsewhere)
    Path(killed.name, "ca.pem").touch()
    killed._lock.close()  # as the end of its process does
    following = ScratchFolder()
    kept = {Path(running.name), Path(following.name), elsewhere, unlocked, linked}
    assert set(tmp_path.iterdir()) == kept
    for one in (killed, running, following):
        one.cleanup()
    assert set(tmp_path.iterdir()) == {elsewhere, unlocked, linked}
