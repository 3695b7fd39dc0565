"""Dashboard: components in a grid, each of which shows a report.

https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_dashboard.htm
"""

from __future__ import annotations

import re

from crm_simulators.salesforce.errors import MetadataError, bad_reference, integrity, not_modeled
from crm_simulators.salesforce.metadata_types.analytics.folder import InFolder
from crm_simulators.salesforce.metadata_types.component_type import too_long
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import Body

RULED = (
    "backgroundEndColor", "backgroundFadeDirection", "backgroundStartColor", "chartTheme", "colorPalette",
    "dashboardChartTheme", "dashboardColorPalette", "dashboardGridLayout", "dashboardType", "description",
    "isGridLayout", "runningUser", "textColor", "title", "titleColor", "titleSize",
)  # fmt: skip
MAX_COMPONENTS = 20  # [K]
COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
COLORS = ("backgroundEndColor", "backgroundStartColor", "textColor", "titleColor")
WITHOUT_REPORT = frozenset({"VisualforcePage", "Scontrol", "Image", "RichText"})


class Dashboard(InFolder):
    name = "Dashboard"
    directory = "dashboards"
    suffix = "dashboard"
    folder_type = "DashboardFolder"
    ruled = RULED

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        too_long("title", body["title"], 80)  # [K]
        too_long("description", body.get("description"), 255)  # [K]
        if not body.get("isGridLayout") or "dashboardGridLayout" not in body:
            raise not_modeled("A dashboard without a grid layout")
        for element in COLORS:
            if not COLOR.fullmatch(body[element]):
                raise integrity(f"Invalid color: {body[element]}", element)  # [K: text]
        self._check_running_user(org, body)
        grid = body["dashboardGridLayout"]
        entries = grid.get("dashboardGridComponents", [])
        if len(entries) > MAX_COMPONENTS:
            raise integrity(f"A dashboard can have at most {MAX_COMPONENTS} components", "dashboardGridComponents")
        for entry in entries:
            self._check_place(entry, grid["numberOfColumns"])
            self._check_component(org, entry["dashboardComponent"])
        return {"dashboardType": "SpecifiedUser", **body}

    def _check_running_user(self, org: Org, body: Body) -> None:
        name = body.get("runningUser")
        if name is not None and not org.select("User", Username=name):
            raise bad_reference("runningUser", "User", name)
        if name is not None and body.get("dashboardType") == "LoggedInUser":
            text = "runningUser cannot be specified for a dashboard that runs as the logged-in user"  # [K: text]
            raise integrity(text, "runningUser")

    def _check_place(self, entry: Body, columns: int) -> None:
        if entry["columnIndex"] < 0 or entry["columnIndex"] + entry["colSpan"] > columns or entry["rowIndex"] < 0:
            raise integrity("A component lies outside the grid", "dashboardGridComponents")  # [K: text]

    def _check_component(self, org: Org, component: Body) -> None:
        kind = component["componentType"]
        if kind in WITHOUT_REPORT:
            raise not_modeled(f"A dashboard component of the type {kind}")
        name = component.get("report")
        if name is None:
            raise MetadataError("REQUIRED_FIELD_MISSING", "Required field is missing: report", ("report",))
        report = org.body("Report", name)
        if report is None:
            raise bad_reference("report", "Report", name)
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
