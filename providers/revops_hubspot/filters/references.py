"""People, teams, lists and workflows inside filters and actions: by name in inputs, by id in HubSpot.

`{owner: maya@example.com}` becomes an owner id, `{user: …}` a user id (they differ, also for one person), `{team: SDR}`
`{list: Hot leads}` and `{workflow: …}` the ids of these. Reading turns ids back where the place tells what an id means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from revops_iac.provider.kind import Lookup

TYPES = frozenset({"owner", "user", "team", "list", "workflow"})
Json = Any

_BY_KEY: Mapping[str, str] = {
    "listId": "list",
    "list_id": "list",
    "suppressionListIds": "list",
    "suppression_list_ids": "list",
    "user_ids": "user",
    "team_ids": "team",
    "flow_id": "workflow",
    "flowId": "workflow",
    "owner_assignment": "owner",
}
"""Keys whose value, or whose values, are ids of one type [S][T]."""
IDS = {key: type_ for key, type_ in _BY_KEY.items() if type_ in ("list", "user", "team")}
"""Those whose ids are looked up."""
_OWNER_PROPERTIES = ("hubspot_owner_id",)


def tokens_in(value: Json) -> Iterator[Lookup]:
    """Every token in a definition, in order."""
    if (token := _token(value)) is not None:
        yield token
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from tokens_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from tokens_in(inner)


def to_ids(value: Json, resolve: Callable[[Lookup], str]) -> Json:
    """The definition with an id in the place of each token."""
    if (token := _token(value)) is not None:
        return resolve(token)
    if isinstance(value, Mapping):
        return {key: to_ids(inner, resolve) for key, inner in value.items()}
    if isinstance(value, list):
        return [to_ids(inner, resolve) for inner in value]
    return value


def to_tokens(value: Json, name: Callable[[str, str], str | None]) -> Json:
    """The definition with tokens in the place of ids. `name(type, id)` is None for an id that the account lost."""
    return _shown(value, None, name)


def raw_ids(value: Json) -> frozenset[tuple[str, str]]:
    """The ids that a definition writes as such, each with what it is an id of."""
    found: set[tuple[str, str]] = set()

    def note(type_: str, identifier: str) -> None:
        found.add((type_, identifier))

    to_tokens(value, note)
    return frozenset(found)


def with_ids(shown: Json, live: Json, kept: frozenset[tuple[str, str]]) -> Json:
    """A definition with tokens, made from `live`, with those ids in their places that the program writes as such."""
    token = _token(shown)
    if token is not None and isinstance(live, str | int):
        return live if (token.type, str(live)) in kept else shown
    if isinstance(shown, Mapping) and isinstance(live, Mapping):
        return {key: with_ids(inner, live.get(key), kept) for key, inner in shown.items()}
    if isinstance(shown, list) and isinstance(live, list):
        return [with_ids(inner, there, kept) for inner, there in zip(shown, live, strict=True)]
    return shown


def _token(value: Json) -> Lookup | None:
    if isinstance(value, Mapping) and len(value) == 1:
        ((type_, name),) = value.items()
        if type_ in TYPES and isinstance(name, str):
            return Lookup(type_, name)
    return None


def _shown(value: Json, type_: str | None, name: Callable[[str, str], str | None]) -> Json:
    if isinstance(value, Mapping):
        inside = _type_inside(value, type_)
        return {key: _shown(inner, _BY_KEY.get(key) or _typed(key, inside), name) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shown(inner, type_, name) for inner in value]
    if type_ is not None and isinstance(value, str | int) and not isinstance(value, bool):
        found = name(type_, str(value))
        return value if found is None else {type_: found}
    return value


def _type_inside(value: Mapping[str, Json], type_: str | None) -> str | None:
    """An action or filter on an owner property holds owner ids in its value."""
    property_ = value.get("property") or value.get("property_name") or value.get("targetProperty")
    return "owner" if property_ in _OWNER_PROPERTIES else type_


def _typed(key: str, inside: str | None) -> str | None:
    """Below a place that holds ids, these keys lead to the id itself."""
    return inside if key in ("value", "values", "staticValue", "operation") else None


def ids_in(value: Any, type_: str | None = None) -> Iterator[tuple[str, str]]:
    """Ids that are written as such, each with what it is an id of; names in tokens are looked up elsewhere."""
    if isinstance(value, Mapping):
        if type_ is not None and set(value) in ({"list"}, {"user"}, {"team"}, {"owner"}):
            return
        for key, inner in value.items():
            inside = type_ if key in ("value", "values", "staticValue", "staticValues") else None
            yield from ids_in(inner, IDS.get(key) or inside)
    elif isinstance(value, list):
        for inner in value:
            yield from ids_in(inner, type_)
    elif type_ is not None and isinstance(value, str | int) and not isinstance(value, bool):
        yield from ((type_, part) for part in str(value).split(";") if part)
