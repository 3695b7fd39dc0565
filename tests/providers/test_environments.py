"""Two environments side by side: what differs beyond what is meant, and what a promotion moves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from crm_simulators.server import RunningSimulators

from revops_iac.commands.backup import back_up
from revops_iac.commands.compare import Compared, compare_environments
from revops_iac.commands.promote import EMPTY, promotion
from tests.applied import AppliedStack, applied_stack
from tests.providers.out_of_band import People

MODEL = """
context:
  systems: {managed: [hubspot], source_of_truth: hubspot}
  name_prefix: acme_
data_hygiene:
  fields:
    contact:
      budget: {type: text, label: Budget}
      tier: {type: text, label: Tier}
hubspot:
  List:
    Buyers:
      object: contacts
      name: Buyers
      processing_type: DYNAMIC
      filter: acme_budget is known
"""
PROD = "data_hygiene: {fields: {contact: {tier: {label: Level}}}}\n"


@pytest.fixture
def stack(accounts: RunningSimulators, tmp_path: Path) -> AppliedStack:
    """A stack `dev` that was applied, and a stack `prod` of the same account whose overlay says another label."""
    made = applied_stack(tmp_path, accounts, MODEL)
    (made.folder / "overlays" / "prod.yaml").write_text(PROD, encoding="utf-8")
    text = (made.folder / "Pulumi.dev.yaml").read_text(encoding="utf-8")
    (made.folder / "Pulumi.prod.yaml").write_text(text, encoding="utf-8")
    return made


def test_models_differ_only_as_overlays_say(stack: AppliedStack):
    found = compare_environments(stack.folder, "dev", "prod", accounts=False)
    assert found.exit_code == 0
    assert "; 1 more meant by the files of these environments (--all shows them)." in found.render()
    shown = compare_environments(stack.folder, "dev", "prod", accounts=False, shows_all=True).render()
    assert 'hubspot Property contacts.acme_tier\n  label: "Tier" -> "Level"\n' in shown


def test_accounts_are_compared_as_they_are(stack: AppliedStack, accounts: RunningSimulators, tmp_path: Path):
    back_up(stack.folder, "dev", tmp_path / "backups" / "dev", tell=lambda text: None)
    people = People(accounts)
    for name, label in (("acme_tier", "Level"), ("acme_budget", "Money")):
        people.hubspot("PATCH", f"/crm/v3/properties/contacts/{name}", {"label": label})
    people.hubspot("DELETE", f"/crm/v3/lists/{people.lists()['Buyers']['listId']}")

    def compared(left: str, right: str) -> Compared:
        accounts.control.log.clear()
        found = compare_environments(stack.folder, left, right, accounts=True)
        assert not [request for request in accounts.control.log if request.write]
        return found

    found = compared(str(tmp_path / "backups" / "dev"), "prod")
    assert found.sources == ("backup", "account")
    assert found.exit_code == 4
    assert [one.key[2] for one in found.shown.different] == ["contacts.acme_budget", "contacts.acme_tier"]
    assert 'hubspot Property contacts.acme_budget\n  label: "Budget" -> "Money"\n' in found.render()
    assert r"| hubspot Property contacts.acme\_budget | label | Budget | Money |" in found.markdown()
    assert found.shown.only_left == [("hubspot", "List", "Buyers")]
    json.dumps(found.as_json())
    accounts.control.faults.add("status", status=403, path="/crm/v3/lists")
    found = compared(str(tmp_path / "backups" / "dev"), "prod")
    assert found.shown.only_left == []  # whether it is still there, nobody can tell
    assert "\nnot compared: hubspot List: HubSpot POST /crm/v3/lists/search: 403" in found.render()


def test_a_promotion_says_what_moves_in_order_and_what_will_not_work(
    stack: AppliedStack, accounts: RunningSimulators, monkeypatch: pytest.MonkeyPatch
):
    states = {"dev": stack.state, "prod": EMPTY}
    ready = promotion(stack.folder, "dev", "prod", {**states, "prod": stack.state})
    assert [(move.verb, move.name, move.changes) for move in ready.moves] == [
        ("change", "contacts.acme_tier", ('label: "Tier" -> "Level"',))
    ]
    assert (ready.problems, ready.unproved, ready.exit_code) == ([], [], 4)
    accounts.reset()
    weak = {"token": "pat-na1-weak-token", "without": ["crm.lists.write"]}
    accounts.seed("hubspot", {"tokens": [weak]})
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "pat-na1-weak-token")
    fresh = promotion(stack.folder, "dev", "prod", {**states, "dev": EMPTY})
    names = [move.name for move in fresh.moves]
    assert names.index("contacts.acme_budget") < names.index("Buyers")
    assert any("crm.lists.write" in one.message for one in fresh.problems)
    assert fresh.unproved == [f"hubspot {move.kind} {move.name}" for move in fresh.moves]
    assert fresh.exit_code == 1
    assert fresh.render().splitlines()[0] == "must move to prod, in this order"
