"""Metrics: what is measured, against which benchmark, and on which dashboard it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from revops_iac.model.entry import Entry, FieldReference, Key, MetricKey, OwnerKey, System, VendorEntry

DAYS = frozenset({"date", "datetime"})
MONEY = frozenset({"currency"})

Calculation = Literal["conversion", "elapsed_time", "win_rate", "pipeline_velocity", "lifetime_value", "arrivals"]
CALCULATION_FIELDS: Mapping[Calculation, Sequence[tuple[str, frozenset[str]]]] = {
    "conversion": (("the date of the earlier stage", DAYS), ("the date of the later stage", DAYS)),
    "elapsed_time": (("the start", DAYS), ("the end", DAYS)),
    "win_rate": (("the stage", frozenset({"picklist"})), ("the close date", DAYS)),
    "pipeline_velocity": (("the value", MONEY), ("the creation date", DAYS), ("the close date", DAYS)),
    "lifetime_value": (("the value of a year", MONEY), ("the years of the contract", frozenset({"number"}))),
    "arrivals": (("the date of arrival", DAYS),),
}
"""What the first fields of a metric stand for, in their order, and the types that they may have."""
Unit = Literal["ratio", "multiple", "money", "money_per_day", "minutes", "days", "count"]


class Benchmark(Entry):
    """The range to compare with, in the metric's unit; `note` where the range depends on something."""

    low: float | None = None
    """The lower end of the usual range."""
    high: float | None = None
    """The upper end of the usual range."""
    note: str | None = None
    """What the range depends on."""


class Metric(VendorEntry):
    """One figure: its formula, the fields and dates it is computed from, and who answers for it."""

    label: str
    """The name that people read."""
    formula: str
    """How it is computed, in words."""
    unit: Unit
    """The unit of the figure."""
    benchmark: Benchmark | None = None
    """The range to compare with."""
    calculation: Calculation | None = None
    """How a CRM computes it from `fields`, whose order then has a meaning; absent: people compute it."""
    fields: list[FieldReference] = []
    """The fields and dates that it is computed from."""
    owner: OwnerKey | None = None
    """The person or team that answers for it."""
    source: str | None = None
    """Where a figure comes from that no CRM holds, such as spend."""


class Tile(VendorEntry):
    """One tile of a dashboard: a metric of the model, or a figure described in `shows`."""

    label: str
    """The name that people read."""
    metric: MetricKey | None = None
    """The metric that it shows."""
    shows: str | None = None
    """What it shows, in words, where it is no metric of the model."""
    deals: Literal["open", "won"] | None = None
    """Which deals it counts; absent: all."""
    by: list[FieldReference] = []
    """What it is broken down by."""
    fields: list[FieldReference] = []
    """The fields that it reads."""


class Dashboard(VendorEntry):
    """A page of tiles for an audience."""

    label: str
    """The name that people read."""
    audience: str | None = None
    """Who reads it."""
    tiles: dict[Key, Tile] = {}
    """The tiles by key, in order."""


class Metrics(Entry):
    """The metrics and the dashboards."""

    runs_on: System | None = None
    """The CRM on which it runs. Default: the source of truth."""
    metrics: dict[Key, Metric] = {}
    """The metrics by key."""
    dashboards: dict[Key, Dashboard] = {}
    """The dashboards by key."""
