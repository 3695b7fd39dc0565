"""The object types of a portal and the names they answer to [O]."""

from __future__ import annotations

from dataclasses import dataclass

from crm_simulators.hubspot import errors


@dataclass(frozen=True)
class ObjectType:
    """A standard object: its type id, its plural and singular name, and its name in scopes."""

    id: str
    plural: str
    singular: str
    scope: str


OBJECT_TYPES = (
    ObjectType("0-1", "contacts", "contact", "contacts"),
    ObjectType("0-2", "companies", "company", "companies"),
    ObjectType("0-3", "deals", "deal", "deals"),
    ObjectType("0-5", "tickets", "ticket", "tickets"),
    ObjectType("0-27", "tasks", "task", "contacts"),
    ObjectType("0-136", "leads", "lead", "leads"),
)
_BY_NAME = {name: t for t in OBJECT_TYPES for name in (t.id, t.plural, t.singular)}


def find_object_type(name: str) -> ObjectType:
    """The object type that `contacts`, `contact`, `CONTACTS` or `0-1` names; 400 for one that is not modeled [O]."""
    found = _BY_NAME.get(name.lower())
    if found is None:
        raise errors.unknown_object_type(name)
    return found
