"""Data hygiene: every field of the model, duplicates, required fields, enrichment and the audit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic import Field as Constraint
from pydantic_core import PydanticCustomError

from revops_iac.model.condition import Condition, FieldRef, missing
from revops_iac.model.duration import Duration
from revops_iac.model.entry import (
    Cadence,
    Day,
    Entry,
    FieldReference,
    Key,
    ObjectName,
    OwnerKey,
    StageKey,
    System,
    VendorEntry,
)

FieldType = Literal[
    "text",
    "long_text",
    "number",
    "currency",
    "percent",
    "date",
    "datetime",
    "checkbox",
    "picklist",
    "multi_picklist",
    "email",
    "phone",
    "url",
    "user",
]


def _vendor_fields(value: Any) -> Any:
    whole = isinstance(value, dict) and all(isinstance(name, str) for name in value.values())
    if isinstance(value, str) or whole:
        return value
    raise PydanticCustomError("vendor_field", "is not a vendor field")


VendorFields = Annotated[
    str | dict[str, str], BeforeValidator(_vendor_fields, json_schema_input_type=str | dict[str, str])
]
"""The vendor's own field, or vendor object -> field."""


class Field(VendorEntry):
    """A field of an object. One that is `standard` on a system exists there already, and nothing is made for it."""

    label: str
    """The name that people read."""
    type: FieldType
    """The type of the field."""
    description: str | None = None
    """What the field means; shown in the CRM."""
    options: dict[str, str] = {}
    """Value -> label, in order, for picklists. Keys follow the key pattern unless the field is standard somewhere. The
    fields of lifecycle stage, lead status and rejection reason take theirs from the lifecycle where they list none."""
    standard: dict[System, VendorFields] = {}
    """System -> the vendor's own field, or vendor object -> field where these differ."""
    mirror_of: FieldReference | None = None
    """The company field that this field of the person repeats."""
    length: Annotated[int, Constraint(gt=0, le=131072)] | None = None
    """The most characters that a text holds."""
    decimals: Annotated[int, Constraint(ge=0, le=8)] | None = None
    """The decimal places of a number."""
    access: bool = True
    """Whether the permission set RevOps_Fields gives it to people on Salesforce; false where others do."""
    hubspot_group: str | None = None
    """The property group that it stands in on HubSpot, which exists. Default: a group of the model's own."""
    personal: bool = False
    """Holds personal data; then it needs `purpose` and `retention`."""
    purpose: str | None = None
    """Why personal data is kept."""
    retention: Duration | None = None
    """How long personal data is kept, such as `24 months`."""

    def standard_name(self, system: str, vendor_object: str | None = None) -> str | None:
        """The vendor's own field that this one binds to, or None where the model makes it."""
        bound = self.standard.get(system)
        return bound.get(vendor_object or "") if isinstance(bound, dict) else bound


class Enrichment(Entry):
    """A source of data, and the fields it may fill."""

    label: str | None = None
    """The name that people read."""
    use: str
    """What the source is used for."""
    when: str | None = None
    """When it runs."""
    fields: list[FieldReference] = []
    """The fields that it may fill."""


class Audit(Entry):
    """The regular check of the data."""

    every: Cadence
    """How often the data is checked."""
    next: Day | None = None
    """The date of the next check."""
    owner: OwnerKey | None = None
    """The person or team that checks."""
    steps: list[str] = []
    """What to check, one step each."""
    inactive_months: Annotated[int, Constraint(gt=0)] | None = None
    """Months without activity after which a contact is archived."""


class Access(Entry):
    """What gives people the fields that the model makes, and what lets them pass its blocking rules: on Salesforce the
    permission sets RevOps_Fields and RevOps_Bypass and the custom permission of that name."""

    adopt: bool = False
    """Take these over where the account has them already with another content."""


class DataHygiene(Entry):
    """The fields of the model and how their contents stay clean."""

    fields: dict[ObjectName, dict[Key, Field]] = {}
    """Object and its fields by key. Each field that a topic names is declared here once."""
    match_keys: dict[Key, FieldReference] = {}
    """What makes two records duplicates."""
    merge_winner: Literal["crm record", "newest record", "oldest record"] | None = None
    """Which record wins when duplicates are merged."""
    required_by_stage: dict[StageKey, list[FieldReference]] = {}
    """Lifecycle stage -> the fields without which a record cannot enter it."""
    required_when: dict[FieldReference, Condition] = {}
    """Field -> the condition under which a record must have it, such as
    `contact.lost_reason: contact.lifecycle_stage = recycled`."""
    enrichment: dict[Key, Enrichment] = {}
    """Sources of data by key."""
    access: Access = Access()
    """The permissions that come with the fields of the model."""
    audit: Audit | None = None
    """The regular check of the data."""

    @property
    def winner_of_merges(self) -> str | None:
        """`merge_winner` as people say it.

        >>> DataHygiene(merge_winner="crm record").winner_of_merges
        'CRM record'
        """
        return self.merge_winner and self.merge_winner.replace("crm", "CRM")

    def all_fields(self) -> Iterator[tuple[FieldRef, Field]]:
        """Every field with its reference, object by object, in the order written."""
        for object_name, fields in self.fields.items():
            for key, field in fields.items():
                yield FieldRef(f"{object_name}.{key}"), field

    def missing_fields(self, record: Mapping[str, Any]) -> list[FieldRef]:
        """The fields that a record, keyed by `object.key`, must have under its conditions and has not."""
        asked = [FieldRef(reference) for reference, when in self.required_when.items() if when.evaluate(record)]
        return [reference for reference in asked if missing(record, reference)]

    def field(self, reference: str) -> Field | None:
        """The field behind `object.key`, or None."""
        object_name, _, key = reference.partition(".")
        return self.fields.get(object_name, {}).get(key)  # type: ignore[call-overload, no-any-return]
