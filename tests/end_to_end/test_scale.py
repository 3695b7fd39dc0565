"""Many resources in one stack."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.end_to_end.small_stack import SmallStack, errors, properties
from tests.pulumi_project import WITHOUT_CHECKPOINTS

pytestmark = pytest.mark.pulumi

ACCOUNT = "pulumi-python:dynamic/revops:Account"
PROPERTY = "pulumi-python:dynamic/hubspot:Property"


def test_two_thousand_resources_are_planned(stack: SmallStack):
    model = properties(999)
    contacts = list(model["Property"].items())
    of_companies = {"object": "companies", "group_name": "companyinformation"}  # no object takes more than 1,000
    companies = {key.replace("contacts.", "companies."): inputs | of_companies for key, inputs in contacts}
    stack.hubspot(model | {"Property": {**model["Property"], **companies}})
    outcome = stack.project.preview().succeeded()
    assert errors(outcome) == []
    assert "RecursionError" not in outcome.output
    assert "+ 2003 to create" in outcome.output  # with the stack, one topic, two accounts and the group
    assert stack.writes() == []


def test_thousand_properties_are_refreshed_in_less_than_ten_calls(stack: SmallStack):
    model = properties(1_000)
    seed_properties(stack, list(model["Property"]))
    stack.hubspot(properties(1))
    stack.project.up().succeeded()
    stack.hubspot(model)
    stack.project.import_state(with_properties(stack.project.export_state(), list(model["Property"])))
    stack.crms.control.log.clear()

    refreshed = stack.project.refresh(environment=WITHOUT_CHECKPOINTS).succeeded()

    assert "1005 unchanged" in refreshed.output
    calls = [f"{request.method} {request.path}" for request in stack.crms.control.log]
    assert 0 < len(calls) < 10, calls
    assert stack.writes() == []


def seed_properties(stack: SmallStack, names: list[str]) -> None:
    """The thousand properties as somebody made them in HubSpot."""
    group = {"name": "revenue", "label": "Revenue"}
    number = {"type": "number", "fieldType": "number", "groupName": "revenue"}
    plain = [name.removeprefix("contacts.") for name in names]
    bodies = [{"name": name, "label": name.replace("_", " ").capitalize(), **number} for name in plain]
    stack.crms.seed("hubspot", {"groups": {"contacts": [group]}, "properties": {"contacts": bodies}})


def with_properties(state: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """The state as if every property had been created: each as the one that is there already."""
    resources = state["deployment"]["resources"]
    one = next(found for found in resources if found["type"] == PROPERTY)
    known = {found["urn"] for found in resources}
    for name in names:
        copied = renamed(one, name)
        if copied["urn"] not in known:
            resources.append(copied)
    account = next(found for found in resources if found["type"] == ACCOUNT and found["id"] != "salesforce-unmanaged")
    lines = {f"Property {name}" for name in names} | set(account["inputs"]["declared"].splitlines())
    for part in ("inputs", "outputs"):
        account[part]["declared"] = "\n".join(sorted(lines))
    return state


def renamed(resource: dict[str, Any], name: str) -> dict[str, Any]:
    """A property's entry in state, as another property."""
    copied = deepcopy(resource)
    copied["urn"] = f"{resource['urn'].rpartition('::')[0]}::{name}"
    copied["id"] = name
    plain = name.removeprefix("contacts.")
    for part in ("inputs", "outputs"):
        copied[part] |= {"name": plain, "label": plain.replace("_", " ").capitalize()}
    return copied
