"""PermissionSet: permissions on fields and objects, custom ones, and record types; its assignment is data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from crm_simulators.salesforce.errors import MetadataError, bad_reference, integrity
from crm_simulators.salesforce.metadata_types.component_type import ComponentType, child_name
from crm_simulators.salesforce.org.fields import fields_of, find_field, is_packaged, object_name
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import Body

SECTIONS = {
    "fieldPermissions": "field",
    "objectPermissions": "object",
    "customPermissions": "name",
    "recordTypeVisibilities": "recordType",
}


class PermissionSet(ComponentType):
    name = "PermissionSet"
    directory = "permissionsets"
    suffix = "permissionset"
    ruled = ("label", "description", "hasActivationRequired", *SECTIONS)
    lengths = {"label": 80, "description": 255}

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        result = {"hasActivationRequired": False, **body}
        for section, key in SECTIONS.items():
            if section in body:
                self._check_unique(body[section], key)
            result[section] = self._merged(org, section, key, body, old)
        for permission in result["fieldPermissions"]:
            self._check_field(org, permission)
        for permission in result["objectPermissions"]:
            self._check_object(org, permission)
        for permission in result["customPermissions"]:
            if org.find("CustomPermission", permission["name"]) is None and not is_packaged(org, permission["name"]):
                raise bad_reference("customPermission", "CustomPermission", permission["name"])
        for item in result["recordTypeVisibilities"]:
            own = child_name(item["recordType"])[1]
            if org.find("RecordType", item["recordType"]) is None and not is_packaged(org, own):
                raise bad_reference("recordType", "RecordType", item["recordType"])
        return result

    def _check_unique(self, entries: list[Body], key: str) -> None:
        names = [str(entry[key]).lower() for entry in entries]
        repeated = next((name for name, count in Counter(names).items() if count > 1), None)
        if repeated is not None:
            raise MetadataError("DUPLICATE_VALUE", f"Duplicate {key}: {repeated}", (key,))

    def _merged(self, org: Org, section: str, key: str, body: Body, old: Body | None) -> list[Body]:
        """A section that the call mentions replaces the old one, or merges into it, by switch [K]."""
        new: list[Body] = body.get(section, [])
        before: list[Body] = (old or {}).get(section, [])
        if section not in body:
            return before
        if org.switch("permission_set_update") == "replace":
            return sorted(new, key=lambda entry: str(entry[key]))
        named = {str(entry[key]).lower() for entry in new}
        kept = [entry for entry in before if str(entry[key]).lower() not in named]
        return sorted([*kept, *new], key=lambda entry: str(entry[key]))

    def _check_field(self, org: Org, permission: Mapping[str, Any]) -> None:
        full_name = permission["field"]
        sobject, name = child_name(full_name)
        known = object_name(org, sobject)
        field = None if known is None else find_field(fields_of(org, known), name)
        if field is None:
            raise bad_reference("field", "CustomField", full_name)
        if field.required:
            # [D: the text as another vendor's documentation quotes it]
            raise integrity(f"You cannot deploy to a required field: {full_name}", "field")
        if permission["editable"] and not permission.get("readable"):
            raise integrity(f"Field {full_name} cannot be editable without being readable", "readable")
        # Editing what is computed means nothing and is taken: of a formula [S: coral-cloud], of the sums of campaigns
        # [S: Volunteers for Salesforce], of the expected revenue [S: permission sets and profiles of four orgs].

    def _check_object(self, org: Org, permission: Mapping[str, Any]) -> None:
        if object_name(org, permission["object"]) is None:
            raise bad_reference("object", "CustomObject", permission["object"])
        needs_read = ("allowCreate", "allowEdit", "allowDelete", "viewAllRecords", "modifyAllRecords")
        if not permission["allowRead"] and any(permission.get(name) for name in needs_read):
            # [K: text]
            raise integrity(f"Permission on {permission['object']} depends on permission(s): Read", "allowRead")

    def check_delete(self, org: Org, full_name: str) -> None:
        component = org.of_type(self.name)[full_name]
        if org.select("PermissionSetAssignment", PermissionSetId=component["id"]):
            # [K: text]
            raise MetadataError(
                "DELETE_FAILED", f"Permission set {full_name} is assigned to users. Remove the assignments first."
            )
