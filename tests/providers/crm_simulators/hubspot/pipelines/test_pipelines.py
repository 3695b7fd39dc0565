"""Pipelines and stages, through the official client against the running simulator."""

from __future__ import annotations

import random
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot

DEALS = "/crm/v3/pipelines/deals"


def stage(label: str, order: int, probability: Any = "0.5", **more: Any) -> dict[str, Any]:
    return {"label": label, "displayOrder": order, "metadata": {"probability": probability}, **more}


def new_business(**changes: Any) -> dict[str, Any]:
    stages = [
        stage("Qualified", 0, 0.1, stageId="nb_qualified"),
        stage("Proposal", 1, "0.50", stageId="nb_proposal"),
        stage("Closed won", 2, 1, stageId="nb_won"),
    ]
    return {"pipelineId": "nb", "label": "New business", "displayOrder": 1, "stages": stages} | changes


def orders(api: Any) -> list[tuple[str, int]]:
    return [(s["id"], s["displayOrder"]) for s in api("GET", f"{DEALS}/nb/stages")[1]["results"]]


def test_pipeline_is_created_with_the_ids_sent_and_canonical_metadata(client: HubSpot) -> None:
    made = client.crm.pipelines.pipelines_api.create("deals", new_business())
    assert made.id == "nb"
    assert made.stages[1].metadata == {"isClosed": "false", "probability": "0.50"}
    live = client.crm.pipelines.pipelines_api.get_by_id("deals", "nb")
    assert [(s.id, s.metadata) for s in live.stages] == [
        ("nb_qualified", {"isClosed": "false", "probability": "0.1"}),
        ("nb_proposal", {"isClosed": "false", "probability": "0.5"}),
        ("nb_won", {"isClosed": "true", "probability": "1.0"}),
    ]


def test_ids_are_numeric_when_none_are_sent(api: Any) -> None:
    body = {"label": "Other", "displayOrder": 1, "stages": [stage("A", 0)]}
    status, made = api("POST", DEALS, body)
    assert status == 201
    assert made["id"].isdigit()
    assert made["stages"][0]["id"].isdigit()


def test_default_pipelines_are_there(client: HubSpot) -> None:
    pipelines = client.crm.pipelines.pipelines_api
    assert [p.id for p in pipelines.get_all("deals").results] == ["default"]
    assert [s.id for s in pipelines.get_by_id("tickets", "0").stages] == ["1", "2", "3", "4"]
    assert pipelines.get_by_id("contacts", "contacts-lifecycle-pipeline").stages[2].id == "marketingqualifiedlead"


def test_missing_pipeline_is_a_404_page(api: Any) -> None:
    status, page = api("GET", f"{DEALS}/nope")
    assert status == 404
    assert page.startswith("<html>")


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"label": " SALES pipeline"}, 400, "An active pipeline with label  SALES pipeline already exists"),
        ({"pipelineId": "0"}, 400, "There's another pipeline on this account with pipelineId 0"),
        ({"pipelineId": "x" * 37}, 500, "internal error"),
        ({"stages": []}, 400, "A pipeline must have at least one stage"),
        ({"stages": [stage("A", 0, 1.5)]}, 400, "probability must be a number from 0 to 1, not 1.5"),
        ({"stages": [stage("A", -1)]}, 400, "displayOrder was -1; it must be 0 or more"),
        (
            {"stages": [stage("A", 0), stage(" a ", 1)]},
            400,
            "A stage with label  a  already exists in this pipeline",
        ),
        ({"stages": [stage("A", 0, stageId="closedwon")]}, 409, "Stage ID closedwon is used by another pipeline"),
    ],
)
def test_invalid_pipeline_is_refused(api: Any, changes: dict[str, Any], status: int, message: str) -> None:
    answered, body = api("POST", DEALS, new_business(**changes))
    assert (answered, body["message"]) == (status, message)
    assert [p["id"] for p in api("GET", DEALS)[1]["results"]] == ["default"]


def test_writing_a_taken_slot_places_after_the_holder_and_renumbers(api: Any) -> None:
    api("POST", DEALS, new_business())
    status, made = api("POST", f"{DEALS}/nb/stages", stage("Demo", 0, 0.3, stageId="nb_demo"))
    assert (status, made["displayOrder"]) == (201, 0)
    assert orders(api) == [("nb_qualified", 0), ("nb_demo", 1), ("nb_proposal", 2), ("nb_won", 3)]


def test_writing_a_free_slot_changes_that_stage_only(api: Any) -> None:
    api("POST", DEALS, new_business())
    assert api("PATCH", f"{DEALS}/nb/stages/nb_qualified", {"displayOrder": 9})[0] == 200
    assert orders(api) == [("nb_proposal", 1), ("nb_won", 2), ("nb_qualified", 9)]


def test_stage_orders_stay_apart_whatever_is_written(api: Any) -> None:
    chance = random.Random(20260115)
    path = f"{DEALS}/{api('POST', DEALS, new_business())[1]['id']}/stages"
    for _ in range(40):
        stages = {one["id"]: one for one in api("GET", path)[1]["results"]}
        moved, slot = chance.choice(list(stages.values())), chance.randint(0, 6)
        sent = {"label": moved["label"], "metadata": moved["metadata"], "displayOrder": slot}
        assert api("PATCH", f"{path}/{moved['id']}", sent)[0] == 200
        before = {key: one["displayOrder"] for key, one in stages.items()}
        after = {one["id"]: one["displayOrder"] for one in api("GET", path)[1]["results"]}
        holder = next((key for key, live in before.items() if live == slot and key != moved["id"]), None)
        if holder is None:
            assert after == {**before, moved["id"]: slot}
        else:
            assert sorted(after.values()) == list(range(len(after)))
            assert after[moved["id"]] == after[holder] + 1


def test_stage_write_echoes_what_was_sent_and_a_read_tells_what_is_stored(api: Any) -> None:
    api("POST", DEALS, new_business())
    path = f"{DEALS}/nb/stages/nb_proposal"
    assert api("PATCH", path, {"label": "Offer"})[1]["metadata"] == {"isClosed": "false", "probability": "0.5"}
    changed = {"metadata": {"probability": "0", "isClosed": "false", "color": "red"}}
    assert api("PATCH", path, changed)[1]["metadata"] == {"isClosed": "false", "probability": "0", "color": "red"}
    assert api("GET", path)[1]["metadata"] == {"isClosed": "true", "probability": "0.0"}


def test_duplicate_stage_label_is_refused_on_a_stage_write(api: Any) -> None:
    api("POST", DEALS, new_business())
    status, body = api("PATCH", f"{DEALS}/nb/stages/nb_proposal", {"label": "qualified"})
    assert (status, body["subCategory"]) == (400, "PipelineError.STAGE_LABEL_EXISTS")


def test_put_deletes_stages_left_out_and_renumbers_ids_of_stages_without_one(api: Any) -> None:
    api("POST", DEALS, new_business())
    stages = [stage("Qualified", 0, stageId="nb_qualified"), stage("Proposal", 1)]
    body = {"label": "New business", "displayOrder": 1, "stages": stages}
    status, made = api("PUT", f"{DEALS}/nb", body)
    assert (status, made["stages"][0]["id"]) == (200, "nb_qualified")
    assert made["stages"][1]["id"].isdigit()
    assert len(made["stages"]) == 2


def test_stage_delete_is_204_for_anything(api: Any) -> None:
    api("POST", DEALS, new_business())
    assert api("DELETE", f"{DEALS}/nb/stages/nb_proposal") == (204, "")
    assert api("DELETE", f"{DEALS}/nb/stages/never") == (204, "")
    assert api("DELETE", f"{DEALS}/nope/stages/never") == (204, "")
    assert orders(api) == [("nb_qualified", 0), ("nb_won", 2)]


def test_last_stage_cannot_be_deleted(api: Any) -> None:
    api("POST", DEALS, new_business(stages=[stage("A", 0, stageId="a")]))
    status, body = api("DELETE", f"{DEALS}/nb/stages/a")
    assert (status, body["message"]) == (400, "A pipeline must have at least one stage")


def test_ticket_pipeline_keeps_a_closed_stage(api: Any) -> None:
    status, body = api("DELETE", "/crm/v3/pipelines/tickets/0/stages/4")
    assert (status, body["subCategory"]) == (400, "PipelineError.MISSING_CLOSED_STAGE")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/crm/v3/pipelines/deals/nb", 204),
        ("/crm/v3/pipelines/deals/nb?validateReferencesBeforeDelete=True", 400),
        ("/crm/pipelines/2026-09/deals/nb", 400),
    ],
)
def test_pipeline_in_use_is_refused_when_references_are_checked(
    sims: RunningSimulators, api: Any, path: str, status: int
) -> None:
    api("POST", DEALS, new_business())
    sims.seed("hubspot", {"records": {"deals": [{"dealname": "D", "pipeline": "nb", "dealstage": "nb_proposal"}]}})
    answered, body = api("DELETE", path)
    assert answered == status
    if status == 400:
        assert body["subCategory"] == "PipelineError.STAGE_ID_IN_USE"
        assert body["context"]["stageIds"] == ["nb_proposal"]
        assert len(body["context"]["objectIds"]) == 1


def test_lifecycle_pipeline_refuses_writes_unless_switched(sims: RunningSimulators, api: Any) -> None:
    path = "/crm/v3/pipelines/contacts/contacts-lifecycle-pipeline/stages"
    body = {"label": "Recycled", "displayOrder": 8, "metadata": {}}
    status, answer = api("POST", path, body)
    assert (status, answer["message"]) == (400, "The lifecycle pipeline is managed by HubSpot and cannot be changed")
    sims.control.switches.set("hubspot.lifecycle_pipeline_writes", True)
    assert api("POST", path, body)[0] == 201
    options = api("GET", "/crm/v3/properties/contacts/lifecyclestage")[1]["options"]
    assert options[-1]["label"] == "Recycled"


def test_deal_stage_options_follow_the_pipelines(api: Any) -> None:
    api("POST", DEALS, new_business())
    options = api("GET", "/crm/v3/properties/deals/dealstage")[1]["options"]
    assert [o["value"] for o in options][-3:] == ["nb_qualified", "nb_proposal", "nb_won"]


def test_audit_lists_changes_newest_first(client: HubSpot) -> None:
    client.crm.pipelines.pipelines_api.create("deals", new_business())
    client.crm.pipelines.pipelines_api.update("deals", "nb", {"label": "NB"})
    entries = client.crm.pipelines.pipeline_audits_api.get_audit("deals", "nb").results
    assert [e.action for e in entries] == ["UPDATE", "CREATE"]
