"""A queue: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_queue.htm"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from revops_iac.provider.kind import Definition, Impact, Inputs, LiveObject, Lookup, Reference
from revops_salesforce.api.client import OrgSession, quoted
from revops_salesforce.api.components import Body
from revops_salesforce.metadata.kind import MetadataKind


class QueueInputs(Inputs):
    """A group of users that owns records until one of them accepts them.

    Example::

        name: Unassigned_Leads
        label: Unassigned leads
        objects: [Lead]
        email: leads@northwind.example
        sends_email_to_members: false

    Later::

        label: Leads without an owner
        email: sales@northwind.example
    """

    name: str
    label: str
    objects: list[str]
    """The objects whose records it can own: `Lead`, `Task`, custom objects."""
    email: str | None = None
    sends_email_to_members: bool | None = None
    members: list[str] | None = None
    """Usernames; absent: not managed."""
    public_groups: list[str] | None = None
    """Developer names, as for the roles below; absent: not managed."""
    roles: list[str] | None = None
    roles_and_subordinates: list[str] | None = None
    roles_and_internal_subordinates: list[str] | None = None
    description: str | None = None
    routing_config: str | None = None
    """The developer name of a routing configuration of Omni-Channel."""


MEMBERS = {
    "members": ("users", "user"),
    "public_groups": ("publicGroups", "publicGroup"),
    "roles": ("roles", "role"),
    "roles_and_subordinates": ("roleAndSubordinates", "roleAndSubordinate"),
    "roles_and_internal_subordinates": ("roleAndSubordinatesInternal", "roleAndSubordinateInternal"),
}
"""Inputs that list members, and the vendor's elements, one in the other."""
ROLES = tuple(key for key in MEMBERS if key.startswith("roles"))
ELEMENTS = {
    "label": "name",
    "email": "email",
    "sends_email_to_members": "doesSendEmailToMembers",
    "description": "description",
    "routing_config": "queueRoutingConfig",
}


class Queue(MetadataKind[QueueInputs]):
    """Key: developer name. Each kind of members is managed where it is listed; the others stay as they are."""

    component_type = "Queue"
    immutable = frozenset({"name"})
    entry_keys = {"queueSobject": ("sobjectType",)}
    on_delete = (
        "The queue is deleted permanently. Salesforce refuses while it owns records or an assignment rule uses it [K]."
    )

    def elements(self, inputs: QueueInputs) -> Body:
        return self.changes({}, inputs)

    def changes(self, body: Body, inputs: QueueInputs) -> Body:
        own = self.own(inputs)
        changed: Body = {element: own[key] for key, element in ELEMENTS.items() if key in own}
        if own.get("objects") is not None:
            changed["queueSobject"] = [{"sobjectType": name} for name in own["objects"]]
        if any(own.get(key) is not None for key in MEMBERS):
            changed["queueMembers"] = _members(body.get("queueMembers") or {}, own)
        return changed

    def definition(self, name: str, body: Body) -> Definition:
        members = body.get("queueMembers") or {}
        return {
            "name": name,
            **{key: body.get(element) for key, element in ELEMENTS.items()},
            "objects": [item["sobjectType"] for item in body.get("queueSobject", [])],
            "sends_email_to_members": body.get("doesSendEmailToMembers", False),
            **{key: (members.get(outer) or {}).get(inner, []) for key, (outer, inner) in MEMBERS.items()},
        }

    def normalize(self, definition: Definition) -> Definition:
        made = super().normalize(definition)
        for key in ("objects", *MEMBERS):
            if made.get(key) is not None:
                made[key] = sorted(made[key], key=str.lower)
        return made

    def references(self, inputs: QueueInputs) -> Iterable[Reference]:
        yield from (Reference("CustomObject", name) for name in inputs.objects or ())
        yield from (Reference("Group", name) for name in inputs.public_groups or ())

    def lookups(self, inputs: QueueInputs) -> Iterable[Lookup]:
        yield from (Lookup("user", name) for name in inputs.members or ())
        yield from (Lookup("group", name) for name in inputs.public_groups or ())
        for key in ROLES:
            yield from (Lookup("role", name) for name in getattr(inputs, key) or ())

    def provides(self, inputs: QueueInputs) -> Iterable[Lookup]:
        return [Lookup("queue", inputs.name)]

    def delete_impact(self, session: OrgSession, live: LiveObject) -> Impact | None:
        owned = 0
        for object_ in live.definition["objects"]:
            owned += session.client.count(
                f"SELECT COUNT() FROM {object_} WHERE Owner.Type = 'Queue' AND Owner.Name = "
                f"{quoted(live.definition['label'])}"
            )
        return Impact(owned, f"it owns {owned} records")


def _members(live: Mapping[str, Any], own: Definition) -> Body | None:
    """The listed members; None where no member of any kind is left."""
    lists = {MEMBERS[key]: own[key] for key in MEMBERS if own.get(key) is not None}
    if not any(lists.values()) and not live.keys() - {outer for outer, _ in lists}:
        return None
    return {outer: {inner: names} if names else None for (outer, inner), names in lists.items()}
