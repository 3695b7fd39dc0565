"""Rules judge raw resources, which no topic speaks of, as they judge what the topics become."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from revops_policies.book import judge, settings
from revops_policies.subject import Subject, from_model

from revops_iac.compile import compile_model
from revops_iac.config.settings import Settings
from revops_iac.source.load import load

MODEL = """
context: {systems: {managed: [hubspot, salesforce], source_of_truth: salesforce}}
data_hygiene:
  fields:
    contact:
      tier: {label: Tier, type: picklist, options: {gold: Gold, silver: Silver}}
      company: {label: Company, type: text, standard: {hubspot: company, salesforce: {Lead: Company}}}
"""
PROPERTY = "group_name: contactinformation, type: string"


@pytest.mark.parametrize(
    ("rule", "raw", "message"),
    [
        (
            "stage-probabilities-rise",
            """
hubspot:
  Pipeline:
    deals.partners:
      object: deals
      name: partners
      label: Partners
      stages:
        - {id: lost, label: Lost, probability: 0}
        - {id: talk, label: Talk, probability: 0.6}
        - {id: offer, label: Offer, probability: 0.2}
""",
            'HubSpot Pipeline "deals.partners": stage "Offer": 0.2 is below 0.6 before it',
        ),
        (
            "stage-probabilities-rise",
            """
salesforce:
  StandardValueSet:
    OpportunityStage:
      name: OpportunityStage
      values:
        - {name: Won, label: Won, closed: true, won: true, probability: 90}
        - {name: Lost, label: Lost, closed: true, probability: 0}
""",
            'Salesforce StandardValueSet "OpportunityStage": stage "Won" is closed won and has probability 90',
        ),
        (
            "personal-fields-have-purpose",
            f"hubspot: {{Property: {{contacts.fax: {{object: contacts, name: fax, label: F, field_type: phonenumber, "
            f"{PROPERTY}}}}}}}",
            'HubSpot Property "contacts.fax": the phone number of a person is personal data, which the model does not '
            "declare",
        ),
        (
            "personal-fields-have-purpose",
            "salesforce: {CustomField: {Lead.Home__c: {object: Lead, name: Home__c, label: Home, type: Email}}}",
            'Salesforce CustomField "Lead.Home__c": the e-mail address of a person is personal data, which the model '
            "does not declare",
        ),
        (
            "synced-field-has-one-writing-crm",
            """
hubspot:
  Workflow:
    contacts.Note: {object: contacts, name: Note, steps: [{set: {property: tier, to: gold}}]}
""",
            'HubSpot Workflow "contacts.Note": it sets contact.tier, of which Salesforce is the source of truth; the '
            "sync then undoes one of them",
        ),
        (
            "routing-runs-specific-to-general",
            """
salesforce:
  AssignmentRules:
    Case.Standard:
      object: Case
      name: Standard
      active: true
      entries:
        - {assigned_to: All, assigned_to_type: Queue}
        - {assigned_to: Some, assigned_to_type: Queue, formula: 'ISPICKVAL(Origin, "Web")'}
""",
            'Salesforce AssignmentRules "Case.Standard": entry 1 has no criteria, so entries after it never get a '
            "record",
        ),
        (
            "deal-desk-tiers-are-complete",
            """
salesforce:
  ApprovalProcess:
    Opportunity.Big:
      object: Opportunity
      name: Big
      label: Big
      entry_criteria: {formula: Amount > 1}
      allowed_submitters: [{type: owner}]
      record_editability: AdminOnly
      steps: [{name: First, label: First, approvers: [{type: adhoc}]}]
""",
            'Salesforce ApprovalProcess "Opportunity.Big": step "First" is approved by whoever the submitter chooses',
        ),
        (
            "named-options-exist",
            """
salesforce:
  ValidationRule:
    Lead.Gold:
      object: Lead
      name: Gold
      active: true
      error_message: No
      error_condition_formula: ISPICKVAL(Tier__c, "golden")
""",
            'Salesforce ValidationRule "Lead.Gold": "golden" is not an option of Lead.Tier__c, so it matches no record',
        ),
    ],
)
def test_raw_resource_breaks_the_rule(rule: str, raw: str, message: str, tmp_path: Path) -> None:
    assert violations(rule, subject_of(tmp_path, raw)) == [message]


def test_matching_rule_counts_when_an_active_duplicate_rule_asks_it(tmp_path: Path) -> None:
    rule = "duplicate-rules-cover-match-keys"
    subject = subject_of(tmp_path, "data_hygiene: {match_keys: {company: contact.company}}")
    assert violations(rule, subject) == []
    off = tuple(
        replace(one, inputs={**one.inputs, "active": False}) if one.kind == "DuplicateRule" else one
        for one in subject.resources
    )
    (found,) = violations(rule, replace(subject, resources=off))
    assert re.search(r'no active duplicate rule asks "\w+"( and "\w+")*, which compares contact\.company', found)


def subject_of(folder: Path, raw: str) -> Subject:
    stacks = folder / "stacks"
    (stacks / "model").mkdir(parents=True)
    (stacks / "overlays").mkdir()
    (stacks / "model" / "model.yaml").write_text(MODEL, encoding="utf-8")
    (stacks / "overlays" / "raw.yaml").write_text(raw, encoding="utf-8")
    loaded = load(stacks, "raw")
    return from_model(loaded, compile_model(loaded, Settings("dev")))


def violations(rule: str, subject: Subject) -> list[str]:
    return [one.sentence for one in judge(rule, settings()[rule], subject)]
