"""Field updates: with the value of their operation, or without any."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from revops_salesforce.kinds.workflow_field_update import WorkflowFieldUpdate

from revops_iac.compile import validated
from tests.providers.contract import example

KIND = WorkflowFieldUpdate()
PLAIN = {key: value for key, value in example(KIND).items() if key not in {"formula", "operation"}}


@pytest.mark.parametrize(
    "update",
    [
        {"operation": "LookupValue", "lookup_value_type": "User"},
        {"operation": "Literal"},
        {"operation": "Formula"},
        {"operation": "NextValue"},
    ],
)
def test_update_without_a_value_can_be_declared(update: dict[str, Any]) -> None:
    inputs = validated(KIND, {**PLAIN, **update})
    body = KIND.new_body(KIND.parse(inputs))
    assert KIND.differences(inputs, KIND.managed_view(inputs, KIND.observe(body["fullName"], body))) == []


def test_field_of_another_record_is_none_of_the_object() -> None:
    inputs = KIND.parse({**PLAIN, "operation": "Null", "field": "Phone", "target_object": "AccountId"})
    assert [one.name for one in KIND.references(inputs)] == ["Opportunity.AccountId"]
    assert list(KIND.effects(inputs)) == []


@pytest.mark.parametrize("key", ["formula", "literal_value", "lookup_value"])
def test_value_of_another_operation_is_refused(key: str) -> None:
    with pytest.raises(ValidationError, match=f'"{key}" can be set only with operation'):
        validated(KIND, {**PLAIN, "operation": "Null", key: "x"})
