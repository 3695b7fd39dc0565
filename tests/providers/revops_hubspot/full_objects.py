"""Accounts whose objects are full: every attribute of the official client's models, and ones that nobody knows.

The models are read from the installed client when a test runs.
"""

from __future__ import annotations

import copy
import importlib
import pickle
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from crm_simulators.server import RunningSimulators

Json = dict[str, Any]

MODELS: Mapping[str, str] = {
    "properties": "hubspot.crm.properties.ModelProperty",
    "groups": "hubspot.crm.properties.PropertyGroup",
    "pipelines": "hubspot.crm.pipelines.Pipeline",
    "lists": "hubspot.crm.lists.PublicObjectList",
    "schemas": "hubspot.crm.schemas.ObjectSchema",
}
"""The model of what an area of the portal holds; other areas have none, for the client does not know them."""
DEPTHS: Mapping[str, int] = {
    "properties": 2,
    "groups": 2,
    "pipelines": 2,
    "lists": 1,
    "schemas": 1,
    "property_validations": 3,
    "pipeline_rules": 2,
    "stage_permissions": 3,
    "association_labels": 1,
    "flows": 1,
}
"""How many keys lead to a document of an area: the object type, the name …"""
VALID: Mapping[str, Any] = {
    "archived": False,
    "calculationFormula": "",
    "externalOptions": False,
    "fieldType": "text",
    "hasUniqueValue": False,
    "referencedObjectType": "",
    "showCurrencySymbol": False,
    "type": "string",
    "deletedAt": None,
    "archivedAt": None,
    "calculated": False,
}
"""What an attribute must hold so that the object stays what it is."""
OPAQUE = (
    "associations",
    "customProperties",
    "enrollmentCriteria",
    "fields",
    "filterBranch",
    "memberIds",
    "pair",
    "properties",
)
"""Parts that are declared as one, or that the portal keeps for itself."""
UNKNOWN = "portalOnly"
"""A key that no schema knows."""
IDENTITIES = ("id", "value", "stageId", "pipelineStageId", "actionId", "name", "typeId")


def fill(accounts: RunningSimulators, unknown: Any) -> None:
    """Puts everything that HubSpot may hold into every document of the portal."""
    state = pickle.loads(pickle.dumps(accounts.dump("hubspot")))
    for area in DEPTHS:
        for document in documents(state, area):
            _add_known(document, MODELS.get(area))
            place = document.setdefault("more", {}) if area == "association_labels" else document
            _add_unknown(place, unknown)
    with accounts.control.lock:
        accounts.simulators["hubspot"].load(state)


def documents(state: Json, area: str) -> Iterator[Json]:
    """The documents of an area of the portal."""
    level: list[Json] = [state.get(area, {})]
    for _ in range(DEPTHS[area]):
        level = [inner for one in level for inner in one.values()]
    yield from level


def _add_known(document: Json, model: str | None) -> None:
    for key, value, inner in _attributes(model) if model else ():
        if value is not None:
            document.setdefault(key, copy.copy(value))
        if inner and key in document:
            parts = document[key] if isinstance(document[key], list) else [document[key]]
            for part in parts:
                _add_known(part, inner)


@cache
def _attributes(model: str) -> list[tuple[str, Any, str | None]]:
    """Key, value and model of what is declared by itself in a model of the client."""
    package, _, name = model.rpartition(".")
    module = importlib.import_module(package)
    made, found = getattr(module, name), []
    for attribute, kind in made.openapi_types.items():
        key = made.attribute_map[attribute]
        inner = kind.removeprefix("list[").removesuffix("]")
        if key not in OPAQUE:
            found.append(
                (key, VALID.get(key, _value(kind, key)), f"{package}.{inner}" if hasattr(module, inner) else None)
            )
    return found


def _value(kind: str, key: str) -> Any:
    values = {"str": f"{key} of a person", "int": 7, "bool": True, "datetime": "2026-01-02T03:04:05.678Z"}
    return values.get(kind, [] if kind.startswith("list[") else {})


def _add_unknown(value: Any, unknown: Any) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in OPAQUE:
                _add_unknown(inner, unknown)
        value[UNKNOWN] = unknown
    elif isinstance(value, list):
        for inner in value:
            _add_unknown(inner, unknown)


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Every value by its path, entries of lists by what they are called."""
    if isinstance(value, dict):
        return {p: v for key, inner in value.items() for p, v in leaves(inner, f"{path}/{key}").items()} or {path: {}}
    if isinstance(value, list):
        return {
            p: v for at, inner in enumerate(value) for p, v in leaves(inner, f"{path}/[{_called(inner, at)}]").items()
        } or {path: []}
    return {path: value}


def _called(entry: Any, at: int) -> str:
    known = next((str(entry[key]) for key in IDENTITIES if key in entry), None) if isinstance(entry, dict) else None
    return known or str(at)


def changed(before: Json, after: Json) -> set[str]:
    """The paths whose values differ between two dumps of a portal."""
    one, two = _shown(before, after), _shown(after, before)
    return {path for path in {*one, *two} if one.get(path, _value) != two.get(path, _value)}


def _shown(state: Json, other: Json) -> dict[str, Any]:
    """What the portal answers, without documents that are the same in another one; an archived or earlier form that it
    keeps for itself is left out."""
    found: dict[str, Any] = {}
    for area in (*DEPTHS, "association_limits"):
        for path, part in _unequal(state.get(area, {}), other.get(area, {}), area, DEPTHS.get(area, 1)):
            found |= leaves(part, path)
    return {path: value for path, value in found.items() if "/earlier/" not in path}


def _unequal(state: Json, other: Json, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    """The documents that differ, each with its path."""
    for key, inner in state.items():
        if depth > 1 and key in other and inner != other[key]:
            yield from _unequal(inner, other[key], f"{path}/{key}", depth - 1)
        elif inner != other.get(key, _value):
            yield f"{path}/{key}", inner
