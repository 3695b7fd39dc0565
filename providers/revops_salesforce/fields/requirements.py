"""What a custom field of each type cannot be without; the WSDL says nothing of it, the org does [K]."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from revops_salesforce.fields.type_changes import NUMBERS

NEEDED: Mapping[str, tuple[str, ...]] = {
    "Text": ("length",),
    "LongTextArea": ("length", "visible_lines"),
    "Html": ("length", "visible_lines"),
    "EncryptedText": ("length", "mask_char", "mask_type"),
    **dict.fromkeys(NUMBERS, ("precision", "scale")),
    "Location": ("scale",),
    "Checkbox": ("default_value",),
    "Picklist": ("value_set",),
    "MultiselectPicklist": ("value_set", "visible_lines"),
    "Lookup": ("reference_to", "relationship_name"),
    "MasterDetail": ("reference_to", "relationship_name"),
    "AutoNumber": ("display_format",),
    "Summary": ("summary_foreign_key", "summary_operation"),
}
"""Type -> inputs of a field that holds values."""
NEEDED_BY_FORMULAS: Mapping[str, tuple[str, ...]] = dict.fromkeys(NUMBERS, ("precision", "scale"))
FORMULA_TYPES = frozenset({"Checkbox", "Currency", "Date", "DateTime", "Number", "Percent", "Text", "Time"})
"""What a formula field can return [K]."""


def lacking(desired: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a field that does not exist yet cannot be made without: sentence and fix."""
    name, kind = f"{desired['object']}.{desired['name']}", desired["type"]
    formula = desired.get("formula") is not None
    if formula and kind not in FORMULA_TYPES:
        types = ", ".join(sorted(FORMULA_TYPES))
        yield f'CustomField "{name}": a formula cannot return {kind}', f"type: one of {types}"
        return
    for key in (NEEDED_BY_FORMULAS if formula else NEEDED).get(kind, ()):
        if desired.get(key) is None:
            yield f'CustomField "{name}" of type {kind} needs {key}', f"add {key} beside its type"
    if kind == "Summary" and (desired.get("summarized_field") is None) != (desired.get("summary_operation") == "count"):
        yield (
            f'CustomField "{name}": a count summarizes no field, every other operation one',
            "add or take out summarized_field",
        )


def value_column(field: str, kind: str) -> str:
    """The column that holds a field's value: a location is two numbers [K].

    >>> value_column("Place__c", "Location")
    'Place__Latitude__s'
    """
    return f"{field.removesuffix('__c')}__Latitude__s" if kind == "Location" else field
