"""Roll-up summary fields: counts and sums of the records that lead to one."""

from __future__ import annotations

from typing import Any

from crm_simulators.salesforce.metadata_types.component_type import child_name
from crm_simulators.salesforce.org.fields import Field
from crm_simulators.salesforce.org.org import Record
from crm_simulators.salesforce.rows.criteria import RecordReader, matches
from crm_simulators.salesforce.rows.tables import rows
from crm_simulators.salesforce.xml.component_xml import Body


def summarized(reader: RecordReader, row: Record, field: Field) -> Any:
    """The value of a summary field of a record, as stored values are; a count or sum of nothing is 0."""
    body: Body = field.custom or {}
    child, foreign_key = child_name(body["summaryForeignKey"])
    criteria = {"criteriaItems": body.get("summaryFilterItems", [])}
    live = [one for one in rows(reader.org, child) if one.get(foreign_key) == row.get("Id")]
    live = [one for one in live if matches(reader, child, criteria, one, None)]
    operation = body["summaryOperation"]
    if operation == "count":
        return len(live)
    name = child_name(body["summarizedField"])[1]
    values = [value for one in live if (value := reader.value(child, one, name)) is not None]
    if operation == "sum":
        return round(sum(values), field.scale)
    return (min if operation == "min" else max)(values, default=None)
