"""What a plan says before it adopts: each value before and after, or that nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators

from revops_iac.plan.adoption import adoption_notices
from revops_iac.provider.kind import Definition, Kind
from revops_iac.systems import system_named
from tests.providers.contract import Contract, example, later
from tests.providers.typed_inputs import desired_resource, name_in

Open = Callable[[str, str], Contract]


@pytest.fixture
def opened(accounts: RunningSimulators, waits: list[float]) -> Open:
    """An account that holds the example of a kind, and no state of it."""

    def open_(system: str, kind: str) -> Contract:
        contract = Contract(accounts, system, system_named(system).kinds[kind])
        contract.prepare()
        contract.create()
        contract.reads_catch_up()
        contract.forget_log()
        return contract

    return open_


def notices(contract: Contract, inputs: Definition, before: str = "") -> list[tuple[str, tuple[str, ...]]]:
    session = contract.run()
    session.declared = [desired_resource(contract.kind, inputs)]
    return list(adoption_notices(session, before))


def changed(kind: Kind[Any, Any]) -> Definition:
    return {**(later(kind) or {}), "adopt": True}


def test_property_that_would_change_is_shown_before_and_after(opened: Open) -> None:
    contract = opened("hubspot", "Property")
    inputs = {**example(contract.kind), "label": "Another label", "adopt": True}
    assert notices(contract, inputs) == [
        (
            f'HubSpot: adopts Property "{name_in(contract.kind, inputs)}" and changes',
            (f'label: "{example(contract.kind)["label"]}" -> "Another label"',),
        )
    ]
    assert contract.writes() == []


def test_parts_of_a_list_are_shown_with_their_path(opened: Open) -> None:
    contract = opened("salesforce", "ApprovalProcess")
    ((head, values),) = notices(contract, changed(contract.kind))
    assert head == 'Salesforce: adopts ApprovalProcess "Opportunity.Large_Deals" and changes'
    assert values[0] == 'label: "Large deals" -> "Large deals and legal"'
    assert values[1].startswith("steps[Owner_Confirms]: nothing -> {name: Owner_Confirms")
    assert contract.writes() == []


@pytest.mark.parametrize(("system", "kind"), [("hubspot", "List"), ("salesforce", "Queue")])
def test_object_that_is_as_declared_is_one_line(opened: Open, system: str, kind: str) -> None:
    contract = opened(system, kind)
    name, label = name_in(contract.kind, example(contract.kind)), system_named(system).label
    assert notices(contract, example(contract.kind)) == [(f"{label}: adopts {kind} unchanged: {name}", ())]
    assert notices(contract, example(contract.kind), before=f"{kind} {name}") == []


def test_values_are_cut_and_shown_on_one_line(opened: Open, capfd: pytest.CaptureFixture[str]) -> None:
    contract = opened("hubspot", "Property")
    contract.elsewhere({**example(contract.kind), "description": "red \x1b[31m and\n" + "a" * 300})
    inputs = {**example(contract.kind), "description": "Ours", "adopt": True}
    ((head, values),) = notices(contract, inputs)
    contract.run().report.say(head, values)
    shown = capfd.readouterr().err
    assert "\x1b" not in shown
    assert r"red \x1b[31m and\naaa" in shown
    assert max(map(len, shown.splitlines())) < 300


def test_object_of_an_interrupted_run_is_not_adopted(opened: Open) -> None:
    contract = opened("salesforce", "Queue")
    name = name_in(contract.kind, example(contract.kind))
    contract.run().stores.pending_creates.begin("Queue", name)
    assert notices(contract, example(contract.kind)) == []
