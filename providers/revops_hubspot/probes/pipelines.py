"""Questions about pipelines and their rules."""

from __future__ import annotations

from typing import Any

from revops_hubspot.api.object_types import type_id
from revops_hubspot.probes.lab import HubSpotLab, message, status_of
from revops_iac.provider.inspection.probe import Answer

DEALS = type_id("deals")


def stage_in_use(lab: HubSpotLab) -> Answer:
    """How HubSpot refuses to delete a stage that holds a deal."""
    pipeline = lab.make_pipeline("pipeline")
    stage = str(pipeline["stages"][0]["id"])
    lab.make_deal("deal", pipeline=str(pipeline["id"]), dealstage=stage)
    ids: dict[str, Any] = {"object": "deals", "pipeline": str(pipeline["id"]), "stage": stage}
    path = "/{object}/{pipeline}/stages/{stage}"
    checked = {"validateReferencesBeforeDelete": True}
    status = status_of(lambda: lab.client.write("DELETE", "pipelines", path, query=checked, **ids))
    return Answer(status, f"deleting the stage of a deal: {message(status)}")


def without_rules(lab: HubSpotLab) -> Answer:
    """What a pipeline without rules answers to who asks for them."""
    pipeline = lab.make_pipeline("pipeline")
    ids: dict[str, Any] = {"object": DEALS, "pipeline": str(pipeline["id"])}
    status = status_of(lambda: lab.client.get("pipeline_rules", "/{object}/{pipeline}", **ids))
    return Answer(status, f"reading the rules of a new pipeline: {message(status)}")


def backwards(lab: HubSpotLab) -> Answer:
    """Whether a write through the API may move a deal backwards in a pipeline whose rules forbid it."""
    pipeline = lab.make_pipeline("pipeline")
    first, second = (str(stage["id"]) for stage in pipeline["stages"][:2])
    nothing = {"enabledForAllStages": False, "pipelineStageIds": []}
    rules = {
        "noBackwardsMovementRule": {"enabledForAllStages": True, "pipelineStageIds": []},
        "noSkippingStagesRule": nothing,
        "objectCreationRule": {"pipelineStageIds": []},
    }
    body = {"governanceValidationRules": rules, "approvalStageRules": []}
    of_pipeline: dict[str, Any] = {"object": DEALS, "pipeline": str(pipeline["id"])}
    lab.client.write("PUT", "pipeline_rules", "/{object}/{pipeline}", body, **of_pipeline)
    ids: dict[str, Any] = {"object": "deals"}
    ids["id"] = lab.make_deal("deal", pipeline=str(pipeline["id"]), dealstage=second)
    back = {"properties": {"dealstage": first}}
    status = status_of(lambda: lab.client.write("PATCH", "objects", "/{object}/{id}", back, **ids))
    return Answer({200: False, 400: True}.get(status), f"a move back: {message(status)}")
