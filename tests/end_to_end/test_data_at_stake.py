"""Changes and removals that would lose values or stop people: one preview shows all, stack config gives values up."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.end_to_end.small_stack import SmallStack, a_property, errors

pytestmark = pytest.mark.pulumi
OPTIONS = [{"label": value, "value": value} for value in ("small", "large")]
STAGES = [
    {"id": "renewals_open", "label": "Open", "probability": 0.2},
    {"id": "renewals_won", "label": "Won", "probability": 1.0},
]
TEXT = {"type": "string", "field_type": "text"}
OLD = {"contacts.old": a_property("old", "contactinformation")}
GRADES = [{"name": name, "label": name} for name in ("A", "B")]
NEW_FIELD = "declare a new field beside it, copy the values, switch what uses it, then remove the old one"
NEW_KEY = NEW_FIELD.replace("field", "key")
GIVE_UP = 'add "{}" to revops:allowDataLoss in stack config'
OR_GIVE_UP = f"change these records first, or give their values up: {GIVE_UP}"
LATER = "pulumi up, then remove it (a plain destroy or refresh sees the config of the last up, unless --run-program)"


def in_hubspot(size: dict[str, Any], seats: dict[str, Any], stages: list[Any], **more: Any) -> dict[str, Any]:
    """Raw sections: two properties of contacts, and whatever else is `more`, with a deal pipeline."""
    inputs = {
        "size": a_property("size", "contactinformation", type="enumeration", field_type="select", options=OPTIONS),
        "seats": a_property("seats", "contactinformation"),
    }
    properties = {"contacts.size": {**inputs["size"], **size}, "contacts.seats": {**inputs["seats"], **seats}, **more}
    pipeline = {"object": "deals", "name": "renewals", "label": "Renewals", "stages": stages}
    return {"Property": properties, "Pipeline": {"deals.renewals": pipeline}}


def field(name: str, **more: Any) -> dict[str, Any]:
    return {"object": "Lead", "name": f"{name}__c", "label": name, **more}


def in_salesforce(username: str, fields: dict[str, dict[str, Any]], **rules: str) -> dict[str, Any]:
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


def write(stack: SmallStack, hubspot: dict[str, Any], salesforce: dict[str, Any]) -> None:
    context = {"systems": {"managed": ["hubspot", "salesforce"], "source_of_truth": "salesforce"}}
    model = {"context": context, "hubspot": hubspot, "salesforce": salesforce}
    stack.write(yaml.safe_dump(model, sort_keys=False, width=1000))


def test_one_preview_shows_everything_at_stake_and_config_gives_it_up(stack: SmallStack) -> None:
    username = stack.crms.salesforce.username
    before = {
        "Tier": field("Tier", type="Text", length=80),
        "Size": field("Size", type="Number", precision=8, scale=0),
        "Grade": field("Grade", type="Picklist", value_set={"values": GRADES}),
        "Old": field("Old", type="Text", length=10),
        "Score": field("Score", type="Number", precision=5, scale=0),  # no user may see it, so none can count by it
    }
    stack.configure("hubspot", "salesforce")
    write(stack, in_hubspot({}, {}, STAGES, **OLD), in_salesforce(username, before))
    stack.project.up().succeeded()
    people = [{"email": f"p{at}@example.com", "size": "small", "seats": "3", "old": "1"} for at in range(5)]
    deals = [{"dealname": f"D{at}", "pipeline": "renewals", "dealstage": "renewals_open"} for at in range(2)]
    stack.crms.seed("hubspot", {"records": {"contacts": people, "deals": deals}})
    lead = {"LastName": "L", "Company": "N", "Tier__c": "t", "Size__c": 3, "Grade__c": "B", "Old__c": "o"}
    lead["Score__c"] = 1
    stack.crms.seed("salesforce", {"records": {"Lead": [lead, {**lead, "Old__c": None}, {**lead, "Tier__c": None}]}})
    stack.crms.control.log.clear()

    inactive = [GRADES[0], {**GRADES[1], "is_active": False}]
    after = {
        "Tier": field("Tier", type="Text", length=20),
        "Size": field("Size", type="Date"),
        "Grade": field("Grade", type="Picklist", value_set={"values": inactive}),
        "Why": field("Why", type="Text", length=80),
    }
    rules = {"Why_Is_Needed": "ISBLANK(Why__c)", "Typing_Mistake": "ISBLANK(Compny)"}
    write(stack, in_hubspot({"options": OPTIONS[1:]}, TEXT, STAGES[1:]), in_salesforce(username, after, **rules))
    previewed = stack.project.preview().failed()
    (message,) = errors(previewed)

    places = [line.partition("  ")[0] for line in message.splitlines() if line.startswith("stacks/model/model.yaml:")]
    assert len(places) == 8
    for line in (
        *expected_of_hubspot(),
        *expected_of_salesforce(),
        "4 problems in 1 file; nothing was changed.",
        "7 problems in 1 file; nothing was changed.",
    ):
        assert line in message, message
    assert re.search(r'^stacks/model/model.yaml:\d+:40  Salesforce ValidationRule "Lead.Typing_Mistake"', message, re.M)
    stopped = "3 of 3 open Lead records fail it today (evaluated on 3 of them)"
    assert f'Salesforce ValidationRule "Lead.Why_Is_Needed": {stopped}' in previewed.output
    assert stack.writes() == []

    given_up = {**after, "Size": before["Size"]}
    del given_up["Why"]
    fields = ["Lead.Tier__c", "Lead.Grade__c", "Lead.Old__c", "Lead.Score__c"]
    stack.configure("hubspot", "salesforce", allowDataLoss=["contacts.size", "contacts.old", *fields])
    write(stack, in_hubspot({"options": OPTIONS[1:]}, {}, STAGES), in_salesforce(username, given_up))
    stack.project.up().succeeded()
    portal, org = (stack.crms.dump(system) for system in ("hubspot", "salesforce"))
    assert [option["value"] for option in portal["properties"]["0-1"]["size"]["options"]] == ["large"]
    assert "old" in portal["archived_properties"]["0-1"]
    assert org["components"]["CustomField"]["Lead.Tier__c"]["body"]["length"] == 20
    assert "Lead.Old__c" not in org["components"]["CustomField"]


def expected_of_hubspot() -> tuple[str, ...]:
    return (
        'HubSpot Property "contacts.size": changing it would lose data: 5 contacts have a value in "size" that '
        'would no longer be an option ("small" 5)\n'
        f"    fix: {OR_GIVE_UP.format('contacts.size')}\n",
        'Property "contacts.seats": type cannot change after creation, and nothing that holds records is replaced '
        f'(5 contacts have a value in "seats")\n    fix: {NEW_KEY}\n',
        'HubSpot Pipeline "deals.renewals": changing it would lose data: stage "Open" would be removed, but 2 '
        "deals are in it\n    fix: move them to another stage first, or keep the stage\n",
        'HubSpot Property "contacts.old": removing it would lose data: 5 contacts have a value in "old"\n'
        f"    fix: {GIVE_UP.format('contacts.old')}, {LATER}\n",
    )


def expected_of_salesforce() -> tuple[str, ...]:
    return (
        'Salesforce CustomField "Lead.Tier__c": changing it would lose data: 2 Lead records have a value in Tier__c; '
        "those longer than 20 characters would be truncated or refused (length 80 to 20)\n"
        f"    fix: {OR_GIVE_UP.format('Lead.Tier__c')}\n",
        'Salesforce CustomField "Lead.Size__c": changing it would lose data: 3 Lead records have a value in Size__c; '
        f"changing its type from Number to Date loses them\n    fix: {NEW_FIELD}\n",
        'Salesforce CustomField "Lead.Grade__c": changing it would lose data: 3 Lead records have a value in Grade__c '
        'that would be inactive ("B"): they keep the value, but users can no longer choose it\n'
        f"    fix: {OR_GIVE_UP.format('Lead.Grade__c')}\n",
        'Salesforce CustomField "Lead.Old__c": removing it would lose data: 2 Lead records have a value\n',
        'Salesforce CustomField "Lead.Score__c": removing it would lose data: up to 3 Lead records have a '
        "value (the org cannot count them by this field)\n"
        f"    fix: {GIVE_UP.format('Lead.Score__c')}, {LATER}\n",
        'Salesforce ValidationRule "Lead.Typing_Mistake": error_condition_formula, column 9: Field Compny does not '
        "exist. Check spelling.\n    fix: Company or Country, or declare the field\n",
        'Salesforce ValidationRule "Lead.Why_Is_Needed": it would block users who cannot correct the record: no '
        "user can edit Lead.Why__c\n    fix: grant the field in a permission set",
    )
