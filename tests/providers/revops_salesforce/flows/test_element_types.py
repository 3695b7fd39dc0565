"""Flows whose elements the Metadata API does not have: refused by the program alone, with place and fix."""

from __future__ import annotations

from typing import Any

import pytest
from revops_salesforce.flows.element_types import static_errors
from revops_salesforce.kinds.flow import Flow

from tests.diagnostics import keys_of
from tests.providers.contract import example
from tests.providers.revops_salesforce.compiled_model import all_automations, reference_model


def message(definition: dict[str, Any]) -> list[str]:
    return [f"{'.'.join(map(str, keys_of(one)))}: {one.message} | {one.fix}" for one in static_errors(definition)]


@pytest.mark.parametrize(
    ("definition", "found"),
    [
        ({"start": {"triggerTyp": "Scheduled"}}, 'start.triggerTyp: FlowStart has no element "triggerTyp"'),
        ({"start": {"triggerType": "AfterSave"}}, 'start.triggerType: "AfterSave" is not a valid FlowTriggerType'),
        ({"decisions": {"name": "x"}}, 'decisions: "decisions" of Flow must be a list'),
        ({"start": [{"object": "Lead"}]}, 'start: "start" of Flow must be a single value, not a list'),
        ({"start": "Lead"}, 'start: "Lead" must be a FlowStart with its own elements'),
        ({"start": {"object": {"name": "Lead"}}}, "start.object: it must be a single value without elements"),
        ({"loops": [{"locationX": "left"}]}, 'loops.0.locationX: "left" is not a valid int'),
        ({"variables": [{"name": "x"}, {"isInput": "yes"}]}, 'variables.1.isInput: "yes" is not a valid boolean'),
    ],
)
def test_element_that_cannot_be_is_named(definition: dict[str, Any], found: str) -> None:
    (mistake,) = message(definition)
    assert mistake.partition(" | ")[0] == f"definition.{found}"


def test_what_a_newer_release_may_know_is_left_to_the_org() -> None:
    definition = {"start": {"startedByMagic": True, "triggerType": "OnMagic"}, "variables": [{"isInput": "yes"}]}
    assert len(message({**definition, "apiVersion": 63.0})) == 3
    assert message({**definition, "apiVersion": 66.0}) == [
        'definition.variables.0.isInput: "yes" is not a valid boolean | use a value of type boolean'
    ]


def test_elements_that_live_flows_have_are_taken_in_every_version() -> None:
    field = {"name": "Notes", "styleProperties": {"width": {"stringValue": "6"}}}
    assert message({"screens": [{"name": "Ask", "label": "Ask", "fields": [field]}]}) == []


def test_nearest_name_is_offered() -> None:
    (mistake,) = message({"start": {"triggerTyp": "Scheduled"}})
    assert mistake.endswith("| use triggerType")


def test_what_the_compiler_and_the_documentation_write_is_fine() -> None:
    flows = [one.inputs for one in all_automations(reference_model()) if one.kind == "Flow"]
    assert len(flows) > 5
    for inputs in (*flows, example(Flow())):
        assert message(inputs["definition"]) == []


def test_kind_reports_them_as_mistakes_of_the_program() -> None:
    inputs = {**example(Flow()), "definition": {"start": {"triggerTyp": "Scheduled"}}}
    found = Flow().static_errors(Flow().parse(inputs), [])
    assert [keys_of(one) for one in found] == [("definition", "start", "triggerTyp")]
