"""Servers that answer badly, or with bad intent: one sentence, no credential, nothing lost."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from pulumi.dynamic.config import Config
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.dynamic import KINDS

from revops_iac.errors import AccountError, SessionError
from tests.providers.contract import created_in_two_runs
from tests.providers.scripted_server import Call, Reply, passed_on, serving

TOKEN = "pat-na1-3f0c-secret"
DETAILS = "HubSpot GET /account-info/v3/details"

UNREADABLE = {
    "a page": (Reply(b"<html>Welcome</html>"), "the answer is a page instead of JSON"),
    "nothing": (Reply(b""), "the answer is empty"),
    "a list": (Reply(b"[]"), "the answer is a list instead of an object"),
    "a number": (Reply(b"7"), "the answer is a number instead of an object"),
    "not a number": (Reply(b"NaN"), "the answer is a number instead of an object"),
    "cut": (Reply(b'{"portalId": 48'), "the answer is cut or no JSON at character 15"),
    "Latin-1": (Reply('{"uiDomain": "Zürich"}'.encode("latin-1")), "the answer is not UTF-8"),
    "101 levels": (Reply(b'{"a":' * 101 + b"1" + b"}" * 101), "the answer has more than 100 levels"),
    "100,000 levels": (Reply(b"[" * 100_000), "the answer has more than 100 levels"),
    "no body": (Reply(status=204), "the answer is empty"),
    "a long number": (Reply(b'{"portalId": ' + b"9" * 5_000 + b"}"), "the answer holds a number that is too long"),
    "without a key": (Reply(b"{}"), 'the answer has no "portalId"'),
    "a text for an id": (Reply(b'{"portalId": "nan"}'), 'its portal id is "nan"'),
}


@pytest.mark.parametrize(("reply", "instead"), UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable_answer_is_one_sentence(reply: Reply, instead: str, waits: list[float]) -> None:
    with serving(lambda call: reply) as server, pytest.raises(AccountError) as refused:
        system().identify(HubSpotClient(TOKEN, server.url))
    assert refused.value.diagnostic.sentence == f"{DETAILS}: {instead}"


def system() -> Any:
    from revops_hubspot.account import HubSpotAccount

    return HubSpotAccount()


def test_body_that_ends_too_soon_is_asked_for_again(waits: list[float]) -> None:
    replies = iter([Reply(b'{"portalId": 48', declared=90), Reply(b'{"portalId": 48}')])
    with serving(lambda call: next(replies)) as server:
        assert HubSpotClient(TOKEN, server.url).portal_id() == 48
    assert len(waits) == 1


def test_answer_that_unpacks_without_end_is_not_unpacked(waits: list[float]) -> None:
    bomb = Reply(gzip.compress(b" " * 1_000_000) * 200, headers={"Content-Encoding": "gzip"})
    with serving(lambda call: bomb) as server, pytest.raises(AccountError) as refused:
        HubSpotClient(TOKEN, server.url).get("account", "/details")
    assert refused.value.diagnostic.sentence == f"{DETAILS}: the answer is larger than 64 MB"


def test_pages_that_never_end_are_left(waits: list[float]) -> None:
    page = Reply(json.dumps({"results": [], "paging": {"next": {"after": "1"}}}).encode())
    with serving(lambda call: page) as server, pytest.raises(AccountError) as refused:
        list(HubSpotClient(TOKEN, server.url).pages("owners", "/"))
    assert refused.value.diagnostic.sentence == "HubSpot GET /crm/v3/owners/: the pages of the answer never end"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_is_not_followed_and_named(status: int, waits: list[float]) -> None:
    with serving(lambda call: Reply(b'{"portalId": 1}')) as elsewhere:
        away = Reply(status=status, headers={"Location": f"{elsewhere.url}/account-info/v3/details"})
        with serving(lambda call: away) as server, pytest.raises(SessionError) as refused:
            HubSpotClient(TOKEN, server.url).get("account", "/details")
    assert elsewhere.calls == []
    assert refused.value.diagnostic.sentence == (
        f"{DETAILS}: {status}, redirects to {elsewhere.url}/account-info/v3/details are not followed"
    )


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 500])
def test_token_that_a_server_repeats_is_not_shown(status: int, waits: list[float]) -> None:
    body = {"message": "x" * 380 + f" token {TOKEN} is wrong", "correlationId": TOKEN}
    with serving(lambda call: Reply(json.dumps(body).encode(), status)) as server, pytest.raises(AccountError) as error:
        HubSpotClient(TOKEN, server.url).get("account", "/details")
    assert f": {status}, xxx" in str(error.value)
    assert TOKEN[:12] not in str(error.value)


def test_token_in_the_name_of_an_account_is_not_shown(waits: list[float], capfd: pytest.CaptureFixture[str]) -> None:
    from revops_iac.progress import tell

    reply = Reply(json.dumps({"portalId": 48, "accountType": TOKEN, "uiDomain": "x"}).encode())
    with serving(lambda call: reply) as server:
        tell(system().identify(HubSpotClient(TOKEN, server.url)).label)
    assert capfd.readouterr().err == "[redacted], x\n"


LOST: dict[str, Callable[[Reply], Reply]] = {
    "cut": lambda reply: Reply(reply.body[: len(reply.body) // 2], reply.status),
    "a page": lambda reply: Reply(b"<html>Gateway</html>", reply.status),
    "empty": lambda reply: Reply(b"", reply.status),
    "a list": lambda reply: Reply(b"[]", reply.status),
    "without a key": lambda reply: Reply(b"{}", reply.status),
    "a 500": lambda reply: Reply(b'{"message": "oops"}', 500),
}


@pytest.mark.parametrize("mangled", LOST.values(), ids=LOST)
@pytest.mark.parametrize("kind_name", ["PropertyGroup", "Workflow"])
def test_create_whose_answer_is_lost_makes_one_object_which_stays_ours(
    kind_name: str,
    mangled: Callable[[Reply], Reply],
    accounts: RunningSimulators,
    waits: list[float],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    kind, made = KINDS[kind_name], 0

    def answer(call: Call) -> Reply:
        nonlocal made
        reply = passed_on(call, accounts.hubspot.url)
        if call.method != "POST" or reply.status != 201:
            return reply
        made += 1
        return mangled(reply)

    with serving(answer) as server:
        monkeypatch.setenv("HUBSPOT_BASE_URL", server.url)
        config = Config({"hubspot:portalId": str(accounts.hubspot.portal_id)}, "revops")
        outputs = created_in_two_runs(kind, config)
    assert "adopted" not in outputs
    assert made == 1
