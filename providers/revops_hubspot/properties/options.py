"""The options of a property: as inputs, in a request, in an answer, and in canonical form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from revops_hubspot.api.errors import Json
from revops_iac.provider.live_object import Definition


class Option(BaseModel):
    """A choice. Its position in the list is its display order."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    label: str
    value: str
    description: str = ""
    hidden: bool = False


BOOLEAN_OPTIONS = (Option(label="Yes", value="true"), Option(label="No", value="false"))
"""A bool property needs exactly these two values [O]."""


def to_request(options: Iterable[Option]) -> Json:
    """The whole list in order."""
    return [{**option.model_dump(), "displayOrder": at} for at, option in enumerate(options)]


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


def canonical(options: Iterable[Mapping[str, Any]] | None) -> list[Definition]:
    """The options with what HubSpot adds to them."""
    return [{"description": "", "hidden": False, **option} for option in options or ()]
