"""What the preflight of a HubSpot account says, all at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_hubspot.api.client import HubSpotClient

from revops_iac.diagnostics import Position
from revops_iac.plan import preflight as preflight_module
from revops_iac.plan.preflight import of_other_stacks, preflight
from revops_iac.provider.kind import DesiredResource
from revops_iac.provider.session import Session
from revops_iac.state.source_map import lines
from revops_iac.systems import system_named
from tests.diagnostics import texts
from tests.providers.revops_hubspot.conftest import OpenSession
from tests.providers.typed_inputs import desired_resource


def desired(kind: str, at: int, inputs: dict[str, Any]) -> DesiredResource:
    position = Position("model/data_hygiene.yaml", at, 5)
    return desired_resource(system_named("hubspot").kinds[kind], inputs, position)


def text_property(name: str, **inputs: Any) -> dict[str, Any]:
    text = {"label": name, "type": "string", "field_type": "text", "group_name": "contactinformation"}
    return {"object": "contacts", "name": name, **text, **inputs}


def problems(
    session: Session[HubSpotClient], monkeypatch: pytest.MonkeyPatch, items: list[DesiredResource]
) -> list[str]:
    monkeypatch.setattr(preflight_module, "trusted_desired", lambda *_: items)
    return texts(preflight(session, "test", "", lines(items)))


def test_twenty_collisions_are_listed_at_once_and_nothing_is_written(
    accounts: RunningSimulators, open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = open_session().client
    theirs = {"label": "Theirs", "type": "string", "fieldType": "text", "groupName": "contactinformation"}
    for start in (0, 100, 200):
        batch = [{"name": f"field_{at}", **theirs} for at in range(start, start + 100)]
        client.write("POST", "properties", "/{object}/batch/create", {"inputs": batch}, object="contacts")
    accounts.control.log.clear()
    items = [desired("Property", at, text_property(f"field_{at}")) for at in range(20)]

    found = problems(open_session(writes=False), monkeypatch, items)

    assert len(found) == 20
    assert found[7] == (
        'model/data_hygiene.yaml:7:5  HubSpot Property "contacts.field_7": already exists with different settings: '
        'label is "Theirs", the model says "field_7"\n'
        "    fix: add adopt: true to its entry to adopt it (its original settings are kept), or give the entry another "
        "vendor_name"
    )
    assert accounts.control.log.select(system="hubspot", writes_only=True) == []
    assert len(accounts.control.log.select(system="hubspot")) == 2


def test_missing_scope_is_one_problem_however_many_resources_need_it(
    accounts: RunningSimulators, open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.seed("hubspot", {"tokens": [{"token": "pat-na1-narrow", "without": ["automation"]}]})
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "pat-na1-narrow")
    items = [desired("Workflow", at, {"object": "contacts", "name": f"W{at}", "actions": []}) for at in range(9)]
    items.append(desired("WorkflowActivation", 9, {"object": "contacts", "name": "W0"}))  # reads flows in its own way

    (problem,) = problems(open_session(writes=False), monkeypatch, items)

    assert problem.startswith("HubSpot GET /automation/v4/flows: 403, ")
    assert "(needs one of automation)" in problem
    assert problem.endswith("fix: add the scope automation to the private app or service key, then use its token")
    assert len(accounts.control.log.select(system="hubspot", path="/automation")) == 2


def test_unknown_people_are_named_with_the_place(open_session: OpenSession, monkeypatch: pytest.MonkeyPatch) -> None:
    notify = {
        "type": "SINGLE_CONNECTION",
        "actionId": "1",
        "actionTypeId": "0-8",
        "fields": {"user_ids": [{"user": "nobody@northwind.example"}], "subject": "SLA", "body": "Breached"},
    }
    items = [desired("Workflow", 3, {"object": "contacts", "name": "SLA breach", "actions": [notify]})]
    (problem,) = problems(open_session(writes=False), monkeypatch, items)
    place = "model/data_hygiene.yaml:3:5  "
    message = 'HubSpot Workflow "contacts.SLA breach": user "nobody@northwind.example" does not exist'
    assert problem.startswith(place + message)


def test_list_that_the_program_declares_itself_is_no_unknown_name(
    open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {
        "filterType": "PROPERTY",
        "property": "email",
        "operation": {"operationType": "ALL_PROPERTY", "operator": "IS_KNOWN"},
    }
    inside = {"filterType": "IN_LIST", "listId": {"list": "Customers"}, "operator": "IN_LIST"}
    lists = [
        {
            "object": "contacts",
            "name": name,
            "processing_type": "DYNAMIC",
            "filter_branch": {"filterBranchType": "OR", "filters": [live]},
        }
        for name, live in (("Customers", known), ("Inside", inside))
    ]
    items = [desired("List", at, inputs) for at, inputs in enumerate(lists)]
    assert problems(open_session(writes=False), monkeypatch, items) == []
    assert len(problems(open_session(writes=False), monkeypatch, items[1:])) == 1


def test_object_of_another_stack_is_refused_and_one_that_both_have_is_a_warning(
    open_session: OpenSession, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    item = desired("Property", 3, text_property("tier"))
    shared = desired("LifecycleStages", 9, {"object": "contacts", "stages": []})

    def of_stack(stack: str) -> Session[HubSpotClient]:
        session = open_session(writes=False)
        session.of_stack(stack)
        return session

    sales, marketing = of_stack("sales"), of_stack("marketing")
    sales.stores.holdings.note(lines([item, shared]))
    (found,) = of_other_stacks(marketing, [item, shared], frozenset())
    assert texts([found]) == [
        'model/data_hygiene.yaml:3:5  HubSpot Property "contacts.tier": stack "sales" manages it in this account too: '
        "each would undo what the other one changes\n"
        "    fix: leave it to one stack; once sales has given it up: pulumi preview --stack sales, then this run again"
    ]
    assert list(of_other_stacks(sales, [item], frozenset())) == []
    assert list(of_other_stacks(marketing, [item], frozenset({"Property contacts.tier"}))) == []
    assert 'warning: HubSpot Property "contacts.tier": stack "sales" manages it' in capfd.readouterr().err
    sales.stores.holdings.note("")
    assert list(of_other_stacks(marketing, [item], frozenset())) == []
