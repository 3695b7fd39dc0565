"""Paths of pipelines: the guidance that people see along the stages."""

from __future__ import annotations

from tests.providers.revops_salesforce.compiled_model import by_key, compiled, reference_model, reference_org


def test_a_path_shows_what_each_stage_needs_and_when_a_deal_leaves_it() -> None:
    path = by_key(compiled(reference_model()), "PathAssistant")["Opportunity.new_business"].inputs
    assert (path["name"], path["object"], path["field"], path["record_type"]) == (
        "Opportunity_New_Business", "Opportunity", "StageName", "New_Business",
    )  # fmt: skip
    assert path["steps"][0] == {
        "value": "Qualified",
        "fields": ["Primary_Contact__c", "AccountId", "LeadSource", "Fit_Score__c"],
        "info": "Leave when: discovery scheduled.",
    }


def test_the_org_has_a_path_per_record_type() -> None:
    paths = reference_org().of_type("PathAssistant")
    assert {name: path["body"]["recordTypeName"] for name, path in paths.items()} == {
        "Opportunity_New_Business": "New_Business",
        "Opportunity_Renewal": "Renewal",
    }
