"""Object types by name and by type id [O]. Lists and flows name types by id, properties and pipelines by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from vendor_facts import table

from revops_iac.provider.live_object import Reference

TYPE_IDS: Mapping[str, str] = {row["name"]: row["type_id"] for row in table("hubspot/object_types") if row["type_id"]}
OTHER_STANDARD = frozenset(row["name"] for row in table("hubspot/object_types") if not row["type_id"])
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
