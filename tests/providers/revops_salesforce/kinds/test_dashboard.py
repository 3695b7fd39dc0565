"""Dashboards beside what people add to them: tiles, filters, classic columns, and whose data viewers see."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.components import Body
from revops_salesforce.kinds.dashboard import Dashboard, DashboardInputs

from tests.providers.contract import example
from tests.providers.revops_salesforce.analytics import changed, declared, differences, lines, read, stored
from tests.providers.revops_salesforce.conftest import OpenSession
from tests.providers.typed_inputs import desired_resource

DASHBOARD = Dashboard()
OURS = example(DASHBOARD)
NAME = "Sales/Pipeline"
COLORS = """
    <backgroundEndColor>#FFFFFF</backgroundEndColor><backgroundFadeDirection>Diagonal</backgroundFadeDirection>
    <backgroundStartColor>#FFFFFF</backgroundStartColor>
"""
END = "<textColor>#000000</textColor><title>Pipeline</title><titleColor>#000000</titleColor><titleSize>12</titleSize>"
STACKED = """
    <autoselectColumnsFromReport>false</autoselectColumnsFromReport><chartAxisRange>Auto</chartAxisRange>
    <chartSummary><aggregate>Sum</aggregate><axisBinding>y</axisBinding><column>AMOUNT</column></chartSummary>
    <chartSummary><axisBinding>y2</axisBinding><column>RowCount</column></chartSummary>
    <componentType>ColumnStacked</componentType>
    <dashboardFilterColumns><column>STAGE_NAME</column></dashboardFilterColumns>
    <decimalPrecision>-1</decimalPrecision><displayUnits>Thousands</displayUnits>
    <groupingColumn>CLOSE_DATE</groupingColumn><groupingColumn>STAGE_NAME</groupingColumn>
    <groupingSortProperties><groupingSorts><groupingLevel>g1</groupingLevel><sortOrder>a</sortOrder></groupingSorts>
    </groupingSortProperties>
    <legendPosition>Right</legendPosition><report>Sales/Deals</report>
"""
TABLE = """
    <autoselectColumnsFromReport>true</autoselectColumnsFromReport><componentType>FlexTable</componentType>
    <flexComponentProperties><decimalPrecision>-1</decimalPrecision>
        <flexTableColumn><reportColumn>OPPORTUNITY_NAME</reportColumn><showSubTotal>false</showSubTotal>
            <showTotal>true</showTotal><type>detail</type></flexTableColumn>
        <flexTableSortInfo><sortColumn>AMOUNT</sortColumn><sortOrder>2</sortOrder></flexTableSortInfo>
        <hideChatterPhotos>true</hideChatterPhotos><useReportTableSetting>false</useReportTableSetting>
    </flexComponentProperties><groupingSortProperties/><report>Sales/Deals</report>
"""
TEXT = """
    <autoselectColumnsFromReport>true</autoselectColumnsFromReport><componentType>RichText</componentType>
    <dashboardComponentContents><richTextContent>[{"insert":"Inbound"}]</richTextContent></dashboardComponentContents>
    <groupingSortProperties/>
"""
GAUGE = """
    <autoselectColumnsFromReport>false</autoselectColumnsFromReport>
    <chartSummary><column>FORMULA1</column></chartSummary><componentType>Gauge</componentType>
    <footer>Of all deals</footer><gaugeMax>100.0</gaugeMax><gaugeMin>0.0</gaugeMin><header>Win rate</header>
    <indicatorBreakpoint1>33.0</indicatorBreakpoint1><indicatorBreakpoint2>67.0</indicatorBreakpoint2>
    <indicatorHighColor>#00716B</indicatorHighColor><indicatorLowColor>#C23934</indicatorLowColor>
    <indicatorMiddleColor>#FFB75D</indicatorMiddleColor><report>Sales/Deals</report>
"""
FILTERS = """
    <dashboardFilters><dashboardFilterOptions><operator>equals</operator><values>Proposal</values>
    </dashboardFilterOptions><name>Stage</name></dashboardFilters>
"""


def placed(component: str, column: int, row: int = 0, width: int = 6) -> str:
    return f"""<dashboardGridComponents><colSpan>{width}</colSpan><columnIndex>{column}</columnIndex>
        <dashboardComponent>{component}</dashboardComponent><rowIndex>{row}</rowIndex><rowSpan>8</rowSpan>
        </dashboardGridComponents>"""


GRID = f"""{COLORS}<chartTheme>light</chartTheme><colorPalette>unity</colorPalette>{FILTERS}
    <dashboardGridLayout>{placed(STACKED, 0)}{placed(TABLE, 6)}{placed(TEXT, 0, 8, 12)}{placed(GAUGE, 0, 16)}
    <numberOfColumns>12</numberOfColumns><rowHeight>36</rowHeight></dashboardGridLayout>
    <dashboardType>MyTeamUser</dashboardType><isGridLayout>true</isGridLayout>
    <runningUser>admin@simulated.example</runningUser>{END}"""
CLASSIC = f"""{COLORS}<dashboardType>LoggedInUser</dashboardType><isGridLayout>false</isGridLayout>
    <leftSection><columnSize>Wide</columnSize><components>{GAUGE}</components><components>{STACKED}</components>
    </leftSection><middleSection><columnSize>Medium</columnSize></middleSection>
    <rightSection><columnSize>Medium</columnSize><components>{TABLE}</components></rightSection>
    <runningUser>admin@simulated.example</runningUser>{END}"""


def with_report(client: SalesforceClient) -> None:
    client.create_component("ReportFolder", {"fullName": "Sales", "name": "Sales"})
    client.create_component("DashboardFolder", {"fullName": "Sales", "name": "Sales"})
    deals = {"fullName": "Sales/Deals", "name": "Deals", "format": "Tabular", "reportType": "Opportunity"}
    client.create_component("Report", deals)


@pytest.mark.parametrize("xml", [GRID, CLASSIC], ids=["grid", "classic"])
def test_a_changed_label_changes_nothing_else_of_a_dashboard(
    client: SalesforceClient, open_session: OpenSession, xml: str
) -> None:
    with_report(client)
    before = stored(client, "Dashboard", NAME, xml)
    everything = declared(DASHBOARD, NAME, before)
    little = {"folder": "Sales", "name": "Pipeline"}
    for inputs, old, new in ((everything, "Pipeline", "All deals"), (little, "All deals", "More deals")):
        assert differences(open_session, DASHBOARD, {**inputs, "label": old}, NAME) == []
        after = changed(open_session, DASHBOARD, {**inputs, "label": new}, NAME)
        assert lines(after) == lines(before, title=new)


def test_what_a_dashboard_has_reads_as_inputs(client: SalesforceClient) -> None:
    with_report(client)
    found = DASHBOARD.observe(NAME, stored(client, "Dashboard", NAME, GRID))
    first, table, text, gauge = found.definition["tiles"]
    assert found.facts == {}
    assert found.definition["dashboard_type"] == "MyTeamUser"
    assert first["shows"] == [
        {"column": "AMOUNT", "summary": "Sum", "axis": "y"},
        {"column": "RowCount", "axis": "y2"},
    ]
    assert (first["grouping"], first["display_units"]) == (["CLOSE_DATE", "STAGE_NAME"], "Thousands")
    assert (table["columns_from_report"], "shows" in table) == (True, False)
    assert table["flex_table"]["columns"][0]["column"] == "OPPORTUNITY_NAME"
    assert (text["chart"], "report" in text, "title" in text) == ("RichText", False, False)
    assert (gauge["title"], gauge["shows"], gauge["gauge_max"]) == ("Win rate", "FORMULA1", 100.0)
    assert found.definition["filters"] == [
        {"name": "Stage", "options": [{"operator": "equals", "values": ["Proposal"]}]}
    ]


def test_a_classic_dashboard_reads_with_its_columns(client: SalesforceClient) -> None:
    with_report(client)
    found = DASHBOARD.observe(NAME, stored(client, "Dashboard", NAME, CLASSIC)).definition
    assert found["tiles"] is None
    assert [tile["chart"] for tile in found["left"]["tiles"]] == ["Gauge", "ColumnStacked"]
    assert (found["middle"], found["right"]["size"]) == ({"size": "Medium"}, "Medium")


def test_a_grid_never_takes_the_place_of_classic_columns(client: SalesforceClient, open_session: OpenSession) -> None:
    with_report(client)
    stored(client, "Dashboard", NAME, CLASSIC)
    tiles = [{**OURS["tiles"][0], "report": "Sales/Deals"}]
    inputs = {"folder": "Sales", "name": "Pipeline", "label": "Pipeline", "tiles": tiles, "adopt": True}
    session = open_session()
    desired = desired_resource(DASHBOARD, inputs)
    found = list(DASHBOARD.preflight_errors(session, desired, session.find(DASHBOARD, NAME)))
    assert [(one.message, one.fix) for one in found] == [
        (
            "is a classic dashboard, whose columns (left, middle, right) tiles in a grid would replace",
            "declare left, middle and right, or convert it in Salesforce first",
        )
    ]


def ours(client: SalesforceClient, open_session: OpenSession, **changes: Any) -> Body:
    """A dashboard of ours with one tile, as an `up` makes it."""
    with_report(client)
    session = open_session()
    DASHBOARD.create(session, DASHBOARD.parse({**MINE, **changes}))
    return read(client, "Dashboard", NAME)


MINE: dict[str, Any] = {
    "folder": "Sales",
    "name": "Pipeline",
    "label": "Pipeline",
    "tiles": [
        {
            "title": "Deals",
            "report": "Sales/Deals",
            "chart": "Bar",
            "place": {"column": 0, "row": 0, "width": 6, "height": 8},
        }
    ],
}


def test_a_new_tile_counts_rows_where_nothing_else_is_said(client: SalesforceClient, open_session: OpenSession) -> None:
    body = ours(client, open_session)
    grid = body["dashboardGridLayout"]
    component = grid["dashboardGridComponents"][0]["dashboardComponent"]
    assert component["chartSummary"] == [{"axisBinding": "y", "column": "RowCount"}]
    assert component["autoselectColumnsFromReport"] is False
    assert (grid["numberOfColumns"], grid["rowHeight"], body["dashboardType"]) == (12, 36, "LoggedInUser")


def test_what_people_add_to_a_tile_of_ours_stays(client: SalesforceClient, open_session: OpenSession) -> None:
    body = ours(client, open_session)
    component = body["dashboardGridLayout"]["dashboardGridComponents"][0]["dashboardComponent"]
    added = {
        "displayUnits": "Thousands",
        "legendPosition": "Right",
        "sortBy": "RowValueDescending",
        "dashboardFilterColumns": [{"column": "STAGE_NAME"}],
    }
    component |= added
    body["dashboardFilters"] = [{"dashboardFilterOptions": [{"operator": "equals", "values": ["A"]}], "name": "Stage"}]
    client.update_component("Dashboard", body)
    assert differences(open_session, DASHBOARD, MINE, NAME) == []

    moved = {**MINE["tiles"][0], "chart": "Column", "place": {"column": 6, "row": 4, "width": 6, "height": 8}}
    after = changed(open_session, DASHBOARD, {**MINE, "tiles": [moved]}, NAME)

    entry = after["dashboardGridLayout"]["dashboardGridComponents"][0]
    assert (entry["columnIndex"], entry["dashboardComponent"]["componentType"]) == (6, "Column")
    assert {key: entry["dashboardComponent"][key] for key in added} == added
    assert after["dashboardFilters"] == body["dashboardFilters"]


def test_a_change_of_what_a_tile_declares_shows(client: SalesforceClient, open_session: OpenSession) -> None:
    body = ours(client, open_session)
    body["dashboardGridLayout"]["dashboardGridComponents"][0]["dashboardComponent"]["componentType"] = "Donut"
    client.update_component("Dashboard", body)
    live = open_session().find(DASHBOARD, NAME)
    assert live is not None
    assert DASHBOARD.managed_view(MINE, live)["tiles"] == [{**MINE["tiles"][0], "chart": "Donut"}]


def test_what_a_tile_declares_takes_the_place_of_what_its_report_says(
    client: SalesforceClient, open_session: OpenSession
) -> None:
    tiles = [{**MINE["tiles"][0], "shows": "RowCount"}]
    body = ours(client, open_session, tiles=tiles)
    component = body["dashboardGridLayout"]["dashboardGridComponents"][0]["dashboardComponent"]
    del component["chartSummary"]
    component["autoselectColumnsFromReport"] = True
    client.update_component("Dashboard", body)
    assert differences(open_session, DASHBOARD, MINE, NAME) == []
    assert differences(open_session, DASHBOARD, {**MINE, "tiles": tiles}, NAME) == ["tiles"]

    after = changed(open_session, DASHBOARD, {**MINE, "tiles": tiles}, NAME)

    component = after["dashboardGridLayout"]["dashboardGridComponents"][0]["dashboardComponent"]
    assert component["chartSummary"] == [{"axisBinding": "y", "column": "RowCount"}]
    assert component["autoselectColumnsFromReport"] is False


def test_tiles_that_swap_places_keep_what_is_theirs(client: SalesforceClient, open_session: OpenSession) -> None:
    with_report(client)
    before = stored(client, "Dashboard", NAME, GRID)
    inputs = declared(DASHBOARD, NAME, before)
    stacked, table = inputs["tiles"][:2]
    swapped = [{**stacked, "place": table["place"]}, {**table, "place": stacked["place"]}, *inputs["tiles"][2:]]
    after = changed(open_session, DASHBOARD, {**inputs, "tiles": swapped}, NAME)
    entries = after["dashboardGridLayout"]["dashboardGridComponents"]
    found = {entry["columnIndex"]: entry["dashboardComponent"] for entry in entries[:2]}
    old = before["dashboardGridLayout"]["dashboardGridComponents"]
    assert found == {6: old[0]["dashboardComponent"], 0: old[1]["dashboardComponent"]}


@pytest.mark.parametrize(
    ("changes", "kind", "user"),
    [
        ({}, "MyTeamUser", "admin@simulated.example"),
        ({"running_user": "admin@simulated.example"}, "MyTeamUser", "admin@simulated.example"),
        ({"running_user": None}, "LoggedInUser", None),
        ({"dashboard_type": "SpecifiedUser"}, "SpecifiedUser", "admin@simulated.example"),
    ],
)
def test_whose_data_viewers_see_changes_when_it_is_declared(
    client: SalesforceClient, open_session: OpenSession, changes: dict[str, Any], kind: str, user: str | None
) -> None:
    with_report(client)
    stored(client, "Dashboard", NAME, GRID)
    inputs = {"folder": "Sales", "name": "Pipeline", "label": "All deals", **changes}
    after = changed(open_session, DASHBOARD, inputs, NAME)
    assert (after["dashboardType"], after.get("runningUser")) == (kind, user)


def test_a_dashboard_of_an_earlier_version_previews_without_a_change() -> None:
    """Its tiles wrote in one form what they show, and its body was written from them."""
    place = {"column": 0, "row": 0, "width": 6, "height": 8}
    tile = {"title": "Deals", "report": "Sales/Deals", "footer": "All.", "place": place}
    tiles = [
        {**tile, "chart": "Donut", "shows": "RowCount", "grouping": "STAGE_NAME"},
        {**tile, "chart": "Column", "shows": "AMOUNT", "summary": "Sum", "place": {**place, "column": 6}},
        {**tile, "chart": "Metric", "place": {**place, "row": 8}},
    ]
    inputs = {**MINE, "description": "For sales.", "tiles": tiles}

    def component(chart: str, summary: Body, **elements: Any) -> Body:
        made = {"componentType": chart, "report": "Sales/Deals", "header": "Deals", "footer": "All.", **elements}
        return {**made, "autoselectColumnsFromReport": False, "chartSummary": [{"axisBinding": "y", **summary}]}

    def entry(column: int, row: int, made: Body) -> Body:
        return {"columnIndex": column, "rowIndex": row, "colSpan": 6, "rowSpan": 8, "dashboardComponent": made}

    entries = [
        entry(0, 0, component("Donut", {"column": "RowCount"}, groupingColumn=["STAGE_NAME"])),
        entry(6, 0, component("Column", {"column": "AMOUNT", "aggregate": "Sum"})),
        entry(0, 8, component("Metric", {"column": "RowCount"})),
    ]
    grid = {"numberOfColumns": 12, "rowHeight": 36, "dashboardGridComponents": entries}
    live = DASHBOARD.observe(
        NAME,
        {
            "title": "Pipeline",
            "description": "For sales.",
            "dashboardType": "LoggedInUser",
            "isGridLayout": True,
            "dashboardGridLayout": grid,
        },
    )
    assert DASHBOARD.differences(inputs, DASHBOARD.managed_view(inputs, live)) == []
    assert DASHBOARD.conflicts(inputs, live) == []


def test_a_dashboard_has_no_more_tiles_than_salesforce_takes() -> None:
    tile = MINE["tiles"][0]
    tiles = [{**tile, "place": {**tile["place"], "row": 8 * number}} for number in range(21)]
    inputs = DashboardInputs.model_validate({**MINE, "tiles": tiles})
    assert [(one.message, one.fix) for one in DASHBOARD.static_errors(inputs, [])] == [
        ("21 tiles have a report; Salesforce allows 20", "move some of them to another dashboard")
    ]


def test_a_dashboard_refers_to_its_folder_and_each_report_once() -> None:
    twice = {**OURS, "tiles": [*OURS["tiles"], *OURS["tiles"]]}
    found = [f"{one.kind} {one.name}" for one in DASHBOARD.references(DASHBOARD.parse(twice))]
    assert found == ["DashboardFolder Revenue", "Report Revenue/Leads_By_Status"]


@pytest.mark.parametrize(("grid", "problem"), [({}, 12), ({"grid_columns": 9}, 9)])
def test_a_tile_outside_the_grid_is_refused(grid: dict[str, int], problem: int) -> None:
    tiles = [{**OURS["tiles"][0], "place": {"column": 8, "row": 0, "width": 6, "height": 4}}]
    with pytest.raises(ValidationError, match=f"column and width together must not exceed {problem}"):
        DashboardInputs.model_validate({**OURS, **grid, "tiles": tiles})
