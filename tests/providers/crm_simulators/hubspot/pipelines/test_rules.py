"""Pipeline rules and stage edit permissions, which only dated paths serve."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators

ROOT = "/crm/pipelines-rules/2026-09/0-3/default"
PERMISSIONS = f"{ROOT}/stage-edit-permissions"
ADMIN = "61000001"
OFF = {"enabledForAllStages": False, "pipelineStageIds": []}
ALL = {"enabledForAllStages": True, "pipelineStageIds": []}
NONE = {"noBackwardsMovementRule": OFF, "noSkippingStagesRule": OFF, "objectCreationRule": {"pipelineStageIds": []}}
APPROVAL = {"pipelineStageId": "contractsent", "approverUserIds": [ADMIN], "approvalMode": "ANY"}


def rules(**changes: Any) -> dict[str, Any]:
    return {"governanceValidationRules": {**NONE, **changes}}


def test_rules_are_put_read_changed_and_deleted(api: Any) -> None:
    assert api("GET", ROOT)[0] == 404
    status, made = api("PUT", ROOT, {**rules(noBackwardsMovementRule=ALL), "approvalStageRules": [APPROVAL]})
    assert (status, made["id"]) == (200, "0-3-default")
    assert made["createdAt"] == made["updatedAt"]
    assert api("GET", ROOT) == (200, made)
    creation = {"pipelineStageIds": ["qualifiedtobuy"]}
    status, changed = api("PATCH", ROOT, {"objectCreationRule": creation})
    assert status == 200
    assert changed["governanceValidationRules"] == {
        **NONE,
        "noBackwardsMovementRule": ALL,
        "objectCreationRule": creation,
    }
    assert changed["approvalStageRules"] == [APPROVAL]
    assert api("PUT", ROOT, rules())[1]["approvalStageRules"] == []
    assert api("DELETE", ROOT) == (204, "")
    assert api("GET", ROOT)[0] == 404


def test_pipeline_without_rules_shows_empty_ones_by_switch(sims: RunningSimulators, api: Any) -> None:
    sims.control.switches.set("hubspot.pipeline_without_rules", 200)
    assert api("GET", ROOT) == (
        200,
        {"id": "0-3-default", "governanceValidationRules": NONE, "approvalStageRules": []},
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            {"governanceValidationRules": {"noSkippingStagesRule": OFF}},
            "Cannot build GovernanceValidationRules, some of required attributes are not set "
            "[noBackwardsMovementRule, objectCreationRule]",
        ),
        (
            rules(noSkippingStagesRule={"enabledForAllStages": True, "pipelineStageIds": ["contractsent"]}),
            "noSkippingStagesRule: pipelineStageIds must be empty when enabledForAllStages is true",
        ),
        (rules(objectCreationRule={"pipelineStageIds": ["nope"]}), "pipelineStageIds: nope does not exist"),
        (
            {**rules(), "approvalStageRules": [{**APPROVAL, "approverUserIds": ["7"]}]},
            "approverUserIds: 7 does not exist",
        ),
        (
            {**rules(), "approvalStageRules": [{**APPROVAL, "approverUserIds": []}]},
            "approverUserIds must name at least one user",
        ),
        (
            {**rules(), "approvalStageRules": [{**APPROVAL, "approvalMode": "SOME"}]},
            "approvalMode must be ALL or ANY",
        ),
    ],
)
def test_what_is_no_rule_is_refused(api: Any, body: Any, message: str) -> None:
    status, answer = api("PUT", ROOT, body)
    assert (status, answer["message"]) == (400, message)
    assert api("GET", ROOT)[0] == 404


def test_unknown_pipeline_and_semantic_path_are_404(api: Any) -> None:
    assert api("GET", "/crm/pipelines-rules/2026-09/0-3/nope")[0] == 404
    assert api("GET", "/crm/v3/pipelines-rules/0-3/default")[0] == 404


def test_stages_are_open_until_restricted_and_a_put_replaces_all(api: Any) -> None:
    stages = api("GET", PERMISSIONS)[1]["stages"]
    assert len(stages) == 7
    assert {stage["permissionMode"] for stage in stages} == {"OPEN"}
    won = {"pipelineStageId": "closedwon", "permissionMode": "RESTRICTED", "userIds": [ADMIN], "superAdmin": False}
    shown = api("PUT", PERMISSIONS, {"stages": [won]})[1]["stages"]
    restricted = [stage for stage in shown if stage["permissionMode"] == "RESTRICTED"]
    assert restricted == [{**won, "teamIds": []}]
    assert api("PUT", PERMISSIONS, {"stages": []})[1]["stages"] == stages
    status, body = api("PUT", PERMISSIONS, {"stages": [{**won, "teamIds": ["9"]}]})
    assert (status, body["message"]) == (400, "teamIds: 9 does not exist")


def test_deleting_rules_leaves_permissions_and_deleting_the_pipeline_takes_both(api: Any) -> None:
    stage = {"label": "A", "displayOrder": 0, "stageId": "a", "metadata": {"probability": 0.5}}
    pipeline = {"pipelineId": "p", "label": "P", "displayOrder": 1, "stages": [stage]}
    root = "/crm/pipelines-rules/2026-09/0-3/p"
    api("POST", "/crm/v3/pipelines/deals", pipeline)
    api("PUT", root, rules(noBackwardsMovementRule=ALL))
    closed = {"stages": [{"pipelineStageId": "a", "permissionMode": "RESTRICTED"}]}
    api("PUT", f"{root}/stage-edit-permissions", closed)
    api("DELETE", root)
    assert api("GET", f"{root}/stage-edit-permissions")[1]["stages"][0]["permissionMode"] == "RESTRICTED"
    api("DELETE", "/crm/v3/pipelines/deals/p")
    api("POST", "/crm/v3/pipelines/deals", pipeline)
    assert api("GET", f"{root}/stage-edit-permissions")[1]["stages"][0]["permissionMode"] == "OPEN"


@pytest.mark.parametrize(("tier", "plain", "approvals"), [("starter", 403, 403), ("professional", 200, 403)])
def test_tiers_gate_rules_and_approvals(
    sims: RunningSimulators, api: Any, tier: str, plain: int, approvals: int
) -> None:
    sims.seed("hubspot", {"account": {"tier": tier}})
    assert api("PUT", ROOT, rules())[0] == plain
    assert api("PUT", ROOT, {**rules(), "approvalStageRules": [APPROVAL]})[0] == approvals
    assert api("GET", PERMISSIONS)[0] == plain


def test_rules_and_permissions_have_scopes_of_their_own(sims: RunningSimulators, api: Any) -> None:
    scope = "crm.pipelines.governance.write"
    sims.seed("hubspot", {"tokens": [{"token": sims.hubspot.token, "without": [scope]}]})
    status, body = api("PUT", ROOT, rules())
    assert (status, body["errors"][0]["context"]["requiredGranularScopes"]) == (403, [scope])
    assert api("PUT", PERMISSIONS, {"stages": []})[0] == 200


def deal_in(api: Any, stage: str) -> tuple[int, Any]:
    answer: tuple[int, Any] = api(
        "POST", "/crm/v3/objects/deals", {"properties": {"dealname": "D", "dealstage": stage}}
    )
    return answer


def move(api: Any, deal: str, stage: str) -> tuple[int, str]:
    status, answer = api("PATCH", f"/crm/v3/objects/deals/{deal}", {"properties": {"dealstage": stage}})
    return status, answer["errors"][0]["message"] if status >= 400 else answer["properties"]["dealstage"]


def test_records_keep_the_rules_of_their_pipeline_by_switch(sims: RunningSimulators, api: Any) -> None:
    creation = {"pipelineStageIds": ["appointmentscheduled"]}
    api("PUT", ROOT, rules(noBackwardsMovementRule=ALL, noSkippingStagesRule=ALL, objectCreationRule=creation))
    assert deal_in(api, "contractsent")[0] == 201

    sims.control.switches.set("hubspot.pipeline_rules_enforced", True)
    assert deal_in(api, "contractsent")[0] == 400
    deal = deal_in(api, "appointmentscheduled")[1]["id"]
    assert move(api, deal, "presentationscheduled") == (400, "records cannot skip stage qualifiedtobuy")
    assert move(api, deal, "qualifiedtobuy") == (200, "qualifiedtobuy")
    assert move(api, deal, "appointmentscheduled") == (400, "records cannot move backwards from stage qualifiedtobuy")
    assert move(api, deal, "closedlost") == (200, "closedlost")
