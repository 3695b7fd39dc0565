"""Reports beside what people add to them, and what reports, report types and dashboards refer to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import ValidationError
from revops_salesforce.deploy.package import Component, pack
from revops_salesforce.kinds.dashboard import Dashboard, DashboardInputs
from revops_salesforce.kinds.report import Report
from revops_salesforce.kinds.report_folder import ReportFolder
from revops_salesforce.kinds.report_type import ReportType

from revops_iac.errors import AccountError, AuthorError
from tests.providers.contract import example
from tests.providers.revops_salesforce.conftest import OpenSession

REPORT, TYPE, FOLDER, DASHBOARD = Report(), ReportType(), ReportFolder(), Dashboard()
OURS = example(REPORT)
NAME = "Revenue/Leads_By_Status"


def names(references: object) -> list[str]:
    return [f"{one.kind} {one.name}" for one in references]  # type: ignore[attr-defined]


def made(open_session: OpenSession) -> None:
    session = open_session()
    TYPE.create(session, TYPE.parse(example(TYPE)))
    FOLDER.create(session, FOLDER.parse(example(FOLDER)))
    REPORT.create(session, REPORT.parse(OURS))


def test_what_people_add_to_a_report_stays(open_session: OpenSession) -> None:
    made(open_session)
    client = open_session().client
    body = client.read_components("Report", [NAME])[NAME]
    client.update_component(
        "Report", {**body, "sortColumn": "Lead$LastName", "sortOrder": "Asc", "showGrandTotal": False}
    )
    session = open_session()
    live = session.find(REPORT, NAME)
    assert live is not None
    assert REPORT.differences(OURS, REPORT.managed_view(OURS, live)) == []

    REPORT.update(session, live, REPORT.parse({**OURS, "label": "Other"}))

    after = open_session().client.read_components("Report", [NAME])[NAME]
    assert (after["name"], after["sortColumn"], after["showGrandTotal"]) == ("Other", "Lead$LastName", False)


def test_a_report_refers_to_its_folder_its_type_and_the_fields_it_names() -> None:
    desired = {
        **OURS,
        "filters": [{"field": "Lead$Fit__c", "operator": "greaterThan", "value": "50"}],
        "formulas": [{"name": "FORMULA1", "label": "Share", "formula": "Lead$Reached__c:SUM / RowCount"}],
    }
    assert names(REPORT.references(REPORT.parse(desired))) == [
        "ReportFolder Revenue",
        "ReportType Lead_Funnel",
        "CustomField Lead.Fit__c",
        "CustomField Lead.Reached__c",
    ]
    standard = {**OURS, "folder": "unfiled$public", "report_type": "LeadList", "filters": [], "formulas": []}
    assert names(REPORT.references(REPORT.parse(standard))) == []


def test_a_dashboard_refers_to_its_folder_and_each_report_once() -> None:
    desired = example(DASHBOARD)
    twice = {**desired, "tiles": [*desired["tiles"], *desired["tiles"]]}
    assert names(DASHBOARD.references(DASHBOARD.parse(twice))) == ["DashboardFolder Revenue", f"Report {NAME}"]


def test_a_folder_with_reports_of_others_is_not_deleted(open_session: OpenSession) -> None:
    made(open_session)
    session = open_session()
    live = session.find(FOLDER, "Revenue")
    assert live is not None
    with pytest.raises(AccountError, match="The folder Revenue is not empty"):
        FOLDER.delete(session, live, FOLDER.state({}))


def test_a_type_stays_while_reports_of_others_stand_on_it(open_session: OpenSession) -> None:
    made(open_session)
    session = open_session()
    live = session.find(TYPE, "Lead_Funnel")
    assert live is not None
    with pytest.raises(AuthorError) as caught:
        TYPE.delete(session, live, TYPE.state({}))
    message = f'Salesforce ReportType "Lead_Funnel" was not deleted, because this deletes unmanaged reports: {NAME}\n'
    assert str(caught.value).startswith(message)
    assert "fix: delete these reports first, or allow their deletion: pulumi config set" in str(caught.value)
    assert open_session().find(REPORT, NAME) is not None

    session.settings = replace(session.settings, allow_delete=frozenset({"Lead_Funnel"}))
    TYPE.delete(session, live, TYPE.state({}))
    assert open_session().find(REPORT, NAME) is None


def test_a_tile_outside_the_grid_is_refused() -> None:
    desired = example(DASHBOARD)
    place = {"column": 8, "row": 0, "width": 6, "height": 4}
    tiles = [{**desired["tiles"][0], "place": place}]
    with pytest.raises(ValidationError, match="column and width together must not exceed 12"):
        DashboardInputs.model_validate({**desired, "tiles": tiles})


def test_a_package_has_a_folder_beside_its_reports() -> None:
    folder = Component("ReportFolder", {"fullName": "Revenue", "name": "Revenue"})
    package = pack([folder, Component("Report", {"fullName": NAME, "name": "Leads"})], "63.0")
    assert set(package.files) == {"package.xml", "reports/Revenue-meta.xml", f"reports/{NAME}.report"}
    members = (
        "<members>Revenue</members>\n        <members>Revenue/Leads_By_Status</members>\n        <name>Report</name>"
    )
    assert members in package.files["package.xml"].decode()
