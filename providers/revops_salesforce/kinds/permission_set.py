"""A permission set: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_permissionset.htm"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from revops_iac.diagnostics import Diagnostic, input_error
from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, DesiredResource, Inputs, LiveObject, Reference
from revops_salesforce.api.client import OrgSession
from revops_salesforce.api.components import Body
from revops_salesforce.metadata.kind import MetadataKind


class FieldPermission(Part):
    """Read and edit access to one field."""

    field: str
    """`Lead.Rejection_Reason__c`."""
    readable: bool = True
    editable: bool = False
    """Not available for formula fields."""


class ObjectPermission(Part):
    """Access to the records of an object. A new custom object is invisible to all users without it."""

    object: str
    read: bool = True
    create: bool = False
    edit: bool = False
    delete: bool = False
    view_all: bool = False
    """All records, regardless of sharing."""
    modify_all: bool = False


RIGHTS = {
    "read": "allowRead",
    "create": "allowCreate",
    "edit": "allowEdit",
    "delete": "allowDelete",
    "view_all": "viewAllRecords",
    "modify_all": "modifyAllRecords",
}
"""Our word for a right on an object -> the vendor's element."""


class PermissionSetInputs(Inputs):
    """Permissions of its users. A new field is invisible to all users until a permission set grants access.

    Example::

        name: Revenue_Process
        label: Revenue process
        description: The fields of the revenue process.
        field_permissions:
          - {field: Lead.Rejection_Reason__c, readable: true, editable: true}
        object_permissions:
          - {object: Machine__c, read: true, create: true, edit: true}
        custom_permissions: [Revenue_Rules_Bypass]
        record_types: [Opportunity.New_Business]

    Later::

        label: Revenue process, read only
        field_permissions:
          - {field: Lead.Rejection_Reason__c, readable: true, editable: false}
    """

    name: str
    label: str
    description: str | None = None
    field_permissions: list[FieldPermission] | None = None
    """Required and master-detail fields must not be listed: all users have them, and Salesforce refuses."""
    object_permissions: list[ObjectPermission] | None = None
    """Every other right requires `read`."""
    custom_permissions: list[str] | None = None
    record_types: list[str] | None = None
    """`Opportunity.New_Business`: record types that assigned users can choose."""


class PermissionSet(MetadataKind[PermissionSetInputs]):
    """Key: API name. The sections above belong to the model, entry by entry; other sections stay as they are."""

    component_type = "PermissionSet"
    immutable = frozenset({"name"})
    entry_keys = {
        "fieldPermissions": ("field",),
        "objectPermissions": ("object",),
        "customPermissions": ("name",),
        "recordTypeVisibilities": ("recordType",),
    }
    chunk = 1  # Salto reads them one at a time, because they are large [S: salto client.ts]
    on_delete = "The set is deleted permanently. Salesforce refuses while it is assigned to a user [K]."

    def elements(self, inputs: PermissionSetInputs) -> Body:
        body: Body = {key: getattr(inputs, key) for key in ("label", "description") if inputs.manages(key)}
        if inputs.field_permissions is not None:
            body["fieldPermissions"] = [item.model_dump() for item in inputs.field_permissions]
        if inputs.object_permissions is not None:
            body["objectPermissions"] = [
                {"object": item.object, **{element: getattr(item, right) for right, element in RIGHTS.items()}}
                for item in inputs.object_permissions
            ]
        if inputs.custom_permissions is not None:
            body["customPermissions"] = [{"name": name, "enabled": True} for name in inputs.custom_permissions]
        if inputs.record_types is not None:
            shown = [{"recordType": name, "visible": True} for name in inputs.record_types]
            body["recordTypeVisibilities"] = shown
        return body

    def definition(self, name: str, body: Body) -> Definition:
        return {
            "name": name,
            "label": body.get("label"),
            "description": body.get("description"),
            "field_permissions": [
                {"field": item["field"], "readable": item.get("readable", False), "editable": item["editable"]}
                for item in body.get("fieldPermissions", [])
            ],
            "object_permissions": [_granted(item) for item in body.get("objectPermissions", [])],
            "custom_permissions": [item["name"] for item in body.get("customPermissions", []) if item["enabled"]],
            "record_types": [item["recordType"] for item in body.get("recordTypeVisibilities", []) if item["visible"]],
        }

    def normalize(self, definition: Definition) -> Definition:
        made = super().normalize(definition)
        if made.get("field_permissions") is not None:
            granted = [item for item in made["field_permissions"] if item["readable"] or item["editable"]]
            made["field_permissions"] = sorted(granted, key=lambda item: item["field"].lower())
        if made.get("object_permissions") is not None:
            given = [item for item in made["object_permissions"] if any(item[right] for right in RIGHTS)]
            made["object_permissions"] = sorted(given, key=lambda item: item["object"].lower())
        if made.get("custom_permissions") is not None:
            made["custom_permissions"] = sorted(made["custom_permissions"], key=str.lower)
        if made.get("record_types") is not None:
            made["record_types"] = sorted(made["record_types"], key=str.lower)
        return made

    def references(self, inputs: PermissionSetInputs) -> Iterable[Reference]:
        for item in inputs.field_permissions or ():
            yield Reference("CustomField", item.field)
        for granted in inputs.object_permissions or ():
            yield Reference("CustomObject", granted.object)
        for name in inputs.custom_permissions or ():
            yield Reference("CustomPermission", name)
        for name in inputs.record_types or ():
            yield Reference("RecordType", name)

    def preflight_errors(
        self, session: OrgSession, desired: DesiredResource, live: LiveObject | None
    ) -> Iterable[Diagnostic]:
        """Permissions on required fields: "You cannot deploy to a required field" [D]."""
        always = {
            other.name
            for other in session.declared
            if other.kind == "CustomField" and (other.inputs.get("required") or other.inputs["type"] == "MasterDetail")
        }
        for index, item in enumerate(self.parse(desired.inputs).field_permissions or ()):
            if item.field in always:
                message = f"{item.field} is required, so every user already has access to it"
                yield input_error(("field_permissions", index, "field"), message, "remove it from field_permissions")


def _granted(body: Mapping[str, Any]) -> Definition:
    return {"object": body["object"], **{right: body.get(element, False) for right, element in RIGHTS.items()}}
