"""What is never asked of a deployment."""

from __future__ import annotations

import pytest
from crm_simulators.server import RunningSimulators
from revops_salesforce.deploy import deployment as deploy
from revops_salesforce.kinds.flow import Flow

from revops_iac.errors import Bug
from tests.providers.contract import example
from tests.providers.revops_salesforce.conftest import OpenSession


def test_deployment_that_would_erase_for_good_is_a_bug(
    accounts: RunningSimulators, open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_session()
    monkeypatch.setitem(deploy.OPTIONS, "purgeOnDelete", True)
    accounts.control.log.clear()
    with pytest.raises(Bug, match="purgeOnDelete erases fields permanently"):
        Flow().create(session, Flow().parse(example(Flow())))
    with pytest.raises(Bug, match="purgeOnDelete erases fields permanently"):
        deploy.check_deployment(session.client, b"", lambda text: None)
    assert accounts.control.log.select(writes_only=True) == []
