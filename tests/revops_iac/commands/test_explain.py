"""`revops explain` on files and on both simulated accounts, read only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from crm_simulators.server import RunningSimulators

from tests.revops_iac.commands.test_doctor import run

MODEL = """\
context:
  systems: {managed: [hubspot, salesforce], source_of_truth: salesforce}
people:
  persons:
    ana: {name: Ana, email: ana@acme.example}
    bob: {name: Bob, email: bob@acme.example}
  queues: {inbox: {label: Inbox, objects: [lead], members: [ana]}}
data_hygiene:
  fields:
    contact:
      email: {label: Email, type: email, standard: {hubspot: email, salesforce: Email}}
      company: {label: Company, type: text, standard: {hubspot: company, salesforce: {Lead: Company}}}
      title: {label: Job title, type: text, standard: {hubspot: jobtitle, salesforce: Title}}
      phone: {label: Phone, type: phone, standard: {hubspot: phone, salesforce: Phone}}
      fit: {label: Fit score, type: number}
      stage: {label: Stage, type: picklist, standard: {hubspot: lifecyclestage}}
lifecycle:
  field: contact.stage
  stages:
    lead: {label: Lead, hubspot_value: lead, entry_when: contact.email is known}
    mql: {label: MQL, hubspot_value: marketingqualifiedlead, required_fields: [contact.phone]}
routing:
  inbound:
    rules:
      managers: {method: territory, when: contact.title = Manager, assign: {person: bob}}
    fallback: {queue: inbox, owner: ana}
"""


@pytest.fixture
def accounts(company: Path, crms: RunningSimulators) -> RunningSimulators:
    (company / "stacks" / "model" / "model.yaml").write_text(MODEL, encoding="utf-8")
    crms.simulators["hubspot"].seed({"users": [{"email": "ana@acme.example"}, {"email": "bob@acme.example"}]})
    crms.simulators["salesforce"].seed({"users": [{"Username": "ana@acme.example"}, {"Username": "bob@acme.example"}]})
    return crms


def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run("explain", *arguments, "--stack", "dev", "--json") == 0
    (found,) = json.loads(capsys.readouterr().out)
    return found


def test_a_record_of_a_file_is_explained_without_an_account(
    accounts: RunningSimulators, company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (company / "lead.csv").write_text("Email,jobtitle\nx@y.example,Manager\n", encoding="utf-8")
    found = explained(capsys, "lead.csv")
    assert found["record"] == "x@y.example"
    assert found["evaluation"]["routed"] == [
        {
            "key": "inbound",
            "routing": "inbound",
            "when": "",
            "rules": [{"subject": "managers", "holds": True, "why": "Job title is Manager"}],
            "rule": "managers",
            "owner": "Bob",
            "taken_by": ["bob"],
        }
    ]
    assert run("explain", "lead.csv", "--stack", "dev") == 0
    assert "  Managers  takes it  Job title is Manager\n" in capsys.readouterr().out
    assert list(accounts.control.log) == []


def test_a_column_that_is_no_field_is_refused(
    accounts: RunningSimulators, company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (company / "lead.json").write_text('{"contact": {"emial": "x"}}', encoding="utf-8")
    assert run("explain", "lead.json", "--stack", "dev") == 1
    assert capsys.readouterr().err == (
        'lead.json: "contact.emial" is not a field of the model\n    fix: use contact.email\n'
    )


def test_a_person_in_both_accounts_is_explained_with_where_they_disagree(
    accounts: RunningSimulators, capsys: pytest.CaptureFixture[str]
) -> None:
    person = {"email": "x@y.example", "jobtitle": "Manager", "phone": "1", "lifecyclestage": "lead"}
    accounts.simulators["hubspot"].seed({"records": {"contacts": [person]}})
    lead = {"Email": "x@y.example", "LastName": "X", "Company": "Y", "Title": "Manager", "Phone": "2"}
    accounts.simulators["salesforce"].seed({"records": {"Lead": [lead]}})
    found = explained(capsys, "x@y.example")
    assert found["evaluation"]["stage"]["label"] == "Lead"
    assert found["evaluation"]["stage"]["next_needs"] == {"MQL": []}
    assert found["evaluation"]["routed"][0]["owner"] == "Bob"
    apart = {one["subject"]: one for one in found["apart"]}
    assert apart["Phone"]["values"] == {"HubSpot": "1", "Salesforce": "2"}
    assert apart["Phone"]["cause"].startswith(("sync lag: ", "a person edited it in "))
    assert "Job title" not in apart
    assert not [request for request in accounts.control.log if request.write]


def test_a_person_is_explained_as_of_an_earlier_moment(
    accounts: RunningSimulators, capsys: pytest.CaptureFixture[str]
) -> None:
    portal = accounts.simulators["hubspot"]
    portal.seed({"records": {"contacts": [{"email": "x@y.example", "jobtitle": "Manager"}]}})
    then = accounts.control.clock.now()
    accounts.control.clock.advance(3_600)
    headers = {"Authorization": f"Bearer {accounts.hubspot.token}"}
    url = f"{accounts.hubspot.url}/crm/v3/objects/contacts/x@y.example?idProperty=email"
    requests.patch(url, json={"properties": {"jobtitle": "CTO"}}, headers=headers, timeout=10).raise_for_status()
    assert explained(capsys, "x@y.example")["evaluation"]["routed"][0]["owner"] == "queue Inbox"
    earlier = explained(capsys, "x@y.example", "--at", then.isoformat())
    assert earlier["evaluation"]["routed"][0]["owner"] == "Bob"
    assert run("explain", "x@y.example", "--stack", "dev", "--at", "yesterday") == 1
    assert capsys.readouterr().err == (
        '--at "yesterday" is not a moment\n    fix: write 2026-11-28T14:30 or 2026-11-28\n'
    )


def test_salesforce_tells_the_tracked_fields_of_an_earlier_moment_and_names_the_others(
    accounts: RunningSimulators, capsys: pytest.CaptureFixture[str]
) -> None:
    org, clock = accounts.simulators["salesforce"], accounts.control.clock
    org.seed(
        {"components": {"CustomField": {"Lead.Title": {"trackHistory": True}, "Lead.OwnerId": {"trackHistory": True}}}}
    )
    lead = {"Email": "x@y.example", "LastName": "X", "Company": "Y", "Title": "Manager", "Phone": "2"}
    (identifier,) = org.seed({"records": {"Lead": [lead]}})["records"]["Lead"]
    then = clock.now()
    clock.advance(3_600)
    url = f"{accounts.salesforce.http_url}/services/data/v63.0/sobjects/Lead/{identifier}"
    headers = {"Authorization": f"Bearer {accounts.salesforce.access_token}"}
    queue = org.seed({"queues": [{"DeveloperName": "Elsewhere"}]})["queues"]["Elsewhere"]
    for values in ({"Title": "CTO", "Phone": "3"}, {"OwnerId": queue}):
        requests.patch(url, json=values, headers=headers, timeout=10).raise_for_status()
    now, earlier = explained(capsys, "x@y.example"), explained(capsys, "x@y.example", "--at", then.isoformat())
    assert now["evaluation"]["routed"][0]["owner"] == "queue Inbox"
    assert earlier["evaluation"]["routed"][0]["owner"] == "Bob"
    assert earlier["unread"]["salesforce"] == (
        "history is not tracked for Company, Email, Phone, whose values are those of today "
        "(Setup > Object Manager > Lead > Fields & Relationships > Set History Tracking)"
    )
    (owner,) = (one for one in now["apart"] if one["subject"] == "Owner")
    assert owner["values"] == {"model": "queue Inbox", "Salesforce": "Elsewhere"}
    assert owner["cause"].startswith("saved by admin@")
    before = explained(capsys, "x@y.example", "--at", "2020-01-01")
    assert before["unread"]["salesforce"].startswith("the record was created later, on ")


def test_an_org_that_keeps_no_history_says_that_its_values_are_those_of_today(
    accounts: RunningSimulators, capsys: pytest.CaptureFixture[str]
) -> None:
    lead = {"Email": "x@y.example", "LastName": "X", "Company": "Y"}
    accounts.simulators["salesforce"].seed({"records": {"Lead": [lead]}})
    accounts.control.faults.add("status", system="salesforce", path="/tooling/query", status=403)
    found = explained(capsys, "x@y.example", "--at", accounts.control.clock.now().isoformat())
    assert found["unread"]["salesforce"].startswith("values are those of today: LeadHistory cannot be read (")


def test_a_deal_is_explained_by_its_id_in_either_account(
    accounts: RunningSimulators, company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deal = """\
    deal:
      name: {label: Name, type: text, standard: {hubspot: dealname, salesforce: Name}}
      amount: {label: Amount, type: currency, standard: {hubspot: amount, salesforce: Amount}}
deal_desk:
  desk:
    review_when: {acv_above: {amount: 1000, currency: USD}}
    fields: {acv: deal.amount}
"""
    model = MODEL.replace("lifecycle:\n", f"{deal}lifecycle:\n", 1)
    (company / "stacks" / "model" / "model.yaml").write_text(model, encoding="utf-8")
    large = {"dealname": "Large", "amount": "5000"}
    made = accounts.simulators["hubspot"].seed({"records": {"deals": [large]}})
    small = {"Name": "Small", "StageName": "Prospecting", "CloseDate": "2026-12-31", "Amount": 10}
    kept = accounts.simulators["salesforce"].seed({"records": {"Opportunity": [small]}})
    (hubspot_id,), (salesforce_id,) = made["records"]["deals"], kept["records"]["Opportunity"]
    found = explained(capsys, hubspot_id, "--object", "deal")
    assert found["evaluation"]["reviews"] == ["Amount is 5,000, above 1,000 USD"]
    assert explained(capsys, salesforce_id, "--object", "deal")["evaluation"]["reviews"] == []
    assert not [request for request in accounts.control.log if request.write]


def test_an_account_that_does_not_answer_is_named_beside_what_the_other_says(
    accounts: RunningSimulators, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts.simulators["hubspot"].seed({"records": {"contacts": [{"email": "x@y.example"}]}})
    monkeypatch.setenv("SALESFORCE_SESSION_ID", "wrong")
    found = explained(capsys, "x@y.example")
    assert "401" in found["unread"]["salesforce"]
    assert found["evaluation"]["routed"][0]["owner"] == "queue Inbox"


def test_nobody_of_that_name_is_said(accounts: RunningSimulators, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", "nobody@y.example", "--stack", "dev") == 1
    assert capsys.readouterr().err == (
        'no account of the stack has a contact "nobody@y.example"\n'
        "    fix: pass an e-mail address, a record id, or a .json or .csv file\n"
    )
