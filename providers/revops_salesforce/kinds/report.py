"""A report: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_report.htm"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from revops_iac.provider.kind import Inputs, Reference
from revops_salesforce.api.components import NOTHING, Body
from revops_salesforce.metadata.folder_kind import InFolderKind
from revops_salesforce.metadata.parts import Element
from revops_salesforce.reports.columns import fields_in, report_type_of
from revops_salesforce.reports.content import SINCE_EVER, ReportBlock, ReportContent


class ReportName(Inputs):
    """The inputs that identify a report."""

    folder: str
    name: Annotated[str, Element("fullName")]
    """Developer name."""


class ReportInputs(ReportContent, ReportName):
    """A report in a folder. What is left out, in the report or in one of its parts, stays as people arrange it.

    Example::

        folder: Revenue
        name: Leads_By_Status
        label: Leads by status
        report_type: Lead_Funnel__c
        format: Summary
        description: How many leads there are in each status.
        columns: [{field: Lead$LastName}]
        groupings: [{field: Lead$Status}]
        filters: [{field: Lead$LastName, operator: notEqual}]
        formulas: [{name: FORMULA1, label: Doubled, formula: RowCount * 2, scale: 0}]
        chart: {type: HorizontalBar, grouping: Lead$Status, values: [{column: RowCount}]}

    Later::

        label: Leads by month
        groupings: [{field: Lead$CreatedDate, by: Month, order: Desc}]
        period: {field: Lead$CreatedDate, interval: INTERVAL_CURY}
        formulas: []
        chart: {type: VerticalColumn, grouping: Lead$CreatedDate, values: [{column: RowCount}]}
    """

    blocks: Annotated[list[ReportBlock] | None, Element("block")] = None
    """The blocks of a joined report."""


class Report(InFolderKind[ReportInputs]):
    """Key: folder and developer name. What people add to a report, or to a part of it, stays."""

    component_type = "Report"
    folder_type = "ReportFolder"
    read_only = frozenset({"folderName", "numSubscriptions", "reportTypeApiName"})
    on_delete = "The report goes to the recycle bin [K]. Salesforce refuses while a dashboard shows it."

    def unsaid(self, inputs: ReportInputs) -> Body:
        joined: Body = {"blockInfo": {"blockId": NOTHING}} if inputs.blocks else {}
        return {"format": "Tabular", "showDetails": True, **joined}

    def changes(self, body: Body, inputs: ReportInputs) -> Body:
        made, period = super().changes(body, inputs), inputs.period
        if period is not None and period.interval not in (None, SINCE_EVER):
            made["timeFrameFilter"] = {"startDate": None, "endDate": None, **made["timeFrameFilter"]}
        return {**made, **_filter(made, body, inputs)}

    def references(self, inputs: ReportInputs) -> Iterable[Reference]:
        yield from super().references(inputs)
        for content in (inputs, *(inputs.blocks or ())):
            yield from report_type_of(content.report_type)
        yield from dict.fromkeys(found for text in inputs.texts() for found in fields_in(text))


def _filter(made: Body, body: Body, inputs: ReportInputs) -> Body:
    """Filters without the logic that joined another number of them; no filter at all where none is left."""
    if not inputs.manages("filters") or inputs.filter_logic is not None:
        return {}
    live = (body.get("filter") or {}).get("criteriaItems", [])
    if len(live) == len(inputs.filters or ()):
        return {}
    return {"filter": {"booleanFilter": None, **made["filter"]} if inputs.filters else None}
