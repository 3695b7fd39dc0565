"""Every type of custom field, custom objects and field dependencies, from the inputs to the org and back."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from crm_simulators.server import RunningSimulators
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.errors import SalesforceRefusal
from revops_salesforce.kinds.custom_field import CustomField, FieldType
from revops_salesforce.kinds.custom_object import CustomObject

from revops_iac.adoption.yaml.tidy import entry_of
from revops_iac.compile import validated
from revops_iac.provider.kind import DesiredResource, Impact, Reference
from tests.diagnostics import refusals
from tests.providers.contract import example
from tests.providers.revops_salesforce.conftest import OpenSession

KIND, OBJECT = CustomField(), CustomObject()
MACHINE = example(OBJECT)
NUMBER = {"precision": 10, "scale": 2}
VALUES: dict[str, Any] = {"value_set": {"values": [{"name": "a", "label": "A"}, {"name": "b", "label": "B"}]}}
MASTER = {
    "object": "Machine__c",
    "name": "Owner_Company__c",
    "reference_to": "Account",
    "relationship_name": "Machines",
}
TYPES: dict[str, dict[str, Any]] = {
    "AutoNumber": {"display_format": "N-{0000}", "starting_number": 5},
    "Checkbox": {"default_value": "false"},
    "Currency": NUMBER,
    "Date": {},
    "DateTime": {},
    "Email": {"unique": True},
    "EncryptedText": {"length": 20, "mask_char": "asterisk", "mask_type": "lastFour"},
    "Html": {"length": 1000, "visible_lines": 10},
    "Location": {"scale": 5},
    "LongTextArea": {"length": 1000, "visible_lines": 3},
    "Lookup": {"reference_to": "User", "relationship_name": "Coaches", "delete_constraint": "SetNull"},
    "MasterDetail": {**MASTER, "relationship_order": 0, "write_requires_master_read": False},
    "MultiselectPicklist": {**VALUES, "visible_lines": 4},
    "Number": {**NUMBER, "external_id": True},
    "Percent": NUMBER,
    "Phone": {},
    "Picklist": VALUES,
    "Summary": {
        "object": "Account",
        "summary_foreign_key": "Opportunity.AccountId",
        "summary_operation": "sum",
        "summarized_field": "Opportunity.Amount",
        "summary_filter_items": [{"field": "Opportunity.IsWon", "operation": "equals", "value": "True"}],
    },
    "Text": {"length": 30, "case_sensitive": True, "unique": True},
    "TextArea": {},
    "Time": {},
    "Url": {},
}
FORMULAS = {
    "Checkbox": "IsConverted",
    "Currency": "AnnualRevenue * 2",
    "Date": "ConvertedDate",
    "DateTime": "CreatedDate",
    "Number": "NumberOfEmployees + 1",
    "Percent": "0.5",
    "Text": "LastName",
    "Time": "TIMEVALUE(CreatedDate)",
}


def field(kind: str, **more: Any) -> dict[str, Any]:
    return validated(
        KIND, {"object": "Lead", "name": f"A_{kind}__c", "label": kind, "type": kind, **TYPES[kind], **more}
    )


def unchanged(open_session: OpenSession, inputs: dict[str, Any]) -> bool:
    live = open_session().find(KIND, KIND.vendor_name(KIND.parse(inputs)))
    assert live is not None
    return not KIND.differences(inputs, KIND.managed_view(inputs, live))


OF_FEATURES: dict[str, dict[str, Any]] = {
    "Address": {},
    "ExternalLookup": {"referenceTo": "Order__x", "relationshipName": "Orders"},
    "Hierarchy": {"referenceTo": "User", "relationshipName": "Reports"},
    "IndirectLookup": {"referenceTo": "Account", "relationshipName": "Accounts", "referenceTargetField": "Key__c"},
    "MetadataRelationship": {"referenceTo": "Rule__mdt", "relationshipName": "Rules"},
}
"""Types that need external data, another kind of object, or a feature of the org: they are read as they are."""


def test_every_type_has_its_case() -> None:
    assert {*TYPES, *OF_FEATURES} == set(get_args(FieldType))


@pytest.mark.parametrize("kind", OF_FEATURES)
def test_field_of_a_feature_is_adopted_and_written_as_it_was(kind: str) -> None:
    body = {"fullName": "Lead.A__c", "label": "A", "type": kind, **OF_FEATURES[kind]}
    entry = entry_of(KIND, KIND.observe("Lead.A__c", body))
    assert entry["type"] == kind
    assert KIND.new_body(KIND.parse(entry)) == body


def test_every_type_is_made_and_reads_back_as_declared(open_session: OpenSession) -> None:
    session = open_session()
    OBJECT.create(session, OBJECT.parse(MACHINE))
    for kind in TYPES:
        KIND.create(session, KIND.parse(field(kind)))
    assert [kind for kind in TYPES if not unchanged(open_session, field(kind))] == []


NEEDS_NOTHING = frozenset({"AutoNumber", "Email"})


@pytest.mark.parametrize("kind", [kind for kind, more in TYPES.items() if more and kind not in NEEDS_NOTHING])
def test_what_a_type_needs_is_asked_for_before_the_org_refuses(open_session: OpenSession, kind: str) -> None:
    bare = {"object": "Lead", "name": "A__c", "label": "A", "type": kind}
    desired = DesiredResource("CustomField", "Lead.A__c", "Lead.A__c", bare)
    (*_, message) = refusals(KIND, open_session(), desired, None)
    assert message.startswith(f'Salesforce CustomField "Lead.A__c": a field of type {kind} needs ') or kind == "Summary"
    whole = DesiredResource("CustomField", "Lead.A__c", "Lead.A__c", {**bare, **TYPES[kind]})
    assert refusals(KIND, open_session(), whole, None) == []


def test_every_type_that_a_formula_returns_is_made(open_session: OpenSession) -> None:
    session = open_session()
    for kind, formula in FORMULAS.items():
        sizes = NUMBER if kind in {"Currency", "Number", "Percent"} else {}
        inputs = {"object": "Lead", "name": f"F_{kind}__c", "label": kind, "type": kind, "formula": formula, **sizes}
        KIND.create(session, KIND.parse(validated(KIND, inputs)))
        assert unchanged(open_session, inputs)


def test_a_formula_of_another_type_is_refused_at_preview(open_session: OpenSession) -> None:
    inputs = {"object": "Lead", "name": "F__c", "label": "F", "type": "Email", "formula": "Email"}
    (message,) = refusals(KIND, open_session(), DesiredResource("CustomField", "Lead.F__c", "Lead.F__c", inputs), None)
    assert message.startswith(
        'Salesforce CustomField "Lead.F__c": a formula cannot return Email\n    fix: type: one of'
    )


# --- dependencies -------------------------------------------------------------------------------------------------


def dependent(**offered: list[str]) -> dict[str, Any]:
    settings = [{"value": value, "offered_for": names} for value, names in offered.items()]
    values = {"values": VALUES["value_set"]["values"], "controlling_field": "Rating", "value_settings": settings}
    return field("Picklist", value_set=values)


def test_dependent_values_are_offered_for_what_controls_them(open_session: OpenSession) -> None:
    session = open_session()
    made = KIND.create(session, KIND.parse(dependent(a=["Hot"])))
    assert unchanged(open_session, dependent(a=["Hot"]))

    KIND.update(session, made, KIND.parse(dependent(a=["Warm", "Hot"], b=["Cold"])))
    assert unchanged(open_session, dependent(a=["Hot", "Warm"], b=["Cold"]))


def test_settings_of_values_that_the_model_does_not_name_stay(
    open_session: OpenSession, client: SalesforceClient
) -> None:
    session = open_session()
    made = KIND.create(session, KIND.parse(dependent(a=["Hot"], b=["Cold"])))
    KIND.update(session, made, KIND.parse(dependent(a=["Warm"])))
    live = client.read_components("CustomField", ["Lead.A_Picklist__c"])["Lead.A_Picklist__c"]["valueSet"]
    assert {one["valueName"]: one["controllingFieldValue"] for one in live["valueSettings"]} == {
        "a": ["Warm"],
        "b": ["Cold"],
    }


def test_a_value_that_does_not_exist_cannot_control(open_session: OpenSession) -> None:
    with pytest.raises(SalesforceRefusal, match="Picklist value: Boiling in picklist: Rating not found"):
        KIND.create(open_session(), KIND.parse(dependent(a=["Boiling"])))


def test_the_controlling_field_comes_first_and_is_not_deleted(open_session: OpenSession) -> None:
    inputs = dependent(a=["Hot"])
    inputs["value_set"]["controlling_field"] = "Warmth__c"
    assert Reference("CustomField", "Lead.Warmth__c") in set(KIND.references(KIND.parse(inputs)))

    session = open_session()
    warmth = {"object": "Lead", "name": "Warmth__c", "label": "Warmth", "type": "Picklist"}
    hot = {"values": [{"name": "Hot", "label": "Hot"}]}
    made = KIND.create(session, KIND.parse(validated(KIND, {**warmth, "value_set": hot})))
    KIND.create(session, KIND.parse(inputs))
    with pytest.raises(SalesforceRefusal, match=r"referenced elsewhere.*Custom Field - Lead\.A_Picklist__c"):
        KIND.delete(session, made, KIND.state(warmth))


# --- records ------------------------------------------------------------------------------------------------------


def see(accounts: RunningSimulators, *fields: str) -> None:
    granted = [{"field": one, "readable": True, "editable": "Summary" not in one} for one in fields]
    body = {"label": "See", "fieldPermissions": granted}
    assert accounts.salesforce is not None
    accounts.seed("salesforce", {"components": {"PermissionSet": {"See": body}}})
    accounts.seed("salesforce", {"assignments": [{"PermissionSet": "See", "Username": accounts.salesforce.username}]})


def test_location_is_written_as_two_numbers_and_counted_by_them(
    accounts: RunningSimulators, open_session: OpenSession, client: SalesforceClient
) -> None:
    session = open_session()
    made = KIND.create(session, KIND.parse(field("Location")))
    see(accounts, "Lead.A_Location__c")
    place = {"A_Location__Latitude__s": 52.52, "A_Location__Longitude__s": 13.405}
    for values in (place, {}):
        client.send("POST", "sobjects/Lead", {"LastName": "Doe", "Company": "Acme", **values})
    rows = client.query("SELECT A_Location__c FROM Lead ORDER BY A_Location__Latitude__s NULLS LAST")
    assert rows[0]["A_Location__c"] == {"latitude": 52.52, "longitude": 13.405}
    assert KIND.delete_impact(session, made) == Impact(1, "1 Lead records have a value")


def test_summary_adds_up_what_is_won(
    accounts: RunningSimulators, open_session: OpenSession, client: SalesforceClient
) -> None:
    session = open_session()
    made = KIND.create(session, KIND.parse(field("Summary")))
    see(accounts, "Account.A_Summary__c")
    account = client.send("POST", "sobjects/Account", {"Name": "Acme"})["id"]
    for stage, amount in (("Closed Won", 10), ("Closed Won", 5.5), ("Prospecting", 100)):
        deal = {"Name": "Deal", "CloseDate": "2026-12-31", "AccountId": account, "StageName": stage, "Amount": amount}
        client.send("POST", "sobjects/Opportunity", deal)
    assert client.query("SELECT A_Summary__c FROM Account") == [{"A_Summary__c": 15.5}]
    assert KIND.delete_impact(session, made) is None


def test_custom_object_holds_records_and_says_what_is_at_stake(
    open_session: OpenSession, client: SalesforceClient
) -> None:
    session = open_session()
    made = OBJECT.create(session, OBJECT.parse(MACHINE))
    client.send("POST", "sobjects/Machine__c", {"Name": "M-1"})
    assert [row["Name"] for row in client.query("SELECT Name, OwnerId FROM Machine__c")] == ["M-1"]
    assert OBJECT.delete_impact(session, made) == Impact(1, "1 records would be deleted")


def test_fields_come_after_their_object_and_survive_its_update(
    open_session: OpenSession, client: SalesforceClient
) -> None:
    session = open_session()
    made = OBJECT.create(session, OBJECT.parse(MACHINE))
    text = field("Text", object="Machine__c")
    assert Reference("CustomObject", "Machine__c") in set(KIND.references(KIND.parse(text)))
    KIND.create(session, KIND.parse(text))
    OBJECT.update(session, made, OBJECT.parse({**MACHINE, "label": "Device"}))
    assert unchanged(open_session, text)
    assert client.read_components("CustomObject", ["Machine__c"])["Machine__c"]["label"] == "Device"


def test_master_changes_how_the_object_is_shared_and_the_plan_stays_empty(open_session: OpenSession) -> None:
    session = open_session()
    unsaid = {key: value for key, value in MACHINE.items() if key != "sharing_model"}
    OBJECT.create(session, OBJECT.parse(unsaid))
    KIND.create(session, KIND.parse(field("MasterDetail")))
    live = open_session().find(OBJECT, "Machine__c")
    assert live is not None
    assert live.definition["sharing_model"] == "ControlledByParent"
    assert OBJECT.differences(unsaid, OBJECT.managed_view(unsaid, live)) == []


def test_object_without_a_master_is_not_made_as_a_detail(open_session: OpenSession) -> None:
    inputs = {**MACHINE, "sharing_model": "ControlledByParent"}
    (message,) = refusals(
        OBJECT, open_session(), DesiredResource("CustomObject", "Machine__c", "Machine__c", inputs), None
    )
    assert "has no master object yet" in message


def test_object_that_another_refers_to_is_not_deleted(open_session: OpenSession) -> None:
    session = open_session()
    made = OBJECT.create(session, OBJECT.parse(MACHINE))
    KIND.create(session, KIND.parse(field("Lookup", name="Machine__c", reference_to="Machine__c")))
    with pytest.raises(SalesforceRefusal, match=r"referenced elsewhere.*Lead\.Machine__c"):
        OBJECT.delete(session, made, OBJECT.state(MACHINE))
