"""A report type: what must exist before it."""

from __future__ import annotations

from typing import Any

from revops_salesforce.kinds.custom_field import CustomField
from revops_salesforce.kinds.report_type import ReportType


def field(object_: str, name: str, **more: Any) -> tuple[tuple[str, str], Any]:
    inputs = CustomField().parse({"object": object_, "name": name, "label": name, "type": "Text", **more})
    return ("CustomField", f"{object_}.{name}"), inputs


def test_lookups_of_joins_and_fields_of_joined_objects_come_first():
    lookup = {"type": "Lookup", "reference_to": "Contact", "relationship_name": "Visits"}
    names = (("Visit__c", "Mood__c"), ("Room__c", "Size__c"), ("Room__c", "Unused__c"))
    program = dict([field("Visit__c", "Person__c", **lookup), *(field(*name) for name in names)])
    columns = [
        {"field": "LastName"},
        {"field": "Mood__c", "table": "Contact.Visits__r"},
        {"field": "Room__c.Size__c", "table": "Contact.Visits__r"},
    ]
    about = {"name": "Visits", "label": "Visits", "object": "Contact", "category": "other"}
    sections = [{"label": "All", "columns": columns}]
    inputs = ReportType().parse({**about, "joins": [{"relationship": "Visits__r"}], "sections": sections})
    found = [one.name for one in ReportType().references_through(inputs, program)]
    assert found == ["Visit__c.Person__c", "Visit__c.Mood__c", "Room__c.Size__c"]
