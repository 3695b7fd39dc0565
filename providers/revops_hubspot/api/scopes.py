"""Which scopes the resources of a stack need: https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/scopes

A definition of an object needs that object's schema scopes [S]; lists and workflows have scopes of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from revops_hubspot.api.object_types import OTHER_STANDARD, TYPE_IDS
from revops_iac.provider.live_object import DesiredResource, Lookup

OWN: Mapping[str, tuple[str, str]] = {
    "CustomObjectSchema": ("crm.schemas.custom.read", "crm.schemas.custom.write"),
    "List": ("crm.lists.read", "crm.lists.write"),
    "PipelineRules": ("crm.pipelines.governance.read", "crm.pipelines.governance.write"),
    "PipelineStagePermissions": ("crm.pipelines.stage_permissions.read", "crm.pipelines.stage_permissions.write"),
    "Workflow": ("automation", "automation"),
    "WorkflowActivation": ("automation", "automation"),
}
"""Scopes to read and to write, of kinds that do not belong to an object's schema [S]."""
CUSTOM = "custom"
OF_LOOKUPS: Mapping[str, str] = {
    "owner": "crm.objects.owners.read",
    "user": "crm.objects.owners.read",
    "team": "settings.users.teams.read",
    "list": "crm.lists.read",
    "workflow": "automation",
}


def unknown_kinds(declared: Iterable[DesiredResource]) -> list[str]:
    """Kinds of which nobody said here what they need, so that it is not passed over."""
    return sorted({item.kind for item in declared if item.kind not in OWN and not _objects(item)})


def reading(declared: Iterable[DesiredResource], lookups: Iterable[Lookup]) -> list[str]:
    """What planning and drift need: the definitions, the names in them, and the records at stake."""
    needed = {scope for item in declared for scope in _read_by(item)}
    return sorted(needed | {OF_LOOKUPS[lookup.type] for lookup in lookups if lookup.type in OF_LOOKUPS})


def writing(declared: Iterable[DesiredResource]) -> list[str]:
    """What applying needs beyond reading."""
    return sorted({pair[1] for item in declared for pair in _pairs(item)})


def _read_by(item: DesiredResource) -> Iterator[str]:
    yield from (pair[0] for pair in _pairs(item))
    for object_ in _objects(item):
        yield f"crm.objects.{scope_name(object_)}.read"


def sensitive(object_: str, sensitivity: str, verb: str) -> str:
    """The scope for properties that hold sensitive data [S]; that of the higher class by its pattern [K]."""
    return f"crm.objects.{scope_name(object_)}.{sensitivity}.{verb}.v2"


def _pairs(item: DesiredResource) -> Iterator[tuple[str, str]]:
    """To read and to write."""
    if item.inputs.get("data_sensitivity") in ("sensitive", "highly_sensitive"):
        named = item.inputs["object"], item.inputs["data_sensitivity"]
        yield sensitive(*named, "read"), sensitive(*named, "write")
    if item.kind in OWN:
        yield OWN[item.kind]
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
        return OWN["Workflow"][0] in granted
    _, _, object_and_verb = scope.removeprefix("crm.").partition(".")
    object_, _, verb = object_and_verb.partition(".")
    if object_ == "tickets":
        return "tickets" in granted
    records = {f"crm.objects.{object_}.read", f"crm.objects.{object_}.write"}
    return scope.startswith("crm.schemas.") and verb == "read" and bool(records & granted)
