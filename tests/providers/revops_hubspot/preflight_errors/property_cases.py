"""Properties, groups, options and validation rules."""

from __future__ import annotations

from typing import Any

from tests.providers.revops_hubspot.preflight_errors.case import Case, Json, Made

GROUP = "contactinformation"
TEXT: Json = {
    "object": "contacts",
    "name": "x",
    "label": "X",
    "type": "string",
    "field_type": "text",
    "group_name": GROUP,
}
NUMBER: Json = {**TEXT, "type": "number", "field_type": "number"}
CHOICE: Json = {**TEXT, "type": "enumeration", "field_type": "select"}
BOOL: Json = {**TEXT, "type": "bool", "field_type": "booleancheckbox"}
FORMULA: Json = {**NUMBER, "field_type": "calculation_equation"}
A, B = {"label": "A", "value": "a"}, {"label": "B", "value": "b"}
PICKER = {**CHOICE, "external_options": True, "referenced_object_type": "OWNER"}


def _property(refusal: str, inputs: Json, message: str, **more: Any) -> Case:
    return Case(f"properties.definitions: {refusal}", "Property", inputs, message, **more)


def _many(count: int, **more: Any) -> list[Made]:
    return [("Property", {**TEXT, "name": f"x_{at}", **more}) for at in range(count)]


PROPERTIES = [
    _property(
        "A property can have at most {} options",
        {**CHOICE, "options": [{"label": f"{at}", "value": f"{at}"} for at in range(5001)]},
        "options has 5,001 entries; HubSpot allows 5,000",
    ),
    _property(
        'A bool property must have exactly two options, "true" and "false"',
        {**BOOL, "options": [A, B]},
        'a bool must have exactly the values "true" and "false"',
    ),
    _property(
        "A property with externalOptions must have a referencedObjectType",
        {**CHOICE, "external_options": True},
        "external_options needs referenced_object_type: OWNER",
    ),
    _property(
        "A property with fieldType calculation_equation must have a calculationFormula",
        FORMULA,
        "so it needs a calculation_formula",
    ),
    _property(
        "An option must be an object",
        {**CHOICE, "options": ["a"]},
        "options.0",
        raw=(
            "POST",
            "properties",
            "/contacts",
            {
                "name": "x",
                "label": "X",
                "type": "enumeration",
                "fieldType": "select",
                "groupName": GROUP,
                "options": ["a"],
            },
        ),
    ),
    _property(
        "An owner property must be an enumeration, select, radio or checkbox, without options",
        {**PICKER, "field_type": "booleancheckbox"},
        "field_type select or radio or checkbox",
    ),
    _property(
        'Field type "{}" is invalid for property type "{}": it must be one of {}',
        {**TEXT, "field_type": "checkbox"},
        "for type string it must be one of",
    ),
    _property(
        "Only properties that show a currency symbol can specify a currency property",
        {**NUMBER, "currency_property_name": "deal_currency_code"},
        "needs show_currency_symbol: true",
    ),
    _property(
        'Options are only allowed on enumeration and bool, not on "{}"',
        {**TEXT, "options": [A]},
        "of type string cannot have options",
    ),
    _property(
        'Property group "{}" does not exist',
        {**TEXT, "group_name": "nope"},
        'property group "nope" of contacts does not exist',
    ),
    _property(
        'Property name "{}" is invalid: it must start with a letter and contain only lowercase letters, numbers and '
        "underscores, at most 100 characters",
        {**TEXT, "name": "X-1"},
        "its name must start with a lowercase letter",
    ),
    _property(
        'Property options must have unique {}s: "{}" is there twice', {**CHOICE, "options": [A, A]}, "is used twice"
    ),
    Case(
        'properties.definitions: Property options must have unique {}s: "{}" is there twice',
        "PropertyOptions",
        {"object": "contacts", "name": "hs_lead_status", "options": [{"label": "Open", "value": "opened"}]},
        'the label "Open" of "opened" is already used by the unmanaged option "OPEN"',
    ),
    _property('Property type "{}" is invalid: it must be one of {}', {**TEXT, "type": "json"}, "type"),
    _property(
        'Property type cannot be changed from "{}" to "{}"',
        NUMBER,
        "type cannot change after creation",
        there=[("Property", TEXT)],
        raw=("PATCH", "properties", "/contacts/x", {"type": "number", "fieldType": "number"}),
    ),
    _property(
        "Property {} does not exist",
        {**FORMULA, "calculation_formula": "nope"},
        'property "nope" does not exist',
    ),
    _property(
        'The calculation formula gives a {}, the property is a "{}"',
        {**FORMULA, "calculation_formula": "'a'"},
        "it returns a text, but the property is of type number",
    ),
    _property(
        "The calculation formula is invalid: {}",
        {**FORMULA, "calculation_formula": "1 +"},
        "the formula ends too early",
    ),
    _property(
        "The calculation formula refers to its own property",
        {**FORMULA, "calculation_formula": "x + 1"},
        "depends on itself",
        there=[("Property", {**FORMULA, "calculation_formula": "1"})],
    ),
    _property(
        "displayOrder was {}; it must be -1 or more", {**TEXT, "display_order": -2}, "greater than or equal to -1"
    ),
    _property(
        'referencedObjectType "{}" is not supported: it must be OWNER',
        {**PICKER, "referenced_object_type": "DEAL"},
        "referenced_object_type",
    ),
    _property(
        "referencedObjectType needs externalOptions true",
        {**CHOICE, "referenced_object_type": "OWNER"},
        "needs external_options: true",
    ),
    _property(
        '{} "{}" is invalid: it must be one of {}', {**NUMBER, "number_display_hint": "loud"}, "number_display_hint"
    ),
    Case(
        'properties.properties: A property named "{}" already exists.',
        "Property",
        {**TEXT, "label": "Mine"},
        "already exists with different settings",
        there=[("Property", TEXT)],
        raw=(
            "POST",
            "properties",
            "/contacts",
            {"name": "x", "label": "X", "type": "string", "fieldType": "text", "groupName": GROUP},
        ),
    ),
    Case(
        'properties.properties: A property group named "{}" already exists.',
        "PropertyGroup",
        {"object": "contacts", "name": GROUP, "label": "Mine"},
        "already exists with different settings",
        raw=("POST", "properties", "/contacts/groups", {"name": GROUP, "label": "Mine"}),
    ),
    Case(
        'properties.properties: Property "{}" is defined by HubSpot: options is read-only',
        "PropertyOptions",
        {"object": "contacts", "name": "lifecyclestage", "options": [A]},
        "API cannot change these options",
        raw=("PATCH", "properties", "/contacts/lifecyclestage", {"options": [{**A, "displayOrder": 0}]}),
    ),
    Case(
        'properties.properties: Property "{}" is defined by HubSpot: {} is read-only',
        "Property",
        {**CHOICE, "name": "hs_language", "label": "Tongue", "adopt": True},
        "a HubSpot property, and its label",
        raw=("PATCH", "properties", "/contacts/hs_language", {"label": "Tongue"}),
    ),
    Case(
        "properties.properties: The limit of {} custom properties for this object is reached",
        "Property",
        {**TEXT, "name": "one_more"},
        "allows 10 custom properties of contacts; 10 exist and 1 are new",
        there=_many(10),
        seed={"account": {"tier": "free"}},
    ),
    Case(
        "properties.properties: The limit of {} unique properties for this object is reached",
        "Property",
        {**TEXT, "name": "one_more", "has_unique_value": True},
        "allows 10 properties of contacts with unique values; 10 exist and 1 are new",
        there=_many(10, has_unique_value=True),
    ),
    Case(
        "properties.properties: Missing required scope for: sensitive-data-property-create",
        "Property",
        {**TEXT, "data_sensitivity": "sensitive"},
        "reading sensitive data is not enabled, so the property could not be read back",
    ),
    Case(
        "portal.object_types: unknown_object_type",
        "Property",
        {**TEXT, "object": "machines"},
        'object "machines" does not exist',
    ),
]
VALIDATION: Json = {"object": "contacts", "property": "firstname", "rule_type": "MAX_LENGTH", "arguments": ["5"]}
VALIDATIONS = [
    Case(
        "properties.validations: Rule arguments {} are invalid for rule type {}",
        "PropertyValidation",
        {**VALIDATION, "arguments": ["many"]},
        "arguments of MAX_LENGTH must be",
    ),
    Case(
        'properties.validations: Rule type {} cannot be set on property "{}" of type {} and field type {}',
        "PropertyValidation",
        {**VALIDATION, "rule_type": "MAX_NUMBER"},
        "MAX_NUMBER does not fit a property of type string",
    ),
    Case(
        "properties.validations: unparsable_path",
        "PropertyValidation",
        {**VALIDATION, "rule_type": "MOST"},
        "rule_type",
    ),
    Case(
        "properties.properties: Property {} does not exist",
        "PropertyValidation",
        {**VALIDATION, "property": "nope"},
        'property "nope" of contacts does not exist',
        raw=("PUT", "property_validations", "/0-1/nope/rule-type/MAX_LENGTH", {"ruleArguments": ["5"]}),
    ),
]
