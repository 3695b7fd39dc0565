"""Values by name alone, as business processes and record types list them.

In XML their names are encoded as in an address, `%2F` for `/` [K]; the order is that of the list they come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote, unquote

from revops_salesforce.api.components import Body


def to_vendor(names: Iterable[str], default: str | None = None, live: Iterable[Body] = ()) -> list[Body]:
    """The vendor's form of values, to be merged into the live ones: these first, spelled and ordered as they are.

    >>> to_vendor(["Demo / evaluation"])
    [{'fullName': 'Demo %2F evaluation', 'default': False}]
    >>> to_vendor(["New", "Old"], live=[{"fullName": "Old", "default": False}])
    [{'fullName': 'Old'}, {'fullName': 'New', 'default': False}]
    """
    there, desired = {unquote(value["fullName"]): value for value in live}, dict.fromkeys(names)
    kept = [_default(value, name == default) for name, value in there.items() if name in desired]
    new = [{"fullName": quote(name, safe=" "), "default": name == default} for name in desired if name not in there]
    return [*kept, *new]


def _default(live: Body, is_default: bool) -> Body:
    changed = {} if bool(live.get("default")) == is_default else {"default": is_default}
    return {"fullName": live["fullName"], **changed}


def from_vendor(values: Iterable[Body]) -> list[str]:
    """The names of the vendor's values, decoded."""
    return [unquote(value["fullName"]) for value in values]


def default_of(values: Sequence[Body]) -> str | None:
    """The value that new records start with."""
    return next((unquote(value["fullName"]) for value in values if value.get("default")), None)
