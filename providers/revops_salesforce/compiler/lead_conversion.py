"""Lead conversion: every value that is kept on a lead goes on to the contact, the account and the deal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from revops_iac.model.condition import FieldRef
from revops_iac.model.data_hygiene import Field
from revops_iac.provider.declaration import Declaration
from revops_salesforce.compiler.fields import calculated, made
from revops_salesforce.compiler.signal_moments import remembered_fields
from revops_salesforce.compiler.terms.compilation import Compilation, derived
from revops_salesforce.compiler.terms.names import custom_field_name, options
from revops_salesforce.inputs import FieldMapping, LeadConvertSettingsInputs

ORIGIN = ("data_hygiene", "fields")
LEAD, CONTACT = "Lead", "Contact"


Made = tuple[FieldRef, Field, str]


def field_mapping(compilation: Compilation) -> Iterator[Declaration]:
    """The custom fields of Lead that stand on Contact, on Account or on Opportunity too.

    With them the moments of signals that count only when they repeat, so a conversion starts no count anew.
    """
    fields = _holding_values(compilation)
    pairs = [
        FieldMapping(field=_name(compilation, LEAD, reference, field), to=target)
        for reference, field, vendor_object in fields
        if vendor_object == LEAD
        for target in _targets(compilation, reference, field, fields)
    ]
    moments = [name for names in remembered_fields(compilation).values() for name in names]
    pairs += [FieldMapping(field=f"{LEAD}.{name}", to=f"{CONTACT}.{name}") for name in moments]
    if pairs:
        yield derived("LeadConvertSettings", "LeadConvertSettings", ORIGIN, LeadConvertSettingsInputs(mappings=pairs))


def _holding_values(compilation: Compilation) -> list[Made]:
    """The fields that the model makes, with their objects; a formula computes its own on each, and holds none."""
    formulas = calculated(compilation)
    return [one for one in made(compilation) if one[0] not in formulas]


def _targets(compilation: Compilation, reference: FieldRef, field: Field, fields: Sequence[Made]) -> Iterator[str]:
    for other, theirs, vendor_object in fields:
        if vendor_object == LEAD or theirs.type != field.type:
            continue
        carries = other == reference or other == field.mirror_of or _same_key(reference, other)
        if carries and options(compilation.model, other) == options(compilation.model, reference):
            yield _name(compilation, vendor_object, other, theirs)


def _same_key(reference: FieldRef, other: FieldRef) -> bool:
    """A field of the deal, or of the company, that is called as the one of the person."""
    return other.object in {"deal", "company"} and other.key == reference.key


def _name(compilation: Compilation, vendor_object: str, reference: FieldRef, field: Field) -> str:
    return f"{vendor_object}.{custom_field_name(compilation.model, reference.key, field)}"
