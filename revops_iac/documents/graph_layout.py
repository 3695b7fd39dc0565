"""Places the nodes of a directed graph in layers from top to bottom, in the manner of Sugiyama, Tagawa and Toda (1981).

Lengths are in pixels of a 14-pixel font. The widths of letters are estimates on the safe side.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from itertools import pairwise

from revops_iac.diagnostics import escaped

LINE_HEIGHT = 18.0
PADDING_X, PADDING_Y, GAP_X, GAP_Y, MARGIN = 14.0, 10.0, 26.0, 22.0, 12.0
WRAP_AT = 190.0
LABEL_WRAP_AT = 150.0
MOST_LINES = 8
NARROW, WIDE = frozenset("fijlrtI.,:;'|!()[]{} -"), frozenset("mwMW@%&")
SWEEPS = 8
Point = tuple[float, float]


@dataclass
class Box:
    """A node or a label: its center, its size and its lines of text."""

    lines: list[str]
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def top(self) -> float:
        return self.y - self.height / 2


@dataclass
class Line:
    """The way of an edge, interrupted by its label where it has one."""

    parts: list[list[Point]]
    label: Box | None


@dataclass
class Layout:
    """Boxes by node, lines in the order of the edges, and the size of all."""

    boxes: dict[str, Box]
    lines: list[Line]
    width: float
    height: float


def text_width(text: str, size: float = 14.0) -> float:
    """The width of a text in a sans-serif font.

    >>> text_width("Will") < text_width("MMMM")
    True
    """
    units = 0.0
    for letter in text:
        if unicodedata.east_asian_width(letter) in "WF":
            units += 1.0
        elif letter in NARROW:
            units += 0.36
        else:
            units += 0.88 if letter in WIDE else 0.68 if letter.isupper() else 0.58
    return units * size


def wrapped(text: str, at: float) -> list[str]:
    """The lines of a text, each at most `at` wide; a word that is wider is cut, and so is a text of too many lines."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in _words(escaped(paragraph), at):
            longer = f"{line} {word}" if line else word
            if line and text_width(longer) > at:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1]} …"]


def _words(text: str, at: float) -> list[str]:
    found: list[str] = []
    for word in text.split():
        while text_width(word) > at:
            cut = max(1, int(len(word) * at / text_width(word)))
            found.append(word[:cut])
            word = word[cut:]
        found.append(word)
    return found


def _box(label: str, is_decision: bool) -> Box:
    lines = wrapped(label, WRAP_AT)
    wide = max(map(text_width, lines)) + 2 * PADDING_X + (18 if is_decision else 0)
    return Box(lines, max(wide, 56.0), len(lines) * LINE_HEIGHT + 2 * PADDING_Y)


def _label_box(label: str) -> Box:
    lines = wrapped(label, LABEL_WRAP_AT) if label else []
    width = max((text_width(line, 12.5) for line in lines), default=0.0)
    return Box(lines, width + 8 if lines else 2.0, len(lines) * LINE_HEIGHT)


@dataclass
class _Layers:
    """Slots (nodes, labels and bends) by layer, and which slots are joined."""

    layers: list[list[str]]
    above: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    below: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def join(self, upper: str, lower: str) -> None:
        self.below[upper].append(lower)
        self.above[lower].append(upper)


def lay_out(nodes: Sequence[tuple[str, str, bool]], edges: Sequence[tuple[str, str, str]]) -> Layout:
    """Place nodes `(id, label, is a decision)` and edges `(source, target, label)`.

    Edges that close a circle run upward. Labels stand in layers of their own, so that they cover nothing.
    """
    boxes = {name: _box(label, is_decision) for name, label, is_decision in nodes}
    flipped = _backward([name for name, _, _ in nodes], edges)
    ranks = _ranks(list(boxes), edges, flipped)
    layers = _Layers([[] for _ in range(max(ranks.values(), default=0) + 1)])
    for name, rank in ranks.items():
        layers.layers[rank].append(name)
    chains = [_chain(number, edge, number in flipped, ranks, layers, boxes) for number, edge in enumerate(edges)]
    _order(layers)
    _place_x(layers, boxes)
    width = _place_y(layers, boxes)
    lines = [_line(chain, number in flipped, boxes, edges[number]) for number, chain in enumerate(chains)]
    height = max((box.top + box.height for box in boxes.values()), default=0.0) + MARGIN
    return Layout({name: boxes[name] for name, _, _ in nodes}, lines, width, height)


def _backward(names: Sequence[str], edges: Sequence[tuple[str, str, str]]) -> set[int]:
    """The edges that close a circle, found by going down from each node in the order written."""
    outgoing: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, (source, target, _) in enumerate(edges):
        outgoing[source].append((number, target))
    state: dict[str, int] = {}
    found = set[int]()
    for start in names:
        stack = [(start, iter(outgoing[start]))] if start not in state else []
        state.setdefault(start, 1)
        while stack:
            name, rest = stack[-1]
            number, target = next(rest, (-1, ""))
            if number < 0:
                state[name] = 2
                stack.pop()
            elif state.get(target) == 1:
                found.add(number)
            elif target not in state:
                state[target] = 1
                stack.append((target, iter(outgoing[target])))
    return found


def _ranks(names: Sequence[str], edges: Sequence[tuple[str, str, str]], flipped: set[int]) -> dict[str, int]:
    """The layer of each node: below everything that leads to it. Odd layers are for labels."""
    before: dict[str, set[str]] = {name: set() for name in names}
    for number, (source, target, _) in enumerate(edges):
        if source != target:
            upper, lower = (target, source) if number in flipped else (source, target)
            before[lower].add(upper)
    ranks: dict[str, int] = {}
    for name in TopologicalSorter(before).static_order():
        ranks[name] = max((ranks[upper] + 2 for upper in before[name]), default=0)
    return {name: ranks[name] for name in names}


def _chain(
    number: int,
    edge: tuple[str, str, str],
    is_flipped: bool,
    ranks: dict[str, int],
    layers: _Layers,
    boxes: dict[str, Box],
) -> list[str]:
    """The slots that an edge passes from the upper to the lower node, made as needed."""
    upper, lower = (edge[1], edge[0]) if is_flipped else (edge[0], edge[1])
    chain = [upper]
    labeled = ranks[lower] - 1 if is_flipped else ranks[upper] + 1
    for rank in range(ranks[upper] + 1, ranks[lower]):
        slot = f"\0{number}/{rank}"
        boxes[slot] = _label_box(edge[2] if rank == labeled else "")
        layers.layers[rank].append(slot)
        chain.append(slot)
    if upper == lower:
        boxes[f"\0{number}/self"] = _label_box(edge[2])
        return [upper, f"\0{number}/self"]
    chain.append(lower)
    for above, below in pairwise(chain):
        layers.join(above, below)
    return chain


def _order(layers: _Layers) -> None:
    """Order the slots of each layer by the middle of their neighbors, and keep the order with the fewest crossings."""
    best, fewest = [list(layer) for layer in layers.layers], _crossings(layers)
    for sweep in range(SWEEPS):
        if fewest == 0:
            break
        downward = sweep % 2 == 0
        neighbors = layers.above if downward else layers.below
        for rank in range(len(layers.layers)) if downward else reversed(range(len(layers.layers))):
            reference = layers.layers[rank + (-1 if downward else 1)] if _has_reference(layers, rank, downward) else []
            at = {name: place for place, name in enumerate(reference)}
            places = {name: place for place, name in enumerate(layers.layers[rank])}
            middle = {name: _middle([at[one] for one in neighbors[name]], places[name]) for name in places}
            layers.layers[rank].sort(key=lambda name: (middle[name], places[name]))
        if (crossings := _crossings(layers)) < fewest:
            best, fewest = [list(layer) for layer in layers.layers], crossings
    layers.layers = best


def _has_reference(layers: _Layers, rank: int, downward: bool) -> bool:
    return rank > 0 if downward else rank + 1 < len(layers.layers)


def _middle(places: list[int], otherwise: int) -> float:
    return sum(places) / len(places) if places else float(otherwise)


def _crossings(layers: _Layers) -> int:
    total = 0
    for upper, lower in pairwise(layers.layers):
        at = {name: place for place, name in enumerate(lower)}
        seen: list[int] = []
        for name in upper:
            ends = sorted(at[one] for one in layers.below[name])
            total += sum(len(seen) - bisect_left(seen, end + 1) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


def _place_x(layers: _Layers, boxes: dict[str, Box]) -> None:
    """Move each slot under the middle of its neighbors as far as the others of its layer allow."""
    for layer in layers.layers:
        x = 0.0
        for name in layer:
            x += boxes[name].width / 2
            boxes[name].x = x
            x += boxes[name].width / 2 + GAP_X
    depths = _depths(layers)
    for sweep in range(SWEEPS):
        downward = sweep % 2 == 0
        for layer in layers.layers if downward else reversed(layers.layers):
            wished = [_wish(name, layers, boxes, depths, downward) for name in layer]
            weights = [1.0 + 10.0 * depths[name] for name in layer]
            for name, x in zip(layer, _apart(layer, wished, weights, boxes), strict=True):
                boxes[name].x = x
    leftmost = min((box.left for box in boxes.values()), default=0.0)
    for box in boxes.values():
        box.x += MARGIN - leftmost


def _depths(layers: _Layers) -> dict[str, int]:
    """How many layers lie below each slot on its longest way down."""
    depths: dict[str, int] = {}
    for layer in reversed(layers.layers):
        for name in layer:
            depths[name] = max((depths[one] + 1 for one in layers.below[name]), default=0)
    return depths


def _wish(name: str, layers: _Layers, boxes: dict[str, Box], depths: dict[str, int], downward: bool) -> float:
    """Under what is above; or over what is below, where only the longest way down counts, as a straight trunk."""
    near = layers.above[name]
    if not downward or not near:
        deepest = max((depths[one] for one in layers.below[name]), default=0)
        near = [one for one in layers.below[name] if depths[one] == deepest] or near
    return sum(boxes[one].x for one in near) / len(near) if near else boxes[name].x


def _apart(layer: list[str], wished: list[float], weights: list[float], boxes: dict[str, Box]) -> list[float]:
    """The places nearest to the wished ones that keep the order and the gaps: pool adjacent violators."""
    offsets, at = [], 0.0
    for left, right in pairwise(layer):
        offsets.append(at)
        at += (boxes[left].width + boxes[right].width) / 2 + GAP_X
    offsets.append(at)
    pools: list[tuple[float, float, int]] = []
    for wish, weight, offset in zip(wished, weights, offsets, strict=True):
        value, total, count = wish - offset, weight, 1
        while pools and pools[-1][0] > value:
            other, other_weight, other_count = pools.pop()
            value = (value * total + other * other_weight) / (total + other_weight)
            total, count = total + other_weight, count + other_count
        pools.append((value, total, count))
    values = [value for value, _, count in pools for _ in range(count)]
    return [value + offset for value, offset in zip(values, offsets, strict=True)]


def _place_y(layers: _Layers, boxes: dict[str, Box]) -> float:
    """Stack the layers; returns the width of all."""
    y = MARGIN
    for rank, layer in enumerate(layers.layers):
        height = max((boxes[name].height for name in layer), default=0.0)
        for name in layer:
            boxes[name].y = y + height / 2 if height else y - GAP_Y / 2
        y += height + (GAP_Y if rank % 2 == 0 or height else 0.0)
    return max((box.left + box.width for box in boxes.values()), default=0.0) + MARGIN


def _line(chain: list[str], is_flipped: bool, boxes: dict[str, Box], edge: tuple[str, str, str]) -> Line:
    if edge[0] == edge[1]:
        return _loop(boxes[chain[0]], boxes[chain[1]])
    upper, lower = boxes[chain[0]], boxes[chain[-1]]
    aside = 0.25 if is_flipped else 0.0
    parts: list[list[Point]] = [[(upper.x + aside * upper.width, upper.top + upper.height)]]
    label = None
    for box in (boxes[name] for name in chain[1:-1]):
        if box.lines:
            label = box
            parts[-1].append((box.x, box.top))
            parts.append([(box.x, box.top + box.height)])
        else:
            parts[-1].append((box.x, box.y))
    parts[-1].append((lower.x + aside * lower.width, lower.top))
    return Line([part[::-1] for part in parts[::-1]] if is_flipped else parts, label)


def _loop(box: Box, label: Box) -> Line:
    """An edge from a node to itself, on its right side."""
    right = box.left + box.width
    label.x, label.y = right + 24 + label.width / 2, box.y
    points = [(right - 10, box.top + box.height), (right + 20, box.y), (right - 10, box.top)]
    return Line([points], label if label.lines else None)
