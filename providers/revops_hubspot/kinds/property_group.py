"""A group of properties of one object: https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from revops_hubspot.api import custom_objects
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.errors import HubSpotRefusal
from revops_hubspot.api.object_types import schema_references
from revops_hubspot.objects.checks import unknown_objects
from revops_iac.provider.kind import Definition, DesiredResource, DictKind, Inputs, LiveObject, Reference, State
from revops_iac.provider.session import Session

NOT_EMPTY = "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES"


class PropertyGroupInputs(Inputs):
    """A heading under which properties of an object stand.

    Example::

        object: deals
        name: revenue_process
        label: Revenue process

    Later::

        label: Revenue operations
    """

    object: str
    """`contacts`, `companies`, `deals`, `tickets`, `leads` or the name of a custom object."""
    name: str
    label: str
    display_order: int | None = None
    """Position among the groups; -1 is after those with a position. Absent: not managed."""


class PropertyGroup(DictKind[HubSpotClient]):
    """Key: internal name per object, immutable [S]."""

    system = "hubspot"
    inputs = PropertyGroupInputs
    immutable = frozenset({"object", "name"})
    on_delete = "The group is deleted for good; HubSpot refuses while it holds an active property."

    def vendor_name(self, inputs: Definition) -> str:
        return f"{inputs['object']}.{inputs['name']}"

    def partition(self, name: str) -> str:
        return name.partition(".")[0]

    def references(self, inputs: Definition) -> Iterable[Reference]:
        yield from schema_references(inputs["object"])

    def scan(self, client: HubSpotClient, partition: str) -> Mapping[str, LiveObject | None]:
        if not custom_objects.exist(client, partition):
            return {}
        found = client.get("properties", "/{object}/groups", object=partition)["results"]
        groups = [_live(partition, group) for group in found if not group.get("archived")]
        return {group.name: group for group in groups}

    def create(self, session: Session[HubSpotClient], inputs: Definition) -> LiveObject:
        client, object_ = session.client, inputs["object"]

        def landed() -> Any:
            return client.find("properties", "/{object}/groups/{name}", object=object_, name=inputs["name"])

        body = {"name": inputs["name"], **_body(inputs)}
        group = client.write("POST", "properties", "/{object}/groups", body, landed=landed, object=object_)
        return _live(object_, group)

    def update(self, session: Session[HubSpotClient], live: LiveObject, inputs: Definition) -> LiveObject:
        object_ = inputs["object"]
        path = "/{object}/groups/{name}"
        group = session.client.write("PATCH", "properties", path, _body(inputs), object=object_, name=inputs["name"])
        return _live(object_, group)

    def preflight_errors(
        self, session: Session[HubSpotClient], desired: DesiredResource, live: LiveObject | None
    ) -> Iterable[str]:
        return unknown_objects(session, desired, desired.inputs["object"])

    def delete(self, session: Session[HubSpotClient], live: LiveObject, state: State[Definition]) -> None:
        object_, _, name = live.name.partition(".")
        try:
            session.client.write("DELETE", "properties", "/{object}/groups/{name}", object=object_, name=name)
        except HubSpotRefusal as error:
            kept = session.report.kept("Property")
            if error.sub_category != NOT_EMPTY or not any(one.startswith(f"{object_}.") for one in kept):
                raise
            sentence = f"HubSpot: PropertyGroup {live.name} is kept, because a property that is kept stands in it"
            session.report.say(sentence)


def _body(inputs: Definition) -> dict[str, Any]:
    order = {"displayOrder": inputs["display_order"]} if "display_order" in inputs else {}
    return {"label": inputs["label"], **order}


def _live(object_: str, group: Mapping[str, Any]) -> LiveObject:
    definition = {
        "object": object_,
        "name": group["name"],
        "label": group["label"],
        "display_order": group.get("displayOrder", -1),
    }
    name = f"{object_}.{group['name']}"
    return LiveObject(name, name, definition)
