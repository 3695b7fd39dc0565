"""Takes entries out of the files of a model; every other line, comments included, stays as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from revops_iac.source.yaml_tree import Node, parse

EMPTY = "# Nothing is left here.\n"
"""A file that holds nothing at all is hardly meant."""


class CannotCut(Exception):
    """An entry is written in a way that it cannot be taken out line by line."""


@dataclass(frozen=True)
class Cut:
    """A file without some entries, and the comments that stood with each of them."""

    text: str
    comments: Mapping[str, tuple[str, ...]]


def without(text: str, system: str, kind: str, names: Collection[str]) -> Cut:
    """The text without entries of a raw section. Raises CannotCut."""
    root, problems = parse(text, "")
    if root is None or problems:
        raise CannotCut("the file cannot be read")
    lines = text.splitlines(keepends=True)
    starts = sorted(node.key.line for path, node in root.walk() if path)
    entries = root.content[system].content[kind].content
    gone: set[int] = set()
    comments: dict[str, tuple[str, ...]] = {}
    for name in names:
        mine = set(_lines_of(entries[name], lines, starts))
        comments[name] = tuple(line.strip() for at in sorted(mine) if (line := lines[at]).lstrip().startswith("#"))
        gone |= mine
    expected = _pruned(root, system, kind, names)
    for path in ((system, kind), (system,)):
        if not _at(expected, path):
            gone.add(_node(root, path).key.line - 1)
    kept = "".join(line for at, line in enumerate(lines) if at not in gone)
    if _plain(kept) != expected:
        raise CannotCut("its entry is not on lines of its own")
    return Cut(kept or EMPTY, comments)


def _lines_of(node: Node, lines: list[str], starts: list[int]) -> Iterator[int]:
    """The lines of an entry, counted from 0, with the comments above it; not the comments above the next one."""
    own = {one.key.line for path, one in node.walk() if path} | {node.key.line}
    following = next((line for line in starts if line > node.key.line and line not in own), len(lines) + 1)
    last = following - 2
    while last >= node.key.line and _is_blank_or_comment(lines[last]):
        last -= 1
    first, indent = node.key.line - 1, _indent(lines[node.key.line - 1])
    while first > 0 and lines[first - 1].lstrip().startswith("#") and _indent(lines[first - 1]) == indent:
        first -= 1
    yield from range(first, last + 1)


def _is_blank_or_comment(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _pruned(root: Node, system: str, kind: str, names: Collection[str]) -> dict[str, Any]:
    plain: dict[str, Any] = root.plain()
    kinds = {key: value for key, value in plain[system].items() if key != kind}
    rest = {key: value for key, value in plain[system][kind].items() if key not in names}
    of_system = {**plain[system], kind: rest} if rest else kinds
    whole = {key: of_system if key == system else value for key, value in plain.items()}
    return {key: value for key, value in whole.items() if key != system or value}


def _at(plain: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        plain = (plain or {}).get(key)
    return plain


def _node(root: Node, path: tuple[str, ...]) -> Node:
    for key in path:
        root = root.content[key]
    return root


def _plain(text: str) -> dict[str, Any]:
    node, problems = parse(text, "")
    if problems:
        raise CannotCut("its entry is not on lines of its own")
    plain: dict[str, Any] = (node.plain() if node is not None else None) or {}
    return plain
