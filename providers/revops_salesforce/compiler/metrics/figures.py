"""What a metric or a tile is on Salesforce: which records it is read from, and how.

The model names the calculation of a metric, and thereby what its fields stand for. What the org cannot compute from its
records is left to people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from revops_iac.model import Model
from revops_iac.model.condition import FieldRef
from revops_iac.model.metrics import DAYS, Calculation, Metric, Tile
from revops_salesforce.compiler.terms.names import field_name
from revops_salesforce.inputs import ReportFilter
from revops_salesforce.reports.columns import column

SEEN_FROM = {"contact": "Lead", "lead": "Lead", "company": "Account", "deal": "Opportunity"}
"""The object that a figure is counted on: a person's way through the funnel stays on the lead when it is converted."""
MINUTES_PER_DAY = 1440
Interval = Literal["Day", "Month", "Quarter"]
FORMULA = "FORMULA1"
MAX_GROUPINGS = 3  # of a summary report [K]
SUMMED = "{summed}"
"""Stands in a summary formula for the column that is summed up."""


@dataclass(frozen=True)
class Summed:
    """A formula field whose values a report adds up: 1 for each record that counts, days, minutes or money."""

    formula: str
    type: Literal["Number", "Currency"] = "Number"
    precision: int = 18
    scale: int = 0


@dataclass(frozen=True)
class Computed:
    """A value per group, computed from its aggregates; `SUMMED` in the formula is the field that is made for it."""

    formula: str
    type: Literal["number", "percent", "currency"] = "number"
    scale: int = 0


@dataclass(frozen=True)
class Figure:
    """A report in the making: `says` is what it shows, in words."""

    vendor_object: str
    says: str
    grouping: str | None = None
    by: Interval = "Day"
    further: Sequence[str] = ()
    """What each group is divided by again."""
    filters: Sequence[ReportFilter] = ()
    filter_logic: str | None = None
    formula: Computed | None = None
    summed: Summed | None = None
    amount: str | None = None
    """The column whose sum is shown, where there is no formula."""
    columns: Sequence[str] = ()
    """More columns of the rows."""
    details: bool = False
    uses: Sequence[str] = field(default=())
    """Columns that only the formula names."""

    @property
    def all_columns(self) -> list[str]:
        """Every column that the report type must have."""
        named = [
            self.grouping,
            *self.further,
            *(one["field"] for one in self.filters),
            self.amount,
            *self.columns,
            *self.uses,
        ]
        return list(dict.fromkeys(one for one in named if one))


def blank(name: str) -> ReportFilter:
    """Only records where the column is empty."""
    return {"field": name, "operator": "equals", "value": ""}


def known(name: str) -> ReportFilter:
    """Only records where the column has a value."""
    return {"field": name, "operator": "notEqual", "value": ""}


def checked(name: str, value: bool) -> ReportFilter:
    """Only records whose checkbox has this value."""
    return {"field": name, "operator": "equals", "value": "true" if value else "false"}


class Fields:
    """The fields of a metric or tile on the one object that has all of them."""

    def __init__(self, model: Model, references: Sequence[str]) -> None:
        self.model = model
        self.references = [FieldRef(one) for one in references]
        objects = {SEEN_FROM.get(one.object) for one in self.references}
        self.vendor_object = next(iter(objects)) if len(objects) == 1 else None

    def of(self, *types: str) -> list[FieldRef]:
        """The fields of these types, in the order in which they are declared."""
        found = ((one, self.model.field(one)) for one in self.references)
        return [one for one, live in found if live is not None and live.type in types]

    @property
    def dates(self) -> list[FieldRef]:
        """Dates and moments, in order."""
        return self.of(*DAYS)

    def path(self, reference: FieldRef) -> str:
        """The field's API name on the object."""
        return field_name(self.model, reference, self.vendor_object or "")

    def column(self, reference: FieldRef) -> str:
        """The field as reports name it."""
        return column(self.vendor_object or "", self.path(reference))

    def label(self, reference: FieldRef) -> str:
        """What people call it."""
        live = self.model.field(reference)
        return live.label if live else str(reference)

    @property
    def reachable(self) -> bool:
        """Whether one object has them all as fields of its own."""
        return self.vendor_object is not None and all("." not in self.path(one) for one in self.references)


def metric_figure(model: Model, metric: Metric) -> Figure | None:
    """How the org computes a metric, or the part of it that the org holds; None where it holds nothing of it."""
    fields = Fields(model, metric.fields)
    if metric.calculation is None or not fields.reachable:
        return None
    return CALCULATIONS[metric.calculation](fields, metric)


def _conversion(fields: Fields, metric: Metric) -> Figure:
    """The share of those who began that went on, by the month in which they began."""
    start, end = fields.references[:2]
    flag = Summed(f"IF(ISBLANK({fields.path(end)}), 0, 1)")
    begun = fields.column(start)
    return Figure(
        vendor_object=str(fields.vendor_object),
        says=f"of the records with {fields.label(start)}, the share with {fields.label(end)}",
        grouping=begun,
        by="Month",
        filters=[known(begun)],
        formula=Computed(f"{SUMMED}:SUM / RowCount", "percent", 1),
        summed=flag,
    )


def _elapsed_time(fields: Fields, metric: Metric) -> Figure:
    """The average time from one moment to another, over records that have both."""
    start, end = fields.references[:2]
    times = f" * {MINUTES_PER_DAY}" if metric.unit == "minutes" else ""
    waited = Summed(f"({fields.path(end)} - {fields.path(start)}){times}", precision=16, scale=2)
    begun, done = fields.column(start), fields.column(end)
    return Figure(
        vendor_object=str(fields.vendor_object),
        says=f"the average {metric.unit} from {fields.label(start)} to {fields.label(end)}",
        grouping=begun,
        by="Month",
        filters=[known(begun), known(done)],
        formula=Computed(f"{SUMMED}:SUM / RowCount", scale=1),
        summed=waited,
    )


def _win_rate(fields: Fields, metric: Metric) -> Figure:
    """Won deals among all deals, by the month of their close date."""
    won, closing = column("Opportunity", "IsWon"), column("Opportunity", "CloseDate")
    return Figure(
        vendor_object="Opportunity",
        says="won deals among all deals, by close date",
        grouping=closing,
        by="Month",
        formula=Computed(f"{won}:SUM / RowCount", "percent", 1),
        uses=[won],
    )


def _pipeline_velocity(fields: Fields, metric: Metric) -> Figure:
    """Open deals x average value x win rate / average days of the closed ones."""
    value, created, closed = fields.references[:3]
    live = fields.model.field(created)
    day = f"DATEVALUE({fields.path(created)})" if live and live.type == "datetime" else fields.path(created)
    days = f"IF(IsClosed, {fields.path(closed)} - {day}, 0)"
    won, done = column("Opportunity", "IsWon"), column("Opportunity", "IsClosed")
    each = f"({fields.column(value)}:SUM / RowCount)"
    rate = f"({won}:SUM / RowCount)"
    text = f"IF({SUMMED}:SUM = 0, 0, (RowCount - {done}:SUM) * {each} * {rate} * {done}:SUM / {SUMMED}:SUM)"
    return Figure(
        vendor_object="Opportunity",
        says=f"open deals x average {fields.label(value)} x won share / average days to close",
        grouping=fields.column(created),
        by="Quarter",
        formula=Computed(text, "currency"),
        summed=Summed(days),
        uses=[won, done, fields.column(value)],
    )


def _lifetime_value(fields: Fields, metric: Metric) -> Figure:
    """What a won deal brings over the years of its contract, on average."""
    value, years = fields.references[:2]
    return Figure(
        vendor_object="Opportunity",
        says=f"average {fields.label(value)} x {fields.label(years)} of won deals",
        grouping=column("Opportunity", "CloseDate"),
        by="Quarter",
        filters=[checked(column("Opportunity", "IsWon"), True)],
        formula=Computed(f"{SUMMED}:SUM / RowCount", "currency"),
        summed=Summed(f"{fields.path(value)} * {fields.path(years)}", "Currency", scale=2),
    )


def _arrivals(fields: Fields, metric: Metric) -> Figure:
    """How many companies arrived, for people; how many records, for everything else."""
    when = fields.references[0]
    if when.object != "contact":
        return _count(fields, when)
    people = Fields(fields.model, [when])
    people.vendor_object = "Contact"
    arrived, company = people.column(when), column("Contact", "Account")
    return Figure(
        vendor_object="Contact",
        says=f"companies with a contact that has {fields.label(when)}",
        grouping=arrived,
        by="Quarter",
        filters=[known(arrived)],
        formula=Computed(f"{company}:UNIQUE"),
        uses=[company],
    )


def _count(fields: Fields, when: FieldRef) -> Figure:
    shown = fields.column(when)
    return Figure(
        vendor_object=str(fields.vendor_object),
        says=f"records per month of {fields.label(when)}",
        grouping=shown,
        by="Month",
        filters=[known(shown)],
    )


CALCULATIONS: Mapping[Calculation, Callable[[Fields, Metric], Figure]] = {
    "conversion": _conversion,
    "elapsed_time": _elapsed_time,
    "win_rate": _win_rate,
    "pipeline_velocity": _pipeline_velocity,
    "lifetime_value": _lifetime_value,
    "arrivals": _arrivals,
}


def tile_figure(model: Model, tile: Tile) -> Figure | None:
    """How the org computes a tile that shows no metric: a count or a sum, over time or by what the tile names."""
    fields = Fields(model, [*tile.by, *tile.fields])
    if not fields.references or not fields.reachable:
        return None
    filters = [checked(column("Opportunity", "IsClosed"), False)] if tile.deals == "open" else []
    filters += [checked(column("Opportunity", "IsWon"), True)] if tile.deals == "won" else []
    kind = f"{tile.deals} deals" if tile.deals else "records"
    money = next(iter(fields.of("currency")), None)
    dates = [one for one in fields.dates if str(one) in tile.fields]
    further: list[str] = []
    if tile.by:
        groups = [FieldRef(one) for one in tile.by[:MAX_GROUPINGS]]
        along, *further = (fields.column(one) for one in groups)
        words = f"by {' and '.join(fields.label(one) for one in groups)}"
        reached = [one for one in dates if one.object != "deal"]
        filters += [known(fields.column(one)) for one in reached]
        kind += "".join(f" with {fields.label(one)}" for one in reached)
    elif dates:
        along, words = fields.column(dates[0]), f"per month of {fields.label(dates[0])}"
        filters += [known(along)]
    else:
        return None
    what = f"{fields.label(money)} of {kind}" if money else f"number of {kind}"
    return Figure(
        vendor_object=str(fields.vendor_object),
        says=f"{what} {words}",
        grouping=along,
        by="Day" if tile.by else "Month",
        further=further,
        filters=filters,
        amount=fields.column(money) if money else None,
    )
