"""What a record's type means for a save: who may use it, and which values of restricted lists it offers."""

from __future__ import annotations

from crm_simulators.salesforce.errors import RestError
from crm_simulators.salesforce.metadata_types.objects.record_type import allowed_values
from crm_simulators.salesforce.org.access import assigned_permission_sets
from crm_simulators.salesforce.org.fields import fields_of, find_field
from crm_simulators.salesforce.org.org import Component, Org, Record
from crm_simulators.salesforce.org.picklists import is_restricted


def check_record_type(org: Org, user: Record, sobject: str, given: Record, row: Record) -> None:
    """Raises RestError for a record type that the user does not have, and for a value that it does not offer [K]."""
    record_type = row.get("RecordTypeId")
    if not record_type:
        return
    found = _component(org, sobject, record_type)
    if "RecordTypeId" in given and (found is None or found[0].lower() not in visible_record_types(org, user["Id"])):
        # [K: text]
        text = f"Record Type ID: this ID value isn't valid for the user: {record_type}"
        raise RestError(400, "INVALID_CROSS_REFERENCE_KEY", text, ("RecordTypeId",))
    if found is not None:
        _check_values(org, sobject, found[1], given)


def visible_record_types(org: Org, user_id: str) -> set[str]:
    """Active record types that a permission set shows the user, lower case; profiles show none here [K]."""
    shown = {
        str(item["recordType"]).lower()
        for body in assigned_permission_sets(org, user_id)
        for item in body.get("recordTypeVisibilities", [])
        if item["visible"]
    }
    return {name for name in shown if (org.body("RecordType", name) or {}).get("active")}


def _component(org: Org, sobject: str, record_id: str) -> tuple[str, Component] | None:
    for name, component in org.of_type("RecordType").items():
        if component["id"] == record_id and name.partition(".")[0] == sobject:
            return name, component
    return None


def _check_values(org: Org, sobject: str, component: Component, given: Record) -> None:
    fields = fields_of(org, sobject)
    for name, value in given.items():
        field = find_field(fields, name)
        if field is None or not value or not is_restricted(field):
            continue
        allowed = allowed_values(component["body"], field)
        for part in str(value).split(";"):
            if allowed is not None and part not in allowed:
                text = f"{field.label}: bad value for restricted picklist field: {part}"
                raise RestError(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", text, (field.name,))
