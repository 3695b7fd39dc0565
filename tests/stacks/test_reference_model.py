"""The model that the project ships: it loads in every environment and holds every row and figure of the process."""

from __future__ import annotations

from pathlib import Path

import pytest

from revops_iac.model import TOPICS, Model
from revops_iac.model.duration import Duration
from revops_iac.source.json_schema import json_schema, overlay_json_schema, render
from revops_iac.source.load import load
from revops_iac.source.yaml_tree import read

STACKS = Path(__file__).resolve().parents[2] / "stacks"


@pytest.fixture(scope="module")
def model() -> Model:
    return load(STACKS).model


@pytest.mark.parametrize("environment", [None, "dev", "staging", "prod"])
def test_every_environment_loads(environment: str | None) -> None:
    assert load(STACKS, environment).environment == environment


def test_every_topic_has_its_file(model: Model) -> None:
    files = {path.stem for path in (STACKS / "model").glob("*.yaml")}
    assert files == set(TOPICS)
    for topic in TOPICS:
        node, _ = read(STACKS / "model" / f"{topic}.yaml", topic)
        assert node is not None
        assert list(node.content) == [topic]
        assert model.declares(topic)


@pytest.mark.parametrize(
    ("name", "schema"),
    [("model", json_schema), ("overlays", overlay_json_schema)],
)
def test_schema_is_current(name: str, schema) -> None:
    live = (STACKS / name / ".schema.json").read_text(encoding="utf-8")
    assert live == render(schema()), (
        f"stacks/{name}/.schema.json is stale: python -m revops_iac.source.json_schema stacks"
    )


@pytest.mark.parametrize("path", sorted(STACKS.glob("*/*.yaml")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_file_names_its_schema(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=.schema.json\n")


def test_context_is_filled(model: Model) -> None:
    context = model.context
    assert context.systems.managed == ["hubspot", "salesforce"]
    assert context.systems.source_of_truth == "salesforce"
    gaps = [name for name in type(context).model_fields if getattr(context, name) in (None, {}, [])]
    assert gaps == ["regions", "countries"]  # the company's region is a field of its own


def test_marketing_topics_run_on_hubspot_and_the_rest_on_salesforce(model: Model) -> None:
    assert model.lifecycle is not None
    assert model.automation is not None
    assert model.metrics is not None
    assert model.lifecycle.runs_on == "hubspot"
    assert {entry.runs_on for entry in model.scoring.values()} == {"hubspot"}
    runners = {entry.runs_on for entry in model.routing.values()} | {one.runs_on for one in model.pipelines.values()}
    runners |= {entry.runs_on for entry in model.deal_desk.values()} | {model.metrics.runs_on}
    assert runners == {"salesforce"}
    assert {key for key, workflow in model.automation.workflows.items() if workflow.runs_on == "hubspot"} == {
        "lifecycle_auto_update",
        "mql_assignment",
        "recycled_reentry",
    }


def test_lifecycle_has_the_seven_stages_with_entry_exit_and_owner(model: Model) -> None:
    assert model.lifecycle is not None
    stages = model.lifecycle.stages
    assert [stage.label for stage in stages.values()] == [
        "Subscriber",
        "Lead",
        "MQL",
        "SQL",
        "Opportunity",
        "Customer",
        "Evangelist",
    ]
    assert all(stage.entry and stage.exit and stage.owner and stage.date_field for stage in stages.values())
    assert (stages["mql"].owner, stages["mql"].then) == ("marketing", "sdr")


def test_handoffs_have_the_figures_of_the_process(model: Model) -> None:
    assert model.lifecycle is not None
    handoffs = model.lifecycle.handoffs
    assert {key: {what: str(time) for what, time in handoff.sla.items()} for key, handoff in handoffs.items()} == {
        "mql_to_sql": {"first_contact": "4 business hours", "decide": "48 hours"},
        "sdr_to_ae": {"accept": "24 hours"},
        "ae_to_cs": {"kickoff": "5 business days"},
    }
    assert all(handoff.accountable and handoff.tracked_by for handoff in handoffs.values())
    for handoff in handoffs.values():
        assert set(handoff.met_by) == set(handoff.sla)


def test_recycling_needs_a_reason_and_tracks_apart(model: Model) -> None:
    assert model.lifecycle is not None
    recycle = model.lifecycle.recycle
    assert recycle is not None
    assert recycle.nurture is not None
    assert (recycle.status, recycle.back_to, recycle.nurture.every_days) == ("recycled", "lead", 30)
    assert recycle.reason_field == "contact.rejection_reason"
    assert recycle.first_date_field != recycle.latest_date_field
    assert model.lifecycle.qualification is not None
    assert model.lifecycle.qualification.minimum == 2


@pytest.mark.parametrize("entry", ["self_serve", "platform"])
def test_scoring_has_all_signals_decay_and_both_thresholds(model: Model, entry: str) -> None:
    scoring = model.scoring[entry]
    assert list(scoring.fit) == ["company_size", "industry", "role", "tech_stack"]
    assert list(scoring.engagement) == ["demo_request", "pricing_page_visit", "product_usage", "content_download"]
    assert list(scoring.negative) == ["competitor_domain", "student_email", "job_mismatch"]
    assert all(set(signal.sources) == {"hubspot", "salesforce"} for signal in scoring.engagement.values())
    assert scoring.decay is not None
    assert scoring.calibration is not None
    assert scoring.thresholds.fit is not None
    assert scoring.thresholds.engagement is not None
    assert scoring.recalibration is not None
    assert scoring.recalibration.every == ("monthly" if scoring.high_volume else "quarterly")


def test_routing_has_every_method_and_the_speed_figures(model: Model) -> None:
    routing = model.routing["inbound"]
    assert routing.moments == ["created", "mql", "recycled"]
    assert {rule.method for rule in routing.rules.values()} == {
        "account_based",
        "territory",
        "skill_based",
        "round_robin",
    }
    assert routing.fallback is not None
    assert routing.fallback.owner == "maya_chen"
    speed = routing.speed_to_lead
    assert speed is not None
    assert (speed.target_minutes, speed.target_effect) == (5, 21)
    assert (speed.alert_minutes, speed.alert_effect, speed.cold_after_hours) == (30, 0.1, 24)


def test_new_business_has_the_seven_stages_with_their_required_fields(model: Model) -> None:
    stages = model.pipelines["new_business"].stages
    assert {key: [field.key for field in stage.required_fields] for key, stage in stages.items()} == {  # type: ignore[attr-defined]
        "qualified": ["primary_contact", "company", "source", "fit_score"],
        "discovery": ["pain_points", "current_solution", "timeline"],
        "demo": ["technical_requirements", "decision_makers"],
        "proposal": ["pricing", "terms", "stakeholder_map"],
        "negotiation": ["redlines", "approval_chain", "close_date"],
        "closed_won": ["signed_contract", "payment_terms"],
        "closed_lost": ["loss_reason", "competitor"],
    }
    assert all(stage.exit for stage in stages.values())
    assert sum(stage.average_days or 0 for stage in stages.values()) == model.context.sales_cycle_days


def test_two_pipelines_share_stage_names_and_the_hygiene(model: Model) -> None:
    first, second = model.pipelines.values()
    shared = {stage.label for stage in first.stages.values()} & {stage.label for stage in second.stages.values()}
    assert shared == {"Proposal", "Negotiation", "Closed Won", "Closed Lost"}
    for pipeline in (first, second):
        assert pipeline.hygiene.stale_after_multiple == 2
        assert pipeline.hygiene.push_reason_field == "deal.close_date_push_reason"


def test_the_six_workflows_say_trigger_action_outcome_and_are_off(model: Model) -> None:
    assert model.automation is not None
    workflows = model.automation.workflows
    assert [workflow.does for workflow in workflows.values()] == list(workflows)
    assert len(workflows) == 6
    assert all(workflow.trigger and workflow.action and workflow.outcome for workflow in workflows.values())
    assert not any(workflow.enabled or workflow.backfill for workflow in workflows.values())
    assert model.automation.playbook.booking
    assert model.automation.playbook.connectors


def test_deal_desk_has_the_figures_of_the_process(model: Model) -> None:
    desk = model.deal_desk["standard"]
    review = desk.review_when
    assert review.acv_above is not None
    assert model.context.convert(review.acv_above) == 25000
    assert review.payment_terms == ["net_90", "quarterly"]
    assert review.multi_year_custom_pricing
    assert review.discount_beyond_published
    assert review.custom_legal_terms
    bands = {key: (tier.discount_from, tier.discount_below) for key, tier in desk.approvals.items()}
    assert bands == {
        "standard": (None, 10),
        "manager": (10, 20),
        "vp_sales": (20, 40),
        "deal_desk": (40, None),
        "finance_legal": (None, None),
    }
    assert desk.approvals["standard"].approver is not None
    assert desk.approvals["standard"].approver.automatic
    assert [approver.person for approver in desk.approvals["finance_legal"].all_approvers] == [
        "grace_kim",
        "hugo_blanc",
    ]
    assert desk.exceptions is not None
    assert (len(desk.exceptions.recorded_in), desk.exceptions.reviewed) == (4, "quarterly")


def test_data_hygiene_has_keys_winner_enrichment_and_audit(model: Model) -> None:
    hygiene = model.data_hygiene
    assert list(hygiene.match_keys) == ["email_domain", "company_name", "phone"]
    assert hygiene.merge_winner == "crm record"
    assert list(hygiene.enrichment) == ["clearbit", "apollo", "zoominfo"]
    assert model.lifecycle is not None
    assert list(hygiene.required_by_stage) == list(model.lifecycle.stages)
    assert hygiene.audit is not None
    assert (hygiene.audit.every, hygiene.audit.inactive_months, len(hygiene.audit.steps)) == ("quarterly", 12, 4)


def test_personal_fields_have_purpose_and_retention(model: Model) -> None:
    personal = [field for _, field in model.fields() if field.personal]
    assert personal
    assert all(field.purpose and field.retention == Duration.parse("24 months") for field in personal)


def test_metrics_have_the_benchmarks_of_the_process(model: Model) -> None:
    assert model.metrics is not None
    ranges = {
        key: (metric.benchmark.low, metric.benchmark.high)
        for key, metric in model.metrics.metrics.items()
        if metric.benchmark
    }
    assert ranges == {
        "lead_to_mql": (0.05, 0.15),
        "mql_to_sql": (0.3, 0.5),
        "sql_to_opportunity": (0.5, 0.7),
        "pipeline_velocity": (None, None),
        "win_rate": (0.2, 0.3),
        "ltv_cac": (3, 5),
        "speed_to_lead": (None, 5),
        "cac": (None, None),
    }


def test_dashboards_have_their_tiles(model: Model) -> None:
    assert model.metrics is not None
    assert {key: list(board.tiles) for key, board in model.metrics.dashboards.items()} == {
        "marketing": ["lead_volume", "mql_rate", "source_attribution", "cost_per_mql"],
        "sales": ["pipeline_value", "stage_conversion", "velocity", "forecast_accuracy"],
        "executive": ["cac", "ltv_cac", "revenue_against_target", "pipeline_coverage"],
    }


def test_environments_differ_in_people_and_enabled_workflows() -> None:
    def enabled(model: Model) -> list[str]:
        assert model.automation is not None
        return [key for key, workflow in model.automation.workflows.items() if workflow.enabled]

    dev, staging, prod = (load(STACKS, name).model for name in ("dev", "staging", "prod"))
    assert enabled(dev) == ["lifecycle_auto_update", "stale_deal"]
    assert len(enabled(staging)) == 6
    assert enabled(prod) == ["lifecycle_auto_update", "mql_assignment", "sla_breach"]
    assert dev.people.identity("tom_reyes", "salesforce") == "revops@northwind.example.dev"
    assert staging.people.identity("maya_chen", "salesforce") == "maya.chen@northwind.example.uat"
    assert prod.people.identity("tom_reyes", "salesforce") == "tom.reyes@northwind.example"
    assert prod.people.stand_in == {}


def test_every_key_of_the_schema_is_described() -> None:
    bare = [
        f"{name}.{key}"
        for name, definition in json_schema()["$defs"].items()
        for key, value in definition.get("properties", {}).items()
        if not value.get("description")
    ]
    assert bare == []
