"""A dashboard: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_dashboard.htm"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Literal, Self

from pydantic import model_validator

from revops_iac.diagnostics import Diagnostic, Diagnostics
from revops_iac.provider.kind import Definition, DesiredResource, Inputs, LiveObject, Lookup, Reference
from revops_salesforce.api.allocations import LIMITS
from revops_salesforce.api.client import OrgSession
from revops_salesforce.api.components import Body
from revops_salesforce.metadata.folder_kind import InFolderKind
from revops_salesforce.metadata.merge import at, paired
from revops_salesforce.metadata.parts import Element
from revops_salesforce.reports.content import FadeDirection
from revops_salesforce.reports.tiles import (
    GRID_COLUMNS,
    ROWS,
    DashboardFilter,
    DashboardSection,
    SectionTile,
    Theme,
    Tile,
)

ROW_HEIGHT_PX = 36
SIDES = {"left": "leftSection", "middle": "middleSection", "right": "rightSection"}
COLORS = {
    "backgroundStartColor": "#FFFFFF",
    "backgroundEndColor": "#FFFFFF",
    "backgroundFadeDirection": "Diagonal",
    "textColor": "#000000",
    "titleColor": "#000000",
    "titleSize": 12,
}
"""The API asks for them; Lightning shows none of them [K]. What people choose stays."""
Palette = Literal[
    "Default", "accessible", "bluegrass", "colorSafe", "dusk", "earth", "fire", "gray", "heat", "justice",
    "nightfall", "pond", "sunrise", "tropic", "unity", "water", "watermelon",
]  # fmt: skip


class DashboardInputs(Inputs):
    """A dashboard in a folder. What is left out, in the dashboard or in one of its tiles, stays as people arrange it.

    Without `running_user` a new one shows each viewer what that viewer may see; orgs allow few of these [K].

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
    name: Annotated[str, Element("fullName")]
    """Developer name."""
    label: Annotated[str, Element("title")]
    description: str | None = None
    running_user: str | None = None
    """The username whose access decides what viewers see."""
    dashboard_type: Literal["SpecifiedUser", "LoggedInUser", "MyTeamUser"] | None = None
    """Whose data a viewer sees: the running user's, the viewer's own, or that of one of the viewer's team. Default for
    a new one: `SpecifiedUser` with a running user, else `LoggedInUser`."""
    owner: str | None = None
    """The username of the owner."""
    tiles: Annotated[list[Tile] | None, Element("dashboardGridLayout.dashboardGridComponents")] = None
    grid_columns: Annotated[int | None, Element("dashboardGridLayout.numberOfColumns")] = None
    """Default for a new one: 12."""
    row_height_px: Annotated[int | None, Element("dashboardGridLayout.rowHeight")] = None
    """Default for a new one: 36."""
    left: Annotated[DashboardSection | None, Element("leftSection")] = None
    """The left column of a classic dashboard, which has no `tiles`."""
    middle: Annotated[DashboardSection | None, Element("middleSection")] = None
    right: Annotated[DashboardSection | None, Element("rightSection")] = None
    filters: Annotated[list[DashboardFilter] | None, Element("dashboardFilters")] = None
    chart_theme: Theme | None = None
    color_palette: Palette | None = None
    dashboard_chart_theme: Theme | None = None
    dashboard_color_palette: Palette | None = None
    background_start: Annotated[str | None, Element("backgroundStartColor")] = None
    background_end: Annotated[str | None, Element("backgroundEndColor")] = None
    background_direction: Annotated[FadeDirection | None, Element("backgroundFadeDirection")] = None
    text_color: str | None = None
    title_color: str | None = None
    title_size: int | None = None

    @model_validator(mode="after")
    def _inside(self) -> Self:
        columns = self.grid_columns or GRID_COLUMNS
        if any(tile.place.column + tile.place.width > columns for tile in self.tiles or ()):
            raise ValueError(f"column and width together must not exceed {columns}")
        if self.tiles and self.sections:
            raise ValueError("tiles and left, middle or right are mutually exclusive")
        return self

    @property
    def sections(self) -> dict[str, DashboardSection]:
        """The columns of a classic dashboard that are declared, by side."""
        return {side: section for side in SIDES if (section := getattr(self, side)) is not None}

    @property
    def all_tiles(self) -> Iterator[SectionTile]:
        """The tiles of the grid and of the columns."""
        yield from self.tiles or ()
        for section in self.sections.values():
            yield from section.tiles or ()


class Dashboard(InFolderKind[DashboardInputs]):
    """Key: folder and developer name. What people add to a dashboard, or to one of its tiles, stays."""

    component_type = "Dashboard"
    folder_type = "DashboardFolder"
    read_only = frozenset(
        {"isGridLayout", "folderName", "numSubscriptions", "dashboardResultRefreshedDate", "dashboardResultRunningUser"}
    )
    on_delete = "The dashboard goes to the recycle bin [K]; its reports stay."

    def unsaid(self, inputs: DashboardInputs) -> Body:
        return COLORS

    def changes(self, body: Body, inputs: DashboardInputs) -> Body:
        made = super().elements(inputs)
        _say_measures(at(made, TILES), inputs.tiles, at(body, TILES) or [], Tile)
        for side, section in inputs.sections.items():
            live = at(body, f"{SIDES[side]}.components") or []
            _say_measures(made[SIDES[side]].get("components"), section.tiles, live, SectionTile)
        return {**made, **_layout(made, body, inputs), **_access(body, inputs)}

    def definition(self, name: str, body: Body) -> Definition:
        found = super().definition(name, body)
        return {**found, "running_user": None} if found["dashboard_type"] == "LoggedInUser" else found

    def normalize(self, definition: Definition) -> Definition:
        made = super().normalize(definition)
        if made.get("tiles") is not None:
            made["tiles"] = sorted(made["tiles"], key=lambda tile: (tile["place"]["row"], tile["place"]["column"]))
        return made

    def static_errors(self, inputs: DashboardInputs, program: Sequence[DesiredResource]) -> Diagnostics:
        yield from super().static_errors(inputs, program)
        limit = LIMITS.reported(self.name, "tiles")
        count = sum(tile.report is not None for tile in inputs.all_tiles)
        if count > limit.most:
            yield Diagnostic("", f"{count} tiles have a report; Salesforce allows {limit.most}", limit.fix)

    def preflight_errors(self, session: OrgSession, desired: DesiredResource, live: LiveObject | None) -> Diagnostics:
        """Also a grid for a classic dashboard, which would put an end to its columns, and the reverse."""
        yield from super().preflight_errors(session, desired, live)
        inputs = self.typed(desired)
        if live is None:
            return
        classic = [side for side in SIDES if live.definition.get(side)]
        if classic and inputs.tiles is not None:
            message = f"is a classic dashboard, whose columns ({', '.join(classic)}) tiles in a grid would replace"
            yield Diagnostic("", message, "declare left, middle and right, or convert it in Salesforce first")
        if inputs.sections and live.definition.get("tiles") is not None:
            message = "has tiles in a grid, which the columns of a classic dashboard would replace"
            yield Diagnostic("", message, "declare tiles instead of left, middle and right")

    def references(self, inputs: DashboardInputs) -> Iterable[Reference]:
        yield from super().references(inputs)
        yield from dict.fromkeys(Reference("Report", tile.report) for tile in inputs.all_tiles if tile.report)

    def lookups(self, inputs: DashboardInputs) -> Iterable[Lookup]:
        if user := inputs.running_user:
            yield Lookup("user", user)


TILES = "dashboardGridLayout.dashboardGridComponents"


def _layout(made: Body, body: Body, inputs: DashboardInputs) -> Body:
    """Which of the two layouts it is, and the measures of a grid that is new."""
    if inputs.tiles is None and (body or inputs.sections):
        return {} if body else {"isGridLayout": False}
    if body.get("dashboardGridLayout"):
        return {} if body.get("isGridLayout", True) else {"isGridLayout": True}
    measures = {"numberOfColumns": GRID_COLUMNS, "rowHeight": ROW_HEIGHT_PX}
    return {"isGridLayout": True, "dashboardGridLayout": {**measures, **made.get("dashboardGridLayout", {})}}


def _say_measures(
    entries: list[Body] | None, tiles: Sequence[SectionTile] | None, live: list[Body], model: type[SectionTile]
) -> None:
    """Lets new tiles show how many rows there are, unless an input says otherwise; other tiles keep what they show."""
    declared = [tile.model_dump(exclude_unset=True) for tile in tiles or ()]
    known = paired(declared, [model.definition(one) for one in live], model.identity)
    for place, (entry, tile) in enumerate(zip(entries or (), tiles or (), strict=True)):
        component = entry[model.within] if model.within else entry
        if place in known:
            old = live[known[place]]
            _go_on(component, tile, old[model.within] if model.within else old)
        elif tile.counts_rows:
            component["chartSummary"] = [{"column": ROWS}]


def _go_on(component: Body, tile: SectionTile, live: Body) -> None:
    """A single value keeps its axis; a tile that the report filled shows what is declared instead."""
    match live.get("chartSummary", []):
        case [old] if isinstance(tile.shows, str):
            component["chartSummary"][0]["axisBinding"] = old.get("axisBinding")
        case [] if tile.shows and tile.columns_from_report is None:
            component["autoselectColumnsFromReport"] = False


def _access(body: Body, inputs: DashboardInputs) -> Body:
    """The kind of the dashboard that follows from its running user, where it is not declared itself."""
    kind = body.get("dashboardType", "SpecifiedUser" if body else None)
    if inputs.running_user is None and kind == "LoggedInUser":
        return {"runningUser": body.get("runningUser")} if inputs.manages("running_user") else {}
    if inputs.manages("dashboard_type"):
        return {}
    if inputs.running_user is not None:
        return {} if kind in ("SpecifiedUser", "MyTeamUser") else {"dashboardType": "SpecifiedUser"}
    return {"dashboardType": "LoggedInUser"} if inputs.manages("running_user") or not body else {}
