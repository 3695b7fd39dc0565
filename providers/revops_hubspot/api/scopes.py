"""Which scopes the resources of a stack need: https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/scopes

A definition of an object needs that object's schema scopes [S]. A kind that needs others names them in `scopes`: to
read, and to write.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from revops_hubspot.api.object_types import OTHER_STANDARD, TYPE_IDS
from revops_iac.provider.kind import Kind
from revops_iac.provider.live_object import DesiredResource, Lookup

Kinds = Mapping[str, Kind[Any, Any]]
AUTOMATION = "automation"
CUSTOM = "custom"
OF_LOOKUPS: Mapping[str, str] = {
    "owner": "crm.objects.owners.read",
    "user": "crm.objects.owners.read",
    "team": "settings.users.teams.read",
    "list": "crm.lists.read",
    "workflow": AUTOMATION,
}


def unknown_kinds(kinds: Kinds, declared: Iterable[DesiredResource]) -> list[str]:
    """Kinds that do not say what they need, so that it is not passed over."""
    return sorted({item.kind for item in declared if not _own(kinds, item) and not _objects(item)})


def reading(kinds: Kinds, declared: Iterable[DesiredResource], lookups: Iterable[Lookup]) -> list[str]:
    """What planning and drift need: the definitions, the names in them, and the records at stake."""
    needed = {scope for item in declared for scope in _read_by(kinds, item)}
    return sorted(needed | {OF_LOOKUPS[lookup.type] for lookup in lookups if lookup.type in OF_LOOKUPS})


def writing(kinds: Kinds, declared: Iterable[DesiredResource]) -> list[str]:
    """What applying needs beyond reading."""
    return sorted({pair[1] for item in declared for pair in _pairs(kinds, item)})


def _own(kinds: Kinds, item: DesiredResource) -> tuple[str, str] | None:
    """The scopes to read and to write that a kind names itself."""
    return getattr(kinds.get(item.kind), "scopes", None)


def _read_by(kinds: Kinds, item: DesiredResource) -> Iterator[str]:
    yield from (pair[0] for pair in _pairs(kinds, item))
    for object_ in _objects(item):
        yield f"crm.objects.{scope_name(object_)}.read"


def sensitive(object_: str, sensitivity: str, verb: str) -> str:
    """The scope for properties that hold sensitive data [S]; that of the higher class by its pattern [K]."""
    return f"crm.objects.{scope_name(object_)}.{sensitivity}.{verb}.v2"


def _pairs(kinds: Kinds, item: DesiredResource) -> Iterator[tuple[str, str]]:
    """To read and to write."""
    if item.inputs.get("data_sensitivity") in ("sensitive", "highly_sensitive"):
        named = item.inputs["object"], item.inputs["data_sensitivity"]
        yield sensitive(*named, "read"), sensitive(*named, "write")
    if own := _own(kinds, item):
        yield own
        return
    for object_ in _objects(item):
        schema = f"crm.schemas.{scope_name(object_)}"
        yield f"{schema}.read", f"{schema}.write"


def _objects(item: DesiredResource) -> list[str]:
    """The objects that a resource is about: one, or the two ends of an association."""
    return [item.inputs[key] for key in ("object", "from_object", "to_object") if key in item.inputs]


def scope_name(object_: str) -> str:
    """What scopes call an object: all custom objects share one [S]."""
    return object_ if object_ in TYPE_IDS or object_ in OTHER_STANDARD else CUSTOM


def lacking(needed: Iterable[str], granted: frozenset[str]) -> list[str]:
    """The needed scopes that are not granted, nor covered by another one.

    >>> lacking(["crm.schemas.deals.read", "crm.schemas.deals.write"], frozenset({"crm.objects.deals.write"}))
    ['crm.schemas.deals.write']
    """
    return [scope for scope in needed if scope not in granted and not _covered(scope, granted)]


def _covered(scope: str, granted: frozenset[str]) -> bool:
    """A schema may be read with any scope of its records, owners with `automation`; `tickets` is all of tickets [S]."""
    if scope == OF_LOOKUPS["owner"]:
        return AUTOMATION in granted
    _, _, object_and_verb = scope.removeprefix("crm.").partition(".")
    object_, _, verb = object_and_verb.partition(".")
    if object_ == "tickets":
        return "tickets" in granted
    records = {f"crm.objects.{object_}.read", f"crm.objects.{object_}.write"}
    return scope.startswith("crm.schemas.") and verb == "read" and bool(records & granted)
