"""RecordType: a business process and a choice of picklist values; it is deactivated, never deleted."""

from __future__ import annotations

from crm_simulators.salesforce.errors import MetadataError, bad_reference, integrity, missing
from crm_simulators.salesforce.metadata_types.component_type import ObjectPart, child_name
from crm_simulators.salesforce.metadata_types.objects.business_process import (
    STANDARD_LISTS,
    check_values,
    decoded,
    encoded,
)
from crm_simulators.salesforce.org.fields import UNKNOWN, Field, fields_of, find_field, object_name
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.org.picklists import known_names
from crm_simulators.salesforce.xml.component_xml import Body

PEOPLE = "PersonAccount"
"""Not an object but the name that record types of person accounts have for theirs [S: public orgs]."""
PICKLISTS = frozenset({"combobox", "picklist", "multipicklist"})
PROCESS_FIELDS = {"Case": "Status", "Lead": "Status", "Opportunity": "StageName", "Solution": "Status"}
"""The field whose values follow from the business process, so that a record type does not list them [K]."""


class RecordType(ObjectPart):
    name = "RecordType"
    ruled = ("active", "businessProcess", "description", "label", "picklistValues")
    lengths = {"label": 80, "description": 255}
    deletable = False
    undeletable = "Cannot delete record type through API"  # [I: devops-center-feedback#203]

    def shown(self, org: Org, full_name: str, body: Body) -> Body:
        """Without the lists of deleted fields [K]."""
        fields = _fields(org, child_name(full_name)[0])
        lists = [
            {**item, "values": encoded(org, item["values"])}
            for item in body.get("picklistValues", [])
            if find_field(fields, item["picklist"]) is not None
        ]
        return {**body, "picklistValues": lists}

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        sobject = object_name(org, child_name(full_name)[0]) or ""
        self._check_process(org, sobject, body)
        lists = [_checked_list(org, sobject, item) for item in body.get("picklistValues", [])]
        names = [item["picklist"] for item in lists]
        if len(set(names)) < len(names):
            raise MetadataError("DUPLICATE_VALUE", "Duplicate picklist", ("picklistValues",))
        return {**body, "picklistValues": sorted(lists, key=lambda item: str(item["picklist"]))}

    def _check_process(self, org: Org, sobject: str, body: Body) -> None:
        process = body.get("businessProcess")
        if sobject in STANDARD_LISTS and process is None:
            raise missing("businessProcess")
        if process is not None and org.find("BusinessProcess", f"{sobject}.{process}") is None:
            raise bad_reference("businessProcess", "BusinessProcess", f"{sobject}.{process}")


def _fields(org: Org, sobject: str) -> dict[str, Field]:
    return fields_of(org, "Account" if sobject == PEOPLE else sobject)


def _checked_list(org: Org, sobject: str, item: Body) -> Body:
    called = "Salutation" if item["picklist"] == "Name" else item["picklist"]  # of people [S: public orgs]
    field = find_field(_fields(org, sobject), called)
    if field is None or field.type not in PICKLISTS | {UNKNOWN}:
        raise bad_reference("picklist", "Picklist", item["picklist"])
    if field.name == PROCESS_FIELDS.get(sobject):
        # [K: text]
        raise integrity(f"Picklist {field.name} is set by the business process", "picklist")
    values = decoded(item.get("values", []))
    check_values(field.name, values, known_names(org, field))
    return {"picklist": item["picklist"] if called == "Salutation" else field.name, "values": values}


def allowed_values(body: Body, field: Field) -> list[str] | None:
    """What a record type lets a field be; None where it does not list the field."""
    found = next((item for item in body.get("picklistValues", []) if item["picklist"] == field.name), None)
    return None if found is None else [value["fullName"] for value in found["values"]]
