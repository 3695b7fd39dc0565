"""Changes of an org that would lose values or stop people: one preview shows all, stack config gives values up."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.end_to_end.small_stack import SmallStack, errors

pytestmark = pytest.mark.pulumi
GRADES = [{"name": name, "label": name} for name in ("A", "B")]
RECIPE = "declare a new field beside it, copy the values, switch what uses it, then remove the old one"
GIVE_UP = "change these records first, or give their values up: pulumi config set --path 'revops:allowDataLoss[{}]'"


def field(name: str, **more: Any) -> dict[str, Any]:
    return {"object": "Lead", "name": f"{name}__c", "label": name, **more}


def sections(username: str, fields: dict[str, dict[str, Any]], **rules: str) -> dict[str, Any]:
    """Raw sections: fields of leads that the user may see, and active rules by name."""
    seen = [
        {"field": f"Lead.{name}__c", "editable": True} for name in ("Tier", "Size", "Grade", "Old") if name in fields
    ]
    return {
        "CustomField": {f"Lead.{name}__c": inputs for name, inputs in fields.items()},
        "PermissionSet": {"See": {"name": "See", "label": "See", "field_permissions": seen}},
        "PermissionSetAssignment": {f"See.{username}": {"permission_set": "See", "username": username}},
        "ValidationRule": {
            f"Lead.{name}": {"object": "Lead", "name": name, "error_condition_formula": text, "error_message": "No."}
            for name, text in rules.items()
        },
    }


def test_one_preview_shows_everything_at_stake_and_config_gives_it_up(stack: SmallStack) -> None:
    username = stack.crms.salesforce.username
    before = {
        "Tier": field("Tier", type="Text", length=80),
        "Size": field("Size", type="Number", precision=8, scale=0),
        "Grade": field("Grade", type="Picklist", value_set={"values": GRADES}),
        "Old": field("Old", type="Text", length=10),
        "Score": field("Score", type="Number", precision=5, scale=0),  # no user may see it, so none can count by it
    }
    stack.configure("salesforce")
    stack.salesforce(sections(username, before))
    stack.project.up().succeeded()
    live = {"LastName": "L", "Company": "N", "Tier__c": "t", "Size__c": 3, "Grade__c": "B", "Old__c": "o"}
    live["Score__c"] = 1
    stack.crms.seed("salesforce", {"records": {"Lead": [live, {**live, "Old__c": None}, {**live, "Tier__c": None}]}})
    stack.crms.control.log.clear()

    inactive = [GRADES[0], {**GRADES[1], "is_active": False}]
    after = {
        "Tier": field("Tier", type="Text", length=20),
        "Size": field("Size", type="Date"),
        "Grade": field("Grade", type="Picklist", value_set={"values": inactive}),
        "Why": field("Why", type="Text", length=80),
    }
    stack.salesforce(sections(username, after, Why_Is_Needed="ISBLANK(Why__c)", Typing_Mistake="ISBLANK(Compny)"))
    previewed = stack.project.preview().failed()
    (message,) = errors(previewed)

    places = [line.partition("  ")[0] for line in message.splitlines() if line.startswith("stacks/model/model.yaml:")]
    assert len(places) == 5
    for line in (
        'Salesforce CustomField "Lead.Tier__c": changing it would lose data: 2 Lead records have a value in Tier__c; '
        "those longer than 20 characters would be truncated or refused (length 80 to 20)\n"
        f"    fix: {GIVE_UP.format(1)} Lead.Tier__c\n",
        'Salesforce CustomField "Lead.Size__c": changing it would lose data: 3 Lead records have a value in Size__c; '
        f"changing its type from Number to Date loses them\n    fix: {RECIPE}\n",
        'Salesforce CustomField "Lead.Grade__c": changing it would lose data: 3 Lead records have a value in Grade__c '
        'that would be inactive ("B"): they keep the value, but users can no longer choose it\n'
        f"    fix: {GIVE_UP.format(0)} Lead.Grade__c\n",
        'Salesforce CustomField "Lead.Old__c": removing it would lose data: 2 Lead records have a value\n',
        'Salesforce CustomField "Lead.Score__c": removing it would lose data: up to 3 Lead records have a '
        "value (the org cannot count them by this field)\n"
        "    fix: pulumi config set --path 'revops:allowDataLoss[3]' Lead.Score__c, pulumi up, then remove it "
        "(a plain destroy or refresh sees the config of the last up, unless --run-program)\n",
        'Salesforce ValidationRule "Lead.Typing_Mistake": error_condition_formula, column 9: Field Compny does not '
        "exist. Check spelling.\n    fix: Company or Country, or declare the field\n",
        'Salesforce ValidationRule "Lead.Why_Is_Needed": it would block users who cannot correct the record: no '
        "user can edit Lead.Why__c\n    fix: grant the field in a permission set",
        "7 problems in 1 file; nothing was changed.",
    ):
        assert line in message, message
    assert re.search(r'^stacks/model/model.yaml:\d+:40  Salesforce ValidationRule "Lead.Typing_Mistake"', message, re.M)
    stopped = "3 of 3 open Lead records fail it today (evaluated on 3 of them)"
    assert f'Salesforce ValidationRule "Lead.Why_Is_Needed": {stopped}' in previewed.output
    assert stack.writes() == []

    given_up = {**after, "Size": before["Size"]}
    del given_up["Why"]
    stack.configure("salesforce", allowDataLoss=["Lead.Tier__c", "Lead.Grade__c", "Lead.Old__c", "Lead.Score__c"])
    stack.salesforce(sections(username, given_up))
    stack.project.up().succeeded()
    org = stack.crms.dump("salesforce")
    assert org["components"]["CustomField"]["Lead.Tier__c"]["body"]["length"] == 20
    assert "Lead.Old__c" not in org["components"]["CustomField"]
