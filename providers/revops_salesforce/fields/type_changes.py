"""Which changes of a field keep the values of its records, and which the vendor refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from revops_iac.diagnostics import Diagnostic, input_error

NOT_FILTERABLE = frozenset({"LongTextArea", "Html", "EncryptedText"})
"""Types that SOQL cannot filter on [K]."""

_TEXTS = frozenset({"Text", "TextArea", "Email", "Phone", "Url"})
NUMBERS = frozenset({"Number", "Currency", "Percent"})
"""Types with digits before and after the point."""

KEEPS_VALUES: Mapping[str, frozenset[str]] = {
    **{name: _TEXTS | {"LongTextArea"} for name in _TEXTS},
    **dict.fromkeys(NUMBERS, NUMBERS),
    "AutoNumber": frozenset({"Text"}),
    "Picklist": frozenset({"Text"}),
    "LongTextArea": frozenset({"Html"}),
}
"""From each type to those that lose nothing; every other change loses values
[D: help, notes on changing custom field types]."""

RECIPE = "declare a new field beside it, copy the values, switch what uses it, then remove the old one"


def loses_values(was: str, will: str) -> bool:
    """Whether a change of the type empties the field."""
    return was != will and will not in KEEPS_VALUES.get(was, frozenset())


def refused_change(live: Mapping[str, Any], desired: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """Each change from `live` to `desired` that the vendor refuses, whatever the records hold."""
    if bool(live.get("formula")) != bool(desired.get("formula")):
        kinds = ("a formula", "a stored value") if live.get("formula") else ("a stored value", "a formula")
        yield input_error((), f"is {kinds[0]} and cannot become {kinds[1]}", RECIPE)
    has_own_values = (live.get("value_set") or {}).get("values") is not None
    if has_own_values and (desired.get("value_set") or {}).get("global_value_set"):
        # "Cannot promote … via the API" [S: salto picklist_promote]
        yield input_error(("value_set",), "has values of its own and cannot change to a global value set", RECIPE)
