"""Lists and workflows of a custom object: named without its portal, kept under the type id of each portal."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_hubspot.kinds.custom_object_schema import CustomObjectSchema
from revops_hubspot.kinds.list import List
from revops_hubspot.kinds.workflow import Workflow
from revops_hubspot.kinds.workflow_activation import WorkflowActivation

from revops_iac.compile import validated
from revops_iac.provider.kind import Definition, Kind, Reference
from tests.providers.contract import Contract

SEGMENT = {"object": "machine", "name": "With a serial", "filter": "serial is known"}
FLOW = {
    "object": "machine",
    "name": "Welcome a machine",
    "enroll": {"when": "serial is known"},
    "steps": [{"delay": "1 day"}, {"create_task": {"subject": "Call the owner", "due": "4 hours"}}],
}


@pytest.mark.parametrize(
    ("kind", "inputs"), [(List(), SEGMENT), (Workflow(), FLOW)], ids=lambda one: getattr(one, "name", "")
)
def test_it_is_created_under_the_type_id_and_read_by_name(
    accounts: RunningSimulators, waits: list[float], kind: Kind[Any, Any], inputs: Definition
) -> None:
    desired = validated(kind, inputs)
    assert Reference("CustomObjectSchema", "machine") in list(kind.references(kind.parse(desired)))
    contract = Contract(accounts, "hubspot", CustomObjectSchema())
    contract.create()
    type_id = next(iter(accounts.dump("hubspot")["schemas"]))

    of_kind = Contract(accounts, "hubspot", kind)
    again = of_kind.refresh(of_kind.create(desired))

    assert again is not None
    assert again.outputs["object"] == "machine"
    assert not of_kind.changes(again, desired)
    live = accounts.dump("hubspot")["lists" if kind.name == "List" else "flows"]
    assert [one["objectTypeId"] for one in live.values()] == [type_id]


def test_workflow_of_a_custom_object_is_enabled_and_changed(accounts: RunningSimulators, waits: list[float]) -> None:
    Contract(accounts, "hubspot", CustomObjectSchema()).create()
    workflow = Contract(accounts, "hubspot", Workflow())
    made = workflow.create(validated(Workflow(), FLOW))
    on = Contract(accounts, "hubspot", WorkflowActivation())
    activation = on.create({"object": "machine", "name": FLOW["name"]})
    changed = workflow.update(made, validated(Workflow(), {**FLOW, "description": "Says hello."}))

    assert workflow.refresh(changed) is not None
    assert on.refresh(activation) is not None
    (flow,) = accounts.dump("hubspot")["flows"].values()
    assert (flow["isEnabled"], flow["description"].split("\n")[0]) == (True, "Says hello.")
