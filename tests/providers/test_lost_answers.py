"""A creation that landed stays ours whatever the server answers, also where nothing can be asked afterward."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from crm_simulators.server import RunningSimulators

from revops_iac import dynamic
from revops_iac.errors import AccountError
from revops_iac.systems import system_named
from tests.providers.contract import Contract, example
from tests.providers.scripted_server import Call, Reply, passed_on
from tests.providers.test_mutated_answers import behind
from tests.providers.typed_inputs import name_in

KINDS = [
    ("hubspot", "Property"),
    ("hubspot", "Workflow"),
    ("salesforce", "CustomField"),
    ("salesforce", "Flow"),
    ("salesforce", "ApprovalProcess"),
    ("salesforce", "PermissionSetAssignment"),
]
PAGE = Reply(b"<html>gateway</html>", 200, {"Content-Type": "text/html"})
WRITTEN = re.compile(rb"<\w+:(create|update)Metadata|deployOptions|sobjects/")


def is_write(call: Call) -> bool:
    """Whether a call creates something, on either CRM."""
    if call.path.startswith("/services/"):
        return call.method == "POST" and WRITTEN.search(call.path.encode() + call.body) is not None
    return call.method == "POST" and not call.path.endswith(("/batch/read", "/search"))


class Spoiled:
    """Answers the first write with `reply`, once it has landed where `lands`; from then on nothing but pages."""

    def __init__(self, reply: Reply, lands: bool) -> None:
        self._reply, self._lands, self._over = reply, lands, False

    def __call__(self, call: Call, url: str) -> Reply:
        if self._over:
            return PAGE
        self._over = is_write(call)
        answer = passed_on(call, url) if self._lands or not self._over else PAGE
        assert not self._over or not self._lands or answer.status < 300
        return self._reply if self._over else answer


@pytest.fixture
def contract(request: pytest.FixtureRequest, accounts: RunningSimulators, waits: list[float]) -> Contract:
    system, name = request.param
    made = Contract(accounts, system, system_named(system).kinds[name])
    made.prepare()
    return made


def began(contract: Contract) -> bool:
    creates = dynamic.session_of(contract.system).stores.pending_creates
    return creates.began(contract.kind.name, name_in(contract.kind, example(contract.kind)))


@pytest.mark.parametrize("contract", KINDS, indirect=True, ids=lambda kind: kind[1])
def test_creation_whose_answer_cannot_be_read_stays_ours(
    contract: Contract, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patch, behind(Spoiled(PAGE, lands=True), contract, patch, tmp_path):
        contract.run()
        with pytest.raises(AccountError):
            contract.create_here(example(contract.kind))
    assert began(contract)
    assert "adopted" not in contract.create().outputs


@pytest.mark.parametrize("contract", KINDS[:5:4], indirect=True, ids=lambda kind: kind[1])
def test_creation_that_was_refused_is_not_ours(
    contract: Contract, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    refused = Reply(b'{"message": "no"}', 400, {"Content-Type": "application/json"})
    with monkeypatch.context() as patch, behind(Spoiled(refused, lands=False), contract, patch, tmp_path):
        contract.run()
        with pytest.raises(AccountError):
            contract.create_here(example(contract.kind))
    assert not began(contract)
