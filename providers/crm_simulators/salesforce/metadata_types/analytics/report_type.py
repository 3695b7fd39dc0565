"""ReportType: a custom report type, which says what reports on an object can show."""

from __future__ import annotations

from crm_simulators.salesforce.errors import MetadataError, bad_reference, integrity, missing
from crm_simulators.salesforce.metadata_types.analytics.columns import SUFFIX, field_at, tables
from crm_simulators.salesforce.metadata_types.component_type import ComponentType
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import Body

MAX_OBJECTS = 4  # [K]


class ReportType(ComponentType):
    name = "ReportType"
    directory = "reportTypes"
    suffix = "reportType"
    lengths = {"label": 255, "description": 255}  # the page takes 50 characters, the API more [S: public report types]
    ruled = ("baseObject", "category", "deployed", "description", "join", "label", "sections")

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        if old is not None and old["baseObject"] != body["baseObject"]:
            raise integrity("Cannot change baseObject of a report type", "baseObject")  # [D: immutable; text K]
        if body.get("category") is None:
            raise missing("category")
        known = tables(org, body)
        if len(known) > MAX_OBJECTS:
            raise integrity(f"A report type can have at most {MAX_OBJECTS} objects", "join")
        self._check_columns(org, known, body)
        return body

    def _check_columns(self, org: Org, known: dict[str, str], body: Body) -> None:
        for section in body.get("sections", []):
            for column in section.get("columns", []):
                table, name = column["table"], column["field"]
                if table not in known:
                    raise bad_reference("table", "CustomObject", table)
                if field_at(org, known[table], name) is None:
                    raise bad_reference("field", "CustomField", f"{known[table]}.{name}")

    def delete(self, org: Org, full_name: str) -> None:
        """Deletes its reports too [K]; refused while a dashboard shows one of them."""
        stored = self.find(org, full_name)
        reports = [
            name
            for name, component in org.of_type("Report").items()
            if component["body"]["reportType"] == f"{stored}{SUFFIX}"
        ]
        for name in reports:
            check_not_shown(org, name)
        super().delete(org, full_name)
        for name in reports:
            org.drop("Report", name)


def check_not_shown(org: Org, report: str) -> None:
    """Raises DEPENDENCY_EXISTS when a dashboard shows the report [K]."""
    for name, component in org.of_type("Dashboard").items():
        if any(one.get("report") == report for one in components_of(component["body"])):
            text = f"This report is used by the dashboard {name}"
            raise MetadataError("DEPENDENCY_EXISTS", text)


def components_of(dashboard: Body) -> list[Body]:
    """The components of a dashboard, in its grid or in the columns of a classic one."""
    grid = (dashboard.get("dashboardGridLayout") or {}).get("dashboardGridComponents", [])
    sections = [dashboard.get(side) or {} for side in ("leftSection", "middleSection", "rightSection")]
    return [entry["dashboardComponent"] for entry in grid] + [
        one for section in sections for one in section.get("components", [])
    ]
