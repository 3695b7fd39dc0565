"""A twin of two accounts: it holds what a backup of them holds, and a plan meets the same there."""

from __future__ import annotations

import json
from pathlib import Path

from crm_simulators.server import RunningSimulators
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.versions import DEPLOY
from revops_salesforce.deploy.deployment import OPTIONS, _request, _wait
from revops_salesforce.deploy.package import archive

from revops_iac.adoption.backup import AccountBackup, Written, write_backup
from revops_iac.adoption.choice import Choice
from revops_iac.commands.backup import BackupReport, back_up
from revops_iac.commands.drift import drift_from
from revops_iac.commands.restore import restore
from revops_iac.provider.inspection.inventory import Document
from tests.applied import adopted_stack
from tests.providers.out_of_band import TEXT, People, do_some, editable, fill

LABEL = {"name": "buyer_of", "label": "Buyer of", "inverseLabel": "Bought by"}
OLD = {"fullName": "Old", "type": "Text", "label": "Old", "length": 80}


FILED = (
    "hubspot/forms/b6336282.json",
    "salesforce/ApexClass/Score.json",
    "salesforce/LightningComponentBundle/badge.json",
)


def deploy_code(client: SalesforceClient) -> None:
    """A class and a bundle, as files of another language with their XML beside."""
    meta = '<?xml version="1.0" encoding="UTF-8"?>\n<{0} xmlns="http://soap.sforce.com/2006/04/metadata">{1}</{0}>\n'
    listed = "".join(f"<types><members>*</members><name>{path.split('/')[1]}</name></types>" for path in FILED[1:])
    files = {
        "classes/Score.cls": "public class Score {\n    // größer\n}\n",
        "classes/Score.cls-meta.xml": meta.format("ApexClass", "<apiVersion>63.0</apiVersion><status>Active</status>"),
        "lwc/badge/badge.js": "export default class Badge {}\n",
        "lwc/badge/badge.js-meta.xml": meta.format("LightningComponentBundle", "<apiVersion>63.0</apiVersion>"),
        "package.xml": meta.format("Package", f"{listed}<version>63.0</version>"),
    }
    content = archive({path: text.encode() for path, text in files.items()})
    assert _wait(client, "deploy", client.send("POST", DEPLOY, **_request(content, OPTIONS))["id"])["success"]


def backed_up(folder: Path, target: Path) -> BackupReport:
    return back_up(folder, "dev", target, tell=lambda text: None)


def test_a_twin_is_as_its_original_and_what_people_do_there_can_be_restored(
    accounts: RunningSimulators, tmp_path: Path, waits: list[float]
):
    fill(accounts, 3)
    people = [{"email": "maya@acme.example", "firstName": "Maya", "team": "SDR"}]
    sensitive = {"name": "odd", "label": "Odd", "futurePart": {"a": 1}, **TEXT, "hubspotDefined": True}
    accounts.seed("hubspot", {"teams": [{"name": "SDR"}], "users": people, "properties": {"contacts": [sensitive]}})
    accounts.seed("salesforce", {"users": [{"Username": "maya@acme.example"}]})
    form = {"id": "b6336282", "name": "Contact us", "formType": "hubspot", "fieldGroups": [{"fields": []}]}
    accounts.seed("hubspot", {"forms": [form]})
    deploy_code(People(accounts).org)
    stack = adopted_stack(tmp_path, accounts, Choice())
    before = drift_from(stack.folder, "dev", stack.state)
    target = tmp_path / "backup"
    first = backed_up(stack.folder, target)
    found = {path: json.loads((target / path).read_text(encoding="utf-8")) for path in FILED}
    assert found[FILED[0]]["name"] == "Contact us"
    assert found[FILED[1]]["files"]["classes/Score.cls"] == ["public class Score {", "    // größer", "}", ""]
    assert found[FILED[2]]["files"]["lwc/badge/badge.js"] == ["export default class Badge {}", ""]
    accounts.reset()
    accounts.hold(target)
    assert drift_from(stack.folder, "dev", stack.state).as_json() == before.as_json()
    assert backed_up(stack.folder, target).written == Written()
    unmodeled = accounts.unmodeled("hubspot")
    assert {"type": "property", "name": "0-1.odd", "parts": ["futurePart"]} in unmodeled
    records = accounts.dump("hubspot")["records"]
    assert [one["properties"]["p1"] for one in records["0-1"].values()] == ["Sample 1", "Sample 2", "Sample 3"]
    leads = accounts.dump("salesforce")["records"]["Lead"].values()
    assert [one["F1__c"] for one in leads] == ["Sample 1", "Sample 2", "Sample 3"]
    assert first.written.added
    edited = {(kind, name) for kind, name, _ in do_some(People(accounts), editable(3), 16, seed=3)}
    new = {(kind, name) for kind, name in edited if "resh" in name}
    People(accounts).org.delete_component("ApexClass", "Score")
    accounts.seed("hubspot", {"forms": [{**form, "name": "Write to us"}]})
    accounts.control.log.clear()
    planned = restore(stack.folder, "dev", str(target), apply=False, only="hubspot")
    assert not [request for request in accounts.control.log if request.write]
    on_hubspot = {key for key in edited if key[0] in ("Property", "List", "Workflow")}
    assert {step.key for step in planned.steps} >= on_hubspot - new
    done = restore(stack.folder, "dev", str(target), apply=True)
    assert [(step.key, step.refusal) for step in done.steps if step.refusal] == []
    assert {name for name, _ in done.cannot} == {"hubspot forms b6336282", "salesforce ApexClass Score"}
    left = {(one.kind, one.name) for one in drift_from(stack.folder, "dev", stack.state).drifted}
    assert left <= {*new, *((kind, name) for kind, name in edited if kind == "WorkflowActivation")}
    assert (stack.folder / ".revops" / "dev" / "runs" / done.before / "backup.json").is_file()


def test_a_twin_keeps_what_its_rules_refuse_and_what_has_long_been_active(accounts: RunningSimulators, tmp_path: Path):
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ValidationRule xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        "    <fullName>Lead.Broken</fullName>\n    <active>true</active>\n"
        "    <errorConditionFormula>ISBLANK(Gone__c)</errorConditionFormula>\n"
        "    <errorMessage>It names a field that is gone.</errorMessage>\n</ValidationRule>\n"
    )
    same = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<MatchingRule xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        "    <fullName>Lead.Same</fullName>\n    <label>Same</label>\n    <matchingRuleItems>\n"
        "        <blankValueBehavior>NullNotAllowed</blankValueBehavior>\n        <fieldName>Email</fieldName>\n"
        "        <matchingMethod>Exact</matchingMethod>\n    </matchingRuleItems>\n"
        "    <ruleStatus>Active</ruleStatus>\n</MatchingRule>\n"
    )
    active = Document("MatchingRule", "Lead.Same", same)
    rule, quote = Document("ValidationRule", "Lead.Broken", body), Document("quotes", "1", {"id": "1"})
    readings = {
        "salesforce": AccountBackup(
            accounts.salesforce.organization_id, {(one.type, one.name): one for one in (active, rule)}
        ),
        "hubspot": AccountBackup(str(accounts.hubspot.portal_id), {(quote.type, quote.name): quote}),
    }
    write_backup(tmp_path / "backup", readings)
    accounts.hold(tmp_path / "backup")
    components = accounts.dump("salesforce")["components"]
    assert components["MatchingRule"]["Lead.Same"]["body"]["ruleStatus"] == "Active"
    (refused,) = [one for one in accounts.unmodeled("salesforce") if "refused" in one]
    assert refused["name"] == "Lead.Broken"
    assert "Gone__c" in refused["refused"]
    assert {"type": "quotes", "name": "1", "parts": ["*"]} in accounts.unmodeled("hubspot")
    assert "Lead.Broken" in components["ValidationRule"]


def test_parts_of_a_custom_object_are_held_under_its_bare_name(accounts: RunningSimulators, tmp_path: Path):
    names = {"name": "no", "fullyQualifiedName": "p48210773_no", "objectTypeId": "2-41000001", "id": "41000001"}
    schema = {**names, "labels": {"singular": "1e3 🙂", "plural": "מקור"}, "primaryDisplayProperty": "on"}
    own = {"name": "on", "label": "~", "groupName": "no_information", **TEXT}
    label = {"category": "USER_DEFINED", "typeId": 51, "label": "Buyer of", "name": "buyer_of"}
    documents = [
        Document("schemas", "no", {**schema, "secondaryDisplayProperties": [], "requiredProperties": ["on"]}),
        Document("property_groups/no", "no_information", {"name": "no_information", "label": "No"}),
        Document("properties/no", "on", own),
        Document("association_labels", "no.contacts", {"results": [label]}),
    ]
    write_backup(tmp_path, {"hubspot": AccountBackup("48210773", {(one.type, one.name): one for one in documents})})
    accounts.hold(tmp_path)
    people = People(accounts)
    (found,) = people.hubspot("GET", "/crm-object-schemas/v3/schemas")["results"]
    assert {one["name"]: one["label"] for one in found["properties"]}["on"] == "~"
    groups = people.hubspot("GET", "/crm/v3/properties/p48210773_no/groups")["results"]
    assert [one["label"] for one in groups] == ["No"]
    labels = people.hubspot("GET", "/crm/v4/associations/2-41000001/contacts/labels")["results"]
    assert ("Buyer of", 51) in {(one["label"], one["typeId"]) for one in labels}
