"""Metrics as reports, tiles as dashboards: what the org computes, and what is left to people."""

from __future__ import annotations

from typing import Any

from revops_iac.model import Model
from tests.providers.revops_salesforce.compiled_model import (
    by_key,
    compiled,
    reference_model,
    reference_org,
)


def reports() -> dict[str, dict[str, Any]]:
    return {key: one.inputs for key, one in by_key(compiled(reference_model()), "Report").items()}


def of(model: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {key: one.inputs for key, one in by_key(compiled(Model.model_validate(model)), kind).items()}


FIELDS = {
    "contact": {
        "trial_on": {"label": "Trial", "type": "date"},
        "paid_on": {"label": "Paid", "type": "date"},
        "plan": {"label": "Plan", "type": "picklist", "options": {"free": "Free", "pro": "Pro"}},
    },
    "company": {"size": {"label": "Size", "type": "number"}},
}


def small(metric: dict[str, Any], **tiles: dict[str, Any]) -> dict[str, Any]:
    board = {"growth": {"label": "Growth", "tiles": {"first": {"label": "First", "metric": "conversion"}, **tiles}}}
    metrics = {"conversion": {"label": "Conversion", "formula": "paid / trials", **metric}}
    return {"data_hygiene": {"fields": FIELDS}, "metrics": {"metrics": metrics, "dashboards": board}}


def test_every_metric_of_the_reference_model_has_a_report() -> None:
    metrics = reference_model().metrics
    assert metrics is not None
    assert len(metrics.metrics) == 8
    assert {f"metrics.{key}" for key in metrics.metrics} <= reports().keys()


def test_a_share_is_a_field_that_counts_and_a_formula_over_it() -> None:
    fields = by_key(compiled(reference_model()), "CustomField")
    assert fields["Lead.metric_lead_to_mql"].inputs["formula"] == "IF(ISBLANK(Mql_Date__c), 0, 1)"
    report = reports()["metrics.lead_to_mql"]
    assert report["formulas"][0]["formula"] == "Lead$Metric_Lead_To_Mql__c:SUM / RowCount"
    assert report["groupings"] == [{"field": "Lead$Lead_Date__c", "by": "Month"}]
    assert report["filters"] == [{"field": "Lead$Lead_Date__c", "operator": "notEqual", "value": ""}]


def test_people_may_read_what_reports_sum_up() -> None:
    granted = by_key(compiled(reference_model()), "PermissionSet")["revops_fields"].inputs["field_permissions"]
    assert {"field": "Lead.Metric_Lead_To_Mql__c", "readable": True, "editable": False} in granted


def test_a_figure_whose_other_half_is_not_in_the_org_says_so() -> None:
    cac = reports()["metrics.cac"]
    assert cac["label"] == "CAC (in part)"
    assert cac["formulas"][0]["formula"] == "Contact$Account:UNIQUE"
    assert "By hand: sales and marketing spend / new customers; spend comes from finance" in cac["description"]
    executive = by_key(compiled(reference_model()), "Dashboard")["executive"].inputs
    assert [tile["title"] for tile in executive["tiles"]] == [
        "CAC (in part)", "LTV:CAC (in part)", "Revenue against target (in part)", "Pipeline coverage (in part)",
    ]  # fmt: skip


def test_labels_fit_and_still_say_that_they_are_a_part() -> None:
    labels = {key: report["label"] for key, report in reports().items()}
    assert labels["executive.revenue_against_target"] == "Revenue against target (in part)"
    assert labels["executive.pipeline_coverage"] == "Executive: Pipeline coverage (in part)"
    assert labels["sales.stage_conversion"] == "Sales: Stage conversion (in part)"
    assert max(len(label) for label in labels.values()) <= 40


def test_three_dashboards_show_every_tile_of_the_model() -> None:
    metrics = reference_model().metrics
    assert metrics is not None
    dashboards = by_key(compiled(reference_model()), "Dashboard")
    assert {key: len(one.inputs["tiles"]) for key, one in dashboards.items()} == {
        key: len(dashboard.tiles) for key, dashboard in metrics.dashboards.items()
    }
    places = [tile["place"] for tile in dashboards["sales"].inputs["tiles"]]
    assert [(place["column"], place["row"]) for place in places] == [(0, 0), (6, 0), (0, 8), (6, 8)]


def test_tiles_count_the_deals_that_they_name() -> None:
    made = reports()
    assert made["sales.pipeline_value"]["filters"] == [
        {"field": "Opportunity$IsClosed", "operator": "equals", "value": "false"}
    ]
    assert made["executive.revenue_against_target"]["filters"][0] == {
        "field": "Opportunity$IsWon", "operator": "equals", "value": "true",
    }  # fmt: skip


def test_the_audit_is_read_from_reports() -> None:
    made = reports()
    assert made["audit.inactive_contacts"]["filters"][0] == {
        "field": "Contact$LastActivityDate", "operator": "lessThan", "value": "LAST_N_MONTHS:12",
    }  # fmt: skip
    assert made["audit.lifecycle_stages"]["groupings"][0]["field"] == "Lead$Lifecycle_Stage__c"


def test_a_metric_of_the_company_s_own_names_its_calculation() -> None:
    desired = small({"unit": "days", "calculation": "elapsed_time", "fields": ["contact.trial_on", "contact.paid_on"]})
    assert of(desired, "CustomField")["Lead.metric_conversion"]["formula"] == "(Paid_On__c - Trial_On__c)"
    assert of(desired, "Report")["metrics.conversion"]["filters"] == [
        {"field": "Lead$Trial_On__c", "operator": "notEqual", "value": ""},
        {"field": "Lead$Paid_On__c", "operator": "notEqual", "value": ""},
    ]


def test_what_the_org_cannot_compute_is_left_out_with_its_tile() -> None:
    mixed = small(
        {"unit": "ratio", "fields": ["contact.trial_on", "company.size"]},
        plans={"label": "Plans", "shows": "people by plan", "by": ["contact.plan"]},
    )
    assert set(of(mixed, "Report")) == {"growth.plans"}
    assert [tile["title"] for tile in of(mixed, "Dashboard")["growth"]["tiles"]] == ["Plans"]


def test_a_tile_is_broken_down_by_everything_that_it_names() -> None:
    desired = small(
        {"unit": "ratio", "calculation": "conversion", "fields": ["contact.trial_on", "contact.paid_on"]},
        plans={"label": "Plans", "by": ["contact.plan", "contact.trial_on"], "fields": ["contact.paid_on"]},
    )
    report = of(desired, "Report")["growth.plans"]
    assert [group["field"] for group in report["groupings"]] == ["Lead$Plan__c", "Lead$Trial_On__c"]
    assert report["description"] == "Shown: number of records with Paid by Plan and Trial."
    assert of(desired, "Dashboard")["growth"]["tiles"][1]["grouping"] == "Lead$Plan__c"


def test_metrics_that_run_elsewhere_make_no_reports() -> None:
    elsewhere = small({"unit": "ratio", "calculation": "conversion", "fields": ["contact.trial_on", "contact.paid_on"]})
    elsewhere["context"] = {"systems": {"managed": ["hubspot", "salesforce"], "source_of_truth": "hubspot"}}
    elsewhere["metrics"]["runs_on"] = "hubspot"
    assert not of(elsewhere, "Report")
    assert not of(elsewhere, "ReportFolder")


def test_renamed_entries_keep_their_reports_fields_and_dashboards() -> None:
    desired = small(
        {
            "unit": "ratio",
            "calculation": "conversion",
            "fields": ["contact.trial_on", "contact.paid_on"],
            "was": "trial_to_paid",
        },
        plans={"label": "Plans", "by": ["contact.plan"], "was": "tiers"},
    )
    desired["metrics"]["dashboards"]["growth"]["was"] = "rise"
    declared = compiled(Model.model_validate(desired))
    assert by_key(declared, "CustomField")["Lead.metric_conversion"].inputs["name"] == "Metric_Trial_To_Paid__c"
    made = by_key(declared, "Report")
    names = {key: (one.inputs["name"], one.was) for key, one in made.items()}
    assert names == {
        "metrics.conversion": ("Trial_To_Paid", ("metrics.trial_to_paid",)),
        "growth.plans": ("Rise_Tiers", ("growth.tiers", "rise.plans", "rise.tiers")),
    }
    dashboard = by_key(declared, "Dashboard")["growth"]
    assert (dashboard.inputs["name"], dashboard.was, dashboard.vendor_name_given) == ("Rise", ("rise",), True)


def test_the_org_has_the_reports_and_dashboards() -> None:
    org = reference_org()
    assert set(org.of_type("Dashboard")) == {"RevOps/Marketing", "RevOps/Sales", "RevOps/Executive"}
    assert {body["body"]["baseObject"] for body in org.of_type("ReportType").values()} == {
        "Lead", "Contact", "Opportunity",
    }  # fmt: skip
