"""What a custom field of each type cannot be without; the WSDL says nothing of it, the org does [K]."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vendor_facts import table

from revops_iac.diagnostics import Diagnostic, input_error
from revops_salesforce.api.components import snake

NEEDED: Mapping[str, tuple[str, ...]] = {
    row["type"]: tuple(map(snake, row["required"].split())) for row in table("salesforce/field_types")
}
NEEDED_BY_FORMULAS: Mapping[str, tuple[str, ...]] = {
    row["type"]: tuple(snake(name) for name in row["formula"].split() if name != "formula")
    for row in table("salesforce/field_types")
    if row["formula"]
}
FORMULA_TYPES = frozenset(NEEDED_BY_FORMULAS)
"""What a formula field can return [K]."""


def lacking(desired: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """What a field that does not exist yet cannot be made without."""
    kind = desired["type"]
    formula = desired.get("formula") is not None
    if formula and kind not in FORMULA_TYPES:
        types = ", ".join(sorted(FORMULA_TYPES))
        yield input_error(("type",), f"a formula cannot return {kind}", f"type: one of {types}")
        return
    for key in (NEEDED_BY_FORMULAS if formula else NEEDED).get(kind, ()):
        if desired.get(key) is None:
            yield input_error(("type",), f"a field of type {kind} needs {key}", f"add {key} beside its type")
    if kind == "Summary" and (desired.get("summarized_field") is None) != (desired.get("summary_operation") == "count"):
        message = "a count takes no summarized_field; every other operation must have one"
        yield input_error((), message, "add or remove summarized_field")


def value_column(field: str, kind: str) -> str:
    """The column that holds a field's value: a location is two numbers [K].

    >>> value_column("Place__c", "Location")
    'Place__Latitude__s'
    """
    return f"{field.removesuffix('__c')}__Latitude__s" if kind == "Location" else field
