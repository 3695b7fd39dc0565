"""Where a login comes from, and the error when it cannot be one."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from crm_simulators.server import SalesforceAccess
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.credentials import NAMES, ORG_DISPLAY, read_credentials
from revops_salesforce.api.versions import WSDL_VERSION

from revops_iac.errors import SessionError
from tests.providers.revops_salesforce.conftest import no_config

TOKEN = "00D000000000001!AQ.MARKED-SECRET"


@pytest.fixture(autouse=True)
def _nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*NAMES.values(), ORG_DISPLAY, f"{ORG_DISPLAY}_FILE"):
        monkeypatch.delenv(name, raising=False)


def display(**result: str) -> str:
    return json.dumps({"status": 0, "result": result, "warnings": []})


def test_session_of_the_sf_cli_is_taken_from_its_output(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shown = display(accessToken=TOKEN, instanceUrl="https://northwind.my.salesforce.com", username="maya@example.com")
    monkeypatch.setenv(ORG_DISPLAY, shown)
    credentials = read_credentials(no_config)
    assert (credentials.way, credentials.values["sessionId"]) == (("instanceUrl", "sessionId"), TOKEN)

    monkeypatch.delenv(ORG_DISPLAY)
    (tmp_path / "org.json").write_text(shown)
    monkeypatch.setenv(f"{ORG_DISPLAY}_FILE", str(tmp_path / "org.json"))
    assert read_credentials(no_config) == credentials
    assert "MARKED" not in repr(credentials)


@pytest.mark.parametrize("text", ["not JSON", "[]", '{"status": 1, "message": "no org"}', '{"result": null}'])
def test_other_output_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(ORG_DISPLAY, text)
    with pytest.raises(SessionError) as refused:
        read_credentials(no_config)
    assert refused.value.diagnostic.sentence == (
        'Salesforce: SALESFORCE_ORG_DISPLAY is not what "sf org display --json" prints: accessToken or instanceUrl is '
        "missing"
    )


def test_hidden_token_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        ORG_DISPLAY, display(accessToken="[REDACTED] Use 'sf org auth'", instanceUrl="https://example.com")
    )
    with pytest.raises(SessionError) as refused:
        read_credentials(no_config)
    assert "the accessToken in SALESFORCE_ORG_DISPLAY is not a session id" in str(refused.value)
    assert "fix: SF_TEMP_SHOW_SECRETS=true sf org display --target-org ALIAS --json" in str(refused.value)


def test_file_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{ORG_DISPLAY}_FILE", "nowhere.json")
    with pytest.raises(SessionError, match=r'names "nowhere.json", which cannot be read \(No such file or directory\)'):
        read_credentials(no_config)


def test_plain_http_is_refused_with_the_address_to_use() -> None:
    credentials = read_credentials({"salesforce:instanceUrl": "http://127.0.0.1:9", "salesforce:sessionId": TOKEN}.get)
    with pytest.raises(SessionError) as refused:
        SalesforceClient(credentials).query("SELECT Id FROM Organization")
    assert str(refused.value) == (
        'Salesforce: the instance URL "http://127.0.0.1:9" must begin with https://\n'
        "    fix: set SALESFORCE_INSTANCE_URL to https://YOURDOMAIN.my.salesforce.com"
    )


def test_no_login_at_all_lists_the_ways() -> None:
    with pytest.raises(SessionError) as refused:
        read_credentials(no_config)
    assert (
        refused.value.diagnostic.sentence
        == "Salesforce: there is no complete login in the environment or in stack config"
    )
    assert "SALESFORCE_PRIVATE_KEY_FILE" in refused.value.diagnostic.fix


def test_best_complete_login_wins_and_a_half_one_does_not_count() -> None:
    half = {"salesforce:consumerKey": "key", "salesforce:privateKey": "pem"}
    password = {"salesforce:username": "maya@example.com", "salesforce:password": "pw"}
    assert read_credentials({**half, "salesforce:password": "pw", "salesforce:username": "m"}.get).way == (
        "consumerKey",
        "privateKey",
        "username",
    )
    assert read_credentials(password.get).way == ("username", "password")
    assert read_credentials({"salesforce:consumerKey": "key", **password}.get).way == ("username", "password")


def test_spoken_version_is_that_of_the_clients_wsdl() -> None:
    wsdl = files("simple_salesforce").joinpath("metadata.wsdl").read_text(encoding="utf-8")
    assert f"/services/Soap/m/{WSDL_VERSION}" in wsdl


def test_cli_session_reads_the_org(org: SalesforceAccess, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SALESFORCE_SESSION_ID", "SALESFORCE_INSTANCE_URL"):
        monkeypatch.delenv(name)
    monkeypatch.setenv(ORG_DISPLAY, display(accessToken=org.access_token, instanceUrl=org.https_url))
    client = SalesforceClient(read_credentials(no_config))
    assert client.query("SELECT Id FROM Organization")[0]["Id"] == org.organization_id
    client.close()
