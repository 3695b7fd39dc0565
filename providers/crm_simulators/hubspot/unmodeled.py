"""What the portal holds and the simulator has no rules for: kept as it was written or seeded, served, and listed."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from crm_simulators.hubspot.errors import JsonObject
from crm_simulators.hubspot.filters.evaluation import DECIDED
from crm_simulators.hubspot.flows.actions import OPTIONAL, REQUIRED
from crm_simulators.hubspot.flows.flows import KNOWN as FLOW
from crm_simulators.hubspot.flows.modeled import unmodeled as not_run
from crm_simulators.hubspot.pipelines.pipelines import PIPELINE, STAGE
from crm_simulators.hubspot.portal.portal import Portal
from crm_simulators.hubspot.properties.definitions import KNOWN as DEFINITION
from crm_simulators.hubspot.properties.definitions import OPTION, PAIRS

Found = Iterator[tuple[str, str, list[str]]]
"""Type, name and parts of each object."""


def unmodeled(portal: Portal) -> JsonObject:
    """`{"total", "unmodeled": [{"type", "name", "parts"}]}`, as the simulated org answers too."""
    parts = [*_properties(portal), *_pipelines(portal), *_lists(portal), *_flows(portal)]
    found = [{"type": kind, "name": name, "parts": more} for kind, name, more in parts if more]
    return {"total": len(found), "unmodeled": found}


def _properties(portal: Portal) -> Found:
    for object_type, definitions in portal.area("properties").items():
        for name, definition in definitions.items():
            unknown = _beyond(definition, DEFINITION) + _inside("options", "value", definition["options"], OPTION)
            pair = (definition["type"], definition["fieldType"])
            strange = [] if pair[1] in PAIRS.get(pair[0], ()) else [f"{pair[0]} ({pair[1]})"]
            yield "property", f"{object_type}.{name}", strange + unknown


def _pipelines(portal: Portal) -> Found:
    for object_type, pipelines in portal.area("pipelines").items():
        for name, pipeline in pipelines.items():
            inside = _inside("stages", "id", pipeline["stages"], STAGE)
            yield "pipeline", f"{object_type}.{name}", _beyond(pipeline, PIPELINE) + inside


def _lists(portal: Portal) -> Found:
    for found in portal.area("lists").values():
        yield "list", str(found["name"]), sorted(_undecided(found.get("filterBranch")))


def _flows(portal: Portal) -> Found:
    for flow in portal.area("flows").values():
        known = portal.area("properties", flow["objectTypeId"])
        elements = {"type"}.union(*REQUIRED.values(), *OPTIONAL.values())
        inside = _inside("actions", "actionId", flow["actions"], elements)
        trees = [flow.get(key) for key in ("enrollmentCriteria", "goalFilterBranch", "suppressionFilterBranch")]
        undecided = sorted({kind for tree in trees for kind in _undecided(tree)})
        parts = [*_beyond(flow, FLOW), *inside, *not_run(flow, known), *undecided]
        yield "flow", str(flow.get("name") or flow["id"]), parts


def _undecided(value: Any) -> set[str]:
    """The filter types of a tree that decide nothing here."""
    if isinstance(value, Mapping):
        kind = value.get("filterType")
        own = {str(kind)} if kind is not None and kind not in DECIDED else set()
        return own.union(*map(_undecided, value.values()))
    return set().union(*map(_undecided, value)) if isinstance(value, list) else set()


def _inside(part: str, identity: str, entries: Iterable[JsonObject], known: Container[str]) -> list[str]:
    return [f"{part}[{one[identity]}].{key}" for one in entries for key in _beyond(one, known)]


def _beyond(document: JsonObject, known: Container[str]) -> list[str]:
    return sorted(key for key in document if key not in known)
