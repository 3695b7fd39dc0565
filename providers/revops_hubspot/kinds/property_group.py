"""A group of properties of one object: https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide"""

from __future__ import annotations

from collections.abc import Iterable

from vendor_facts import table

from revops_hubspot.api.client import HubSpotClient, PortalSession
from revops_hubspot.api.errors import HubSpotRefusal, Json
from revops_hubspot.api.object_types import object_name, schema_references
from revops_hubspot.objects.checks import unknown_objects
from revops_hubspot.objects.kind import ObjectPart
from revops_iac.diagnostics import Diagnostics
from revops_iac.provider.kind import DesiredResource, Inputs, LiveObject, Reference, State

HUBSPOT_GROUPS = frozenset(f"{object_name(row['object'])}.{row['name']}" for row in table("hubspot/default_groups"))
NOT_EMPTY = "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES"


class PropertyGroupInputs(Inputs):
    """A group under which HubSpot shows properties of an object.

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
    """Position among the groups; -1 is after the groups with a position. Absent: not managed."""


class PropertyGroup(ObjectPart[PropertyGroupInputs]):
    """Key: internal name per object, immutable [S]."""

    defaults = {"display_order": -1}
    on_delete = "The group is deleted permanently; HubSpot refuses while it contains an active property."

    def references(self, inputs: PropertyGroupInputs) -> Iterable[Reference]:
        yield from schema_references(inputs.object)

    def made_by(self, name: str, live: LiveObject | None) -> str:
        """HubSpot does not mark its own groups, so they are known by name [D]."""
        return "HubSpot" if name in HUBSPOT_GROUPS else ""

    def listed(self, client: HubSpotClient, object_: str) -> Iterable[LiveObject]:
        found = client.get("properties", "/{object}/groups", object=object_)["results"]
        return [from_response(object_, group) for group in found if not group.get("archived")]

    def create(self, session: PortalSession, inputs: PropertyGroupInputs) -> LiveObject:
        client = session.client

        def landed() -> Json:
            return client.find("properties", "/{object}/groups/{name}", object=inputs.object, name=inputs.name)

        body = {"name": inputs.name, **to_request(inputs)}
        group = client.write("POST", "properties", "/{object}/groups", body, landed=landed, object=inputs.object)
        return from_response(inputs.object, group)

    def update(self, session: PortalSession, live: LiveObject, inputs: PropertyGroupInputs) -> LiveObject:
        path, body = "/{object}/groups/{name}", to_request(inputs)
        group = session.client.write("PATCH", "properties", path, body, object=inputs.object, name=inputs.name)
        return from_response(inputs.object, group)

    def preflight_errors(
        self, session: PortalSession, desired: DesiredResource, live: LiveObject | None
    ) -> Diagnostics:
        return unknown_objects(session, desired, self.typed(desired).object)

    def delete(self, session: PortalSession, live: LiveObject, state: State[PropertyGroupInputs]) -> None:
        object_, _, name = live.name.partition(".")
        try:
            session.client.write("DELETE", "properties", "/{object}/groups/{name}", object=object_, name=name)
        except HubSpotRefusal as error:
            kept = session.report.kept("Property")
            if error.sub_category != NOT_EMPTY or not any(one.startswith(f"{object_}.") for one in kept):
                raise
            sentence = f"HubSpot: PropertyGroup {live.name} is kept because it contains a property that is kept"
            session.report.say(sentence)


def to_request(inputs: PropertyGroupInputs) -> Json:
    """The body of an update; a create adds the name."""
    order = {"displayOrder": inputs.display_order} if inputs.manages("display_order") else {}
    return {"label": inputs.label, **order}


def from_response(object_: str, group: Json) -> LiveObject:
    """A group of an object as HubSpot returns it."""
    name = f"{object_}.{group['name']}"
    definition = {
        "object": object_,
        "name": group["name"],
        "label": group["label"],
        "display_order": group.get("displayOrder", -1),
    }
    return LiveObject(name, name, definition)
