"""Object types by name and by type id [O]. Lists and flows name types by id, properties and pipelines by name."""

from __future__ import annotations

from collections.abc import Mapping

TYPE_IDS: Mapping[str, str] = {
    "contacts": "0-1",
    "companies": "0-2",
    "deals": "0-3",
    "tickets": "0-5",
    "products": "0-7",
    "line_items": "0-8",
    "quotes": "0-14",
    "tasks": "0-27",
    "notes": "0-46",
    "meetings": "0-47",
    "calls": "0-48",
    "emails": "0-49",
    "orders": "0-123",
    "leads": "0-136",
    "services": "0-162",
}
_NAMES = {identifier: name for name, identifier in TYPE_IDS.items()}


def type_id(object_: str) -> str:
    """The type id of an object; what is not known (a custom object's `2-n`) stands for itself."""
    return TYPE_IDS.get(object_, object_)


def object_name(identifier: str) -> str:
    """The name behind a type id, or the id itself."""
    return _NAMES.get(identifier, identifier)
