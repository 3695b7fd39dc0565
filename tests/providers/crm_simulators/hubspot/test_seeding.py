"""Seeding the portal: what each key adds, and that a refused document adds nothing."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.control import ControlProblem
from crm_simulators.server import RunningSimulators

PROPERTY = {"name": "x", "label": "X", "type": "string", "fieldType": "text", "groupName": "g"}
FLOW = {
    "type": "CONTACT_FLOW",
    "flowType": "WORKFLOW",
    "objectTypeId": "0-1",
    "name": "F",
    "isEnabled": True,
    "actions": [],
}
DOCUMENT: dict[str, Any] = {
    "groups": {"contacts": [{"name": "g", "label": "G"}]},
    "properties": {"contacts": [PROPERTY]},
    "pipelines": {
        "deals": [
            {
                "pipelineId": "p",
                "label": "P",
                "displayOrder": 1,
                "stages": [{"stageId": "s", "label": "S", "displayOrder": 0, "metadata": {"probability": 0.5}}],
            }
        ]
    },
    "lists": [{"name": "L", "objectTypeId": "0-1", "processingType": "MANUAL"}],
    "records": {"contacts": [{"email": "a@x.io", "x": "y"}], "deals": [{"dealname": "D", "dealstage": "s"}]},
    "flows": [FLOW],
}


def test_everything_is_seeded_in_an_order_that_works_and_nothing_is_logged(sims: RunningSimulators, api: Any) -> None:
    made = sims.seed("hubspot", DOCUMENT)
    assert (made["groups"], made["properties"], made["pipelines"], made["lists"]) == (1, 1, 1, ["1"])
    assert len(sims.control.log) == 0
    assert api("GET", "/crm/v3/objects/contacts/10001", properties="x")[1]["properties"]["x"] == "y"
    assert api("GET", f"/automation/v4/flows/{made['flows'][0]}")[1]["isEnabled"] is True


def test_refused_document_adds_nothing(sims: RunningSimulators) -> None:
    before = sims.dump("hubspot")
    with pytest.raises(ControlProblem, match=r'^properties: Property group "g" does not exist$'):
        sims.seed("hubspot", {"teams": [{"name": "T"}], "properties": {"contacts": [PROPERTY]}})
    assert sims.dump("hubspot") == before


def test_dump_is_loaded_as_it_was(sims: RunningSimulators) -> None:
    sims.seed("hubspot", DOCUMENT)
    dump = sims.dump("hubspot")
    sims.simulators["hubspot"].reset()
    sims.simulators["hubspot"].load(dump)
    assert sims.dump("hubspot") == dump


def test_creation_can_lie_back(sims: RunningSimulators, api: Any) -> None:
    sims.seed("hubspot", {"records": {"contacts": [{"email": "a@x.io", "createdate": "2020-02-03"}]}})
    shown = api("GET", "/crm/v3/objects/contacts/10001")[1]
    assert shown["createdAt"] == shown["properties"]["createdate"] == "2020-02-03T00:00:00.000Z"
