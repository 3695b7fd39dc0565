"""Dashboards: the tiles of the model, two in a row, each on the report of its metric or on one of its own."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.model.metrics import Dashboard, Tile
from revops_iac.provider.declaration import Declaration
from revops_salesforce.compiler.metrics.figures import FORMULA
from revops_salesforce.compiler.metrics.reports import folder, report_path, shown, titled
from revops_salesforce.compiler.metrics.sources import Source, entry_name, metric_reports, running, tile_reports
from revops_salesforce.compiler.terms.compilation import Compilation, derived
from revops_salesforce.inputs import DashboardInputs
from revops_salesforce.inputs import Tile as InputTile
from revops_salesforce.reports.tiles import GRID_COLUMNS, MAX_FOOTER, ROWS

IN_A_ROW = 2
HEIGHT = 8


def dashboards(compilation: Compilation) -> Iterator[Declaration]:
    """One per dashboard of the model that has a tile to show."""
    topic = running(compilation)
    of_metrics = {one.key: one for one in metric_reports(compilation)}
    of_tiles = {one.origin: one for one in tile_reports(compilation)}
    for key, dashboard in (topic.dashboards if topic else {}).items():
        tiles: list[InputTile] = []
        for tile_key, tile in dashboard.tiles.items():
            if tile.metric is not None:
                source = of_metrics.get(tile.metric)
            else:
                source = of_tiles.get(("metrics", "dashboards", key, "tiles", tile_key))
            if source is not None:
                tiles.append(_tile(compilation, tile, source, len(tiles)))
        if tiles:
            yield _declared(compilation, key, dashboard, tiles)


def _declared(compilation: Compilation, key: str, dashboard: Dashboard, tiles: list[InputTile]) -> Declaration:
    inputs: DashboardInputs = {
        "folder": folder(compilation),
        "name": entry_name(compilation, key, dashboard),
        "label": dashboard.label,
        "description": f"For {dashboard.audience}." if dashboard.audience else None,
        "tiles": tiles,
    }
    return derived(
        "Dashboard", key, ("metrics", "dashboards", key), inputs, tuple(dashboard.was), adopt=dashboard.adopt
    )


def _tile(compilation: Compilation, tile: Tile, source: Source, number: int) -> InputTile:
    figure, width = source.figure, GRID_COLUMNS // IN_A_ROW
    made: InputTile = {
        "title": titled(tile.label, source),
        "report": report_path(compilation, source.name),
        "chart": "Metric",
        "footer": shown(source)[:MAX_FOOTER],
        "place": {
            "column": number % IN_A_ROW * width,
            "row": number // IN_A_ROW * HEIGHT,
            "width": width,
            "height": HEIGHT,
        },
    }
    if figure.formula:
        return {**made, "shows": FORMULA}
    made |= {"shows": figure.amount or ROWS, "chart": "Column", "grouping": figure.grouping}
    if figure.by == "Day":
        made["chart"] = "Funnel" if str(figure.grouping).endswith("$StageName") else "Donut"
    return {**made, "summary": "Sum"} if figure.amount else made
