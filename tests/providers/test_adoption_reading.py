"""What of an account is adopted, what is left out, and what is reported."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
import requests
from crm_simulators.server import RunningSimulators

from bench import foreign_account
from revops_iac.adoption.choice import Choice
from revops_iac.adoption.needs import Needs
from revops_iac.adoption.reading import AccountReader, KindReading
from revops_iac.commands.adopt import Adoption
from revops_iac.compile import validated
from revops_iac.errors import AuthorError
from revops_iac.provider.live_object import DesiredResource
from revops_iac.systems import system_named
from tests.providers.contract import Contract, stack_config
from tests.providers.typed_inputs import desired_resource
from tests.sessions import new_session

KINDS_THAT_SHARE = {
    "GET /crm-object-schemas/v3/schemas": 2,
    "GET /crm/v3/pipelines/{objectType}": 2,
    "listMetadata ReportFolder": 2,
    "listMetadata DashboardFolder": 2,
}
"""Lists that two kinds ask for, each once."""
OWN = {"label": "Own", "type": "string", "fieldType": "text", "groupName": "contactinformation"}


def readings(
    sims: RunningSimulators,
    system: str,
    choice: Choice,
    desired: list[DesiredResource] | None = None,
    needs: Needs | None = None,
) -> dict[str, KindReading]:
    """The chosen kinds as a new process reads them."""
    session = new_session(system, stack_config(sims).get)
    found = AccountReader(session, desired or [], set(), choice, lambda text: None, needs).readings()
    return {one.kind: one for one in found}


def adopted(reading: KindReading) -> list[str]:
    return [one.name for one in reading.adopted]


def post(sims: RunningSimulators, path: str, body: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {sims.hubspot.token}"}
    requests.post(f"{sims.hubspot.url}{path}", json=body, headers=headers, timeout=10).raise_for_status()


def test_what_a_vendor_or_a_package_made_is_left_out(accounts: RunningSimulators):
    post(accounts, "/crm/v3/properties/contacts", {"name": "own", **OWN})
    reading = readings(accounts, "hubspot", Choice(kinds=("Property",), names=("contacts.*",)))["Property"]
    assert adopted(reading) == ["contacts.own"]
    assert (reading.left_out, [*reading.vendor_made]) == ({}, ["HubSpot"])
    fields = {name: {"label": "X", "type": "Text", "length": 9} for name in ("Lead.Own__c", "Lead.acme__Score__c")}
    accounts.seed("salesforce", {"components": {"CustomField": fields}})
    reading = readings(accounts, "salesforce", Choice(kinds=("CustomField",)))["CustomField"]
    assert adopted(reading) == ["Lead.Own__c"]
    assert (reading.left_out, reading.vendor_made) == ({}, {'package "acme"': 1})


def test_what_a_vendor_made_is_adopted_when_it_is_asked_for(accounts: RunningSimulators):
    choice = Choice(kinds=("Property",), names=("contacts.email", "deals.dealname"), vendor_made=True)
    assert adopted(readings(accounts, "hubspot", choice)["Property"]) == ["contacts.email", "deals.dealname"]
    assert "contacts.lifecyclestage" in adopted(
        readings(accounts, "hubspot", Choice(kinds=("LifecycleStages",)))["LifecycleStages"]
    )


def test_only_what_an_entry_needs_is_adopted(accounts: RunningSimulators):
    """A property of the program, and one of the account, that a formula and a filter name; nothing else."""
    number = {**OWN, "type": "number", "fieldType": "number"}
    formula = {**number, "name": "twice", "calculationFormula": "base * 2", "fieldType": "calculation_equation"}
    bodies = [{"name": "base", **number}, {"name": "other", **number}, formula]
    accounts.seed("hubspot", {"properties": {"contacts": bodies}})
    kind = system_named("hubspot").kinds["Property"]
    inputs = {"object": "contacts", "name": "own", "label": "Own", "type": "number", "group_name": "contactinformation"}
    inputs |= {"field_type": "calculation_equation", "calculation_formula": "twice + 1"}
    declared = desired_resource(kind, inputs)
    found = readings(accounts, "hubspot", Choice(), [declared], Needs((declared,)))
    assert adopted(found["Property"]) == ["contacts.base", "contacts.twice"]
    assert [one.kind for one in found.values() if one.found] == ["Property", "PropertyGroup"]
    assert adopted(readings(accounts, "hubspot", Choice(), [], Needs((), ("contacts.twice",)))["Property"]) == [
        "contacts.base",
        "contacts.twice",
    ]


def test_kind_that_the_token_may_not_read_is_said_and_the_others_are_read(accounts: RunningSimulators):
    post(accounts, "/crm/v3/properties/contacts", {"name": "own", **OWN})
    accounts.control.faults.add("status", status=403, path="/crm/v3/lists")
    found = readings(accounts, "hubspot", Choice(kinds=("Property", "List"), names=("contacts.own",)))
    assert found["List"].adopted == []
    assert [reason for reason in found["List"].not_read if "403" in reason]
    assert adopted(found["Property"]) == ["contacts.own"]


def test_nothing_of_a_messy_account_is_lost_and_nothing_is_listed_twice(accounts: RunningSimulators):
    """Whatever the lists name is adopted or left out with a reason, by calls that each ask for something new."""
    foreign_account.fill(accounts, foreign_account.Size().times(0.02))
    for system in ("hubspot", "salesforce"):
        found = readings(accounts, system, Choice())
        for one in found.values():
            assert one.found == len(one.adopted) + len(one.left_out) + one.vendor_made.total(), one.kind
        assert {name: reason for one in found.values() for name, reason in one.left_out.items()} == {}
    lists = [one for one in accounts.control.log.select() if "readMetadata" not in str(one.operation)]
    asked = Counter((one.operation, one.path, one.query) for one in lists if "/batch/" not in one.path)
    assert {call: times for call, times in asked.items() if times > KINDS_THAT_SHARE.get(str(call[0]), 1)} == {}
    assert accounts.control.log.select(writes_only=True) == []


def test_each_part_is_listed_once(accounts: RunningSimulators):
    for number in range(30):
        post(accounts, "/crm/v3/properties/contacts", {"name": f"own_{number}", **OWN})
    accounts.control.log.clear()
    readings(accounts, "hubspot", Choice(kinds=("Property", "PropertyGroup")))
    lists = [f"{one.path}" for one in accounts.control.log.select(path="^/crm/v3/properties/")]
    assert len(lists) == len(set(lists))
    assert accounts.control.log.select(writes_only=True) == []


def test_what_the_program_declares_is_not_adopted(accounts: RunningSimulators):
    post(accounts, "/crm/v3/properties/contacts", {"name": "own", **OWN})
    kind = system_named("hubspot").kinds["Property"]
    inputs = {"object": "contacts", "name": "own", "label": "Other", "type": "string", "field_type": "text"}
    declared = desired_resource(kind, {**inputs, "group_name": "contactinformation"})
    choice = Choice(kinds=("Property",), names=("contacts.own",))
    reading = readings(accounts, "hubspot", choice, [declared])["Property"]
    assert (adopted(reading), reading.declared) == ([], ["contacts.own"])


def test_properties_of_a_schema_stand_in_its_entry_alone(accounts: RunningSimulators, waits: list[float]):
    contract = Contract(accounts, "hubspot", system_named("hubspot").kinds["CustomObjectSchema"])
    contract.prepare()
    contract.create()
    choice = Choice(kinds=("CustomObjectSchema", "Property"), objects=("machine",))
    found = readings(accounts, "hubspot", choice)
    assert adopted(found["CustomObjectSchema"]) == ["machine"]
    assert found["Property"].left_out["machine.serial"] == 'part of CustomObjectSchema "machine"'


def test_secret_of_a_workflow_is_redacted(accounts: RunningSimulators, waits: list[float]):
    contract = Contract(accounts, "hubspot", system_named("hubspot").kinds["Workflow"])
    contract.run()
    steps = [{"webhook": {"url": "https://example.com/token-in-here"}}]
    hook = {"object": "contacts", "name": "Hook", "enroll": {"when": "jobtitle is known"}, "steps": steps}
    contract.create(validated(contract.kind, hook))
    reading = readings(accounts, "hubspot", Choice(kinds=("Workflow",)))["Workflow"]
    assert adopted(reading) == ["contacts.Hook"]
    assert reading.adopted[0].entry["steps"] == [{"webhook": {"url": {"secret": "CONTACTS_HOOK_1"}}}]
    assert "token-in-here" not in str(reading.adopted[0].inputs)


@pytest.mark.parametrize(("objects", "names"), [(("deals",), ()), ((), ("deals.*",))])
def test_objects_and_names_choose(accounts: RunningSimulators, objects: tuple[str, ...], names: tuple[str, ...]):
    post(accounts, "/crm/v3/properties/contacts", {"name": "own", **OWN})
    post(accounts, "/crm/v3/properties/deals", {"name": "own", **OWN, "groupName": "dealinformation"})
    found = readings(accounts, "hubspot", Choice(("Property", "PropertyGroup"), names, objects))
    assert adopted(found["Property"]) == ["deals.own"]
    assert found["PropertyGroup"].found == found["PropertyGroup"].vendor_made.total() > 0


def test_report_says_what_becomes_of_each_object(accounts: RunningSimulators):
    post(accounts, "/crm/v3/properties/contacts", {"name": "own", **OWN})
    found = readings(accounts, "hubspot", Choice(names=("contacts.[eo]*",)))
    outcome = Adoption("dev", tuple(found.values()), ("stacks/model/adopted/hubspot/property.yaml",))
    assert outcome.exit_code == 4
    assert "  to adopt: contacts.own\n" in outcome.render()
    assert "hubspot PropertyOptions: not read: shared with the vendor's own entries" in outcome.render()
    report = json.loads(json.dumps(outcome.as_json()))
    assert (report["adopted"], report["would_adopt"]) == (0, 1)
    properties = next(one for one in report["kinds"] if one["kind"] == "Property")
    assert properties["adopted"] == [{"name": "contacts.own", "unmanaged_parts": []}]
    assert properties["left_out"] == []
    assert properties["vendor_made"] == {"HubSpot": 1}


def test_nothing_new_ends_well():
    outcome = Adoption("dev", ())
    assert (outcome.exit_code, outcome.render()) == (0, "dev: nothing new to adopt; nothing was changed.")


def test_unknown_kind_is_refused_with_what_there_is():
    with pytest.raises(AuthorError, match='"Propery" is not a resource type') as refused:
        Choice(kinds=("Propery",)).require_known([system_named("hubspot")])
    assert "Property" in refused.value.diagnostic.fix
