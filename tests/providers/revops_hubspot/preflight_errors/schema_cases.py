"""Association labels and custom objects."""

from __future__ import annotations

from tests.providers.revops_hubspot.preflight_errors.case import Case, Json

LABEL: Json = {
    "from_object": "contacts",
    "to_object": "companies",
    "name": "buyer",
    "label": "Buyer",
    "inverse_label": "Of",
}
LABELS = [
    Case(
        'records.association_labels: An association label "{}" already exists between these objects',
        "AssociationLabel",
        {**LABEL, "name": "other", "label": "buyer"},
        'its label differs from "contacts.companies.Buyer" only in case',
        there=[("AssociationLabel", LABEL)],
    ),
    Case(
        'records.association_labels: An association named "{}" already exists',
        "AssociationLabel",
        {**LABEL, "label": "Second"},
        'its name "buyer" is also the name of "contacts.companies.Buyer"',
        there=[("AssociationLabel", LABEL)],
        also=[("AssociationLabel", LABEL)],
    ),
    Case(
        'records.association_labels: Association name "{}" is invalid',
        "AssociationLabel",
        {**LABEL, "name": "1 x"},
        "name",
    ),
    Case(
        "records.association_labels: The limit of {} association labels between these objects is reached",
        "AssociationLabel",
        LABEL,
        "there would be 51 labels between contacts and companies; HubSpot allows 50",
        there=[
            ("AssociationLabel", {**LABEL, "name": f"n{at}", "label": f"L{at}", "inverse_label": f"I{at}"})
            for at in range(50)
        ],
    ),
    Case(
        "records.association_labels: maxToObjectIds was {}; it must be 1 or more",
        "AssociationLabel",
        {**LABEL, "max_to": 0},
        "max_to",
    ),
]
SCHEMA: Json = {
    "name": "machine",
    "labels": {"singular": "Machine", "plural": "Machines"},
    "primary_display_property": "serial",
    "properties": [{"name": "serial", "label": "Serial", "type": "string", "field_type": "text"}],
}
SCHEMAS = [
    Case(
        "records.schemas: A primary display property is required",
        "CustomObjectSchema",
        {key: value for key, value in SCHEMA.items() if key != "primary_display_property"},
        "primary_display_property",
    ),
    Case(
        "records.schemas: An object type with the name {} already exists",
        "CustomObjectSchema",
        {**SCHEMA, "name": "Machine"},
        'its name differs from object "machine" only in case',
        there=[("CustomObjectSchema", SCHEMA)],
    ),
    Case(
        "records.schemas: At most {} secondary display properties are allowed",
        "CustomObjectSchema",
        {**SCHEMA, "secondary_display_properties": ["serial", "serial", "serial"]},
        "secondary_display_properties",
    ),
    Case(
        'records.schemas: Object type name "{}" is invalid: a letter, then letters, digits or _, up to 50',
        "CustomObjectSchema",
        {**SCHEMA, "name": "1x"},
        "name",
    ),
    Case(
        "records.schemas: Property {} does not exist on object type {}",
        "CustomObjectSchema",
        {**SCHEMA, "required_properties": ["nope"]},
        '"nope" is not one of its properties',
    ),
    Case(
        "records.schemas: The limit of {} custom object types of this account is reached",
        "CustomObjectSchema",
        {**SCHEMA, "name": "one_more"},
        "allows 10 custom objects; 10 exist and 1 are new",
        there=[("CustomObjectSchema", {**SCHEMA, "name": f"o{at}"}) for at in range(10)],
    ),
    Case(
        "records.schemas: This account does not have access to custom objects",
        "CustomObjectSchema",
        SCHEMA,
        "custom objects require an Enterprise subscription",
        seed={"account": {"tier": "professional"}},
    ),
    Case(
        "records.schemas: allowsSensitiveProperties cannot be turned off",
        "CustomObjectSchema",
        {**SCHEMA, "allows_sensitive_properties": False},
        "allows_sensitive_properties cannot be turned off",
        there=[("CustomObjectSchema", {**SCHEMA, "allows_sensitive_properties": True})],
    ),
    Case(
        "records.schemas: missing_attributes",
        "CustomObjectSchema",
        {**SCHEMA, "labels": {"singular": "Machine"}},
        "labels",
    ),
]
