"""PathAssistant: the guidance along a picklist, one per object and record type."""

from __future__ import annotations

from crm_simulators.salesforce.errors import MetadataError, bad_reference, integrity
from crm_simulators.salesforce.metadata_types.checks import known_field
from crm_simulators.salesforce.metadata_types.component_type import ComponentType, too_long
from crm_simulators.salesforce.metadata_types.objects.record_type import PICKLISTS, PROCESS_FIELDS
from crm_simulators.salesforce.org.fields import Field, fields_of, find_field, is_customizable, object_name
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.org.picklists import active_names, picklist_values
from crm_simulators.salesforce.xml.component_xml import Body

MASTER = "__MASTER__"  # [S: retrieved components]; other spellings are taken for it [?]
FIXED = ("entityName", "fieldName", "recordTypeName")  # [K: immutable]
MAX_STEP_FIELDS = 5  # [K]
MAX_INFO = 1000  # [K]


class PathAssistant(ComponentType):
    name = "PathAssistant"
    directory = "pathAssistants"
    suffix = "pathAssistant"
    lengths = {"masterLabel": 80}

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        if body["recordTypeName"].upper() == MASTER:
            body = {**body, "recordTypeName": MASTER}
        changed = next((name for name in FIXED if old is not None and body[name] != old[name]), None)
        if changed is not None:
            raise integrity(f"Cannot change {changed} of a path", changed)  # [K: text]
        sobject = object_name(org, body["entityName"])
        if sobject is None or not is_customizable(sobject):
            raise bad_reference("entityName", "CustomObject", body["entityName"])
        field = find_field(fields_of(org, sobject), body["fieldName"])
        if field is None or field.type not in PICKLISTS:
            raise bad_reference("fieldName", "Picklist", body["fieldName"])
        self._check_place(org, full_name, body)
        values = self._values(org, sobject, field, body["recordTypeName"])
        steps = body.get("pathAssistantSteps", [])
        for step in steps:
            self._check_step(org, sobject, values, step)
        names = [step["picklistValueName"] for step in steps]
        if len(set(names)) < len(names):
            raise MetadataError("DUPLICATE_VALUE", "Duplicate step in the path", ("pathAssistantSteps",))
        return {**body, "pathAssistantSteps": sorted(steps, key=lambda step: values.index(step["picklistValueName"]))}

    def _check_place(self, org: Org, full_name: str, body: Body) -> None:
        place = (body["entityName"], body["recordTypeName"])
        for name, component in org.of_type(self.name).items():
            other = component["body"]
            if name != full_name and (other["entityName"], other["recordTypeName"]) == place:
                # [K: one per object and record type; text K]
                raise MetadataError(
                    "DUPLICATE_VALUE", f"There is already a path for {place[0]} and record type {place[1]}: {name}"
                )

    def _values(self, org: Org, sobject: str, field: Field, record_type: str) -> list[str]:
        """The values that the path can have steps for: those of the record type's process, or all [K]."""
        values = active_names(picklist_values(org, field))
        if record_type == MASTER:
            return values
        body = org.body("RecordType", f"{sobject}.{record_type}")
        if body is None:
            raise bad_reference("recordTypeName", "RecordType", f"{sobject}.{record_type}")
        if field.name != PROCESS_FIELDS.get(sobject):
            return values
        process = org.body("BusinessProcess", f"{sobject}.{body['businessProcess']}") or {}
        mine = {value["fullName"] for value in process.get("values", [])}
        return [value for value in values if value in mine]

    def _check_step(self, org: Org, sobject: str, values: list[str], step: Body) -> None:
        if step["picklistValueName"] not in values:
            raise bad_reference("picklistValueName", "PicklistValue", step["picklistValueName"])
        too_long("info", step.get("info"), MAX_INFO)
        names = step.get("fieldNames", [])
        if len(names) > MAX_STEP_FIELDS:
            raise integrity(f"A step of a path can have at most {MAX_STEP_FIELDS} fields", "fieldNames")
        for name in names:
            known_field(org, sobject, name, "fieldNames")
