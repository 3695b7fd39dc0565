"""Report: tabular, summary, matrix and joined reports; the columns of standard report types are not checked.

https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_report.htm
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vendor_facts import table, vocabulary

from crm_simulators.salesforce.errors import MetadataError, integrity
from crm_simulators.salesforce.metadata_types.analytics.columns import SUFFIX, Column, columns_of
from crm_simulators.salesforce.metadata_types.analytics.folder import InFolder
from crm_simulators.salesforce.metadata_types.analytics.formula import FormulaError, compiled, references
from crm_simulators.salesforce.metadata_types.analytics.report_type import check_not_shown
from crm_simulators.salesforce.metadata_types.component_type import too_long
from crm_simulators.salesforce.org.fields import NUMERIC, UNKNOWN
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import Body

JOINED = "MultiBlock"
MAX_DOWN, MAX_ACROSS, MAX_FORMULAS = {"Tabular": 0, "Summary": 3, "Matrix": 2, JOINED: 3}, 2, 5  # [S: public reports]
DATES = frozenset({"date", "datetime"})
SUMMARIZED = NUMERIC | {"boolean"}  # a checkbox sums to the number of records where it is set [K]
CONVERTED = ".CONVERT"  # an amount in the currency of the report [S: public reports]
OF_TABLE = re.compile(r"\*\w+\$")  # `User*User$Region__c` is `User$Region__c`, and so of any table [S: public reports]
GIVEN_TYPES = frozenset(row["name"] for row in table("salesforce/report_types"))
"""Custom report types that orgs come with."""
OF_CUSTOM_TYPE = re.compile(rf"\w+{SUFFIX}")


@dataclass(frozen=True)
class Known:
    """What a report can name: the columns of its type, and those that it makes itself of buckets and row formulas."""

    columns: dict[str, Column] | None
    """None for a report type of the platform, whose columns are not known here."""
    made: dict[str, str]

    def type_of(self, name: str, element: str) -> str | None:
        """The data type of a column, None where it is not known; raises MetadataError for no such column [K: text]."""
        if name in self.made:
            return self.made[name]
        if self.columns is None:
            return None
        plain = OF_TABLE.sub("$", name).removesuffix(CONVERTED)
        column = self.columns.get(plain) or self._dotted(plain)
        if column is None:
            raise MetadataError("INVALID_FIELD", f"{element}-Invalid value specified: {name}", (element,))
        kind = column.field.type
        return None if kind == UNKNOWN else kind

    def _dotted(self, name: str) -> Column | None:
        """A column as formulas name it: `Contact.Name` for `Contact$Name`, `Account.Contacts$Name` [S: public orgs]."""
        for known, column in (self.columns or {}).items():
            if name in (known.replace("$", "."), f"{column.sobject}.{column.path}"):
                return column
        return None


def known_to(org: Org, body: Body) -> Known:
    """Raises MetadataError for a custom report type that the org lacks."""
    made = {one["developerName"]: "string" for one in body.get("buckets", [])}
    made |= {one["developerName"]: "double" for one in body.get("customDetailFormulas", [])}
    named = str(body["reportType"])
    custom = OF_CUSTOM_TYPE.fullmatch(named) and body["format"] != JOINED
    own = named.removesuffix(SUFFIX)
    of_platform = own in GIVEN_TYPES and org.find("ReportType", own) is None
    return Known(columns_of(org, named) if custom and not of_platform else None, made)


class Report(InFolder):
    name = "Report"
    directory = "reports"
    suffix = "report"
    folder_type = "ReportFolder"
    ruled = tuple(vocabulary("salesforce", "Report elements"))

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        for block in body.get("block", []):
            self._check(org, block)
        return self._completed(self._check(org, body), body)

    def _check(self, org: Org, body: Body) -> Known:
        """Checks a report, or a block of a joined one."""
        too_long("name", body["name"], 40)  # [K]
        too_long("description", body.get("description"), 255)  # [K]
        known = known_to(org, body)
        for column in body.get("columns", []):
            self._check_column(known, column)
        self._check_groupings(known, body)
        self._check_filters(known, body)
        self._check_formulas(known, body)
        self._check_chart(body)
        return known

    def check_delete(self, org: Org, full_name: str) -> None:
        check_not_shown(org, full_name)

    def _check_column(self, known: Known, entry: Body) -> None:
        kind = known.type_of(entry["field"], "columns")
        desired = [name for name in entry.get("aggregateTypes", []) if name not in {"Unique", "None", "Noop"}]
        if desired and kind is not None and kind not in SUMMARIZED | DATES:
            raise integrity(f"Invalid aggregate {desired[0]} for the column {entry['field']}", "aggregateTypes")

    def _check_groupings(self, known: Known, body: Body) -> None:
        down, across = body.get("groupingsDown", []), body.get("groupingsAcross", [])
        kind = body["format"]
        if len(down) > MAX_DOWN[kind] or len(across) > (MAX_ACROSS if kind == "Matrix" else 0):
            raise integrity(f"Too many groupings for a report of the format {kind}", "groupingsDown")
        for grouping in (*down, *across):
            column = known.type_of(grouping["field"], "groupingsDown")
            granularity = grouping.get("dateGranularity", "Day")
            if granularity not in {"Day", "None"} and column is not None and column not in DATES:
                raise integrity(f"{grouping['field']} is no date to group by {granularity}", "dateGranularity")

    def _check_filters(self, known: Known, body: Body) -> None:
        given = body.get("filter") or {}
        for item in given.get("criteriaItems", []):
            known.type_of(item["column"], "filter")
        period = body.get("timeFrameFilter")
        kind = None if period is None else known.type_of(period["dateColumn"], "timeFrameFilter")
        if period is not None and kind is not None and kind not in DATES:
            raise integrity(f"{period['dateColumn']} is no date", "timeFrameFilter")

    def _check_formulas(self, known: Known, body: Body) -> None:
        formulas = body.get("aggregates", [])
        if formulas and body["format"] == "Tabular":
            raise integrity("A report without groupings cannot have summary formulas", "aggregates")
        if len(formulas) > MAX_FORMULAS:
            raise integrity(f"A report can have at most {MAX_FORMULAS} summary formulas", "aggregates")
        for formula in formulas if body["format"] != JOINED else ():
            try:
                compiled(formula["calculatedFormula"])
            except FormulaError as error:
                raise integrity(f"Invalid formula {formula['developerName']}: {error}", "calculatedFormula") from None
            for name, summary in references(formula["calculatedFormula"]):
                kind = known.type_of(name, "calculatedFormula")
                if summary != "UNIQUE" and kind is not None and kind not in SUMMARIZED:
                    raise integrity(f"The column {name} cannot be summarized", "calculatedFormula")

    def _check_chart(self, body: Body) -> None:
        """A chart is drawn along groupings of the report [K]; a joined report may name those of a block."""
        chart = body.get("chart") or {}
        groupings = {one["field"] for key in ("groupingsDown", "groupingsAcross") for one in body.get(key, [])}
        second = chart.get("secondaryGroupingColumn")
        if second is not None and second not in groupings and body["format"] != JOINED:
            raise integrity(f"{second} is no grouping of the report", "secondaryGroupingColumn")

    def _completed(self, known: Known, body: Body) -> Body:
        """The report with what the server adds to it [K]."""
        result: Body = {"scope": "organization", "showDetails": True, **body}
        for key in ("groupingsDown", "groupingsAcross"):
            if body.get(key):
                result[key] = [{"dateGranularity": "Day", **grouping} for grouping in body[key]]
        first = next((name for name in _date_columns(known.columns or {})), None)
        if "timeFrameFilter" not in result and first is not None:
            result["timeFrameFilter"] = {"dateColumn": first, "interval": "INTERVAL_CUSTOM"}
        return result


def _date_columns(known: dict[str, Column]) -> Iterator[str]:
    dates = [name for name, column in known.items() if column.field.type in DATES]
    yield from sorted(dates, key=lambda name: not name.endswith("$CreatedDate"))


def type_of(body: dict[str, Any]) -> str:
    """The developer name of a report's custom type."""
    return str(body["reportType"]).removesuffix(SUFFIX)
