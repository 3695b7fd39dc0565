"""`revops uses` on the simulated accounts: every user of a thing, in the files and in the accounts, without a write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from crm_simulators.server import RunningSimulators

from revops_iac.adoption.uses import users_of_removed
from tests.revops_iac.commands.test_doctor import run
from tests.sessions import new_session

MODEL = """
context: {systems: {managed: [hubspot, salesforce], source_of_truth: salesforce}}
data_hygiene:
  fields:
    contact:
      tier: {label: Tier, type: picklist, options: {gold: Gold, silver: Silver}}
      region: {label: Region, type: text}
people:
  persons: {ann: {name: Ann, email: ann@example.com}}
  queues: {rest: {label: Rest, objects: [lead], members: [ann]}}
routing:
  inbound:
    runs_on: salesforce
    moments: [created]
    rules: {golden: {method: territory, when: contact.tier = gold, assign: {person: ann}}}
    fallback: {queue: rest}
hubspot:
  List:
    Golden: {object: contacts, name: Golden, processing_type: DYNAMIC, filter: 'tier is any of [gold]'}
"""
BRANCH = {
    "filterBranchType": "AND",
    "filterBranches": [],
    "filters": [
        {
            "filterType": "PROPERTY",
            "property": "tier",
            "operation": {"operationType": "ENUMERATION", "operator": "IS_ANY_OF", "values": ["silver"]},
        }
    ],
}
CLICKED = {
    "name": "Silver people",
    "objectTypeId": "0-1",
    "processingType": "DYNAMIC",
    "filterBranch": {"filterBranchType": "OR", "filterBranches": [BRANCH], "filters": []},
}


@pytest.fixture
def using(company: Path, crms: RunningSimulators) -> Path:
    """A model that uses a field, and an account where a person uses it too."""
    (company / "stacks" / "model" / "model.yaml").write_text(MODEL, encoding="utf-8")
    options = [
        {"label": label, "value": label.lower(), "displayOrder": 0, "hidden": False} for label in ("Gold", "Silver")
    ]
    group = {"groupName": "contactinformation"}
    tier = {"name": "tier", "label": "Tier", "type": "enumeration", "fieldType": "select", "options": options, **group}
    idle = {"name": "idle", "label": "Idle", "type": "string", "fieldType": "text", **group}
    hubspot = crms.simulators["hubspot"]
    hubspot.seed({"properties": {"contacts": [tier, idle]}, "lists": [CLICKED]})
    hubspot.seed({"records": {"contacts": [{"email": "a@b.example", "idle": "x"}]}})
    return company


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run("uses", *arguments, "--stack", "dev", "--json") == 0
    return json.loads(capsys.readouterr().out)


def found(answer: Any) -> set[tuple[str, str, str]]:
    return {(one["system"], one["name"], one["how"]) for one in answer["uses"]}


def test_a_field_is_found_under_all_its_names(using: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = [asked(capsys, name) for name in ("contact.tier", "contacts.tier", "lead.tier__c")]
    users = {
        ("model", "routing.inbound.rules.golden.when", "compares"),
        ("hubspot", "Golden", "compares"),
        ("salesforce", "Lead.Revenue_Process", "compares"),
        ("salesforce", "RevOps_Fields", "reads"),
        ("salesforce", "LeadConvertSettings", "reads"),
    }
    assert [found(answer) for answer in answers] == [users] * 3
    places = {one["name"]: one["place"] for one in answers[0]["uses"]}
    assert places["Golden"] == "stacks/model/model.yaml:19:5"


def test_an_account_shows_what_people_made_there(
    using: Path, crms: RunningSimulators, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = asked(capsys, "contact.tier=silver", "--account")
    assert found(answer) == {("hubspot", "Silver people", "compares")}
    assert answer["uses"][0]["only_in_account"] is True
    assert not [request for request in crms.control.log if request.write]


def test_people_and_queues_are_found_by_their_key(using: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ("salesforce", "Lead.Revenue_Process", "names") in found(asked(capsys, "ann"))
    assert ("salesforce", "Lead.Revenue_Process", "names") in found(asked(capsys, "rest"))


def test_unused_fields_are_listed_with_the_records_that_fill_them(
    using: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unused = asked(capsys, "--unused")["unused"]
    assert {"system": "hubspot", "name": "contacts.idle", "records": 1} in unused
    assert "contacts.tier" not in {one["name"] for one in unused}


def test_an_unknown_name_is_refused_with_the_nearest(using: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("uses", "contact.teir", "--stack", "dev") == 1
    assert 'nothing is called "contact.teir"\n    fix: use contact.tier' in capsys.readouterr().err


def test_a_picture_shows_every_user(using: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("uses", "contact.tier", "--stack", "dev", "--picture", "tier.svg") == 0
    drawn = ElementTree.parse(using / "tier.svg").getroot()
    assert "List Golden" in "".join(drawn.itertext())


def test_a_backup_is_asked_in_place_of_the_accounts(
    using: Path, crms: RunningSimulators, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("backup", "--stack", "dev", "--system", "hubspot") == 0
    crms.reset()
    crms.control.log.clear()
    capsys.readouterr()
    assert run("uses", "contact.tier", "--stack", "dev", "--from", "backups/dev") == 0
    assert "List Silver people" in capsys.readouterr().out
    assert len(crms.control.log) == 0
    assert run("uses", "--unused", "--stack", "dev", "--from", "backups/dev") == 1


def test_a_removal_names_what_in_the_account_still_uses_the_object(
    using: Path, crms: RunningSimulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = {"hubspot:portalId": str(crms.hubspot.portal_id)}
    session = new_session("hubspot", config.get)
    kept = users_of_removed(session, {("Property", "contacts.tier")}, lambda text: None)
    assert kept == {("Property", "contacts.tier"): ['List "Silver people"']}
    both = {("Property", "contacts.tier"), ("List", "Silver people")}
    assert users_of_removed(session, both, lambda text: None) == {}
