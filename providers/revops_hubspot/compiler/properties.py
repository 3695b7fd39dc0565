"""Fields as properties, the scores among them as calculations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from vendor_facts import Row

from revops_hubspot.compiler.automations import engagement
from revops_hubspot.compiler.terms.compilation import Compilation, entry_declaration
from revops_hubspot.compiler.terms.names import OBJECT_TYPES, SYSTEM
from revops_hubspot.inputs import PropertyGroupInputs, PropertyInputs
from revops_hubspot.properties.inputs import FieldType, NumberDisplayHint, PropertyType, TextDisplayHint
from revops_iac.diagnostics import Diagnostic, model_error
from revops_iac.model.condition import FieldRef
from revops_iac.model.data_hygiene import Field
from revops_iac.provider.declaration import Declaration


class Shape(NamedTuple):
    """What a property holds, and how it is shown or calculated."""

    type: PropertyType
    field_type: FieldType
    number_display_hint: NumberDisplayHint | None = None
    text_display_hint: TextDisplayHint | None = None
    external_options: bool | None = None
    referenced_object_type: str | None = None
    calculation_formula: str | None = None


TYPES: Mapping[str, Shape] = {
    "text": Shape("string", "text"),
    "long_text": Shape("string", "textarea"),
    "number": Shape("number", "number"),
    "currency": Shape("number", "number", number_display_hint="currency"),
    # A percentage hint would show 10 as 1000%; percents are whole numbers in the model, as on Salesforce [K].
    "percent": Shape("number", "number", number_display_hint="formatted"),
    "date": Shape("date", "date"),
    "datetime": Shape("datetime", "date"),
    "checkbox": Shape("bool", "booleancheckbox"),
    "picklist": Shape("enumeration", "select"),
    "multi_picklist": Shape("enumeration", "checkbox"),
    "email": Shape("string", "text", text_display_hint="email"),
    "phone": Shape("string", "phonenumber"),
    "url": Shape("string", "text"),
    "user": Shape("enumeration", "select", external_options=True, referenced_object_type="OWNER"),
}
"""Type of the model -> the pair of types that HubSpot accepts together [D], and how it is shown."""


def properties(compilation: Compilation) -> Iterator[Declaration]:
    """A property for every field that the portal does not have already, and a group for them per object type."""
    calculated = _calculations(compilation)
    grouped: set[str] = set()
    for reference, field in compilation.model.fields():
        if reference.object not in OBJECT_TYPES or compilation.names.is_standard(reference):
            continue
        object_type = OBJECT_TYPES[reference.object]
        if field.hubspot_group is None and object_type not in grouped:
            grouped.add(object_type)
            yield _group(compilation, reference)
        yield _property(compilation, reference, field, calculated.get(reference))
        if (own := compilation.names.own_property(reference)) is not None and not field.adopt:
            compilation.diagnostics.append(_taken(reference, field, own))
    yield from _after_decay(compilation)
    yield from _remembered(compilation)


def _group(compilation: Compilation, reference: FieldRef) -> Declaration:
    object_type = OBJECT_TYPES[reference.object]
    inputs = PropertyGroupInputs(object=object_type, name=compilation.names.group, label="Revenue operations")
    return Declaration(
        kind="PropertyGroup",
        key=f"{object_type}.revops",
        inputs={**inputs},
        origin=("data_hygiene", "fields", reference.object),
    )


def _property(compilation: Compilation, reference: FieldRef, field: Field, calculation: Shape | None) -> Declaration:
    object_type, options = OBJECT_TYPES[reference.object], compilation.model.options(reference)
    shape = calculation or TYPES[field.type]
    inputs: PropertyInputs = {
        "object": object_type,
        "name": compilation.names.property(reference),
        "label": field.label,
        "group_name": field.hubspot_group or compilation.names.group,
        "description": field.description,
        "options": [{"label": label, "value": value} for value, label in options.items()] or None,
        "type": shape.type,
        "field_type": shape.field_type,
    }
    origin = ("data_hygiene", "fields", reference.object, reference.key)
    shown = {**inputs, **shape._asdict()}
    return entry_declaration("Property", f"{object_type}.{{}}", reference.key, field, origin, shown)


def _taken(reference: FieldRef, field: Field, own: Row) -> Diagnostic:
    """A field would get the name of a property that every portal has."""
    name, given = own["name"], f"standard: {{{SYSTEM}: {own['name']}}}"
    message = f'"{name}" is a property of HubSpot\'s own, {own["label"]} ({own["type"]})'
    use = f"use it with {given}" if TYPES[field.type].type == own["type"] else f"its type does not fit {field.type}"
    other = f"make another one with vendor_name: {{{SYSTEM}: {name}_2}} or another key"
    return model_error(("data_hygiene", "fields", reference.object, reference.key), message, f"{use}; {other}")


def _after_decay(compilation: Compilation) -> Iterator[Declaration]:
    """The engagement that a decay leaves, which its workflow copies: HubSpot workflows cannot multiply."""
    if not engagement.decays(compilation):
        return
    with compilation.collecting():
        inputs: PropertyInputs = {
            "object": "contacts",
            "name": f"{compilation.names.prefix}{engagement.AFTER_DECAY}",
            "label": "Engagement after decay",
            "group_name": compilation.names.group,
            "description": "What the next decay leaves of the engagement score; the decay workflow copies it.",
            "type": "number",
            "field_type": "calculation_equation",
            "calculation_formula": compilation.formulas().after_decay(),
        }
        yield Declaration("Property", f"contacts.{engagement.AFTER_DECAY}", {**inputs}, ("scoring",))


def _remembered(compilation: Compilation) -> Iterator[Declaration]:
    """When a signal that counts only several times happened before."""
    for key, names in engagement.remembered_properties(compilation).items():
        for place, name in enumerate(names, 1):
            inputs: PropertyInputs = {
                "object": "contacts",
                "name": name,
                "label": f"{key.replace('_', ' ').capitalize()} before ({place})",
                "group_name": compilation.names.group,
                "description": "Keeps when a signal of the score happened, to count how often it does.",
                "type": "datetime",
                "field_type": "date",
            }
            yield Declaration("Property", f"contacts.{key}_before_{place}", {**inputs}, ("scoring",))


def _calculations(compilation: Compilation) -> dict[str, Shape]:
    """The score fields as formulas where scoring runs here; elsewhere they are plain properties that the sync fills."""
    scoring = compilation.model.scoring
    calculated: dict[str, Shape] = {}
    if not any(compilation.runs_here(entry.runs_on) for entry in scoring.values()):
        return calculated
    fields, formulas = next(iter(scoring.values())).fields, compilation.formulas()
    with compilation.collecting():
        calculated[fields.fit] = _calculated("number", formulas.fit())
        calculated[fields.total] = _calculated("number", formulas.total())
        calculated[fields.ready] = _calculated("bool", formulas.ready())
    company = next((entry.company.field for entry in scoring.values() if entry.company), None)
    if company is not None:
        with compilation.collecting():
            calculated[company] = _calculated("number", compilation.formulas("company").company())
    return calculated


def _calculated(type_: PropertyType, formula: str) -> Shape:
    return Shape(type_, "calculation_equation", calculation_formula=formula)
