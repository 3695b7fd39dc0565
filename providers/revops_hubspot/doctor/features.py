"""What the subscription of a portal lacks for what a stack declares, beyond counts: each found by one careful read.

No endpoint tells the subscription [S]; a refusal that names no scope does, and so do limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from revops_hubspot.api import subscription
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.errors import HubSpotRefusal
from revops_hubspot.api.object_types import type_id
from revops_iac.diagnostics import Diagnostic, Severity
from revops_iac.provider.doctor import Visit

RULES = frozenset({"PipelineRules", "PipelineStagePermissions"})
UPGRADE_RULES = "pipeline rules and stage permissions need Professional or higher: upgrade, or leave them out"
UPGRADE_APPROVALS = "leave approvals out of PipelineRules, or upgrade Sales Hub to Enterprise"
UPGRADE_LEADS = "leads need Sales Hub Professional or higher: upgrade, or take what is on leads out of the model"


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
    unseen = "a hub of the portal is Enterprise, and no endpoint tells which"
    return Diagnostic("stage approvals", unseen, "see that Sales Hub is Enterprise", Severity.NOT_CHECKED)


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
    """The vendor's sentence where the subscription lacks the feature; what a scope hides is raised as it is."""
    try:
        read()
    except HubSpotRefusal as refusal:
        if refusal.status == 404:
            return None
        if refusal.status != 403 or refusal.names_scopes:
            raise
        return refusal.diagnostic.sentence
    return None
