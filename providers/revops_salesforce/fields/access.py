"""Who may edit a field: what permission sets and profiles grant in the org, and what the program is about to grant.

A profile's permissions are those of the permission set that it owns, which all its users are assigned to [K].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from revops_salesforce.api.client import OrgSession, SalesforceClient, quoted

GRANTS = "SELECT Field, Parent.Name FROM FieldPermissions WHERE SobjectType = {} AND PermissionsEdit = true"
HOLDERS = "SELECT PermissionSet.Name, Assignee.Username FROM PermissionSetAssignment WHERE Assignee.IsActive = true"
OWNERS = "SELECT Username FROM User WHERE IsActive = true AND Profile.PermissionsModifyAllData = false AND Id IN ({})"
IDS_PER_QUERY = 200


Access = Mapping[str, frozenset[str]]
"""Permission set -> fields that it lets edit, or people who hold it; all in small letters."""


class FieldAccess:
    """Who may edit the custom fields of one object."""

    def __init__(self, session: OrgSession, object_: str) -> None:
        program = [item for item in session.declared if item.inputs]
        self._object = object_
        self._grants = dict(_asked(session, GRANTS.format(quoted(object_)), "Parent.Name", "Field"))
        self._holders = dict(_asked(session, HOLDERS, "PermissionSet.Name", "Assignee.Username"))
        for item in program:
            permissions = item.inputs.get("field_permissions") if item.kind == "PermissionSet" else None
            if permissions is not None:  # the program has the last word on its own sets
                granted = {str(entry["field"]).lower() for entry in permissions if entry.get("editable")}
                self._grants[item.name.lower()] = frozenset(granted)
            elif item.kind == "PermissionSetAssignment":
                name = str(item.inputs["permission_set"]).lower()
                self._holders[name] = self._holders.get(name, frozenset()) | {str(item.inputs["username"]).lower()}

    def editors(self, field: str) -> frozenset[str]:
        """Usernames, in lower case, of the users who can edit the field, or can after this plan."""
        full_name = f"{self._object}.{field}".lower()
        sets = (name for name, granted in self._grants.items() if full_name in granted)
        return frozenset(user for name in sets for user in self._holders.get(name, ()))


def _asked(session: OrgSession, soql: str, by: str, what: str) -> Access:
    """What a query answers, grouped; asked once per session."""

    def ask() -> Access:
        found: dict[str, set[str]] = {}
        for row in session.client.query(soql):
            found.setdefault(_text(row, by), set()).add(_text(row, what))
        return {name: frozenset(values) for name, values in found.items()}

    return session.remembered(soql, ask)


def _text(row: Mapping[str, Any], path: str) -> str:
    live: Any = row
    for step in path.split("."):
        live = live[step]
    return str(live).lower()


def people(client: SalesforceClient, ids: Iterable[str]) -> list[str]:
    """Usernames of the active users among record owners, without those who may change all data: they can help
    themselves, and the integration user is one of them."""
    owners = sorted({identifier for identifier in ids if identifier.startswith("005")})
    found: list[str] = []
    for start in range(0, len(owners), IDS_PER_QUERY):
        listed = ", ".join(quoted(identifier) for identifier in owners[start : start + IDS_PER_QUERY])
        found += [str(row["Username"]) for row in client.query(OWNERS.format(listed))]
    return sorted(found)
