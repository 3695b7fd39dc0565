"""Inputs that HubSpot would refuse in the middle of a run are refused when the model is read."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from revops_iac.systems import system_named
from tests.providers.contract import docstring_block

PROPERTY = {"object": "contacts", "name": "x", "label": "X", "group_name": "g"}
CHOICE = {**PROPERTY, "type": "enumeration", "field_type": "select"}
STAGE = {"id": "a", "label": "A", "probability": 0.1}
CASES = [
    (
        "Property",
        {**PROPERTY, "type": "string", "field_type": "checkbox"},
        'field_type is "checkbox", for type string it must be one of text, textarea, phonenumber, html, file, '
        "calculation_equation",
    ),
    (
        "Property",
        {**PROPERTY, "type": "enumeration", "field_type": "select", "options": [{"label": "A", "value": "a"}] * 2},
        'options: the value "a" is used twice',
    ),
    (
        "Property",
        {**CHOICE, "external_options": True, "options": [{"label": "A", "value": "a"}]},
        "external_options needs referenced_object_type: OWNER, and no options",
    ),
    (
        "Pipeline",
        {"object": "deals", "name": "p", "label": "P", "stages": [STAGE, {**STAGE, "id": "b", "label": " a"}]},
        'stages: the label "a" is used twice',
    ),
    (
        "Pipeline",
        {"object": "deals", "name": "p", "label": "P", "stages": [{"id": "a", "label": "A"}]},
        'stages: "a": a stage of deals needs a probability',
    ),
    (
        "Pipeline",
        {"object": "tickets", "name": "p", "label": "P", "stages": [STAGE]},
        'stages: "a": only stages of deals have a probability',
    ),
    (
        "Pipeline",
        {"object": "deals", "name": "p", "label": "P", "stages": [{**STAGE, "state": "OPEN"}]},
        'stages: "a": stages of deals have a probability, not a state',
    ),
    (
        "Pipeline",
        {"object": "tickets", "name": "p", "label": "P", "stages": [{"id": "a", "label": "A"}]},
        "stages: a ticket pipeline needs one stage with state: CLOSED",
    ),
    (
        "List",
        {"object": "contacts", "name": "l", "filter": "a is known", "filter_branch": {}},
        "filter and filter_branch are mutually exclusive; keep one of them",
    ),
    (
        "List",
        {"object": "contacts", "name": "l"},
        "a DYNAMIC segment needs filter or filter_branch",
    ),
    (
        "Workflow",
        {"object": "deals", "name": "w", "suppression_list_ids": []},
        '"suppression_list_ids" is not an input of a workflow of deals',
    ),
]


@pytest.mark.parametrize(("kind", "inputs", "message"), CASES)
def test_unfit_inputs_are_refused_with_what_is_allowed(kind: str, inputs: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        system_named("hubspot").kinds[kind].inputs.model_validate(inputs)
    assert [error["msg"] for error in refused.value.errors()] == [f"Value error, {message}"]


@pytest.mark.parametrize("kind", system_named("hubspot").kinds.values(), ids=lambda kind: kind.name)
def test_unknown_input_is_refused(kind: Any) -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        kind.inputs.model_validate({**(docstring_block(kind, "Example") or {}), "labell": "typo"})


@pytest.mark.parametrize("kind", system_named("hubspot").kinds.values(), ids=lambda kind: kind.name)
def test_every_kind_says_what_delete_does(kind: Any) -> None:
    assert kind.on_delete.endswith(".")
    assert len(kind.on_delete) > 20
