"""A report: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_report.htm"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import Field

from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, Inputs, LiveObject, Reference
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.components import Body
from revops_salesforce.metadata.folder_kind import InFolderKind, present
from revops_salesforce.metadata.kind import without_gaps
from revops_salesforce.reports.columns import fields_in, report_type_of

Granularity = Literal[
    "Day", "Week", "Month", "Quarter", "Year", "FiscalQuarter", "FiscalYear", "MonthInYear", "DayInMonth"
]
Operator = Literal[
    "equals", "notEqual", "lessThan", "greaterThan", "lessOrEqual", "greaterOrEqual", "contains", "notContain",
    "startsWith", "includes", "excludes",
]  # fmt: skip
SINCE_EVER = "INTERVAL_CUSTOM"
MAX_LABEL = 40  # [K]
MAX_TEXT = 255  # [K]
MAX_FORMULAS = 5  # [K]


class Column(Part):
    """A column of the detail rows, and its aggregates per group."""

    field: str
    """The name in the report type: `Lead$Status`."""
    summaries: list[Literal["Sum", "Average", "Maximum", "Minimum", "Unique", "Median"]] = []


class Grouping(Part):
    """A grouping of the rows."""

    field: str
    by: Granularity = "Day"
    """For dates; other fields have `Day` too, without effect [K]."""
    order: Literal["Asc", "Desc"] = "Asc"


class ReportFilter(Part):
    """A condition that rows must meet; the value is a string as in the report builder."""

    field: str
    operator: Operator
    value: str = ""
    """Default: blank. Separate several values with commas [K]."""


class ReportPeriod(Part):
    """The range of dates that rows must be in."""

    field: str
    interval: str = SINCE_EVER
    """`INTERVAL_CURY`, `INTERVAL_LAST90`; default: between the two dates."""
    start: str | None = None
    end: str | None = None


class SummaryFormula(Part):
    """A value per group, computed from its aggregates."""

    name: str
    """`FORMULA1`."""
    label: str
    formula: str
    """`Lead$Reached__c:SUM / RowCount`."""
    type: Literal["number", "percent", "currency"] = "number"
    scale: int = 2


class ReportInputs(Inputs):
    """A report in a folder.

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

    Later::

        label: Leads by month
        groupings: [{field: Lead$CreatedDate, by: Month, order: Desc}]
        period: {field: Lead$CreatedDate, interval: INTERVAL_CURY}
        formulas: []
    """

    folder: str
    name: str
    """Developer name."""
    label: str = Field(max_length=MAX_LABEL)
    report_type: str
    """`Lead_Funnel__c` for the custom report type Lead_Funnel."""
    format: Literal["Tabular", "Summary", "Matrix"] = "Tabular"
    description: str | None = Field(default=None, max_length=MAX_TEXT)
    columns: list[Column] = []
    groupings: list[Grouping] | None = None
    groupings_across: list[Grouping] | None = None
    filters: list[ReportFilter] | None = None
    filter_logic: str | None = None
    """`1 AND (2 OR 3)`; default: all filters."""
    period: ReportPeriod | None = None
    formulas: list[SummaryFormula] | None = Field(default=None, max_length=MAX_FORMULAS)
    details: bool = True
    """Whether the report shows the rows of each group."""
    scope: str | None = None


class Report(InFolderKind[ReportInputs]):
    """Key: folder and developer name. Charts, buckets and highlighting that people add stay as they are."""

    component_type = "Report"
    folder_type = "ReportFolder"
    on_delete = "The report goes to the recycle bin [K]. Salesforce refuses while a dashboard shows it."

    def elements(self, inputs: ReportInputs) -> Body:
        made: Body = {
            "name": inputs.label,
            "reportType": inputs.report_type,
            "format": inputs.format,
            "showDetails": inputs.details,
            "columns": [_column(one) for one in inputs.columns],
        }
        return made | self._optional_elements(inputs)

    def _optional_elements(self, inputs: ReportInputs) -> Body:
        """The elements of what may be left to the people who arrange the report."""
        made = {key: getattr(inputs, key) for key in ("description", "scope") if inputs.manages(key)}
        if inputs.manages("groupings"):
            made["groupingsDown"] = [_grouping(one) for one in inputs.groupings or ()]
        if inputs.manages("groupings_across"):
            made["groupingsAcross"] = [_grouping(one) for one in inputs.groupings_across or ()]
        if inputs.manages("filters") or inputs.manages("filter_logic"):
            items = [_filter(one) for one in inputs.filters or ()]
            made["filter"] = present({"criteriaItems": items, "booleanFilter": inputs.filter_logic}) or None
        if inputs.manages("formulas"):
            made["aggregates"] = [_formula(one) for one in inputs.formulas or ()]
        if inputs.period:
            made["timeFrameFilter"] = _period(inputs.period)
        return made

    def changed_body(self, client: SalesforceClient, live: LiveObject, inputs: ReportInputs) -> Body:
        body = self.read_body(client, live.name)
        return without_gaps({**body, "fullName": live.name, **self.changes(body, inputs)})

    def definition(self, name: str, body: Body) -> Definition:
        chosen = body.get("filter") or {}
        return {
            **self.identity_of(name),
            "label": body.get("name"),
            "report_type": body.get("reportType"),
            "format": body.get("format"),
            "description": body.get("description"),
            "columns": [
                {"field": one["field"], "summaries": one.get("aggregateTypes", [])} for one in body.get("columns", [])
            ],
            "groupings": [_read_grouping(one) for one in body.get("groupingsDown", [])],
            "groupings_across": [_read_grouping(one) for one in body.get("groupingsAcross", [])],
            "filters": [
                {"field": one["column"], "operator": one["operator"], "value": one.get("value") or ""}
                for one in chosen.get("criteriaItems", [])
            ],
            "filter_logic": chosen.get("booleanFilter"),
            "period": _read_period(body.get("timeFrameFilter")),
            "formulas": [_read_formula(one) for one in body.get("aggregates", [])],
            "details": body.get("showDetails", True),
            "scope": body.get("scope"),
        }

    def references(self, inputs: ReportInputs) -> Iterable[Reference]:
        yield from super().references(inputs)
        yield from report_type_of(inputs.report_type)
        parts: tuple[Sequence[Column | Grouping | ReportFilter] | None, ...] = (
            inputs.columns,
            inputs.groupings,
            inputs.filters,
            inputs.groupings_across,
        )
        texts = [one.field for part in parts for one in part or ()]
        texts += [one.formula for one in inputs.formulas or ()]
        yield from dict.fromkeys(found for text in texts for found in fields_in(text))

    def normalize(self, definition: Definition) -> Definition:
        """What says nothing is left out: blank values, groupings by day, no summaries."""
        made = super().normalize(definition)
        for key, read in (
            ("columns", lambda one: present({"summaries": [], **one})),
            ("groupings", lambda one: {"by": "Day", "order": "Asc", **one}),
            ("groupings_across", lambda one: {"by": "Day", "order": "Asc", **one}),
            ("filters", present),
            ("formulas", lambda one: {"type": "number", "scale": 2, **one}),
        ):
            if made.get(key) is not None:
                made[key] = [read(one) for one in made[key]]
        if made.get("period"):
            made["period"] = present({"interval": SINCE_EVER, **made["period"]})
        return made


def _column(one: Column) -> Body:
    return present({"field": one.field, "aggregateTypes": list(one.summaries)})


def _grouping(one: Grouping) -> Body:
    return {"field": one.field, "dateGranularity": one.by, "sortOrder": one.order}


def _read_grouping(body: Body) -> Definition:
    granularity = body.get("dateGranularity", "Day")
    by = "Day" if granularity == "None" else granularity
    return {"field": body["field"], "by": by, "order": body.get("sortOrder", "Asc")}


def _filter(one: ReportFilter) -> Body:
    return {"column": one.field, "operator": one.operator, "value": one.value or ""}


def _period(one: ReportPeriod) -> Body:
    return present({"dateColumn": one.field, "interval": one.interval, "startDate": one.start, "endDate": one.end})


def _read_period(body: Body | None) -> Definition | None:
    if body is None:
        return None
    given = {"start": body.get("startDate"), "end": body.get("endDate")}
    return {"field": body["dateColumn"], "interval": body["interval"], **present(given)}


def _formula(one: SummaryFormula) -> Body:
    return {
        "developerName": one.name,
        "masterLabel": one.label,
        "calculatedFormula": one.formula,
        "datatype": one.type,
        "scale": one.scale,
        "isActive": True,
        "isCrossBlock": False,
    }


def _read_formula(body: Body) -> Definition:
    return {
        "name": body["developerName"],
        "label": body["masterLabel"],
        "formula": body["calculatedFormula"],
        "type": body["datatype"],
        "scale": body.get("scale", 2),
    }
