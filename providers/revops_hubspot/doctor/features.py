"""Features that a stack needs and the subscription of a portal lacks, each found by one read.

No endpoint returns the subscription [S]; a refusal that names no scope shows it, and so do limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from revops_hubspot.api import subscription
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.errors import HubSpotRefusal
from revops_hubspot.api.object_types import type_id
from revops_iac.diagnostics import Diagnostic, Severity
from revops_iac.provider.inspection.doctor import Visit

RULES = frozenset({"PipelineRules", "PipelineStagePermissions"})
UPGRADE_RULES = (
    "pipeline rules and stage permissions require Professional or higher: upgrade the subscription, or remove them"
)
UPGRADE_APPROVALS = "remove approvals from PipelineRules, or upgrade Sales Hub to Enterprise"
UPGRADE_LEADS = "leads require Sales Hub Professional or higher: upgrade the subscription, or remove resources on leads"


def pipeline_rules(visit: Visit[HubSpotClient]) -> Iterator[Diagnostic]:
    """Rules and stage permissions of pipelines: Professional; approvals of a stage: Sales Hub Enterprise [D]."""
    declared = [item for item in visit.session.declared if item.kind in RULES]
    if not declared:
        return
    client = visit.session.client
    pipelines = client.get("pipelines", "/{object}", object="deals")["results"]
    path: dict[str, Any] = {"object": type_id("deals"), "pipeline": str(pipelines[0]["id"])}
    refused = _refused(lambda: client.get("pipeline_rules", "/{object}/{pipeline}", **path))
    if refused is not None:
        yield Diagnostic("pipeline rules", refused, UPGRADE_RULES)
        return
    yield Diagnostic("pipeline rules", f"readable, {len(declared)} declared", severity=Severity.NOTE)
    rules = visit.session.system.kinds["PipelineRules"].declared_in(declared)
    if any(one.approvals for one in rules.values()):
        yield _approvals(client)


def _approvals(client: HubSpotClient) -> Diagnostic:
    if subscription.lacks_enterprise(client):
        return Diagnostic("stage approvals", "no hub of the portal is Enterprise", UPGRADE_APPROVALS)
    unseen = "a hub of the portal is Enterprise, but no endpoint returns which one"
    return Diagnostic("stage approvals", unseen, "check that Sales Hub is Enterprise", Severity.NOT_CHECKED)


def leads(visit: Visit[HubSpotClient]) -> Iterator[Diagnostic]:
    """The leads object: Sales Hub Professional and higher [D]."""
    declared = [item for item in visit.session.declared if item.inputs.get("object") == "leads"]
    if not declared:
        return
    refused = _refused(lambda: visit.session.client.get("pipelines", "/{object}", object="leads"))
    if refused is not None:
        yield Diagnostic("leads", refused, UPGRADE_LEADS)
    else:
        yield Diagnostic("leads", f"readable, {len(declared)} declared", severity=Severity.NOTE)


def _refused(read: Callable[[], Any]) -> str | None:
    """HubSpot's message where the subscription lacks the feature; a missing scope is raised as it is."""
    try:
        read()
    except HubSpotRefusal as refusal:
        if refusal.status == 404:
            return None
        if refusal.status != 403 or refusal.names_scopes:
            raise
        return refusal.diagnostic.sentence
    return None
