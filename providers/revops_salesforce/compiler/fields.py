"""Fields of the model as custom fields, and the lists that several picklists share as global value sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

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
from revops_salesforce.inputs import CustomFieldInputs, GlobalValueSetInputs, Value, ValueSet
from revops_salesforce.kinds.custom_field import FieldType

TEXT_LENGTH = 255
LONG_TEXT_LENGTH = 32_768
DIGITS = 18


class Shape(NamedTuple):
    """What a field holds, or the formula that it is."""

    type: FieldType
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    visible_lines: int | None = None
    default_value: str | None = None
    reference_to: str | None = None
    relationship_name: str | None = None
    delete_constraint: Literal["SetNull"] | None = None
    value_set: ValueSet | None = None
    formula: str | None = None


TYPES: Mapping[str, Shape] = {
    "text": Shape("Text", length=TEXT_LENGTH),
    "long_text": Shape("LongTextArea", length=LONG_TEXT_LENGTH, visible_lines=4),
    "number": Shape("Number", precision=DIGITS, scale=0),
    "currency": Shape("Currency", precision=DIGITS, scale=2),
    "percent": Shape("Percent", precision=5, scale=2),
    "date": Shape("Date"),
    "datetime": Shape("DateTime"),
    "checkbox": Shape("Checkbox", default_value="false"),
    "picklist": Shape("Picklist"),
    "multi_picklist": Shape("MultiselectPicklist", visible_lines=4),
    "email": Shape("Email"),
    "phone": Shape("Phone"),
    "url": Shape("Url"),
    "user": Shape("Lookup", reference_to="User", delete_constraint="SetNull"),
}
PICKLISTS = frozenset({"picklist", "multi_picklist"})


def custom_fields(compilation: Compilation) -> Iterator[Declaration]:
    """A custom field on every object of each field that Salesforce does not have already."""
    formulas = _formulas(compilation)
    for reference, field, vendor_object in made(compilation):
        name = custom_field_name(compilation.model, reference.key, field)
        if len(name.removesuffix("__c")) > DEVELOPER_NAME_LENGTH:
            compilation.diagnostics.append(_too_long(name, field, _origin(reference)))
        shape = formulas.get((vendor_object, str(reference))) or _stored(compilation, reference, field)
        inputs: CustomFieldInputs = {
            "object": vendor_object,
            "name": name,
            "label": field.label,
            "description": field.description,
            "type": shape.type,
        }
        blanks = {"formula_treat_blanks_as": "BlankAsBlank" if shape.formula else None}
        yield declaration(
            "CustomField",
            f"{vendor_object}.{{}}",
            reference.key,
            field,
            _origin(reference),
            {**inputs, **shape._asdict(), **blanks},
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


def _stored(compilation: Compilation, reference: FieldRef, field: Field) -> Shape:
    """The shape of a field that holds a value."""
    shape = TYPES[field.type]
    if field.type in PICKLISTS:
        return _listed(compilation, reference, shape)
    if field.type == "text" and field.length and field.length > TEXT_LENGTH:
        return TYPES["long_text"]._replace(length=max(256, field.length))
    if shape.length is not None and field.length:
        shape = shape._replace(length=max(256, field.length) if field.type == "long_text" else field.length)
    if shape.scale is not None and field.decimals is not None:
        shape = shape._replace(scale=field.decimals)
    if field.type == "percent" and shape.scale is not None:
        shape = shape._replace(precision=3 + shape.scale)
    if field.type == "user":
        shape = shape._replace(relationship_name=title(f"{reference.object}s_{reference.key}"))
    return shape


def _listed(compilation: Compilation, reference: FieldRef, shape: Shape) -> Shape:
    """A picklist of the shared list, of its own values, or a text where the model names no values."""
    source = _shared_list(compilation, reference)
    if source is not None:
        name = _value_set_name(compilation, source)
        return shape._replace(value_set={"global_value_set": name, "restricted": True})
    values = _values(compilation, reference)
    return shape._replace(value_set={"values": values, "restricted": True}) if values else TYPES["text"]


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


def _formulas(compilation: Compilation) -> dict[tuple[str, str], Shape]:
    """The score fields as formulas, by object and field."""
    found: dict[tuple[str, str], Shape] = {}
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


def _formula(compilation: Compilation, reference: str, text: str) -> Shape:
    field = compilation.model.field(reference)
    if field is not None and field.type == "checkbox":
        return Shape("Checkbox", formula=text)
    return TYPES["number"]._replace(scale=(field.decimals if field else None) or 0, formula=text)


def _origin(reference: FieldRef) -> Path:
    return ("data_hygiene", "fields", reference.object, reference.key)


def _too_long(name: str, field: Field, origin: Path) -> Diagnostic:
    shorter = name.removesuffix("__c")[:DEVELOPER_NAME_LENGTH].rstrip("_")
    message = f'the name "{name}" has more than {DEVELOPER_NAME_LENGTH} characters before "__c"'
    return model_error(origin, message, f"put beside it: {pinned(field, shorter + '__c')}")
