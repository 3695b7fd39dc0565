"""The six automations as workflows: what enrolls, what happens, and that nobody from before go-live is touched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_hubspot.compiler import compile_model
from revops_hubspot.compiler.automations import FLOWS, compile_automations
from revops_hubspot.dynamic import KINDS
from revops_hubspot.workflows.enrollment_count import would_enroll
from revops_hubspot.workflows.words import vendor_inputs

from revops_iac.compile import validated
from revops_iac.config.settings import Settings
from revops_iac.model import Model
from revops_iac.provider.declaration import CannotCompile, Declaration
from revops_iac.source.load import load
from tests.diagnostics import keys_of
from tests.providers.typed_inputs import parsed

STACKS = Path(__file__).resolve().parents[4] / "stacks"
GO_LIVE = date(2026, 12, 1)
SETTINGS = Settings("test", go_live=GO_LIVE)
LAST_DAY_BEFORE = {"year": 2026, "month": 11, "day": 30, "hour": 23, "minute": 59, "second": 59}
SIX = [
    "lifecycle_auto_update",
    "mql_assignment",
    "sla_breach",
    "closed_won_handoff",
    "stale_deal",
    "recycled_reentry",
]
Json = dict[str, Any]


@pytest.fixture(scope="module")
def reference() -> Model:
    return load(STACKS, "prod").model


def changed(model: Model, key: str, **values: Any) -> Model:
    """The model with one automation changed."""
    assert model.automation is not None
    workflows = dict(model.automation.workflows)
    workflows[key] = workflows[key].model_copy(update=values)
    return model.model_copy(update={"automation": model.automation.model_copy(update={"workflows": workflows})})


def workflows(model: Model, key: str, settings: Settings = SETTINGS) -> list[Declaration]:
    found = compile_automations(model, settings)
    return [one for one in found if one.kind == "Workflow" and one.origin == ("automation", "workflows", key)]


def vendor(workflow: Declaration) -> Json:
    """What HubSpot is sent for the words of a workflow."""
    return vendor_inputs(validated(KINDS["Workflow"], workflow.inputs))


def ways_in(workflow: Declaration) -> Iterator[list[Json]]:
    """The filters of each AND branch that enrolls."""
    for branch in vendor(workflow)["enrollment_criteria"]["listFilterBranch"]["filterBranches"]:
        yield branch["filters"]


def begins_at_go_live(entry: Json) -> bool:
    operation = entry["operation"]
    point = operation.get("timePoint", {})
    return bool(operation["operator"] == "IS_AFTER" and LAST_DAY_BEFORE.items() <= point.items())


def steps_of(workflow: Declaration, type_id: str) -> list[Json]:
    return [action["fields"] for action in vendor(workflow)["actions"] if action.get("actionTypeId") == type_id]


def set_by(workflow: Declaration) -> dict[str, Any]:
    return {fields["property_name"]: fields["value"] for fields in steps_of(workflow, "0-5")}


def test_there_is_a_maker_for_each_of_the_six() -> None:
    assert sorted(FLOWS) == sorted(SIX)


@pytest.mark.parametrize("key", SIX)
def test_only_records_that_meet_the_criteria_after_go_live_enroll(reference: Model, key: str) -> None:
    found = workflows(reference, key)

    assert found
    for workflow in found:
        for filters in ways_in(workflow):
            assert any(begins_at_go_live(entry) for entry in filters), workflow.key


@pytest.mark.parametrize("key", SIX)
def test_backfill_lifts_the_go_live_date(reference: Model, key: str) -> None:
    for workflow in workflows(changed(reference, key, backfill=True), key):
        assert not any(begins_at_go_live(entry) for filters in ways_in(workflow) for entry in filters)


@pytest.mark.parametrize("key", SIX)
def test_without_a_go_live_date_nobody_enrolls(reference: Model, key: str) -> None:
    for workflow in workflows(reference, key, Settings("test")):
        for filters in ways_in(workflow):
            assert any(entry["operation"].get("timePoint", {}).get("year") == 2998 for entry in filters)


def test_criteria_that_ask_for_a_date_enroll_from_that_date(reference: Model) -> None:
    found = workflows(changed(reference, "lifecycle_auto_update", enrolls_when=None), "lifecycle_auto_update")
    dates = {
        workflow.key.rpartition("_")[2]: {
            entry["property"] for filters in ways_in(workflow) for entry in filters if begins_at_go_live(entry)
        }
        for workflow in found
    }
    assert dates["sql"] == {"qualified_on"}
    assert dates["mql"] == {"last_engaged_at"}


LONG_AGO = "2026-03-01T12:00:00Z"
OLD_PERSON = {
    "createdate": LONG_AGO,
    "lastname": "Old",
    "company": "Old Ltd",
    "jobtitle": "CTO",
    "product_interest": "platform",
    "employees": 5000,
    "industry_group": "software",
    "engagement_score": 90,
    "last_engaged_at": LONG_AGO,
    "latest_mql_date": LONG_AGO,
    "decided_at": LONG_AGO,
    "rejection_reason": "no_budget",
    "cloud_platform": "aws",
}
OLD_PEOPLE = [
    {**OLD_PERSON, "email": "ready@old.example", "lifecyclestage": "lead"},
    {
        **OLD_PERSON,
        "email": "mql@old.example",
        "lifecyclestage": "marketingqualifiedlead",
        "hs_lead_status": "recycled",
    },
]
OLD_DEAL = {
    "createdate": LONG_AGO,
    "closedate": LONG_AGO,
    "pipeline": "new_business",
    "dealstage": "new_business_closed_won",
}


def set_up_portal(model: Model, accounts: RunningSimulators, open_session: Any) -> None:
    """Properties and pipelines of the model, the lead status of recycled leads, and records from before go-live."""
    session = open_session()
    made = {(one.kind, one.key): one for one in compile_model(model, SETTINGS)}

    def order(one: Declaration) -> tuple[int, int]:
        formula = one.inputs.get("calculation_formula", "")
        return one.kind != "PropertyGroup", (1 + ("fit_score" in formula)) if formula else 0

    for one in sorted(made.values(), key=order):
        if one.kind in ("PropertyGroup", "Property", "Pipeline"):
            KINDS[one.kind].create(session, parsed(KINDS[one.kind], one.inputs))
    status = "/contacts/hs_lead_status"
    options = session.client.get("properties", status)["options"]
    recycled = {"label": "Recycled", "value": "recycled", "displayOrder": len(options), "hidden": False}
    session.client.write("PATCH", "properties", status, {"options": [*options, recycled]})
    accounts.seed("hubspot", {"records": {"contacts": OLD_PEOPLE, "deals": [OLD_DEAL]}})


def test_enabling_enrolls_nobody_from_before_go_live_and_somebody_with_backfill(
    accounts: RunningSimulators, open_session: Any
) -> None:
    model = load(STACKS, "dev").model
    accounts.seed("hubspot", {"users": [{"email": "revops@northwind.example"}]})
    set_up_portal(model, accounts, open_session)
    session = open_session(writes=False)

    def enrolled(key: str, at: Model) -> int:
        return sum(would_enroll(session, vendor(one)).records for one in workflows(at, key))

    assert {key: enrolled(key, model) for key in SIX} == dict.fromkeys(SIX, 0)
    for key in ("lifecycle_auto_update", "mql_assignment", "sla_breach", "closed_won_handoff", "recycled_reentry"):
        assert enrolled(key, changed(model, key, backfill=True)) == 1, key


def test_only_automations_that_run_on_hubspot_are_deployed_here(reference: Model) -> None:
    assert reference.automation is not None
    declared = {one.origin[2] for one in compile_model(reference, SETTINGS) if one.origin[0] == "automation"}

    here = {key for key, one in reference.automation.workflows.items() if one.runs_on == "hubspot"}
    assert declared == here
    assert here < set(reference.automation.workflows)


def test_a_workflow_is_activated_only_when_it_is_enabled_by_name(reference: Model) -> None:
    for enabled in (True, False):
        declared = compile_automations(changed(reference, "mql_assignment", enabled=enabled), SETTINGS)
        active = [
            one.inputs for one in declared if (one.kind, one.key) == ("WorkflowActivation", "contacts.mql_assignment")
        ]
        assert active == ([{"object": "contacts", "name": "MQL assignment"}] if enabled else [])


def test_an_enabled_automation_without_a_go_live_date_is_refused(reference: Model) -> None:
    model = changed(reference, "mql_assignment", enabled=True)

    with pytest.raises(CannotCompile) as refused:
        compile_model(model, Settings("test"))
    (diagnostic,) = [one for one in refused.value.diagnostics if keys_of(one)[-1] == "mql_assignment"]
    assert diagnostic.message == "is enabled, but the stack has no go-live date, so it would enroll no records"
    assert diagnostic.fix == "set revops:goLive in the stack config, such as 2027-01-15, or set backfill: true"


def test_a_pinned_name_is_taken_verbatim_by_each_workflow(reference: Model) -> None:
    context = reference.context.model_copy(update={"name_prefix": "nw_"})
    model = changed(reference, "stale_deal", vendor_name="Old deals").model_copy(update={"context": context})

    names = [one.inputs["name"] for one in workflows(model, "stale_deal")]
    assert names == ["Old deals: New business", "Old deals: Renewal", "Old deals: moved on"]
    assert workflows(model, "mql_assignment")[0].inputs["name"] == "NW MQL assignment"


def test_lifecycle_advances_people_at_an_earlier_stage_who_have_the_required_fields(reference: Model) -> None:
    (workflow,) = workflows(reference, "lifecycle_auto_update")

    (filters,) = ways_in(workflow)
    by_property = {entry["property"]: entry["operation"] for entry in filters}
    assert by_property["lifecyclestage"]["operator"] == "IS_NONE_OF"
    assert by_property["lifecyclestage"]["values"][0] == "marketingqualifiedlead"
    assert {by_property[name]["operator"] for name in ("email", "company", "jobtitle")} == {"IS_KNOWN"}
    assert set_by(workflow)["lifecyclestage"] == {"type": "STATIC_VALUE", "staticValue": "marketingqualifiedlead"}
    assert {"mql_date", "latest_mql_date"} <= set(set_by(workflow))


def test_an_mql_goes_through_the_routing_rules_in_order_and_ends_at_the_fallback_owner(reference: Model) -> None:
    (workflow,) = workflows(reference, "mql_assignment")

    branch = vendor(workflow)["actions"][0]
    rules = reference.routing["inbound"].rules
    assert [way["branchName"] for way in branch["listBranches"]] == [
        (rule.description or key.capitalize()).rstrip(".") for key, rule in rules.items()
    ]
    by_id = {action["actionId"]: action for action in vendor(workflow)["actions"]}
    fallback = by_id[branch["defaultBranch"]["nextActionId"]]["fields"]
    owner = reference.people.identity("maya_chen", "hubspot")
    assert fallback["value"]["staticValue"] == {"owner": owner}
    assert len(steps_of(workflow, "0-3")) == len(rules) + 1
    due = [fields["due_time"] for fields in steps_of(workflow, "0-3")]
    assert due == [{"delta": 4, "timeUnit": "HOURS", "daysOfWeek": []}] * len(due)


def test_a_team_and_a_queue_take_turns(reference: Model) -> None:
    (workflow,) = workflows(reference, "mql_assignment")

    turns = [fields["user_ids"] for fields in steps_of(workflow, "0-11")]
    sdr = [{"user": reference.people.identity(one, "hubspot")} for one in reference.people.teams["sdr"].members]
    assert sdr in turns
    assert len(turns) == 3


def test_a_missed_sla_tells_the_manager_after_each_limit(reference: Model) -> None:
    (workflow,) = workflows(reference, "sla_breach")

    waits = [(fields["delta"], fields["time_unit"]) for fields in steps_of(workflow, "0-1")]
    assert waits == [("4", "HOURS"), ("44", "HOURS"), ("44", "HOURS")]
    manager = [{"user": reference.people.identity("maya_chen", "hubspot")}]
    told = steps_of(workflow, "0-8")
    assert {fields["subject"] for fields in told} == {
        "First contact is late: the limit was 4 business hours",
        "Decide is late: the limit was 48 hours",
    }
    assert all(fields["user_ids"] == manager for fields in told)
    assert set_by(workflow)["sla_breached"]["staticValue"] == "true"


def test_a_won_deal_gets_a_customer_success_owner_and_a_kickoff_task(reference: Model) -> None:
    (workflow,) = workflows(reference, "closed_won_handoff")

    (filters,) = ways_in(workflow)
    assert filters[0]["operation"]["values"] == ["new_business_closed_won"]
    (turn,) = steps_of(workflow, "0-11")
    assert turn["target_property"] == "customer_success_owner"
    assert steps_of(workflow, "0-3")[0]["subject"] == "Start onboarding: kickoff within 5 business days"
    assert "handed_over_on" in set_by(workflow)


def test_a_deal_is_stale_after_twice_the_average_of_its_stage(reference: Model) -> None:
    flagging, _, moved = workflows(reference, "stale_deal")

    limits = {tuple(f[0]["operation"]["values"]): f[1]["operation"]["numberOfDays"] for f in ways_in(flagging)}
    assert limits["new_business_qualified",] == 14
    assert limits["new_business_discovery", "new_business_proposal"] == 28
    assert set_by(flagging)["is_stale"]["staticValue"] == "true"
    assert set_by(moved)["is_stale"]["staticValue"] == "false"


def test_a_recycled_lead_starts_anew_and_is_counted(reference: Model) -> None:
    (workflow,) = workflows(reference, "recycled_reentry")

    values = set_by(workflow)
    assert values["lifecyclestage"]["staticValue"] == "lead"
    assert values["engagement_score"]["staticValue"] == "0"
    assert values["recycle_count"] == {"type": "INCREMENT", "incrementAmount": 1}
    (filters,) = ways_in(workflow)
    assert ("rejection_reason", "IS_KNOWN") in [(e["property"], e["operation"]["operator"]) for e in filters]


def test_a_recycled_lead_is_routed_last(reference: Model) -> None:
    (workflow,) = workflows(reference, "recycled_reentry")

    (branch,) = [action for action in vendor(workflow)["actions"] if action["type"] == "LIST_BRANCH"]
    assert len(branch["listBranches"]) == len(reference.routing["inbound"].rules)
    assert steps_of(workflow, "0-3") == []


def test_new_contacts_without_an_owner_are_routed_where_routing_runs_here(reference: Model) -> None:
    inbound = reference.routing["inbound"].model_copy(update={"runs_on": "hubspot"})
    model = reference.model_copy(update={"routing": {"inbound": inbound}})

    _, created = workflows(model, "mql_assignment")
    assert created.key == "contacts.mql_assignment_created"
    assert [entry["property"] for entry in next(ways_in(created))] == ["hubspot_owner_id", "createdate"]
    assert len(workflows(reference, "mql_assignment")) == 1


def test_each_signal_adds_the_points_of_the_scoring_that_applies(reference: Model) -> None:
    declared = {one.key: one for one in compile_model(reference, SETTINGS) if one.kind == "Workflow"}

    demo = declared["contacts.engagement_demo_request"]
    added = [f["value"]["incrementAmount"] for f in steps_of(demo, "0-5") if f["value"]["type"] == "INCREMENT"]
    assert added == [30, 40]
    assert {"last_engaged_at", "high_intent"} <= set(set_by(demo))
    assert vendor(demo)["enrollment_criteria"]["type"] == "EVENT_BASED"
    assert "contacts.engagement_product_usage" not in declared, "a custom event is known by its id only"


def test_the_decay_copies_what_is_left_and_begins_again_while_nobody_engages(reference: Model) -> None:
    declared = {one.key: one for one in compile_model(reference, SETTINGS) if one.kind == "Workflow"}

    decay = declared["contacts.engagement_decay_platform"]
    copied = {"type": "OBJECT_PROPERTY", "propertyName": "engagement_after_decay"}
    assert set_by(decay) == {"engagement_score": copied}
    assert steps_of(decay, "0-1") == [{"delta": "30", "time_unit": "DAYS"}]
    assert vendor(decay)["actions"][-1]["listBranches"][0]["connection"] == {"edgeType": "GOTO", "nextActionId": "1"}


def test_an_entry_that_scores_nobody_has_no_decay(reference: Model) -> None:
    first = {key: entry.model_copy(update={"applies_to": {}}) for key, entry in reference.scoring.items()}
    declared = {one.key for one in compile_model(reference.model_copy(update={"scoring": first}), SETTINGS)}

    assert "contacts.engagement_decay_self_serve" in declared
    assert "contacts.engagement_decay_platform" not in declared


@pytest.mark.parametrize(
    ("key", "lacks", "message", "fix"),
    [
        (
            "closed_won_handoff",
            {"lifecycle": None},
            "needs the lifecycle, and the model has none",
            "declare lifecycle.stages",
        ),
        (
            "mql_assignment",
            {},
            "names no handoff, and the model has 3",
            "settings: {handoff: mql_to_sql or sdr_to_ae or ae_to_cs}",
        ),
    ],
)
def test_an_automation_that_lacks_a_part_says_which(
    reference: Model, key: str, lacks: dict[str, Any], message: str, fix: str
) -> None:
    assert reference.automation is not None
    settings = reference.automation.workflows[key].settings.model_copy(update={"routing": None, "handoff": None})
    model = changed(reference, key, settings=settings).model_copy(update=lacks)

    with pytest.raises(CannotCompile) as refused:
        compile_automations(model, SETTINGS)
    mine = [
        (one.message, one.fix)
        for one in refused.value.diagnostics
        if keys_of(one)[:3] == ("automation", "workflows", key)
    ]
    assert mine == [(message, fix)]


def on_hubspot(model: Model, **stale: Any) -> Model:
    """The model with its pipelines and the stale deals on HubSpot."""
    pipelines = {key: one.model_copy(update={"runs_on": "hubspot"}) for key, one in model.pipelines.items()}
    return changed(model, "stale_deal", runs_on="hubspot", **stale).model_copy(update={"pipelines": pipelines})


def test_a_deal_that_lacks_fields_says_so_where_the_pipeline_runs_on_hubspot(reference: Model) -> None:
    declared = {(one.kind, one.key): one for one in compile_model(on_hubspot(reference), SETTINGS)}

    blocked = declared["Workflow", "deals.stage_block_new_business"]
    first = next(ways_in(blocked))
    assert first[0]["listId"] == {"list": "Missing fields: New business, Qualified"}
    assert begins_at_go_live(first[1])
    assert ("List", "deals.missing_new_business_qualified") in declared
    assert steps_of(blocked, "0-5")[0]["value"]["staticValue"] == "Missing fields: Qualified"
    complete = declared["Workflow", "deals.stage_complete_new_business"]
    assert set_by(complete)["stage_block_reason"]["staticValue"] == "Nothing is missing"
    assert not [key for kind, key in declared if kind == "WorkflowActivation" and "stage" in key]
    elsewhere = [one.key for one in compile_model(reference, SETTINGS)]
    assert "deals.stage_block_new_business" not in elsewhere


def test_stage_blocks_are_enabled_with_the_stale_deals(reference: Model) -> None:
    declared = compile_model(on_hubspot(reference, enabled=True), SETTINGS)

    active = [one.key for one in declared if one.kind == "WorkflowActivation"]
    assert {"deals.stage_block_renewal", "deals.stage_complete_renewal", "deals.stale_deal_renewal"} <= set(active)


def test_a_renamed_automation_and_a_renamed_pipeline_keep_their_earlier_pulumi_names(reference: Model) -> None:
    pipelines = dict(reference.pipelines)
    pipelines["renewal"] = pipelines["renewal"].model_copy(update={"was": ["renewals"]})
    model = changed(reference, "stale_deal", was=["old_deal"]).model_copy(update={"pipelines": pipelines})

    assert [one.was for one in workflows(model, "stale_deal")] == [
        ("deals.old_deal_new_business",),
        ("deals.old_deal_renewal", "deals.stale_deal_renewals"),
        ("deals.old_deal_moved",),
    ]
