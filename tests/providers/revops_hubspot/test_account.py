"""Reaching a HubSpot account, and resolving people in it."""

from __future__ import annotations

import pytest
from crm_simulators.server import RunningSimulators
from revops_hubspot.account import HubSpotAccount
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.dynamic import PROVIDERS

from revops_iac import account, dynamic
from revops_iac.account import AccountProvider
from revops_iac.errors import AuthorError, SessionError
from revops_iac.provider.kind import Lookup
from revops_iac.provider.session import Session
from tests.providers.revops_hubspot.conftest import OpenSession
from tests.sessions import new_session

ACCOUNT = HubSpotAccount()


def nothing(key: str) -> None:
    return None


def test_environment_wins_over_stack_config(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "from-environment")
    monkeypatch.setenv("HUBSPOT_BASE_URL", "https://environment.example/")
    config = {"hubspot:accessToken": "from-config", "hubspot:baseUrl": "https://config.example"}
    assert ACCOUNT.connect(config.get).base_url == "https://environment.example"


def test_missing_token_says_where_to_put_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUBSPOT_ACCESS_TOKEN", raising=False)
    with pytest.raises(SessionError) as missing:
        ACCOUNT.connect(nothing)
    assert str(missing.value) == (
        "HubSpot: no access token is set\n"
        "    fix: export HUBSPOT_ACCESS_TOKEN=…, or pulumi config set --secret hubspot:accessToken"
    )


def test_base_url_without_scheme_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "token")
    monkeypatch.setenv("HUBSPOT_BASE_URL", "api.hubapi.com")
    with pytest.raises(SessionError, match=r'the base URL is "api.hubapi.com", it must start with https:// or http://'):
        ACCOUNT.connect(nothing)


def test_unknown_api_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "token")
    monkeypatch.setenv("HUBSPOT_API_VERSION", "v9")
    with pytest.raises(SessionError, match=r'HUBSPOT_API_VERSION is "v9", it must be one of v3, 2026-09'):
        ACCOUNT.connect(nothing)


def test_account_names_its_portal_and_kind(accounts: RunningSimulators) -> None:
    identity = ACCOUNT.identify(ACCOUNT.connect(nothing))
    assert identity.id == str(accounts.hubspot.portal_id)
    assert identity.label == "STANDARD, app.hubspot.com"


def test_wrong_portal_is_refused_before_anything_is_read(accounts: RunningSimulators) -> None:
    config = {"hubspot:portalId": "1"}
    session: Session[HubSpotClient] = new_session("hubspot", config.get)
    with pytest.raises(SessionError) as wrong:
        session.open()
    assert f'the credentials belong to portal id "{accounts.hubspot.portal_id}", stack config says "1"' in str(
        wrong.value
    )
    assert [r.path for r in accounts.control.log.select(system="hubspot")] == ["/account-info/v3/details"]


def test_owner_and_user_of_one_person_have_different_ids(accounts: RunningSimulators) -> None:
    accounts.seed(
        "hubspot", {"teams": [{"name": "SDR"}], "users": [{"email": "maya.chen@northwind.example", "team": "SDR"}]}
    )
    client = ACCOUNT.connect(nothing)
    owner = ACCOUNT.resolve(client, Lookup("owner", "Maya.Chen@northwind.example"))
    user = ACCOUNT.resolve(client, Lookup("user", "maya.chen@northwind.example"))
    assert owner
    assert user
    assert owner != user
    assert ACCOUNT.resolve(client, Lookup("team", "SDR"))


def test_unknown_names_resolve_to_nothing(accounts: RunningSimulators) -> None:
    client = ACCOUNT.connect(nothing)
    assert ACCOUNT.resolve(client, Lookup("owner", "nobody@northwind.example")) is None
    assert ACCOUNT.resolve(client, Lookup("team", "Nobody")) is None


def test_people_are_read_once(accounts: RunningSimulators) -> None:
    client = ACCOUNT.connect(nothing)
    for name in ("a", "b", "c"):
        ACCOUNT.resolve(client, Lookup("owner", f"{name}@northwind.example"))
        ACCOUNT.resolve(client, Lookup("user", f"{name}@northwind.example"))
    assert len(accounts.control.log.select(system="hubspot", path="/crm/v3/owners")) == 1


@pytest.mark.parametrize("account_is_read_first", [True, False])
def test_refresh_says_once_that_the_portal_stopped_answering(
    account_is_read_first: bool,
    accounts: RunningSimulators,
    open_session: OpenSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    accounts.control.faults.add("timeout_after_write", method="GET", path="/crm/v3/properties/contacts$")
    session = open_session(writes=False)
    for module in (account, dynamic):
        monkeypatch.setattr(module, "session_of", lambda _: session)
    field, others = {"object": "contacts", "name": "acv"}, [{"object": "contacts", "name": f"f{n}"} for n in range(5)]
    whole = {"system": "hubspot", "stack": "test", "account_id": "1", "declared": "Property contacts.acv"}

    def read_account() -> None:
        assert AccountProvider().read("1", whole).id == "1"

    if account_is_read_first:
        read_account()
    with pytest.raises(SessionError, match="no answer from http"):
        PROVIDERS["PropertyProvider"]().read("contacts.acv", field)
    read_account()
    for other in others:
        assert PROVIDERS["PropertyProvider"]().read("contacts.f", other).outs == other


@pytest.mark.parametrize(
    ("url", "hosts", "is_allowed"),
    [
        ("http://10.1.2.3:8080", None, False),
        ("http://10.1.2.3:8080", "10.1.2.3", True),
        ("http://proxy.example", "other.example, proxy.example", True),
        ("http://127.0.0.1:8080", None, True),
        ("http://[::1]:8080", None, True),
        ("http://localhost:8080", None, True),
        ("http://localhost.example", None, False),
        ("https://10.1.2.3", None, True),
    ],
)
def test_token_goes_unencrypted_only_where_stack_config_says_so(
    url: str, hosts: str | None, is_allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUBSPOT_BASE_URL", raising=False)
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "pat-na1-x")
    config = {"hubspot:baseUrl": url, "revops:allowPlainHttp": hosts}
    if is_allowed:
        ACCOUNT.connect(config.get)
        return
    with pytest.raises(SessionError) as refused:
        ACCOUNT.connect(config.get)
    assert (
        refused.value.diagnostic.sentence == f'HubSpot: the base URL is "{url}", which would send the token unencrypted'
    )


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://maya:hunter22@api.hubapi.com", "HubSpot: the base URL holds a user name or a password"),
        ("https://[::1", 'HubSpot: the base URL is "https://[::1", it must start with https:// or http://'),
        ("https://", 'HubSpot: the base URL is "https://", it must start with https:// or http://'),
    ],
)
def test_address_without_a_host_or_with_a_password_is_refused(
    url: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSPOT_BASE_URL", url)
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "pat-na1-x")
    with pytest.raises(SessionError) as refused:
        ACCOUNT.connect(lambda key: None)
    assert refused.value.diagnostic.sentence == sentence


@pytest.mark.parametrize("text", [" 48210773 ", "048210773", "48210773\n", "0", "-1", "4.8", "٤٨", "48210773,1", ""])
def test_only_digits_are_a_portal_id(text: str) -> None:
    assert ACCOUNT.parse_id("48210773") == "48210773"
    with pytest.raises(AuthorError, match=r'(?s)"hubspot:portalId" is ".*", it must be a portal id: digits only'):
        ACCOUNT.parse_id(text)


def test_portal_id_of_the_wrong_form_stops_the_account_before_any_call(accounts: RunningSimulators) -> None:
    session = new_session("hubspot", {"hubspot:portalId": f"0{accounts.hubspot.portal_id}"}.get)
    with pytest.raises(SessionError, match=r"it must be a portal id"):
        session.open()
    assert accounts.control.log.select(system="hubspot") == []
