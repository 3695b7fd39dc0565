"""Which org it is, how to log in, and who people are."""

from __future__ import annotations

import pytest
from crm_simulators.server import SalesforceAccess
from revops_salesforce.account import SalesforceAccount
from revops_salesforce.api.credentials import Credentials, read_credentials

from revops_iac.errors import AuthorError, SessionError
from revops_iac.provider.kind import Lookup
from tests.providers.revops_salesforce.conftest import OpenSession, no_config

ACCOUNT = SalesforceAccount()


@pytest.mark.parametrize("text", ["00DSm0000000001", "00DSm0000000001MAA"])
def test_organization_id_has_15_characters_or_18_with_its_checksum(text: str) -> None:
    assert ACCOUNT.parse_id(text) == "00DSm0000000001MAA"


@pytest.mark.parametrize(
    "text",
    [
        "00DSm0000000001garbage and more",
        "00DSm0000000001XXX",
        "00DSm0000000001maa",
        "00DSm000000000",
        " 00DSm0000000001",
        "00DSm0000000001\n",
        "001Sm0000000001",
        "00DSm000000000é",
        "",
    ],
)
def test_anything_else_is_no_organization_id(text: str) -> None:
    with pytest.raises(AuthorError, match=r'(?s)"salesforce:organizationId" is ".*", it must be an organization id'):
        ACCOUNT.parse_id(text)


def test_org_says_who_it_is(open_session: OpenSession, org: SalesforceAccess) -> None:
    identity = open_session().open()
    assert identity.id == org.organization_id
    assert identity.label.endswith("Developer Edition, developer org")


def test_another_org_is_refused_before_anything_is_read(open_session: OpenSession, org: SalesforceAccess) -> None:
    with pytest.raises(SessionError) as refused:
        open_session(**{"salesforce:organizationId": "00D000000000001"})
    assert str(refused.value) == (
        f'Salesforce: the credentials belong to organization id "{org.organization_id}", '
        'stack config says "00D000000000001"; nothing was read or changed\n'
        f"    fix: use the credentials of 00D000000000001, or pulumi config set salesforce:organizationId "
        f"{org.organization_id}"
    )


def test_wrong_token_is_one_sentence_without_the_token(
    open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALESFORCE_SESSION_ID", "00D000000000001!SECRET")
    with pytest.raises(SessionError) as refused:
        open_session()
    assert str(refused.value) == (
        "Salesforce GET /services/data/v63.0/query: 401 INVALID_SESSION_ID, Session expired or invalid\n"
        "    fix: set SALESFORCE_SESSION_ID to a fresh session id, or log in with SALESFORCE_CONSUMER_KEY and a "
        "private key; after a secret in stack config was rotated, refresh and destroy still use the old one unless "
        "--run-program"
    )


def test_names_resolve_to_ids(open_session: OpenSession, org: SalesforceAccess) -> None:
    session = open_session()
    assert str(session.resolve(Lookup("user", org.username))).startswith("005")
    assert session.resolve(Lookup("user", "nobody@northwind.example")) is None
    assert session.resolve(Lookup("queue", "Nobody's")) is None
    assert str(session.resolve(Lookup("profile", "System Administrator"))).startswith("00e")


def clear(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INSTANCE_URL", "SESSION_ID", "CONSUMER_KEY", "CONSUMER_SECRET", "USERNAME", "PASSWORD"):
        monkeypatch.delenv(f"SALESFORCE_{name}", raising=False)


def test_no_login_at_all_names_the_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    clear(monkeypatch)
    with pytest.raises(SessionError) as refused:
        read_credentials(no_config)
    assert str(refused.value) == (
        "Salesforce: there is no complete login in the environment or in stack config\n"
        "    fix: set SALESFORCE_INSTANCE_URL and SALESFORCE_SESSION_ID, or SALESFORCE_CONSUMER_KEY, "
        "SALESFORCE_PRIVATE_KEY_FILE and SALESFORCE_USERNAME, or SALESFORCE_CONSUMER_KEY, SALESFORCE_CONSUMER_SECRET "
        "and SALESFORCE_DOMAIN"
    )


def test_environment_wins_over_stack_config(monkeypatch: pytest.MonkeyPatch) -> None:
    clear(monkeypatch)
    monkeypatch.setenv("SALESFORCE_CONSUMER_KEY", "key")
    monkeypatch.setenv("SALESFORCE_CONSUMER_SECRET", "secret")
    monkeypatch.setenv("SALESFORCE_DOMAIN", "northwind.my")
    config = {"salesforce:instanceUrl": "https://northwind.my.salesforce.com", "salesforce:sessionId": "old"}
    assert read_credentials(config.get).way == ("consumerKey", "consumerSecret", "domain")


def test_stack_config_completes_a_login(monkeypatch: pytest.MonkeyPatch) -> None:
    clear(monkeypatch)
    monkeypatch.setenv("SALESFORCE_SESSION_ID", "session")
    config = {"salesforce:instanceUrl": "https://northwind.my.salesforce.com"}
    found = read_credentials(config.get)
    assert found.way == ("instanceUrl", "sessionId")
    assert not found.can_log_in_again


def test_credentials_never_show_their_values() -> None:
    assert "secret" not in repr(Credentials(("sessionId",), {"sessionId": "secret"}))


def test_instance_url_must_be_https(open_session: OpenSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESFORCE_INSTANCE_URL", "http://northwind.example")
    with pytest.raises(SessionError, match=r'the instance URL "http://northwind.example" must begin with https'):
        open_session()
