"""The canonical form of filter branches, and the properties that they name.

https://developers.hubspot.com/docs/api-reference/crm-lists-v3/list-filters
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from revops_hubspot.api.object_types import object_name
from revops_hubspot.filters.filter_types import LINES
from revops_hubspot.filters.phrases import CHANGED_PROPERTY, NEW_VALUE
from revops_hubspot.filters.spelling import spelled, spelled_root, with_defaults

ELSEWHERE = ("ASSOCIATION", "PROPERTY_ASSOCIATION")
"""Branches whose filters are about records of another object."""
UNORDERED = frozenset({"filters", "filterBranches", "values"})
"""Neither their order nor a repeated one means anything; AND and OR hold the same whatever comes first."""


def canonical_filters(value: Any) -> Any:
    """The filters inside a value in one spelling and one order."""
    return _sorted(spelled(value))


def canonical_root(branch: Any) -> Any:
    """A whole tree in one spelling and one order."""
    return _sorted(spelled_root(branch))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _in_one_order(key, _sorted(inner)) for key, inner in value.items()}
    return [_sorted(inner) for inner in value] if isinstance(value, list) else value


def _in_one_order(key: str, value: Any) -> Any:
    if key in UNORDERED and isinstance(value, list):
        by_text = {json.dumps(item, sort_keys=True): item for item in value}
        return [by_text[text] for text in sorted(by_text)]
    return value


@dataclass(frozen=True)
class Change:
    """A property that must change, and the operation on its new value, {} without one."""

    property: str
    now: Mapping[str, Any]


def change_of(branch: Any) -> Change | None:
    """The change that a branch asks for: `hs_name` and `hs_value` belong to an event, not to the record [T]."""
    if not isinstance(branch, Mapping) or branch.get("filterBranchType") not in ("AND", "UNIFIED_EVENTS"):
        return None
    parts = [part for part in branch.get("filters") or () if isinstance(part, Mapping)]
    asked = {str(part.get("property")): part.get("operation") for part in parts}
    named = asked.get(CHANGED_PROPERTY)
    if not isinstance(named, Mapping):
        return None
    name, now = named.get("value") or next(iter(named.get("values") or ()), None), asked.get(NEW_VALUE)
    return Change(name, now if isinstance(now, Mapping) else {}) if isinstance(name, str) else None


def complete_filters(value: Any) -> Any:
    """A filter tree as it is sent: defaults added, order kept."""
    if isinstance(value, Mapping):
        return with_defaults({key: complete_filters(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return [complete_filters(inner) for inner in value]
    return value


def properties_in(value: Any, object_: str) -> Iterator[str]:
    """What a tree of filters or actions names, as `<object>.<property>`; an association leads to another object."""
    if isinstance(value, Mapping):
        if (change := change_of(value)) is not None:
            yield f"{object_}.{change.property}"
            return
        inside = object_name(str(value["objectTypeId"])) if value.get("filterBranchType") in ELSEWHERE else object_
        for key in ("property", "property_name", "propertyName", "comparisonPropertyName", "target_property"):
            if isinstance(name := value.get(key), str):
                yield f"{inside}.{name}"
        for key, inner in value.items():
            if key != LINES:  # they compare what an event holds
                yield from properties_in(inner, inside)
    elif isinstance(value, list):
        for inner in value:
            yield from properties_in(inner, object_)
