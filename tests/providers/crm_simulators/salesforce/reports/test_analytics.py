"""The Reports and Dashboards REST API, through simple-salesforce: lists, descriptions and runs."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.salesforce.reports.rows import INTERVALS
from crm_simulators.salesforce.xml.wsdl import schema
from simple_salesforce.exceptions import SalesforceGeneralError, SalesforceResourceNotFound

from tests.providers.crm_simulators.salesforce.conftest import Client
from tests.providers.crm_simulators.salesforce.reports.analytics import (
    component,
    dashboard,
    grouping,
    report,
    summary_formula,
    with_leads,
)

LEADS = [
    ("Ada", "Open - Not Contacted", "Web", 100),
    ("Bob", "Working - Contacted", "Web", 50),
    ("Cyd", "Open - Not Contacted", None, 10),
    ("Dan", "Closed - Converted", "Other", None),
]


def leads(client: Client) -> None:
    with_leads(client, "LastName", "Status", "LeadSource", "NumberOfEmployees", "IsConverted", "CreatedDate", "Owner")
    for name, status, source, size in LEADS:
        values = {"LastName": name, "Company": "X", "Status": status, "LeadSource": source, "NumberOfEmployees": size}
        client.sf.Lead.create(values)


def column(client: Client, name: str, *summaries: str) -> Any:
    return client.md.ReportColumn(field=name, aggregateTypes=list(summaries))


def made(client: Client, *columns: Any, **attributes: Any) -> str:
    """A report on the leads; answers its id."""
    body = report(client, **attributes)
    body.columns = list(columns) or [column(client, "Lead$LastName")]
    assert client.create(body) == ["ok"]
    listed = client.sf.restful("analytics/reports")
    return str(listed[0]["id"])


def run(client: Client, identifier: str, **params: str) -> Any:
    return client.sf.restful(f"analytics/reports/{identifier}", params=params)


def counts(result: Any) -> dict[str, Any]:
    """Label of each group -> its last aggregate, which is the row count."""
    groups = result["groupingsDown"]["groupings"]
    return {one["label"]: result["factMap"][f"{one['key']}!T"]["aggregates"][-1]["value"] for one in groups}


def filtered(client: Client, *items: tuple[str, str, str], logic: str | None = None) -> Any:
    criteria = [client.md.ReportFilterItem(column=name, operator=word, value=value) for name, word, value in items]
    return client.md.ReportFilter(criteriaItems=criteria, booleanFilter=logic)


def names(result: Any) -> list[str]:
    return [row["dataCells"][0]["value"] for row in result["factMap"]["T!T"]["rows"]]


def test_reports_are_listed_with_where_to_go_on(client: Client) -> None:
    leads(client)
    identifier = made(client)
    entry = client.sf.restful("analytics/reports")[0]
    url = f"/services/data/v63.0/analytics/reports/{identifier}"
    assert (entry["name"], entry["url"], entry["describeUrl"]) == ("Leads", url, f"{url}/describe")
    assert identifier.startswith("00O")


def test_a_summary_report_counts_each_group_and_all(client: Client) -> None:
    leads(client)
    result = run(client, made(client, format="Summary", groupingsDown=[grouping(client, "Lead$LeadSource")]))
    assert counts(result) == {"-": 1, "Other": 1, "Web": 2}
    assert result["factMap"]["T!T"]["aggregates"] == [{"label": "4", "value": 4}]
    assert result["hasDetailRows"] is False


def test_sums_averages_and_formulas_stand_in_the_order_of_the_metadata(client: Client) -> None:
    leads(client)
    identifier = made(
        client,
        column(client, "Lead$NumberOfEmployees", "Sum", "Average", "Maximum"),
        format="Summary",
        groupingsDown=[grouping(client, "Lead$Status")],
        aggregates=[summary_formula(client, "Lead$IsConverted:SUM + Lead$NumberOfEmployees:SUM / RowCount")],
    )
    result = run(client, identifier)
    assert result["reportMetadata"]["aggregates"] == [
        "s!Lead$NumberOfEmployees", "a!Lead$NumberOfEmployees", "x!Lead$NumberOfEmployees", "FORMULA1", "RowCount",
    ]  # fmt: skip
    values = [one["value"] for one in result["factMap"]["T!T"]["aggregates"]]
    assert values == [160, pytest.approx(160 / 3), 100, 40, 4]


@pytest.mark.parametrize(
    ("items", "logic", "expected"),
    [
        ([("Lead$LeadSource", "equals", "Web,Other")], None, ["Ada", "Bob", "Dan"]),
        ([("Lead$LeadSource", "equals", "")], None, ["Cyd"]),
        ([("Lead$LeadSource", "notEqual", "")], None, ["Ada", "Bob", "Dan"]),
        ([("Lead$NumberOfEmployees", "greaterOrEqual", "50")], None, ["Ada", "Bob"]),
        ([("Lead$Status", "startsWith", "open")], None, ["Ada", "Cyd"]),
        ([("Lead$IsConverted", "equals", "true")], None, []),
        ([("Lead$CreatedDate", "lessThan", "LAST_N_MONTHS:1")], None, []),
        ([("Lead$CreatedDate", "equals", "TODAY")], None, ["Ada", "Bob", "Cyd", "Dan"]),
        (
            [
                ("Lead$LastName", "equals", "Ada"),
                ("Lead$LastName", "equals", "Bob"),
                ("Lead$Status", "contains", "Open"),
            ],
            "(1 OR 2) AND 3",
            ["Ada"],
        ),
    ],
)
def test_filters_select_rows(
    client: Client, items: list[tuple[str, str, str]], logic: str | None, expected: list[str]
) -> None:
    leads(client)
    identifier = made(client, filter=filtered(client, *items, logic=logic))
    assert sorted(names(run(client, identifier, includeDetails="true"))) == expected


def test_a_lookup_is_shown_by_name(client: Client) -> None:
    leads(client)
    identifier = made(client, format="Summary", groupingsDown=[grouping(client, "Lead$Owner")])
    assert counts(run(client, identifier)) == {"Ada Admin": 4}


def test_the_period_leaves_older_rows_out(client: Client) -> None:
    leads(client)
    last_year = client.md.ReportTimeFrameFilter(dateColumn="Lead$CreatedDate", interval="INTERVAL_PREVY")
    result = run(client, made(client, timeFrameFilter=last_year))
    assert result["factMap"]["T!T"]["aggregates"][-1]["value"] == 0


def test_a_report_is_described_with_the_columns_of_its_type(client: Client) -> None:
    leads(client)
    identifier = made(client)
    found = client.sf.restful(f"analytics/reports/{identifier}/describe")
    assert found["reportMetadata"]["reportFormat"] == "TABULAR"
    columns = found["reportTypeMetadata"]["categories"][0]["columns"]
    assert columns["Lead$NumberOfEmployees"]["dataType"] == "int"


def test_a_dashboard_is_listed_and_described(client: Client) -> None:
    leads(client)
    identifier = made(client)
    client.create(client.md.DashboardFolder(fullName="Boards", name="Boards"))
    assert client.create(dashboard(client, component(client, header="All leads"))) == ["ok"]
    entry = client.sf.restful("analytics/dashboards")[0]
    found = client.sf.restful(f"analytics/dashboards/{entry['id']}/describe")
    assert found["components"][0]["reportId"] == identifier
    assert found["components"][0]["header"] == "All leads"


def test_a_classic_dashboard_is_described_with_its_columns(client: Client) -> None:
    leads(client)
    identifier = made(client)
    client.create(client.md.DashboardFolder(fullName="Boards", name="Boards"))
    section = client.md.DashboardComponentSection(columnSize="Wide", components=[component(client, header="All leads")])
    classic = {"isGridLayout": False, "dashboardGridLayout": None, "leftSection": section}
    assert client.create(dashboard(client, **classic)) == ["ok"]
    entry = client.sf.restful("analytics/dashboards")[0]
    found = client.sf.restful(f"analytics/dashboards/{entry['id']}/describe")
    assert [(one["header"], one["reportId"]) for one in found["components"]] == [("All leads", identifier)]
    assert found["layout"]["gridLayout"] is False
    assert client.delete("Report", "Sales/Leads") == [
        "DEPENDENCY_EXISTS: This report is used by the dashboard Boards/Leads"
    ]


def test_a_summary_formula_that_is_switched_off_is_not_computed(client: Client) -> None:
    leads(client)
    formula = summary_formula(client, "RowCount * 2")
    formula.isActive = False
    identifier = made(client, format="Summary", groupingsDown=[grouping(client, "Lead$Status")], aggregates=[formula])
    assert run(client, identifier)["reportMetadata"]["aggregates"] == ["RowCount"]


def test_every_interval_is_computed_or_refused(client: Client) -> None:
    leads(client)
    identifier = made(client)
    for interval in sorted(schema().enums["UserDateInterval"]):
        period = client.md.ReportTimeFrameFilter(dateColumn="Lead$CreatedDate", interval=interval)
        assert client.update(report(client, "Lead$LastName", timeFrameFilter=period)) == ["ok"]
        if interval in {"INTERVAL_CUSTOM", *INTERVALS}:
            assert run(client, identifier)["factMap"]["T!T"]["aggregates"][-1]["value"] in (0, 4)
        else:
            with pytest.raises(SalesforceGeneralError, match=f"Running a report of the interval {interval} is not"):
                run(client, identifier)


COMPARED = {"column": "Lead$Status", "value": "Lead.LeadSource", "columnToColumn": True}


@pytest.mark.parametrize(
    ("attributes", "what"),
    [
        ({"rowLimit": 5}, "with a limit of rows"),
        (
            {"filter": {"column": "Lead$Status", "value": "Lead.LeadSource", "columnToColumn": True}},
            "that compares columns",
        ),
    ],
)
def test_a_report_whose_figures_would_be_wrong_is_not_run(
    client: Client, attributes: dict[str, Any], what: str
) -> None:
    leads(client)
    if "filter" in attributes:
        item = client.md.ReportFilterItem(operator="equals", **attributes["filter"])
        attributes = {"filter": client.md.ReportFilter(criteriaItems=[item])}
    identifier = made(client, **attributes)
    with pytest.raises(SalesforceGeneralError, match=f"Running a report {what} is not enabled"):
        run(client, identifier)
    assert client.sf.restful(f"analytics/reports/{identifier}/describe")["reportMetadata"]["name"] == "Leads"


def test_what_is_not_there_or_not_modeled_is_refused(client: Client) -> None:
    leads(client)
    identifier = made(
        client,
        format="Matrix",
        groupingsDown=[grouping(client, "Lead$Status")],
        groupingsAcross=[grouping(client, "Lead$LeadSource")],
    )
    with pytest.raises(SalesforceGeneralError, match="Running a report of the format Matrix is not enabled"):
        run(client, identifier)
    with pytest.raises(SalesforceResourceNotFound):
        run(client, "00O000000000099AAA")
