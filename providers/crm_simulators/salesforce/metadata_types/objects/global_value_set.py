"""GlobalValueSet: values shared by picklist fields; values that an update omits are deactivated."""

from __future__ import annotations

from crm_simulators.salesforce.errors import MetadataError
from crm_simulators.salesforce.metadata_types.component_type import ComponentType, too_long
from crm_simulators.salesforce.metadata_types.objects.value_lists import checked_values, merged
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import Body

SUFFIX = "__gvs"


class GlobalValueSet(ComponentType):
    name = "GlobalValueSet"
    directory = "globalValueSets"
    suffix = "globalValueSet"

    def find(self, org: Org, full_name: str) -> str | None:
        """Names are accepted with and without the suffix [S: salto metadata_deploy]."""
        return super().find(org, full_name.removesuffix(SUFFIX))

    def read(self, org: Org, full_name: str) -> Body | None:
        body = super().read(org, full_name)
        if body is not None and org.switch("gvs_suffix_on_read"):
            body["fullName"] += SUFFIX
        return body

    def create(self, org: Org, full_name: str, body: Body) -> None:
        super().create(org, full_name.removesuffix(SUFFIX), body)

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        too_long("description", body.get("description"), 1000)  # [S: public value sets have more than 255]
        too_long("masterLabel", body["masterLabel"], 80)
        values = checked_values(body.get("customValue", []), element="customValue")
        return {**body, "customValue": merged((old or {}).get("customValue", []), values)}

    def check_delete(self, org: Org, full_name: str) -> None:
        users = [
            name
            for name, component in org.of_type("CustomField").items()
            if component["body"].get("valueSet", {}).get("valueSetName", "").lower() == full_name.lower()
        ]
        if users:
            # [K: text]
            raise MetadataError(
                "DEPENDENCY_EXISTS",
                f"The global value set {full_name} is used by custom fields: {', '.join(sorted(users))}",
            )
