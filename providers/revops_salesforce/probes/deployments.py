"""Questions about deployments, and what becomes of a flow that is deployed active."""

from __future__ import annotations

from revops_iac.provider.inspection.probe import Answer, Undecided
from revops_salesforce.api.components import Body, to_file
from revops_salesforce.api.versions import DEPLOY_STATUS, WSDL_VERSION
from revops_salesforce.deploy.deployment import deploy_flow
from revops_salesforce.deploy.package import archive
from revops_salesforce.flows.versions import flow_state
from revops_salesforce.probes.lab import SalesforceLab
from revops_salesforce.probes.rules import MOST_LOOKS, nearest

MOMENT_S = 0.5
"""What a deployment of ours waits before it looks again."""


def deploy_polls(lab: SalesforceLab) -> Answer:
    """How many looks, a moment apart, see a small check-only deployment unfinished."""
    name = lab.name("permission")
    manifest = to_file("Package", {"types": {"members": name, "name": "CustomPermission"}, "version": WSDL_VERSION})
    permission = to_file("CustomPermission", {"label": name, "isLicensed": False})
    files = {"package.xml": manifest, f"customPermissions/{name}.customPermission": permission}
    path = DEPLOY_STATUS.format(id=lab.start_check(archive(files)))
    looks = 0
    while not (result := lab.client.get(path)["deployResult"])["done"] and looks < MOST_LOOKS:
        looks += 1
        lab.pause(MOMENT_S)
    if not result["done"]:
        raise Undecided(f"the deployment is not done after {looks} looks")
    return Answer(nearest(looks), f"{looks} looks saw it unfinished")


def active_flow(lab: SalesforceLab) -> Answer:
    """Whether a flow deployed as Active runs; it is for a lead of the probe that is never made."""
    name = lab.name("flow")
    lab.undo_flow(name)
    deploy_flow(lab.client, name, _flow(name), lambda: None)
    flow = flow_state(lab.client, name)
    if flow is None:
        raise Undecided("the flow is not there after its deployment")
    return Answer(flow.active > 0, f"the flow is {'active' if flow.active else 'not active'}")


def _flow(name: str) -> Body:
    place = {"locationX": 50, "locationY": 50}
    only = {"field": "LastName", "operator": "EqualTo", "value": {"stringValue": name}}
    start = {
        **place,
        "connector": {"targetReference": "Note"},
        "filterLogic": "and",
        "filters": [only],
        "object": "Lead",
        "recordTriggerType": "Create",
        "triggerType": "RecordBeforeSave",
    }
    note = {
        "name": "Note",
        "label": "Note",
        **place,
        "inputAssignments": [{"field": "Description", "value": {"stringValue": name}}],
        "inputReference": "$Record",
    }
    return {
        "apiVersion": float(WSDL_VERSION),
        "label": name,
        "processType": "AutoLaunchedFlow",
        "recordUpdates": [note],
        "start": start,
        "status": "Active",
    }
