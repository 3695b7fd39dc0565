"""`revops parity` on the simulated accounts: what both CRMs hold alike, and what a sync would get wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators

from tests.revops_iac.commands.test_doctor import run

MODEL = """
context: {systems: {managed: [hubspot, salesforce], source_of_truth: salesforce}}
data_hygiene:
  fields:
    contact:
      tier: {label: Tier, type: picklist, options: {gold: Gold, silver: Silver}}
      grade: {label: Grade, type: text}
"""
GROUP = {"groupName": "contactinformation"}


def options(*values: str) -> list[dict[str, Any]]:
    return [
        {"label": value.capitalize(), "value": value, "displayOrder": at, "hidden": False}
        for at, value in enumerate(values)
    ]


@pytest.fixture
def apart(company: Path, crms: RunningSimulators) -> Path:
    """Accounts that hold the model, but for one option on HubSpot and one field on Salesforce."""
    (company / "stacks" / "model" / "model.yaml").write_text(MODEL, encoding="utf-8")
    tier = {"name": "tier", "label": "Tier", "type": "enumeration", "fieldType": "select", **GROUP}
    grade = {"name": "grade", "label": "Grade", "type": "string", "fieldType": "text", **GROUP}
    hubspot = [{**tier, "options": options("gold", "silver", "bronze")}, grade]
    crms.simulators["hubspot"].seed({"properties": {"contacts": hubspot}})
    values = [{"fullName": name, "label": name.capitalize(), "default": False} for name in ("gold", "silver")]
    shared = {"Tier": {"masterLabel": "Tier", "sorted": False, "customValue": values}}
    field = {"label": "Tier", "type": "Picklist", "valueSet": {"restricted": True, "valueSetName": "Tier"}}
    fields = {
        "Lead.Tier__c": field,
        "Contact.Tier__c": field,
        "Lead.Grade__c": {"label": "Grade", "type": "Text", "length": 255},
    }
    crms.simulators["salesforce"].seed({"components": {"GlobalValueSet": shared, "CustomField": fields}})
    return company


def test_what_differs_is_named_with_its_crm(
    apart: Path, crms: RunningSimulators, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("parity", "--stack", "dev", "--json") == 4
    answer = json.loads(capsys.readouterr().out)
    found = {(one["subject"], one["system"], one["rule"]): one["message"] for one in answer["mismatches"]}
    assert found["contact.grade", "salesforce", ""] == "CustomField Contact.Grade__c is missing"
    assert "bronze" in found["contact.tier", "hubspot", "crms-agree"]
    assert not [request for request in crms.control.log if request.write]


def test_one_crm_alone_is_refused(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (company / "stacks" / "model" / "model.yaml").write_text(
        "context: {systems: {managed: [hubspot]}}\n", encoding="utf-8"
    )
    assert run("parity", "--stack", "dev") == 1
    assert 'stack "dev" manages one CRM only' in capsys.readouterr().err
