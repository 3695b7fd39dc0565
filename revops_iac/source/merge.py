"""Merges the files of a model, and an environment's overlay over them, key by key and never by position."""

from __future__ import annotations

from revops_iac.diagnostics import Diagnostic, Position
from revops_iac.model import TOPICS
from revops_iac.model.references import Path
from revops_iac.model.subject import subject
from revops_iac.source.yaml_tree import Node

NOWHERE = Position("", 1, 1)
RAW_ENTRY_DEPTH = 3
"""System, kind, vendor key: below it stand the vendor's own inputs, where `remove` is only a word."""


def merge_files(roots: list[Node]) -> tuple[Node, list[Diagnostic]]:
    """One tree of several files. Entries may be spread over files; the same value twice is a problem."""
    merged = Node({}, NOWHERE, NOWHERE)
    problems: list[Diagnostic] = []
    for root in roots:
        merged = _joined(merged, root, (), problems)
    return merged, problems


def _joined(first: Node, second: Node, path: Path, problems: list[Diagnostic]) -> Node:
    content = dict(first.content)
    clashes = []
    for key, node in second.content.items():
        live = content.get(key)
        if live is None or live.content is None:
            content[key] = node
        elif isinstance(live.content, dict) and isinstance(node.content, dict):
            content[key] = _joined(live, node, (*path, key), problems)
        elif node.content is not None or not path:
            clashes.append((key, live, node))
    problems += _clash(path, clashes)
    return Node(content, first.position, first.key)


def _clash(path: Path, clashes: list[tuple[str, Node, Node]]) -> list[Diagnostic]:
    """One problem for an entry that is written twice, however many of its keys clash."""
    if not clashes:
        return []
    key, live, node = clashes[0]
    more = f" and {len(clashes) - 1} more" if len(clashes) > 1 else ""
    message = f'"{key}"{more} is already defined'
    return [Diagnostic(subject(path), message, "remove one of them, or rename it").at(node.key, live.key)]


def overlay(base: Node, over: Node, path: Path = ()) -> tuple[Node, list[Diagnostic]]:
    """`over` on top of `base`: mappings merge by key, anything else is replaced whole, `remove: true` removes.

    The order of `base` stays; new keys come last.
    """
    content = dict(base.content)
    problems: list[Diagnostic] = []
    for key, node in over.content.items():
        here = (*path, key)
        live = content.get(key)
        if _is_removal(node, here):
            problems += _removal_problems(node, here, live is not None)
            content.pop(key, None)
        elif isinstance(node.content, dict):
            under = live if live is not None and isinstance(live.content, dict) else Node({}, node.position, node.key)
            content[key], below = overlay(under, node, here)
            problems += below
        else:
            content[key] = node
    return Node(content, base.position, base.key), problems


def _is_removal(node: Node, path: Path) -> bool:
    if not isinstance(node.content, dict) or "remove" not in node.content:
        return False
    return path[0] in TOPICS or len(path) <= RAW_ENTRY_DEPTH


def _removal_problems(node: Node, path: Path, exists: bool) -> list[Diagnostic]:
    mark = node.content["remove"]
    other = next((key for key in node.content if key != "remove"), None)
    if mark.content is not True:
        message, fix, place = "remove must be true", "write remove: true, or leave it out", mark.position
    elif other is not None:
        message, fix, place = f'is removed and also given "{other}"', "keep one of the two", mark.key
    elif not exists:
        message, fix, place = "is removed, and was never there", "correct the key, or drop the line", node.key
    else:
        return []
    return [Diagnostic(subject(path), message, fix, location=place)]
