"""A twin of two accounts: it holds what a backup of them holds, and a plan meets the same there."""

from __future__ import annotations

from pathlib import Path

from crm_simulators.server import RunningSimulators

from revops_iac.adoption.backup import AccountBackup, Written, write_backup
from revops_iac.adoption.choice import Choice
from revops_iac.commands.backup import BackupReport, back_up
from revops_iac.commands.drift import drift_from
from revops_iac.commands.restore import restore
from revops_iac.provider.inventory import Document
from tests.applied import adopted_stack
from tests.providers.out_of_band import TEXT, People, do_some, editable, fill

LABEL = {"name": "buyer_of", "label": "Buyer of", "inverseLabel": "Bought by"}
OLD = {"fullName": "Old", "type": "Text", "label": "Old", "length": 80}


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
    stack = adopted_stack(tmp_path, accounts, Choice())
    before = drift_from(stack.folder, "dev", stack.state)
    target = tmp_path / "backup"
    first = backed_up(stack.folder, target)
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
    accounts.control.log.clear()
    planned = restore(stack.folder, "dev", str(target), apply=False, only="hubspot")
    assert not [request for request in accounts.control.log if request.write]
    on_hubspot = {key for key in edited if key[0] in ("Property", "List", "Workflow")}
    assert {step.key for step in planned.steps} >= on_hubspot - new
    done = restore(stack.folder, "dev", str(target), apply=True)
    assert [(step.key, step.refusal) for step in done.steps if step.refusal] == []
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
