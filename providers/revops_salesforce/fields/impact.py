"""What a changed field or value set would lose in records; each question is one COUNT query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from vendor_facts import table

from revops_iac.provider.kind import Definition, Impact, LiveObject
from revops_salesforce.api.client import SalesforceClient, quoted
from revops_salesforce.api.errors import SalesforceRefusal
from revops_salesforce.fields.type_changes import NOT_FILTERABLE, NUMBERS, RECIPE, loses_values

STANDARD_FIELDS: Mapping[str, tuple[str, ...]] = {
    row["name"]: tuple(row["fields"].split()) for row in table("salesforce/fields_of_value_sets")
}
"""The fields that take their values from a standard value set."""


def lost(client: SalesforceClient, inputs: Definition, live: LiveObject) -> Iterator[Impact]:
    """What bringing a field to its inputs would lose. A formula holds nothing."""
    was = live.definition
    if was.get("formula") or inputs.get("formula"):
        return
    field = FieldCount(client, was["object"], was["name"], was["type"])
    if loses_values(was["type"], inputs.get("type") or was["type"]):
        records, exact = field.filled()
        message = (
            f"{_holding(field, records, exact)}; changing its type from {was['type']} to {inputs['type']} loses them"
        )
        yield Impact(records, message, RECIPE)
        return
    yield from _narrowed(field, was, inputs)
    gone = newly_inactive((was.get("value_set") or {}).get("values"), inputs.get("value_set"))
    if gone:
        yield of_values([field], gone)


def _narrowed(field: FieldCount, was: Definition, inputs: Definition) -> Iterator[Impact]:
    """Shorter texts and fewer digits. Which texts are too long no query can ask, so all of them count."""
    before, after = was.get("length") or 0, inputs.get("length") or was.get("length") or 0
    if after < before:
        records, exact = field.filled()
        message = (
            f"{_holding(field, records, exact)}; those longer than {after} characters would be truncated or refused"
        )
        yield Impact(records, f"{message} (length {before} to {after})")
    if was["type"] in NUMBERS:
        yield from _fewer_digits(field, was, inputs)


def _fewer_digits(field: FieldCount, was: Definition, inputs: Definition) -> Iterator[Impact]:
    before, after = _whole_digits(was), _whole_digits({**was, **_given(inputs)})
    if after < before:
        limit = 10**after
        records, exact = field.where(f"({field.name} >= {limit} OR {field.name} <= -{limit})")
        message = f"{_holding(field, records, exact)} of more than {after} digits before the point"
        yield Impact(records, message)
    scale_before, scale_after = int(was.get("scale") or 0), int(_given(inputs).get("scale", was.get("scale")) or 0)
    if scale_after < scale_before:
        records, exact = field.filled()
        message = (
            f"{_holding(field, records, exact)}, which would be rounded from {scale_before} to {scale_after} decimals"
        )
        yield Impact(records, message)


def _given(inputs: Definition) -> Definition:
    return {key: inputs[key] for key in ("precision", "scale") if inputs.get(key) is not None}


def _whole_digits(definition: Mapping[str, Any]) -> int:
    return int(definition.get("precision") or 0) - int(definition.get("scale") or 0)


def newly_inactive(live: Sequence[Mapping[str, Any]] | None, desired: Mapping[str, Any] | None) -> list[str]:
    """The values that are active now and would not be any more."""
    active = [entry["name"] for entry in live or () if entry.get("is_active", True)]
    if not desired:
        return []
    off = {entry["name"] for entry in desired.get("values") or () if entry.get("is_active") is False}
    off |= set(desired.get("deactivate") or ())
    return [name for name in active if name in off]


def of_values(fields: Iterable[FieldCount], gone: Sequence[str]) -> Impact:
    """The records that hold values that go, one COUNT query per field."""
    counts = [(field, *field.holding(gone)) for field in fields]
    message = [_holding(field, records, exact) for field, records, exact in counts if records]
    named = ", ".join(f'"{name}"' for name in gone)
    keep = "they keep the value, but users can no longer choose it"
    return Impact(
        sum(records for _, records, _ in counts), f"{'; '.join(message)} that would be inactive ({named}): {keep}"
    )


def _holding(field: FieldCount, records: int, exact: bool) -> str:
    have = f"{records:,} {field.object} records have a value in {field.name}"
    return have if exact else f"up to {have} (the org cannot count them by this field)"


class FieldCount:
    """Counts records by one field. Where the org cannot tell, all records of the object count."""

    def __init__(self, client: SalesforceClient, object_: str, name: str, type_: str) -> None:
        self.client = client
        self.object = object_
        self.name = name
        self.type = type_

    def filled(self) -> tuple[int, bool]:
        """How many records hold a value; and whether that is exact."""
        return self.where(f"{self.name} = true" if self.type == "Checkbox" else f"{self.name} != null")

    def holding(self, values: Sequence[str]) -> tuple[int, bool]:
        """How many records hold one of these values."""
        listed = ", ".join(quoted(value) for value in values)
        operator = "INCLUDES" if self.type == "MultiselectPicklist" else "IN"
        return self.where(f"{self.name} {operator} ({listed})")

    def where(self, condition: str) -> tuple[int, bool]:
        """How many records meet a condition."""
        every = f"SELECT COUNT() FROM {self.object}"
        if self.type in NOT_FILTERABLE:
            return self.client.count(every), False
        try:
            return self.client.count(f"{every} WHERE {condition}"), True
        except SalesforceRefusal as refusal:
            if refusal.code != "INVALID_FIELD":  # no field permission: REST knows no such field [K]
                raise
        return self.client.count(every), False
