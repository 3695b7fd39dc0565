"""Which account a refresh may read: that of the state, whatever id a refused run left in the config."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from pulumi.dynamic import ConfigureRequest
from pulumi.dynamic.config import Config

from revops_iac import dynamic
from revops_iac.account import AccountProvider
from revops_iac.provider.session import connection
from revops_iac.systems import system_named
from tests.providers.contract import Contract, example, stack_config


@pytest.fixture
def contract(accounts: RunningSimulators) -> Contract:
    return Contract(accounts, "hubspot", system_named("hubspot").kinds["Property"])


def refreshing(contract: Contract, configured: str) -> None:
    """A provider process in the refresh phase, with the config of the last run."""
    dynamic._sessions.clear()
    config = {**stack_config(contract.sims), "hubspot:portalId": configured}
    contract.provider.configure(ConfigureRequest(Config(config, "revops")))


def account_resource(contract: Contract, account_id: str) -> dict[str, Any]:
    return {"system": "hubspot", "stack": "dev", "account_id": account_id, "declared": "Property contacts.x"}


def test_refresh_after_a_run_that_was_refused_for_its_id_reads_the_account_of_the_state(contract: Contract) -> None:
    contract.prepare()
    made = contract.create()
    portal = str(contract.sims.hubspot.portal_id)
    changed = {**made.outputs, "label": "Not what the account has"}

    refreshing(contract, "999")
    with ThreadPoolExecutor() as threads:  # Pulumi reads several resources at once
        first = threads.submit(contract.provider.read, made.id, changed)
        AccountProvider().read(portal, account_resource(contract, portal))
        assert (first.result().outs or {})["label"] == example(contract.kind)["label"]
    assert (contract.provider.read(made.id, changed).outs or {})["label"] == example(contract.kind)["label"]


def test_refresh_of_another_account_keeps_the_state(contract: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BINDING_WAIT_S", 0.1)
    contract.prepare()
    made = contract.create()

    portal = contract.sims.hubspot.portal_id
    refreshing(contract, "999")
    expected = (
        f'HubSpot: the credentials belong to portal id "{portal}", stack config says "999"; nothing was read or changed'
    )
    with pytest.raises(Exception) as refused:
        AccountProvider().read("999", account_resource(contract, "999"))
    assert f"{type(refused.value).__name__}: {refused.value}".startswith(expected)
    assert contract.provider.read(made.id, made.outputs).outs == made.outputs
