"""Drift on simulated accounts: what people did is found, each in its class, and nothing is invented."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from crm_simulators.server import RunningSimulators

from revops_iac.adoption.choice import Choice
from revops_iac.adoption.drift import Change
from revops_iac.commands.drift import drift_from, reversion, take_into_model
from revops_iac.errors import AuthorError
from revops_iac.systems import system_named
from tests.applied import AppliedStack, adopted_stack, applied_stack
from tests.providers.contract import Contract, Made
from tests.providers.out_of_band import People, do_some, editable, fill


def test_every_edit_is_found_in_its_class_and_none_is_invented(
    accounts: RunningSimulators, tmp_path: Path, request: pytest.FixtureRequest
):
    count, number = (50, 200) if request.config.getoption("--thorough") else (3, 14)
    fill(accounts, count)
    stack = adopted_stack(tmp_path, accounts, Choice())
    quiet = drift_from(stack.folder, "dev", stack.state)
    assert (quiet.exit_code, [one for one in stack.managed if one[0] == "BusinessHours"]) == (0, [])
    expected = do_some(People(accounts), editable(count), number, seed=12)
    accounts.control.log.clear()
    report = drift_from(stack.folder, "dev", stack.state)
    found = {(one.kind, one.name, one.change) for one in report.drifted}
    assert (found - expected, expected - found) == (set(), set())
    assert report.exit_code == 4
    told = {(one.kind, one.name) for one in report.drifted if one.author.who and one.author.at}
    assert told >= {
        (kind, name)
        for kind, name, change in expected
        if kind in ("Property", "CustomField", "GlobalValueSet") and change is not Change.REMOVED
    }
    assert not [request for request in accounts.control.log if request.write]


MODEL = """
context:
  systems: {managed: [hubspot], source_of_truth: hubspot}
data_hygiene:
  fields:
    contact:
      note_of_sales:
        type: text
        label: Note of sales   # on the card
hubspot:
  List:
    Buyers:
      object: contacts
      name: Buyers
      processing_type: DYNAMIC
      filter: note_of_sales is known # all who wrote
  Property:
    contacts.tier:
      object: contacts
      name: tier
      label: Tier
      type: string
      field_type: text
      group_name: contactinformation
"""


@pytest.fixture
def edited(accounts: RunningSimulators, tmp_path: Path) -> AppliedStack:
    """An applied stack of which people changed a label that a topic declares, renamed a segment and removed a field."""
    stack = applied_stack(tmp_path, accounts, MODEL)
    people = People(accounts)
    people.hubspot("PATCH", "/crm/v3/properties/contacts/note_of_sales", {"label": "Sales note"})
    people.hubspot("PUT", f"/crm/v3/lists/{people.lists()['Buyers']['listId']}/update-list-name?listName=Big%20buyers")
    people.hubspot("DELETE", "/crm/v3/properties/contacts/tier")
    return stack


def test_report_says_what_who_when_and_where(edited: AppliedStack):
    report = drift_from(edited.folder, "dev", edited.state)
    shown = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", report.render())
    assert shown.splitlines()[:12] == [
        "hubspot 48210773: 4 managed",
        "  changed by a person",
        "    List Buyers (admin@portal.example, TIME)",
        '      name: "Buyers" -> "Big buyers"',
        "      model: stacks/model/model.yaml:12:5",
        "    Property contacts.note_of_sales (admin@portal.example, TIME)",
        '      label: "Note of sales" -> "Sales note"',
        "      model: stacks/model/model.yaml:7:7",
        "  removed",
        "    Property contacts.tier",
        "      model: stacks/model/model.yaml:18:5",
        "dev: 2 changed by a person, 1 removed; nothing was changed.",
    ]
    assert r'| hubspot | changed by a person | List Buyers | name: "Buyers" -\> "Big buyers" |' in report.markdown()
    json.dumps(report.as_json())


def test_drift_is_taken_into_topics_and_raw_sections_with_their_comments(edited: AppliedStack):
    report = drift_from(edited.folder, "dev", edited.state)
    shown = take_into_model(edited.folder, report, ["*"], apply=True)
    text = (edited.folder / "model" / "model.yaml").read_text(encoding="utf-8")
    assert "        label: Sales note   # on the card\n" in text
    assert "    Big buyers:\n      object: contacts\n      name: Big buyers\n" in text
    assert "      filter: note_of_sales is known # all who wrote\n      was: Buyers\n" in text
    assert "  Property: {}\n" in text
    assert shown.endswith("dev: 3 taken into the model. No account was changed.")
    assert take_into_model(edited.folder, report, ["*"], apply=False).endswith(
        "next: the same with --yes writes the files"
    )


def test_a_reversion_targets_what_drifted_and_its_account_alone(edited: AppliedStack):
    report = drift_from(edited.folder, "dev", edited.state)
    chosen = reversion(report, ["contacts.tier"])
    assert [urn.rpartition("::")[2] for urn in chosen.targets] == ["hubspot", "contacts.tier"]
    with pytest.raises(AuthorError, match=r'nothing that drifted is called "contacts\.tear"'):
        reversion(report, ["contacts.tear"])


SHARED = """
context:
  systems: {managed: [hubspot], source_of_truth: hubspot}
hubspot:
  PropertyOptions:
    contacts.hs_lead_status:
      object: contacts
      name: hs_lead_status
      options: [{label: Recycled, value: RECYCLED}]
  Property:
    contacts.total:
      object: contacts
      name: total
      label: Total
      type: number
      field_type: calculation_equation
      group_name: contactinformation
      calculation_formula: "1+2 * 3"
"""


def test_entries_of_shared_objects_and_the_words_of_the_server_have_their_own_class(
    accounts: RunningSimulators, tmp_path: Path
):
    stack = applied_stack(tmp_path, accounts, SHARED)
    quiet = drift_from(stack.folder, "dev", stack.state)
    assert [(one.name, one.change) for one in quiet.findings] == [("contacts.total", Change.NORMALIZED)]
    assert quiet.exit_code == 0
    people, path = People(accounts), "/crm/v3/properties/contacts/hs_lead_status"
    options = people.hubspot("GET", path)["options"]
    added = {"label": "Parked", "value": "PARKED", "displayOrder": len(options), "hidden": False}
    people.hubspot("PATCH", path, {"options": [one for one in options if one["value"] != "CONNECTED"] + [added]})
    found = drift_from(stack.folder, "dev", stack.state)
    assert {(one.name, one.change) for one in found.drifted} == {
        ("contacts.hs_lead_status: PARKED: Parked", Change.NEW),
        ("contacts.hs_lead_status: CONNECTED: Connected", Change.REMOVED),
    }
    assert reversion(found, ["*"]).targets == ()


def test_what_a_scope_hides_is_said_once_and_is_no_drift(
    edited: AppliedStack, accounts: RunningSimulators, monkeypatch: pytest.MonkeyPatch
):
    weak = {"token": "pat-na1-weak-token", "without": ["crm.lists.read"]}
    accounts.seed("hubspot", {"tokens": [weak]})
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "pat-na1-weak-token")
    report = drift_from(edited.folder, "dev", edited.state)
    (reading,) = report.readings
    assert list(reading.not_read) == ["List"]
    assert "crm.lists.read" in reading.not_read["List"]
    assert {one.kind for one in report.drifted} == {"Property"}
    assert "  not checked: List: HubSpot POST /crm/v3/lists/search: 403" in report.render()


LISTS = """
context:
  systems: {managed: [hubspot, salesforce], source_of_truth: hubspot}
people:
  persons:
    bo: {name: Bo, email: bo@x.example}
    al: {name: Al, email: al@x.example}
    ed: {name: Ed, email: ed@x.example}
  queues:
    fallback:
      label: Fallback
      objects: [lead]
      # who is in it
      members:
        - bo # on Mondays
        - al
data_hygiene:
  fields:
    contact:
      tier:
        type: picklist
        label: Tier
        # from best to worst
        options:
          gold: Gold # the best
          # never sold any more
          silver: Silver
          bronze: Bronze
hubspot:
  Property:
    contacts.size:
      object: contacts
      name: size
      label: Size
      type: enumeration
      field_type: select
      group_name: contactinformation
      options:
        # in this order
        - {value: s, label: Small} # few
        - value: l
          # many
          label: Large
"""


def test_entries_of_lists_are_taken_into_topics_and_raw_sections(accounts: RunningSimulators, tmp_path: Path):
    """Options and members that came, went, moved and were renamed; people and fields are called as in the model."""
    users = [f"{name}@x.example" for name in ("bo", "al", "ed")]
    accounts.seed("hubspot", {"users": [{"email": one, "firstName": one} for one in users]})
    accounts.seed("salesforce", {"users": [{"Username": one, "Email": one} for one in users]})
    stack, people = applied_stack(tmp_path, accounts, LISTS), People(accounts)
    path = "/crm/v3/properties/contacts"

    def reoptioned(name: str, *options: dict[str, str]) -> None:
        placed = [{**one, "displayOrder": at, "hidden": False} for at, one in enumerate(options)]
        people.hubspot("PATCH", f"{path}/{name}", {"options": placed})

    gold, bronze = {"label": "Golden", "value": "gold"}, {"label": "Bronze", "value": "bronze"}
    reoptioned("tier", {"label": "Platinum", "value": "platinum"}, bronze, gold)
    small, large = {"label": "Small", "value": "s"}, {"label": "Very large", "value": "l"}
    reoptioned("size", large, {"label": "Medium", "value": "m"}, small)
    people.change("Queue", "Fallback", queueMembers={"users": {"user": ["al@x.example", "ed@x.example"]}})
    report = drift_from(stack.folder, "dev", stack.state)
    shown = take_into_model(stack.folder, report, ["*"], apply=True)
    assert "also changes, at the next pulumi up: salesforce GlobalValueSet Tier" in shown
    assert shown.endswith("dev: 3 taken into the model. No account was changed.")
    text = (stack.folder / "model" / "model.yaml").read_text(encoding="utf-8")
    assert "      # who is in it\n      members:\n        - al\n        - ed\n" in text
    assert "        # from best to worst\n        options:\n          platinum: Platinum\n" in text
    assert "          # never sold any more\n          bronze: Bronze\n          gold: Golden # the best\n" in text
    size = "- value: l\n          # many\n          label: Very large\n        - label: Medium\n          value: m\n"
    assert f"        # in this order\n        {size}        - {{value: s, label: Small}} # few\n" in text


PIPELINE = """
context:
  systems: {managed: [hubspot], source_of_truth: hubspot}
pipelines:
  renewals:
    label: Renewals
    stages:
      open: {label: Open, probability: 0.1} # first
      # money is in
      won: {label: Won, probability: 1.0, closed: won}
      lost: {label: Lost, probability: 0.0, closed: lost}
"""


def test_a_stage_that_people_added_is_taken_with_what_the_others_say(accounts: RunningSimulators, tmp_path: Path):
    stack, people = applied_stack(tmp_path, accounts, PIPELINE), People(accounts)
    (pipeline,) = (
        one for one in people.hubspot("GET", "/crm/v3/pipelines/deals")["results"] if one["label"] == "Renewals"
    )
    path = f"/crm/v3/pipelines/deals/{pipeline['id']}/stages"
    stage = {"stageId": "renewals_offer", "label": "Offer", "displayOrder": 1, "metadata": {"probability": "0.5"}}
    people.hubspot("POST", path, stage)
    report = drift_from(stack.folder, "dev", stack.state)
    assert (
        "  stages[renewals_offer]: nothing -> {id: renewals_offer, label: Offer, probability: 0.5}" in report.render()
    )
    assert "stages[renewals_won]" not in report.render()
    take_into_model(stack.folder, report, ["deals.renewals"], apply=True)
    text = (stack.folder / "model" / "model.yaml").read_text(encoding="utf-8")
    assert "      open: {label: Open, probability: 0.1} # first\n      # money is in\n      won:" in text
    assert "closed: won}\n      offer:\n        label: Offer\n        probability: 0.5\n      lost:" in text


def refreshed(stack: AppliedStack, sims: RunningSimulators) -> AppliedStack:
    """The stack after `pulumi refresh`."""
    resources = []
    for one in stack.state["deployment"]["resources"]:
        system, _, kind = str(one["type"]).rpartition("/")[2].partition(":")
        if not str(one["type"]).startswith("pulumi-python:dynamic/") or system == "revops":
            resources.append(one)
        elif made := Contract(sims, system, system_named(system).kinds[kind]).refresh(Made(one["id"], one["outputs"])):
            resources.append({**one, "id": made.id, "outputs": made.outputs})
    return AppliedStack(stack.folder, {"version": 3, "deployment": {"resources": resources}})


def test_a_refresh_hides_no_drift(edited: AppliedStack, accounts: RunningSimulators):
    """What was applied stays known: a label, a name, and a field that is gone from state as well."""
    before = drift_from(edited.folder, "dev", edited.state)
    again = refreshed(refreshed(edited, accounts), accounts)
    after = drift_from(again.folder, "dev", again.state)
    told = [[(one.kind, one.name, one.change, one.differences) for one in each.drifted] for each in (before, after)]
    assert told[0] == told[1]
    assert "Property contacts.tier: not in the state either: a refresh found it gone" in after.render()
    targets = [reversion(each, ["*"]).targets for each in (before, after)]
    assert sorted(targets[0]) == sorted(targets[1])
    take_into_model(again.folder, after, ["contacts.note_of_sales"], apply=True)
    taken = drift_from(again.folder, "dev", again.state)
    assert {one.name for one in taken.drifted} == {"Buyers", "contacts.tier"}


def test_a_refresh_after_people_undid_a_change_forgets_it(edited: AppliedStack, accounts: RunningSimulators):
    stack = refreshed(edited, accounts)
    People(accounts).hubspot("PATCH", "/crm/v3/properties/contacts/note_of_sales", {"label": "Note of sales"})
    again = refreshed(stack, accounts)
    assert "contacts.note_of_sales" not in [one.name for one in drift_from(again.folder, "dev", again.state).drifted]
    kept = [one["outputs"] for one in again.state["deployment"]["resources"] if one["urn"].endswith("note_of_sales")]
    assert ["applied" in one for one in kept] == [False]
