"""Changes single values and entries in the text of a YAML file; comments, order and formatting of the rest stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from revops_iac.model.references import Path


@dataclass(frozen=True)
class Value:
    """A scalar of the text, with its path, and where its characters begin and end."""

    path: Path
    text: str
    line: int
    is_key: bool = False


@dataclass
class YamlText:
    """A YAML file while it is edited. Raises yaml.YAMLError where it cannot be read."""

    text: str
    _changes: list[tuple[int, int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._root = yaml.compose(self.text, Loader=yaml.SafeLoader)
        self._nodes: dict[tuple[Path, bool], yaml.Node] = dict(_walk(self._root, ())) if self._root else {}

    def values(self) -> Iterator[Value]:
        """Every scalar and every key, in the order written."""
        for (path, is_key), node in self._nodes.items():
            if isinstance(node, yaml.ScalarNode):
                yield Value(path, node.value, node.start_mark.line + 1, is_key)

    def replace(self, path: Path, old: str, new: str) -> None:
        """Replaces every whole word `old` in a scalar with `new`."""
        node = self._nodes[path, False]
        start, end = node.start_mark.index, node.end_mark.index
        word = rf"(?<![\w.]){re.escape(old)}(?![\w.])"
        self._changes.append((start, end, re.sub(word, new, self.text[start:end])))

    def remove(self, path: Path) -> None:
        """Removes an entry of a mapping or an item of a list, and with the last one what holds it."""
        *_, last = path
        holder = self._nodes[path[:-1], False]
        if len(holder.value) == 1 and len(path) > 1:
            self.remove(path[:-1])
            return
        parts = [_span(one) for one in holder.value]
        at = last if isinstance(holder, yaml.SequenceNode) else [key.value for key, _ in holder.value].index(last)
        assert isinstance(at, int)
        if _is_flow(holder):
            self._changes.append(self._flow(parts, at))
        elif isinstance(holder, yaml.MappingNode) and at == 0 and self._follows_dash(parts[0][0]):
            self._changes.append((parts[0][0], parts[1][0], ""))
        else:
            self._changes.append(self._lines(parts[at]))

    def _flow(self, parts: list[tuple[int, int]], at: int) -> tuple[int, int, str]:
        """With the comma after it, or before it for the last one."""
        if at + 1 < len(parts):
            return parts[at][0], parts[at + 1][0], ""
        return parts[at - 1][1], parts[at][1], ""

    def _lines(self, part: tuple[int, int]) -> tuple[int, int, str]:
        """The whole lines that an entry stands on."""
        end = self.text.find("\n", part[1] - 1)
        return self._line_start(part[0]), len(self.text) if end < 0 else end + 1, ""

    def _line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _follows_dash(self, at: int) -> bool:
        """Whether an entry is the first of an item of a list, behind its dash."""
        return bool(self.text[self._line_start(at) : at].strip())

    def edited(self) -> str:
        """The text with all changes; what stands inside of something removed is gone with it."""
        found, position = [], 0
        for start, end, new in sorted(self._changes, key=lambda change: (change[0], -change[1])):
            if start >= position:
                found += [self.text[position:start], new]
                position = end
        return "".join([*found, self.text[position:]])


def _walk(node: yaml.Node, path: Path) -> Iterator[tuple[tuple[Path, bool], yaml.Node]]:
    yield (path, False), node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield ((*path, key.value), True), key
            yield from _walk(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, (*path, index))


def _span(part: yaml.Node | tuple[yaml.Node, yaml.Node]) -> tuple[int, int]:
    """Where an item or an entry begins and where its last character ends: block collections end behind comments."""
    first, last = part if isinstance(part, tuple) else (part, part)
    return first.start_mark.index, _end(last)


def _end(node: yaml.Node) -> int:
    if isinstance(node, yaml.ScalarNode) or _is_flow(node) or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


def _is_flow(node: yaml.Node) -> bool:
    return bool(getattr(node, "flow_style", False))
