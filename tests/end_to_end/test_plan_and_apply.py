"""`revops plan` and `revops apply` on one small stack: what is refused writes nothing, what is applied is the plan."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest
import requests

from tests.end_to_end.revops_command import revops as run
from tests.end_to_end.small_stack import SmallStack, a_property

pytestmark = pytest.mark.pulumi


def by_hand(stack: SmallStack, method: str, path: str, body: dict[str, Any] | None = None) -> None:
    hubspot = stack.crms.hubspot
    headers = {"Authorization": f"Bearer {hubspot.token}"}
    answer = requests.request(method, f"{hubspot.url}{path}", json=body, headers=headers, timeout=10)
    answer.raise_for_status()


def test_reviewed_plan_is_applied_once_and_only_as_reviewed(stack: SmallStack) -> None:
    shutil.rmtree(stack.project.policies)  # the rules have their own tests
    stack.hubspot({"Property": {"contacts.acv": a_property("acv", "contactinformation")}})
    planned = run(stack, "plan", "--json")
    assert planned.returncode == 4, planned.stderr
    plan = json.loads(planned.stdout)
    assert plan["counts"] == {"HubSpot": {"create": 1, "update": 0, "delete": 0}}
    assert stack.writes() == []

    apply = ("apply", plan["folder"], "--checksum", plan["checksum"])
    taken = {
        "name": "acv",
        "label": "Taken",
        "type": "number",
        "fieldType": "number",
        "groupName": "contactinformation",
    }
    by_hand(stack, "POST", "/crm/v3/properties/contacts", taken)
    stack.crms.control.log.clear()
    refused = run(stack, *apply)
    assert refused.returncode == 1
    assert 'changed in the account since the plan: hubspot Property "contacts.acv"' in refused.stderr
    assert stack.writes() == []

    by_hand(stack, "DELETE", "/crm/v3/properties/contacts/acv")
    stack.crms.control.log.clear()
    applied = run(stack, *apply)
    assert applied.returncode == 0, applied.stdout + applied.stderr
    assert [one.path for one in stack.writes()] == ["/crm/v3/properties/contacts"]
    (record,) = (stack.project.stacks / ".revops" / "dev" / "runs").glob("*/run.json")
    assert json.loads(record.read_text())["absent"] == [["hubspot", "Property", "contacts.acv"]]
