"""What somebody changes between the plan and `up` is reported, not overwritten."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.end_to_end.small_stack import SmallStack, a_property, errors

pytestmark = pytest.mark.pulumi

STEPS = [{"set": {"property": "jobtitle", "to": "Known"}}]


def model(stack: SmallStack, label: str, description: str) -> None:
    """A property and a workflow; what is planned are another label and another description."""
    stack.hubspot(
        {
            "Property": {"contacts.acv": {**a_property("acv", "contactinformation"), "label": label}},
            "Workflow": {
                "contacts.Greet": {
                    "object": "contacts",
                    "name": "Greet",
                    "description": description,
                    "enroll": {"when": "email is known"},
                    "steps": STEPS,
                }
            },
        }
    )


def by_a_person(stack: SmallStack, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    hubspot = stack.crms.hubspot
    headers = {"Authorization": f"Bearer {hubspot.token}"}
    answer = requests.request(method, f"{hubspot.url}{path}", json=body, headers=headers, timeout=10)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def test_change_between_plan_and_up_is_reported_and_kept_until_it_was_reviewed(stack: SmallStack):
    model(stack, "Contract value", "Greets")
    stack.project.up().succeeded()
    model(stack, "Yearly contract value", "Greets everybody")
    stack.project.preview().succeeded()
    (flow,) = stack.crms.dump("hubspot")["flows"]
    greet = by_a_person(stack, "GET", f"/automation/v4/flows/{flow}")
    by_a_person(stack, "PUT", f"/automation/v4/flows/{flow}", {**greet, "description": "Maya's own words"})
    by_a_person(stack, "PATCH", "/crm/v3/properties/contacts/acv", {"description": "Without taxes"})
    stack.crms.control.log.clear()

    (refusal,) = errors(stack.project.up().failed())

    changed = "was changed in the account since the plan; it was not overwritten"
    fix = "    fix: run pulumi preview again and review what changed"
    assert sorted(refusal.splitlines()[1:]) == sorted(
        [
            f'stacks/model/model.yaml:8:5  HubSpot Property "contacts.acv": {changed}',
            fix,
            f'stacks/model/model.yaml:16:5  HubSpot Workflow "contacts.Greet": {changed}',
            fix,
            "2 problems in 1 file; nothing was changed.",
        ]
    )
    assert stack.writes() == []
    assert "was changed in the account since the plan" in stack.project.up().failed().output

    assert "Maya's own words" in stack.project.preview("--diff").succeeded().output
    stack.project.up().succeeded()
    assert by_a_person(stack, "GET", f"/automation/v4/flows/{flow}")["description"] == "Greets everybody"
    assert by_a_person(stack, "GET", "/crm/v3/properties/contacts/acv")["label"] == "Yearly contract value"
    by_a_person(stack, "PATCH", "/crm/v3/properties/contacts/acv", {"label": "Drift"})
    stack.project.up().succeeded()
    assert by_a_person(stack, "GET", "/crm/v3/properties/contacts/acv")["label"] == "Yearly contract value"
