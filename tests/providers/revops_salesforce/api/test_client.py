"""The Salesforce client against the simulator: retries, limits, threads, and what people read when it fails."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from crm_simulators.salesforce.http.login import CONSUMER_KEY, CONSUMER_SECRET
from crm_simulators.server import RunningSimulators, SalesforceAccess
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from revops_salesforce.api.client import SalesforceClient, quoted
from revops_salesforce.api.credentials import read_credentials
from simple_salesforce.util import Usage

from revops_iac.errors import AccountError, Bug, SessionError
from tests.providers.revops_salesforce.conftest import OpenSession, no_config

FIELD = {"fullName": "Lead.Tier__c", "label": "Tier", "type": "Text", "length": 80}


def fields_created(accounts: RunningSimulators) -> int:
    return len(accounts.control.log.select(system="salesforce", path="/services/Soap/m/", writes_only=True))


def test_duplicate_is_one_sentence_with_the_vendors_message(client: SalesforceClient) -> None:
    client.create_component("CustomField", FIELD)
    with pytest.raises(AccountError) as refused:
        client.create_component("CustomField", FIELD)
    assert str(refused.value) == (
        'Salesforce SOAP createMetadata CustomField "Lead.Tier__c": DUPLICATE_DEVELOPER_NAME, '
        "There is already a field named Tier on Lead\n"
        "    fix: set adopt: true on its entry to adopt it, or give the entry another vendor_name"
    )


def test_bad_query_is_one_sentence_with_its_path(client: SalesforceClient) -> None:
    with pytest.raises(AccountError) as refused:
        client.query("SELECT Nothing__c FROM Lead")
    assert str(refused.value).startswith("Salesforce GET /services/data/v63.0/query: 400 INVALID_FIELD, ")
    assert "\n" not in str(refused.value)


def test_server_that_is_down_stops_the_account(
    org: SalesforceAccess, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALESFORCE_INSTANCE_URL", "https://127.0.0.1:9")
    client = SalesforceClient(read_credentials(no_config))
    with pytest.raises(SessionError) as refused:
        client.query("SELECT Id FROM Organization")
    assert str(refused.value) == (
        "Salesforce GET /services/data/v63.0/query: UNREACHABLE, the connection was refused or closed\n"
        "    fix: check SALESFORCE_INSTANCE_URL and the network, then run again"
    )
    assert len(waits) == 2


def test_untrusted_certificate_names_the_variable(org: SalesforceAccess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    client = SalesforceClient(read_credentials(no_config))
    with pytest.raises(SessionError, match="fix: set REQUESTS_CA_BUNDLE to the certificate authority of that server"):
        client.query("SELECT Id FROM Organization")
    client.close()


def test_login_of_a_netrc_file_does_not_replace_the_token(
    org: SalesforceAccess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    client = SalesforceClient(read_credentials(no_config))
    assert len(client.query("SELECT Id FROM Organization")) == 1
    client.close()


def test_missing_certificate_authority_stops_the_account(
    org: SalesforceAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "nowhere/ca.pem")
    with pytest.raises(SessionError) as refused:
        SalesforceClient(read_credentials(no_config)).query("SELECT Id FROM Organization")
    assert str(refused.value) == (
        "Salesforce GET /services/data/v63.0/query: UNTRUSTED, Could not find a suitable TLS CA certificate bundle, "
        "invalid path: nowhere/ca.pem\n"
        "    fix: set REQUESTS_CA_BUNDLE to the certificate authority of that server"
    )


def test_preview_makes_no_write_call(accounts: RunningSimulators, client: SalesforceClient) -> None:
    client.writes_allowed = False
    with pytest.raises(Bug, match="a write in a read-only run"):
        client.create_component("CustomField", FIELD)
    assert fields_created(accounts) == 0


def test_locked_row_is_tried_again(accounts: RunningSimulators, client: SalesforceClient, waits: list[float]) -> None:
    message = "UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record"
    accounts.control.faults.add("status", system="salesforce", status=400, message=message, count=2)
    client.create_component("CustomField", FIELD)
    assert len(waits) == 2
    assert "Lead.Tier__c" in client.read_components("CustomField", ["Lead.Tier__c"])


def test_spent_daily_limit_stops_at_once(
    accounts: RunningSimulators, client: SalesforceClient, waits: list[float]
) -> None:
    accounts.control.faults.add("rate_limit", system="salesforce", policy="DAILY")
    with pytest.raises(SessionError) as refused:
        client.query("SELECT Id FROM Organization")
    assert str(refused.value) == (
        "Salesforce GET /services/data/v63.0/query: 403 REQUEST_LIMIT_EXCEEDED, TotalRequests Limit exceeded\n"
        "    fix: wait until the calls of the last 24 hours fall below the limit, or raise it"
    )
    assert waits == []


def test_write_that_was_not_answered_is_looked_for_before_it_is_sent_again(
    accounts: RunningSimulators, client: SalesforceClient
) -> None:
    accounts.control.faults.add("timeout_after_write", system="salesforce", method="POST", count=1)
    client.create_component("CustomField", FIELD)
    assert fields_created(accounts) == 1


def test_expired_session_logs_in_again_where_it_can(
    accounts: RunningSimulators, org: SalesforceAccess, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    host = org.https_url.removeprefix("https://")
    monkeypatch.delenv("SALESFORCE_SESSION_ID")
    monkeypatch.setenv("SALESFORCE_USERNAME", org.username)
    monkeypatch.setenv("SALESFORCE_PASSWORD", org.password)
    # simple-salesforce appends its own domain, and the simulator takes any path in front [V].
    monkeypatch.setenv("SALESFORCE_DOMAIN", f"{host}/sim")
    client = SalesforceClient(read_credentials(no_config))
    client.query("SELECT Id FROM Organization")
    accounts.control.faults.add("expired_session", system="salesforce", count=1)

    assert client.query("SELECT Id FROM Organization")[0]["Id"] == org.organization_id
    assert client.read_components("CustomField", ["Lead.Tier__c"]) == {}
    client.close()


def test_log_in_with_client_credentials(org: SalesforceAccess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SALESFORCE_SESSION_ID")
    monkeypatch.setenv("SALESFORCE_CONSUMER_KEY", CONSUMER_KEY)
    monkeypatch.setenv("SALESFORCE_CONSUMER_SECRET", CONSUMER_SECRET)
    monkeypatch.setenv("SALESFORCE_DOMAIN", f"{org.https_url.removeprefix('https://')}/sim")
    client = SalesforceClient(read_credentials(no_config))
    assert client.query("SELECT Id FROM Organization")[0]["Id"] == org.organization_id
    client.close()


def with_private_key(org: SalesforceAccess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SalesforceClient:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "key.pem").write_bytes(key.private_bytes(*form))
    monkeypatch.delenv("SALESFORCE_SESSION_ID")
    monkeypatch.setenv("SALESFORCE_CONSUMER_KEY", "key")
    monkeypatch.setenv("SALESFORCE_USERNAME", org.username)
    monkeypatch.setenv("SALESFORCE_PRIVATE_KEY_FILE", str(tmp_path / "key.pem"))
    monkeypatch.setenv("SALESFORCE_DOMAIN", f"{org.https_url.removeprefix('https://')}/sim")
    return SalesforceClient(read_credentials(no_config))


def test_log_in_with_a_private_key(org: SalesforceAccess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    client = with_private_key(org, monkeypatch, tmp_path)
    assert client.query("SELECT Id FROM Organization")[0]["Id"] == org.organization_id
    client.close()


def test_signed_login_that_a_wrong_clock_spoils_is_explained_by_the_clock(
    accounts: RunningSimulators, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    accounts.control.clock.advance(2 * 86_400)
    client = with_private_key(accounts.salesforce, monkeypatch, tmp_path)
    with pytest.raises(SessionError) as refused:
        client.query("SELECT Id FROM Organization")
    assert str(refused.value).startswith(
        "Salesforce: the login was refused (expired authorization code); "
        "this machine is 48 h behind Salesforce, and it signs for three minutes\n    fix: synchronize the clock"
    )
    assert abs((client.clock.now() - accounts.control.clock.now()).total_seconds()) < 5


def test_wrong_password_names_no_secret(org: SalesforceAccess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SALESFORCE_SESSION_ID")
    monkeypatch.setenv("SALESFORCE_USERNAME", org.username)
    monkeypatch.setenv("SALESFORCE_PASSWORD", "MARKED-SECRET")
    monkeypatch.setenv("SALESFORCE_DOMAIN", f"{org.https_url.removeprefix('https://')}/sim")
    client = SalesforceClient(read_credentials(no_config))
    with pytest.raises(SessionError) as refused:
        client.query("SELECT Id FROM Organization")
    assert str(refused.value).startswith(
        "Salesforce login: INVALID_LOGIN, Invalid username, password, security token; or user locked out\n"
    )
    assert "MARKED-SECRET" not in str(refused.value)


def test_token_that_soap_does_not_take_is_refused_with_the_switch(
    org: SalesforceAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALESFORCE_SESSION_ID", "eyJhbGciOi.payload.signature")
    with pytest.raises(SessionError) as refused:
        SalesforceClient(read_credentials(no_config)).query("SELECT Id FROM Organization")
    assert str(refused.value) == (
        "Salesforce: the login gave a JWT-based access token, which the Metadata API does not take\n"
        '    fix: switch off "Issue JSON Web Token (JWT)-based access tokens" in the connected app'
    )


def test_expired_session_id_is_a_session_error(accounts: RunningSimulators, client: SalesforceClient) -> None:
    accounts.control.faults.add("expired_session", system="salesforce", path="/Soap/")
    with pytest.raises(SessionError) as refused:
        client.list_components("CustomField")
    assert str(refused.value).startswith(
        "Salesforce SOAP listMetadata CustomField: 500 INVALID_SESSION_ID, Session expired or invalid\n"
        "    fix: set SALESFORCE_SESSION_ID to a fresh session id"
    )


def test_calls_slow_down_when_the_day_runs_out(client: SalesforceClient) -> None:
    assert client.limits.pause_s() == 0
    client.limits.note({"api-usage": Usage(14_250, 15_000)})
    assert client.limits.pause_s() == pytest.approx(1.0)
    client.limits.note({"api-usage": Usage(15_000, 15_000)})
    assert client.limits.pause_s() == pytest.approx(2.0)


def test_four_threads_share_one_client(client: SalesforceClient) -> None:
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            client.create_component("CustomField", {**FIELD, "fullName": f"Lead.Field_{number}__c"})
        except BaseException as error:  # noqa: BLE001 - it is raised again in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len([name for name in client.list_components("CustomField") if name.startswith("Lead.Field_")]) == 4


def test_deleting_what_is_gone_is_no_error(client: SalesforceClient) -> None:
    client.delete_component("CustomField", "Lead.Nowhere__c")


def test_query_follows_its_pages(accounts: RunningSimulators, client: SalesforceClient) -> None:
    leads = [{"LastName": f"Lead {number}", "Company": "Northwind"} for number in range(2001)]
    accounts.seed("salesforce", {"records": {"Lead": leads}})
    assert len(client.query("SELECT Id FROM Lead")) == 2001
    assert client.count("SELECT COUNT() FROM Lead") == 2001


def test_texts_are_quoted_for_soql() -> None:
    assert quoted("O'Neil \\ Co") == "'O\\'Neil \\\\ Co'"


def test_what_is_saved_keeps_its_owner_though_an_assignment_rule_is_active(
    client: SalesforceClient, accounts: RunningSimulators
) -> None:
    accounts.control.switches.set("salesforce.auto_assign_without_header", True)
    entry = {"assignedTo": "Waiting", "assignedToType": "Queue"}
    rule = {"assignmentRule": [{"fullName": "All", "active": True, "ruleEntry": [entry]}]}
    accounts.seed("salesforce", {"queues": [{"DeveloperName": "Waiting"}]})
    accounts.seed("salesforce", {"components": {"AssignmentRules": {"Lead": rule}}})
    made = client.send("POST", "sobjects/Lead", {"LastName": "Lind", "Company": "Example"})
    client.send("PATCH", f"sobjects/Lead/{made['id']}", {"City": "Oslo"})
    assert client.query("SELECT Owner.Type FROM Lead")[0]["Owner"]["Type"] == "User"


def test_elements_that_are_newer_than_the_wsdl_come_and_go_where_the_org_is_newer(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    accounts.control.switches.set("salesforce.newest_version", 66)
    client = open_session().client
    body = {"fullName": "Bypass", "label": "Bypass", "isLicensed": False, "strength": "9", "kept": {"why": "newer"}}
    client.create_component("CustomPermission", body)
    assert client.read_components("CustomPermission", ["Bypass"]) == {"Bypass": body}
    assert client.version == "66.0"
    with pytest.raises(AccountError, match=r"^Salesforce GET /services/data/v66\.0/query: 400 "):
        client.query("SELECT Nothing FROM Nowhere")


def test_elements_that_are_newer_than_an_org_are_refused_by_it(open_session: OpenSession) -> None:
    with pytest.raises(AccountError, match="strength invalid at this location in type CustomPermission"):
        open_session().client.create_component("CustomPermission", {"fullName": "A", "label": "A", "strength": "9"})
