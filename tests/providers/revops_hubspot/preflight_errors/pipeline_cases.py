"""Pipelines, their rules and the permissions of their stages."""

from __future__ import annotations

from typing import Any

from tests.providers.revops_hubspot.preflight_errors.case import Case, Json


def _stage(identifier: str, **more: Any) -> Json:
    return {"id": identifier, "label": identifier.capitalize(), "probability": 0.5, **more}


PIPELINE: Json = {"object": "deals", "name": "p", "label": "P", "stages": [_stage("a"), _stage("b")]}
TICKETS: Json = {
    "object": "tickets",
    "name": "t",
    "label": "T",
    "stages": [
        {"id": "t_open", "label": "Open", "state": "OPEN"},
        {"id": "t_closed", "label": "Closed", "state": "CLOSED"},
    ],
}
OTHER: Json = {"object": "deals", "name": "q", "label": "Q", "stages": [_stage("q_a")]}


def _pipeline(refusal: str, inputs: Json, message: str, **more: Any) -> Case:
    return Case(f"pipelines.pipelines: {refusal}", "Pipeline", inputs, message, **more)


PIPELINES = [
    _pipeline(
        "A pipeline can have at most {} stages",
        {**PIPELINE, "stages": [_stage(f"s{at}") for at in range(101)]},
        "stages has 101 entries; HubSpot allows 100",
    ),
    _pipeline(
        "A pipeline must have at least one stage",
        {**PIPELINE, "stages": []},
        "stages",
        raw=("POST", "pipelines", "/deals", {"label": "P", "displayOrder": 0, "stages": []}),
    ),
    _pipeline(
        "A stage must be an object",
        {**PIPELINE, "stages": ["a"]},
        "stages",
        raw=("POST", "pipelines", "/deals", {"label": "P", "displayOrder": 0, "stages": ["a"]}),
    ),
    _pipeline(
        "A stage with label {} already exists in this pipeline",
        {**PIPELINE, "stages": [_stage("a"), _stage("b", label=" A")]},
        "is used twice",
    ),
    _pipeline(
        "A ticket pipeline must have at least one closed stage",
        {**TICKETS, "stages": TICKETS["stages"][:1]},
        "needs one stage with state: CLOSED",
    ),
    _pipeline(
        "An active pipeline with label {} already exists",
        {**PIPELINE, "label": "q"},
        'its label "q" is already used by pipeline "q"',
        there=[("Pipeline", OTHER)],
    ),
    _pipeline(
        "Stage ID {} is already used in this pipeline",
        {**PIPELINE, "stages": [_stage("a"), _stage("a", label="B")]},
        "is used twice",
    ),
    _pipeline(
        "Stage ID {} is used by another pipeline",
        {**PIPELINE, "stages": [_stage("q_a")]},
        'the stage id "q_a" is already used in pipeline "q"',
        there=[("Pipeline", OTHER)],
    ),
    _pipeline(
        "Stages are in use by {}: {}",
        {**PIPELINE, "stages": [_stage("a")]},
        'stage "B" would be removed, but 1 deal is in it',
        there=[("Pipeline", PIPELINE)],
        seed={"records": {"deals": [{"dealname": "D", "pipeline": "p", "dealstage": "b"}]}},
    ),
    _pipeline(
        "The lifecycle pipeline is managed by HubSpot and cannot be changed",
        {**TICKETS, "object": "contacts", "name": "x"},
        "the only pipeline of contacts is their lifecycle",
    ),
    _pipeline(
        "The limit of {} custom pipelines of this account is reached",
        PIPELINE,
        "allows 1 pipelines of deals; 1 exist and 1 are new",
        seed={"account": {"tier": "free"}},
    ),
    _pipeline(
        "There's another pipeline on this account with pipelineId {}",
        {**PIPELINE, "name": "t"},
        'the id "t" is already used by a pipeline of tickets',
        there=[("Pipeline", TICKETS)],
    ),
    _pipeline(
        "displayOrder was {}; it must be 0 or more",
        {**PIPELINE, "display_order": -1},
        "display_order",
        raw=("PATCH", "pipelines", "/deals/default/stages/appointmentscheduled", {"displayOrder": -1}),
    ),
    _pipeline("internal error", {**PIPELINE, "name": "p" * 37}, "name"),
    _pipeline(
        "_invalid_metadata",
        {**PIPELINE, "stages": [{"id": "a", "label": "A", "probability": 2.0}]},
        "probability",
    ),
]
RULES: Json = {"object": "deals", "pipeline": "default"}
PERMISSIONS: Json = {
    **RULES,
    "stages": [{"stage": "appointmentscheduled", "mode": "RESTRICTED", "users": [], "teams": []}],
}
NOBODY = {"stage": "appointmentscheduled", "approvers": ["nobody@northwind.example"]}
RULE_BODY = {
    "noBackwardsMovementRule": {"enabledForAllStages": False, "pipelineStageIds": []},
    "noSkippingStagesRule": {"enabledForAllStages": False, "pipelineStageIds": []},
    "objectCreationRule": {"pipelineStageIds": []},
}


def _rules(refusal: str, inputs: Json, message: str, **more: Any) -> Case:
    return Case(f"pipelines.rules: {refusal}", "PipelineRules", {**RULES, **inputs}, message, **more)


def _approval(**more: Any) -> tuple[str, str, str, Any]:
    one = {"pipelineStageId": "appointmentscheduled", "approverUserIds": [], "approvalMode": "ANY", **more}
    return (
        "PUT",
        "pipeline_rules",
        "/0-3/default",
        {"governanceValidationRules": RULE_BODY, "approvalStageRules": [one]},
    )


PIPELINE_RULES = [
    _rules(
        "Pipeline rules need Professional or higher; this account is {}",
        {"no_skipping": "all"},
        "Pipeline rules need Professional or higher",
        seed={"account": {"tier": "starter"}},
    ),
    _rules("Pipeline {} does not exist", {"pipeline": "nope", "no_skipping": "all"}, "the pipeline does not exist"),
    _rules(
        "Stage approvals need Sales Hub Enterprise",
        {"approvals": [NOBODY]},
        "stage approvals require Sales Hub Enterprise",
        seed={"account": {"tier": "professional"}},
        raw=_approval(),
    ),
    _rules(
        "approvalMode must be ALL or ANY",
        {"approvals": [{**NOBODY, "mode": "SOME"}]},
        "mode",
        raw=_approval(approvalMode="SOME"),
    ),
    _rules("approverUserIds must name at least one user", {"approvals": [{**NOBODY, "approvers": []}]}, "approvers"),
    _rules("{}: {} does not exist", {"no_skipping": ["nope"]}, 'its pipeline has no stage "nope"'),
    _rules(
        "{}: {} does not exist",
        {"approvals": [NOBODY]},
        'user "nobody@northwind.example" does not exist in the account',
        raw=_approval(approverUserIds=["999"]),
    ),
    _rules(
        "{}: pipelineStageIds must be empty when enabledForAllStages is true",
        {"no_skipping": {"all": True, "stages": ["appointmentscheduled"]}},
        "no_skipping",
        raw=(
            "PUT",
            "pipeline_rules",
            "/0-3/default",
            {
                "governanceValidationRules": {
                    **RULE_BODY,
                    "noSkippingStagesRule": {"enabledForAllStages": True, "pipelineStageIds": ["appointmentscheduled"]},
                }
            },
        ),
    ),
    Case(
        "pipelines.rules: permissionMode must be OPEN or RESTRICTED",
        "PipelineStagePermissions",
        {**PERMISSIONS, "stages": [{**PERMISSIONS["stages"][0], "mode": "SHUT"}]},
        "mode",
        raw=(
            "PUT",
            "pipeline_rules",
            "/0-3/default/stage-edit-permissions",
            {"stages": [{"pipelineStageId": "appointmentscheduled", "permissionMode": "SHUT"}]},
        ),
    ),
]
