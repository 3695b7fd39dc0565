"""Many resources in one stack."""

from __future__ import annotations

import pytest

from tests.end_to_end.small_stack import SmallStack, errors, properties

pytestmark = pytest.mark.pulumi


def test_thousands_of_resources_are_planned(stack: SmallStack, request: pytest.FixtureRequest):
    """More than Pulumi's SDK takes where a provider has a state of its own; that ends at about 980 resources."""
    count = 999 if request.config.getoption("--thorough") else 600
    model = properties(count)
    contacts = list(model["Property"].items())
    of_companies = {"object": "companies", "group_name": "companyinformation"}  # no object takes more than 1,000
    companies = {key.replace("contacts.", "companies."): inputs | of_companies for key, inputs in contacts}
    stack.hubspot(model | {"Property": {**model["Property"], **companies}})
    outcome = stack.project.preview().succeeded()
    assert errors(outcome) == []
    assert "RecursionError" not in outcome.output
    assert f"+ {2 * count + 5} to create" in outcome.output  # with the stack, one topic, two accounts and the group
    assert stack.writes() == []
