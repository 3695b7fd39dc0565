"""One description of a picture of nodes and edges, as Mermaid text and as SVG.

Mermaid is what GitHub draws in Markdown (https://mermaid.js.org/syntax/flowchart.html); the SVG needs nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal
from xml.sax.saxutils import quoteattr

from revops_iac.diagnostics import escaped
from revops_iac.documents.graph_layout import LINE_HEIGHT, Box, Layout, Point, lay_out

Shape = Literal["box", "round", "decision"]
Tone = Literal["plain", "good", "warning", "bad", "quiet"]

TONES: dict[Tone, tuple[str, str]] = {
    "plain": ("#eef3fb", "#3b5b8c"),
    "good": ("#e6f4ea", "#2c6e45"),
    "warning": ("#fff4d6", "#8a6100"),
    "bad": ("#fde8e6", "#a3322a"),
    "quiet": ("#f3f3f3", "#6b6b6b"),
}
"""Fill and line of each tone; ink on the fill has a contrast of at least 7."""
INK = "#1c2430"
SHAPES: dict[Shape, tuple[str, str]] = {"box": ("[", "]"), "round": ("([", "])"), "decision": ("{{", "}}")}
MERMAID_EDGES = 500
MERMAID_CHARACTERS = 50_000
"""Mermaid draws nothing beyond these [D: https://mermaid.js.org/config/schema-docs/config.html]."""


@dataclass(frozen=True)
class Node:
    """A thing in a picture: a box, a round state, or a decision."""

    id: str
    label: str
    shape: Shape = "box"
    tone: Tone = "plain"


@dataclass(frozen=True)
class Edge:
    """An arrow between two nodes, by their ids."""

    source: str
    target: str
    label: str = ""
    dashed: bool = False


@dataclass(frozen=True)
class Graph:
    """A picture: its name (unique on a page), its title, what it shows in words, and what is in it."""

    name: str
    title: str
    alternative: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = field(default=())

    def __post_init__(self) -> None:
        known = {node.id for node in self.nodes}
        unknown = {end for edge in self.edges for end in (edge.source, edge.target)} - known
        if unknown:
            raise ValueError(f"edges of {self.name} name unknown nodes: {sorted(unknown)}")


# --- Mermaid ------------------------------------------------------------------------------------------------------


def mermaid(graph: Graph) -> str:
    """The text of a Mermaid flowchart, without the fence around it.

    >>> nodes = (Node("a", "A"), Node("b", "B?", "decision"))
    >>> print(mermaid(Graph("g", "Two", "A leads to B.", nodes, (Edge("a", "b", "yes"),))))
    flowchart TD
        accTitle: Two
        accDescr: A leads to B.
        n1["A"]:::plain
        n2{{"B?"}}:::plain
        n1 -->|"yes"| n2
        classDef plain fill:#eef3fb,stroke:#3b5b8c,color:#1c2430
    """
    return "\n".join(_mermaid_lines(graph))


def fits_mermaid(graph: Graph) -> bool:
    """Whether Mermaid draws it: it refuses more than 500 edges or 50,000 characters."""
    return len(graph.edges) < MERMAID_EDGES and len(mermaid(graph)) < MERMAID_CHARACTERS


def _mermaid_lines(graph: Graph) -> Iterator[str]:
    names = {node.id: f"n{number}" for number, node in enumerate(graph.nodes, 1)}
    yield "flowchart TD"
    yield f"    accTitle: {_plain_words(graph.title)}"
    yield f"    accDescr: {_plain_words(graph.alternative)}"
    for node in graph.nodes:
        opening, closing = SHAPES[node.shape]
        yield f"    {names[node.id]}{opening}{_mermaid_label(node.label)}{closing}:::{node.tone}"
    for edge in graph.edges:
        arrow = "-.->" if edge.dashed else "-->"
        label = f"|{_mermaid_label(edge.label)}|" if edge.label else ""
        yield f"    {names[edge.source]} {arrow}{label} {names[edge.target]}"
    for tone in dict.fromkeys(node.tone for node in graph.nodes):
        fill, line = TONES[tone]
        yield f"    classDef {tone} fill:{fill},stroke:{line},color:{INK}"


LIST_MARK = re.compile(r"^(\d+)[.)](?=\s)|^([-+])(?=\s)")
"""What begins a Markdown list, which Mermaid refuses to draw in a label."""


def _mermaid_label(text: str) -> str:
    """A quoted label: lines stay lines, and every character that Mermaid or Markdown may read is an entity."""
    return '"' + "<br/>".join(_entities(line) for line in text.splitlines() or [""]) + '"'


def _entities(line: str) -> str:
    shown = re.sub(r"[^\w\s,.:()/+=?≥≤·–€£-]|_", lambda found: f"#{ord(found.group())};", escaped(line).strip())
    return LIST_MARK.sub(lambda found: "".join(f"#{ord(mark)};" for mark in found.group()), shown) or " "


def _plain_words(text: str) -> str:
    """A line for screen readers; Mermaid decodes no entities there."""
    spoken = escaped(text).replace("%", " percent").replace(";", ",")
    return " ".join(re.sub(r"[^\w\s,.:()/+=?-]", " ", spoken).split())


# --- SVG ----------------------------------------------------------------------------------------------------------


def svg(graph: Graph) -> str:
    """One `<svg>` element that needs nothing else: real text, a title and a description for screen readers.

    Colors are attributes, so that a page may restyle `.node`, `.edge` and the tones, for instance in the dark.
    """
    layout = lay_out(
        [(node.id, node.label, node.shape == "decision") for node in graph.nodes],
        [(edge.source, edge.target, edge.label) for edge in graph.edges],
    )
    return "\n".join(_svg_lines(graph, layout))


def _svg_lines(graph: Graph, layout: Layout) -> Iterator[str]:
    name = re.sub(r"[^a-z0-9]+", "-", graph.name.lower())
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" role="img" aria-labelledby="{name}-title {name}-text" '
        f'viewBox="0 0 {layout.width:.0f} {layout.height:.0f}" width="{layout.width:.0f}" '
        f'height="{layout.height:.0f}" font-family="system-ui, sans-serif" font-size="14">'
    )
    yield f'<title id="{name}-title">{xml_text(graph.title)}</title>'
    yield f'<desc id="{name}-text">{xml_text(graph.alternative)}</desc>'
    yield (
        f'<defs><marker id="{name}-arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
        'orient="auto-start-reverse"><path class="head" d="M0 0 10 5 0 10z" fill="#5a6475"/></marker></defs>'
    )
    for edge, line in zip(graph.edges, layout.lines, strict=True):
        dashes = ' stroke-dasharray="5 4"' if edge.dashed else ""
        way = "".join(map(_path, line.parts))
        yield (
            f'<path class="edge" d="{way}" fill="none" stroke="#5a6475" stroke-width="1.4"{dashes} '
            f'marker-end="url(#{name}-arrow)"/>'
        )
    for node in graph.nodes:
        yield from _svg_node(node, layout.boxes[node.id])
    for line in layout.lines:
        if line.label is not None:
            yield from _text(line.label, "label", "#3a4250", 12.5)
    yield "</svg>"


def _svg_node(node: Node, box: Box) -> Iterator[str]:
    fill, line = TONES[node.tone]
    style = f'class="node {node.tone}" fill="{fill}" stroke="{line}" stroke-width="1.2"'
    left, top, width, height = box.left, box.top, box.width, box.height
    if node.shape == "decision":
        cut = min(16.0, height / 2)
        corners = [
            (left + cut, top),
            (left + width - cut, top),
            (left + width, box.y),
            (left + width - cut, top + height),
            (left + cut, top + height),
            (left, box.y),
        ]
        yield f'<polygon {style} points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in corners)}"/>'
    else:
        radius = height / 2 if node.shape == "round" else 5
        size = f'x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{min(radius, 22):.1f}"'
        yield f"<rect {style} {size}/>"
    yield from _text(box, "ink", INK, 14)


def _text(box: Box, kind: str, ink: str, size: float) -> Iterator[str]:
    """The lines of a box, each an element of its own so that it can be selected and found."""
    first = box.y - (len(box.lines) - 1) * LINE_HEIGHT / 2 + 5
    for number, line in enumerate(box.lines):
        place = f'x="{box.x:.1f}" y="{first + number * LINE_HEIGHT:.1f}" font-size="{size}"'
        yield f'<text class="{kind}" {place} text-anchor="middle" fill="{ink}">{xml_text(line)}</text>'


def _path(points: list[Point]) -> str:
    """A smooth line that leaves and arrives vertically."""
    (x, y), *rest = points
    parts = [f"M{x:.1f} {y:.1f}"]
    for to_x, to_y in rest:
        middle = (y + to_y) / 2
        straight = abs(to_x - x) < 0.5
        curve = f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}"
        parts.append(f"L{to_x:.1f} {to_y:.1f}" if straight else curve)
        x, y = to_x, to_y
    return "".join(parts)


def xml_text(text: str) -> str:
    """A text as XML content or attribute: escaped, and without what XML 1.0 forbids.

    >>> xml_text('<b> & "c"')
    '&lt;b&gt; &amp; &quot;c&quot;'
    """
    return quoteattr(escaped(text), {"'": "&#39;", '"': "&quot;"})[1:-1].replace("\ufffe", "").replace("\uffff", "")
