"""What HubSpot would refuse in a pipeline, given the other pipelines of the portal and the program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from revops_hubspot.api import subscription
from revops_hubspot.api.client import PortalSession
from revops_hubspot.api.object_types import type_id
from revops_hubspot.objects.checks import unknown_objects
from revops_hubspot.pipelines.inputs import PipelineInputs
from revops_iac.diagnostics import Diagnostic, input_error
from revops_iac.provider.kind import DesiredResource, LiveObject

LIFECYCLE = ("contacts", "companies")
SHARE_IDS = ("deals", "tickets")
"""A pipeline id is used once across both [O]."""


def refused(
    session: PortalSession, desired: DesiredResource, inputs: PipelineInputs, live: LiveObject | None
) -> Iterator[Diagnostic]:
    """One error for each reason to refuse a create or update of the pipeline."""
    object_ = inputs.object
    if object_ in LIFECYCLE:
        message = f"the only pipeline of {object_} is their lifecycle, and HubSpot documents no way to write it"
        yield input_error((), message, "declare LifecycleStages")
        return
    yield from unknown_objects(session, desired, object_)
    declared = {name: one for name, one in _declared(session).items() if one.object == object_}
    kind = session.system.kinds["Pipeline"]
    there = {name: _named(session, name) for name in session.names(kind, object_)}
    others = [one for name, one in {**there, **declared}.items() if name != desired.name and one is not None]
    yield from _labels(desired, inputs, others)
    yield from _stages(desired, inputs, others)
    if live is None:
        yield from _ids(session, desired, inputs)
        yield from _room(session, desired, object_, [name for name in declared if name not in there])


def unknown_stages(session: PortalSession, desired: DesiredResource, named: Iterable[str]) -> Iterator[Diagnostic]:
    """An error for a pipeline that does not exist, or for each named stage that it will not have.

    `desired` is about the pipeline of its own vendor name.
    """
    declared, live = _declared(session).get(desired.name), _named(session, desired.name)
    if declared is None and live is None:
        yield input_error((), "the pipeline does not exist", "correct its id, or declare it as a Pipeline")
        return
    theirs = live.stages if live is not None and (declared is None or declared.is_shared) else []
    known = list(dict.fromkeys(stage.id for stage in [*(declared.stages if declared else []), *theirs]))
    for stage in named:
        if stage not in known:
            yield input_error((), f'its pipeline has no stage "{stage}"', f"use one of {', '.join(known)}")


def _declared(session: PortalSession) -> dict[str, PipelineInputs]:
    declared: dict[str, PipelineInputs] = session.system.kinds["Pipeline"].declared_in(session.declared)
    return declared


def _named(session: PortalSession, name: str) -> PipelineInputs | None:
    """A pipeline as the portal has it."""
    live = session.find(session.system.kinds["Pipeline"], name)
    return None if live is None else PipelineInputs.load(live.definition)


def _labels(desired: DesiredResource, inputs: PipelineInputs, others: Sequence[PipelineInputs]) -> Iterator[Diagnostic]:
    """Unique per object, without regard to case [O]."""
    for other in others:
        if other.label.strip().lower() == inputs.label.strip().lower():
            message = f'its label "{inputs.label}" is already used by pipeline "{other.name}"'
            yield input_error((), message, "choose another label")


def _stages(desired: DesiredResource, inputs: PipelineInputs, others: Sequence[PipelineInputs]) -> Iterator[Diagnostic]:
    """The id of a stage is used once among the pipelines of an object [O]."""
    users = {stage.id: other.name for other in others for stage in other.stages}
    for stage in inputs.stages:
        if stage.id in users:
            message = f'the stage id "{stage.id}" is already used in pipeline "{users[stage.id]}"'
            yield input_error((), message, f"use {inputs.name}_{stage.id}, for example")


def _ids(session: PortalSession, desired: DesiredResource, inputs: PipelineInputs) -> Iterator[Diagnostic]:
    if inputs.object not in SHARE_IDS:
        return
    (other,) = (one for one in SHARE_IDS if one != inputs.object)
    name = f"{other}.{inputs.name}"
    declared = any(w.kind == "Pipeline" and w.name == name for w in session.declared)
    if declared or _named(session, name) is not None:
        yield input_error((), f'the id "{inputs.name}" is already used by a pipeline of {other}', "choose another id")


def _room(session: PortalSession, desired: DesiredResource, object_: str, new: Sequence[str]) -> Iterator[Diagnostic]:
    """HubSpot's own objects only: the portal counts custom ones apart [S]."""
    found = subscription.report(session.client, "/pipelines")
    for entry in (found or {}).get("hubspotDefinedObjectTypes", ()):
        if entry["objectTypeId"] == type_id(object_):
            used, limit = int(entry["usage"]), int(entry["limit"])
            yield from subscription.beyond(desired, new, used, limit, f"pipelines of {object_}")
