"""Report: a tabular, summary or matrix report on a custom report type.

https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_report.htm
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crm_simulators.salesforce.errors import MetadataError, integrity, not_modeled
from crm_simulators.salesforce.metadata_types.analytics.columns import SUFFIX, Column, columns_of
from crm_simulators.salesforce.metadata_types.analytics.folder import InFolder
from crm_simulators.salesforce.metadata_types.analytics.formula import FormulaError, compiled, references
from crm_simulators.salesforce.metadata_types.analytics.report_type import check_not_shown
from crm_simulators.salesforce.metadata_types.component_type import too_long
from crm_simulators.salesforce.org.fields import NUMERIC
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import Body

RULED = (
    "name", "description", "format", "reportType", "columns", "filter", "groupingsDown", "groupingsAcross",
    "aggregates", "timeFrameFilter", "scope", "showDetails", "showGrandTotal", "showSubTotals", "sortColumn",
    "sortOrder",
)  # fmt: skip
MAX_DOWN, MAX_ACROSS, MAX_FORMULAS = {"Tabular": 0, "Summary": 3, "Matrix": 2}, 2, 5  # [K]
DATES = frozenset({"date", "datetime"})
SUMMARIZED = NUMERIC | {"boolean"}  # a checkbox sums to the number of records where it is set [K]


class Report(InFolder):
    name = "Report"
    directory = "reports"
    suffix = "report"
    folder_type = "ReportFolder"
    ruled = RULED

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        too_long("name", body["name"], 40)  # [K]
        too_long("description", body.get("description"), 255)  # [K]
        if body["format"] not in MAX_DOWN:
            raise not_modeled(f"A report of the format {body['format']}")
        known = columns_of(org, body["reportType"])
        for column in body.get("columns", []):
            self._check_column(known, column)
        self._check_groupings(known, body)
        self._check_filters(known, body)
        self._check_formulas(known, body)
        return self._completed(known, body)

    def check_delete(self, org: Org, full_name: str) -> None:
        check_not_shown(org, full_name)

    def _check_column(self, known: dict[str, Column], entry: Body) -> None:
        column = found(known, entry["field"], "columns")
        desired = [name for name in entry.get("aggregateTypes", []) if name not in {"Unique", "None", "Noop"}]
        if desired and column.field.type not in SUMMARIZED | DATES:
            raise integrity(f"Invalid aggregate {desired[0]} for the column {column.name}", "aggregateTypes")

    def _check_groupings(self, known: dict[str, Column], body: Body) -> None:
        down, across = body.get("groupingsDown", []), body.get("groupingsAcross", [])
        kind = body["format"]
        if len(down) > MAX_DOWN[kind] or len(across) > (MAX_ACROSS if kind == "Matrix" else 0):
            raise integrity(f"Too many groupings for a report of the format {kind}", "groupingsDown")
        if (kind != "Tabular" and not down) or (kind == "Matrix" and not across):
            raise integrity(f"A report of the format {kind} needs groupings", "groupingsDown")
        for grouping in (*down, *across):
            column = found(known, grouping["field"], "groupingsDown")
            granularity = grouping.get("dateGranularity", "Day")
            if granularity not in {"Day", "None"} and column.field.type not in DATES:
                raise integrity(f"{column.name} is no date to group by {granularity}", "dateGranularity")

    def _check_filters(self, known: dict[str, Column], body: Body) -> None:
        given = body.get("filter") or {}
        for item in given.get("criteriaItems", []):
            found(known, item["column"], "filter")
        period = body.get("timeFrameFilter")
        if period is not None and found(known, period["dateColumn"], "timeFrameFilter").field.type not in DATES:
            raise integrity(f"{period['dateColumn']} is no date", "timeFrameFilter")

    def _check_formulas(self, known: dict[str, Column], body: Body) -> None:
        formulas = body.get("aggregates", [])
        if formulas and body["format"] == "Tabular":
            raise integrity("A report without groupings cannot have summary formulas", "aggregates")
        if len(formulas) > MAX_FORMULAS:
            raise integrity(f"A report can have at most {MAX_FORMULAS} summary formulas", "aggregates")
        for formula in formulas:
            try:
                compiled(formula["calculatedFormula"])
            except FormulaError as error:
                raise integrity(f"Invalid formula {formula['developerName']}: {error}", "calculatedFormula") from None
            for name, summary in references(formula["calculatedFormula"]):
                field = found(known, name, "calculatedFormula").field
                if summary != "UNIQUE" and field.type not in SUMMARIZED:
                    raise integrity(f"The column {name} cannot be summarized", "calculatedFormula")

    def _completed(self, known: dict[str, Column], body: Body) -> Body:
        """The report with what the server adds to it [K]."""
        result: Body = {"scope": "organization", "showDetails": True, **body}
        for key in ("groupingsDown", "groupingsAcross"):
            if body.get(key):
                result[key] = [{"dateGranularity": "Day", **grouping} for grouping in body[key]]
        first = next((name for name in _date_columns(known)), None)
        if "timeFrameFilter" not in result and first is not None:
            result["timeFrameFilter"] = {"dateColumn": first, "interval": "INTERVAL_CUSTOM"}
        return result


def _date_columns(known: dict[str, Column]) -> Iterator[str]:
    dates = [name for name, column in known.items() if column.field.type in DATES]
    yield from sorted(dates, key=lambda name: not name.endswith("$CreatedDate"))


def found(known: dict[str, Column], name: str, element: str) -> Column:
    """The column of that name; raises MetadataError [K: text]."""
    column = known.get(name)
    if column is None:
        raise MetadataError("INVALID_FIELD", f"{element}-Invalid value specified: {name}", (element,))
    return column


def type_of(body: dict[str, Any]) -> str:
    """The developer name of a report's custom type."""
    return str(body["reportType"]).removesuffix(SUFFIX)
