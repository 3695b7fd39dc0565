"""Which changes of a field keep the values of its records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

NOT_FILTERABLE = frozenset({"LongTextArea", "Html", "EncryptedText"})
"""Types that SOQL cannot filter on [K]."""

_TEXTS = frozenset({"Text", "TextArea", "Email", "Phone", "Url"})
_NUMBERS = frozenset({"Number", "Currency", "Percent"})

KEEPS_VALUES: Mapping[str, frozenset[str]] = {
    **{name: _TEXTS | {"LongTextArea"} for name in _TEXTS},
    **dict.fromkeys(_NUMBERS, _NUMBERS),
    "AutoNumber": frozenset({"Text"}),
    "Picklist": frozenset({"Text"}),
    "LongTextArea": frozenset({"Html"}),
}
"""From each type to those that lose nothing; every other change loses values
[D: help, notes on changing custom field types]."""

RECIPE = "declare a new field beside it, copy the values, switch what uses it, then remove the old one"


def refused_change(held: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each change from `held` to `wanted` that would lose values or that the vendor refuses: sentence and fix."""
    name = f"{held['object']}.{held['name']}"
    was, will = held["type"], wanted.get("type", held["type"])
    if bool(held.get("formula")) != bool(wanted.get("formula")):
        kinds = ("a formula", "a stored value") if held.get("formula") else ("a stored value", "a formula")
        yield f'CustomField "{name}" is {kinds[0]} and cannot become {kinds[1]}', RECIPE
    elif not held.get("formula") and was != will and will not in KEEPS_VALUES.get(was, frozenset()):
        yield f'CustomField "{name}": changing its type from {was} to {will} would lose values', RECIPE
    if _shrinks(held, wanted, "length"):
        yield (
            f'CustomField "{name}": its length cannot shrink from {held["length"]} to {wanted["length"]}, '
            "longer values would be cut",
            f"length: {held['length']} or more",
        )
    if _own_values(held) and (wanted.get("value_set") or {}).get("global_value_set"):
        # "Cannot promote … via the API" [S: salto picklist_promote]
        yield f'CustomField "{name}" has values of its own and cannot change to a global value set', RECIPE


def _shrinks(held: Mapping[str, Any], wanted: Mapping[str, Any], key: str) -> bool:
    return (wanted.get(key) or held.get(key) or 0) < (held.get(key) or 0)


def _own_values(held: Mapping[str, Any]) -> bool:
    return (held.get("value_set") or {}).get("values") is not None
