"""The object types of a portal and the names they answer to [O]."""

from __future__ import annotations

from dataclasses import dataclass

from vendor_facts import table

from crm_simulators.hubspot import errors


@dataclass(frozen=True)
class ObjectType:
    """A standard object: its type id, its plural and singular name, and its name in scopes."""

    id: str
    plural: str
    singular: str
    scope: str


OBJECT_TYPES = tuple(
    ObjectType(row["type_id"] or row["simulated"], row["name"], row["singular"], row["scope"])
    for row in table("hubspot/object_types")
    if row["scope"]
)
_BY_NAME = {name: t for t in OBJECT_TYPES for name in (t.id, t.plural, t.singular)}


def find_object_type(name: str) -> ObjectType:
    """The object type that `contacts`, `contact`, `CONTACTS` or `0-1` names; 400 for one that is not modeled [O]."""
    found = _BY_NAME.get(name.lower())
    if found is None:
        raise errors.unknown_object_type(name)
    return found
