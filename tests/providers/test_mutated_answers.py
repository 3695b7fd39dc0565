"""Whatever a server answers while an object is read: a result, or one sentence that says so. Never a bug of ours.

`bench/mutated_answers.py` tries as many answers as there is time.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from crm_simulators.server import RunningSimulators
from pulumi.dynamic import ConfigureRequest
from pulumi.dynamic.config import Config
from revops_hubspot.api.errors import refusal

from revops_iac import dynamic
from revops_iac.errors import AccountError, AuthorError
from revops_iac.provider.kind import Kind
from revops_iac.provider.session import connection
from revops_iac.systems import system_named
from tests.providers.contract import Contract, example, on_the_wire, stack_config
from tests.providers.mutated_answers import mutated
from tests.providers.scripted_server import Call, Reply, passed_on, serving

ANSWERS = hypothesis.settings().max_examples // 6
"""Mutated answers per kind: more with `--thorough`."""
KINDS = [
    pytest.param(system, name, id=f"{system}-{name}")
    for system in ("hubspot", "salesforce")
    for name in sorted(system_named(system).kinds)
]


class Recorded:
    """A server that passes calls on and keeps the answers, then answers from them with one changed at random."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str, bytes], Reply] = {}
        self.chance: random.Random | None = None

    def __call__(self, call: Call, url: str) -> Reply:
        asked = (call.method, call.path, call.body)
        if asked not in self._answers:
            self._answers[asked] = passed_on(call, url)
        reply = self._answers[asked]
        if self.chance is None or self.chance.random() < 0.3:
            return reply
        return Reply(mutated(reply.body, self.chance), reply.status, reply.headers)


@contextmanager
def behind(
    answer: Callable[[Call, str], Reply], contract: Contract, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> Iterator[None]:
    """The account of the contract behind a server that answers for it (a call, the account's URL)."""
    is_hubspot = contract.system == "hubspot"
    org = contract.sims.salesforce
    assert org is not None
    url = contract.sims.hubspot.url if is_hubspot else org.http_url
    with serving(lambda call: answer(call, url), tls=not is_hubspot) as server:
        if is_hubspot:
            monkeypatch.setenv("HUBSPOT_BASE_URL", server.url)
        else:
            assert server.authority is not None
            server.authority.cert_pem.write_to_path(str(folder / "ca.pem"))
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder / "ca.pem"))
            monkeypatch.setenv("SALESFORCE_INSTANCE_URL", server.url)
        yield


def read_once(contract: Contract, identifier: str, outputs: dict[str, Any]) -> None:
    """A new process reads the resource and compares it with the program."""
    dynamic._sessions.clear()
    provider = contract.provider
    provider.configure(ConfigureRequest(Config(stack_config(contract.sims), "revops")))
    result = provider.read(identifier, on_the_wire(outputs))
    if result.id is not None:
        provider.diff(identifier, on_the_wire(result.outs or {}), on_the_wire(example(contract.kind)))


def try_answers(
    contract: Contract, monkeypatch: pytest.MonkeyPatch, folder: Path, seeds: Callable[[], Iterator[int]]
) -> None:
    """Reads the example of a kind from answers that are changed at random."""
    contract.prepare()
    made = contract.create()
    answers = Recorded()
    with behind(answers, contract, monkeypatch, folder):
        read_once(contract, made.id, made.outputs)
        for seed in seeds():
            answers.chance = random.Random(f"{contract.kind.name} {seed}")
            try:
                read_once(contract, made.id, made.outputs)
            except (AccountError, AuthorError):
                continue
            except Exception as error:
                raise AssertionError(f"{contract.kind.name}, answers of seed {seed}: {error}") from error


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize(("system", "name"), KINDS)
def test_any_answer_is_read_or_reported_as_the_accounts(
    system: str, name: str, accounts: RunningSimulators, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(connection, "BINDING_WAIT_S", 0.0)
    kind: Kind[Any, Any] = system_named(system).kinds[name]
    try_answers(Contract(accounts, system, kind), monkeypatch, tmp_path, lambda: iter(range(ANSWERS)))


REFUSAL = {
    "message": "no",
    "policyName": "DAILY",
    "correlationId": "1f",
    "category": "VALIDATION_ERROR",
    "subCategory": "Properties.PROPERTY_WITH_NAME_EXISTS",
    "context": {"requiredGranularScopes": ["crm"], "parentName": ["a form"]},
    "errors": [{"message": "x", "context": {"requiredGranularScopes": ["crm"], "parentName": ["a list"]}}],
}
"""Every part of a refusal that HubSpot is known to send."""


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 429, 500])
def test_any_refusal_is_one_sentence(status: int) -> None:
    for seed in range(100):
        body = mutated(json.dumps(REFUSAL).encode(), random.Random(f"{status} {seed}"))
        sentence = str(refusal("HubSpot GET /x", status, body.decode("utf-8", "replace"), {}))
        assert sentence.startswith(f"HubSpot GET /x: {status}")
