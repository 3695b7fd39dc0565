"""Lifecycle stages: monitored, and written only where somebody asked for it."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from pydantic import ValidationError
from revops_hubspot.api.errors import HubSpotRefusal
from revops_hubspot.kinds.lifecycle_stages import LifecycleStages, LifecycleStagesInputs

from revops_iac.plan.manual_steps import open_steps
from tests.providers.contract import Contract, example, later
from tests.providers.typed_inputs import desired_resource

KIND = LifecycleStages()
WHERE = "LifecycleStages contacts: in Settings, Objects, Contacts, Lifecycle stage"

MAPPED = "as its value in the model (hubspot_value, in lifecycle.stages)"


def monitored(*stages: tuple[str, str]) -> dict[str, Any]:
    listed = [{"value": value, "label": label} for value, label in stages]
    return {"object": "contacts", "stages": listed, "write_undocumented": False}


def stages(accounts: RunningSimulators) -> list[tuple[str, str]]:
    options = accounts.dump("hubspot")["properties"]["0-1"]["lifecyclestage"]["options"]
    return [(option["value"], option["label"]) for option in sorted(options, key=lambda o: int(o["displayOrder"]))]


def test_difference_is_a_manual_step_and_no_change(accounts: RunningSimulators, waits: list[float]) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    desired = monitored(("marketingqualifiedlead", "MQL"), ("lead", "Lead"), ("recycled", "Recycled"))
    before = stages(accounts)

    made = contract.create(desired)

    session = contract.run()
    session.declared = [desired_resource(KIND, desired)]
    assert list(open_steps(session)) == [
        f'{WHERE}: rename "Marketing Qualified Lead" to "MQL"',
        f'{WHERE}: add "Recycled", and write its internal ID there, if it is not recycled, {MAPPED}',
        f"{WHERE}: set the order to MQL, Lead, Recycled",
    ]
    again = contract.refresh(made)
    assert again is not None
    assert not contract.changes(again, desired)
    contract.delete(again)
    assert stages(accounts) == before
    assert contract.writes() == []


def test_stage_with_an_id_of_hubspots_own_is_told_by_its_label(accounts: RunningSimulators, waits: list[float]) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    desired = monitored(("prospect", "Lead"), ("customer", "Customer"))
    contract.create(desired)
    session = contract.run()
    session.declared = [desired_resource(KIND, desired)]
    assert list(open_steps(session)) == [
        f'LifecycleStages contacts: "Lead" has the internal ID lead; write it {MAPPED}'
    ]


def test_portal_as_declared_shows_nothing(accounts: RunningSimulators, waits: list[float]) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    desired = monitored(("lead", "Lead"), ("customer", "Customer"))
    again = contract.refresh(contract.create(desired))
    assert again is not None
    assert not contract.changes(again, desired)
    assert "subscriber: Subscriber" in again.outputs["facts"]["unmanaged_stages"]


def test_opt_in_writes_labels_order_and_new_stages(accounts: RunningSimulators, waits: list[float]) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    contract.prepare()
    made = contract.create()
    assert ("recycled", "Recycled") in stages(accounts)
    changed = later(KIND)
    assert changed is not None
    contract.update(made, changed)
    mine = [stage for stage in stages(accounts) if stage[0] in ("lead", "recycled", "marketingqualifiedlead")]
    assert mine == [("lead", "Lead"), ("recycled", "Recycled lead"), ("marketingqualifiedlead", "MQL")]


def test_removal_takes_back_what_was_written(accounts: RunningSimulators, waits: list[float]) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    contract.prepare()
    before = stages(accounts)
    made = contract.update(contract.create(), {**example(KIND), "stages": (later(KIND) or {})["stages"]})
    contract.delete(made)
    assert stages(accounts) == before


def test_added_stage_with_records_stays(
    accounts: RunningSimulators, waits: list[float], capfd: pytest.CaptureFixture[str]
) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    contract.prepare()
    made = contract.create()
    person = {"email": "a@northwind.example", "lifecyclestage": "recycled"}
    accounts.seed("hubspot", {"records": {"contacts": [person]}})
    contract.delete(made)
    assert ("recycled", "Recycled") in stages(accounts)
    message = 'HubSpot: LifecycleStages contacts: stage "recycled" is kept because records are in it'
    assert message in capfd.readouterr().err


def test_portal_that_refuses_says_so(accounts: RunningSimulators, waits: list[float]) -> None:
    with pytest.raises(HubSpotRefusal, match="The lifecycle pipeline is managed by HubSpot and cannot be changed"):
        Contract(accounts, "hubspot", KIND).create()


def test_label_of_others_is_not_overwritten_without_adopt(accounts: RunningSimulators, waits: list[float]) -> None:
    found = Contract(accounts, "hubspot", KIND).live(example(KIND))
    assert found is not None
    renamed = {**monitored(("lead", "Prospect")), "write_undocumented": True}
    assert KIND.conflicts(renamed, found) == ["stages"]
    assert KIND.conflicts({**renamed, "write_undocumented": False}, found) == []
    assert KIND.conflicts(example(KIND), found) == []


def test_stage_is_declared_once() -> None:
    with pytest.raises(ValidationError) as refused:
        LifecycleStagesInputs.model_validate(monitored(("lead", "Lead"), ("lead", "Other")))
    assert [error["msg"] for error in refused.value.errors()] == ['Value error, stages: the value "lead" is used twice']
