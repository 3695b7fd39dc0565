"""A sandbox that is refreshed: another org, with the same configuration and other ids."""

from __future__ import annotations

import json

import pytest
import requests
from crm_simulators.server import RunningSimulators

FIELD = {"label": "Tier", "type": "Text", "length": 80}


def refresh(simulators: RunningSimulators, **document: object) -> requests.Response:
    assert simulators.salesforce is not None
    return requests.post(f"{simulators.salesforce.http_url}/_sim/refresh-sandbox", json=document, timeout=10)


@pytest.fixture
def sandbox(simulators: RunningSimulators) -> RunningSimulators:
    simulators.reset()
    document = {
        "organization": {"IsSandbox": True},
        "users": [{"Username": "maya@northwind.example.uat", "Email": "maya@northwind.example"}],
        "components": {"CustomField": {"Lead.Tier__c": FIELD, "Lead.Extra__c": {**FIELD, "label": "Extra"}}},
        "queues": [{"DeveloperName": "Team", "Members": ["maya@northwind.example.uat"]}],
    }
    simulators.seed("salesforce", document)
    return simulators


def test_refreshed_sandbox_is_another_org_with_the_same_configuration(sandbox: RunningSimulators) -> None:
    before = sandbox.dump("salesforce")
    made = refresh(sandbox, name="two", without={"CustomField": ["Lead.Extra__c"]}).json()
    live = sandbox.dump("salesforce")

    assert made["organization_id"] in live["records"]["Organization"]
    assert set(live["records"]["User"]).isdisjoint(before["records"]["User"])
    assert list(live["components"]["CustomField"]) == ["Lead.Tier__c"]
    field, old = live["components"]["CustomField"]["Lead.Tier__c"], before["components"]["CustomField"]["Lead.Tier__c"]
    assert (field["body"], field["id"] != old["id"]) == (old["body"], True)
    users = {user["Username"]: user["Email"] for user in live["records"]["User"].values()}
    assert users["maya@northwind.example.uat.two"] == "maya@northwind.example.invalid"
    assert '"maya@northwind.example.uat"' not in json.dumps(live)


def test_old_session_is_over_and_the_new_one_works(sandbox: RunningSimulators) -> None:
    org = sandbox.salesforce
    assert org is not None
    made = refresh(sandbox).json()

    def status(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return requests.get(f"{org.http_url}/services/data/v63.0/limits", headers=headers, timeout=10).status_code

    assert (status(org.access_token), status(made["access_token"])) == (401, 200)


def test_production_is_never_refreshed(simulators: RunningSimulators) -> None:
    simulators.reset()
    answer = refresh(simulators)
    assert answer.status_code == 400
    assert "this org is not a sandbox" in answer.json()["error"]
