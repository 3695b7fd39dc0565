"""ValidationRule: its formula is compiled at save; deleting it is immediate."""

from __future__ import annotations

from salesforce_formula.kinds import BOOLEAN

from crm_simulators.salesforce.errors import MetadataError, integrity
from crm_simulators.salesforce.metadata_types.checks import check_formula
from crm_simulators.salesforce.metadata_types.component_type import ObjectPart, child_name
from crm_simulators.salesforce.org.fields import fields_of, find_field, object_name
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import Body


class ValidationRule(ObjectPart):
    name = "ValidationRule"
    max_name = 40
    lengths = {"errorMessage": 255}  # [K]

    def duplicate(self, full_name: str) -> MetadataError:
        text = f"There is already a validation rule named {child_name(full_name)[1]} on {child_name(full_name)[0]}."
        return MetadataError("DUPLICATE_DEVELOPER_NAME", text, ("fullName",))

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        sobject = object_name(org, child_name(full_name)[0]) or ""
        shown_at = body.get("errorDisplayField")
        if shown_at and find_field(fields_of(org, sobject), shown_at) is None:
            raise integrity(f"Field {shown_at} does not exist. Check spelling.", "errorDisplayField")
        check_formula(org, sobject, body, "errorConditionFormula", expected=BOOLEAN, saving=True)
        return body
