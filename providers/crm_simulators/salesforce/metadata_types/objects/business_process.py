"""BusinessProcess: the values of a standard picklist, such as the opportunity stages, that one process uses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote, unquote

from crm_simulators.salesforce.errors import MetadataError, integrity, missing, no_such_component
from crm_simulators.salesforce.metadata_types.component_type import ObjectPart, child_name, too_long
from crm_simulators.salesforce.org.fields import object_name
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.org.picklists import active_names
from crm_simulators.salesforce.xml.component_xml import Body

STANDARD_LISTS = {
    "Case": "CaseStatus",
    "Lead": "LeadStatus",
    "Opportunity": "OpportunityStage",
    "Solution": "SolutionStatus",
}
"""The list that a process of the object picks from."""
MAX_NAME = 80
SIGN = re.compile(r"[!-/:-@\[-`{-~]")
"""What `quote` may encode."""


class BusinessProcess(ObjectPart):
    name = "BusinessProcess"
    ruled = ("description", "isActive", "values")
    lengths = {"description": 255}
    referenced = "This business process is referenced elsewhere. : Record Type - {users}"

    def check_name(self, org: Org, full_name: str) -> None:
        sobject, name = child_name(full_name)
        if object_name(org, sobject) not in STANDARD_LISTS:
            raise no_such_component("CustomObject", sobject or full_name)
        too_long("fullName", name, MAX_NAME)

    def shown(self, org: Org, full_name: str, body: Body) -> Body:
        return {**body, "values": encoded(org, body["values"])}

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        sobject = object_name(org, child_name(full_name)[0]) or ""
        standard = org.body("StandardValueSet", STANDARD_LISTS[sobject])
        values = decoded(body.get("values", []))
        if not values:
            raise missing("values")
        known = None if standard is None else active_names(standard.get("standardValue", []))
        check_values(STANDARD_LISTS[sobject], values, known)
        return {"isActive": True, **body, "values": values}

    def users(self, org: Org, full_name: str) -> list[str]:
        """Record types; it cannot be deleted while used [K]."""
        return sorted(
            name
            for name, component in org.of_type("RecordType").items()
            if child_name(name)[0] == child_name(full_name)[0]
            and component["body"].get("businessProcess", "").lower() == child_name(full_name)[1].lower()
        )


def decoded(values: Sequence[Body]) -> list[Body]:
    """Values as they are kept: in XML their names are URL-encoded, `%2F` for `/` [K]."""
    return [{**value, "fullName": unquote(value.get("fullName", ""))} for value in values]


def encoded(org: Org, values: Sequence[Body]) -> list[Body]:
    """Values as they are read, encoded by switch [K], but for letters of any script [S: public orgs]."""
    if not org.switch("picklist_values_encoded"):
        return list(values)
    return [
        {**value, "fullName": SIGN.sub(lambda sign: quote(sign[0], safe=""), value["fullName"])} for value in values
    ]


def check_values(picklist: str, values: Sequence[Body], known: Sequence[str] | None) -> None:
    """Every value is an active one of its list, once, and one of them at most is the default; None knows no list."""
    names = [value["fullName"] for value in values]
    unknown = next((name for name in names if known is not None and name not in known), None)
    if unknown is not None:
        # [K: text]
        raise integrity(f"Picklist value: {unknown} in picklist: {picklist} not found", "values")
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise MetadataError("DUPLICATE_VALUE", f"Duplicate value: {repeated}", ("values",))
    if sum(1 for value in values if value["default"]) > 1:
        raise integrity("Only one picklist value can be the default", "values")
