"""Fields of the model as custom fields, and the lists that several picklists share as global value sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from revops_iac.diagnostics import Diagnostic, model_error
from revops_iac.model.condition import FieldRef
from revops_iac.model.data_hygiene import Field
from revops_iac.provider.declaration import Declaration, Path
from revops_salesforce.compiler.terms.compilation import Compilation, declaration
from revops_salesforce.compiler.terms.names import (
    DEVELOPER_NAME_LENGTH,
    SYSTEM,
    VENDOR_OBJECTS,
    custom_field_name,
    options,
    pinned,
    title,
)
from revops_salesforce.compiler.terms.scoring import COMPANY, company_formula, score_formulas
from revops_salesforce.inputs import GlobalValueSetInputs, Value

TEXT_LENGTH = 255
LONG_TEXT_LENGTH = 32_768
DIGITS = 18
TYPES: Mapping[str, Mapping[str, Any]] = {
    "text": {"type": "Text", "length": TEXT_LENGTH},
    "long_text": {"type": "LongTextArea", "length": LONG_TEXT_LENGTH, "visible_lines": 4},
    "number": {"type": "Number", "precision": DIGITS, "scale": 0},
    "currency": {"type": "Currency", "precision": DIGITS, "scale": 2},
    "percent": {"type": "Percent", "precision": 5, "scale": 2},
    "date": {"type": "Date"},
    "datetime": {"type": "DateTime"},
    "checkbox": {"type": "Checkbox", "default_value": "false"},
    "picklist": {"type": "Picklist"},
    "multi_picklist": {"type": "MultiselectPicklist", "visible_lines": 4},
    "email": {"type": "Email"},
    "phone": {"type": "Phone"},
    "url": {"type": "Url"},
    "user": {"type": "Lookup", "reference_to": "User", "delete_constraint": "SetNull"},
}
PICKLISTS = frozenset({"picklist", "multi_picklist"})


def custom_fields(compilation: Compilation) -> Iterator[Declaration]:
    """A custom field on every object of each field that Salesforce does not have already."""
    formulas = _formulas(compilation)
    for reference, field, vendor_object in made(compilation):
        name = custom_field_name(compilation.model, reference.key, field)
        if len(name.removesuffix("__c")) > DEVELOPER_NAME_LENGTH:
            compilation.diagnostics.append(_too_long(name, field, _origin(reference)))
        inputs = {
            "object": vendor_object,
            "name": name,
            "label": field.label,
            "description": field.description,
            **(formulas.get((vendor_object, str(reference))) or _stored(compilation, reference, field)),
        }
        yield declaration(
            "CustomField",
            f"{vendor_object}.{{}}",
            reference.key,
            field,
            _origin(reference),
            inputs,
            custom_field_name(compilation.model, field.was[0], None) if field.was else None,
        )


def made(compilation: Compilation) -> Iterator[tuple[FieldRef, Field, str]]:
    """Every field with each object on which the model makes it."""
    for reference, field in compilation.model.fields():
        for vendor_object in _made_on(reference, field):
            yield reference, field, vendor_object


def _made_on(reference: FieldRef, field: Field) -> list[str]:
    return [one for one in VENDOR_OBJECTS[reference.object] if field.standard_name(SYSTEM, one) is None]


def calculated(compilation: Compilation) -> frozenset[str]:
    """The fields that are formulas."""
    scoring = compilation.model.scoring.values()
    entry = next(iter(scoring), None)
    companies = {one.company.field for one in scoring if one.company}
    return frozenset((entry.fields.fit, entry.fields.total, entry.fields.ready, *companies)) if entry else frozenset()


def value_sets(compilation: Compilation) -> Iterator[Declaration]:
    """A global value set for every list that both Lead and Contact offer, so that they cannot drift apart."""
    for reference, field in compilation.model.fields():
        if not _is_shared(compilation, reference):
            continue
        inputs: GlobalValueSetInputs = {
            "name": _value_set_name(compilation, reference),
            "label": field.label,
            "description": field.description,
            "values": _values(compilation, reference),
        }
        pin = custom_field_name(compilation.model, field.was[0], None) if field.was else None
        yield declaration("GlobalValueSet", "{}", reference.key, field, _origin(reference), inputs, pin)


def _is_shared(compilation: Compilation, reference: FieldRef) -> bool:
    """Both Lead and Contact get the field, as a list of values."""
    field = compilation.model.field(reference)
    if field is None or field.type not in PICKLISTS or len(_made_on(reference, field)) < 2:
        return False
    return bool(options(compilation.model, reference))


def _value_set_name(compilation: Compilation, reference: FieldRef) -> str:
    field = compilation.model.field(reference)
    return custom_field_name(compilation.model, reference.key, field).removesuffix("__c")


def _values(compilation: Compilation, reference: FieldRef) -> list[Value]:
    return [{"name": name, "label": label} for name, label in options(compilation.model, reference).items()]


def _stored(compilation: Compilation, reference: FieldRef, field: Field) -> dict[str, Any]:
    """The inputs of a field that holds a value."""
    inputs = dict(TYPES[field.type])
    if field.type in PICKLISTS:
        return _listed(compilation, reference, inputs)
    if field.type == "text" and field.length and field.length > TEXT_LENGTH:
        return {**TYPES["long_text"], "length": max(256, field.length)}
    if "length" in inputs and field.length:
        inputs["length"] = max(256, field.length) if field.type == "long_text" else field.length
    if "scale" in inputs and field.decimals is not None:
        inputs["scale"] = field.decimals
    if field.type == "percent":
        inputs["precision"] = 3 + inputs["scale"]
    if field.type == "user":
        inputs["relationship_name"] = title(f"{reference.object}s_{reference.key}")
    return inputs


def _listed(compilation: Compilation, reference: FieldRef, inputs: dict[str, Any]) -> dict[str, Any]:
    """A picklist of the shared list, of its own values, or a text where the model names no values."""
    source = _shared_list(compilation, reference)
    if source is not None:
        return {**inputs, "value_set": {"global_value_set": _value_set_name(compilation, source), "restricted": True}}
    values = _values(compilation, reference)
    if not values:
        return dict(TYPES["text"])
    return {**inputs, "value_set": {"values": values, "restricted": True}}


def _shared_list(compilation: Compilation, reference: FieldRef) -> FieldRef | None:
    """The field whose global value set this one uses: its own, or that of the person's field that mirrors it."""
    if _is_shared(compilation, reference):
        return reference
    for other, field in compilation.model.fields():
        same = field.mirror_of == reference and options(compilation.model, other) == options(
            compilation.model, reference
        )
        if same and _is_shared(compilation, other):
            return other
    return None


def _formulas(compilation: Compilation) -> dict[tuple[str, str], dict[str, Any]]:
    """The score fields as formulas, by object and field."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for key, entry in list(compilation.model.scoring.items())[:1]:
        for vendor_object in VENDOR_OBJECTS["contact"]:
            with compilation.collecting(("scoring", key)):
                texts = score_formulas(compilation.model, vendor_object)
                found[vendor_object, entry.fields.fit] = _formula(compilation, entry.fields.fit, texts.fit)
                found[vendor_object, entry.fields.total] = _formula(compilation, entry.fields.total, texts.total)
                found[vendor_object, entry.fields.ready] = _formula(compilation, entry.fields.ready, texts.ready)
    scored = next(((key, one.company) for key, one in compilation.model.scoring.items() if one.company), None)
    if scored is not None:
        key, company = scored
        with compilation.collecting(("scoring", key, "company")):
            text = company_formula(compilation.model)
            found[COMPANY, company.field] = _formula(compilation, company.field, text)
    return found


def _formula(compilation: Compilation, reference: str, text: str) -> dict[str, Any]:
    field = compilation.model.field(reference)
    result: dict[str, Any] = {"type": "Checkbox"}
    if field is None or field.type != "checkbox":
        result = {**TYPES["number"], "scale": (field.decimals if field else None) or 0}
    return {**result, "formula": text, "formula_treat_blanks_as": "BlankAsBlank"}


def _origin(reference: FieldRef) -> Path:
    return ("data_hygiene", "fields", reference.object, reference.key)


def _too_long(name: str, field: Field, origin: Path) -> Diagnostic:
    shorter = name.removesuffix("__c")[:DEVELOPER_NAME_LENGTH].rstrip("_")
    message = f'the name "{name}" has more than {DEVELOPER_NAME_LENGTH} characters before "__c"'
    return model_error(origin, message, f"put beside it: {pinned(field, shorter + '__c')}")
