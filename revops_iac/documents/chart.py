"""Bars as self-contained SVG."""

from __future__ import annotations

import re
from collections.abc import Iterator

from revops_iac.documents.graph import INK, TONES, xml_text
from revops_iac.documents.graph_layout import text_width, wrapped
from revops_iac.documents.tree import Bar, Chart

ROW, LABEL_MOST, BARS, VALUE = 26.0, 230.0, 260.0, 52.0


def chart_svg(chart: Chart) -> str:
    """One `<svg>` element with a bar, its label and its value per line; values below zero point to the left."""
    return "\n".join(_lines(chart))


def _lines(chart: Chart) -> Iterator[str]:
    name = re.sub(r"[^a-z0-9]+", "-", chart.name.lower())
    labels = [wrapped(bar.label, LABEL_MOST)[0] for bar in chart.bars]
    left = max((text_width(label) for label in labels), default=0.0) + 12
    low = min(0.0, *(bar.value for bar in chart.bars), 0.0)
    high = max(0.0, *(bar.value for bar in chart.bars), 0.0)
    scale = BARS / ((high - low) or 1)
    zero = left + VALUE - low * scale
    width, height = left + BARS + 2 * VALUE, ROW * len(chart.bars) + 12
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-labelledby="{name}-title {name}-text" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" '
        'font-family="system-ui, sans-serif" font-size="14">'
    )
    yield f'<title id="{name}-title">{xml_text(chart.title)}</title>'
    yield f'<desc id="{name}-text">{xml_text(_said(chart))}</desc>'
    for at, (bar, label) in enumerate(zip(chart.bars, labels, strict=True)):
        yield from _bar(bar, label, left, zero, scale, 6 + at * ROW)
    yield f'<path class="edge" d="M{zero:.1f} 2V{height - 2:.1f}" stroke="#5a6475" fill="none"/>'
    yield "</svg>"


def _bar(bar: Bar, label: str, left: float, zero: float, scale: float, y: float) -> Iterator[str]:
    fill, line = TONES["good" if bar.value >= 0 else "bad"]
    length = abs(bar.value) * scale
    start = zero if bar.value >= 0 else zero - length
    before = f'x="{left - 6:.1f}" y="{y + 16:.1f}" text-anchor="end"'
    yield f'<text class="ink" {before} fill="{INK}">{xml_text(label)}</text>'
    tone = "good" if bar.value >= 0 else "bad"
    size = f'x="{start:.1f}" y="{y + 3:.1f}" width="{length:.1f}" height="{ROW - 8:.1f}"'
    yield f'<rect class="node {tone}" {size} fill="{fill}" stroke="{line}"/>'
    end, anchor = (zero + length + 6, "start") if bar.value >= 0 else (zero - length - 6, "end")
    yield f'<text class="ink" x="{end:.1f}" y="{y + 16:.1f}" text-anchor="{anchor}" fill="{INK}">{bar.value:g}</text>'


def _said(chart: Chart) -> str:
    return f"{chart.alternative} {'; '.join(f'{bar.label} {bar.value:g}' for bar in chart.bars)}."
