"""Validation rules: compiled at save, and blocking the saves of records."""

from __future__ import annotations

from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.providers.crm_simulators.salesforce.conftest import Client


def rule(client: Client, formula: str, **attributes: Any) -> Any:
    values = {"active": True, "errorMessage": "Say why", "errorConditionFormula": formula, **attributes}
    return client.md.ValidationRule(fullName="Opportunity.Push_Needs_Reason", **values)


def opportunity(client: Client, **values: Any) -> str:
    given = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-03-01", **values}
    return str(client.sf.Opportunity.create(given)["id"])


@pytest.mark.parametrize(
    ("formula", "problem"),
    [
        ("Nope__c = 1", "Field Nope__c does not exist. Check spelling."),
        ("Owner.Nope = 1", "Field Owner.Nope does not exist. Check spelling."),
        ("$Permission.Bypass", "Field $Permission.Bypass does not exist. Check spelling."),
        (
            'StageName = "x"',
            "Field StageName is a picklist field. Picklist fields are only supported in certain functions.",
        ),
        ("Amount + 1", "Formula result is data type (Number), incompatible with expected data type (true or false)."),
        ("FROBNICATE(Amount)", "Unknown function FROBNICATE. Check spelling."),
        ("AND(Amount > 1", "Syntax error. Missing ')'"),
        ("LEN(Name, 2) > 1", "Incorrect number of parameters for function 'LEN()'. Expected 1, received 2"),
        ("Name > 5", "Incorrect parameter type for operator '>'. Expected Text, received Number"),
        (
            "ISPICKVAL(StageName, Name)",
            "Incorrect parameter type for function 'ISPICKVAL()'. Expected Text literal, received an expression",
        ),
        ('CASE(StageName, "a", 1) = 1', "Incorrect number of parameters for function 'CASE()'. Expected 4, received 3"),
    ],
)
def test_formula_is_compiled_when_the_rule_is_saved(client: Client, formula: str, problem: str) -> None:
    assert client.create(rule(client, formula)) == [f"FIELD_INTEGRITY_EXCEPTION: {problem}"]


def test_field_to_show_the_error_at_must_exist(client: Client) -> None:
    assert client.create(rule(client, "TRUE", errorDisplayField="Nope__c")) == [
        "FIELD_INTEGRITY_EXCEPTION: Field Nope__c does not exist. Check spelling."
    ]


def test_true_condition_blocks_the_save_with_message_and_field(client: Client) -> None:
    client.create(
        rule(client, "ISCHANGED(CloseDate) && CloseDate > PRIORVALUE(CloseDate)", errorDisplayField="CloseDate")
    )
    deal = opportunity(client)
    with pytest.raises(SalesforceMalformedRequest) as error:
        client.sf.Opportunity.update(deal, {"CloseDate": "2026-04-01"})
    assert error.value.content == [
        {"fields": ["CloseDate"], "message": "Say why", "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION"}
    ]
    assert client.sf.Opportunity.get(deal)["CloseDate"] == "2026-03-01"
    assert client.sf.Opportunity.update(deal, {"CloseDate": "2026-02-01"}) == 204


def test_inactive_rule_blocks_nothing(client: Client) -> None:
    client.create(rule(client, "TRUE", active=False))
    assert opportunity(client)


def test_custom_permission_bypasses_the_rule_for_those_who_have_it(client: Client) -> None:
    client.create(client.md.CustomPermission(fullName="Bypass", label="Bypass", isLicensed=False))
    client.create(rule(client, "NOT($Permission.Bypass)"))
    with pytest.raises(SalesforceMalformedRequest, match="FIELD_CUSTOM_VALIDATION_EXCEPTION"):
        opportunity(client)
    client.grant(customPermissions=[client.md.PermissionSetCustomPermissions(enabled=True, name="Bypass")])
    assert opportunity(client)


def test_picklist_and_isnew_tests_work_on_a_save(client: Client) -> None:
    client.create(rule(client, 'AND(ISNEW(), NOT(ISPICKVAL(StageName, "Prospecting")))'))
    with pytest.raises(SalesforceMalformedRequest, match="FIELD_CUSTOM_VALIDATION_EXCEPTION"):
        opportunity(client, StageName="Qualification")
    assert opportunity(client)


def test_deleting_a_rule_is_immediate(client: Client) -> None:
    client.create(rule(client, "TRUE"))
    assert client.delete("ValidationRule", "Opportunity.Push_Needs_Reason") == ["ok"]
    assert opportunity(client)
