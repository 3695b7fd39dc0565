"""GlobalValueSet: values shared by picklist fields; values that an update omits are deactivated."""

from __future__ import annotations

from crm_simulators.salesforce.metadata_types.component_type import ComponentType
from crm_simulators.salesforce.metadata_types.objects.value_lists import checked_values, merged
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import Body

SUFFIX = "__gvs"


class GlobalValueSet(ComponentType):
    name = "GlobalValueSet"
    directory = "globalValueSets"
    suffix = "globalValueSet"
    lengths = {"description": 1000, "masterLabel": 80}  # [S: public value sets have descriptions of more than 255]
    referenced = "The global value set {name} is used by custom fields: {users}"

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
        values = checked_values(body.get("customValue", []), element="customValue")
        return {**body, "customValue": merged((old or {}).get("customValue", []), values)}

    def users(self, org: Org, full_name: str) -> list[str]:
        return sorted(
            name
            for name, component in org.of_type("CustomField").items()
            if component["body"].get("valueSet", {}).get("valueSetName", "").lower() == full_name.lower()
        )
