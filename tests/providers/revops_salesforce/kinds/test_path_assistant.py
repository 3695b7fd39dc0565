"""Paths: those of records without a record type, and steps that nobody declared."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.kinds.path_assistant import PathAssistant

from revops_iac.compile import validated
from tests.providers.contract import Contract, example

KIND = PathAssistant()
PATH: dict[str, Any] = {
    "name": "All_Leads",
    "label": "All leads",
    "object": "Lead",
    "field": "Status",
    "steps": [{"value": "Closed - Converted", "info": "Hand over."}],
}


@pytest.fixture
def process(accounts: RunningSimulators, waits: list[float]) -> Contract:
    return Contract(accounts, "salesforce", KIND)


@pytest.mark.parametrize("spelled", ["__MASTER__", "__Master__"])
def test_path_of_records_without_a_record_type_is_adopted_and_unchanged(
    process: Contract, client: SalesforceClient, spelled: str
) -> None:
    steps = [{"picklistValueName": "Closed - Converted", "info": "Hand over."}]
    body = {"active": True, "entityName": "Lead", "fieldName": "Status", "masterLabel": "All leads"}
    client.create_component(
        "PathAssistant", {**body, "fullName": "All_Leads", "recordTypeName": spelled, "pathAssistantSteps": steps}
    )
    process.forget_log()
    made = process.create(validated(KIND, PATH))
    assert made.outputs["adopted"] is True
    assert process.writes() == []


def test_state_with_the_former_spelling_shows_no_difference(process: Contract, client: SalesforceClient) -> None:
    inputs = validated(KIND, PATH)
    made = process.create(inputs)
    assert client.read_components("PathAssistant", ["All_Leads"])["All_Leads"]["recordTypeName"] == "__MASTER__"
    former = {**made.outputs, "record_type": "__Master__"}
    again = process.refresh(type(made)(made.id, former))
    assert again is not None
    assert not process.changes(again, inputs)
    assert not process.changes(type(made)(made.id, former), inputs)


def test_steps_that_say_nothing_stay_in_their_place() -> None:
    live = [{"picklistValueName": "New"}, {"picklistValueName": "Working", "info": "Call."}]
    inputs = KIND.parse({**PATH, "steps": [{"value": "Closed", "info": "x"}, {"value": "Working", "info": "Mail."}]})
    names = [
        step["picklistValueName"] for step in KIND.changes({"pathAssistantSteps": live}, inputs)["pathAssistantSteps"]
    ]
    assert names == ["New", "Working", "Closed"]


def test_update_of_what_is_not_declared_writes_nothing_else() -> None:
    assert KIND.changes({}, KIND.parse({"name": "New_Business", "active": False})) == {"active": False}
    assert "pathAssistantSteps" in KIND.changes({}, KIND.parse(example(KIND)))
