"""A dashboard: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_dashboard.htm"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Self

from pydantic import Field, model_validator

from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, Inputs, LiveObject, Lookup, Reference
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.components import Body
from revops_salesforce.metadata.folder_kind import InFolderKind, present
from revops_salesforce.metadata.kind import without_gaps

GRID_COLUMNS = 12
ROW_HEIGHT_PX = 36
MAX_TILES = 20  # [K]
ROWS = "RowCount"
COLORS = {
    "backgroundStartColor": "#FFFFFF",
    "backgroundEndColor": "#FFFFFF",
    "backgroundFadeDirection": "Diagonal",
    "textColor": "#000000",
    "titleColor": "#000000",
    "titleSize": 12,
}
"""The API asks for them; Lightning shows none of them [K]. What people choose stays."""
Chart = Literal["Metric", "Bar", "Column", "Line", "Donut", "Funnel", "Gauge"]


class TilePlace(Part):
    """The place of a tile in the grid of twelve columns; rows are 36 pixels high."""

    column: int = Field(ge=0, lt=GRID_COLUMNS)
    row: int = Field(ge=0)
    width: int = Field(ge=1, le=GRID_COLUMNS)
    height: int = Field(ge=1)

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if self.column + self.width > GRID_COLUMNS:
            raise ValueError(f"column and width together must not exceed {GRID_COLUMNS}")
        return self


class Tile(Part):
    """One metric or chart of a report."""

    title: str
    report: str
    """`Revenue/Win_Rate`."""
    chart: Chart
    shows: str = ROWS
    """A column of the report, a summary formula of it (`FORMULA1`), or how many rows there are."""
    summary: Literal["Sum", "Average", "Maximum", "Minimum"] | None = None
    """How a column is aggregated."""
    grouping: str | None = None
    """The grouping of the report that a chart uses as its axis."""
    footer: str | None = None
    place: TilePlace


class DashboardInputs(Inputs):
    """A dashboard in a folder. Without `running_user` each viewer's own access applies; orgs allow few of these [K].

    Example::

        folder: Revenue
        name: Leads
        label: Leads
        description: How leads come in.
        tiles:
          - title: Leads by status
            report: Revenue/Leads_By_Status
            chart: Funnel
            grouping: Lead$Status
            footer: All leads.
            place: {column: 0, row: 0, width: 6, height: 8}

    Later::

        label: All leads
        tiles:
          - title: Leads
            report: Revenue/Leads_By_Status
            chart: Metric
            shows: FORMULA1
            place: {column: 6, row: 0, width: 6, height: 8}
    """

    folder: str
    name: str
    """Developer name."""
    label: str
    description: str | None = None
    running_user: str | None = None
    """The username whose access decides what viewers see."""
    tiles: list[Tile] = Field(max_length=MAX_TILES)


class Dashboard(InFolderKind[DashboardInputs]):
    """Key: folder and developer name. Filters and colors that people set stay as they are."""

    component_type = "Dashboard"
    folder_type = "DashboardFolder"
    on_delete = "The dashboard goes to the recycle bin [K]; its reports stay."

    def elements(self, inputs: DashboardInputs) -> Body:
        return {**COLORS, **self.changes({}, inputs)}

    def changes(self, body: Body, inputs: DashboardInputs) -> Body:
        user = inputs.running_user
        tiles = [_placed(one) for one in inputs.tiles]
        grid = {"numberOfColumns": GRID_COLUMNS, "rowHeight": ROW_HEIGHT_PX, "dashboardGridComponents": tiles}
        return {
            "title": inputs.label,
            "description": inputs.description,
            "dashboardType": "SpecifiedUser" if user else "LoggedInUser",
            "runningUser": user,
            "isGridLayout": True,
            "dashboardGridLayout": grid,
        }

    def changed_body(self, client: SalesforceClient, live: LiveObject, inputs: DashboardInputs) -> Body:
        body = self.read_body(client, live.name)
        return without_gaps({**body, "fullName": live.name, **self.changes(body, inputs)})

    def definition(self, name: str, body: Body) -> Definition:
        grid = body.get("dashboardGridLayout") or {}
        dynamic = body.get("dashboardType") == "LoggedInUser"
        return {
            **self.identity_of(name),
            "label": body.get("title"),
            "description": body.get("description"),
            "running_user": None if dynamic else body.get("runningUser"),
            "tiles": [_read_tile(one) for one in grid.get("dashboardGridComponents", [])],
        }

    def normalize(self, definition: Definition) -> Definition:
        made = super().normalize(definition)
        if made.get("tiles") is not None:
            tiles = [present({"shows": ROWS, **tile}) for tile in made["tiles"]]
            made["tiles"] = sorted(tiles, key=lambda tile: (tile["place"]["row"], tile["place"]["column"]))
        return made

    def references(self, inputs: DashboardInputs) -> Iterable[Reference]:
        yield from super().references(inputs)
        yield from dict.fromkeys(Reference("Report", tile.report) for tile in inputs.tiles)

    def lookups(self, inputs: DashboardInputs) -> Iterable[Lookup]:
        if user := inputs.running_user:
            yield Lookup("user", user)


def _placed(tile: Tile) -> Body:
    place = tile.place
    summary = present({"aggregate": tile.summary, "axisBinding": "y", "column": tile.shows})
    component = present(
        {
            "componentType": tile.chart,
            "report": tile.report,
            "header": tile.title,
            "footer": tile.footer,
            "autoselectColumnsFromReport": False,
            "chartSummary": [summary],
            "groupingColumn": [tile.grouping] if tile.grouping else [],
        }
    )
    return {
        "columnIndex": place.column,
        "rowIndex": place.row,
        "colSpan": place.width,
        "rowSpan": place.height,
        "dashboardComponent": component,
    }


def _read_tile(body: Body) -> Definition:
    component = body["dashboardComponent"]
    summary: Body = next(iter(component.get("chartSummary", [])), {})
    place = {
        "column": body["columnIndex"],
        "row": body["rowIndex"],
        "width": body["colSpan"],
        "height": body["rowSpan"],
    }
    tile = {
        "title": component.get("header"),
        "report": component.get("report"),
        "chart": component["componentType"],
        "shows": summary.get("column", ROWS),
        "summary": summary.get("aggregate"),
        "grouping": next(iter(component.get("groupingColumn", [])), None),
        "footer": component.get("footer"),
    }
    return {**present(tile), "place": place}
