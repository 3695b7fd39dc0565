"""Composite, limits, describe, and components through the Tooling API."""

from __future__ import annotations

import pytest
from simple_salesforce.exceptions import SalesforceGeneralError, SalesforceMalformedRequest, SalesforceResourceNotFound

from tests.providers.crm_simulators.salesforce.conftest import Client


def test_usage_is_counted_and_shown(client: Client) -> None:
    first = client.sf.limits()["DailyApiRequests"]["Remaining"]
    client.sf.query("SELECT Id FROM Lead")
    assert client.sf.api_usage["api-usage"].total == 15000
    assert client.sf.limits()["DailyApiRequests"]["Remaining"] == first - 2


def test_composite_uses_what_earlier_parts_answered(client: Client) -> None:
    base = "/services/data/v63.0/sobjects"
    account = {"method": "POST", "url": f"{base}/Account", "referenceId": "a", "body": {"Name": "Acme"}}
    contact = {"LastName": "Doe", "AccountId": "@{a.id}"}
    person = {"method": "POST", "url": f"{base}/Contact", "referenceId": "c", "body": contact}
    answer = client.sf.restful("composite", method="POST", json={"compositeRequest": [account, person]})
    assert [part["httpStatusCode"] for part in answer["compositeResponse"]] == [201, 201]
    assert client.sf.query("SELECT Account.Name FROM Contact")["records"][0]["Account"]["Name"] == "Acme"


def test_failed_composite_rolls_back_when_all_or_none(client: Client) -> None:
    base = "/services/data/v63.0/sobjects"
    parts = [
        {"method": "POST", "url": f"{base}/Account", "referenceId": "a", "body": {"Name": "Acme"}},
        {"method": "POST", "url": f"{base}/Account", "referenceId": "b", "body": {}},
    ]
    body = {"allOrNone": True, "compositeRequest": parts}
    answer = client.sf.restful("composite", method="POST", json=body)["compositeResponse"]
    assert [part["body"][0]["errorCode"] for part in answer] == ["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING"]
    assert client.sf.query("SELECT COUNT() FROM Account")["totalSize"] == 0


def test_collections_save_many_and_report_each(client: Client) -> None:
    records = [{"attributes": {"type": "Account"}, "Name": "Acme"}, {"attributes": {"type": "Account"}}]
    results = client.sf.restful("composite/sobjects", method="POST", json={"allOrNone": False, "records": records})
    assert [result["success"] for result in results] == [True, False]
    assert results[1]["errors"][0] == {
        "statusCode": "REQUIRED_FIELD_MISSING",
        "message": "Required fields are missing: [Name]",
        "fields": ["Name"],
    }
    client.sf.restful("composite/sobjects", params={"ids": results[0]["id"]}, method="DELETE")
    assert client.sf.query("SELECT COUNT() FROM Account")["totalSize"] == 0


def test_batch_answers_each_request(client: Client) -> None:
    requests = [{"method": "GET", "url": "v63.0/limits"}, {"method": "GET", "url": "v63.0/sobjects/Nope"}]
    answer = client.sf.restful("composite/batch", method="POST", json={"batchRequests": requests})
    assert [result["statusCode"] for result in answer["results"]] == [200, 404]


def test_describe_knows_values_and_rights(client: Client) -> None:
    fields = {field["name"]: field for field in client.sf.Lead.describe()["fields"]}
    assert [value["value"] for value in fields["Rating"]["picklistValues"]] == ["Hot", "Warm", "Cold"]
    assert (fields["Name"]["createable"], fields["Company"]["nillable"]) == (False, False)
    assert "Lead" in {entry["name"] for entry in client.sf.describe()["sobjects"]}


def test_unknown_paths_and_methods_are_refused(client: Client) -> None:
    with pytest.raises(SalesforceResourceNotFound):
        client.sf.restful("chatter/feeds")
    with pytest.raises(SalesforceGeneralError) as error:
        client.sf.restful("limits/", method="PUT")
    assert error.value.status == 405


def test_field_is_made_changed_and_deleted_through_tooling(client: Client) -> None:
    metadata = {"type": "Text", "label": "Tier", "length": 80}
    data = {"FullName": "Lead.Tier__c", "Metadata": metadata}
    made = client.sf.toolingexecute("sobjects/CustomField", method="POST", data=data)
    path = f"sobjects/CustomField/{made['id']}"
    client.sf.toolingexecute(path, method="PATCH", data={"Metadata": {**metadata, "label": "Level"}})
    assert client.read("CustomField", "Lead.Tier__c").label == "Level"
    client.sf.toolingexecute(path, method="DELETE")
    assert client.read("CustomField", "Lead.Tier__c").fullName is None


def test_tooling_refuses_with_the_metadata_error(client: Client) -> None:
    data = {"FullName": "Lead.Tier__c", "Metadata": {"type": "Text", "label": "Tier"}}
    with pytest.raises(SalesforceMalformedRequest) as error:
        client.sf.toolingexecute("sobjects/CustomField", method="POST", data=data)
    assert error.value.content == [
        {
            "message": "Must specify 'length' for a CustomField of type Text",
            "errorCode": "FIELD_INTEGRITY_EXCEPTION",
            "fields": ["length"],
        }
    ]


def test_object_of_the_source_tracker_is_not_found(client: Client) -> None:
    with pytest.raises(SalesforceResourceNotFound):
        client.sf.toolingexecute("sobjects/SourceMember/describe")
