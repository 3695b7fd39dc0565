"""A body with values of a wrong type is refused with 400, never with 500."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from crm_simulators.server import RunningSimulators

SUBREQUEST = {"method": "POST", "url": "/services/data/v63.0/sobjects/Account", "referenceId": "a", "body": {}}
FIELD: Any = {"FullName": "Lead.Tier__c", "Metadata": {"type": "Text", "label": "Tier", "length": 80}}
TREE = {"attributes": {"type": "Account", "referenceId": "a"}, "Name": "Acme"}


def post(simulators: RunningSimulators, path: str, body: Any, method: str = "POST") -> requests.Response:
    access = simulators.salesforce
    headers = {"Authorization": f"Bearer {access.access_token}"}
    return requests.request(method, f"{access.http_url}{path}", json=body, headers=headers, timeout=10)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("composite", []),
        ("composite", {"compositeRequest": 5}),
        ("composite", {"compositeRequest": [None]}),
        ("composite", {"compositeRequest": [{**SUBREQUEST, "url": None}]}),
        ("composite", {"compositeRequest": [{**SUBREQUEST, "referenceId": ["a"]}]}),
        ("composite/batch", {"batchRequests": 1.5}),
        ("composite/batch", {"batchRequests": [{"method": "GET"}]}),
        ("composite/sobjects", {"records": {"a": 1}}),
        ("composite/sobjects", {"records": [["x"]]}),
        ("composite/tree/Account", {"records": [5]}),
        ("composite/tree/Account", {"records": [{**TREE, "attributes": "x"}]}),
        ("composite/tree/Account", {"records": [{**TREE, "attributes": {"type": {}, "referenceId": "a"}}]}),
        ("composite/tree/Account", {"records": [{**TREE, "attributes": {"type": "Account", "referenceId": ["a"]}}]}),
        ("composite/tree/Account", {"records": [{**TREE, "Contacts": {"records": [1]}}]}),
        ("process/approvals", {"requests": [[]]}),
        ("sobjects/Lead", {"LastName": "Doe", "Company": "Acme", "NumberOfEmployees": "9" * 400}),
        ("sobjects/Lead", {"LastName": ["Doe"], "Company": {"a": 1}}),
        ("tooling/sobjects/CustomField", {**FIELD, "Metadata": {**FIELD["Metadata"], "length": [1]}}),
        ("tooling/sobjects/CustomField", {**FIELD, "Metadata": {**FIELD["Metadata"], "type": [None]}}),
        ("tooling/sobjects/CustomField", {**FIELD, "Metadata": {**FIELD["Metadata"], "valueSet": "x"}}),
        ("tooling/sobjects/CustomField", {**FIELD, "Metadata": []}),
    ],
)
def test_wrong_types_are_a_bad_request(simulators: RunningSimulators, path: str, body: Any) -> None:
    answer = post(simulators, f"/services/data/v63.0/{path}", body)
    assert answer.status_code == 400, answer.text


def test_one_wrong_request_for_approval_fails_alone(simulators: RunningSimulators) -> None:
    request = {
        "actionType": "Submit",
        "contextId": "006000000000001AAA",
        "processDefinitionNameOrId": [],
        "comments": {},
    }
    answer = post(simulators, "/services/data/v63.0/process/approvals", {"requests": [request]})
    assert [result["success"] for result in answer.json()] == [False]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("evaluate-formula", {"object": "Lead", "formula": "1", "record": -1}),
        ("evaluate-formula", {"object": "Lead", "formula": "AnnualRevenue > 5", "record": {"AnnualRevenue": "x"}}),
        (
            "evaluate-formula",
            {"object": "Lead", "formula": "YEAR(DATEVALUE(CreatedDate))", "record": {"CreatedDate": 5}},
        ),
        ("seed", {"records": [1]}),
        ("seed", {"records": {"Lead": [{"LastName": {"a": 1}}]}}),
        ("seed", {"users": [{"Username": "a@x.io", "Profile": "Nope"}]}),
        ("seed", {"users": 5}),
        ("seed", {"components": {"CustomField": {"Lead.A__c": [1]}}}),
        ("seed", {"assignments": [{"PermissionSet": "Nope", "Username": "x"}]}),
        ("seed", {"organization": [1]}),
    ],
)
def test_the_control_plane_refuses_wrong_types(simulators: RunningSimulators, path: str, body: Any) -> None:
    answer = post(simulators, f"/_sim/{path}", body)
    assert (answer.status_code, list(answer.json())) == (400, ["error"]), answer.text


def test_a_sandbox_takes_lists_of_names(simulators: RunningSimulators) -> None:
    simulators.seed("salesforce", {"organization": {"IsSandbox": True}})
    answer = post(simulators, "/_sim/refresh-sandbox", {"without": {"CustomField": [True]}})
    message = 'refresh-sandbox: "without" must be a map of types and lists of names'
    assert (answer.status_code, answer.json()) == (400, {"error": message})


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a":' * 100_000, b"\xff", b"NaN", b""])
@pytest.mark.parametrize("path", ["sobjects/Lead", "composite", "tooling/sobjects/CustomField"])
def test_hostile_json_is_a_bad_request(simulators: RunningSimulators, path: str, body: bytes) -> None:
    assert (
        send(simulators, f"/services/data/v63.0/{path}", body, "application/json")["errorCode"] == "JSON_PARSER_ERROR"
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"xx", "INVALID_MULTIPART_REQUEST"),
        (b'--x\r\nContent-Disposition: form-data; name="json"\r\n\r\n[1]\r\n--x--\r\n', "JSON_PARSER_ERROR"),
        (b'--x\r\nContent-Disposition: form-data; name="json"\r\n\r\nno\r\n--x--\r\n', "JSON_PARSER_ERROR"),
        (b"--x\r\n\xff: a\r\n\r\n[1]\r\n--x--\r\n", "INVALID_MULTIPART_REQUEST"),
    ],
)
def test_hostile_deployments_are_a_bad_request(simulators: RunningSimulators, body: bytes, code: str) -> None:
    kind = "multipart/form-data; boundary=x"
    assert send(simulators, "/services/data/v63.0/metadata/deployRequest", body, kind)["errorCode"] == code


@pytest.mark.parametrize(
    "query",
    [
        "SELECT Id FROM Lead WHERE " + "(" * 5000,
        "SELECT Id FROM Lead WHERE CreatedDate > LAST_N_DAYS:99999999999",
        "SELECT Id FROM Lead WHERE CreatedDate > 2026-13-45",
    ],
)
def test_hostile_queries_are_malformed(simulators: RunningSimulators, query: str) -> None:
    access = simulators.salesforce
    headers = {"Authorization": f"Bearer {access.access_token}"}
    url = f"{access.http_url}/services/data/v63.0/query"
    answer = requests.get(url, {"q": query}, headers=headers, timeout=10)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "MALFORMED_QUERY")


def test_a_login_that_is_no_text_is_refused(simulators: RunningSimulators) -> None:
    answer = requests.post(f"{simulators.salesforce.http_url}/services/oauth2/token", data=b"\xff", timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def send(simulators: RunningSimulators, path: str, body: bytes, kind: str) -> Any:
    """The first error of a request with these bytes."""
    access = simulators.salesforce
    headers = {"Authorization": f"Bearer {access.access_token}", "Content-Type": kind}
    answer = requests.post(f"{access.http_url}{path}", data=body, headers=headers, timeout=10)
    assert answer.status_code == 400, answer.text
    return answer.json()[0]
