"""CustomPermission: what formulas test as $Permission.Name and permission sets grant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crm_simulators.salesforce.errors import MetadataError
from crm_simulators.salesforce.metadata_types.component_type import ComponentType, too_long
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import Body


class CustomPermission(ComponentType):
    name = "CustomPermission"
    directory = "customPermissions"
    suffix = "customPermission"
    ruled = ("label", "description", "isLicensed")

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        too_long("label", body["label"], 80)
        too_long("description", body.get("description"), 255)
        return dict(body)

    def check_delete(self, org: Org, full_name: str) -> None:
        users = ", ".join(self._users(org, full_name))
        if users:
            # [K: text]
            raise MetadataError("DEPENDENCY_EXISTS", f"This custom permission is referenced elsewhere. : {users}")

    def _users(self, org: Org, full_name: str) -> Iterator[str]:
        named = re.compile(rf"(?i)\$Permission\.{re.escape(full_name)}\b")
        for rule, component in org.of_type("ValidationRule").items():
            if named.search(component["body"]["errorConditionFormula"]):
                yield f"Validation Rule - {rule}"
        for field, component in org.of_type("CustomField").items():
            if named.search(component["body"].get("formula", "")):
                yield f"Formula Field - {field}"
        for permission_set, component in org.of_type("PermissionSet").items():
            for permission in component["body"].get("customPermissions", []):
                if permission["name"].lower() == full_name.lower():
                    yield f"Permission Set - {permission_set}"
