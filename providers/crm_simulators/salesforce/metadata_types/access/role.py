"""Role: a place in the hierarchy, kept with the row of UserRole that REST shows too."""

from __future__ import annotations

from crm_simulators.salesforce.errors import MetadataError, bad_reference
from crm_simulators.salesforce.metadata_types.component_type import ComponentType
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.xml.component_xml import Body


class Role(ComponentType):
    name = "Role"
    directory = "roles"
    suffix = "role"
    ruled = ("name", "description", "parentRole")
    lengths = {"name": 80}

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        parent = body.get("parentRole")
        if parent is not None and org.find(self.name, parent) is None:
            raise bad_reference("parentRole", self.name, parent)
        return body

    def store(self, org: Org, full_name: str, body: Body) -> None:
        super().store(org, full_name, body)
        parent = _row(org, str(body.get("parentRole")))
        values: Record = {"Name": body["name"], "ParentRoleId": None if parent is None else parent["Id"]}
        row = _row(org, full_name)
        if row is None:
            org.insert("UserRole", {"DeveloperName": full_name, **values}, next(iter(org.table("User"))))
        else:
            row.update(values, LastModifiedDate=org.timestamp())

    def check_delete(self, org: Org, full_name: str) -> None:
        row = _row(org, full_name) or {}
        users = org.select("User", UserRoleId=row.get("Id"))
        below = [name for name, each in org.of_type(self.name).items() if each["body"].get("parentRole") == full_name]
        if users or below:
            # [K: text]
            raise MetadataError("DELETE_FAILED", f"The role {full_name} has users or roles below it.")
        org.table("UserRole").pop(str(row.get("Id")), None)


def _row(org: Org, full_name: str) -> Record | None:
    return next(iter(org.select("UserRole", DeveloperName=full_name)), None)
