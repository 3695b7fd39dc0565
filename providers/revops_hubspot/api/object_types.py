"""Object types by name and by type id [O]. Lists and flows name types by id, properties and pipelines by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from revops_iac.provider.live_object import Reference

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
OTHER_STANDARD = frozenset(
    {
        "appointments",
        "carts",
        "commerce_payments",
        "communications",
        "courses",
        "discounts",
        "feedback_submissions",
        "fees",
        "goal_targets",
        "invoices",
        "listings",
        "marketing_events",
        "partner_clients",
        "partner_services",
        "postal_mail",
        "projects",
        "subscriptions",
        "taxes",
        "users",
    }
)
"""Further names of HubSpot's own that paths know [D]; their type ids are not needed here."""
_QUALIFIED = re.compile(r"p\d+_.+|\d+-\d+")
_NAMES = {identifier: name for name, identifier in TYPE_IDS.items()}


def type_id(object_: str) -> str:
    """The type id of an object; what is not known (a custom object's `2-n`) stands for itself."""
    return TYPE_IDS.get(object_, object_)


def custom_name(object_: str) -> str | None:
    """The bare name of a custom object; None for a standard one and for one named by type id.

    >>> custom_name("machine"), custom_name("p48210773_machine"), custom_name("deals"), custom_name("2-4100")
    ('machine', 'machine', None, None)
    """
    if object_ in TYPE_IDS or object_ in OTHER_STANDARD or re.fullmatch(r"\d+-\d+", object_):
        return None
    return re.sub(r"^p\d+_", "", object_)


def schema_references(*objects: str) -> Iterator[Reference]:
    """The schemas of the custom objects among these."""
    for object_ in objects:
        if (name := custom_name(object_)) is not None:
            yield Reference("CustomObjectSchema", name)


def is_bare(object_: str) -> bool:
    """Whether it is a custom object's bare name, which HubSpot does not know [O] and every portal qualifies its way."""
    return custom_name(object_) is not None and not _QUALIFIED.fullmatch(object_)


def object_name(identifier: str) -> str:
    """The name behind a type id, or the id itself."""
    return _NAMES.get(identifier, identifier)
