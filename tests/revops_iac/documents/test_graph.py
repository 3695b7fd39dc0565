"""Pictures: every label readable, nothing on top of anything else, and no name that can break out of its place."""

from __future__ import annotations

import itertools
import re
import time
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revops_iac.documents.graph import Edge, Graph, Node, fits_mermaid, mermaid, svg
from revops_iac.documents.graph_layout import Box, lay_out

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    '"]; click n1 "javascript:alert(1)"',
    "</text><script>alert(1)</script>",
    "%%{init: {'securityLevel': 'loose'}}%%",
    "1. `code` *bold* _x_ #quot; & <br/>",
    "- list",
    "a\x1b[31m\u202eb\x00",
    "]]> --> <!--",
    "",
]


def chain(labels: list[str]) -> Graph:
    nodes = tuple(Node(str(number), label) for number, label in enumerate(labels))
    edges = tuple(Edge(str(number), str(number + 1), label) for number, label in enumerate(labels[:-1]))
    return Graph("chain", labels[0], labels[-1], nodes, edges)


def texts(drawn: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(drawn).iter(f"{SVG}text")]


def overlap(one: Box, other: Box) -> bool:
    apart_x = abs(one.x - other.x) >= (one.width + other.width) / 2 - 0.01
    apart_y = abs(one.y - other.y) >= (one.height + other.height) / 2 - 0.01
    return not (apart_x or apart_y)


@given(st.integers(1, 9), st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=20))
@settings(max_examples=60)
def test_boxes_and_labels_never_cover_each_other(count: int, pairs: list[tuple[int, int]]) -> None:
    nodes = [(str(number), f"Node number {number}", number % 3 == 0) for number in range(count)]
    ends = [(one % count, other % count) for one, other in pairs if one % count != other % count]
    edges = [(str(one), str(other), f"edge {one}") for one, other in ends]
    layout = lay_out(nodes, edges)
    placed = [*layout.boxes.values(), *(line.label for line in layout.lines if line.label)]
    assert len(placed) == count + len(edges)
    assert not [pair for pair in itertools.combinations(placed, 2) if overlap(*pair)]
    assert all(box.left >= 0 and box.left + box.width <= layout.width for box in placed)
    assert all(box.top >= 0 and box.top + box.height <= layout.height for box in placed)


def test_an_edge_begins_at_its_source_and_ends_at_its_target_also_upward() -> None:
    layout = lay_out([("a", "A", False), ("b", "B", False)], [("a", "b", ""), ("b", "a", "back")])
    down, up = layout.lines
    a, b = layout.boxes["a"], layout.boxes["b"]
    assert down.parts[0][0] == (a.x, a.top + a.height)
    assert down.parts[-1][-1] == (b.x, b.top)
    assert up.parts[0][0][1] == b.top
    assert up.parts[-1][-1][1] == a.top + a.height


def test_a_long_chain_of_decisions_stays_narrow() -> None:
    count = 200
    nodes = [(f"{kind}{at}", f"{kind} {at}", kind == "q") for at in range(count) for kind in "qa"]
    edges = [(f"q{at}", f"a{at}", "yes") for at in range(count)]
    edges += [(f"q{at}", f"q{at + 1}", "no") for at in range(count - 1)]
    started = time.process_time()
    assert lay_out(nodes, edges).width < 420
    assert time.process_time() - started < 2


def test_labels_are_text_that_can_be_selected() -> None:
    graph = Graph("g", "Title", "What it shows.", (Node("a", "First"), Node("b", "Second")), (Edge("a", "b", "then"),))
    drawn = svg(graph)
    assert texts(drawn) == ["First", "Second", "then"]
    root = ElementTree.fromstring(drawn)
    assert [root.find(f"{SVG}{part}").text for part in ("title", "desc")] == ["Title", "What it shows."]  # type: ignore[union-attr]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text_in_svg(name: str) -> None:
    root = ElementTree.fromstring(svg(chain([name, "x", name])))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        *("svg", "title", "desc", "defs", "marker", "path", "rect", "text")
    }


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_labels_in_mermaid(name: str) -> None:
    lines = mermaid(chain([name, "x", name])).splitlines()
    words = r"[\w\s,.:()/+=?-]*"
    label = r'"(?:[^"<>`*_%;&\[\]{}|~$!^@\\\']|#\d+;|<br/>)*"'
    allowed = "|".join(
        [
            "flowchart TD",
            f"    acc(Title|Descr): {words}",
            rf"    n\d\[{label}\]:::plain",
            rf"    n\d -->(\|{label}\|)? n\d",
            "    classDef plain [a-z0-9:#,]+",
        ]
    )
    assert [line for line in lines if not re.fullmatch(allowed, line)] == []
    assert len(lines) == 3 + 3 + 2 + 1


def test_a_picture_beyond_what_mermaid_draws_is_known_as_such() -> None:
    assert fits_mermaid(chain(["a"] * 10))
    assert not fits_mermaid(chain(["a"] * 600))


def test_an_edge_to_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match=r"edges of g name unknown nodes: \['b'\]"):
        Graph("g", "", "", (Node("a", "A"),), (Edge("a", "b"),))
