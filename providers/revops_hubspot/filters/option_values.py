"""Whether values name options of a property: HubSpot compares values, so a label in their place matches nothing [S]."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from revops_hubspot.api.client import PortalSession
from revops_iac.diagnostics import Diagnostic, input_error

STAGES: Mapping[str, frozenset[str]] = {
    "dealstage": frozenset({"deals"}),
    "hs_pipeline_stage": frozenset({"tickets", "leads"}),
}
"""Properties whose options are the stages of pipelines, on these objects [K]."""
PIPELINES: Mapping[str, frozenset[str]] = {
    "pipeline": frozenset({"deals"}),
    "hs_pipeline": frozenset({"tickets", "leads"}),
}
"""Properties whose options are the pipelines themselves [K]."""
Labels = dict[str, str]
"""Labels by value."""


def mistaken_labels(
    session: PortalSession, object_: str, property_: str, values: Iterable[Any]
) -> Iterator[Diagnostic]:
    """The values that are labels of options, or values in another case; one that nothing is known of passes."""
    named = [part for value in values if isinstance(value, str) for part in value.split(";") if part]
    yield from _people(session, object_, property_, named)
    known = _declared(session, object_, property_) | _live(session, object_, property_)
    if any(value not in known for value in named):
        known |= _of_live_pipelines(session, object_, property_)
    for value in dict.fromkeys(named):
        if value not in known and (right := _meant(value, known)) is not None:
            what = "the label" if _same(known[right], value) else "another spelling"
            message = f'"{value}" is {what} of an option of {property_}, whose value is "{right}"; it matches no record'
            yield input_error((), message, f"write {right}")


def _people(session: PortalSession, object_: str, property_: str, named: Iterable[str]) -> Iterator[Diagnostic]:
    """An owner picker holds ids [S]: a name or an e-mail address matches nobody."""
    live = session.find(session.system.kinds["Property"], f"{object_}.{property_}")
    if live is None or live.definition.get("referenced_object_type") != "OWNER":
        return
    for value in dict.fromkeys(named):
        if not value.isdecimal() and not value.startswith("__"):  # such as __hs__ME, whoever looks [K]
            message = f'"{value}" is not the id of an owner, which {property_} holds; it matches no record'
            yield input_error((), message, f"write {{owner: {value if '@' in value else 'maya@example.com'}}}")


def _meant(value: str, known: Labels) -> str | None:
    by_label = [one for one, label in known.items() if _same(label, value)]
    return next(iter(by_label or [one for one in known if _same(one, value)]), None)


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _live(session: PortalSession, object_: str, property_: str) -> Labels:
    live = session.find(session.system.kinds["Property"], f"{object_}.{property_}")
    options = [] if live is None or live.definition.get("external_options") else live.definition.get("options")
    return {str(option["value"]): str(option["label"]) for option in options or ()}


def _declared(session: PortalSession, object_: str, property_: str) -> Labels:
    found: Labels = {}
    for kind in ("Property", "PropertyOptions"):
        inputs: Any = session.system.kinds[kind].declared_in(session.declared).get(f"{object_}.{property_}")
        found |= {option.value: option.label for option in (inputs.options or () if inputs is not None else ())}
    if property_ == "lifecyclestage":
        inputs = session.system.kinds["LifecycleStages"].declared_in(session.declared).get(f"{object_}.{property_}")
        stages = inputs.stages if inputs is not None else ()
        found |= {stage.value: stage.label or stage.value for stage in stages}
    pipelines: Iterable[Any] = session.system.kinds["Pipeline"].declared_in(session.declared).values()
    own = [pipeline for pipeline in pipelines if pipeline.object == object_]
    if object_ in STAGES.get(property_, ()):
        found |= {stage.id: stage.label for pipeline in own for stage in pipeline.stages}
    if object_ in PIPELINES.get(property_, ()):
        found |= {pipeline.name: pipeline.label for pipeline in own}
    return found


def _of_live_pipelines(session: PortalSession, object_: str, property_: str) -> Labels:
    if object_ not in STAGES.get(property_, ()) and object_ not in PIPELINES.get(property_, ()):
        return {}
    kind = session.system.kinds["Pipeline"]
    names = session.names(kind, kind.partition(f"{object_}.x"))
    found = [live.definition for name in names if (live := session.find(kind, name)) is not None]
    if property_ in PIPELINES:
        return {str(one["name"]): str(one["label"]) for one in found}
    return {str(stage["id"]): str(stage["label"]) for one in found for stage in one["stages"]}
