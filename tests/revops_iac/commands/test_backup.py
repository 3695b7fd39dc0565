"""`revops backup` on the simulated accounts: one file per object, no secret, no write, and what was not shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from crm_simulators.server import RunningSimulators

from tests.revops_iac.commands.test_doctor import run

HOOK = "https://hooks.example.com/T123/very-secret"
FLOW = {
    "name": "Tell the team",
    "type": "CONTACT_FLOW",
    "objectTypeId": "0-1",
    "isEnabled": False,
    "flowType": "WORKFLOW",
    "actions": [
        {"type": "WEBHOOK", "actionId": "1", "method": "POST", "webhookUrl": HOOK, "queryParams": []},
    ],
    "enrollmentCriteria": {"shouldReEnroll": False, "type": "MANUAL"},
    "startActionId": "1",
}
RULE = {"active": True, "errorConditionFormula": "ISBLANK(Tier__c)", "errorMessage": "No tier: no lead."}


def test_everything_listed_is_one_file_each(
    company: Path, crms: RunningSimulators, capsys: pytest.CaptureFixture[str]
) -> None:
    crms.simulators["hubspot"].seed({"flows": [FLOW]})
    field = {"label": "Tier", "type": "Text", "length": 80}
    components = {"CustomField": {"Lead.Tier__c": field}, "ValidationRule": {"Lead.Has_Tier": RULE}}
    crms.simulators["salesforce"].seed({"components": components})
    assert run("backup", "--stack", "dev", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    root = company / "backups" / "dev"
    assert {path for path in report["added"] if (root / path).is_file()} == set(report["added"])
    assert len(report["added"]) == sum(sum(one["objects"].values()) for one in report["accounts"].values())
    assert "<errorConditionFormula>ISBLANK(Tier__c)</errorConditionFormula>" in (
        root / "salesforce" / "ValidationRule" / "Lead.Has_Tier.xml"
    ).read_text(encoding="utf-8")
    assert (root / "salesforce" / "LeadConvertSettings" / "LeadConvertSettings.xml").is_file()
    assert "<fields>" not in (root / "salesforce" / "CustomObject" / "Lead.xml").read_text(encoding="utf-8")
    (flow,) = (root / "hubspot" / "flows").iterdir()
    assert json.loads(flow.read_text(encoding="utf-8"))["name"] == "Tell the team"
    assert not [path for path in root.rglob("*") if path.is_file() and HOOK in path.read_text(encoding="utf-8")]
    assert not [request for request in crms.control.log if request.write]


def test_what_a_scope_hides_is_named(
    company: Path, crms: RunningSimulators, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    weak = {"token": "pat-na1-weak-token", "without": ["crm.lists.read"]}
    crms.simulators["hubspot"].seed({"tokens": [weak]})
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "pat-na1-weak-token")
    assert run("backup", "--stack", "dev", "--system", "hubspot", "elsewhere") == 0
    shown = capsys.readouterr().out
    assert "  not read: lists: HubSpot POST /crm/v3/lists/search: 403" in shown
    assert shown.endswith("removed. No account was changed.\n")
    assert (company / "elsewhere" / "hubspot" / "properties" / "contacts" / "email.json").is_file()
