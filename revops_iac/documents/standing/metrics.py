"""Metrics and dashboards: what is measured, against which benchmark, and on which page it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from revops_iac.documents import tree
from revops_iac.documents.process import Process, coverage_blocks, field_blocks, references_in
from revops_iac.documents.words import capital, number, percent, spoken
from revops_iac.model.metrics import Metric, Metrics

UNITS = {
    "ratio": "",
    "multiple": ":1",
    "minutes": " minutes",
    "days": " days",
    "money": "",
    "money_per_day": "",
    "count": "",
}


def document(process: Process) -> tree.Document | None:
    """The document, or None where the model measures nothing."""
    metrics = process.model.metrics
    if metrics is None:
        return None
    owners = [one.owner for one in metrics.metrics.values() if one.owner]
    return tree.Document(
        "metrics",
        "Metrics and dashboards",
        "Each figure with its formula, benchmark and owner, and the dashboards for marketing, sales and executives.",
        ("executives", "sales", "marketing", "admin"),
        process.words.owner(owners[0]) if owners else "",
        tuple(_blocks(process, metrics)),
        tuple(_checklist(metrics)),
    )


def _blocks(process: Process, metrics: Metrics) -> Iterator[Any]:
    yield tree.Facts(process.facts(("metrics",), [("Runs on", process.runner(metrics.runs_on), "runs_on")]))
    rows = [
        process.row(
            ("metrics", "metrics", key), one.label, one.formula, _benchmark(one), process.words.owner(one.owner)
        )
        for key, one in metrics.metrics.items()
    ]
    columns: tuple[str, ...] = ("Metric", "Formula", "Benchmark", "Owner")
    yield from tree.section("Metrics", "Metrics with formula, benchmark and owner", columns, rows)
    rows = [
        process.row(
            ("metrics", "metrics", key),
            one.label,
            capital(spoken(one.calculation)) if one.calculation else "by people",
            tree.joined([tree.Code(str(ref)) for ref in one.fields]),
            spoken(one.unit),
            one.source or "",
        )
        for key, one in metrics.metrics.items()
    ]
    title = "How each metric is computed"
    columns = ("Metric", "Calculation", "Fields, in order", "Unit", "From outside the CRMs")
    yield from tree.section(title, title, columns, rows, level=3, sparse=True)
    for key, dashboard in metrics.dashboards.items():
        yield tree.Heading(f"Dashboard: {dashboard.label}")
        if dashboard.audience:
            yield tree.Paragraph(f"For {spoken(dashboard.audience)}.")
        tiles = tuple(
            process.row(
                ("metrics", "dashboards", key, "tiles", name),
                tile.label,
                tile.shows
                or (f"the metric {metrics.metrics[tile.metric].label}" if tile.metric in metrics.metrics else ""),
                {"open": "open deals", "won": "won deals", None: ""}[tile.deals],
                ", ".join(process.words.fields(tile.by)),
                tree.joined([tree.Code(str(ref)) for ref in tile.fields]),
            )
            for name, tile in dashboard.tiles.items()
        )
        columns = ("Tile", "Shows", "Counts", "Broken down by", "Fields")
        yield tree.Table(f"Tiles of the dashboard {dashboard.label}", columns, tiles).without_empty_columns()
    yield from coverage_blocks(process, "metrics")
    yield from field_blocks(process, references_in(metrics))


def _benchmark(metric: Metric) -> str:
    benchmark = metric.benchmark
    if benchmark is None:
        return ""
    ends = [_amount(metric, end) for end in (benchmark.low, benchmark.high)]
    if all(ends):
        reach = f"{ends[0]} to {ends[1]}"
    else:
        reach = f"at least {ends[0]}" if ends[0] else f"at most {ends[1]}" if ends[1] else ""
    return "; ".join(dict.fromkeys(filter(None, (reach, benchmark.note))))


def _amount(metric: Metric, value: float | None) -> str:
    if value is None:
        return ""
    return percent(value) if metric.unit == "ratio" else f"{number(value)}{UNITS[metric.unit]}"


def _checklist(metrics: Metrics) -> Iterator[tree.Item]:
    yield tree.Item(
        "Metrics with formula and owner", ", ".join(one.label for one in metrics.metrics.values() if not one.owner)
    )
    yield tree.Item(
        "Benchmarks",
        ", ".join(one.label for one in metrics.metrics.values() if not one.benchmark) if metrics.metrics else "none",
    )
    for name in ("marketing", "sales", "executive"):
        known = any(name in f"{key} {one.label}".lower() for key, one in metrics.dashboards.items())
        yield tree.Item(f"Dashboard: {name}", "" if known else "none")
