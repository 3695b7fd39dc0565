"""HubSpot's kinds while reads lag a minute behind writes: nothing is made twice, lost or taken for changed.

`pytest --read-lag 60 tests/providers/test_contract.py -k hubspot` runs the whole contract that way.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from crm_simulators.server import RunningSimulators

from revops_iac.systems import system_named
from tests.providers.contract import Contract, declared_part, example, forms, later

KINDS = [form for kind in system_named("hubspot").kinds.values() for form in forms(kind)]
LAG_S = 60.0


@pytest.fixture
def contract(request: pytest.FixtureRequest, accounts: RunningSimulators, waits: list[float]) -> Contract:
    made = Contract(accounts, "hubspot", request.param)
    made.prepare()
    accounts.control.faults.clear("hubspot")
    accounts.control.faults.add("read_lag", system="hubspot", seconds=LAG_S)
    made.forget_log()
    return made


@pytest.mark.parametrize("contract", KINDS, indirect=True, ids=lambda kind: kind.name)
def test_runs_that_follow_each_other_at_once_agree(contract: Contract) -> None:
    kind, desired = contract.kind, example(contract.kind)
    made = contract.refresh(contract.create())
    assert made is not None
    assert not contract.changes(made, desired)

    if (changed := later(kind)) is not None:
        made = contract.refresh(contract.update(made, changed))
        assert made is not None
        assert declared_part(kind, changed, made.outputs) == changed
        assert not contract.changes(made, changed)

    if not kind.existence.is_permanent and kind.existence.is_removable:
        contract.delete(made)
        again = contract.refresh(contract.create())
        assert again is not None
        assert "adopted" not in again.outputs
        assert not contract.changes(again, desired)


def test_account_is_not_waited_for_when_its_reads_are_current(
    accounts: RunningSimulators, waits: list[float], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for number, kind in enumerate(KINDS):
        accounts.reset()
        stack = tmp_path / str(number)
        stack.mkdir()
        monkeypatch.chdir(stack)
        contract = Contract(accounts, "hubspot", kind)
        contract.prepare()
        made = contract.create()
        assert contract.refresh(made) is not None
        if (changed := later(kind)) is not None:
            assert contract.refresh(contract.update(made, changed)) is not None
        assert waits == [], kind.name
