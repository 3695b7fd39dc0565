"""Where a restoration takes objects from, and where it may put them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from crm_simulators.server import RunningSimulators

from revops_iac.adoption.backup import AccountBackup, write_backup
from revops_iac.adoption.choice import Choice
from revops_iac.commands.backup import back_up
from revops_iac.commands.restore import restore
from revops_iac.errors import AuthorError
from revops_iac.provider.inspection.inventory import Document
from revops_iac.stack_context import StackContext
from revops_iac.systems import system_named
from tests.applied import adopted_stack
from tests.providers.out_of_band import People


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


def test_a_run_of_apply_is_undone_object_by_object(accounts: RunningSimulators, tmp_path: Path):
    field = {"label": "Tier", "type": "string", "fieldType": "text", "groupName": "contactinformation"}
    accounts.seed("hubspot", {"properties": {"contacts": [{"name": name, **field} for name in ("tier", "other")]}})
    stack = adopted_stack(tmp_path, accounts, Choice(kinds=("Property",), names=("contacts.tier",)))
    session = StackContext.load(stack.folder, "dev").session(system_named("hubspot"))
    live = session.find(session.system.kinds["Property"], "contacts.tier")
    assert live is not None
    kept = Document("Property", live.name, {"id": live.id, "definition": live.definition, "document": live.document})
    place = stack.folder / ".revops" / "dev" / "runs" / "r1"
    account = AccountBackup(str(accounts.hubspot.portal_id), {(kept.type, kept.name): kept})
    write_backup(place / "before", {"hubspot": account})
    (place / "run.json").write_text('{"absent": [["hubspot", "List", "Made by the run"]]}', encoding="utf-8")
    people = People(accounts)
    for name in ("tier", "other"):
        people.hubspot("PATCH", f"/crm/v3/properties/contacts/{name}", {"label": "Level", "description": "by hand"})
    found = restore(stack.folder, "dev", "r1", apply=True)
    assert [(step.name, step.changes) for step in found.steps] == [
        ("contacts.tier", ('label: "Level" -> "Tier"', 'description: "by hand" -> ""'))
    ]
    assert found.cannot == [
        ("hubspot List Made by the run", "the run made it: remove it from the model, then pulumi up")
    ]
    properties = accounts.dump("hubspot")["properties"]["0-1"]
    assert [(properties[name]["label"], properties[name]["description"]) for name in ("tier", "other")] == [
        ("Tier", ""),
        ("Level", "by hand"),
    ]
