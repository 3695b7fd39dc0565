"""Report types, folders, reports and dashboards for the tests of the simulated org."""

from __future__ import annotations

from typing import Any

from tests.providers.crm_simulators.salesforce.conftest import Client


def report_type(client: Client, *columns: str, base: str = "Lead", **attributes: Any) -> Any:
    shown = [client.md.ReportTypeColumn(checkedByDefault=False, field=name, table=base) for name in columns]
    section = client.md.ReportLayoutSection(masterLabel=base, columns=shown)
    given = {"baseObject": base, "category": "leads", "deployed": True, "label": "Funnel", **attributes}
    return client.md.ReportType(fullName="Funnel", sections=[section], **given)


def report_folder(client: Client, name: str = "Sales") -> Any:
    return client.md.ReportFolder(fullName=name, name=name)


def report(client: Client, *columns: str, **attributes: Any) -> Any:
    shown = [client.md.ReportColumn(field=name) for name in columns]
    given = {"fullName": "Sales/Leads", "name": "Leads", "format": "Tabular", "reportType": "Funnel__c", **attributes}
    return client.md.Report(columns=shown, **given)


def grouping(client: Client, field: str, **attributes: Any) -> Any:
    return client.md.ReportGrouping(field=field, sortOrder="Asc", **attributes)


def summary_formula(client: Client, text: str, **attributes: Any) -> Any:
    given = {"developerName": "FORMULA1", "masterLabel": "Share", "datatype": "percent", **attributes}
    return client.md.ReportAggregate(calculatedFormula=text, isActive=True, scale=1, **given)


def dashboard(client: Client, *components: Any, **attributes: Any) -> Any:
    placed = [
        client.md.DashboardGridComponent(colSpan=4, columnIndex=0, rowIndex=0, rowSpan=4, dashboardComponent=one)
        for one in components
    ]
    grid = client.md.DashboardGridLayout(dashboardGridComponents=placed, numberOfColumns=12, rowHeight=36)
    given = {
        "fullName": "Boards/Leads", "title": "Leads", "titleColor": "#000000", "titleSize": 12, "textColor": "#000000",
        "backgroundStartColor": "#FFFFFF", "backgroundEndColor": "#FFFFFF", "isGridLayout": True,
        "backgroundFadeDirection": "Diagonal", "dashboardGridLayout": grid, **attributes,
    }  # fmt: skip
    return client.md.Dashboard(**given)


def component(client: Client, report: str = "Sales/Leads", **attributes: Any) -> Any:
    return client.md.DashboardComponent(report=report, **{"componentType": "Metric", **attributes})


def with_leads(client: Client, *columns: str) -> None:
    """A report type on leads and an empty folder."""
    assert client.create(report_type(client, *(columns or ("LastName", "Status", "CreatedDate")))) == ["ok"]
    assert client.create(report_folder(client)) == ["ok"]
