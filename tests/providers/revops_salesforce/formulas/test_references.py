"""What a formula names."""

from __future__ import annotations

from revops_salesforce.formulas.references import references_in


def named(formula: str) -> list[tuple[str, str]]:
    return [(reference.kind, reference.name) for reference in references_in(formula, "Lead")]


def test_fields_permissions_and_paths_are_found_once() -> None:
    assert named("AND(Tier__c > 1, tier__c < 5, Tier__c > 2, Account.Size__c > 5, NOT($Permission.Bypass))") == [
        ("CustomPermission", "Bypass"),
        ("CustomField", "Lead.Tier__c"),
        ("CustomField", "Lead.tier__c"),
        ("CustomField", "Account.Size__c"),
    ]


def test_texts_and_comments_name_nothing() -> None:
    assert named('"Tier__c" & \'Size__c\' /* Old__c */ & "say \\"Tier__c\\""') == []


def test_record_of_a_flow_names_its_own_object() -> None:
    assert named("{!$Record.Tier__c} > {!$Record__Prior.Size__c}") == [
        ("CustomField", "Lead.Tier__c"),
        ("CustomField", "Lead.Size__c"),
    ]


def test_message_with_merge_fields_is_read_too() -> None:
    assert named("Hello {!$Record.Tier__c}? #1, {!$Permission.Bypass}") == [
        ("CustomPermission", "Bypass"),
        ("CustomField", "Lead.Tier__c"),
    ]
