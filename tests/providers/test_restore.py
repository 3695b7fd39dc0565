"""Where a restoration takes objects from, and where it may put them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from crm_simulators.server import RunningSimulators

from revops_iac.adoption.choice import Choice
from revops_iac.commands.backup import back_up
from revops_iac.commands.restore import restore
from revops_iac.errors import AuthorError
from tests.applied import adopted_stack


def test_only_the_account_that_was_backed_up_is_written(
    accounts: RunningSimulators, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    stack = adopted_stack(tmp_path, accounts, Choice(kinds=("Property",), names=("contacts.none",)))
    target = tmp_path / "backup"
    back_up(stack.folder, "dev", target, only="hubspot", tell=lambda text: None)
    manifest = target / "backup.json"
    manifest.write_text(re.sub(r'"account": "\d+"', '"account": "7"', manifest.read_text(encoding="utf-8")))
    with pytest.raises(AuthorError, match="the backup is of portal id 7"):
        restore(stack.folder, "dev", str(target), apply=True)
    with pytest.raises(AuthorError, match="is neither the folder of a backup nor a run of dev"):
        restore(stack.folder, "dev", "yesterday", apply=True)
