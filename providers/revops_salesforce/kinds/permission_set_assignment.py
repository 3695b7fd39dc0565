"""Who holds a permission set: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_permissionsetassignment.htm"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from revops_iac.errors import AccountError
from revops_iac.provider.kind import Inputs, Kind, LiveObject, Lookup, Reference, State
from revops_salesforce.api.client import OrgSession, SalesforceClient, quoted
from revops_salesforce.api.versions import RECORD, RECORDS

SOBJECT = "PermissionSetAssignment"


class PermissionSetAssignmentInputs(Inputs):
    """A permission set assigned to one user.

    Example::

        permission_set: Revenue_Process
        username: admin@simulated.example
    """

    permission_set: str
    """API name."""
    username: str
    """Usernames differ between production and its sandboxes."""


class PermissionSetAssignment(Kind[SalesforceClient, PermissionSetAssignmentInputs]):
    """Key: permission set and username. A record, not metadata; its id is made by the server and kept in state."""

    system = "salesforce"
    immutable = frozenset({"permission_set", "username"})
    on_delete = "The user loses the permission set immediately."

    def vendor_name(self, inputs: PermissionSetAssignmentInputs) -> str:
        return f"{inputs.permission_set}.{inputs.username}"

    def made_by(self, name: str, live: LiveObject | None) -> str:
        """Each user holds the permission set behind the profile, called `X00e` and an id [K]."""
        return "Salesforce" if re.match(r"X00e\w{12,15}\.", name) else ""

    def partition(self, name: str) -> str:
        return name.partition(".")[0]

    def scan(self, client: SalesforceClient, partition: str) -> Mapping[str, LiveObject | None]:
        of_one = f" WHERE PermissionSet.Name = {quoted(partition)}" if partition else ""
        records = client.query(f"SELECT Id, PermissionSet.Name, Assignee.Username FROM {SOBJECT}{of_one}")
        found = [_live(row["Id"], row["PermissionSet"]["Name"], row["Assignee"]["Username"]) for row in records]
        return {item.name: item for item in found}

    def references(self, inputs: PermissionSetAssignmentInputs) -> Iterable[Reference]:
        return [Reference("PermissionSet", inputs.permission_set)]

    def lookups(self, inputs: PermissionSetAssignmentInputs) -> Iterable[Lookup]:
        return [Lookup("user", inputs.username)]

    def create(self, session: OrgSession, inputs: PermissionSetAssignmentInputs) -> LiveObject:
        name, person = inputs.permission_set, inputs.username
        body = {
            "AssigneeId": _id_of(session, Lookup("user", person)),
            "PermissionSetId": _id_of(session, Lookup("permission_set", name)),
        }

        def landed() -> dict[str, str] | None:
            found = self.scan(session.client, name).get(self.vendor_name(inputs))
            return {"id": found.id} if found is not None else None

        answer = session.client.send("POST", RECORDS.format(sobject=SOBJECT), body, landed=landed)
        return _live(answer["id"], name, person)

    def update(self, session: OrgSession, live: LiveObject, inputs: PermissionSetAssignmentInputs) -> LiveObject:
        return live  # both inputs are the key, so there is nothing to change

    def delete(self, session: OrgSession, live: LiveObject, state: State[PermissionSetAssignmentInputs]) -> None:
        def landed() -> bool | None:
            return None if live.name in self.scan(session.client, self.partition(live.name)) else True

        session.client.send("DELETE", RECORD.format(sobject=SOBJECT, id=live.id), landed=landed)


def _live(identifier: str, permission_set: str, username: str) -> LiveObject:
    definition = {"permission_set": permission_set, "username": username}
    return LiveObject(identifier, f"{permission_set}.{username}", definition)


def _id_of(session: OrgSession, lookup: Lookup) -> str:
    found = session.system.account.resolve(session.client, lookup)
    if found is None:
        raise AccountError(f'Salesforce: the org has no active {lookup.type.replace("_", " ")} "{lookup.value}"')
    return found
