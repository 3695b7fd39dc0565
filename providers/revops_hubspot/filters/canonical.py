"""The canonical form of filter branches, and the properties that they name.

https://developers.hubspot.com/docs/api-reference/crm-lists-v3/list-filters
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from revops_hubspot.api.object_types import object_name

UNORDERED = frozenset({"filters", "filterBranches", "values"})
"""Their order means nothing; AND and OR hold the same whatever comes first."""


def canonical_filters(value: Any) -> Any:
    """A filter tree without absent keys, with HubSpot's defaults and in one order."""
    if isinstance(value, Mapping):
        whole = _with_defaults({key: _canonical(key, inner) for key, inner in value.items() if inner is not None})
        if whole.get("operationType") == "ALL_PROPERTY":  # the operator alone says whether no value counts [K]
            whole["includeObjectsWithNoValueSet"] = whole.get("operator") == "IS_UNKNOWN"
        return whole
    if isinstance(value, list):
        return [canonical_filters(inner) for inner in value]
    return value


def _canonical(key: str, value: Any) -> Any:
    inner = canonical_filters(value)
    if key in UNORDERED and isinstance(inner, list):
        return sorted(inner, key=lambda item: json.dumps(item, sort_keys=True))
    return inner


def _with_defaults(value: dict[str, Any]) -> dict[str, Any]:
    """All four keys of a branch are required [S], and every operation says whether no value counts [S]."""
    if "filterBranchType" in value:
        operator = {"OR": "OR", "AND": "AND"}.get(value["filterBranchType"])
        default = {"filters": [], "filterBranches": [], **({"filterBranchOperator": operator} if operator else {})}
        return {**default, **value}
    if "operationType" in value:
        return {"includeObjectsWithNoValueSet": False, **value}
    return value


def complete_filters(value: Any) -> Any:
    """A filter tree as it is sent: defaults added, order kept."""
    if isinstance(value, Mapping):
        return _with_defaults({key: complete_filters(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return [complete_filters(inner) for inner in value]
    return value


def properties_in(value: Any, object_: str) -> Iterator[str]:
    """What a tree of filters or actions names, as `<object>.<property>`; an association leads to another object."""
    if isinstance(value, Mapping):
        inside = object_name(str(value["objectTypeId"])) if value.get("filterBranchType") == "ASSOCIATION" else object_
        for key in ("property", "property_name", "propertyName", "comparisonPropertyName", "target_property"):
            if isinstance(name := value.get(key), str):
                yield f"{inside}.{name}"
        for inner in value.values():
            yield from properties_in(inner, inside)
    elif isinstance(value, list):
        for inner in value:
            yield from properties_in(inner, object_)
