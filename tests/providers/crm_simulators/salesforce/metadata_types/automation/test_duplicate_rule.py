"""Matching rules, activated in the background; duplicate rules, numbered without gaps; and what they find on a save."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.providers.crm_simulators.salesforce.conftest import Client

ALLOW = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}


def matching(
    client: Client, *items: tuple[str, str], sobject: str = "Lead", status: str = "Active", **more: Any
) -> Any:
    listed = [
        client.md.MatchingRuleItem(fieldName=field, matchingMethod=method)
        for field, method in items or (("Company", "CompanyName"), ("Phone", "Phone"))
    ]
    given = {"label": "Same", "ruleStatus": status, "matchingRuleItems": listed}
    return client.md.MatchingRule(fullName=f"{sobject}.Same", **given)


def duplicate(client: Client, name: str = "Lead.One", order: int = 1, **more: Any) -> Any:
    matches = more.pop("matches", None) or [match(client, "Lead")]
    given = {
        "masterLabel": name, "isActive": True, "actionOnInsert": "Allow", "actionOnUpdate": "Allow",
        "operationsOnInsert": ["Alert"], "securityOption": "EnforceSharingRules", "sortOrder": order,
        "duplicateRuleMatchRules": matches, **more,
    }  # fmt: skip
    return client.md.DuplicateRule(fullName=name, **given)


def match(client: Client, sobject: str, **mapping: str) -> Any:
    pairs = [client.md.ObjectMappingField(inputField=mine, outputField=other) for mine, other in mapping.items()]
    made = client.md.ObjectMapping(inputObject="Lead", outputObject=sobject, mappingFields=pairs) if pairs else None
    return client.md.DuplicateRuleMatchRule(matchRuleSObjectType=sobject, matchingRule="Same", objectMapping=made)


def active(client: Client, **more: Any) -> None:
    """An active matching rule on Lead, and a duplicate rule that uses it."""
    assert client.create(matching(client)) == ["ok"]
    assert [status(client), status(client)] == ["Activating", "Active"]
    assert client.create(duplicate(client, **more)) == ["ok"]


def status(client: Client, sobject: str = "Lead") -> str:
    return str(client.read("MatchingRule", f"{sobject}.Same").ruleStatus)


def lead(**given: Any) -> dict[str, Any]:
    return {"LastName": "Moss", "Company": "Acme, Inc.", "Phone": "+1 (415) 555-0100", **given}


def test_a_rule_becomes_active_after_a_while(client: Client, simulators: RunningSimulators) -> None:
    simulators.control.switches.set("salesforce.matching_rule_polls", 2)
    client.create(matching(client))
    assert [status(client) for _ in range(3)] == ["Activating", "Activating", "Active"]


def test_an_active_rule_is_deactivated_before_it_changes_or_goes(client: Client) -> None:
    client.create(matching(client))
    [status(client), status(client)]
    assert client.update(matching(client, ("Email", "Exact"))) == [
        "FIELD_INTEGRITY_EXCEPTION: You can't change an active matching rule. Deactivate it first."
    ]
    assert client.delete("MatchingRule", "Lead.Same") == [
        "DELETE_FAILED: You can't delete an active matching rule. Deactivate it first."
    ]
    assert client.update(matching(client, status="Inactive")) == ["ok"]
    assert [status(client), status(client)] == ["Deactivating", "Inactive"]
    assert client.update(matching(client, ("Email", "Exact"), status="Inactive")) == ["ok"]
    assert client.delete("MatchingRule", "Lead.Same") == ["ok"]


def test_a_rule_in_use_stays(client: Client) -> None:
    active(client)
    assert client.update(matching(client, status="Inactive")) == [
        "FIELD_INTEGRITY_EXCEPTION: Matching rule is used by active duplicate rules: Lead.One"
    ]
    assert client.delete("MatchingRule", "Lead.Same") == [
        "DEPENDENCY_EXISTS: This matching rule is referenced elsewhere. : Duplicate Rule - Lead.One"
    ]


def test_the_container_holds_the_rules_of_an_object(client: Client) -> None:
    client.create(matching(client))
    assert [rule.fullName for rule in client.read("MatchingRules", "Lead").matchingRules] == ["Same"]
    assert client.read("MatchingRules", "Account").matchingRules == []


def test_a_duplicate_rule_needs_a_matching_rule_that_is_active(client: Client) -> None:
    assert client.create(duplicate(client)) == [
        "INVALID_CROSS_REFERENCE_KEY: In field: matchingRule - no MatchingRule named Lead.Same found"
    ]
    client.create(matching(client))
    assert client.create(duplicate(client)) == ["FIELD_INTEGRITY_EXCEPTION: Matching rule Lead.Same is not active"]


@pytest.mark.parametrize("order", [0, 1, 3])
def test_the_numbers_of_an_object_have_no_gap(client: Client, order: int) -> None:
    active(client)
    assert client.create(duplicate(client, "Lead.Two", order)) == [
        f"FIELD_INTEGRITY_EXCEPTION: Invalid sortOrder {order}: the rules of an object are numbered 1 to 2 without gaps"
    ]


@pytest.mark.parametrize(("closes", "place"), [(False, 2), (True, 1)])
def test_deletion_leaves_a_gap_or_closes_it_by_switch(
    client: Client, simulators: RunningSimulators, closes: bool, place: int
) -> None:
    simulators.control.switches.set("salesforce.duplicate_rules_close_gaps", closes)
    active(client)
    client.create(duplicate(client, "Lead.Two", 2))
    client.delete("DuplicateRule", "Lead.One")
    assert client.read("DuplicateRule", "Lead.Two").sortOrder == place


def test_a_duplicate_is_detected_and_saved_when_the_caller_allows_it(client: Client) -> None:
    active(client, alertText="Seen before")
    client.sf.Lead.create(lead())
    same = lead(Company="ACME Inc", Phone="415.555.0100")
    with pytest.raises(SalesforceMalformedRequest) as error:
        client.sf.Lead.create(same)
    assert error.value.content == [{"message": "Seen before", "errorCode": "DUPLICATES_DETECTED", "fields": []}]
    assert client.sf.Lead.create(same, headers=ALLOW)["success"]


def test_blank_keys_never_agree_and_one_different_key_is_enough(client: Client) -> None:
    active(client)
    client.sf.Lead.create(lead(Phone=None))
    client.sf.Lead.create(lead(Phone=None))
    client.sf.Lead.create(lead())
    client.sf.Lead.create(lead(Company="Other"))


def test_a_rule_that_blocks_lets_nobody_pass(client: Client) -> None:
    active(client, actionOnInsert="Block")
    client.sf.Lead.create(lead())
    with pytest.raises(SalesforceMalformedRequest, match="DUPLICATES_DETECTED"):
        client.sf.Lead.create(lead(), headers=ALLOW)


def test_a_rule_that_only_reports_blocks_nobody(client: Client) -> None:
    active(client, operationsOnInsert=["Report"])
    client.sf.Lead.create(lead())
    client.sf.Lead.create(lead())


def test_an_update_is_compared_when_a_key_changes(client: Client) -> None:
    active(client, actionOnUpdate="Block")
    client.sf.Lead.create(lead())
    other = client.sf.Lead.create(lead(Company="Other"))["id"]
    client.sf.Lead.update(other, {"Title": "CFO"})
    with pytest.raises(SalesforceMalformedRequest, match="DUPLICATES_DETECTED"):
        client.sf.Lead.update(other, {"Company": "Acme"})


def test_leads_are_compared_with_contacts_by_the_mapping(client: Client) -> None:
    contact = matching(client, ("Email", "Exact"), ("MailingCity", "Exact"), sobject="Contact")
    client.create(contact)
    [status(client, "Contact"), status(client, "Contact")]
    assert client.create(duplicate(client, matches=[match(client, "Contact")])) == [
        "REQUIRED_FIELD_MISSING: Required field is missing: objectMapping"
    ]
    rule = duplicate(client, matches=[match(client, "Contact", Email="Email", City="MailingCity")])
    assert client.create(rule) == ["ok"]
    client.sf.Contact.create({"LastName": "Moss", "Email": "rita@acme.example", "MailingCity": "Oslo"})
    with pytest.raises(SalesforceMalformedRequest, match="Use one of these records"):
        client.sf.Lead.create(lead(Email="RITA@acme.example", City="oslo"))
    client.sf.Lead.create(lead(Email="rita@acme.example", City="Bergen"))


def narrowed(client: Client, *items: tuple[str, str, str, str], logic: str | None = None) -> Any:
    """A filter of (table, field, operation, value)."""
    made = [
        client.md.DuplicateRuleFilterItem(table=table, field=field, operation=operation, value=value, sortOrder=place)
        for place, (table, field, operation, value) in enumerate(items, start=1)
    ]
    return client.md.DuplicateRuleFilter(booleanFilter=logic, duplicateRuleFilterItems=made)


def test_a_rule_with_a_filter_looks_only_at_what_meets_it(client: Client) -> None:
    items = (("Lead", "Country", "equals", "US"), ("Lead", "Rating", "equals", "Hot"), ("User", "Alias", "equals", "x"))
    active(client, duplicateRuleFilter=narrowed(client, *items, logic="1 AND (2 OR 3)"))
    client.sf.Lead.create(lead())
    client.sf.Lead.create(lead(Country="US"))
    client.sf.Lead.create(lead(Country="DE", Rating="Hot"))
    with pytest.raises(SalesforceMalformedRequest, match="DUPLICATES_DETECTED"):
        client.sf.Lead.create(lead(Country="US", Rating="Hot"))


def test_a_filter_may_ask_who_saves(client: Client) -> None:
    active(client, duplicateRuleFilter=narrowed(client, ("User", "Alias", "notEqual", "aadmi")))
    client.sf.Lead.create(lead())
    client.sf.Lead.create(lead())


@pytest.mark.parametrize(
    ("item", "logic", "message"),
    [
        (("Contact", "Email", "equals", "x"), None, "FIELD_INTEGRITY_EXCEPTION: Table Contact cannot be filtered by"),
        (("Lead", "Nothing__c", "equals", "x"), None, "no CustomField named Lead.Nothing__c found"),
        (("Lead", "City", "equals", "x"), "1 AND 2", "The filter logic names a condition that is not there: 2"),
    ],
)
def test_a_filter_that_names_what_is_not_there_is_refused(
    client: Client, item: tuple[str, str, str, str], logic: str | None, message: str
) -> None:
    client.create(matching(client))
    [status(client), status(client)]
    (answer,) = client.create(duplicate(client, duplicateRuleFilter=narrowed(client, item, logic=logic)))
    assert message in answer
