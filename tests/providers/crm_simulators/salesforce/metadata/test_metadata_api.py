"""Operations of the Metadata API that are not about one type: rename, describe, and the envelope itself."""

from __future__ import annotations

import requests
from crm_simulators.server import RunningSimulators

from tests.providers.crm_simulators.salesforce.conftest import Client

SOAP = 'xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns="http://soap.sforce.com/2006/04/metadata"'


def post(simulators: RunningSimulators, body: str, tail: str = "") -> requests.Response:
    access = simulators.salesforce
    assert access is not None
    session = f"<SessionHeader><sessionId>{access.access_token}</sessionId></SessionHeader>"
    envelope = f"<e:Envelope {SOAP}><e:Header>{session}</e:Header><e:Body>{body}</e:Body></e:Envelope>"
    url = f"{access.http_url}/any/prefix/services/Soap/m/59.0{tail}"
    return requests.post(url, data=envelope, headers={"Content-Type": "text/xml"}, timeout=10)


def test_renamed_field_keeps_its_data_and_permissions(client: Client) -> None:
    client.create(client.text_field())
    client.grant("Lead.Tier__c")
    client.sf.Lead.create({"LastName": "Doe", "Company": "Acme", "Tier__c": "gold"})
    assert client.call("renameMetadata", "CustomField", "Lead.Tier__c", "Lead.Level__c").success
    assert client.sf.query("SELECT Level__c FROM Lead")["records"][0]["Level__c"] == "gold"


def test_field_in_use_is_not_renamed(client: Client) -> None:
    client.create(client.text_field(), client.formula_field("Lead.Length__c", "Number", "LEN(Tier__c)"))
    result = client.call("renameMetadata", "CustomField", "Lead.Tier__c", "Lead.Level__c")
    assert (result.errors[0].statusCode, result.errors[0].message) == (
        "CANNOT_RENAME_REFERENCED_FIELD",
        "Cannot rename field Lead.Tier__c because it is referenced elsewhere : Formula Field - Lead.Length__c",
    )


def test_renaming_other_types_is_refused(client: Client) -> None:
    result = client.call("renameMetadata", "Queue", "A", "B")
    assert result.errors[0].message == "Renaming a Queue is not enabled for this organization"


def test_describe_names_folders_and_children(client: Client) -> None:
    described = client.call("describeMetadata", 63.0)
    objects = {each.xmlName: each for each in described.metadataObjects}
    assert (objects["Flow"].directoryName, objects["Flow"].suffix) == ("flows", "flow")
    assert "CustomField" in objects["CustomObject"].childXmlNames
    assert described.partialSaveAllowed is True


def test_describe_of_a_type_says_what_the_api_may_do(client: Client) -> None:
    described = client.md.StandardValueSet.describe()
    assert (described.apiCreatable, described.apiUpdatable, described.apiDeletable) == (False, True, False)


def test_path_tail_prefix_and_soap_action_are_ignored(simulators: RunningSimulators) -> None:
    body = "<listMetadata><queries><type>CustomField</type></queries><asOfVersion>59.0</asOfVersion></listMetadata>"
    for tail in ("", "/", "/00D000000000001", "/deployRequest/0Af"):
        assert post(simulators, body, tail).status_code == 200


def test_unprefixed_xsi_type_and_capital_booleans_are_read(client: Client, simulators: RunningSimulators) -> None:
    body = (
        '<createMetadata xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><metadata xsi:type="CustomField">'
        "<fullName>Lead.Tier__c</fullName><type>Text</type><length> 80 </length><label>Tier</label>"
        "<required>False</required></metadata></createMetadata>"
    )
    assert "<success>true</success>" in post(simulators, body).text
    assert client.read("CustomField", "Lead.Tier__c").length == 80


def test_leaves_carry_no_attributes(client: Client, simulators: RunningSimulators) -> None:
    client.create(client.text_field())
    body = "<readMetadata><type>CustomField</type><fullNames>Lead.Tier__c</fullNames></readMetadata>"
    text = post(simulators, body).text
    assert '<records xsi:type="CustomField"><fullName>Lead.Tier__c</fullName>' in text
    assert "<label>Tier</label>" in text


def test_unknown_operation_and_broken_envelope_are_faults(simulators: RunningSimulators) -> None:
    unknown = post(simulators, "<frobnicate/>")
    assert unknown.status_code == 500
    assert "No operation available for request {http://soap.sforce.com/2006/04/metadata}frobnicate" in unknown.text
    assert "<faultcode>soapenv:Client</faultcode>" in post(simulators, "<unclosed>").text


def test_fault_of_a_session_is_plain_enough_for_jsforce(simulators: RunningSimulators) -> None:
    access = simulators.salesforce
    assert access is not None
    envelope = f"<e:Envelope {SOAP}><e:Body><describeMetadata/></e:Body></e:Envelope>"
    answer = requests.post(f"{access.http_url}/services/Soap/m/59.0", data=envelope, timeout=10)
    assert "<faultcode>sf:INVALID_SESSION_ID</faultcode>" in answer.text
    assert "INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session" in answer.text
