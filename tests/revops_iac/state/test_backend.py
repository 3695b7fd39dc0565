"""A disk that is too full for Pulumi's state is found before anything is written."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from revops_iac.errors import AuthorError
from revops_iac.state.backend import require_room, state_folder


def test_full_disk_is_refused_and_the_backups_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=3 * 1024**2))
    with pytest.raises(AuthorError) as refused:
        require_room()
    assert str(refused.value) == (
        f"the disk with Pulumi's state, {tmp_path}, has 3 MB left and needs 32 MB; nothing was changed\n"
        f"    fix: free up space there; Pulumi keeps the states of earlier runs under {tmp_path}/.pulumi/backups"
    )


def test_folder_that_cannot_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(AuthorError, match="cannot write to the folder"):
        require_room()


@pytest.mark.parametrize("address", ["s3://states", "https://api.pulumi.com", "file:///does/not/exist"])
def test_other_backends_are_left_to_pulumi(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", address)
    require_room()


def test_last_login_names_the_backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    assert state_folder() is None
    (tmp_path / "credentials.json").write_text(json.dumps({"current": f"file://{tmp_path}"}))
    assert state_folder() == tmp_path
    (tmp_path / "credentials.json").write_text("[]")
    assert state_folder() is None
