"""CustomPermission: what formulas test as $Permission.Name and permission sets grant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crm_simulators.salesforce.metadata_types.component_type import ComponentType
from crm_simulators.salesforce.org.org import Org


class CustomPermission(ComponentType):
    name = "CustomPermission"
    directory = "customPermissions"
    suffix = "customPermission"
    ruled = ("label", "description", "isLicensed")

    lengths = {"label": 80, "description": 255}
    referenced = "This custom permission is referenced elsewhere. : {users}"

    def users(self, org: Org, full_name: str) -> Iterator[str]:
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
