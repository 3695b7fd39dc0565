"""A folder of Salesforce source: its components as YAML that deploys to the same, and what is none, with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_salesforce.source import open_folder

from revops_iac.adoption.choice import Choice
from revops_iac.adoption.reading import KindReading
from revops_iac.adoption.source_folder import compare_with_account, read_source
from revops_iac.adoption.yaml.files import render
from revops_iac.config.stack_config import StackConfig
from revops_iac.errors import AuthorError
from revops_iac.source.yaml_tree import parse
from revops_iac.stack_context import StackContext
from revops_iac.systems import system_named
from tests.providers.contract import stack_config

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACE = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
FIELD = "<label>{label}</label><type>Text</type><length>40</length>"
RULE = (
    "<active>true</active><errorConditionFormula>ISBLANK(Size__c)</errorConditionFormula>"
    "<errorMessage>Say its size.</errorMessage>"
)
LOOKUP_FILTER = (
    "<lookupFilter><active>true</active><filterItems><field>Account.Industry</field><operation>equals</operation>"
    "<value>Banking</value></filterItems><isOptional>false</isOptional></lookupFilter>"
)
SOURCE = {
    "objects/Crate__c/Crate__c.object-meta.xml": "<CustomObject {0}><deploymentStatus>Deployed</deploymentStatus>"
    "<label>Crate</label><pluralLabel>Crates</pluralLabel><nameField><label>No</label><type>Text</type></nameField>"
    "<sharingModel>ReadWrite</sharingModel><visibility>Public</visibility><startsWith>Consonant</startsWith>"
    "</CustomObject>",
    "objects/Crate__c/fields/Size__c.field-meta.xml": "<CustomField {0}><fullName>Size__c</fullName>"
    + FIELD.format(label="no")
    + "</CustomField>",
    "objects/Crate__c/fields/Owner__c.field-meta.xml": "<CustomField {0}><fullName>Owner__c</fullName>"
    "<label>1e3</label><type>Lookup</type><referenceTo>Account</referenceTo><relationshipName>Crates</relationshipName>"
    "<deleteConstraint>SetNull</deleteConstraint>" + LOOKUP_FILTER + "</CustomField>",
    "objects/Crate__c/validationRules/Has_Size.validationRule-meta.xml": "<ValidationRule {0}>"
    "<fullName>Has_Size</fullName>" + RULE + "</ValidationRule>",
    "objects/Crate__c/listViews/All.listView-meta.xml": "<ListView {0}><fullName>All</fullName></ListView>",
    "queues/Crates.queue-meta.xml": "<Queue {0}><name>Crates 🙂</name><queueSobject><sobjectType>Crate__c"
    "</sobjectType></queueSobject><doesSendEmailToMembers>false</doesSendEmailToMembers></Queue>",
    "classes/Crate.cls-meta.xml": "<ApexClass {0}><apiVersion>61.0</apiVersion></ApexClass>",
    "labels/Broken.labels-meta.xml": "<CustomLabels",
}
METADATA = {
    "objects/Crate__c.object": "<CustomObject {0}><deploymentStatus>Deployed</deploymentStatus>"
    "<fields><fullName>Size__c</fullName>" + FIELD.format(label="no") + "</fields>"
    "<label>Crate</label><pluralLabel>Crates</pluralLabel><nameField><label>No</label><type>Text</type></nameField>"
    "<validationRules><fullName>Has_Size</fullName>" + RULE + "</validationRules></CustomObject>",
    "package.xml": "<Package {0}><version>61.0</version></Package>",
}


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEAD + text.replace("{0}", SPACE), encoding="utf-8")
    return folder


def context_of(folder: Path, config: dict[str, Any]) -> StackContext:
    for name in ("model", "overlays"):
        (folder / name).mkdir(parents=True)
    (folder / "model" / "context.yaml").write_text(
        "context:\n  systems: {managed: [salesforce], source_of_truth: salesforce}\n", encoding="utf-8"
    )
    (folder / "overlays" / "prod.yaml").write_text("{}", encoding="utf-8")
    return StackContext.of(folder, StackConfig("prod", config))


def read(folder: Path, context: StackContext) -> tuple[dict[str, KindReading], dict[str, str]]:
    account = open_folder(folder)
    readings = read_source(context, system_named("salesforce"), account, set(), Choice(), lambda text: None)
    return {one.kind: one for one in readings if one.found}, account.left_over


@pytest.mark.parametrize("files", [SOURCE, METADATA])
def test_components_of_a_folder_deploy_from_yaml_to_the_same(
    accounts: RunningSimulators, tmp_path: Path, files: dict[str, str]
):
    context = context_of(tmp_path / "stacks", stack_config(accounts))
    source = write(tmp_path / "source", files)
    found, _ = read(source, context)
    assert {name for one in found.values() for name in one.left_out} == set()
    client = open_folder(source).client
    session = context.session(system_named("salesforce"))
    session.allow_writes()
    entries = {
        ("salesforce", kind): parse(render("salesforce", kind, {each.name: each.entry for each in one.adopted}), "")[0]
        for kind, one in found.items()
    }
    raw = {key: node.plain()["salesforce"][key[1]] for key, node in entries.items() if node is not None}
    planned = context.with_raw(raw).planned
    for item in planned:
        kind = session.system.kinds[item.declaration.kind]
        kind.create(session, kind.parse(item.declaration.inputs))
        (body,) = client.read_components(kind.component_type, [item.name]).values()
        (made,) = session.client.read_components(kind.component_type, [item.name]).values()
        assert leaves(made) >= leaves(body), item.name
    assert [item.name for item in planned][-1] in ("Crate__c.Has_Size", "Crates", "Crate__c.Owner__c")


def leaves(body: Any) -> set[tuple[str, str]]:
    """The elements of a component that say something, an object's parts and an org's defaults left out."""
    quiet = {"visibility", "fields", "validationRules", "listViews", "fullName"}
    return {(key, repr(value)) for key, value in body.items() if key not in quiet and value not in (None, False, [])}


def test_formula_comes_after_the_field_that_it_reaches_through_a_relationship(tmp_path: Path):
    """Lookups whose names differ from their objects lead to a field, and to the name at the end of two of them."""
    number = {"type": "Number", "precision": 18, "scale": 0}
    lookup = {"type": "Lookup", "reference_to": "Account", "relationship_name": "Visits"}
    fields: dict[str, dict[str, Any]] = {
        "Contact.A_Name__c": {"type": "Text", "formula": "Payer__r.Parent_Group__r.Name"},
        "Contact.A_Total__c": {**number, "formula": "Payer__r.Rate__c * 2"},
        "Account.Parent_Group__c": {**lookup, "relationship_name": "Groups"},
        "Contact.Payer__c": lookup,
        "Account.Rate__c": number,
    }
    entries = {
        name: {"object": name.partition(".")[0], "name": name.partition(".")[2], "label": "X", **rest}
        for name, rest in fields.items()
    }
    context = context_of(tmp_path / "stacks", {}).with_raw({("salesforce", "CustomField"): entries})
    names = [item.name for item in context.planned]
    assert names.index("Account.Rate__c") < names.index("Contact.A_Total__c")
    assert names.index("Account.Parent_Group__c") < names.index("Contact.A_Name__c")


def test_what_is_no_resource_is_listed_with_the_reason(tmp_path: Path):
    found, left_over = read(write(tmp_path / "source", SOURCE), context_of(tmp_path / "stacks", {}))
    assert left_over == {
        "ApexClass Crate": "ApexClass is not a resource type",
        "ListView Crate__c.All": "ListView is not a resource type",
        "labels/Broken.labels-meta.xml": "it cannot be read as a file of metadata",
    }
    assert {one.name for one in found["CustomField"].adopted} == {"Crate__c.Owner__c", "Crate__c.Size__c"}
    filtered = next(one for one in found["CustomField"].adopted if one.name.endswith("Owner__c"))
    assert (list(filtered.entry["elements"]), filtered.unexpressed) == (["lookupFilter"], [])


def test_objects_of_every_ending_deploy_with_their_fields(accounts: RunningSimulators, tmp_path: Path):
    """A detail, a custom setting, a custom metadata type and a platform event: each lacks what objects have."""
    plain = "<CustomObject {{0}}>{}<label>X</label><pluralLabel>X</pluralLabel></CustomObject>"
    setting = "<customSettingsType>Hierarchy</customSettingsType>"
    detail = (
        "<deploymentStatus>Deployed</deploymentStatus><sharingModel>ControlledByParent</sharingModel>"
        "<nameField><label>No</label><type>Text</type></nameField>"
    )
    master = (
        "<CustomField {0}><fullName>Of__c</fullName><label>Of</label><type>MasterDetail</type>"
        "<referenceTo>Account</referenceTo><relationshipName>Parts</relationshipName></CustomField>"
    )
    text = "<CustomField {0}><fullName>Note__c</fullName>" + FIELD.format(label="Note") + "</CustomField>"
    files = {
        "objects/Part__c/Part__c.object-meta.xml": plain.format(detail),
        "objects/Part__c/fields/Of__c.field-meta.xml": master,
        "objects/Switch__c/Switch__c.object-meta.xml": plain.format(setting),
        "objects/Rule__mdt/Rule__mdt.object-meta.xml": plain.format(""),
        "objects/Rule__mdt/fields/Note__c.field-meta.xml": text,
        "objects/Done__e/Done__e.object-meta.xml": plain.format("<deploymentStatus>Deployed</deploymentStatus>"),
    }
    context = context_of(tmp_path / "stacks", stack_config(accounts))
    found, _ = read(write(tmp_path / "source", files), context)
    session = context.session(system_named("salesforce"))
    compare_with_account(session, context, list(found.values()))
    assert {name: reason for one in found.values() for name, reason in one.left_out.items()} == {}
    session.allow_writes()
    entries = {("salesforce", kind): {one.name: one.entry for one in made.adopted} for kind, made in found.items()}
    for item in context.with_raw(entries).planned:
        kind = session.system.kinds[item.declaration.kind]
        kind.create(session, kind.parse(item.declaration.inputs))
    live = session.client.read_components("CustomObject", ["Part__c", "Rule__mdt", "Switch__c", "Done__e"])
    assert live["Part__c"]["sharingModel"] == "ControlledByParent"
    assert {name for name, body in live.items() if "sharingModel" in body} == {"Part__c"}


def test_folder_without_components_is_refused(tmp_path: Path):
    with pytest.raises(AuthorError, match="holds no component of a resource type"):
        open_folder(write(tmp_path, {"classes/A.cls-meta.xml": SOURCE["classes/Crate.cls-meta.xml"]}))


def test_org_that_is_named_says_what_is_there_already_and_what_differs(accounts: RunningSimulators, tmp_path: Path):
    fields = {
        "Lead.Same__c": {"label": "Same", "type": "Text", "length": 40},
        "Lead.Other__c": {"label": "Here", "type": "Text", "length": 40},
    }
    accounts.seed("salesforce", {"components": {"CustomField": fields}})
    names = {"Same__c": "Same", "Other__c": "There", "New__c": "New"}
    files = {
        f"objects/Lead/fields/{name}.field-meta.xml": f"<CustomField {{0}}><fullName>{name}</fullName>"
        f"{FIELD.format(label=label)}</CustomField>"
        for name, label in names.items()
    }
    context = context_of(tmp_path / "stacks", stack_config(accounts))
    found, _ = read(write(tmp_path / "source", files), context)
    compare_with_account(context.session(system_named("salesforce")), context, list(found.values()))
    reading = found["CustomField"]
    assert reading.left_out == {"Lead.Other__c": "the account has another label"}
    assert ([one.name for one in reading.adopted], reading.new) == (["Lead.New__c", "Lead.Same__c"], {"Lead.New__c"})
    reading.leave_out("Lead.New__c", "no reason")
    assert reading.new == set()
    assert accounts.control.log.select(writes_only=True) == []
