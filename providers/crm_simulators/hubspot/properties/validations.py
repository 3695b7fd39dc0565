"""Property validation rules: https://developers.hubspot.com/docs/api-reference/crm-property-validations-v3/guide.

There is no DELETE and no batch [S]: a rule can be overwritten, or is deleted with its property.
"""

from __future__ import annotations

from collections.abc import Mapping

from crm_simulators.hubspot import errors
from crm_simulators.hubspot.errors import JsonObject, not_found, validation_error
from crm_simulators.hubspot.http.bodies import check_body, stored_parts
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.portal.object_types import ObjectType
from crm_simulators.hubspot.portal.scopes import SCHEMA_READ, SCHEMA_WRITE
from crm_simulators.hubspot.properties.properties import Properties
from crm_simulators.hubspot.properties.validation_rules import RULE_TYPES
from crm_simulators.hubspot.properties.values import InvalidValue

RULES = "/crm/v3/property-validations/{objectType}"
RULE = f"{RULES}/{{name}}/rule-type/{{ruleType}}"
ENFORCING_VERSION = "2026-09"


class PropertyValidations:
    """The rules of every object type: by property, then by rule type."""

    def __init__(self, properties: Properties) -> None:
        self.properties = properties
        self.portal = properties.portal

    def of(self, object_type: str) -> dict[str, dict[str, JsonObject]]:
        """The rules of the properties that are in use."""
        live: dict[str, dict[str, JsonObject]] = self.portal.area("property_validations", object_type)
        active = self.properties.active(object_type)
        return {name: rules for name, rules in live.items() if name in active}

    @route("GET", RULES, SCHEMA_READ)
    def list_all(self, object_type: ObjectType) -> list[JsonObject]:
        """The rules of every property that has some."""
        found = self.of(object_type.id).items()
        return [{"propertyName": name, "propertyValidationRules": list(rules.values())} for name, rules in found]

    @route("GET", f"{RULES}/{{name}}", SCHEMA_READ)
    def of_property(self, object_type: ObjectType, name: str) -> list[JsonObject]:
        """The rules of one property."""
        self.properties.find(object_type.id, name)
        return list(self.of(object_type.id).get(name, {}).values())

    @route("GET", RULE, SCHEMA_READ)
    def read(self, object_type: ObjectType, name: str, rule_type: str) -> JsonObject:
        """One rule, or 404."""
        for rule in self.of_property(object_type, name):
            if rule["ruleType"] == rule_type:
                return rule
        raise not_found(f"Property {name} has no rule of type {rule_type}")

    @route("PUT", RULE, SCHEMA_WRITE)
    def put(self, object_type: ObjectType, name: str, rule_type: str, body: JsonObject) -> None:
        """Set the rule of this type; those of other types stay [D]. 204, for a new rule and for a changed one."""
        definition = self.properties.find(object_type.id, name)
        found = RULE_TYPES.get(rule_type)
        if found is None:
            raise errors.unparsable_path("ruleType")
        optional = {"shouldApplyNormalization": "flag"}
        stored = self.of(object_type.id).get(name, {}).get(rule_type, {})
        check_body("PropertyValidationRule", body, {"ruleArguments": "list"}, optional, stored=stored)
        arguments = body["ruleArguments"]
        if not found.applies_to(definition["type"], definition["fieldType"]):
            raise validation_error(
                f'Rule type {rule_type} cannot be set on property "{name}" of type {definition["type"]} and field type '
                f"{definition['fieldType']}"
            )
        if not all(isinstance(argument, str) for argument in arguments) or not found.well_formed(arguments):
            raise validation_error(f"Rule arguments {arguments} are invalid for rule type {rule_type}")
        kept = stored_parts(body, stored, ("ruleArguments", *optional))
        rule: JsonObject = {**kept, "ruleType": rule_type, "ruleArguments": arguments}
        if body.get("shouldApplyNormalization") is not None:
            rule["shouldApplyNormalization"] = body["shouldApplyNormalization"]
        self.portal.area("property_validations", object_type.id, name)[rule_type] = rule

    def check(self, object_type: str, stored: Mapping[str, str], version: str | None) -> list[tuple[str, InvalidValue]]:
        """Check the values of a record write by API against the rules."""
        enforced = self.portal.switch("property_validations_enforced")
        if enforced == "never" or (enforced == "2026-09" and version != ENFORCING_VERSION):
            return []
        rules = self.of(object_type)
        return [
            (name, InvalidValue("PROPERTY_VALIDATION_RULE", _message(name, rule)))  # [?] code and text
            for name, value in stored.items()
            if value
            for rule in rules.get(name, {}).values()
            if not RULE_TYPES[rule["ruleType"]].passes(value, rule["ruleArguments"])
        ]


def _message(name: str, rule: JsonObject) -> str:
    if rule["ruleType"] == "REGEX":
        return str(rule["ruleArguments"][1])
    return f"{name} does not satisfy {rule['ruleType']} {', '.join(rule['ruleArguments'])}".rstrip()
