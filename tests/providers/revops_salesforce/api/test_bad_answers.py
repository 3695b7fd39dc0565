"""Orgs that answer badly, or with bad intent: one sentence, no credential, nothing lost."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from crm_simulators.server import RunningSimulators
from pulumi.dynamic.config import Config
from revops_salesforce.account import SalesforceAccount
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.dynamic import KINDS

from revops_iac.errors import AccountError, SessionError
from tests.providers.contract import Contract, created_in_two_runs
from tests.providers.revops_salesforce.conftest import no_config
from tests.providers.scripted_server import Call, Reply, Server, passed_on, serving

TOKEN = "00D000000000001!AQ.echoed.session"
QUERY = "Salesforce GET /services/data/v63.0/query"
JSON = {"Content-Type": "application/json;charset=UTF-8"}
LIST = 'Salesforce SOAP readMetadata CustomField "Lead.Tier__c"'


@pytest.fixture
def as_org(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, waits: list[float]) -> Callable[[Server], None]:
    """Makes a scripted server the org of the environment."""

    def point(server: Server) -> None:
        assert server.authority is not None
        bundle = tmp_path / "ca.pem"
        server.authority.cert_pem.write_to_path(str(bundle))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
        monkeypatch.setenv("SALESFORCE_INSTANCE_URL", server.url)
        monkeypatch.setenv("SALESFORCE_SESSION_ID", TOKEN)

    return point


@contextmanager
def org_that(answer: Callable[[Call], Reply], as_org: Callable[[Server], None]) -> Iterator[SalesforceClient]:
    with serving(answer, tls=True) as server:
        as_org(server)
        client = SalesforceAccount().connect(no_config)
        try:
            yield client
        finally:
            client.close()


UNREADABLE = {
    "a page": (b"<html>Welcome</html>", "the answer is not JSON"),
    "nothing": (b"", "the answer is not JSON"),
    "a number": (b"7", "the answer could not be read (TypeError)"),
    "a list": (b"[[]]", "the answer is a list instead of an object"),
    "cut": (b'{"records": [', "the answer is not JSON"),
    "Latin-1": ('{"name": "Zürich"}'.encode("latin-1"), "the answer is not UTF-8"),
    "101 levels": (b'{"a":' * 101 + b"1" + b"}" * 101, "the answer has more than 100 levels"),
    "100,000 levels": (b"[" * 100_000, "the answer could not be read (RecursionError)"),
    "an empty object": (b"{}", "the answer is empty"),
    "without a key": (b'{"done": true}', 'the answer has no "records"'),
    "no records": (b'{"records": 5}', "its records are not a list of objects"),
    "without an id": (b'{"records": [{"IsSandbox": false, "OrganizationType": "x"}]}', 'the answer has no "Id"'),
}


@pytest.mark.parametrize(("body", "instead"), UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable_answer_is_one_sentence(body: bytes, instead: str, as_org: Callable[[Server], None]) -> None:
    with org_that(lambda call: Reply(body, headers=JSON), as_org) as client, pytest.raises(AccountError) as refused:
        SalesforceAccount().identify(client)
    assert refused.value.diagnostic.sentence == f"{QUERY}: {instead}"


def test_answer_that_unpacks_without_end_is_not_unpacked(as_org: Callable[[Server], None]) -> None:
    bomb = Reply(gzip.compress(b" " * 1_000_000) * 200, headers={**JSON, "Content-Encoding": "gzip"})
    with org_that(lambda call: bomb, as_org) as client, pytest.raises(AccountError) as refused:
        client.query("SELECT Id FROM Organization")
    assert refused.value.diagnostic.sentence == f"{QUERY}: the answer is larger than 64 MB"


def test_pages_that_never_end_are_left(as_org: Callable[[Server], None]) -> None:
    page = {"records": [], "done": False, "nextRecordsUrl": "/services/data/v63.0/query/01g-1"}
    reply = Reply(json.dumps(page).encode(), headers=JSON)
    with org_that(lambda call: reply, as_org) as client, pytest.raises(AccountError) as refused:
        client.query("SELECT Id FROM Organization")
    assert refused.value.diagnostic.sentence.endswith(": the pages of the answer never end")


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize("status", [302, 307, 308])
def test_no_call_follows_a_redirect(status: int, tls: bool, as_org: Callable[[Server], None]) -> None:
    with serving(lambda call: Reply(b"{}"), tls=tls) as elsewhere:
        away = Reply(status=status, headers={"Location": f"{elsewhere.url}/services"})
        with org_that(lambda call: away, as_org) as client:
            for ask in (
                lambda: client.query("SELECT Id FROM Organization"),
                lambda: client.read_components("CustomField", ["Lead.Tier__c"]),
                client.service,
            ):
                with pytest.raises(SessionError) as refused:
                    ask()
                points = (
                    f"{status} REDIRECTED, the server points to {elsewhere.url}/services, and no redirect is followed"
                )
                assert refused.value.diagnostic.sentence.endswith(points)
    assert elsewhere.calls == []


FAULT = """<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:sf="urn:fault"><s:Body><s:Fault>
<faultcode>sf:INVALID_TYPE</faultcode><faultstring>INVALID_TYPE: session {token} is wrong</faultstring>
</s:Fault></s:Body></s:Envelope>"""


def test_session_id_that_an_org_repeats_is_not_shown(as_org: Callable[[Server], None]) -> None:
    def answer(call: Call) -> Reply:
        if call.method == "POST":
            return Reply(FAULT.format(token=TOKEN).encode(), 500, {"Content-Type": "text/xml"})
        body = [{"errorCode": "INVALID_FIELD", "message": "x" * 380 + f" {TOKEN}"}]
        return Reply(json.dumps(body).encode(), 400, JSON)

    with org_that(answer, as_org) as client:
        with pytest.raises(AccountError) as rest:
            client.query("SELECT Id FROM Organization")
        with pytest.raises(AccountError) as soap:
            client.read_components("CustomField", ["Lead.Tier__c"])
    assert TOKEN[:12] not in str(rest.value)
    assert soap.value.diagnostic.sentence == f"{LIST}: 500 INVALID_TYPE, session [redacted] is wrong"


@pytest.mark.parametrize("body", [b"", b"7", b"<html/>", b"<html>cut", b'{"a": 1}'])
def test_answer_that_is_no_envelope_is_one_sentence(body: bytes, as_org: Callable[[Server], None]) -> None:
    reply = Reply(body, headers={"Content-Type": "text/xml"})
    with org_that(lambda call: reply, as_org) as client, pytest.raises(AccountError) as refused:
        client.read_components("CustomField", ["Lead.Tier__c"])
    assert refused.value.diagnostic.sentence.startswith(f"{LIST}: the answer ")


LOST: dict[str, Callable[[Reply], Reply]] = {
    "cut": lambda reply: Reply(reply.body[: len(reply.body) // 2], reply.status, reply.headers),
    "a page": lambda reply: Reply(b"<html>Gateway</html>", reply.status, reply.headers),
    "empty": lambda reply: Reply(b"", reply.status, reply.headers),
    "a 500": lambda reply: Reply(b"oops", 500),
}


@pytest.mark.parametrize("mangled", LOST.values(), ids=LOST)
@pytest.mark.parametrize("kind_name", ["CustomField", "PermissionSetAssignment"])
def test_create_whose_answer_is_lost_makes_one_object_which_stays_ours(
    kind_name: str,
    mangled: Callable[[Reply], Reply],
    accounts: RunningSimulators,
    as_org: Callable[[Server], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kind, made = KINDS[kind_name], 0
    org = accounts.salesforce
    assert org is not None

    def answer(call: Call) -> Reply:
        nonlocal made
        reply = passed_on(call, org.http_url)
        is_create = b"createMetadata" in call.body or (call.method == "POST" and "/sobjects/" in call.path)
        if not is_create:
            return reply
        made += 1
        return mangled(reply)

    Contract(accounts, "salesforce", kind).prepare()
    with serving(answer, tls=True) as server:
        as_org(server)
        monkeypatch.setenv("SALESFORCE_SESSION_ID", org.access_token)
        config = Config({"salesforce:organizationId": org.organization_id}, "revops")
        outputs = created_in_two_runs(kind, config)
    assert "adopted" not in outputs
    assert made == 1
