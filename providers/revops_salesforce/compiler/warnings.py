"""What of the model Salesforce takes otherwise than its author may expect, without being wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vendor_facts import table

from revops_iac.diagnostics import Diagnostic, model_warning
from revops_iac.model import Model
from revops_iac.model.condition import FieldRef
from revops_salesforce.compiler.terms.names import SYSTEM, VENDOR_OBJECTS, custom_field_name, pinned

OWN_FIELDS: Mapping[tuple[str, str], str] = {
    (row["object"], row["name"].lower()): row["name"]
    for row in table("salesforce/standard_fields")
    if row["access"] != "readonly"
}
"""Object and name in lower case -> the name of a field that every org has."""
ADDRESSES = {"Contact": "mailing", "Account": "billing"}
"""How the parts of an address begin where an object has several."""


def warnings(model: Model) -> Iterator[Diagnostic]:
    """Fields that are made beside a field of Salesforce's own that is called the same."""
    for reference, field in model.fields():
        own = _own_fields(reference)
        if not own or SYSTEM in field.standard or field.vendor_name_on(SYSTEM):
            continue
        beside = " and ".join(f"{vendor_object}.{name}" for vendor_object, name in own.items())
        bound = ", ".join(f"{vendor_object}: {name}" for vendor_object, name in own.items())
        other = pinned(field, custom_field_name(model, reference.key, field))
        yield model_warning(
            ("data_hygiene", "fields", reference.object, reference.key),
            f"a new field is made beside {beside}, which Salesforce has",
            f"use that one with standard: {{{SYSTEM}: {{{bound}}}}}, or keep both with {other}",
        )


def _own_fields(reference: FieldRef) -> dict[str, str]:
    """Object -> the field of Salesforce's own that is called as a field of the model."""
    key, found = reference.key.replace("_", ""), {}
    for vendor_object in VENDOR_OBJECTS[reference.object]:
        names = (key, f"{ADDRESSES.get(vendor_object, '')}{key}")
        own = next((OWN_FIELDS[vendor_object, one] for one in names if (vendor_object, one) in OWN_FIELDS), None)
        if own is not None:
            found[vendor_object] = own
    return found
