"""Questions about pipelines and their rules."""

from __future__ import annotations

from typing import Any

from revops_hubspot.client import HubSpotClient
from revops_hubspot.probe_making import HubSpotLab, make_deal, make_pipeline, said, status_of
from revops_iac.probe import Finding, Probe


def stage_in_use(lab: HubSpotLab) -> Finding:
    """How HubSpot refuses to delete a stage that holds a deal."""
    pipeline = make_pipeline(lab, "pipeline")
    stage = str(pipeline["stages"][0]["id"])
    make_deal(lab, "deal", pipeline=str(pipeline["id"]), dealstage=stage)
    ids: dict[str, Any] = {"object": "deals", "pipeline": str(pipeline["id"]), "stage": stage}
    path = "/{object}/{pipeline}/stages/{stage}"
    checked = {"validateReferencesBeforeDelete": True}
    status = status_of(lambda: lab.client.write("DELETE", "pipelines", path, query=checked, **ids))
    return Finding(status, f"deleting the stage of a deal: {said(status)}")


def without_rules(lab: HubSpotLab) -> Finding:
    """What a pipeline without rules answers to who asks for them."""
    pipeline = make_pipeline(lab, "pipeline")
    ids: dict[str, Any] = {"object": "deals", "pipeline": str(pipeline["id"])}
    status = status_of(lambda: lab.client.get("pipeline_rules", "/{object}/{pipeline}", **ids))
    return Finding(status, f"reading the rules of a new pipeline: {said(status)}")


PROBES: tuple[Probe[HubSpotClient], ...] = (
    Probe(
        "hubspot.stage_in_use_status",
        "The status for deleting a stage or pipeline that records use: 400 was observed, docs examples mention 404.",
        "[O][D]",
        ("a deal pipeline", "a deal"),
        (
            "POST /crm/v3/pipelines/deals",
            "POST /crm/v3/objects/deals",
            "DELETE /crm/v3/pipelines/deals/{id}/stages/{id}",
        ),
        {400: "it is refused with 400", 404: "it is refused with 404"},
        stage_in_use,
    ),
    Probe(
        "hubspot.pipeline_without_rules",
        "Reading the rules of a pipeline that has none: 404, or 200 with empty ones.",
        "[?]",
        ("a deal pipeline",),
        ("POST /crm/v3/pipelines/deals", "GET /crm/pipelines-rules/2026-09/deals/{id}"),
        {404: "the answer is 404", 200: "the answer is 200"},
        without_rules,
    ),
)
