"""A plan judged by the org: what is packed, what the org says, and what it may say before an `up`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from crm_simulators.server import RunningSimulators, SalesforceAccess
from revops_salesforce.dynamic import KINDS
from revops_salesforce.metadata.kind import MetadataKind

from revops_iac.commands.cli import main
from revops_iac.commands.validate import Report, validate_stack
from revops_iac.compile import validated
from revops_iac.errors import UnboundStack
from revops_iac.plan.preflight import unvalidated
from revops_iac.provider.inspection.validation import changes
from revops_iac.provider.live_object import DesiredResource
from revops_iac.provider.session import Session
from revops_iac.state.validation_record import read_validation
from tests.diagnostics import texts
from tests.providers.contract import Contract, example, later
from tests.providers.revops_salesforce.conftest import OpenSession
from tests.providers.typed_inputs import desired_resource, parsed

FIELD = {"object": "Lead", "name": "Tier__c", "label": "Tier", "type": "Text", "length": 80}
RULE = {
    "object": "Lead",
    "name": "Tier_Needed",
    "active": True,
    "error_condition_formula": "ISBLANK(Tier__c)",
    "error_message": "Choose a tier.",
}
BROKEN = {**RULE, "name": "Broken", "error_condition_formula": "ISBLANK(Nowhere__c)"}
ASSIGNMENT = {"permission_set": "Readers", "username": "admin@simulated.example"}
DECLARED: dict[str, dict[str, Any]] = {
    "CustomField": {"Lead.Tier__c": FIELD},
    "ValidationRule": {"Lead.Tier_Needed": RULE},
    "PermissionSet": {"Readers": {"name": "Readers", "label": "Readers"}},
    "PermissionSetAssignment": {"Readers.admin@simulated.example": ASSIGNMENT},
}


class Stack:
    """One stack whose model consists of raw sections."""

    def __init__(self, folder: Path, organization_id: str) -> None:
        self.folder = folder / "stacks"
        (self.folder / "model").mkdir(parents=True)
        (self.folder / "overlays").mkdir()
        (self.folder / "overlays" / "dev.yaml").write_text("{}\n", encoding="utf-8")
        config = {"salesforce:organizationId": organization_id, "revops:systems": ["salesforce"]}
        (self.folder / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": config}), encoding="utf-8")

    def write(self, sections: dict[str, Any]) -> None:
        context = {"systems": {"managed": ["salesforce"], "source_of_truth": "salesforce"}}
        text = yaml.safe_dump({"context": context, "salesforce": sections}, sort_keys=False)
        (self.folder / "model" / "model.yaml").write_text(text, encoding="utf-8")

    def validate(self) -> Report:
        return validate_stack(self.folder, "dev")


@pytest.fixture
def stack(accounts: RunningSimulators, org: SalesforceAccess, tmp_path: Path, waits: list[float]) -> Stack:
    made = Stack(tmp_path, org.organization_id)
    made.write(DECLARED)
    return made


def declared(sections: dict[str, Any]) -> list[DesiredResource]:
    return [
        DesiredResource(kind, name, name, validated(KINDS[kind], inputs))
        for kind, entries in sections.items()
        for name, inputs in entries.items()
    ]


def preflight_errors(open_session: OpenSession, sections: dict[str, Any]) -> list[str]:
    """What a preview says under `revops:requireValidation`."""
    session = open_session(writes=False)
    session.declared = declared(sections)
    return texts(unvalidated(session, "dev", session.declared))


def test_valid_plan_is_judged_by_the_org_and_nothing_is_kept(stack: Stack, accounts: RunningSimulators) -> None:
    before = accounts.dump("salesforce")["components"]
    report = stack.validate()
    (outcome,) = report.systems
    assert report.exit_code == 0
    assert report.render() == (
        "Salesforce  organization id 00DSm0000000001MAA, Simulated, Developer Edition, developer org\n"
        "stacks/model/model.yaml:26:5  not checked: Salesforce PermissionSetAssignment "
        '"Readers.admin@simulated.example": it is '
        "not metadata: REST or Tooling calls write it\n"
        f"Salesforce: 3 components valid, 1 not validated; validation {outcome.trial and outcome.trial.id}\n"
        "dev: nothing was changed."
    )
    assert accounts.dump("salesforce")["components"] == before
    assert accounts.control.log.select(writes_only=True) == []


def test_what_the_org_refuses_is_told_per_resource_with_file_and_line(stack: Stack) -> None:
    stack.write({**DECLARED, "ValidationRule": {"Lead.Tier_Needed": RULE, "Lead.Broken": BROKEN}})
    report = stack.validate()
    assert report.exit_code == 1
    refused = [line for line in report.render().splitlines() if "Broken" in line]
    assert refused == [
        'stacks/model/model.yaml:21:5  Salesforce ValidationRule "Lead.Broken": Field Nowhere__c does not exist. '
        "Check spelling "
        "(objects/Lead.object, line 9)"
    ]
    assert "3 not" not in report.render()
    assert "Salesforce: the package of 4 components was rejected, 1 problem, 1 not validated" in report.render()


def test_stack_that_names_no_org_is_the_authors_to_mend(stack: Stack) -> None:
    (stack.folder / "Pulumi.dev.yaml").write_text("config: {'revops:systems': [salesforce]}\n", encoding="utf-8")
    with pytest.raises(UnboundStack, match=r"Salesforce: stack config has no salesforce:organizationId") as refused:
        stack.validate()
    assert refused.value.exit_code == 1


def test_what_the_org_holds_already_is_not_packed(stack: Stack, open_session: OpenSession) -> None:
    session = open_session()
    KINDS["CustomField"].create(session, parsed(KINDS["CustomField"], FIELD))
    (outcome,) = stack.validate().systems
    assert outcome.bundle is not None
    assert sorted(outcome.bundle.components) == ["PermissionSet Readers", "ValidationRule Lead.Tier_Needed"]


def test_plan_that_changes_nothing_makes_no_deployment(stack: Stack, accounts: RunningSimulators) -> None:
    stack.write({})
    report = stack.validate()
    assert report.render() == (
        "Salesforce  organization id 00DSm0000000001MAA, Simulated, Developer Edition, developer org\n"
        "Salesforce: nothing to create or change that a deployment can contain\n"
        "dev: nothing was changed."
    )
    assert accounts.control.log.select(path="deployRequest") == []


def test_slow_deployment_is_waited_for_and_its_progress_told(
    stack: Stack, accounts: RunningSimulators, waits: list[float]
) -> None:
    accounts.control.switches.set("salesforce.deploy_polls", 3)
    told: list[str] = []
    assert validate_stack(stack.folder, "dev", tell=told.append).exit_code == 0
    assert told[0] == "Salesforce: comparing 4 resources"
    assert told[1] == "Salesforce: deploying 3 components, check-only"
    assert told[2:] == ["Salesforce: InProgress"] * 3
    assert len(waits) == 3


def test_lost_answer_to_a_check_only_deployment_is_asked_again(stack: Stack, accounts: RunningSimulators) -> None:
    accounts.control.faults.add("timeout_after_write", system="salesforce", path="deployRequest$", count=1)
    assert stack.validate().exit_code == 0


def test_command_prints_json_for_scripts(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["validate", "--stack", "dev", "--folder", str(stack.folder), "--json"])
    printed = json.loads(capsys.readouterr().out)
    assert ended.value.code == 0
    assert printed["valid"] is True
    (outcome,) = printed["systems"]
    assert outcome["components"] == [
        "CustomField Lead.Tier__c",
        "PermissionSet Readers",
        "ValidationRule Lead.Tier_Needed",
    ]
    kept = read_validation("dev", "salesforce", stack.folder)
    assert kept is not None
    assert (kept.id, kept.package) == (outcome["validation"], outcome["package"])


def test_only_what_was_validated_may_be_applied(
    stack: Stack, open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(stack.folder)
    fix = "\n    fix: revops validate --stack dev, then run this again"
    assert preflight_errors(open_session, DECLARED) == [
        "Salesforce: revops:requireValidation is set, and nothing was validated, while 3 components would be written"
        + fix
    ]
    (outcome,) = stack.validate().systems
    assert outcome.trial is not None
    assert preflight_errors(open_session, DECLARED) == []

    other = {**DECLARED, "CustomField": {"Lead.Tier__c": {**FIELD, "length": 90}}}
    assert preflight_errors(open_session, other) == [
        f"Salesforce: the package differs from validation {outcome.trial.id} in CustomField Lead.Tier__c{fix}"
    ]
    smaller = {kind: entries for kind, entries in DECLARED.items() if kind != "ValidationRule"}
    assert preflight_errors(open_session, smaller) == [
        f"Salesforce: the package differs from validation {outcome.trial.id} in ValidationRule Lead.Tier_Needed "
        f"(no longer in it){fix}"
    ]


def test_rest_of_a_validated_package_may_be_applied_after_a_run_that_was_cut_off(
    stack: Stack, open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(stack.folder)
    stack.validate()
    KINDS["CustomField"].create(open_session(), parsed(KINDS["CustomField"], FIELD))
    assert preflight_errors(open_session, DECLARED) == []


def test_refused_package_may_not_be_applied(
    stack: Stack, open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(stack.folder)
    sections = {"ValidationRule": {"Lead.Broken": BROKEN}}
    stack.write(sections)
    stack.validate()
    (refusal,) = preflight_errors(open_session, sections)
    assert "was refused by the account" in refusal


def test_validation_of_another_org_does_not_count(
    stack: Stack, open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(stack.folder)
    stack.validate()
    file = stack.folder / ".revops" / "dev" / "validation.json"
    kept = json.loads(file.read_text())
    kept["salesforce"]["account_id"] = "00D000000000000AAA"
    file.write_text(json.dumps(kept))
    (refusal,) = preflight_errors(open_session, DECLARED)
    assert 'was made on account "00D000000000000AAA", this is "00DSm0000000001MAA"' in refusal


METADATA_KINDS = sorted(name for name, kind in KINDS.items() if isinstance(kind, MetadataKind) and name != "Layout")
"""Layouts are monitored, never written."""
NOT_PACKED = {"BusinessHours", "Holiday", "MatchingRule", "ApprovalProcess"}
"""Kinds that say why a change of theirs has no place in one deployment."""


def trial(session: Session[Any], item: DesiredResource) -> tuple[list[str], list[str]]:
    """What the org refuses when the resource is all that changes, and what has no place in the deployment."""
    account: Any = session.system.account
    found = [change for change in changes(session) if change.desired == item]
    assert found, f"{item.name} changes nothing"
    bundle = account.pack(session, found)
    left_out = [one.message for one in bundle.left_out]
    if not bundle.components:
        return [], left_out
    return texts(account.try_out(session, bundle, lambda text: None).diagnostics), left_out


@pytest.mark.parametrize("name", METADATA_KINDS)
def test_every_kind_can_be_validated(accounts: RunningSimulators, waits: list[float], name: str) -> None:
    kind = KINDS[name]
    contract = Contract(accounts, "salesforce", kind)
    contract.prepare()
    session = contract.run()
    refused, left_out = trial(session, session.declared[-1])
    assert refused == []
    assert left_out == [] or name in NOT_PACKED

    changed = later(kind)
    if changed is None:
        return
    contract.create(example(kind))
    session = contract.run()
    session.declared = [desired_resource(kind, changed)]
    refused, left_out = trial(session, session.declared[0])
    assert refused == []
    assert left_out == [] or name in NOT_PACKED
