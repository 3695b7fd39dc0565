"""What a report consists of, as inputs: columns, groupings, filters, formulas, buckets, a chart, and blocks.

https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_report.htm
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from revops_iac.provider.inputs import Part
from revops_salesforce.metadata.parts import ComponentPart, Element

Format = Literal["Tabular", "Summary", "Matrix", "MultiBlock"]
Granularity = Literal[
    "Day", "Week", "Month", "Quarter", "Year", "FiscalWeek", "FiscalPeriod", "FiscalQuarter", "FiscalYear",
    "MonthInYear", "DayInMonth", "None",
]  # fmt: skip
Operator = Literal[
    "equals", "notEqual", "lessThan", "greaterThan", "lessOrEqual", "greaterOrEqual", "contains", "notContain",
    "startsWith", "includes", "excludes", "within",
]  # fmt: skip
Summary = Literal["Sum", "Average", "Maximum", "Minimum", "Median", "Unique", "None", "Noop"]
SortOrder = Literal["Asc", "Desc"]
SINCE_EVER = "INTERVAL_CUSTOM"
MAX_LABEL, MAX_TEXT = 40, 255  # as limits.csv has them


class Column(ComponentPart):
    """A column of the detail rows, and its aggregates per group."""

    identity = (("field",),)

    field: str
    """The name in the report type: `Lead$Status`."""
    summaries: Annotated[list[Summary] | None, Element("aggregateTypes")] = None
    reverse_colors: bool | None = None
    show_changes: bool | None = None
    """For reports on trends: the change since the snapshot."""


class Grouping(ComponentPart):
    """A grouping of the rows."""

    identity = (("field",),)
    unset = {"by": "Day", "order": "Asc"}
    fresh = {"dateGranularity": "Day", "sortOrder": "Asc"}

    field: str
    by: Annotated[Granularity | None, Element("dateGranularity")] = None
    """For dates; default: `Day`. Other fields have `Day` too, without effect [K]."""
    order: Annotated[SortOrder | None, Element("sortOrder")] = None
    """Default: `Asc`."""
    sort_type: Literal["Column", "Aggregate", "CustomSummaryFormula"] | None = None
    """What the groups are sorted by; default: their own values."""
    sort_by: Annotated[str | None, Element("sortByName")] = None
    """The column, `RowCount` or summary formula behind `sort_type`."""
    aggregate: Annotated[
        Literal["Sum", "Average", "Maximum", "Minimum", "Unique", "RowCount", "Noop", "Median"] | None,
        Element("aggregateType"),
    ] = None
    """How the column behind `sort_by` is aggregated."""


class ReportFilter(ComponentPart):
    """A condition that rows must meet; the value is a string as in the report builder."""

    identity = (("field", "operator", "value"), ("field", "operator"), ("field",))
    always = frozenset({"value"})

    field: Annotated[str, Element("column")]
    operator: Operator
    value: str | None = None
    """Default: blank. Separate several values with commas [K]."""
    unlocked: Annotated[bool | None, Element("isUnlocked")] = None
    """Whether people can change the value when they run the report."""
    column_to_column: bool | None = None
    """Whether the value is the name of another field to compare with."""
    snapshot: str | None = None


class ReportPeriod(ComponentPart):
    """The range of dates that rows must be in."""

    unset = {"interval": SINCE_EVER}
    fresh = {"interval": SINCE_EVER}

    field: Annotated[str, Element("dateColumn")]
    interval: str | None = None
    """`INTERVAL_CURY`, `INTERVAL_LAST90`; default: between the two dates."""
    start: Annotated[str | None, Element("startDate")] = None
    end: Annotated[str | None, Element("endDate")] = None


class SummaryFormula(ComponentPart):
    """A value per group, computed from its aggregates."""

    identity = (("name",),)
    unset = {"type": "number", "scale": 2, "active": True}
    fresh = {"datatype": "number", "scale": 2, "isActive": True, "isCrossBlock": False}

    name: Annotated[str, Element("developerName")]
    """`FORMULA1`."""
    label: Annotated[str, Element("masterLabel")]
    formula: Annotated[str, Element("calculatedFormula")]
    """`Lead$Reached__c:SUM / RowCount`."""
    type: Annotated[Literal["number", "percent", "currency"] | None, Element("datatype")] = None
    """Default: `number`."""
    scale: int | None = None
    description: str | None = None
    active: Annotated[bool | None, Element("isActive")] = None
    """Whether the report shows it; default for a new one: true."""
    down_context: Annotated[str | None, Element("downGroupingContext")] = None
    """The grouping down at which it is shown, or `GRAND_SUMMARY`; default: at all of them."""
    across_context: Annotated[str | None, Element("acrossGroupingContext")] = None
    cross_block: Annotated[bool | None, Element("isCrossBlock")] = None
    """Whether it computes over the blocks of a joined report."""
    report_type: str | None = None
    """The type of the block that it belongs to, in a joined report."""


class RowFormula(ComponentPart):
    """A value per row, computed from its fields."""

    identity = (("name",),)

    name: Annotated[str, Element("developerName")]
    """`CDF1`."""
    label: str
    formula: Annotated[str, Element("calculatedFormula")]
    type: Annotated[str, Element("dataType")]
    """`Double`, `Text`, `DateOnly`."""
    scale: int
    description: str | None = None


class AggregateFilter(ComponentPart):
    """A condition that groups must meet."""

    identity = (("aggregate", "operator"), ("aggregate",))

    aggregate: str
    """The aggregate that is compared: `s!Opportunity$Amount`, `RowCount`."""
    operator: str
    value: str


class BucketSource(ComponentPart):
    """What falls into a bucket: a value, or a range from one number to another."""

    value: Annotated[str | None, Element("sourceValue")] = None
    start: Annotated[str | None, Element("from")] = None
    end: Annotated[str | None, Element("to")] = None


class BucketValue(ComponentPart):
    """A bucket."""

    identity = (("label",),)

    label: Annotated[str, Element("value")]
    sources: Annotated[list[BucketSource] | None, Element("sourceValues")] = None


class Bucket(ComponentPart):
    """A field that sorts the values of another into buckets."""

    identity = (("name",),)

    name: Annotated[str, Element("developerName")]
    """`BucketField_12345678`; columns and groupings name it."""
    label: Annotated[str, Element("masterLabel")]
    field: Annotated[str, Element("sourceColumnName")]
    type: Annotated[Literal["number", "picklist", "text"], Element("bucketType")]
    null_treatment: Literal["n", "z"] | None = None
    """Whether no number counts as nothing (`n`) or as zero (`z`)."""
    use_other: bool | None = None
    other_label: Annotated[str | None, Element("otherBucketLabel")] = None
    values: list[BucketValue] | None = None


class CrossFilter(ComponentPart):
    """A condition on related records: with or without any, which may have to meet filters of their own."""

    identity = (("field", "related", "join", "operation"), ("field", "related", "join"), ("related",))

    operation: Literal["with", "without"]
    field: Annotated[str, Element("primaryTableColumn")]
    """The record's id in the report type: `Account$Id`."""
    related: Annotated[str, Element("relatedTable")]
    """The related object."""
    join: Annotated[str, Element("relatedTableJoinColumn")]
    """Its lookup to the record."""
    filters: Annotated[list[ReportFilter] | None, Element("criteriaItems")] = None


class DataCategoryFilter(ComponentPart):
    """A condition on the data category of articles."""

    identity = (("group",),)

    group: Annotated[str, Element("dataCategoryGroup")]
    category: Annotated[str, Element("dataCategory")]
    operator: Literal["above", "aboveOrBelow", "at", "below"]


class ChartValue(ComponentPart):
    """What a chart shows along an axis."""

    identity = (("column",),)
    unset = {"axis": "y"}
    fresh = {"axisBinding": "y"}

    column: str
    """A column, a summary formula (`FORMULA1`) or `RowCount`."""
    summary: Annotated[Summary | None, Element("aggregate")] = None
    axis: Annotated[Literal["x", "y", "y2", "r"] | None, Element("axisBinding")] = None
    """Default for a new one: `y`."""


ChartType = Literal[
    "None", "HorizontalBar", "HorizontalBarGrouped", "HorizontalBarStacked", "HorizontalBarStackedTo100",
    "VerticalColumn", "VerticalColumnGrouped", "VerticalColumnStacked", "VerticalColumnStackedTo100",
    "VerticalColumnLine", "VerticalColumnGroupedLine", "VerticalColumnStackedLine", "Line", "LineGrouped",
    "LineCumulative", "LineCumulativeGrouped", "Pie", "Donut", "Funnel", "Scatter", "ScatterGrouped", "Bubble",
    "BubbleGrouped", "Plugin",
]  # fmt: skip
FadeDirection = Literal["Diagonal", "LeftToRight", "TopToBottom"]
Legend = Literal["Bottom", "OnChart", "Right"]


class ReportChart(ComponentPart):
    """The chart of a report."""

    fresh = {
        "backgroundColor1": "#FFFFFF",
        "backgroundColor2": "#FFFFFF",
        "backgroundFadeDir": "Diagonal",
        "enableHoverLabels": False,
        "expandOthers": True,
        "location": "CHART_TOP",
        "showAxisLabels": True,
        "showPercentage": False,
        "showTotal": False,
        "showValues": False,
        "size": "Medium",
        "summaryAxisRange": "Auto",
        "textColor": "#000000",
        "textSize": 12,
        "titleColor": "#000000",
        "titleSize": 18,
    }  # [S: what 6,121 charts of public repositories mostly have]

    type: Annotated[ChartType, Element("chartType")]
    values: Annotated[list[ChartValue] | None, Element("chartSummaries")] = None
    grouping: Annotated[str | None, Element("groupingColumn")] = None
    """The grouping along its axis."""
    second_grouping: Annotated[str | None, Element("secondaryGroupingColumn")] = None
    title: str | None = None
    location: Literal["CHART_BOTTOM", "CHART_TOP"] | None = None
    size: Literal["Huge", "Large", "Medium", "Small", "Tiny"] | None = None
    legend: Annotated[Legend | None, Element("legendPosition")] = None
    show_axis_labels: bool | None = None
    show_percentage: bool | None = None
    show_total: bool | None = None
    show_values: bool | None = None
    hover_labels: Annotated[bool | None, Element("enableHoverLabels")] = None
    expand_others: bool | None = None
    """Whether small groups are shown one by one, not as "Others"."""
    axis_range: Annotated[Literal["Auto", "Manual"] | None, Element("summaryAxisRange")] = None
    axis_start: Annotated[float | None, Element("summaryAxisManualRangeStart")] = None
    axis_end: Annotated[float | None, Element("summaryAxisManualRangeEnd")] = None
    background_start: Annotated[str | None, Element("backgroundColor1")] = None
    background_end: Annotated[str | None, Element("backgroundColor2")] = None
    background_direction: Annotated[FadeDirection | None, Element("backgroundFadeDir")] = None
    text_color: str | None = None
    text_size: int | None = None
    title_color: str | None = None
    title_size: int | None = None


class ColorRange(ComponentPart):
    """Colors for low, middle and high values of a column or formula, as Salesforce Classic shows them."""

    identity = (("column", "summary"), ("column",))

    column: Annotated[str, Element("columnName")]
    summary: Annotated[Summary | None, Element("aggregate")] = None
    low_color: str
    mid_color: str
    high_color: str
    low_breakpoint: float | None = None
    high_breakpoint: float | None = None


class FormatRange(ComponentPart):
    """The color up to a bound; the last range has none."""

    color: Annotated[str | None, Element("backgroundColor")] = None
    up_to: Annotated[float | None, Element("rangeUpperBound")] = None


class FormattingRule(ComponentPart):
    """Colors for ranges of a column or formula, as Lightning shows them."""

    identity = (("column", "summary"), ("column",))

    column: Annotated[str, Element("columnName")]
    summary: Annotated[Summary | None, Element("aggregate")] = None
    ranges: Annotated[list[FormatRange] | None, Element("values")] = None


class ReportParam(ComponentPart):
    """A further choice that some report types have: `open: all`, `co: 1`."""

    identity = (("name",),)

    name: str
    value: str


class ReportContent(Part):
    """What reports and the blocks of joined reports have in common."""

    unset: ClassVar[Mapping[str, Any]] = {"details": True}

    label: Annotated[str, Element("name")]
    report_type: str
    """`Lead_Funnel__c` for the custom report type Lead_Funnel."""
    format: Format | None = None
    """Default for a new one: `Tabular`. `MultiBlock` is a joined report."""
    description: str | None = None
    columns: list[Column] | None = None
    groupings: Annotated[list[Grouping] | None, Element("groupingsDown")] = None
    groupings_across: list[Grouping] | None = None
    filters: Annotated[list[ReportFilter] | None, Element("filter.criteriaItems")] = None
    filter_logic: Annotated[str | None, Element("filter.booleanFilter")] = None
    """`1 AND (2 OR 3)`; default: all filters."""
    filter_language: Annotated[str | None, Element("filter.language")] = None
    """The language of values that are translated: `en_US`."""
    cross_filters: list[CrossFilter] | None = None
    aggregate_filters: list[AggregateFilter] | None = None
    data_category_filters: list[DataCategoryFilter] | None = None
    period: Annotated[ReportPeriod | None, Element("timeFrameFilter")] = None
    formulas: Annotated[list[SummaryFormula] | None, Element("aggregates")] = None
    row_formulas: Annotated[list[RowFormula] | None, Element("customDetailFormulas")] = None
    buckets: list[Bucket] | None = None
    chart: ReportChart | None = None
    color_ranges: list[ColorRange] | None = None
    formatting_rules: list[FormattingRule] | None = None
    details: Annotated[bool | None, Element("showDetails")] = None
    """Whether the report shows the rows of each group; default for a new one: true."""
    show_grand_total: bool | None = None
    show_subtotals: Annotated[bool | None, Element("showSubTotals")] = None
    show_current_date: bool | None = None
    smart_totals_disabled: Annotated[bool | None, Element("isSmartTotalDisabled")] = None
    sort_column: str | None = None
    sort_order: SortOrder | None = None
    row_limit: int | None = None
    scope: str | None = None
    currency: str | None = None
    """The ISO code of the currency of its amounts."""
    division: str | None = None
    user_filter: str | None = None
    """The username whose records it shows."""
    role_hierarchy_filter: str | None = None
    territory_hierarchy_filter: str | None = None
    params: list[ReportParam] | None = None
    snapshots: Annotated[list[str] | None, Element("historicalSelector.snapshot")] = None
    """The days to compare with, in a report on trends: `N_DAYS_AGO:1`."""
    block: Annotated[str | None, Element("blockInfo.blockId")] = None
    """In a block of a joined report: the name by which formulas know it, `B1`."""
    join_table: Annotated[str | None, Element("blockInfo.joinTable")] = None
    """What the blocks of a joined report are joined by."""
    uses: Annotated[list[str] | None, Element("blockInfo.aggregateReferences", each="aggregate")] = None
    """In a block: the summary formulas of the whole report that it has a part in."""

    def texts(self) -> Iterator[str]:
        """Every text that may name fields of the report type."""
        yield from _texts(self.model_dump(exclude_unset=True))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str):
        yield value


class ReportBlock(ReportContent, ComponentPart):
    """A block of a joined report: a report of its own."""

    identity = (("block",), ("label",))
    fresh = {"format": "Tabular"}
