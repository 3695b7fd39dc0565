"""What has no rules here is kept as it was written, through every call of the Metadata API."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from crm_simulators.control import Control
from crm_simulators.salesforce.metadata import deployment
from crm_simulators.salesforce.metadata.deploy import DEFAULTS
from crm_simulators.salesforce.metadata.package import read_package
from crm_simulators.salesforce.metadata.registry import TYPES
from crm_simulators.salesforce.metadata_types.verbatim import Container, Verbatim
from crm_simulators.salesforce.simulator import create_simulator
from crm_simulators.salesforce.xml.component_xml import ANY, Body, render_component
from crm_simulators.salesforce.xml.wsdl import schema
from crm_simulators.server import RunningSimulators
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.providers.crm_simulators.salesforce.conftest import Client
from tests.providers.crm_simulators.salesforce.metadata.test_deploy import NS, Rest, failures, manifest, package

TAB = f"<CustomTab {NS}><customObject>false</customObject><label>Board</label><motif>Custom1</motif></CustomTab>"
CLASS = f"<ApexClass {NS}><apiVersion>60.0</apiVersion><status>Active</status></ApexClass>"
BUNDLE = f"<LightningComponentBundle {NS}><isExposed>true</isExposed></LightningComponentBundle>"
LABELS = "".join(
    f"<labels><fullName>{name}</fullName><language>en_US</language><protected>false</protected>"
    f"<shortDescription>{name}</shortDescription><value>{name}!</value></labels>"
    for name in ("Hello", "Bye")
)


@pytest.fixture
def rest(client: Client, simulators: RunningSimulators) -> Rest:
    return Rest(simulators)


def retrieved(client: Client, **members: list[str]) -> dict[str, bytes]:
    """The files of a retrieve, without its manifest."""
    kinds = [client.md.PackageTypeMembers(members=names, name=kind) for kind, names in members.items()]
    request = client.md.RetrieveRequest(
        apiVersion=63.0, singlePackage=True, unpackaged={"types": kinds, "version": "63.0"}
    )
    job = client.call("retrieve", request)
    answer = client.call("checkRetrieveStatus", job.id, True)
    archive = zipfile.ZipFile(io.BytesIO(answer.zipFile))
    return {name: archive.read(name) for name in archive.namelist() if name != "package.xml"}


def unmodeled(simulators: RunningSimulators) -> list[tuple[str, str, list[str]]]:
    found = simulators.simulators["salesforce"].views()["unmodeled"]()["unmodeled"]
    return [(each["type"], each["name"], each["parts"]) for each in found]


def test_type_without_rules_is_written_read_listed_and_deleted(client: Client, simulators: RunningSimulators) -> None:
    profile = client.md.Profile(fullName="Partners", custom=True, description="They sell.")
    assert client.create(profile) == ["ok"]
    assert client.create(profile)[0].startswith("DUPLICATE_DEVELOPER_NAME")
    assert client.read("Profile", "Partners").description == "They sell."
    assert client.update(client.md.Profile(fullName="Partners", description="They resell.")) == ["ok"]
    assert client.read("Profile", "Partners").description == "They resell."
    (listed,) = client.md.list_metadata([client.md.ListMetadataQuery(type="Profile")])
    assert (listed.fullName, listed.fileName) == ("Partners", "profiles/Partners.profile")
    assert unmodeled(simulators) == [("Profile", "Partners", ["*"])]
    assert client.delete("Profile", "Partners") == ["ok"]
    assert unmodeled(simulators) == []


def test_deployed_file_of_a_type_without_rules_comes_back(client: Client, rest: Rest) -> None:
    result = rest.run(package({"package.xml": manifest(CustomTab="Board"), "tabs/Board.tab": TAB}))
    assert failures(result) == []
    found = retrieved(client, CustomTab=["Board"])["tabs/Board.tab"].decode()
    assert "<customObject>false</customObject><label>Board</label><motif>Custom1</motif>" in found


def test_misspelled_element_is_refused_in_a_type_without_rules(rest: Rest) -> None:
    wrong = TAB.replace("motif>", "motive>")
    result = rest.run(package({"package.xml": manifest(CustomTab="Board"), "tabs/Board.tab": wrong}))
    text = "Element {http://soap.sforce.com/2006/04/metadata}motive invalid at this location in type CustomTab"
    assert failures(result) == [("Board", f"Error parsing file: {text}")]


def test_content_is_kept_beside_its_definition(client: Client, rest: Rest) -> None:
    code = "public class Prices {}"
    files = {"package.xml": manifest(ApexClass="*"), "classes/Prices.cls": code, "classes/Prices.cls-meta.xml": CLASS}
    assert failures(rest.run(package(files))) == []
    assert client.read("ApexClass", "Prices").content == code.encode()
    found = retrieved(client, ApexClass=["*"])
    assert found["classes/Prices.cls"] == code.encode()
    assert b"<status>Active</status>" in found["classes/Prices.cls-meta.xml"]


def test_bundle_comes_back_with_all_its_files(client: Client, rest: Rest) -> None:
    files = {
        "lwc/board/board.js": "export default 1",
        "lwc/board/board.js-meta.xml": BUNDLE,
        "lwc/board/__tests__/board.test.js": "test()",
    }
    given = {"package.xml": manifest(LightningComponentBundle="board"), **files}
    assert failures(rest.run(package(given))) == []
    found = retrieved(client, LightningComponentBundle=["board"])
    assert set(found) == set(files)
    assert found["lwc/board/__tests__/board.test.js"] == b"test()"
    assert b"lwcResource" not in found["lwc/board/board.js-meta.xml"]
    read = client.read("LightningComponentBundle", "board")
    assert [each.filePath for each in read.lwcResources.lwcResource] == [
        "lwc/board/__tests__/board.test.js",
        "lwc/board/board.js",
    ]


def test_parts_of_a_file_are_components_and_others_stay(client: Client, rest: Rest) -> None:
    first = {
        "package.xml": manifest(CustomLabels="CustomLabels"),
        "labels/CustomLabels.labels": f"<CustomLabels {NS}>{LABELS}</CustomLabels>",
    }
    assert failures(rest.run(package(first))) == []
    again = LABELS[: LABELS.index("</labels>") + 9].replace("Hello!", "Hello there!")
    second = {
        "package.xml": manifest(CustomLabel="Hello"),
        "labels/CustomLabels.labels": f"<CustomLabels {NS}>{again}</CustomLabels>",
    }
    assert failures(rest.run(package(second))) == []
    assert client.read("CustomLabel", "Hello").value == "Hello there!"
    whole = client.read("CustomLabels", "CustomLabels")
    assert [label.fullName for label in whole.labels] == ["Bye", "Hello"]
    assert b"Hello there!" in retrieved(client, CustomLabel=["Hello"])["labels/CustomLabels.labels"]


def test_settings_exist_and_are_set(client: Client, rest: Rest) -> None:
    text = f"<CaseSettings {NS}><closeCaseThroughStatusChange>true</closeCaseThroughStatusChange></CaseSettings>"
    assert client.read("CaseSettings", "Case").fullName == "Case"
    files = {"package.xml": manifest(Settings="Case"), "settings/Case.settings": text}
    assert failures(rest.run(package(files))) == []
    assert client.read("CaseSettings", "Case").closeCaseThroughStatusChange is True


def test_type_that_the_wsdl_lacks_is_kept_as_it_is_written(client: Client, rest: Rest) -> None:
    rules = "<masterLabel>A</masterLabel><rule><n>1</n></rule><rule><n>2</n></rule>"
    text = f"<UserAccessPolicy {NS}>{rules}</UserAccessPolicy>"
    files = {"package.xml": manifest(UserAccessPolicy="A"), "useraccesspolicies/A.useraccesspolicy": text}
    assert failures(rest.run(package(files))) == []
    found = retrieved(client, UserAccessPolicy=["A"])["useraccesspolicies/A.useraccesspolicy"]
    assert rules.encode() in found


def test_value_of_any_type_keeps_its_own(client: Client, rest: Rest) -> None:
    values = (
        '<values><field>Day__c</field><value xsi:type="xsd:date">2026-01-31</value></values>'
        '<values><field>Note__c</field><value xsi:nil="true"/></values>'
    )
    text = (
        f'<CustomMetadata {NS} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xmlns:xsd="http://www.w3.org/2001/XMLSchema"><label>A</label><protected>false</protected>{values}</CustomMetadata>'
    )
    files = {"package.xml": manifest(CustomMetadata="Rate.A"), "customMetadata/Rate.A.md": text}
    assert failures(rest.run(package(files))) == []
    assert values.encode() in retrieved(client, CustomMetadata=["Rate.A"])["customMetadata/Rate.A.md"]


WITHOUT_RULES = sorted(
    name
    for name, kind in TYPES.items()
    if isinstance(kind, Verbatim)
    and not isinstance(kind, Container)
    and kind.form in {"", "settings"}
    and name in schema().types
)
TEXTS = st.text("abcdefg <&>\"'äß漢", min_size=1, max_size=8).map(str.strip).filter(bool)
SCALARS = {
    "xsd:boolean": st.booleans(),
    "xsd:int": st.integers(-9, 9),
    "xsd:double": st.integers(-9, 9).map(lambda number: number / 4),
}


@st.composite
def bodies(draw: st.DrawFn, type_name: str, depth: int = 3) -> Body:
    """A component of a type: what the WSDL requires, and some of what it allows."""
    body: Body = {}
    for element in schema().types[type_name].elements.values():
        optional = element.many or not element.required
        if element.name in {"fullName", "content"} or (optional and not draw(st.booleans())):
            continue
        if element.type in schema().types and (depth == 0 and optional):
            continue
        made = [draw(value(element.type, depth)) for _ in range(draw(st.integers(1, 2)) if element.many else 1)]
        body[element.name] = made if element.many else made[0]
    return body


def value(type_name: str, depth: int) -> st.SearchStrategy[Any]:
    if type_name in schema().types:
        return bodies(type_name, depth - 1)
    if type_name in schema().enums:
        return st.sampled_from(sorted(schema().enums[type_name]))
    return TEXTS if type_name == ANY else SCALARS.get(type_name, TEXTS)


@given(st.sampled_from(WITHOUT_RULES).flatmap(lambda name: st.tuples(st.just(name), bodies(name))))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])  # some types are large
@example(("Territory2Model", {"name": "<"}))
def test_any_component_of_the_schema_reads_back_equal(drawn: tuple[str, Body]) -> None:
    name, body = drawn
    kind, org = TYPES[name], create_simulator(Control()).org
    full_name = (
        f"{'Folder/' if kind.in_folder else ''}{name.removesuffix('Settings') if kind.form == 'settings' else 'One'}"
    )
    text = render_component(name, body, name).replace(
        f"<{name}>",
        f'<{name} {NS} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">',
        1,
    )
    listed = f"<types><members>*</members><name>{kind.in_manifest_as or name}</name></types>"
    files = {"package.xml": f"<Package {NS}>{listed}</Package>", kind.file_name(full_name): text}
    read = read_package(package(files), single_package=True)
    assert [message["problem"] for message in deployment.run(org, read, DEFAULTS) if not message["success"]] == []
    found = kind.read(org, full_name) or {}
    assert render_component("x", {**found, "fullName": None}, name) == render_component("x", body, name)
