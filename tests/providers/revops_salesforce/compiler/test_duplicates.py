"""Match keys as matching and duplicate rules."""

from __future__ import annotations

from revops_iac.model import Model
from tests.providers.revops_salesforce.compiled_model import by_key, compiled, reference_model, reference_org


def test_each_object_matches_by_the_keys_that_it_holds() -> None:
    rules = by_key(compiled(reference_model()), "MatchingRule")
    items = {key: [(item["field"], item["method"]) for item in one.inputs["items"]] for key, one in rules.items()}
    assert items == {
        "Lead.match_keys": [("Email_Domain__c", "Exact"), ("Company", "CompanyName"), ("Phone", "Phone")],
        "Contact.match_keys": [("Email_Domain__c", "Exact"), ("Company_Name__c", "Exact"), ("Phone", "Phone")],
        "Account.match_keys": [("Name", "CompanyName")],
    }
    assert {item["blank"] for one in rules.values() for item in one.inputs["items"]} == {"NullNotAllowed"}


def test_a_lead_is_compared_with_contacts_too() -> None:
    rules = by_key(compiled(reference_model()), "DuplicateRule")
    lead, contact = rules["Lead.match_keys"].inputs, rules["Contact.match_keys"].inputs
    assert [match["object"] for match in contact["matches"]] == ["Contact"]
    assert lead["matches"][1] == {
        "object": "Contact",
        "matching_rule": "Match_Keys",
        "mapping": [
            {"field": "Email_Domain__c", "other_field": "Email_Domain__c"},
            {"field": "Company", "other_field": "Company_Name__c"},
            {"field": "Phone", "other_field": "Phone"},
        ],
    }


def test_duplicates_are_reported_and_never_blocked() -> None:
    for one in by_key(compiled(reference_model()), "DuplicateRule").values():
        assert (one.inputs["action_on_insert"], one.inputs["action_on_update"]) == ("Allow", "Allow")
        assert one.inputs["operations_on_insert"] == ["Alert", "Report"]


def test_the_org_takes_the_rules_as_active() -> None:
    org = reference_org()
    assert {rule["body"]["ruleStatus"] for rule in org.of_type("MatchingRule").values()} == {"Active"}
    assert [rule["body"]["sortOrder"] for rule in org.of_type("DuplicateRule").values()] == [1, 1, 1]


def test_a_model_without_match_keys_has_no_rules() -> None:
    made = compiled(Model.model_validate({"data_hygiene": {"fields": {}}}))
    assert not by_key(made, "MatchingRule")
    assert not by_key(made, "DuplicateRule")
