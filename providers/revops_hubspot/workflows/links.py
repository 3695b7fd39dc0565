"""What a record that a workflow creates is associated with: the record in the workflow, and records of that one [T].

Live portals name each association with its type, from the new record to the other, and say `use_explicit_associations`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from revops_hubspot.api.object_types import object_name, type_id
from revops_hubspot.filters.branches import ASSOCIATIONS

Json = dict[str, Any]
RECORD = "record"
"""The record in the workflow, among what a new one is associated with."""
TASKS = "0-27"
NEW_RECORDS: Mapping[str, str | None] = {"0-3": TASKS, "0-14": None}
"""Actions that create a record, and its type; None where a field names it."""


def unknown_links(named: Iterable[str], new: str, object_: str) -> list[str]:
    """Those of the names whose association is not known here."""
    return [name for name in named if _link(name, new, object_) is None]


def links(named: Sequence[str] | None, new: str, object_: str) -> Json:
    """The fields that associate a new record of a type; without names, with the record in the workflow."""
    found = [_link(name, new, object_) for name in ((RECORD,) if named is None else named)]
    if None in found:  # between custom objects: the type ids are the account's own
        return {}
    return {"associations": found, "use_explicit_associations": "true"}


def to_associated(other: str, object_: str) -> Json | None:
    """The association that leads a write to the associated records of an object, None where it is not known here."""
    type_ = ASSOCIATIONS.get((type_id(object_), type_id(other)))
    return None if type_ is None else _spec(type_)


def read_associated(association: Json, object_: str) -> str:
    """The object of the associated records. Raises ValueError."""
    for start, other in ASSOCIATIONS:
        name = object_name(other)
        if start == type_id(object_) and _same(association, to_associated(name, object_)):
            return name
    raise ValueError("an association has no words")


def read_links(fields: Mapping[str, Any], new: str, object_: str) -> list[str] | None:
    """The names of what a new record is associated with, None where the step need not say it. Raises ValueError."""
    listed = _without_defaults(fields, new, object_)
    if "associations" not in listed and "use_explicit_associations" not in listed:
        return None
    if _flag(listed.get("use_explicit_associations")) != "true":
        raise ValueError("use_explicit_associations")
    return [_name(link, new, object_) for link in listed.get("associations") or ()]


def _without_defaults(fields: Mapping[str, Any], new: str, object_: str) -> Json:
    """The fields without an association with the record in the workflow alone, which needs no word."""
    listed, explicit = fields.get("associations"), _flag(fields.get("use_explicit_associations"))
    alone = bool(listed) and _same(listed, [_link(RECORD, new, object_)])
    silent = not listed and explicit != "true"
    drop = {"associations", "use_explicit_associations"} if alone or silent else set()
    return {key: value for key, value in fields.items() if key not in drop}


def without_default_links(type_: str, fields: Mapping[str, Any], object_: str | None) -> Json:
    """The fields of an action in one spelling."""
    if type_ not in NEW_RECORDS or object_ is None:
        return dict(fields)
    return _without_defaults(fields, NEW_RECORDS[type_] or str(fields.get("object_type_id")), object_)


def _flag(value: Any) -> str:
    return str(value).lower()


def _same(one: Any, other: Any) -> bool:
    return bool(_texts(one) == _texts(other))


def _texts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _texts(inner) for key, inner in value.items()}
    return [_texts(inner) for inner in value] if isinstance(value, list) else str(value)


def _link(name: str, new: str, object_: str) -> Json | None:
    enrolled, other = type_id(object_), type_id(object_ if name == RECORD else name)
    target, source = ASSOCIATIONS.get((type_id(new), other)), ASSOCIATIONS.get((enrolled, other))
    if target is None or (name != RECORD and source is None):
        return None
    if name == RECORD:
        return {"target": _spec(target), "value": {"type": "ENROLLED_OBJECT"}}
    return {"target": _spec(target), "value": {"type": "COPY_ASSOCIATION", "sourceSpec": _spec(int(source or 0))}}


def _spec(type_: int) -> Json:
    return {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_}


def _name(link: Any, new: str, object_: str) -> str:
    """Raises ValueError."""
    others = [other for from_, other in ASSOCIATIONS if from_ == type_id(new)]
    for name in (RECORD, *map(object_name, others)):
        if _same(link, _link(name, new, object_)):
            return name
    raise ValueError("an association has no words")
