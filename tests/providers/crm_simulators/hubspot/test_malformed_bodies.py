"""A body that is not what a route wants is refused in HubSpot's words; no route breaks over it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from crm_simulators.control import Control
from crm_simulators.hubspot.simulator import HubSpotSimulator
from crm_simulators.server import RunningSimulators

ROUTES = [route for route in HubSpotSimulator(Control()).router.routes() if route.method not in ("GET", "DELETE")]
AND = {"filterBranchType": "AND", "filterBranchOperator": "AND", "filters": [1], "filterBranches": [1]}
OR = {"filterBranchType": "OR", "filterBranchOperator": "OR", "filters": [], "filterBranches": [AND]}
LINK = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": "x"}
BODIES: list[Any] = [
    [],
    [{"associationTypeId": "x"}],
    {"inputs": [1]},
    {"inputs": [{"id": 1, "from": {"id": "1"}, "to": {"id": "1"}, "type": 5, "types": [{}]}]},
    {"properties": {"dealname": {"a": 1}}},
    {"properties": {"dealname": "x"}, "associations": [{"to": {}, "types": [{}]}]},
    {"properties": {"dealname": "x"}, "associations": [{"to": {"id": "5"}, "types": [LINK]}]},
    {"filterGroups": [{"filters": [{}]}], "sorts": [1]},
    {"name": "x", "label": 5, "type": "enumeration", "options": [1], "stages": [{"label": 5, "metadata": 1}]},
    {"name": "L", "objectTypeId": "0-1", "processingType": "DYNAMIC", "filterBranch": OR},
    {"listId": "x", "newFolderId": "x", "recordIdsToAdd": [{}], "recordIdsToRemove": [5]},
]
FILLED = {"objectType": "deals", "toType": "contacts", "record": "10001", "toRecord": "10001", "pipeline": "default"}


@pytest.mark.parametrize("body", BODIES, ids=lambda body: str(body)[:50])
def test_no_route_breaks(sims: RunningSimulators, api: Any, body: Any) -> None:
    sims.seed("hubspot", {"records": {"deals": [{"dealname": "D"}], "contacts": [{"email": "a@x.io"}]}})
    for route in ROUTES:
        path = re.sub(r"\{(\w+)\}", lambda named: FILLED.get(named[1], "1"), route.template)
        status, answer = api(route.method, path, body)
        assert status < 500, (route.method, path, answer)
