from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest
from crm_simulators.salesforce.http.login import ADMIN_USERNAME
from crm_simulators.salesforce.rows.record_values import Viewer
from hypothesis import given
from hypothesis import strategies as st
from revops_salesforce.compiler import compile_model

from revops_iac.config.settings import Settings
from revops_iac.model import Model
from revops_iac.model.data_hygiene import Access
from revops_iac.model.scoring import score
from revops_iac.provider.declaration import CannotCompile, Declaration
from tests.diagnostics import keys_of
from tests.examples_per_test import examples
from tests.providers.revops_salesforce.compiled_model import (
    Saving,
    by_key,
    compiled,
    reference_model,
    reference_org,
)


def fields(**contact: dict[str, Any]) -> dict[str, Any]:
    return {"fields": {"contact": contact}}


def only(declarations: list[Declaration], kind: str) -> Declaration:
    (found,) = (one for one in declarations if one.kind == kind)
    return found


def compiled_from(**topics: Any) -> list[Declaration]:
    return compiled(Model.model_validate(topics))


@pytest.fixture
def saving() -> Saving:
    return Saving(reference_org(), "RevOps_Fields")


# --- fields -----------------------------------------------------------------------------------------------------


def test_a_field_of_the_person_exists_on_lead_and_contact() -> None:
    made = by_key(compiled_from(data_hygiene=fields(nps={"label": "NPS", "type": "number"})), "CustomField")
    assert list(made) == ["Lead.nps", "Contact.nps"]
    assert made["Lead.nps"].inputs == {
        "object": "Lead",
        "name": "Nps__c",
        "label": "NPS",
        "type": "Number",
        "precision": 18,
        "scale": 0,
    }


def test_a_field_that_is_standard_on_one_object_is_made_on_the_other_only() -> None:
    employees = {"label": "Employees", "type": "number", "standard": {"salesforce": {"Lead": "NumberOfEmployees"}}}
    assert list(by_key(compiled_from(data_hygiene=fields(employees=employees)), "CustomField")) == ["Contact.employees"]


def test_the_prefix_is_part_of_vendor_names_only() -> None:
    topics = {"context": {"name_prefix": "nw_"}, "data_hygiene": fields(nps={"label": "NPS", "type": "number"})}
    made = compiled_from(**topics)
    assert by_key(made, "CustomField")["Lead.nps"].inputs["name"] == "Nw_Nps__c"
    assert by_key(made, "PermissionSet")["revops_fields"].inputs["name"] == "Nw_RevOps_Fields"


def test_a_pinned_name_wins() -> None:
    nps = {"label": "NPS", "type": "number", "vendor_name": {"salesforce": "Net_Promoter__c"}}
    made = by_key(compiled_from(data_hygiene=fields(nps=nps)), "CustomField")["Lead.nps"]
    assert (made.inputs["name"], made.vendor_name_given) == ("Net_Promoter__c", True)


def test_a_renamed_field_suggests_the_line_that_keeps_its_name() -> None:
    nps = {"label": "NPS", "type": "number", "was": "promoter_score", "vendor_name": {"hubspot": "promoter_score"}}
    made = by_key(compiled_from(data_hygiene=fields(nps=nps)), "CustomField")["Contact.nps"]
    assert made.was == ("Contact.promoter_score",)
    assert made.suggestion == "vendor_name: {hubspot: promoter_score, salesforce: Promoter_Score__c}"


def test_lists_that_lead_and_contact_share_are_one_global_value_set() -> None:
    region = {"label": "Region", "type": "picklist", "options": {"emea": "EMEA", "amer": "Americas"}}
    made = compiled_from(data_hygiene=fields(region=region))
    values = only(made, "GlobalValueSet").inputs["values"]
    assert [(one["name"], one["label"]) for one in values] == [("emea", "EMEA"), ("amer", "Americas")]
    assert by_key(made, "CustomField")["Lead.region"].inputs["value_set"]["global_value_set"] == "Region"


def test_a_list_of_one_object_keeps_its_own_values() -> None:
    kind = {"label": "Kind", "type": "picklist", "options": {"new": "New"}}
    made = compiled_from(data_hygiene={"fields": {"deal": {"kind": kind}}})
    values = only(made, "CustomField").inputs["value_set"]["values"]
    assert [one["name"] for one in values] == ["new"]


def test_a_name_beyond_the_limit_is_refused_with_the_line_that_shortens_it() -> None:
    topics = {"context": {"name_prefix": "northwind_"}, "data_hygiene": fields(a123456789_b123456789_c12345678={})}
    topics["data_hygiene"]["fields"]["contact"]["a123456789_b123456789_c12345678"] = {"label": "A", "type": "text"}
    with pytest.raises(CannotCompile) as caught:
        list(compile_model(Model.model_validate(topics), Settings("dev")))
    diagnostic = caught.value.diagnostics[0]
    assert keys_of(diagnostic) == ("data_hygiene", "fields", "contact", "a123456789_b123456789_c12345678")
    assert diagnostic.message == (
        'the name "Northwind_A123456789_B123456789_C12345678__c" has more than 40 characters before "__c"'
    )
    assert diagnostic.fix == "put beside it: vendor_name: {salesforce: Northwind_A123456789_B123456789_C1234567__c}"


def test_the_sets_that_give_access_can_be_adopted() -> None:
    model = reference_model()
    hygiene = model.data_hygiene.model_copy(update={"access": Access(adopt=True)})
    made = compiled(model.model_copy(update={"data_hygiene": hygiene}))
    taken = [one.key for one in made if one.kind in {"PermissionSet", "CustomPermission"} and one.inputs.get("adopt")]
    assert sorted(taken) == ["revops_bypass", "revops_bypass", "revops_fields"]
    assert not any(one.inputs.get("adopt") for one in compiled(model) if one.kind == "PermissionSet")


def test_every_field_that_is_made_is_granted_and_only_stored_ones_are_editable() -> None:
    made = compiled(reference_model())
    names = {f"{one.inputs['object']}.{one.inputs['name']}": one for one in made if one.kind == "CustomField"}
    granted = by_key(made, "PermissionSet")["revops_fields"].inputs["field_permissions"]
    assert {item["field"] for item in granted} == set(names)
    read_only = {item["field"] for item in granted if not item["editable"]}
    assert read_only == {
        *(f"{sobject}.{field}" for sobject in ("Lead", "Contact") for field in SCORES),
        "Lead.Routing_Number__c",
        *(name for name in names if ".Metric_" in name),
    }


def test_a_raw_set_of_the_same_name_stands_for_the_access_that_it_grants() -> None:
    inputs = by_key(compiled(reference_model()), "PermissionSet")["revops_fields"].inputs
    raw = {"PermissionSet": {"RevOps_Fields": {**inputs}}}
    model = reference_model().model_copy(update={"raw_sections": {"salesforce": raw}})
    assert "revops_fields" not in by_key(compiled(model), "PermissionSet")
    one, *rest = inputs["field_permissions"]
    raw["PermissionSet"]["RevOps_Fields"]["field_permissions"] = [{**one, "editable": False}, *rest]
    with pytest.raises(CannotCompile, match=f"does not grant {one['field']}, which the model makes"):
        compiled(model)


SCORES = ("Fit_Score__c", "Lead_Score__c", "Mql_Ready__c")


def test_everybody_of_the_model_gets_the_fields_once() -> None:
    model = reference_model("dev")
    assigned = [one.inputs["username"] for one in compiled(model) if one.kind == "PermissionSetAssignment"]
    assert assigned == [model.people.stand_in["salesforce"]]
    everybody = [one for one in compiled(reference_model()) if one.kind == "PermissionSetAssignment"]
    assert len(everybody) == len(reference_model().people.persons)


def test_keys_and_vendor_names_are_used_once_each() -> None:
    made = compiled(reference_model())
    assert len({(one.kind, one.key) for one in made}) == len(made)


# --- scores, on records -----------------------------------------------------------------------------------------

LEADS = st.fixed_dictionaries(
    {
        "NumberOfEmployees": st.none() | st.sampled_from([1, 9, 10, 49, 50, 199, 200, 999, 1000, 50_000]),
        "Industry_Group__c": st.none() | st.sampled_from(["software", "financial_services", "healthcare", "other"]),
        "Seniority_Level__c": st.none() | st.sampled_from(["executive", "director", "manager", "individual"]),
        "Cloud_Platform__c": st.none() | st.sampled_from(["aws", "azure", "gcp", "none"]),
        "Product_Interest__c": st.none() | st.sampled_from(["platform", "self_serve"]),
        "Job_Function__c": st.none() | st.sampled_from(["it", "student", "recruiting"]),
        "Email": st.none() | st.sampled_from(["a@b.example", "a@mit.edu", "A@OXFORD.AC.UK"]),
        "Title": st.none() | st.sampled_from(["CTO", "Student intern", "Recruiter"]),
        "Email_Domain__c": st.none() | st.sampled_from(["b.example", "RivalCloud.example", "othercloud.example"]),
        "Engagement_Score__c": st.none() | st.integers(0, 120),
        "High_Intent__c": st.booleans(),
    }
)
KEYS = {
    "NumberOfEmployees": "employees",
    "Title": "job_title",
    "Email": "email",
    "Industry_Group__c": "industry_group",
    "Seniority_Level__c": "seniority_level",
    "Cloud_Platform__c": "cloud_platform",
    "Product_Interest__c": "product_interest",
    "Job_Function__c": "job_function",
    "Email_Domain__c": "email_domain",
    "Engagement_Score__c": "engagement_score",
    "High_Intent__c": "high_intent",
}
scored = cache(reference_org)


@examples(200)
@given(lead=LEADS)
def test_formula_fields_of_the_reference_model_score_leads_as_the_model_does(lead: dict[str, Any]) -> None:
    model = reference_model()
    record = {f"contact.{KEYS[name]}": value for name, value in lead.items()}
    expected = score(model.scoring, model.context, record)
    viewer = Viewer(scored(), scored().select("User", Username=ADMIN_USERNAME)[0])
    live = tuple(viewer.value("Lead", lead, name) for name in SCORES)
    assert (float(live[0]), float(live[1]), bool(live[2])) == (expected.fit, expected.total, expected.ready)


# --- validation rules, on records --------------------------------------------------------------------------------

LEAD: dict[str, Any] = {"LastName": "Berg", "Company": "Acme", "Email": "b@acme.example", "Title": "CTO"}


def test_a_lead_moves_one_stage_at_a_time(saving: Saving) -> None:
    lead = saving.create("Lead", **LEAD, Product_Interest__c="platform", Lifecycle_Stage__c="subscriber")
    message = "Stages follow each other: Subscriber, Lead, MQL, SQL, Opportunity, Customer, Evangelist."
    assert saving.refused("Lead", lead, Lifecycle_Stage__c="mql") == [message]
    assert saving.refused("Lead", lead, Lifecycle_Stage__c="lead") == []
    assert saving.refused("Lead", lead, Lifecycle_Stage__c="mql") == []
    assert saving.refused("Lead", lead, Lifecycle_Stage__c="subscriber") == []


def test_a_stage_needs_its_fields_and_those_of_the_stages_before(saving: Saving) -> None:
    lead = saving.create("Lead", LastName="Berg", Company="Acme", Lifecycle_Stage__c=None)
    assert saving.refused("Lead", lead, Lifecycle_Stage__c="mql") == [
        "Subscriber needs: Email.",
        "Lead needs: Last name, Email, Company name.",
        "MQL needs: Email, Company name, Job title, Product of interest.",
    ]


def test_the_bypass_permission_lets_everything_pass() -> None:
    saving = Saving(reference_org(), "RevOps_Fields", "RevOps_Bypass")
    lead = saving.create("Lead", **LEAD, Lifecycle_Stage__c="subscriber")
    assert saving.refused("Lead", lead, Lifecycle_Stage__c="evangelist") == []


@pytest.mark.parametrize("status", ["Rejected", "Recycled"])
def test_a_rejection_needs_a_reason(saving: Saving, status: str) -> None:
    lead = saving.create("Lead", **LEAD)
    assert saving.refused("Lead", lead, Status=status) == ["Rejected or Recycled needs: Rejection reason."]
    assert saving.refused("Lead", lead, Status=status, Rejection_Reason__c="no_budget") == []


def test_a_contact_without_a_reason_is_refused_too(saving: Saving) -> None:
    assert saving.refused("Contact", None, LastName="Berg", Lead_Status__c="Recycled") == [
        "Rejected or Recycled needs: Rejection reason."
    ]


DEAL: dict[str, Any] = {"Name": "Acme", "CloseDate": "2027-03-01", "Deal_Type__c": "new_business"}
QUALIFIED = {"Primary_Contact__c": "Berg", "LeadSource": "Web", "Fit_Score__c": 80}


def deal(saving: Saving, **values: Any) -> str:
    account = saving.create("Account", Name="Acme")
    return saving.create(
        "Opportunity", **{**DEAL, **QUALIFIED, "AccountId": account, "StageName": "Qualified", **values}
    )


def test_a_deal_without_required_fields_does_not_advance(saving: Saving) -> None:
    made = deal(saving)
    message = "Discovery needs: Pain points, Current solution, Timeline."
    assert saving.refused("Opportunity", made, StageName="Discovery") == [message]
    filled = {"Pain_Points__c": "slow", "Current_Solution__c": "none", "Timeline__c": "Q2"}
    assert saving.refused("Opportunity", made, StageName="Discovery", **filled) == []


def test_a_deal_does_not_skip_a_stage_but_can_be_lost_from_anywhere(saving: Saving) -> None:
    made = deal(saving)
    refused = saving.refused("Opportunity", made, StageName="Proposal")
    stages = "Qualified, Discovery, Demo / evaluation, Proposal, Negotiation, Closed Won"
    assert f"Stages follow each other: {stages}." in refused
    assert saving.refused("Opportunity", made, StageName="Closed Lost") == [
        "Closed Lost needs: Loss reason, Competitor."
    ]
    lost = {"Loss_Reason__c": "price", "Competitor__c": "Rival"}
    assert saving.refused("Opportunity", made, StageName="Closed Lost", **lost) == []


def test_rules_of_one_pipeline_leave_the_deals_of_the_other_alone(saving: Saving) -> None:
    made = deal(saving, Deal_Type__c="renewal", StageName="Renewal due", Contract_Ends_On__c="2027-06-30")
    assert saving.refused("Opportunity", made, StageName="Value review", Decision_Makers__c="CFO") == []


def test_a_later_close_date_needs_a_reason_and_an_earlier_one_does_not(saving: Saving) -> None:
    made = deal(saving)
    message = "A later close date needs: Close-date push reason."
    assert saving.refused("Opportunity", made, CloseDate="2027-04-01") == [message]
    assert saving.refused("Opportunity", made, CloseDate="2027-04-01", Close_Date_Push_Reason__c="Budget") == []
    other = deal(saving)
    assert saving.refused("Opportunity", other, CloseDate="2027-02-01") == []


READY = {
    "Pain_Points__c": "slow",
    "Current_Solution__c": "none",
    "Timeline__c": "Q2",
    "Technical_Requirements__c": "SSO",
    "Decision_Makers__c": "CFO",
    "Pricing__c": "list",
    "Terms__c": "standard",
    "Stakeholder_Map__c": "map",
    "Redlines__c": "none",
    "Approval_Chain__c": "CFO",
    "Signed_Contract__c": "https://files.example/1",
    "Payment_Terms__c": "net_30",
}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"Acv__c": 8000}, []),
        ({"Acv__c": 8000, "Discount_Percent__c": 5, "Published_Discount_Percent__c": 5}, []),
        (
            {"Acv__c": 8000, "Approval_Status__c": "pending"},
            ["The deal cannot be won while its approval is pending or was refused."],
        ),
        (
            {"Acv__c": 25001},
            ["The deal needs a review by the deal desk, and its approval, before it is won."],
        ),
        (
            {"Acv__c": 8000, "Discount_Percent__c": 6, "Published_Discount_Percent__c": 5},
            ["The deal needs a review by the deal desk, and its approval, before it is won."],
        ),
        (
            {"Acv__c": 8000, "Payment_Terms__c": "net_90"},
            ["The deal needs a review by the deal desk, and its approval, before it is won."],
        ),
        ({"Acv__c": 90000, "Approval_Status__c": "approved"}, []),
        (
            {"Custom_Terms__c": True, "Approval_Status__c": "approved"},
            ["An approved exception needs: Exception kind."],
        ),
    ],
)
def test_a_deal_for_the_desk_is_not_won_without_its_approval(
    saving: Saving, values: dict[str, Any], expected: list[str]
) -> None:
    made = deal(saving, StageName="Negotiation", **READY)
    assert saving.refused("Opportunity", made, StageName="Closed Won", **values) == expected


@pytest.mark.parametrize(
    ("changes", "is_refused"),
    [
        ({"Discount_Percent__c": 30}, True),
        ({"Payment_Terms__c": "net_90"}, True),
        ({"Acv__c": 120000}, True),
        ({"Discount_Percent__c": 30, "Approval_Status__c": None}, False),
        ({"Discount_Percent__c": 30, "Approval_Status__c": "pending"}, False),
        ({"Discount_Percent__c": None}, False),
        ({"NextStep": "Call on Monday"}, False),
    ],
)
def test_an_approval_holds_for_the_terms_that_it_was_given_for(
    saving: Saving, changes: dict[str, Any], is_refused: bool
) -> None:
    made = deal(saving, Discount_Percent__c=15)
    saving.update("Opportunity", made, Approval_Status__c="approved", Exception_Kind__c="discount")
    message = "These terms were not approved: clear Approval status and submit the deal again."
    assert saving.refused("Opportunity", made, **changes) == ([message] if is_refused else [])


# --- routing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "owner"),
    [
        ({"Named_Account__c": True, "Region__c": "emea"}, "omar.diaz@northwind.example"),
        ({"Region__c": "emea", "NumberOfEmployees": 1000}, "lena.voss@northwind.example"),
        ({"Region__c": "emea", "NumberOfEmployees": 999}, "Emea_Leads"),
        ({"Region__c": "emea", "Language__c": "german"}, "German_Leads"),
        ({}, "Unassigned_Leads"),
    ],
)
def test_new_leads_go_where_the_first_rule_that_fits_says(saving: Saving, values: dict[str, Any], owner: str) -> None:
    lead = saving.create("Lead", auto_assign=True, **LEAD, **values)
    assert saving.owner("Lead", lead) == owner


def test_members_of_a_team_share_new_leads_evenly(saving: Saving) -> None:
    leads = [saving.create("Lead", auto_assign=True, **LEAD, Region__c="amer") for _ in range(6)]
    owners = [saving.owner("Lead", lead) for lead in leads]
    assert {name: owners.count(name) for name in owners} == {
        "tom.reyes@northwind.example": 3,
        "nina.kaur@northwind.example": 3,
    }


def test_the_last_entry_of_the_assignment_rule_has_no_criteria() -> None:
    last = only(compiled(reference_model()), "AssignmentRules").inputs["entries"][-1]
    assert last == {"assigned_to": "Unassigned_Leads", "assigned_to_type": "Queue"}


def test_routing_that_runs_elsewhere_makes_no_assignment_rule() -> None:
    routing = {**reference_model().topic("routing")["inbound"], "runs_on": "hubspot"}
    topics = {name: reference_model().topic(name) for name in ("context", "people", "data_hygiene")}
    model = Model.model_validate({**topics, "routing": {"inbound": routing}})
    assert by_key(compiled(model), "AssignmentRules") == {}


def test_a_rule_on_a_company_field_is_refused_with_its_place() -> None:
    routing = {"inbound": {"runs_on": "salesforce", "moments": ["created"], "rules": {"big": RULE_ON_COMPANY}}}
    size = {"label": "Size", "type": "number"}
    people = {"persons": {"ann": {"name": "Ann", "email": "ann@x.example"}}}
    model = Model.model_validate(
        {"people": people, "routing": routing, "data_hygiene": {"fields": {"company": {"size": size}}}}
    )
    with pytest.raises(CannotCompile) as caught:
        list(compile_model(model, Settings("dev", go_live=date(2027, 1, 1))))
    (diagnostic,) = caught.value.diagnostics
    assert keys_of(diagnostic) == ("routing", "inbound", "rules", "big")
    assert diagnostic.message == (
        "company.size cannot be used in a formula on Lead: no relationship leads from the record to the field"
    )


RULE_ON_COMPANY = {"method": "territory", "when": "company.size > 5", "assign": {"person": "ann"}}


def test_stages_of_both_pipelines_are_one_list() -> None:
    values = by_key(compiled(reference_model()), "StandardValueSet")["OpportunityStage"].inputs["values"]
    assert [(one["name"], one["probability"], one["forecast_category"]) for one in values] == [
        ("Qualified", 10, "Pipeline"),
        ("Discovery", 20, "Pipeline"),
        ("Demo / evaluation", 40, "Pipeline"),
        ("Proposal", 60, "BestCase"),
        ("Negotiation", 80, "Forecast"),
        ("Closed Won", 100, "Closed"),
        ("Closed Lost", 0, "Omitted"),
        ("Renewal due", 40, "Pipeline"),
        ("Value review", 50, "Pipeline"),
    ]


def test_a_renamed_stage_keeps_the_name_of_its_rule() -> None:
    topics = {name: reference_model().topic(name) for name in ("context", "people", "data_hygiene", "pipelines")}
    stages = topics["pipelines"]["new_business"]["stages"]
    topics["pipelines"]["new_business"]["stages"] = {
        ("offer" if key == "proposal" else key): ({**stage, "was": "proposal"} if key == "proposal" else stage)
        for key, stage in stages.items()
    }
    made = by_key(compiled(Model.model_validate(topics)), "ValidationRule")["Opportunity.new_business_offer"]
    assert made.inputs["name"] == "New_Business_Proposal"
    assert made.was == ("Opportunity.new_business_proposal",)


def test_what_follows_from_an_entry_is_adopted_with_it() -> None:
    topics = {name: reference_model().topic(name) for name in ("context", "people", "data_hygiene", "pipelines")}
    topics["pipelines"]["renewal"]["stages"]["proposal"]["adopt"] = True
    made = compiled(Model.model_validate(topics))
    taken = {f"{one.kind} {one.key}" for one in made if one.inputs.get("adopt")}
    assert taken == {"StandardValueSet OpportunityStage", "ValidationRule Opportunity.renewal_proposal"}


def test_rules_come_after_the_access_to_the_fields_that_they_ask_for() -> None:
    made = compiled(reference_model("dev"))
    for one in by_key(made, "ValidationRule").values():
        assert ("PermissionSetAssignment", "RevOps_Fields.revops@northwind.example.dev") in [
            (first.kind, first.name) for first in one.depends_on
        ]


def test_every_rule_carries_the_bypass_and_a_message_that_fits() -> None:
    rules = by_key(compiled(reference_model()), "ValidationRule").values()
    for one in rules:
        assert one.inputs["error_condition_formula"].startswith("AND(NOT($Permission.RevOps_Bypass),"), one.key
        assert 0 < len(one.inputs["error_message"]) <= 255, one.key


def test_an_empty_model_asks_for_nothing() -> None:
    assert compiled_from() == []


def test_a_model_without_rules_needs_no_bypass() -> None:
    made = compiled_from(data_hygiene=fields(nps={"label": "NPS", "type": "number"}))
    assert {one.kind for one in made} == {"CustomField", "LeadConvertSettings", "PermissionSet"}


def test_a_renamed_lifecycle_stage_keeps_the_value_that_records_hold() -> None:
    stages = {"lead": {"label": "Lead"}, "qualified": {"label": "MQL", "was": "mql"}}
    stage = {"label": "Stage", "type": "picklist", "options": {"lead": "Lead", "qualified": "MQL"}}
    made = compiled_from(lifecycle={"field": "contact.stage", "stages": stages}, data_hygiene=fields(stage=stage))
    assert [one["name"] for one in only(made, "GlobalValueSet").inputs["values"]] == ["lead", "mql"]


def test_a_lead_status_keeps_the_value_that_the_author_gives_under_a_new_label() -> None:
    status = {"label": "Status", "type": "picklist", "standard": {"salesforce": {"Lead": "Status"}}}
    reason = {"label": "Reason", "type": "text"}
    declared = compiled_from(
        data_hygiene=fields(status=status, reason=reason),
        lifecycle={
            "status_field": "contact.status",
            "stages": {"lead": {"label": "Lead"}},
            "lead_statuses": {"recycled": "Back to marketing"},
            "lead_status_values": {"recycled": {"salesforce": "Recycled"}},
            "recycle": {"status": "recycled", "back_to": "lead", "reason_field": "contact.reason"},
        },
    )
    (value,) = only(declared, "StandardValueSet").inputs["values"]
    assert (value["name"], value["label"]) == ("Recycled", "Back to marketing")
    rules = [one for one in declared if one.key == "Lead.rejection_needs_reason"]
    assert 'ISPICKVAL(Status,"Recycled")' in rules[0].inputs["error_condition_formula"]


def test_two_labels_of_one_stage_are_found() -> None:
    """A value has one label on Salesforce, whichever pipeline says it."""
    stage = {"label": "Offer", "probability": 0.5, "vendor_name": {"salesforce": "Proposal"}}
    pipelines = {
        "new": {"label": "New", "stages": {"proposal": {"label": "Proposal", "probability": 0.5}}},
        "old": {"label": "Old", "stages": {"offer": stage}},
    }
    with pytest.raises(CannotCompile) as caught:
        compiled_from(pipelines=pipelines)
    (diagnostic,) = caught.value.diagnostics
    assert keys_of(diagnostic) == ("pipelines", "old", "stages", "offer", "label")
    assert diagnostic.fix == "write label: Proposal, or give the stage a vendor_name of its own"
