"""Every kind passes through its life on the dated paths too: v4 loses support in March 2027, v3 in September 2027."""

from __future__ import annotations

import pytest
from crm_simulators.server import RunningSimulators
from revops_hubspot.api.versions import DATED

from revops_iac.systems import system_named
from tests.providers.contract import Contract, example, later

KINDS = list(system_named("hubspot").kinds.values())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_dated_paths_serve_the_same_life(
    kind: object, accounts: RunningSimulators, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSPOT_API_VERSION", DATED)
    contract = Contract(accounts, "hubspot", kind)  # type: ignore[arg-type]
    contract.prepare()
    made = contract.create()
    again = contract.refresh(made)
    assert again is not None
    assert not contract.changes(again, example(contract.kind))
    if (changed := later(contract.kind)) is not None:
        again = contract.refresh(contract.update(made, changed))
        assert again is not None
        assert not contract.changes(again, changed)
    contract.delete(again)

    paths = [request.path for request in accounts.control.log.select(system="hubspot")]
    assert [path for path in paths if DATED not in path] == []
