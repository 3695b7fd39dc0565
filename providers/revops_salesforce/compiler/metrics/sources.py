"""Which reports a model asks for: one per metric, and one per tile that shows no metric."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from revops_iac.model.entry import VendorEntry
from revops_iac.model.metrics import Dashboard, Metrics, Tile
from revops_iac.provider.declaration import Path
from revops_salesforce.compiler.metrics.figures import Figure, metric_figure, tile_figure
from revops_salesforce.compiler.terms.compilation import Compilation, derived_name, first_key
from revops_salesforce.compiler.terms.names import developer_name
from revops_salesforce.compiler.terms.scoring import runs_here

DIVIDED = " / "
"""Stands in what a tile shows where it is one figure divided by another: counts and sums are only a part of it."""


@dataclass(frozen=True)
class Source:
    """A report and the entry it comes from. Its name rests on the earliest keys, so that a rename changes nothing."""

    key: str
    pulumi_name: str
    was: tuple[str, ...]
    """Earlier Pulumi names."""
    entry: VendorEntry | None
    origin: Path
    name: str
    label: str
    about: str
    """What people should know beside what is shown: the formula, the benchmark."""
    figure: Figure
    by_hand: str = ""
    """The figure itself, where the org holds only a part of it."""

    def summed_name(self, compilation: Compilation) -> str:
        """The API name of the field that is made for the report to sum up."""
        key = first_key(self.key, self.entry) if self.entry is not None else self.key
        return f"{compilation.prefix}{derived_name('metric', key)}__c"


def running(compilation: Compilation) -> Metrics | None:
    """The topic, where its reports run on Salesforce."""
    metrics = compilation.model.metrics
    return metrics if metrics is not None and runs_here(compilation.model, metrics.runs_on) else None


def metric_reports(compilation: Compilation) -> Iterator[Source]:
    """One report per metric of which the org holds something."""
    metrics = running(compilation)
    for key, metric in (metrics.metrics if metrics else {}).items():
        figure = metric_figure(compilation.model, metric)
        if figure is None:
            continue
        marks = metric.benchmark
        known = [str(one) for one in (marks.low, marks.high) if one is not None] if marks else []
        benchmark = (marks.note or " to ".join(known)) if marks else ""
        about = [f"{metric.formula}.", f"Benchmark: {benchmark}." if benchmark else ""]
        by_hand = f"{metric.formula}; {metric.source}" if metric.source else ""
        yield Source(
            key, f"metrics.{key}", tuple(f"metrics.{old}" for old in metric.was), metric, ("metrics", "metrics", key),
            entry_name(compilation, key, metric), metric.label, " ".join(part for part in about if part), figure,
            by_hand,
        )  # fmt: skip


def tile_reports(compilation: Compilation) -> Iterator[Source]:
    """One report per tile that shows no metric."""
    metrics = running(compilation)
    for key, dashboard in (metrics.dashboards if metrics else {}).items():
        for tile_key, tile in dashboard.tiles.items():
            figure = None if tile.metric else tile_figure(compilation.model, tile)
            if figure is None:
                continue
            by_hand = tile.shows if tile.shows and DIVIDED in tile.shows else ""
            yield Source(
                tile_key, f"{key}.{tile_key}", tuple(_earlier(key, dashboard, tile_key, tile)), tile,
                ("metrics", "dashboards", key, "tiles", tile_key),
                tile_name(compilation, key, dashboard, tile_key, tile), f"{dashboard.label}: {tile.label}",
                f"{tile.shows}." if tile.shows else "", figure, by_hand,
            )  # fmt: skip


def entry_name(compilation: Compilation, key: str, entry: VendorEntry) -> str:
    """The developer name of what an entry becomes: of its earliest key, or what the author pinned."""
    return developer_name(compilation.model, first_key(key, entry), entry)


def _earlier(key: str, dashboard: Dashboard, tile_key: str, tile: Tile) -> Iterator[str]:
    """Every name that the tile's report may have had, as tile and dashboard were called."""
    for board in (key, *dashboard.was):
        for own in (tile_key, *tile.was):
            if (board, own) != (key, tile_key):
                yield f"{board}.{own}"


def tile_name(compilation: Compilation, key: str, dashboard: Dashboard, tile_key: str, tile: Tile) -> str:
    """The developer name of a tile's report: that of the dashboard and its own, or what the author pinned."""
    given = tile.vendor_name_on("salesforce")
    own = derived_name(first_key(key, dashboard), first_key(tile_key, tile))
    return given or f"{compilation.prefix}{own}"
