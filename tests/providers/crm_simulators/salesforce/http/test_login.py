"""Logins and sessions, with the login calls of the unmodified client."""

from __future__ import annotations

import pytest
import requests
from crm_simulators.server import RunningSimulators
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceExpiredSession
from zeep.exceptions import Fault

from tests.providers.crm_simulators.salesforce.conftest import Client


def domain(simulators: RunningSimulators) -> str:
    """simple-salesforce appends .salesforce.com to it, which ends in the path here."""
    assert simulators.salesforce is not None
    return simulators.salesforce.https_url.removeprefix("https://") + "/sim"


def test_soap_login_answers_a_session_and_the_listener_it_came_in_on(
    client: Client, simulators: RunningSimulators
) -> None:
    access = simulators.salesforce
    assert access is not None
    sf = Salesforce(username=access.username, password=access.password, security_token="", domain=domain(simulators))
    assert sf.sf_instance == access.https_url.removeprefix("https://")
    assert sf.query("SELECT COUNT() FROM User")["totalSize"] == 1
    sf.session.close()


def test_wrong_password_is_refused_with_the_vendors_text(client: Client, simulators: RunningSimulators) -> None:
    with pytest.raises(SalesforceAuthenticationFailed) as error:
        Salesforce(username="admin@simulated.example", password="no", security_token="", domain=domain(simulators))
    assert error.value.code == "INVALID_LOGIN"
    assert error.value.auth_message == "Invalid username, password, security token; or user locked out."


def test_client_credentials_open_a_session(client: Client, simulators: RunningSimulators) -> None:
    sf = Salesforce(
        consumer_key="simulated-consumer-key", consumer_secret="simulated-consumer-secret", domain=domain(simulators)
    )
    assert sf.limits()["DailyApiRequests"]["Max"] == 15000
    sf.session.close()


def test_unknown_client_gets_an_oauth_error(client: Client, simulators: RunningSimulators) -> None:
    with pytest.raises(SalesforceAuthenticationFailed) as error:
        Salesforce(consumer_key="x", consumer_secret="y", domain=domain(simulators))
    assert (error.value.code, error.value.auth_message) == ("invalid_client", "invalid client credentials")


def list_fields(client: Client, session_id: str) -> None:
    """Over SOAP in another session than the client's, which has read the WSDL."""
    header = client.md._client.get_element("ns0:SessionHeader")(sessionId=session_id)
    query = client.md.ListMetadataQuery(type="CustomField")
    client.md._service.listMetadata([query], "63.0", _soapheaders=[header])


def test_wrong_session_is_401_on_rest_and_a_fault_on_soap(client: Client, simulators: RunningSimulators) -> None:
    access = simulators.salesforce
    assert access is not None
    sf = Salesforce(session_id="00D000000000001!WRONG", instance_url=access.https_url, version="63.0")
    with pytest.raises(SalesforceExpiredSession) as error:
        sf.limits()
    assert error.value.content == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
    with pytest.raises(Fault) as fault:
        list_fields(client, str(sf.session_id))
    assert fault.value.code == "sf:INVALID_SESSION_ID"
    sf.session.close()


def test_user_without_the_permission_cannot_use_the_metadata_api(client: Client, simulators: RunningSimulators) -> None:
    access = simulators.salesforce
    assert access is not None
    simulators.seed("salesforce", {"users": [{"Username": "rep@example.com"}]})
    sf = Salesforce(username="rep@example.com", password=access.password, security_token="", domain=domain(simulators))
    with pytest.raises(Fault, match="use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata"):
        list_fields(client, str(sf.session_id))
    sf.session.close()


def test_users_may_ask_for_their_own_permissions(client: Client, simulators: RunningSimulators) -> None:
    access = simulators.salesforce
    assert access is not None
    asked = "SELECT PermissionsModifyMetadata, PermissionsViewSetup FROM UserPermissionAccess"
    simulators.seed("salesforce", {"users": [{"Username": "rep@example.com"}]})
    sf = Salesforce(username="rep@example.com", password=access.password, security_token="", domain=domain(simulators))
    for asking, live in ((client.sf, True), (sf, False)):
        (row,) = asking.query(asked)["records"]
        assert (row["PermissionsModifyMetadata"], row["PermissionsViewSetup"]) == (live, live)
    sf.session.close()


def test_user_info_names_user_and_organization(client: Client, simulators: RunningSimulators) -> None:
    access = simulators.salesforce
    assert access is not None
    headers = {"Authorization": f"Bearer {access.access_token}"}
    info = requests.get(f"{access.http_url}/services/oauth2/userinfo", headers=headers, timeout=10).json()
    assert (info["organization_id"], info["preferred_username"]) == (access.organization_id, access.username)


def test_versions_end_with_the_one_that_is_modeled(client: Client, simulators: RunningSimulators) -> None:
    assert simulators.salesforce is not None
    versions = requests.get(f"{simulators.salesforce.http_url}/services/data/", timeout=10).json()
    assert versions[-1] == {"label": "Spring '25", "url": "/services/data/v63.0", "version": "63.0"}


def test_newer_version_than_the_modeled_one_is_not_found(client: Client, simulators: RunningSimulators) -> None:
    assert simulators.salesforce is not None
    answer = requests.get(f"{simulators.salesforce.http_url}/services/data/v64.0/limits", timeout=10)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (404, "NOT_FOUND")


def test_login_is_gone_from_the_versions_that_lack_it(client: Client, simulators: RunningSimulators) -> None:
    simulators.control.switches.set("salesforce.newest_version", 67)
    arguments = {"username": "admin@simulated.example", "password": "no", "security_token": ""}
    with pytest.raises(SalesforceAuthenticationFailed) as error:
        Salesforce(**arguments, domain=domain(simulators), version="64.0")
    assert error.value.code == "INVALID_LOGIN"
    with pytest.raises(SalesforceAuthenticationFailed) as error:
        Salesforce(**arguments, domain=domain(simulators), version="65.0")
    assert "UNSUPPORTED_API_VERSION" in str(error.value)


def test_switch_says_which_version_is_the_newest(client: Client, simulators: RunningSimulators) -> None:
    assert simulators.salesforce is not None
    simulators.control.switches.set("salesforce.newest_version", 66)
    versions = requests.get(f"{simulators.salesforce.http_url}/services/data/", timeout=10).json()
    assert versions[-1] == {"label": "Spring '26", "url": "/services/data/v66.0", "version": "66.0"}
