"""A body that is not what a route wants is refused in HubSpot's words; no route breaks over it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
from crm_simulators.control import Control
from crm_simulators.hubspot.simulator import HubSpotSimulator
from crm_simulators.server import RunningSimulators
from urllib3 import PoolManager

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
def test_no_route_breaks(sims: RunningSimulators, body: Any) -> None:
    """Without the vendor's client, which takes longer for a call than what answers it."""
    pool, headers = PoolManager(), {"authorization": f"Bearer {sims.hubspot.token}"}
    sims.seed("hubspot", {"records": {"deals": [{"dealname": "D"}], "contacts": [{"email": "a@x.io"}]}})
    statuses = set()
    for route in ROUTES:
        path = re.sub(r"\{(\w+)\}", lambda named: FILLED.get(named[1], "1"), route.template)
        answer = pool.request(route.method, sims.hubspot.url + path, json=body, headers=headers)
        assert 200 <= answer.status < 500, (route.method, path, answer.data)
        statuses.add(answer.status)
    assert 400 in statuses
    pool.clear()


ACTION = {
    "type": "SINGLE_CONNECTION",
    "actionId": "1",
    "actionTypeId": "0-5",
    "actionTypeVersion": 0,
    "fields": {"property_name": "firstname", "value": {"type": "STATIC_VALUE", "staticValue": "x"}},
}
FLOW = {
    "type": "CONTACT_FLOW",
    "flowType": "WORKFLOW",
    "objectTypeId": "0-1",
    "name": "F",
    "isEnabled": False,
    "startActionId": "1",
    "actions": [ACTION],
}
NAMELESS: Any = {"property_name": {}, "value": {}}
RULES: Any = {"governanceValidationRules": {"noSkippingStagesRule": []}}
EVENT = {"objectType": "contacts", "id": "1", "eventTypeId": "4-96000"}
BETWEEN = {"propertyName": "hs_object_id", "operator": "BETWEEN", "value": "1", "highValue": [[]]}
LABELS = {"singular": "M", "plural": "Ms"}
SCHEMA = {"name": "m", "labels": LABELS, "requiredProperties": [], "associatedObjects": [], "properties": [[]]}


def before(zone: str, year: Any) -> Any:
    point = {"timeType": "DATE", "zoneId": zone, "year": year, "month": 1, "day": 1}
    operation = {"operationType": "TIME_POINT", "operator": "IS_BEFORE", "type": "TIME_POINT", "timePoint": point}
    more = {"includeObjectsWithNoValueSet": False, "endpointBehavior": "EXCLUSIVE"}
    part = {"filterType": "PROPERTY", "property": "createdate", "operation": {**operation, **more}}
    inner = {**AND, "filters": [part], "filterBranches": []}
    return {**OR, "filterBranches": [inner]}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/automation/v4/flows", {**FLOW, "actions": [True]}),
        ("POST", "/automation/v4/flows", {**FLOW, "actions": [{**ACTION, "type": {"a": 1}}]}),
        (
            "POST",
            "/automation/v4/flows",
            {**FLOW, "actions": [{**ACTION, "fields": NAMELESS}]},
        ),
        ("POST", "/crm/v3/objects/contacts/search", {"filterGroups": [{"filters": [BETWEEN]}]}),
        ("POST", "/crm/v3/objects/contacts/search", {"sorts": [{"propertyName": {}}]}),
        ("POST", "/crm/v3/objects/contacts/search", {"after": [1]}),
        ("POST", "/_sim/evaluate-filter", {"objectType": "contacts", "filterBranch": before("9" * 400, 2026)}),
        ("POST", "/_sim/evaluate-filter", {"objectType": "contacts", "filterBranch": before("UTC", "x")}),
        ("POST", "/crm-object-schemas/v3/schemas", SCHEMA),
        (
            "PUT",
            "/crm/pipelines-rules/2026-09/0-3/default",
            {"governanceValidationRules": {"noSkippingStagesRule": []}},
        ),
        (
            "POST",
            "/_sim/event",
            {**EVENT, "properties": {"a": []}},
        ),
        ("POST", "/_sim/seed", {"records": {"contacts": [5]}}),
        ("POST", "/_sim/seed", {"records": []}),
        ("POST", "/_sim/seed", {"users": [{"email": ["a"]}]}),
        ("POST", "/_sim/seed", {"events": [{"objectType": "contacts"}]}),
        ("POST", "/_sim/seed", {"tokens": [None]}),
    ],
)
def test_wrong_types_are_a_bad_request(sims: RunningSimulators, api: Any, method: str, path: str, body: Any) -> None:
    sims.seed("hubspot", {"records": {"contacts": [{"email": "a@x.io"}]}})
    before = sims.dump("hubspot")
    status, answer = api(method, path, body)
    assert 400 <= status < 500, answer
    if path == "/_sim/seed":
        assert sims.dump("hubspot") == before


@pytest.mark.parametrize("year", [-1, 0, 10_000, 10**30])
def test_a_day_that_no_calendar_has_matches_nothing(sims: RunningSimulators, api: Any, year: int) -> None:
    sims.seed("hubspot", {"records": {"contacts": [{"email": "a@x.io"}]}})
    body = {"objectType": "contacts", "filterBranch": before("UTC", year)}
    assert api("POST", "/_sim/evaluate-filter", body) == (200, {"total": 0, "ids": []})


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a":' * 100_000, b"\xff", b"NaN"])
def test_hostile_json_is_a_bad_request(sims: RunningSimulators, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {sims.hubspot.token}"}
    answer = requests.post(f"{sims.hubspot.url}/crm/v3/properties/contacts", data=body, headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["message"].startswith("Invalid input JSON on line 1")) == (400, True)


def test_a_formula_that_is_nested_too_deeply_is_refused(sims: RunningSimulators, api: Any) -> None:
    body = {"name": "x", "label": "X", "type": "number", "fieldType": "calculation_equation"}
    formula = {"groupName": "contactinformation", "calculationFormula": "(" * 5000 + "1"}
    status, answer = api("POST", "/crm/v3/properties/contacts", {**body, **formula})
    assert (status, answer["message"]) == (400, "The calculation formula is invalid: too many nested parentheses")
