"""What a user may see and edit: field-level security and custom permissions come from assigned permission sets only."""

from __future__ import annotations

from collections.abc import Iterator

from crm_simulators.salesforce.org.fields import Field, fields_of
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.xml.component_xml import Body

NO_ID = "000000000000000AAA"
"""Rows that are computed for a user have no id of their own [K]."""


def assigned_permission_sets(org: Org, user_id: str) -> Iterator[Body]:
    """The permission sets assigned to a user."""
    assigned = {row["PermissionSetId"] for row in org.select("PermissionSetAssignment", AssigneeId=user_id)}
    for component in org.of_type("PermissionSet").values():
        if component["id"] in assigned:
            yield component["body"]


def custom_permissions(org: Org, user_id: str) -> set[str]:
    """Names of the custom permissions a user has, lower case."""
    return {
        permission["name"].lower()
        for body in assigned_permission_sets(org, user_id)
        for permission in body.get("customPermissions", [])
        if permission["enabled"]
    }


def permission_access(org: Org, user: Record) -> Record:
    """The one row of UserPermissionAccess that a user sees: their own permissions [D], here those of the profile."""
    profile = org.record("Profile", user.get("ProfileId") or "") or {}
    live = {name: value for name, value in profile.items() if name.startswith("Permissions")}
    return {"Id": NO_ID, "LastCacheUpdate": org.timestamp(), **live}


def visible_fields(org: Org, user_id: str, sobject: str) -> dict[str, Field]:
    """The fields that REST, describe and SOQL show a user.

    A custom field created through the API is invisible, to administrators too, until a permission set grants it [K];
    required and master-detail fields are always visible and cannot be granted [D].
    """
    readable = _granted(org, user_id, "readable")
    return {
        name: field
        for name, field in fields_of(org, sobject).items()
        if field.custom is None or field.required or f"{sobject}.{field.part_of or name}".lower() in readable
    }


def editable(org: Org, user_id: str, sobject: str, field: Field) -> bool:
    """Whether field-level security lets a user change a field."""
    if field.custom is None or field.required:
        return True
    return f"{sobject}.{field.part_of or field.name}".lower() in _granted(org, user_id, "editable")


def _granted(org: Org, user_id: str, right: str) -> set[str]:
    return {
        str(permission["field"]).lower()
        for body in assigned_permission_sets(org, user_id)
        for permission in body.get("fieldPermissions", [])
        if permission.get(right)
    }


def may_modify_metadata(org: Org, user_id: str) -> bool:
    """The permission that Metadata API calls need [D: meta_createMetadata]."""
    user = org.record("User", user_id)
    profile = None if user is None else org.record("Profile", user.get("ProfileId") or "")
    return profile is not None and bool(profile["PermissionsModifyAllData"] or profile["PermissionsModifyMetadata"])
