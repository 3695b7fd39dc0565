from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from lxml import etree
from revops_salesforce.api.components import to_message
from revops_salesforce.compiler import compile_model
from revops_salesforce.dynamic import KINDS
from zeep import Client

from revops_iac.config.settings import Settings
from revops_iac.model import Model
from revops_iac.provider.declaration import CannotCompile, Declaration
from tests.diagnostics import keys_of
from tests.providers.revops_salesforce.compiled_model import (
    all_automations,
    by_key,
    compiled,
    deploy,
    org,
    reference_model,
)

FLOWS = by_key(all_automations(reference_model()), "Flow")
GO_LIVE = {
    "value": {"dateTimeValue": "2026-12-01T05:00:00.000Z"},
    "operator": "GreaterThanOrEqualTo",
}
SINCE = {
    "Lead.lifecycle_auto_update": "LastModifiedDate",
    "Contact.lifecycle_auto_update": "LastModifiedDate",
    "Lead.mql_assignment": "Latest_Mql_Date__c",
    "Lead.sla_breach": "Latest_Mql_Date__c",
    "Opportunity.closed_won_handoff": "LastStageChangeDate",
    "Opportunity.stale_deal": "LastStageChangeDate",
    "Lead.recycled_reentry": "LastModifiedDate",
}


def start(flow: Declaration) -> dict[str, Any]:
    begun: dict[str, Any] = flow.inputs["definition"]["start"]
    return begun


def with_workflow(key: str, **changes: Any) -> Model:
    model = reference_model()
    topics = {name: model.topic(name) for name in model.model_fields_set if name != "raw_sections"}
    topics["automation"]["workflows"][key].update(changes)
    return Model.model_validate(topics)


def named(flow: Declaration, kind: str) -> dict[str, dict[str, Any]]:
    return {node["name"]: node for node in flow.inputs["definition"].get(kind, [])}


def test_all_six_automations_compile() -> None:
    assert {one.origin[2] for one in FLOWS.values()} == {
        "lifecycle_auto_update",
        "mql_assignment",
        "sla_breach",
        "closed_won_handoff",
        "stale_deal",
        "recycled_reentry",
    }
    assert set(FLOWS) == set(SINCE)


@pytest.mark.parametrize("key", SINCE)
def test_every_automation_enrolls_only_what_meets_its_criteria_after_the_go_live_date(key: str) -> None:
    assert {"field": SINCE[key], **GO_LIVE} in start(FLOWS[key])["filters"]
    assert start(FLOWS[key])["filterLogic"].startswith(("and", "1 AND", "(1 OR")), "alternatives stand in brackets"


@pytest.mark.parametrize("key", SINCE)
def test_backfill_also_enrolls_what_was_there_before(key: str) -> None:
    model = with_workflow(key.partition(".")[2], backfill=True)
    flow = by_key(all_automations(model), "Flow")[key]
    assert SINCE[key] not in [row["field"] for row in start(flow)["filters"]]


@pytest.mark.parametrize("key", SINCE)
def test_without_a_go_live_date_nobody_is_enrolled(key: str) -> None:
    flow = by_key(all_automations(reference_model(), Settings("dev")), "Flow")[key]
    (row,) = [row for row in start(flow)["filters"] if row["field"] == SINCE[key]]
    assert row["value"] == {"dateTimeValue": "2999-12-31T05:00:00.000Z"}


def test_enabling_without_a_go_live_date_is_refused() -> None:
    with pytest.raises(CannotCompile) as caught:
        list(compile_model(with_workflow("stale_deal", enabled=True), Settings("dev")))
    diagnostic = next(one for one in caught.value.diagnostics if "stale_deal" in keys_of(one))
    assert keys_of(diagnostic) == ("automation", "workflows", "stale_deal")
    assert diagnostic.message == "is enabled, but the stack has no go-live date, so it would enroll no records"
    assert diagnostic.fix == "set revops:goLive in the stack config, such as 2027-01-15, or set backfill: true"


def test_only_the_automations_that_run_here_are_deployed_and_only_enabled_ones_are_active() -> None:
    made = compiled(with_workflow("sla_breach", enabled=True))
    assert set(by_key(made, "Flow")) == {
        "Lead.sla_breach",
        "Opportunity.closed_won_handoff",
        "Opportunity.stale_deal",
    }
    disabled = compiled(with_workflow("sla_breach", enabled=False))
    enabled = set(by_key(made, "FlowActivation")) - set(by_key(disabled, "FlowActivation"))
    assert enabled == {"Lead.sla_breach"}


def test_an_automation_that_lacks_what_its_flow_needs_is_refused_with_what_is_missing() -> None:
    with pytest.raises(CannotCompile) as caught:
        compiled(with_workflow("sla_breach", settings={}))
    (diagnostic,) = caught.value.diagnostics
    assert keys_of(diagnostic) == ("automation", "workflows", "sla_breach")
    assert diagnostic.message == "the model is incomplete for the flow sla_breach"
    assert diagnostic.fix == "add settings.handoff with a from_stage, a clock_field and met_by for its SLA"


@cache
def metadata_api() -> Client:
    wsdl = files("simple_salesforce").joinpath("metadata.wsdl")
    return Client(str(wsdl))


@pytest.mark.parametrize("key", SINCE)
def test_every_flow_is_valid_by_the_vendors_schema(key: str) -> None:
    """zeep refuses elements that a type lacks or has elsewhere, and those that are required and absent."""
    client = metadata_api()
    kind: Any = KINDS["Flow"]
    node = etree.fromstring(to_message(kind.new_body(kind.parse(FLOWS[key].inputs)), "Flow"))
    parent, flow_type = etree.Element("metadata"), client.get_type("ns0:Flow")
    flow_type.render(parent, flow_type.parse_xmlelement(node, client.wsdl.types))
    assert parent.findtext("{*}start/{*}object") == key.partition(".")[0]


def test_the_order_of_routing_rules_is_the_order_of_the_decision() -> None:
    (decision,) = [one for one in named(FLOWS["Lead.mql_assignment"], "decisions").values() if one["name"] == "Route"]
    routing = reference_model().routing["inbound"]
    assert [rule["name"] for rule in decision["rules"]] == [f"Rule_{key}" for key in routing.rules]
    assert decision["defaultConnector"] == {"targetReference": "To_Fallback"}


def test_members_of_a_team_take_turns_in_the_flow_too() -> None:
    turn = named(FLOWS["Lead.mql_assignment"], "formulas")["Turn_general"]["expression"]
    assert turn == (
        'IF(ISBLANK({!$Record.Routing_Number__c}),"nina.kaur@northwind.example",'
        'CASE(MOD(VALUE({!$Record.Routing_Number__c}),2),0,"tom.reyes@northwind.example",'
        '"nina.kaur@northwind.example"))'
    )


def test_the_sla_task_is_due_in_four_hours_of_working_days() -> None:
    flow = FLOWS["Lead.mql_assignment"]
    assert (
        named(flow, "formulas")["Sla_Due"]["expression"] == "NOW()+4/24+CASE(WEEKDAY(DATEVALUE(NOW()+4/24)),1,1,7,2,0)"
    )
    subject = named(flow, "recordCreates")["Create_Task"]["inputAssignments"][0]
    assert subject == {"field": "Subject", "value": {"stringValue": "First contact within 4 business hours"}}


def test_a_breach_is_checked_at_the_deadline_and_again_after_48_hours() -> None:
    paths = start(FLOWS["Lead.sla_breach"])["scheduledPaths"]
    assert [(path["recordField"], path["offsetNumber"], path["offsetUnit"]) for path in paths] == [
        ("Sla_Due_At__c", 0, "Hours"),
        ("Latest_Mql_Date__c", 48, "Hours"),
    ]
    fields = [row["field"] for row in start(FLOWS["Lead.sla_breach"])["filters"]]
    assert "First_Contact_At__c" not in fields


def test_a_breach_goes_to_the_manager_of_the_team_that_was_late() -> None:
    lookups = named(FLOWS["Lead.sla_breach"], "recordLookups")
    usernames = {row["value"].get("stringValue") for node in lookups.values() for row in node["filters"]}
    assert "maya.chen@northwind.example" in usernames


def test_onboarding_starts_within_five_working_days() -> None:
    formulas = named(FLOWS["Opportunity.closed_won_handoff"], "formulas")
    assert formulas["Kickoff_Due"]["expression"] == "TODAY()+CASE(WEEKDAY(TODAY()),1,5,7,6,7)"


def test_a_deal_is_stale_after_twice_the_average_of_its_stage_and_pipeline() -> None:
    text = named(FLOWS["Opportunity.stale_deal"], "formulas")["Waits_Too_Long"]["expression"]
    assert '"Proposal",28,' in text.partition('"renewal"')[0]
    assert '"Proposal",20,' in text.partition('"renewal"')[2]


def test_a_stale_deal_run_is_daily_from_the_go_live_date() -> None:
    assert start(FLOWS["Opportunity.stale_deal"])["schedule"] == {
        "frequency": "Daily",
        "startDate": "2026-12-01",
        "startTime": "06:00:00.000Z",
    }


def test_no_stage_is_skipped_on_the_way_to_mql() -> None:
    updates = named(FLOWS["Lead.lifecycle_auto_update"], "recordUpdates")
    assert updates["Advance_To_lead"]["connector"] == {"targetReference": "Advance_To_mql"}
    assert "connector" not in updates["Advance_To_mql"]


def test_a_person_who_lacks_a_required_field_is_not_enrolled() -> None:
    rows = {row["field"]: row for row in start(FLOWS["Lead.lifecycle_auto_update"])["filters"]}
    for field in ("LastName", "Email", "Company", "Title", "Product_Interest__c"):
        assert rows[field]["operator"] == "IsNull"
        assert rows[field]["value"] == {"booleanValue": False}


def test_criteria_that_filters_cannot_say_become_one_formula() -> None:
    model = with_workflow(
        "recycled_reentry", enrolls_when="contact.lead_status = recycled and not contact.country = US"
    )
    begun = start(by_key(all_automations(model), "Flow")["Lead.recycled_reentry"])
    assert "filters" not in begun
    assert begun["filterFormula"] == (
        'AND(NOT({!$Record.IsConverted}),ISPICKVAL({!$Record.Status},"Recycled"),'
        '{!$Record.LastModifiedDate}>=DATETIMEVALUE("2026-12-01 05:00:00"),'
        'NOT(LOWER({!$Record.Country})="us"))'
    )


def test_a_renamed_workflow_suggests_the_line_that_keeps_its_flow() -> None:
    model = reference_model()
    topics = {name: model.topic(name) for name in model.model_fields_set if name != "raw_sections"}
    workflows = topics["automation"]["workflows"]
    workflows["idle_deal"] = {**workflows.pop("stale_deal"), "was": "stale_deal"}
    flow = by_key(all_automations(Model.model_validate(topics)), "Flow")["Opportunity.idle_deal"]
    assert flow.was == ("Opportunity.stale_deal",)
    assert flow.suggestion == "vendor_name: {salesforce: Stale_Deal}"


def test_go_live_is_midnight_in_the_time_zone_of_the_company() -> None:
    summer = Settings("dev", go_live=date(2027, 6, 1))
    flow = by_key(all_automations(reference_model(), summer), "Flow")["Lead.sla_breach"]
    (row,) = [row for row in start(flow)["filters"] if row["field"] == "Latest_Mql_Date__c"]
    assert row["value"] == {"dateTimeValue": "2027-06-01T04:00:00.000Z"}


def scored_here(**changes: Any) -> Model:
    """The reference model with its scoring on Salesforce."""
    model = reference_model()
    topics = {name: model.topic(name) for name in model.model_fields_set if name != "raw_sections"}
    for entry in topics["scoring"].values():
        entry["runs_on"] = "salesforce"
    topics["automation"]["workflows"]["lifecycle_auto_update"].update(changes)
    return Model.model_validate(topics)


ENGAGEMENT = {
    "CampaignMember.engagement_demo_request",
    "Lead.engagement_pricing_page_visit",
    "Contact.engagement_pricing_page_visit",
    "Lead.engagement_product_usage",
    "Contact.engagement_product_usage",
    "CampaignMember.engagement_content_download",
}


def test_engagement_is_moved_by_a_flow_per_signal_where_scoring_runs_here() -> None:
    made = compiled(scored_here())
    assert {key for key in by_key(made, "Flow") if "engagement" in key} == ENGAGEMENT
    assert not any("engagement" in key for key in by_key(made, "FlowActivation"))
    assert not any("engagement" in key for key in by_key(compiled(reference_model()), "Flow"))


def test_engagement_flows_are_enabled_with_the_automation_that_reads_the_scores() -> None:
    made = compiled(scored_here(runs_on="salesforce", enabled=True))
    assert {key for key in by_key(made, "FlowActivation") if "engagement" in key} == ENGAGEMENT


def test_a_signal_adds_the_points_of_the_scoring_that_covers_the_person_within_the_limit() -> None:
    flow = by_key(compiled(scored_here()), "Flow")["Lead.engagement_pricing_page_visit"]
    text = named(flow, "formulas")["New_Score_Of_Lead"]["expression"]
    assert text.startswith('MIN(100,IF(ISPICKVAL({!$Record.Product_Interest__c},"self_serve"),BLANKVALUE(')
    assert text.endswith('+IF(ISPICKVAL({!$Record.Product_Interest__c},"self_serve"),10,15))')


def test_engagement_flows_deploy() -> None:
    model = scored_here()
    made = org(*(person.email for person in model.people.persons.values()), "admin@northwind.example")
    deploy(made, compiled(model))
    assert "Engagement_Demo_Request" in made.of_type("Flow")
