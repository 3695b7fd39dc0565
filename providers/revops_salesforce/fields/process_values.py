"""Values by name alone, as business processes and record types list them.

In XML their names are encoded as in an address, `%2F` for `/` [K]; the order is that of the list they come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote, unquote

from revops_salesforce.api.components import Body


def to_vendor(names: Iterable[str], default: str | None = None) -> list[Body]:
    """The vendor's form of values.

    >>> to_vendor(["Demo / evaluation"])
    [{'fullName': 'Demo %2F evaluation', 'default': False}]
    """
    return [{"fullName": quote(name, safe=" "), "default": name == default} for name in names]


def from_vendor(values: Iterable[Body]) -> list[str]:
    """The names of the vendor's values, decoded."""
    return [unquote(value["fullName"]) for value in values]


def default_of(values: Sequence[Body]) -> str | None:
    """The value that new records start with."""
    return next((unquote(value["fullName"]) for value in values if value.get("default")), None)
