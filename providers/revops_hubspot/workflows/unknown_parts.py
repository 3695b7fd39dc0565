"""Elements of a workflow's actions that the specification does not name: never compared, and sent back as they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vendor_facts import pairs, table

from revops_hubspot.api.documents import paired
from revops_hubspot.filters.unchanged import with_unchanged

Action = Mapping[str, Any]
ELEMENTS = frozenset(
    name
    for row in table("hubspot/workflow_action_types")
    for column in ("required", "optional")
    for name in pairs(row[column])
) | {"type"}
EDGE = frozenset({"edgeType", "nextActionId"})
EDGES: Mapping[str, frozenset[str]] = {"connection": EDGE, "defaultBranch": EDGE}
"""Elements that lead to another action, and what the specification names inside them."""


def without_unknown(live: Sequence[Action] | None, declared: Sequence[Action] | None) -> list[Action]:
    """Live actions without what the specification does not name, unless their declared action does."""
    there, mine = live or (), declared or ()
    owners = {at: mine[own] for own, at in paired(there, mine, "actionId").items()}
    return [_cut(action, owners.get(at, {})) for at, action in enumerate(there)]


def with_unknown(live: Sequence[Action] | None, declared: Sequence[Action]) -> list[Action]:
    """Declared actions with what their live action holds beside what the specification names.

    Filters that say the same as live ones stand as those were read.
    """
    there = live or ()
    owners = {own: there[at] for own, at in paired(there, declared, "actionId").items()}
    return [_grown(with_unchanged(owners.get(at), action), owners.get(at, {})) for at, action in enumerate(declared)]


def _cut(action: Action, declared: Action) -> Action:
    edges = {key: _only(action[key], EDGES[key], declared.get(key)) for key in EDGES if key in action}
    return {**_only(action, ELEMENTS, declared), **edges}


def _only(value: Any, known: frozenset[str], declared: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    mine = declared if isinstance(declared, Mapping) else {}
    return {key: inner for key, inner in value.items() if key in known or key in mine}


def _grown(action: Action, live: Action) -> Action:
    edges = {key: _more(action[key], EDGES[key], live.get(key)) for key in EDGES if key in action}
    return {**_more(action, ELEMENTS, live), **edges}


def _more(value: Any, known: frozenset[str], live: Any) -> Any:
    if not isinstance(value, Mapping) or not isinstance(live, Mapping):
        return value
    return {**{key: inner for key, inner in live.items() if key not in known}, **value}
