"""The associated records that a workflow fetches, which HubSpot calls data sources [S][T 53149869323]."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from revops_hubspot.api.object_types import object_name, type_id
from revops_hubspot.filters.branches import ASSOCIATIONS, association_type
from revops_hubspot.filters.tree import Associated

Json = dict[str, Any]
SORT = {"sort_by": "hs_lastmodifieddate", "order": "DESC"}
CATEGORIES = {True: "USER_DEFINED", False: "HUBSPOT_DEFINED"}


def to_json(fetched: Mapping[str, Json], object_: str) -> list[Json]:
    """The data sources of the fetched objects of a workflow. Raises FilterError for an association without a type."""
    return [_source(name, asked, object_) for name, asked in sorted(fetched.items())]


def _source(name: str, asked: Json, object_: str) -> Json:
    type_ = association_type(Associated(asked["object"], True, type=asked.get("type")), object_)
    return {
        "name": name,
        "type": "ASSOCIATION",
        "objectTypeId": type_id(asked["object"]),
        "associationTypeId": type_,
        "associationCategory": CATEGORIES[bool(asked.get("own"))],
        "sortBy": {"property": asked.get("sort_by", SORT["sort_by"]), "order": asked.get("order", SORT["order"])},
    }


def from_json(sources: list[Json], object_: str) -> dict[str, Json] | None:
    """The fetched objects of data sources; None where they have no words."""
    try:
        found = {str(source["name"]): _words(source, object_) for source in sources}
        same = canonical(to_json(found, object_)) == canonical(sources)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return found if same else None


def _words(source: Json, object_: str) -> Json:
    other, type_ = str(source["objectTypeId"]), int(source["associationTypeId"])
    own = source["associationCategory"] == CATEGORIES[True]
    usual = not own and ASSOCIATIONS.get((type_id(object_), other)) == type_
    sort = {"sort_by": source["sortBy"]["property"], "order": source["sortBy"]["order"]}
    return {
        "object": object_name(other),
        **{key: value for key, value in sort.items() if value != SORT[key]},
        **({} if usual else {"type": type_}),
        **({"own": True} if own else {}),
    }


def canonical(sources: Any) -> Any:
    """Data sources in the order of their names, without absent keys."""
    if not isinstance(sources, list):
        return sources
    return sorted(map(_present, sources), key=lambda source: str(source.get("name")))


def _present(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {key: _present(inner) for key, inner in value.items() if inner is not None}
