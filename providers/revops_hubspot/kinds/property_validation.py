"""A rule on a property's values: https://developers.hubspot.com/docs/api-reference/crm-property-validations-v3/guide"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Self

from pydantic import model_validator

from revops_hubspot.api.client import HubSpotClient, PortalSession
from revops_hubspot.api.documents import merged, without
from revops_hubspot.api.errors import Json
from revops_hubspot.api.object_types import schema_references, type_id
from revops_hubspot.objects.checks import unknown_objects
from revops_hubspot.objects.kind import ObjectPart
from revops_hubspot.properties import checks as property_checks
from revops_hubspot.properties.validation_rules import RULES, argument_problem, fits, fitting
from revops_iac.diagnostics import Diagnostics, input_error
from revops_iac.provider.kind import DesiredResource, Existence, Inputs, LiveObject, Reference, State

PATH = "/{object}/{property}/rule-type/{rule}"


class PropertyValidationInputs(Inputs):
    """A rule that new values of a property must satisfy. A property has at most one rule of each type.

    HubSpot enforces it in its own forms and pages, and in API version 2026-09 also on record writes [O]. Existing
    values stay as they are.

    Example::

        object: deals
        property: discount_percent
        rule_type: MAX_NUMBER
        arguments: ["60"]

    Later::

        arguments: ["40"]
    """

    object: str
    """`contacts`, `companies`, `deals`, `tickets`, `leads` or the name of a custom object."""
    property: str
    """The internal name of the property."""
    rule_type: Literal[tuple(RULES)]  # type: ignore[valid-type]
    arguments: list[str] = []
    """Strings, also for numbers and for times (milliseconds since 1970). Each rule type checks its own."""
    should_apply_normalization: bool | None = None
    """Whether HubSpot rewrites a value to satisfy the rule where it can. Absent: not managed."""

    @model_validator(mode="after")
    def _arguments_fit(self) -> Self:
        problem = argument_problem(self.rule_type, self.arguments)
        if problem:
            raise ValueError(problem)
        return self


class PropertyValidation(ObjectPart[PropertyValidationInputs]):
    """Key: property and rule type. PUT is the only write, and there is no DELETE [S]."""

    immutable = frozenset({"object", "property", "rule_type"})
    named_by = ("object", "property", "rule_type")
    existence = Existence.KEPT
    noun = "validation rule"
    on_delete = (
        "HubSpot's API cannot remove a validation rule: it stays on the property until it is removed manually in the "
        "property's settings or the property is archived."
    )

    def references(self, inputs: PropertyValidationInputs) -> Iterable[Reference]:
        yield from schema_references(inputs.object)
        yield Reference("Property", f"{inputs.object}.{inputs.property}")

    def listed(self, client: HubSpotClient, object_: str) -> Iterable[LiveObject]:
        found = client.get("property_validations", "/{object}", object=type_id(object_))["results"]
        return [
            from_response(object_, entry["propertyName"], rule)
            for entry in found
            for rule in entry["propertyValidationRules"]
        ]

    def create(self, session: PortalSession, inputs: PropertyValidationInputs) -> LiveObject:
        return self._put(session, inputs, {})

    def update(self, session: PortalSession, live: LiveObject, inputs: PropertyValidationInputs) -> LiveObject:
        return self._put(session, inputs, without(live.document, ["ruleType"]))

    def _put(self, session: PortalSession, inputs: PropertyValidationInputs, live: Json) -> LiveObject:
        """The answer has no body, so what was sent is live."""
        body, object_, rule = merged(live, to_request(inputs)), type_id(inputs.object), inputs.rule_type
        session.client.write(
            "PUT", "property_validations", PATH, body, object=object_, property=inputs.property, rule=rule
        )
        return from_response(inputs.object, inputs.property, {"ruleType": rule, **body})

    def delete(self, session: PortalSession, live: LiveObject, state: State[PropertyValidationInputs]) -> None:
        sentence = f"HubSpot: PropertyValidation {live.name} is kept: HubSpot's API cannot remove a validation rule"
        session.report.say(sentence)

    def preflight_errors(
        self, session: PortalSession, desired: DesiredResource, live: LiveObject | None
    ) -> Diagnostics:
        """A property that does not exist, or whose type cannot have the rule."""
        inputs = self.typed(desired)
        yield from unknown_objects(session, desired, inputs.object)
        found = property_checks.property_named(session, f"{inputs.object}.{inputs.property}")
        if found is None:
            message = f'property "{inputs.property}" of {inputs.object} does not exist'
            yield input_error(("property",), message, "correct its name, or declare it as a Property")
        elif not fits(inputs.rule_type, found.type, found.field_type):
            message = f"{inputs.rule_type} does not fit a property of type {found.type} ({found.field_type})"
            yield input_error(("rule_type",), message, f"it fits {fitting(inputs.rule_type)}")


def to_request(inputs: PropertyValidationInputs) -> Json:
    """What is managed of the rule."""
    normalizes = inputs.should_apply_normalization
    more = {} if normalizes is None else {"shouldApplyNormalization": normalizes}
    return {"ruleArguments": inputs.arguments, **more}


def from_response(object_: str, property_: str, rule: Json) -> LiveObject:
    """One rule of a property as HubSpot returns it."""
    definition = {
        "object": object_,
        "property": property_,
        "rule_type": rule["ruleType"],
        "arguments": list(rule.get("ruleArguments") or ()),
        "should_apply_normalization": bool(rule.get("shouldApplyNormalization", False)),
    }
    name = f"{object_}.{property_}.{rule['ruleType']}"
    return LiveObject(name, name, definition, document=rule)
