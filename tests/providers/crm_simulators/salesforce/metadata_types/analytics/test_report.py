"""Report types, folders and reports as the Metadata API takes them."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators

from tests.providers.crm_simulators.salesforce.conftest import Client
from tests.providers.crm_simulators.salesforce.metadata.test_deploy import NS, Rest, manifest, package
from tests.providers.crm_simulators.salesforce.reports.analytics import (
    component,
    dashboard,
    grouping,
    report,
    report_folder,
    report_type,
    summary_formula,
    with_leads,
)


@pytest.mark.parametrize(
    ("columns", "attributes", "problem"),
    [
        (("Nope__c",), {}, "In field: field - no CustomField named Lead.Nope__c found"),
        (("LastName",), {"baseObject": "Nope__c"}, "In field: baseObject - no CustomObject named Nope__c found"),
    ],
)
def test_a_report_type_stands_on_what_exists(
    client: Client, columns: tuple[str, ...], attributes: dict[str, str], problem: str
) -> None:
    assert client.create(report_type(client, *columns, **attributes)) == [f"INVALID_CROSS_REFERENCE_KEY: {problem}"]


def test_a_report_type_joins_a_child_object_by_its_relationship(client: Client) -> None:
    join = client.md.ObjectRelationship(outerJoin=True, relationship="Opportunities")
    deals = client.md.ReportLayoutSection(
        masterLabel="Deals",
        columns=[client.md.ReportTypeColumn(checkedByDefault=True, field="Amount", table="Account.Opportunities")],
    )
    made = report_type(client, "Name", base="Account", join=join)
    made.sections.append(deals)
    assert client.create(made) == ["ok"]
    other = report_type(
        client, "Name", base="Account", join=client.md.ObjectRelationship(outerJoin=False, relationship="Leads")
    )
    assert client.update(other) == [
        "INVALID_CROSS_REFERENCE_KEY: In field: relationship - no ObjectRelationship named Account.Leads found"
    ]


def test_the_base_object_of_a_report_type_never_changes(client: Client) -> None:
    assert client.create(report_type(client, "LastName")) == ["ok"]
    assert client.update(report_type(client, "LastName", base="Contact")) == [
        "FIELD_INTEGRITY_EXCEPTION: Cannot change baseObject of a report type"
    ]


def test_a_report_needs_its_folder_and_its_type(client: Client) -> None:
    assert client.create(report(client)) == ["INVALID_CROSS_REFERENCE_KEY: Cannot find folder:Sales"]
    assert client.create(report_folder(client)) == ["ok"]
    assert client.create(report(client)) == ["INVALID_FIELD: invalid report type: Funnel__c"]
    assert client.create(report(client, "LAST_NAME", reportType="LeadList")) == ["ok"]
    given = {"fullName": "Sales/Flows", "reportType": "screen_flows_prebuilt_crt__c"}  # every org comes with it
    assert client.create(report(client, "FlowInterviewLog$Name", **given)) == ["ok"]


def test_a_report_shows_columns_of_its_type_only(client: Client) -> None:
    with_leads(client)
    assert client.create(report(client, "Lead$Company")) == [
        "INVALID_FIELD: columns-Invalid value specified: Lead$Company"
    ]
    assert client.create(report(client, "Lead$LastName")) == ["ok"]


@pytest.mark.parametrize(
    ("attributes", "problem"),
    [
        ({"groupingsDown": "Lead$Status"}, "Too many groupings for a report of the format Tabular"),
        ({"aggregates": "RowCount"}, "A report without groupings cannot have summary formulas"),
        (
            {"format": "Summary", "groupingsDown": "Lead$Status", "aggregates": "Lead$LastName:SUM / RowCount"},
            "The column Lead$LastName cannot be summarized",
        ),
    ],
)
def test_the_format_says_what_a_report_can_have(client: Client, attributes: dict[str, str], problem: str) -> None:
    with_leads(client)
    given: dict[str, Any] = dict(attributes)
    if "groupingsDown" in given:
        given["groupingsDown"] = [grouping(client, given["groupingsDown"])]
    if "aggregates" in given:
        given["aggregates"] = [summary_formula(client, given["aggregates"])]
    assert client.create(report(client, **given)) == [f"FIELD_INTEGRITY_EXCEPTION: {problem}"]


def test_a_report_names_its_own_buckets_and_row_formulas(client: Client) -> None:
    with_leads(client)
    bucket = client.md.ReportBucketField(
        bucketType="picklist", developerName="BucketField_1", masterLabel="Size", sourceColumnName="Lead$Status"
    )
    chart = client.md.ReportChart(
        chartType="HorizontalBarStacked", groupingColumn="Lead$Status", secondaryGroupingColumn="BucketField_1"
    )
    given: dict[str, Any] = {"format": "Summary", "chart": chart}
    groupings = [grouping(client, "Lead$Status"), grouping(client, "BucketField_1")]
    assert client.create(report(client, groupingsDown=groupings, **given)) == [
        "INVALID_FIELD: groupingsDown-Invalid value specified: BucketField_1"
    ]
    assert client.create(report(client, groupingsDown=groupings[:1], buckets=[bucket], **given)) == [
        "FIELD_INTEGRITY_EXCEPTION: BucketField_1 is no grouping of the report"
    ]
    assert client.create(report(client, groupingsDown=groupings, buckets=[bucket], **given)) == ["ok"]


def test_each_block_of_a_joined_report_stands_on_its_own_type(client: Client) -> None:
    with_leads(client)

    def block(name: str, kind: str) -> Any:
        info = client.md.ReportBlockInfo(blockId=name, joinTable="Lead")
        columns = [client.md.ReportColumn(field="Lead$LastName")]
        return client.md.Report(blockInfo=info, columns=columns, format="Tabular", name=name, reportType=kind)

    def joined(second: str) -> list[str]:
        blocks = [block("B1", "Funnel__c"), block("B2", second)]
        return client.create(report(client, format="MultiBlock", reportType="LeadList", block=blocks))

    assert joined("Nope__c") == ["INVALID_FIELD: invalid report type: Nope__c"]
    assert joined("LeadList") == ["ok"]


def test_a_summary_formula_must_be_one(client: Client) -> None:
    with_leads(client)
    given = {"format": "Summary", "groupingsDown": [grouping(client, "Lead$Status")]}
    answer = client.create(report(client, aggregates=[summary_formula(client, "RowCount /")], **given))
    assert answer[0].startswith("FIELD_INTEGRITY_EXCEPTION: Invalid formula FORMULA1: ")


def test_the_org_completes_a_report(client: Client) -> None:
    with_leads(client)
    client.create(report(client, "Lead$LastName", format="Summary", groupingsDown=[grouping(client, "Lead$Status")]))
    live = client.read("Report", "Sales/Leads")
    assert (live.scope, live.showDetails, live.groupingsDown[0].dateGranularity) == ("organization", True, "Day")
    assert (live.timeFrameFilter.dateColumn, live.timeFrameFilter.interval) == ("Lead$CreatedDate", "INTERVAL_CUSTOM")


def test_reports_are_listed_one_folder_at_a_time(client: Client) -> None:
    with_leads(client)
    client.create(report(client, "Lead$LastName"))
    query = client.md.ListMetadataQuery

    def listed(kind: str, folder: str | None = None) -> list[str]:
        found = client.md._service.listMetadata(
            [query(type=kind, folder=folder)], 63.0, _soapheaders=[client.md._session_header]
        )
        return [item.fullName for item in found or []]

    assert listed("Report", "Sales") == ["Sales/Leads"]
    assert listed("Report") == []
    assert listed("ReportFolder") == ["Sales"]


def test_a_folder_goes_when_it_is_empty_and_a_report_when_no_dashboard_shows_it(client: Client) -> None:
    with_leads(client)
    client.create(report(client, "Lead$LastName"))
    client.create(client.md.DashboardFolder(fullName="Boards", name="Boards"))
    summary = client.md.ChartSummary(axisBinding="y", column="RowCount")
    assert client.create(dashboard(client, component(client, chartSummary=[summary]))) == ["ok"]

    assert client.delete("ReportFolder", "Sales") == [
        "DELETE_FAILED: The folder Sales is not empty: it holds 1, Sales/Leads for instance"
    ]
    assert client.delete("Report", "Sales/Leads") == [
        "DEPENDENCY_EXISTS: This report is used by the dashboard Boards/Leads"
    ]
    assert client.delete("Dashboard", "Boards/Leads") == ["ok"]
    assert client.delete("ReportType", "Funnel") == ["ok"]
    assert client.read("Report", "Sales/Leads") is None or client.read("Report", "Sales/Leads").fullName is None
    assert client.delete("ReportFolder", "Sales") == ["ok"]


@pytest.mark.parametrize(
    ("attributes", "problem"),
    [
        ({"report": "Sales/Nope"}, "INVALID_CROSS_REFERENCE_KEY: In field: report - no Report named Sales/Nope found"),
        (
            {"groupingColumn": ["Lead$Status"]},
            "FIELD_INTEGRITY_EXCEPTION: Lead$Status is no grouping of the report Sales/Leads",
        ),
    ],
)
def test_a_dashboard_shows_reports_that_exist(client: Client, attributes: dict[str, Any], problem: str) -> None:
    with_leads(client)
    client.create(report(client, "Lead$LastName"))
    client.create(client.md.DashboardFolder(fullName="Boards", name="Boards"))
    assert client.create(dashboard(client, component(client, **attributes))) == [problem]


def test_a_deployment_brings_a_folder_with_its_report(client: Client, simulators: RunningSimulators) -> None:
    client.create(report_type(client, "LastName", "CreatedDate"))
    body = "<columns><field>Lead$LastName</field></columns><format>Tabular</format><name>Leads</name>"
    files = {
        "package.xml": manifest(Report="Sales Sales/Leads"),
        "reports/Sales-meta.xml": f"<ReportFolder {NS}><name>Sales</name></ReportFolder>",
        "reports/Sales/Leads.report": f"<Report {NS}>{body}<reportType>Funnel__c</reportType></Report>",
    }
    result = Rest(simulators).run(package(files))
    assert result["success"], result["details"]
    assert client.read("Report", "Sales/Leads").name == "Leads"
    assert client.read("ReportFolder", "Sales").accessType == "Public"


def test_a_dashboard_holds_at_most_twenty_tiles_with_a_report(client: Client) -> None:
    with_leads(client)
    client.create(report(client, "Lead$LastName"))
    client.create(client.md.DashboardFolder(fullName="Boards", name="Boards"))
    text = client.md.DashboardComponent(componentType="RichText")
    tiles = [component(client) for _ in range(20)]
    assert client.create(dashboard(client, *tiles, component(client))) == [
        "FIELD_INTEGRITY_EXCEPTION: A dashboard can have at most 25 components, 20 of them with a report"
    ]
    assert client.create(dashboard(client, *tiles, *[text] * 5)) == ["ok"]


def test_a_dashboard_of_a_user_whom_the_org_does_not_know_runs_as_the_writer(client: Client) -> None:
    client.create(client.md.DashboardFolder(fullName="Boards", name="Boards"))
    assert client.create(dashboard(client, runningUser="ada@example.com")) == ["ok"]
    assert client.read("Dashboard", "Boards/Leads").runningUser == "admin@simulated.example"
