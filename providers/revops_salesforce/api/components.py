"""Metadata components between plain values and zeep's typed objects.

Plain dictionaries must never reach zeep: it sends them without a type and without most of their values, and says
nothing [V]. So every level is built as its own type here, and a key that the type lacks is our bug.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from zeep import Client
from zeep.xsd import CompoundValue

from revops_iac.errors import Bug

Body = dict[str, Any]
"""A metadata component in the vendor's own element names, plain values only."""


def build(client: Client, type_name: str, body: Mapping[str, Any]) -> Any:
    """The typed object of a component. Raises Bug when the type has no such element."""
    return _typed(client.get_type(f"ns0:{type_name}"), type_name, body)  # type: ignore[no-untyped-call]


def element(client: Client, name: str) -> Any:
    """The constructor of an element of the Metadata API, a header for instance."""
    return client.get_element(f"ns0:{name}")  # type: ignore[no-untyped-call]


def _typed(zeep_type: Any, path: str, body: Mapping[str, Any]) -> Any:
    elements = dict(zeep_type.elements)
    values = {}
    for key, value in body.items():
        if key not in elements:
            raise Bug(f"Salesforce metadata: {path} has no element {key} in the Metadata API of this release")
        element = elements[key]
        many = value if isinstance(value, list) else [value]
        built = [
            _typed(element.type, f"{path}.{key}", item) if isinstance(item, Mapping) else item
            for item in many
            if item is not None
        ]
        if built:
            values[key] = built if element.accepts_multiple else built[0]
    return zeep_type(**values)


def plain(value: Any) -> Any:
    """The plain form of what zeep read: absent and empty elements left out, dates and times as text."""
    if isinstance(value, CompoundValue):
        parts = {key: plain(part) for key, part in value.__values__.items()}
        return {key: part for key, part in parts.items() if part is not None and part != []}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if isinstance(value, time):
        return value.strftime("%H:%M:%S.000Z")
    return value.isoformat() if isinstance(value, date) else value


def camel(name: str) -> str:
    """The vendor's spelling of one of our names.

    >>> camel("formula_treat_blanks_as")
    'formulaTreatBlanksAs'
    """
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def snake(name: str) -> str:
    """Our spelling of a vendor's name.

    >>> snake("formulaTreatBlanksAs")
    'formula_treat_blanks_as'
    """
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
