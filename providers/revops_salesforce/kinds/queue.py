"""A queue: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_queue.htm"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from revops_iac.provider.kind import Definition, Impact, Inputs, LiveObject, Lookup
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


class Queue(MetadataKind[QueueInputs]):
    """Key: developer name. Members are read and written by username; groups and roles in it are left as they are."""

    component_type = "Queue"
    immutable = frozenset({"name"})
    entry_keys = {"queueSobject": ("sobjectType",)}
    on_delete = (
        "The queue is deleted permanently. Salesforce refuses while it owns records or an assignment rule uses it [K]."
    )

    def elements(self, inputs: QueueInputs) -> Body:
        body: Body = {}
        if inputs.manages("label"):
            body["name"] = inputs.label
        if inputs.manages("email"):
            body["email"] = inputs.email
        if inputs.sends_email_to_members is not None:
            body["doesSendEmailToMembers"] = inputs.sends_email_to_members
        if inputs.objects is not None:
            body["queueSobject"] = [{"sobjectType": name} for name in inputs.objects]
        if inputs.members is not None:
            body["queueMembers"] = _with_users({}, inputs.members)
        return body

    def changes(self, body: Body, inputs: QueueInputs) -> Body:
        changed = self.elements(inputs)
        if inputs.members is not None:
            changed["queueMembers"] = _with_users(body.get("queueMembers") or {}, inputs.members)
        return changed

    def definition(self, name: str, body: Body) -> Definition:
        users = ((body.get("queueMembers") or {}).get("users") or {}).get("user", [])
        return {
            "name": name,
            "label": body.get("name"),
            "objects": [item["sobjectType"] for item in body.get("queueSobject", [])],
            "email": body.get("email"),
            "sends_email_to_members": body.get("doesSendEmailToMembers", False),
            "members": users,
        }

    def normalize(self, definition: Definition) -> Definition:
        made = super().normalize(definition)
        for key in ("objects", "members"):
            if made.get(key) is not None:
                made[key] = sorted(made[key], key=str.lower)
        return made

    def lookups(self, inputs: QueueInputs) -> Iterable[Lookup]:
        return [Lookup("user", name) for name in inputs.members or ()]

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


def _with_users(members: Mapping[str, Any], users: list[str]) -> Body | None:
    if not users and not members.keys() - {"users"}:
        return None
    return {"users": {"user": users} if users else None}
