"""What a dashboard consists of, as inputs: tiles in a grid or in the columns of a classic dashboard, and its filters.

https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_dashboard.htm
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from revops_iac.provider.kind import Definition
from revops_salesforce.api.components import Body
from revops_salesforce.metadata.parts import ComponentPart, Element, Identity
from revops_salesforce.reports.content import ChartValue, Legend, Summary

GRID_COLUMNS = 12
ROWS = "RowCount"
MAX_FOOTER = 255  # as limits.csv has it
Chart = Literal[
    "Metric", "Bar", "BarGrouped", "BarStacked", "BarStacked100", "Column", "ColumnGrouped", "ColumnStacked",
    "ColumnStacked100", "ColumnLine", "ColumnLineGrouped", "ColumnLineStacked", "ColumnLineStacked100", "Line",
    "LineGrouped", "LineCumulative", "LineGroupedCumulative", "Donut", "Pie", "Funnel", "Gauge", "Scatter",
    "ScatterGrouped", "Table", "FlexTable", "RichText", "Image", "VisualforcePage", "Scontrol", "SControl",
    "PulseMetric", "PulseMetricCard", "LightningWebComponent",
]  # fmt: skip
WITHOUT_MEASURE = frozenset(
    {
        "Table", "FlexTable", "RichText", "Image", "VisualforcePage", "Scontrol", "SControl", "Scatter",
        "ScatterGrouped", "PulseMetric", "PulseMetricCard", "LightningWebComponent",
    }
)  # fmt: skip
"""Charts that do not show the number of rows by default."""
Sort = Literal["RowLabelAscending", "RowLabelDescending", "RowValueAscending", "RowValueDescending"]
Theme = Literal["dark", "light"]
Units = Literal["Auto", "Integer", "Hundreds", "Thousands", "Millions", "Billions", "Trillions"]


class TilePlace(ComponentPart):
    """The place of a tile in the grid; by default twelve columns, and rows that are 36 pixels high."""

    column: Annotated[int, Element("columnIndex"), Field(ge=0, lt=GRID_COLUMNS)]
    row: Annotated[int, Element("rowIndex"), Field(ge=0)]
    width: Annotated[int, Element("colSpan"), Field(ge=1, le=GRID_COLUMNS)]
    height: Annotated[int, Element("rowSpan"), Field(ge=1)]


class TableColumn(ComponentPart):
    """A column of a table in a classic dashboard."""

    identity = (("column", "summary"), ("column",))

    column: str
    summary: Annotated[Summary | None, Element("aggregateType")] = None
    decimal_places: int | None = None
    calculate_percent: bool | None = None
    show_total: bool | None = None
    show_subtotal: Annotated[bool | None, Element("showSubTotal")] = None
    sort_by: Sort | None = None


class FlexTableColumn(ComponentPart):
    """A column of a Lightning table; colors are numbers."""

    identity = (("column", "type"), ("column",))

    column: Annotated[str | None, Element("reportColumn")] = None
    type: str
    """`detail`, `aggregate`, `grouping`."""
    show_total: bool | None = None
    show_subtotal: Annotated[bool | None, Element("showSubTotal")] = None
    breakpoint1: Annotated[float | None, Element("breakPoint1")] = None
    breakpoint2: Annotated[float | None, Element("breakPoint2")] = None
    breakpoint_order: Annotated[int | None, Element("breakPointOrder")] = None
    low_range_color: int | None = None
    mid_range_color: int | None = None
    high_range_color: int | None = None


class FlexTable(ComponentPart):
    """A Lightning table."""

    columns: Annotated[list[FlexTableColumn] | None, Element("flexTableColumn")] = None
    sort_column: Annotated[str | None, Element("flexTableSortInfo.sortColumn")] = None
    sort_order: Annotated[str | None, Element("flexTableSortInfo.sortOrder")] = None
    """`1` for ascending, `2` for descending [S: public repositories]."""
    decimal_precision: int | None = None
    hide_chatter_photos: bool | None = None
    use_report_table_setting: bool | None = None


class GroupingSort(ComponentPart):
    """How the groups along one axis of a tile are sorted."""

    identity = (("level",),)

    level: Annotated[str, Element("groupingLevel")]
    """`g1`, `g2`."""
    column: Annotated[str | None, Element("sortColumn")] = None
    order: Annotated[str | None, Element("sortOrder")] = None
    """`a` for ascending, `d` for descending [S: public repositories]."""
    inherited: Annotated[str | None, Element("inheritedReportGroupingSort")] = None


class TileText(ComponentPart):
    """The text or image of a tile without a report."""

    text: Annotated[str | None, Element("richTextContent")] = None
    """Rich text, as Salesforce writes it."""
    file: Annotated[str | None, Element("fileName")] = None
    alt_text: str | None = None
    tooltip: str | None = None
    fit: str | None = None
    horizontal_alignment: str | None = None
    vertical_alignment: str | None = None
    component_parameters: str | None = None
    additional_info: str | None = None


class DynamicValue(ComponentPart):
    """A value that each viewer gets anew."""

    identity = (("field",),)

    field: Annotated[str, Element("fieldName")]
    dynamic_user: Annotated[bool | None, Element("isDynamicUser")] = None
    additional_info: str | None = None


class SectionTile(ComponentPart):
    """A tile: a chart, metric, table or gauge of a report, or a text."""

    identity: ClassVar[Identity] = (
        ("title", "subtitle", "report", "chart"),
        ("title", "subtitle", "report"),
        ("report", "chart"),
        ("chart",),
    )

    title: Annotated[str | None, Element("header")] = None
    subtitle: Annotated[str | None, Element("title")] = None
    footer: str | None = None
    report: str | None = None
    """`Revenue/Win_Rate`."""
    chart: Annotated[Chart, Element("componentType")]
    shows: Annotated[str | list[ChartValue] | None, Element("chartSummary")] = None
    """A column of the report, a summary formula of it (`FORMULA1`), `RowCount`, or a list of values with their axes.
    Default for a new one: how many rows there are."""
    summary: Summary | None = None
    """How the one column that the tile shows is aggregated."""
    grouping: Annotated[str | list[str] | None, Element("groupingColumn")] = None
    """The grouping of the report that a chart uses as its axis, or several."""
    columns_from_report: Annotated[bool | None, Element("autoselectColumnsFromReport")] = None
    """Whether the report says what is shown; default for a new one: false."""
    use_report_chart: bool | None = None
    """Whether the tile shows the chart of the report."""
    filter_columns: Annotated[list[str] | None, Element("dashboardFilterColumns", each="column")] = None
    """The columns that the filters of the dashboard apply to, in the order of the filters; `""` where one does not."""
    table_columns: Annotated[list[TableColumn] | None, Element("dashboardTableColumn")] = None
    flex_table: Annotated[FlexTable | None, Element("flexComponentProperties")] = None
    sort_by: Sort | None = None
    grouping_sorts: Annotated[list[GroupingSort] | None, Element("groupingSortProperties.groupingSorts")] = None
    max_values: Annotated[int | None, Element("maxValuesDisplayed")] = None
    legend: Annotated[Legend | None, Element("legendPosition")] = None
    sort_legend_values: bool | None = None
    display_units: Literal["Auto", "Integer", "Hundreds", "Thousands", "Millions", "Billions", "Trillions"] | None = (
        None
    )
    decimal_precision: int | None = None
    metric_label: str | None = None
    gauge_min: float | None = None
    gauge_max: float | None = None
    low_color: Annotated[str | None, Element("indicatorLowColor")] = None
    middle_color: Annotated[str | None, Element("indicatorMiddleColor")] = None
    high_color: Annotated[str | None, Element("indicatorHighColor")] = None
    breakpoint1: Annotated[float | None, Element("indicatorBreakpoint1")] = None
    """The lower of the two values between the three colors."""
    breakpoint2: Annotated[float | None, Element("indicatorBreakpoint2")] = None
    axis_range: Annotated[Literal["Auto", "Manual"] | None, Element("chartAxisRange")] = None
    axis_min: Annotated[float | None, Element("chartAxisRangeMin")] = None
    axis_max: Annotated[float | None, Element("chartAxisRangeMax")] = None
    show_percentage: bool | None = None
    show_range: bool | None = None
    show_total: bool | None = None
    show_values: bool | None = None
    enable_hover: bool | None = None
    expand_others: bool | None = None
    show_pictures_on_charts: bool | None = None
    show_pictures_on_tables: bool | None = None
    drill_enabled: bool | None = None
    drill_to_detail_enabled: bool | None = None
    drill_down_url: str | None = None
    theme: Annotated[Theme | None, Element("componentChartTheme")] = None
    contents: Annotated[list[TileText] | None, Element("dashboardComponentContents")] = None
    dynamic_values: Annotated[list[DynamicValue] | None, Element("dashboardDynamicValues")] = None
    page: str | None = None
    page_height_px: Annotated[int | None, Element("pageHeightInPixels")] = None
    scontrol: str | None = None
    scontrol_height_px: Annotated[int | None, Element("scontrolHeightInPixels")] = None

    @property
    def counts_rows(self) -> bool:
        """Whether a new tile shows how many rows there are, because no input says otherwise."""
        chosen = self.columns_from_report or self.use_report_chart or self.chart in WITHOUT_MEASURE
        return self.shows is None and self.report is not None and not chosen

    def elements(self) -> Body:
        made = super().elements()
        component = made.get(self.within, {}) if self.within else made
        aggregate = {"aggregate": component.pop("summary")} if "summary" in component else {}
        if isinstance(self.shows, str) or (aggregate and self.shows is None):
            component["chartSummary"] = [{"column": self.shows or ROWS, **aggregate}]
        if isinstance(self.grouping, str):
            component["groupingColumn"] = [self.grouping]
        return made

    @classmethod
    def definition(cls, body: Body) -> Definition:
        found = super().definition(body)
        return {**found, **_one_value(found, ("y", None)), **_one_grouping(found)}

    @classmethod
    def in_form_of(cls, declared: Definition, live: Definition) -> Definition:
        made, shows, grouping = dict(live), live.get("shows"), live.get("grouping")
        if isinstance(declared.get("shows"), str):
            made |= _one_value(live, ("x", "y", "y2", "r", None))
        elif isinstance(declared.get("shows"), list) and isinstance(shows, str):
            made["shows"] = [{"column": shows, **({"summary": live["summary"]} if "summary" in live else {})}]
        if isinstance(declared.get("grouping"), list) and isinstance(grouping, str):
            made["grouping"] = [grouping]
        return made


def _one_value(tile: Definition, axes: tuple[str | None, ...]) -> Definition:
    """What a tile shows, as a text, where it is one value along one of the axes."""
    match tile.get("shows"):
        case [{"column": str(column), **rest}] if rest.get("axis") in axes:
            return {"shows": column, **({"summary": rest["summary"]} if "summary" in rest else {})}
    return {}


def _one_grouping(tile: Definition) -> dict[str, Any]:
    grouping = tile.get("grouping")
    return {"grouping": grouping[0]} if isinstance(grouping, list) and len(grouping) == 1 else {}


class Tile(SectionTile):
    """A tile in the grid of a dashboard."""

    within = "dashboardComponent"
    identity: ClassVar[Identity] = (
        ("title", "subtitle", "report", "chart", "place.column", "place.row"),
        ("title", "subtitle", "report", "chart"),
        ("title", "subtitle", "report"),
        ("place.column", "place.row"),
    )
    fresh = {"dashboardComponent": {"autoselectColumnsFromReport": False}}

    place: Annotated[TilePlace, Element("")]


class DashboardSection(ComponentPart):
    """A column of a classic dashboard, with its tiles from top to bottom."""

    fresh = {"columnSize": "Medium"}

    size: Annotated[Literal["Narrow", "Medium", "Wide"] | None, Element("columnSize")] = None
    tiles: Annotated[list[SectionTile] | None, Element("components")] = None


class DashboardFilterOption(ComponentPart):
    """One choice of a filter."""

    operator: Literal[
        "equals", "notEqual", "lessThan", "greaterThan", "lessOrEqual", "greaterOrEqual", "contains", "notContain",
        "startsWith", "includes", "excludes", "between",
    ]  # fmt: skip
    values: list[str] | None = None


class DashboardFilter(ComponentPart):
    """A filter that viewers choose from; `filter_columns` of the tiles say what it applies to."""

    identity = (("name",),)

    name: str
    options: Annotated[list[DashboardFilterOption] | None, Element("dashboardFilterOptions")] = None
