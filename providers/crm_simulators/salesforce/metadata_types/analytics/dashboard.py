"""Dashboard: components in a grid, or in the columns of a classic one, most of which show a report.

https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_dashboard.htm
"""

from __future__ import annotations

import re

from vendor_facts import vocabulary

from crm_simulators.salesforce.errors import bad_reference, integrity
from crm_simulators.salesforce.metadata_types.analytics.folder import InFolder
from crm_simulators.salesforce.metadata_types.analytics.report import OF_CUSTOM_TYPE
from crm_simulators.salesforce.metadata_types.analytics.report_type import components_of
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import Body

MAX_COMPONENTS, MAX_OF_REPORTS = 25, 20  # [S: none of 1,084 dashboards of public repositories has more]
COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
COLORS = ("backgroundEndColor", "backgroundStartColor", "textColor", "titleColor")


class Dashboard(InFolder):
    name = "Dashboard"
    directory = "dashboards"
    suffix = "dashboard"
    folder_type = "DashboardFolder"
    ruled = tuple(vocabulary("salesforce", "Dashboard elements"))
    lengths = {"title": 80, "description": 255}  # [K]

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        for element in COLORS:
            if not COLOR.fullmatch(body[element]):
                raise integrity(f"Invalid color: {body[element]}", element)  # [K: text]
        grid = body.get("dashboardGridLayout") or {}
        for entry in grid.get("dashboardGridComponents", []):
            self._check_place(entry, grid["numberOfColumns"])
        self._check_components(org, components_of(body))
        return {"dashboardType": "SpecifiedUser", **body, **_running_user(org, body)}

    def _check_place(self, entry: Body, columns: int) -> None:
        if entry["columnIndex"] < 0 or entry["columnIndex"] + entry["colSpan"] > columns or entry["rowIndex"] < 0:
            raise integrity("A component lies outside the grid", "dashboardGridComponents")  # [K: text]

    def _check_components(self, org: Org, components: list[Body]) -> None:
        of_reports = [one for one in components if "report" in one]
        if len(components) > MAX_COMPONENTS or len(of_reports) > MAX_OF_REPORTS:
            limits = f"{MAX_COMPONENTS} components, {MAX_OF_REPORTS} of them with a report"  # [K: text]
            raise integrity(f"A dashboard can have at most {limits}", "dashboardGridComponents")
        for component in of_reports:
            self._check_component(org, component)

    def _check_component(self, org: Org, component: Body) -> None:
        name = component["report"]
        report = org.body("Report", name)
        if report is None:
            raise bad_reference("report", "Report", name)
        if not OF_CUSTOM_TYPE.fullmatch(report["reportType"]):
            return  # its columns are not known here
        groupings = [one["field"] for key in ("groupingsDown", "groupingsAcross") for one in report.get(key, [])]
        for grouping in component.get("groupingColumn", []):
            if grouping not in groupings:
                raise integrity(f"{grouping} is no grouping of the report {name}", "groupingColumn")
        for summary in component.get("chartSummary", []):
            self._check_summary(name, report, summary)

    def _check_summary(self, name: str, report: Body, summary: Body) -> None:
        """A row count, a formula of the report, or a summary that one of its columns has [K]."""
        shown = summary["column"]
        if shown == "RowCount" or any(one["developerName"] == shown for one in report.get("aggregates", [])):
            return
        column: Body = next((one for one in report.get("columns", []) if one["field"] == shown), {})
        if summary.get("aggregate") not in column.get("aggregateTypes", ()):
            raise integrity(f"{shown} is not summarized in the report {name}", "chartSummary")


def _running_user(org: Org, body: Body) -> Body:
    """Who runs it: the user who writes it, in the place of one that the org does not know [D: meta_dashboard].

    A dashboard that runs as the logged-in user keeps the name of the last one [S: public repositories].
    """
    name = body.get("runningUser")
    if name is None or org.select("User", Username=name):
        return {}
    return {"runningUser": next(iter(org.select("User")))["Username"]}
