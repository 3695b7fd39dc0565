"""Validation rules of properties: checked at preview, set, and never removed."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from pydantic import ValidationError
from revops_hubspot.kinds.property_validation import PropertyValidation, PropertyValidationInputs

from revops_iac.account import farewell
from revops_iac.provider.kind import DesiredResource
from tests.diagnostics import refusals
from tests.providers.contract import Contract, example
from tests.providers.revops_hubspot.conftest import OpenSession
from tests.providers.typed_inputs import desired_resource

KIND = PropertyValidation()


def rule(**inputs: Any) -> DesiredResource:
    values = {"object": "contacts", "property": "jobtitle", "rule_type": "MAX_LENGTH", "arguments": ["80"], **inputs}
    return desired_resource(KIND, values)


def preflight_errors(open_session: OpenSession, desired: DesiredResource, *declared: DesiredResource) -> list[str]:
    session = open_session(writes=False)
    session.declared = list(declared)
    return refusals(KIND, session, desired, None)


def test_arguments_are_checked_when_the_model_is_read() -> None:
    with pytest.raises(ValidationError) as refused:
        PropertyValidationInputs.model_validate(rule(arguments=["0"]).inputs)
    assert [error["msg"] for error in refused.value.errors()] == [
        'Value error, arguments of MAX_LENGTH must be a whole number from 1 to 10000, not ["0"]'
    ]


def test_rule_that_fits_is_not_refused(open_session: OpenSession) -> None:
    assert preflight_errors(open_session, rule()) == []


def test_rule_on_another_type_is_refused_at_preview(open_session: OpenSession) -> None:
    desired = rule(property="lifecyclestage")
    assert preflight_errors(open_session, desired) == [
        'HubSpot PropertyValidation "contacts.lifecyclestage.MAX_LENGTH": MAX_LENGTH does not fit a property of type '
        "enumeration (radio)\n    fix: it fits string (text, textarea, phonenumber)"
    ]


def test_rule_on_a_property_of_the_program_is_judged_by_its_declaration(open_session: OpenSession) -> None:
    inputs = {"object": "contacts", "name": "plan", "type": "number", "field_type": "number"}
    declared = DesiredResource("Property", "contacts.plan", "contacts.plan", inputs)
    assert preflight_errors(open_session, rule(property="plan", rule_type="DECIMAL", arguments=["2"]), declared) == []
    assert len(preflight_errors(open_session, rule(property="plan"), declared)) == 1


def test_rule_on_an_unknown_property_is_refused_at_preview(open_session: OpenSession) -> None:
    assert preflight_errors(open_session, rule(property="nope")) == [
        'HubSpot PropertyValidation "contacts.nope.MAX_LENGTH": property "nope" of contacts does not exist\n'
        "    fix: correct its name, or declare it as a Property"
    ]


def test_normalization_that_others_set_is_kept(accounts: RunningSimulators, waits: list[float]) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    contract.prepare()
    made = contract.create({**example(KIND), "should_apply_normalization": True})
    contract.update(made, {**example(KIND), "arguments": ["50"]})
    rules = accounts.dump("hubspot")["property_validations"]["0-3"]["discount_percent"]
    assert rules == {
        "MAX_NUMBER": {"ruleType": "MAX_NUMBER", "ruleArguments": ["50"], "shouldApplyNormalization": True}
    }


def test_farewell_says_that_rules_are_left() -> None:
    assert farewell("HubSpot", KIND, 2, False).startswith(
        "HubSpot: 2 PropertyValidation left in place. HubSpot's API cannot remove a validation rule: it stays"
    )
