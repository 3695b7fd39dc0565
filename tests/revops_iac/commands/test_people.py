"""`revops people leave`: every place in the model, with comments kept, and what the person owns in both accounts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from crm_simulators.salesforce.http.login import ADMIN_USERNAME
from crm_simulators.server import RunningSimulators

from revops_iac.source.load import load
from tests.revops_iac.commands.test_doctor import run

MODEL = """\
context: {systems: {managed: [hubspot, salesforce], source_of_truth: hubspot}}
people:
  persons:
    # Our first rep.
    tom: {name: Tom, email: tom@x.example, manager: maya}  # since 2024
    nina:
      name: Nina
      email: nina@x.example
      manager: tom
      away:
        - deputy: tom
          from: 2027-07-01
          to: 2027-07-14
    maya: {name: Maya, email: maya@x.example}
  teams:
    sdr: {label: "SDR", manager: tom, members: [tom, nina]}   # the front line
    ae:
      label: AE
      members:
        - maya  # always
        - tom   # sometimes
  queues: {all: {label: All, objects: [lead], members: [tom]}}
data_hygiene:
  audit: {every: quarterly, owner: 'tom'}
  fields:
    contact:
      rep: {label: Rep, type: user}
      domain: {label: Domain, type: text}
routing:
  inbound:
    rules:
      toms_own:
        method: territory
        when: contact.rep is any of [tom, maya]   # tom and no tomcat
        assign: {person: tom}
      named:
        method: account_based
        accounts: {file: accounts/named.csv, field: contact.domain}
        assign: {team: ae}
deal_desk:
  usual:
    approvals:
      big: {label: Big, discount_from: 10, approvers: [{person: tom}, {person: nina}]}
hubspot:
  PropertyGroup: {contacts.toms: {label: Fields of tom@x.example}}
"""
OVERLAY = """\
people:
  identities:
    tom: {salesforce: tom@x.example.dev}
    nina: {salesforce: nina@x.example.dev}
"""
ACCOUNTS = "domain,owner,note\r\ntom.example,tom,tom\r\nb.example,nina,\r\n"


@pytest.fixture
def leaver(company: Path) -> Path:
    stacks = company / "stacks"
    (stacks / "model" / "model.yaml").write_text(MODEL, encoding="utf-8")
    (stacks / "overlays" / "dev.yaml").write_text(OVERLAY, encoding="utf-8")
    (stacks / "model" / "accounts").mkdir()
    (stacks / "model" / "accounts" / "named.csv").write_bytes(ACCOUNTS.encode())
    return stacks


def test_every_place_names_the_successor_and_all_else_stays(
    leaver: Path, capsys: pytest.CaptureFixture[str], crms: RunningSimulators
) -> None:
    assert run("people", "leave", "tom", "--to", "nina", "--yes") == 0
    expected = {
        "    tom: {name: Tom, email: tom@x.example, manager: maya}  # since 2024\n": "",
        "      manager: tom\n": "      manager: maya\n",
        "      away:\n        - deputy: tom\n          from": "      away:\n        - from",
        "manager: tom, members: [tom, nina]}   # the": "manager: nina, members: [nina]}   # the",
        "        - tom   # sometimes": "        - nina   # sometimes",
        "members: [tom]}}": "members: [nina]}}",
        "owner: 'tom'}": "owner: 'nina'}",
        "is any of [tom, maya]   # tom": "is any of [nina, maya]   # tom",
        "assign: {person: tom}": "assign: {person: nina}",
        "[{person: tom}, {person: nina}]": "[{person: nina}]",
    }
    text = MODEL
    for before, after in expected.items():
        assert text.count(before) == 1
        text = text.replace(before, after)
    assert (leaver / "model" / "model.yaml").read_text(encoding="utf-8") == text
    assert (leaver / "overlays" / "dev.yaml").read_text(encoding="utf-8") == OVERLAY.replace(
        "    tom: {salesforce: tom@x.example.dev}\n", ""
    )
    accounts = (leaver / "model" / "accounts" / "named.csv").read_bytes().decode()
    assert accounts == ACCOUNTS.replace("tom.example,tom,tom", "tom.example,nina,tom")
    assert "tom" not in load(leaver, "dev").model.people.persons
    shown = capsys.readouterr().out
    assert "stacks/model/model.yaml:43: names the login, not changed" in shown
    assert shown.endswith("13 places in 3 files: changed.\n")
    assert not [request for request in crms.control.log if request.write]


def test_a_dry_run_lists_the_places_and_counts_what_the_person_owns(
    leaver: Path, crms: RunningSimulators, capsys: pytest.CaptureFixture[str]
) -> None:
    crms.seed("hubspot", {"users": [{"email": "tom@x.example"}]})
    user = next(one for one in crms.dump("hubspot")["users"].values() if one["email"] == "tom@x.example")
    owned = {"hubspot_owner_id": str(user["ownerId"])}
    crms.seed("hubspot", {"records": {"contacts": [{"email": "a@x.example", **owned}, {"email": "b@x.example"}]}})
    assert run("people", "leave", "tom", "--to", "nina", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["changed"] is False
    assert (leaver / "model" / "model.yaml").read_text(encoding="utf-8") == MODEL
    assert report["places"][1] == {
        "file": "stacks/model/model.yaml",
        "line": 5,
        "subject": "Tom",
        "change": "removed",
    }
    hubspot, salesforce = report["owned"]
    assert hubspot["records"] == {"contacts": 1, "companies": 0, "deals": 0}
    assert salesforce["not_counted"] == "the account has no such person"
    assert not [request for request in crms.control.log if request.write]


def test_what_stays_is_said_with_the_way_to_move_it(
    leaver: Path, crms: RunningSimulators, capsys: pytest.CaptureFixture[str]
) -> None:
    overlay = OVERLAY.replace("tom@x.example.dev", ADMIN_USERNAME)
    (leaver / "overlays" / "dev.yaml").write_text(overlay, encoding="utf-8")
    leads = [{"LastName": "Lind", "Company": "Example"}, {"LastName": "Berg", "Company": "Example"}]
    crms.seed("salesforce", {"records": {"Lead": leads}})
    assert run("people", "leave", "tom", "--to", "nina") == 0
    shown = capsys.readouterr().out
    counts = "owns 2 leads, 0 contacts, 0 accounts, 0 open opportunities. The plan moves none of them: Setup, Mass"
    assert f"Salesforce, {ADMIN_USERNAME}: {counts} Transfer Records, before the user is deactivated." in shown
    assert "New leads of Tom go to Nina once pulumi up has run." in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tim", "--to", "nina"), 'person "tim" is not declared'),
        (("tom", "--to", "tom"), '"tom" cannot take over from themselves'),
    ],
)
def test_people_who_cannot_leave_or_take_over_are_refused(
    leaver: Path, arguments: Any, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("people", "leave", *arguments) == 1
    assert message in capsys.readouterr().err


def test_a_long_list_of_accounts_is_shown_by_its_first_ones(leaver: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"{n}.example,tom\n" for n in range(12))
    (leaver / "model" / "accounts" / "named.csv").write_text(f"domain,owner\n{rows}", encoding="utf-8")
    assert run("people", "leave", "tom", "--to", "nina") == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[9:11] == [
        'stacks/model/accounts/named.csv:11  account "9.example": Tom -> Nina',
        "stacks/model/accounts/named.csv: 2 more accounts, Tom -> Nina",
    ]


def test_an_account_that_does_not_answer_leaves_the_places(
    leaver: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HUBSPOT_ACCESS_TOKEN")
    assert run("people", "leave", "tom", "--to", "nina") == 0
    shown = capsys.readouterr().out
    assert "HubSpot, tom@x.example: not counted: HubSpot: no access token is set\n" in shown
    assert "Tom: removed" in shown
