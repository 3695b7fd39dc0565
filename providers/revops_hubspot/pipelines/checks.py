"""What HubSpot would refuse in a pipeline, judged by the other pipelines of the portal and of the program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from revops_hubspot.api import subscription
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.object_types import type_id
from revops_hubspot.api.subscription import told
from revops_hubspot.objects.checks import unknown_objects
from revops_iac.provider.kind import Definition, DesiredResource, LiveObject
from revops_iac.provider.session import Session

LIFECYCLE = ("contacts", "companies")
SHARE_IDS = ("deals", "tickets")
"""A pipeline id is used once across both [O]."""


def refused(session: Session[HubSpotClient], desired: DesiredResource, live: LiveObject | None) -> Iterator[str]:
    """One sentence and fix for each thing that a create or update of the pipeline would be refused for."""
    object_ = desired.inputs["object"]
    if object_ in LIFECYCLE:
        message = f"{object_} have one pipeline, that of their lifecycle, and HubSpot documents no way to write it"
        yield told(desired, message, "declare LifecycleStages")
        return
    yield from unknown_objects(session, desired, object_)
    others = _others(session, desired, object_)
    yield from _labels(desired, others)
    yield from _stages(desired, others)
    if live is None:
        yield from _ids(session, desired)
        yield from _room(session, desired)


def _others(session: Session[HubSpotClient], desired: DesiredResource, object_: str) -> list[Definition]:
    """The other pipelines of the object: as declared, else as the portal has them."""
    kind = session.system.kinds["Pipeline"]
    declared = {
        w.name: w.inputs for w in session.declared if w.kind == "Pipeline" and w.inputs.get("object") == object_
    }
    found = {name: live.definition for name in session.names(kind, object_) if (live := session.find(kind, name))}
    return [definition for name, definition in {**found, **declared}.items() if name != desired.name]


def _labels(desired: DesiredResource, others: Sequence[Definition]) -> Iterator[str]:
    """Unique per object, without regard to case [O]."""
    label = desired.inputs["label"]
    for other in others:
        if other["label"].strip().lower() == label.strip().lower():
            yield told(desired, f'its label "{label}" is that of pipeline "{other["name"]}"', "give it another label")


def _stages(desired: DesiredResource, others: Sequence[Definition]) -> Iterator[str]:
    """The id of a stage is used once among the pipelines of an object [O]."""
    users = {stage["id"]: other["name"] for other in others for stage in other["stages"]}
    for stage in desired.inputs["stages"]:
        if stage["id"] in users:
            message = f'the stage id "{stage["id"]}" is used in pipeline "{users[stage["id"]]}"'
            yield told(desired, message, f"{desired.inputs['name']}_{stage['id']}, for instance")


def _ids(session: Session[HubSpotClient], desired: DesiredResource) -> Iterator[str]:
    object_, name = desired.inputs["object"], desired.inputs["name"]
    if object_ not in SHARE_IDS:
        return
    (other,) = (one for one in SHARE_IDS if one != object_)
    kind = session.system.kinds["Pipeline"]
    declared = any(w.kind == "Pipeline" and w.name == f"{other}.{name}" for w in session.declared)
    if declared or session.find(kind, f"{other}.{name}") is not None:
        yield told(desired, f'the id "{name}" is that of a pipeline of {other}', "give it another id")


def _room(session: Session[HubSpotClient], desired: DesiredResource) -> Iterator[str]:
    """HubSpot's own objects only: the portal counts custom ones apart [S]."""
    found = subscription.report(session.client, "/pipelines")
    object_, kind = desired.inputs["object"], session.system.kinds["Pipeline"]
    for entry in (found or {}).get("hubspotDefinedObjectTypes", ()):
        if entry["objectTypeId"] == type_id(object_):
            there = set(session.names(kind, object_))
            declared = [w.name for w in session.declared if w.kind == "Pipeline" and w.inputs.get("object") == object_]
            new = [name for name in declared if name not in there]
            yield from subscription.beyond(
                desired, new, int(entry["usage"]), int(entry["limit"]), f"pipelines of {object_}"
            )
