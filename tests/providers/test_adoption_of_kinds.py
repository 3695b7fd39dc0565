"""Every kind, adopted: what the account holds becomes YAML that compiles to the same, without a write."""

from __future__ import annotations

import pytest
from crm_simulators.server import RunningSimulators

from revops_iac.adoption.choice import Choice
from revops_iac.adoption.reading import AccountReader, KindReading
from revops_iac.adoption.yaml_files import render
from revops_iac.compile import validated
from revops_iac.source.yaml_tree import parse
from tests.providers.contract import Contract, example
from tests.providers.test_contract import KINDS
from tests.providers.typed_inputs import name_in

ADOPTED = KINDS


@pytest.fixture
def contract(request: pytest.FixtureRequest, accounts: RunningSimulators, waits: list[float]) -> Contract:
    system, kind = request.param
    return Contract(accounts, system, kind)


def read(contract: Contract) -> KindReading:
    """The kind as adoption reads it in a new process."""
    session = contract.run()
    found = AccountReader(session, [], set(), Choice(kinds=(contract.kind.name,)), lambda text: None).readings()
    return found[0]


@pytest.mark.parametrize("contract", ADOPTED, indirect=True, ids=lambda pair: f"{pair[0]}-{pair[1].name}")
def test_example_is_adopted_as_yaml_that_compiles_to_what_is_live(contract: Contract):
    kind, name = contract.kind, name_in(contract.kind, example(contract.kind))
    contract.prepare()
    contract.create()
    contract.reads_catch_up()
    contract.forget_log()
    reading = read(contract)
    adopted = {one.name: one for one in reading.adopted}
    assert name in adopted, reading.left_out
    text = render(contract.system, kind.name, {one: adopted[one].entry for one in adopted})
    node, problems = parse(text, "adopted.yaml")
    assert node is not None
    assert problems == []
    inputs = validated(kind, node.plain()[contract.system][kind.name][name])
    assert inputs == adopted[name].inputs
    assert kind.differences(inputs, kind.managed_view(inputs, adopted[name].live)) == []
    assert kind.vendor_name(kind.parse(inputs)) == name
    assert contract.writes() == []
