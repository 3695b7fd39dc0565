"""A filter tree for a write, whose unchanged parts go back as they were read: HubSpot replaces the whole tree."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from revops_hubspot.filters.canonical import canonical_filters

TYPES = ("filterBranchType", "filterType")


def with_unchanged(live: Any, declared: Any) -> Any:
    """The declared tree; each branch and filter that says the same as one of the live tree stands as that was read.

    >>> live = {"filterBranchType": "AND", "filterBranchOperator": "AND", "filters": []}
    >>> with_unchanged(live, {"branches": [{"filterBranchType": "AND"}]})
    {'branches': [{'filterBranchType': 'AND', 'filterBranchOperator': 'AND', 'filters': []}]}
    """
    return _put(declared, {_text(node): node for node in _nodes(live)})


def _put(value: Any, there: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        if _is_node(value) and (found := there.get(_text(value))) is not None:
            return found
        return {key: _put(inner, there) for key, inner in value.items()}
    return [_put(inner, there) for inner in value] if isinstance(value, list) else value


def _nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if _is_node(value):
            yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


def _is_node(value: Mapping[str, Any]) -> bool:
    return any(key in value for key in TYPES)


def _text(node: Mapping[str, Any]) -> str:
    return json.dumps(canonical_filters(node), sort_keys=True)
