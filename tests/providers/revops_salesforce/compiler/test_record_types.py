"""Record types of pipelines: their stages, what their lists offer, who may choose them."""

from __future__ import annotations

import pytest
from crm_simulators.salesforce.errors import RestError

from revops_iac.model import Model
from tests.providers.revops_salesforce.compiled_model import Saving, by_key, compiled, reference_model, reference_org


def test_each_pipeline_is_a_record_type_with_its_stages() -> None:
    made = compiled(reference_model())
    processes, types = by_key(made, "BusinessProcess"), by_key(made, "RecordType")
    assert processes["Opportunity.renewal"].inputs["values"] == [
        "Renewal due", "Value review", "Proposal", "Negotiation", "Closed Won", "Closed Lost",
    ]  # fmt: skip
    renewal = types["Opportunity.renewal"].inputs
    assert (renewal["name"], renewal["label"], renewal["business_process"]) == ("Renewal", "Renewal", "Renewal")


def test_lists_are_whole_but_for_the_one_that_tells_pipelines_apart() -> None:
    choices = by_key(compiled(reference_model()), "RecordType")["Opportunity.new_business"].inputs["picklist_values"]
    listed = {choice["picklist"]: choice["values"] for choice in choices}
    assert listed["Deal_Type__c"] == ["new_business"]
    assert listed["Approval_Status__c"] == ["not_needed", "pending", "approved", "rejected"]


def test_the_permission_set_of_the_fields_shows_the_record_types() -> None:
    access = by_key(compiled(reference_model()), "PermissionSet")["revops_fields"].inputs
    assert access["record_types"] == ["Opportunity.New_Business", "Opportunity.Renewal"]


def test_a_deal_of_a_record_type_is_of_its_pipeline() -> None:
    org = reference_org()
    saving = Saving(org, "RevOps_Fields", "RevOps_Bypass")
    record_type = org.of_type("RecordType")["Opportunity.Renewal"]["id"]
    given = {"Name": "Deal", "StageName": "Renewal due", "CloseDate": "2027-01-31", "RecordTypeId": record_type}
    saving.create("Opportunity", Deal_Type__c="renewal", **given)
    with pytest.raises(RestError, match="Deal type: bad value for restricted picklist field: new_business"):
        saving.create("Opportunity", Deal_Type__c="new_business", **given)


def test_a_renamed_pipeline_suggests_the_line_that_keeps_its_name() -> None:
    topics = {name: reference_model().topic(name) for name in ("context", "people", "data_hygiene", "pipelines")}
    pipelines = topics["pipelines"]
    pipelines["upsell"] = {**pipelines.pop("renewal"), "was": "renewal"}
    made = by_key(compiled(Model.model_validate(topics)), "RecordType")["Opportunity.upsell"]
    assert made.was == ("Opportunity.renewal",)
    assert made.suggestion == "vendor_name: {salesforce: Renewal}"
