"""The options of a property: as inputs, in a request, in an answer, and in canonical form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from revops_hubspot.api.documents import cut_entries, merged_entries
from revops_hubspot.api.errors import Json
from revops_iac.provider.inputs import Part
from revops_iac.provider.live_object import Definition


class Option(Part):
    """A choice. Its position in the list is its display order."""

    label: str
    value: str
    description: str | None = None
    """Absent: not managed."""
    hidden: bool | None = None
    """Absent: not managed; a new option is shown."""


BOOLEAN_OPTIONS = (Option(label="Yes", value="true"), Option(label="No", value="false"))
"""A bool property needs exactly these two values [O]."""


def to_request(options: Iterable[Option], live: Json = None) -> Json:
    """The whole list in order, inside the options of the property as HubSpot returned it, None for a new one."""
    declared = [{**option.model_dump(exclude_none=True), "displayOrder": at} for at, option in enumerate(options)]
    return [{"hidden": False, **option} for option in merged_entries((live or {}).get("options"), declared, "value")]


def from_response(entry: Json) -> list[Definition]:
    """The options of a property in the order in which HubSpot shows them."""
    return [
        {
            "label": option["label"],
            "value": option["value"],
            "description": option.get("description") or "",
            "hidden": bool(option.get("hidden", False)),
        }
        for option in sorted(entry.get("options") or (), key=lambda option: option.get("displayOrder", -1))
    ]


def tidy(option: Definition) -> Definition:
    """An option without what says nothing."""
    return {key: value for key, value in option.items() if key not in ("description", "hidden") or value}


def canonical(options: Iterable[Mapping[str, Any]] | None) -> list[Definition]:
    """The options with what HubSpot adds to them."""
    return [{"description": "", "hidden": False, **option} for option in options or ()]


def cut(live: Sequence[Definition] | None, declared: Sequence[Mapping[str, Any]] | None) -> list[Definition]:
    """Live options without what the declared ones of the same value do not manage."""
    return cut_entries(live, declared, "value")
