"""File-based deployments over SOAP (simple-salesforce) and REST, and retrieves."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import Any

import pytest
import requests
from crm_simulators.server import RunningSimulators
from zeep.exceptions import Fault

from tests.providers.crm_simulators.salesforce.conftest import Client

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
FIELD = "<fields><fullName>Tier__c</fullName><label>Tier</label><type>Text</type><length>80</length></fields>"
FIELD_OBJECT = f"<CustomObject {NS}>{FIELD}</CustomObject>"
FLOW = (
    f"<Flow {NS}><apiVersion>63.0</apiVersion><label>F</label><processType>AutoLaunchedFlow</processType>"
    "<start><locationX>0</locationX><locationY>0</locationY></start><status>Active</status></Flow>"
)


def manifest(**members: str) -> str:
    types = "".join(
        f"<types>{''.join(f'<members>{name}</members>' for name in names.split())}<name>{kind}</name></types>"
        for kind, names in members.items()
    )
    return f"<Package {NS}>{types}<version>63.0</version></Package>"


def package(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def field_package() -> bytes:
    return package({"package.xml": manifest(CustomField="Lead.Tier__c"), "objects/Lead.object": FIELD_OBJECT})


class Rest:
    """The REST twin of deploy, as jsforce and the sf CLI call it."""

    def __init__(self, simulators: RunningSimulators) -> None:
        access = simulators.salesforce
        assert access is not None
        self.url = f"{access.http_url}/services/data/v63.0/metadata/deployRequest"
        self.headers = {"Authorization": f"Bearer {access.access_token}"}

    def start(self, content: bytes, **options: Any) -> Any:
        given = {"singlePackage": True, "rollbackOnError": True, **options}
        files: dict[str, Any] = {
            "entity_content": (None, json.dumps({"deployOptions": given}), "application/json"),
            "file": ("package.xml", content, "application/zip"),
        }
        return requests.post(self.url, headers=self.headers, files=files, timeout=10)

    def run(self, content: bytes, **options: Any) -> Any:
        return self.status(self.start(content, **options).json()["id"])

    def status(self, deploy_id: str) -> Any:
        url = f"{self.url}/{deploy_id}?includeDetails=true"
        return requests.get(url, headers=self.headers, timeout=10).json()["deployResult"]


@pytest.fixture
def rest(client: Client, simulators: RunningSimulators) -> Rest:
    return Rest(simulators)


def failures(result: Any) -> list[tuple[str, str]]:
    return [(each["fullName"], each["problem"]) for each in result["details"]["componentFailures"]]


def test_a_zip_that_unpacks_to_too_much_is_refused(
    simulators: RunningSimulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_simulators.salesforce.metadata.package.MAX_UNPACKED_BYTES", 10)
    result = Rest(simulators).run(field_package())
    assert (result["status"], result["errorMessage"]) == (
        "Failed",
        "The zip file exceeds the maximum size when it is unpacked",
    )


@pytest.mark.parametrize("damage", [b"no zip", b"PK\x03\x04", field_package().replace(b"Package", b"Pakcage", 1)])
def test_a_damaged_zip_is_refused(simulators: RunningSimulators, damage: bytes) -> None:
    result = Rest(simulators).run(damage)
    assert (result["status"], result["errorMessage"]) == ("Failed", "The zip file is not valid")


def test_deploy_of_simple_salesforce_is_polled_to_success(client: Client) -> None:
    headers = dict(client.sf.headers)
    client.sf.mdapi.headers = dict(client.sf.headers)  # its deploy writes into the dictionary it shares with REST
    started = client.sf.deploy(io.BytesIO(field_package()), sandbox=False)
    status = client.sf.checkDeployStatus(started["asyncId"])
    assert (started["state"], status["state"]) == ("Queued", "Succeeded")
    assert client.read("CustomField", "Lead.Tier__c").label == "Tier"
    client.sf.headers = headers


def test_rest_twin_deploys_and_reports_each_component(client: Client, rest: Rest) -> None:
    started = rest.start(field_package())
    assert (started.status_code, started.json()["deployResult"]["status"]) == (201, "Pending")
    result = rest.status(started.json()["id"])
    assert (result["status"], result["numberComponentsDeployed"]) == ("Succeeded", 1)
    assert [(m["componentType"], m["created"]) for m in result["details"]["componentSuccesses"]] == [
        ("", False),
        ("CustomField", True),
    ]


def test_check_only_changes_nothing(client: Client, rest: Rest) -> None:
    assert rest.run(field_package(), checkOnly=True)["status"] == "Succeeded"
    assert client.read("CustomField", "Lead.Tier__c").fullName is None


def test_recent_validation_with_tests_can_be_quick_deployed(client: Client, rest: Rest) -> None:
    validation = rest.run(field_package(), checkOnly=True, testLevel="RunLocalTests")
    body = {"validatedDeployRequestId": validation["id"]}
    started = requests.post(rest.url, headers=rest.headers, json=body, timeout=10)
    assert rest.status(started.json()["id"])["status"] == "Succeeded"
    assert client.read("CustomField", "Lead.Tier__c").label == "Tier"


def test_validation_older_than_ten_days_cannot_be_quick_deployed(
    client: Client, rest: Rest, simulators: RunningSimulators
) -> None:
    validation = rest.run(field_package(), checkOnly=True, testLevel="RunLocalTests")
    simulators.control.clock.advance(11 * 86400)
    body = {"validatedDeployRequestId": validation["id"]}
    answer = requests.post(rest.url, headers=rest.headers, json=body, timeout=10)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_ID_FIELD")


def test_failing_component_rolls_everything_back(client: Client, rest: Rest) -> None:
    bad = FIELD.replace("Tier__c", "Bad__c").replace("<length>80</length>", "")
    files = {
        "package.xml": manifest(CustomField="Lead.Tier__c Lead.Bad__c"),
        "objects/Lead.object": f"<CustomObject {NS}>{FIELD}{bad}</CustomObject>",
    }
    result = rest.run(package(files))
    assert result["status"] == "Failed"
    assert failures(result) == [("Lead.Bad__c", "Must specify 'length' for a CustomField of type Text")]
    assert client.read("CustomField", "Lead.Tier__c").fullName is None


def test_partial_success_keeps_the_good_without_rollback(client: Client, rest: Rest) -> None:
    bad = FIELD.replace("Tier__c", "Bad__c").replace("<length>80</length>", "")
    files = {
        "package.xml": manifest(CustomField="Lead.Tier__c Lead.Bad__c"),
        "objects/Lead.object": f"<CustomObject {NS}>{FIELD}{bad}</CustomObject>",
    }
    assert rest.run(package(files), rollbackOnError=False)["status"] == "SucceededPartial"
    assert client.read("CustomField", "Lead.Tier__c").label == "Tier"


def test_member_without_file_and_file_without_member_fail(rest: Rest) -> None:
    files = {"package.xml": manifest(Flow="Gone"), "objects/Lead.object": FIELD_OBJECT}
    assert failures(rest.run(package(files))) == [
        ("Gone", "An object 'Gone' of type Flow was named in package.xml, but was not found in zipped directory"),
        ("Lead.Tier__c", "Not in package.xml"),
    ]


def test_unparsable_element_fails_its_component(rest: Rest) -> None:
    files = {
        "package.xml": manifest(Flow="F"),
        "flows/F.flow": FLOW.replace("<label>", "<lable>x</lable><label>"),
    }
    problem = "Element {http://soap.sforce.com/2006/04/metadata}lable invalid at this location in type Flow"
    assert failures(rest.run(package(files))) == [("F", f"Error parsing file: {problem}")]


def test_deleting_what_is_not_there_is_a_warning(rest: Rest) -> None:
    files = {"package.xml": manifest(), "destructiveChanges.xml": manifest(CustomField="Lead.Gone__c")}
    strict, lenient = (rest.run(package(files), ignoreWarnings=ignore) for ignore in (False, True))
    assert failures(strict) == [("destructiveChanges.xml", "No CustomField named: Lead.Gone__c found")]
    assert (strict["status"], lenient["status"]) == ("Failed", "Succeeded")
    assert lenient["details"]["componentSuccesses"][1]["problemType"] == "Warning"


def test_flow_is_deactivated_and_deleted_by_version_in_one_deployment(client: Client, rest: Rest) -> None:
    rest.run(package({"package.xml": manifest(Flow="F"), "flows/F.flow": FLOW}))
    files = {
        "package.xml": manifest(FlowDefinition="F"),
        "flowDefinitions/F.flowDefinition": (
            f"<FlowDefinition {NS}><activeVersionNumber>0</activeVersionNumber></FlowDefinition>"
        ),
        "destructiveChangesPost.xml": manifest(Flow="F-1"),
    }
    assert rest.run(package(files))["status"] == "Succeeded"
    assert client.read("Flow", "F").fullName is None


def test_bare_flow_name_in_destructive_changes_fails(client: Client, rest: Rest) -> None:
    rest.run(package({"package.xml": manifest(Flow="F"), "flows/F.flow": FLOW}))
    files = {"package.xml": manifest(), "destructiveChanges.xml": manifest(Flow="F")}
    assert failures(rest.run(package(files))) == [("F", "insufficient access rights on cross-reference id")]


def test_zip_without_manifest_fails(rest: Rest) -> None:
    result = rest.run(package({"objects/Lead.object": FIELD_OBJECT}))
    assert (result["status"], result["errorMessage"]) == ("Failed", "No package.xml found")


def test_purge_is_refused_in_production(client: Client, rest: Rest, simulators: RunningSimulators) -> None:
    simulators.seed("salesforce", {"organization": {"OrganizationType": "Enterprise Edition"}})
    answer = rest.start(field_package(), purgeOnDelete=True)
    assert answer.json() == [
        {"message": "purgeOnDelete option can only be used on a non-active org", "errorCode": "INVALID_OPERATION"}
    ]


def test_slow_deployment_lands_when_its_time_has_come(
    client: Client, rest: Rest, simulators: RunningSimulators
) -> None:
    simulators.control.faults.add("slow_deploy", system="salesforce", seconds=60)
    deploy_id = rest.start(field_package()).json()["id"]
    assert rest.status(deploy_id)["status"] == "InProgress"
    assert client.read("CustomField", "Lead.Tier__c").fullName is None
    simulators.control.clock.advance(61)
    assert rest.status(deploy_id)["status"] == "Succeeded"


def test_unfinished_deployment_can_be_canceled(client: Client, rest: Rest, simulators: RunningSimulators) -> None:
    simulators.control.switches.set("salesforce.deploy_polls", 5)
    deploy_id = rest.start(field_package()).json()["id"]
    body = {"deployResult": {"status": "Canceling"}}
    requests.patch(f"{rest.url}/{deploy_id}", headers=rest.headers, json=body, timeout=10)
    assert rest.status(deploy_id)["status"] == "Canceled"


def test_unknown_deployment_is_a_fault(client: Client) -> None:
    with pytest.raises(Fault, match="invalid id: 0Af000000000000"):
        client.call("checkDeployStatus", "0Af000000000000", True)


def test_retrieved_zip_can_be_deployed_again(client: Client, rest: Rest) -> None:
    client.create(client.text_field())
    md = client.md
    members = md._client.get_type("ns0:PackageTypeMembers")(members=["Lead.Tier__c"], name="CustomField")
    unpackaged = md._client.get_type("ns0:Package")(types=[members], version="63.0")
    request = md._client.get_type("ns0:RetrieveRequest")(apiVersion=63.0, singlePackage=True, unpackaged=unpackaged)
    started = client.call("retrieve", request)
    content = client.call("checkRetrieveStatus", started.id, True).zipFile
    content = content if content[:2] == b"PK" else base64.b64decode(content)
    assert sorted(zipfile.ZipFile(io.BytesIO(content)).namelist()) == ["objects/Lead.object", "package.xml"]
    client.delete("CustomField", "Lead.Tier__c")
    assert rest.run(content)["status"] == "Succeeded"
    assert client.read("CustomField", "Lead.Tier__c").length == 80
