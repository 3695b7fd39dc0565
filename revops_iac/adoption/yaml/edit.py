"""Edits of YAML that people wrote: one value, one key or one entry changes, and every comment stays where it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from revops_iac.adoption.yaml.files import dump, dump_inline
from revops_iac.source.yaml_tree import parse

Step = str | int
INDENT = 2


class CannotEdit(Exception):
    """The text cannot be edited so that it reads back as it should; the text says why."""


def with_value(text: str, path: Sequence[Step], value: Any) -> str:
    """The text with another value at a path, which is added where only the mapping or list around it exists.

    >>> with_value("a:\\n  label: Old  # why\\n", ["a", "label"], "New")
    'a:\\n  label: New  # why\\n'
    """
    root = _composed(text)
    around = _at(root, path[:-1])
    try:
        node = _at(around, path[-1:])
    except CannotEdit:
        is_list = isinstance(around, yaml.SequenceNode)
        edited = _with_item(text, around, value) if is_list else _with_key(text, around, str(path[-1]), value)
    else:
        edited = _replaced(text, around, node, value)
    return _proved(text, edited, path, value)


def without(text: str, path: Sequence[Step]) -> str:
    """The text without what stands at a path.

    >>> without("a: 1\\nb: 2\\nc: 3\\n", ["b"])
    'a: 1\\nc: 3\\n'
    """
    root = _composed(text)
    around, node = _at(root, path[:-1]), _at(root, path)
    if around.flow_style or len(around.value) == 1:
        rest = _plain(text)
        _remove(rest, path)
        if len(path) == 1:
            return _proved_as(_without_lines(text, around, node), None if rest == {} else rest)
        return with_value(text, path[:-1], _read(rest, path[:-1]))
    expected = _plain(text)
    _remove(expected, path)
    return _proved_as(_without_lines(text, around, node), expected)


@dataclass(frozen=True)
class New:
    """An entry that a list, or under `key` a mapping, does not have yet."""

    value: Any
    key: str = ""


def arranged(text: str, path: Sequence[Step], entries: Sequence[Step | New]) -> str:
    """The text with the entries of the list or mapping at a path in this order.

    One that is named, by its index or key, stays as it is written, with the comments in it and above it; the others go,
    and new ones come.

    >>> arranged("a:\\n  # best\\n  - x\\n  # second\\n  - y # why\\n", ["a"], [1, New("z")])
    'a:\\n  # best\\n  # second\\n  - y # why\\n  - z\\n'
    """
    around, expected = _at(_composed(text), path), _plain(text)
    content = _read(expected, path)
    if not entries:
        return with_value(text, path, type(content)())
    desired: Any
    if isinstance(content, dict):
        desired = dict((one.key, one.value) if isinstance(one, New) else (one, content[one]) for one in entries)
    else:
        desired = [one.value if isinstance(one, New) else content[one] for one in entries]
    edited = (_arranged_flow if around.flow_style else _arranged_block)(text, around, entries)
    if not path:
        return _proved_as(edited, desired)
    _read(expected, path[:-1])[path[-1]] = desired
    if list(_read(_plain(edited), path)) != list(desired):
        raise CannotEdit("the edit would not read back as it is meant")
    return _proved_as(edited, expected)


def _spans(text: str, around: Any) -> dict[Step, tuple[int, int]]:
    """Where each entry begins and ends: at its key, or at its value in a list."""
    if _is_mapping(around):
        return {key.value: (key.start_mark.index, _end(value)) for key, value in around.value}
    return {at: (node.start_mark.index, _end(node)) for at, node in enumerate(around.value)}


def _arranged_flow(text: str, around: Any, entries: Sequence[Step | New]) -> str:
    spans = _spans(text, around)
    starts, ends = zip(*spans.values(), strict=True)
    edges = [around.start_mark.index + 1, *ends], [*starts, around.end_mark.index - 1]
    if any("#" in text[one:other] for one, other in zip(*edges, strict=True)):
        raise CannotEdit("there are comments between its entries, which are in brackets: write one entry per line")
    pieces = [
        (f"{_name(one.key)}: " if one.key else "") + _inline(one.value)
        if isinstance(one, New)
        else text[slice(*spans[one])]
        for one in entries
    ]
    return f"{text[: edges[0][0]]}{', '.join(pieces)}{text[edges[1][-1] :]}"


def _arranged_block(text: str, around: Any, entries: Sequence[Step | New]) -> str:
    """Whole lines move; comments above the first entry stay at the top, and those above one that goes stay too."""
    text += "" if text.endswith("\n") else "\n"
    column, lines = around.start_mark.column, dict[Step, tuple[str, str]]()
    head = at = lead_from = 0
    for step, (start, end) in _spans(text, around).items():
        first = start if _is_mapping(around) else text.rindex("-", 0, start)
        begin = text.rfind("\n", 0, first) + 1
        if text[begin:first].strip():
            if step != entries[0]:
                raise CannotEdit("its first entry shares a line with its parent: move it to a line of its own")
            begin = first
        head = head if lines else begin
        at = text.index("\n", max(end - 1, 0)) + 1
        lines[step] = (text[lead_from:begin] if lines else "", text[begin:at])
        lead_from = at
    left, rest = "", dict[Step | None, str]()
    for step, (lead, _) in lines.items():
        left += lead
        if step in entries:
            rest[step], left = left, ""
    rest[None] = left
    made = [_entry_lines(one, column) if isinstance(one, New) else rest[one] + lines[one][1] for one in entries]
    return f"{text[:head]}{''.join(made)}{rest[None]}{text[at:]}"


def _name(key: str) -> str:
    return dump({key: 0}).partition(": 0")[0]


def _entry_lines(one: New, column: int) -> str:
    blank = " " * column
    if one.key:
        return f"{blank}{_name(one.key)}:{_under(one.value, column)}\n"
    if isinstance(one.value, dict) and one.value:
        return f"{blank}- {_block(one.value, column + INDENT).lstrip()}\n"
    return f"{blank}-{_under(one.value, column)}\n"


def renamed(text: str, path: Sequence[Step], key: str) -> str:
    """The text with another key for what stands at a path.

    >>> renamed("a: 1 # one\\n", ["a"], "b")
    'b: 1 # one\\n'
    """
    around = _at(_composed(text), path[:-1])
    old = _key_of(around, _at(around, path[-1:]))
    spelled = _name(key)
    expected = _plain(text)
    inner = _read(expected, path[:-1])
    if key in inner:
        raise CannotEdit(f'there is a "{key}" already')
    inner[key] = inner.pop(path[-1])
    return _proved_as(f"{text[: old.start_mark.index]}{spelled}{text[old.end_mark.index :]}", expected)


def _composed(text: str) -> Any:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise CannotEdit(f"it is not YAML: {error}") from None
    if root is None:
        raise CannotEdit("it is empty")
    return root


def _at(node: Any, path: Sequence[Step]) -> Any:
    for step in path:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            continue
        found = [value for key, value in node.value if key.value == step] if _is_mapping(node) else []
        if not found:
            raise CannotEdit(f'there is no "{step}"')
        node = found[0]
    return node


def _is_mapping(node: Any) -> bool:
    return isinstance(node, yaml.MappingNode)


def _key_of(around: Any, node: Any) -> Any:
    return next(key for key, value in around.value if value is node)


def _end(node: Any) -> int:
    """Where a node ends: that of a block begins the next line, behind comments that are not its own."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


def _replaced(text: str, around: Any, node: Any, value: Any) -> str:
    start, end = node.start_mark.index, _end(node)
    is_block = isinstance(value, dict | list) or (isinstance(value, str) and "\n" in value)
    if not is_block or not value or around.flow_style:
        inline = _inline(value)
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            return f"{text[:start]}{inline}\n{text[end:]}"
        if not isinstance(node, yaml.ScalarNode) and not node.flow_style and _is_mapping(around):
            after = text.rfind(":", 0, start) + 1
            return f"{text[:after]} {inline}{text[end:]}"
        return f"{text[:start]}{inline}{text[end:]}"
    if not _is_mapping(around):
        column = node.start_mark.column
        return f"{text[:start]}{_block(value, column).lstrip()}{text[end:]}"
    key = _key_of(around, node)
    after = text.index(":", key.end_mark.index) + 1
    body = _under(value, key.start_mark.column)
    tail = text[end:]
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        tail = f"\n{tail}"
    return f"{text[:after]}{body}{tail}"


def _under(value: Any, column: int) -> str:
    """What follows the colon of a key at a column."""
    rendered = dump({"key": value}).rstrip("\n").removeprefix("key:")
    return rendered.replace("\n", "\n" + " " * column)


def _block(value: Any, column: int) -> str:
    blank = " " * column
    return "\n".join(f"{blank}{line}" for line in dump(value).rstrip("\n").split("\n"))


def _inline(value: Any) -> str:
    if isinstance(value, dict | list):
        return dump_inline(value)
    if isinstance(value, str) and "\n" in value:
        return str(yaml.safe_dump(value, default_style='"', width=1_000_000, allow_unicode=True)).strip()
    return dump(value).strip().removesuffix("\n...")


def _with_key(text: str, around: Any, key: str, value: Any) -> str:
    if not _is_mapping(around):
        raise CannotEdit(f'there is no mapping around "{key}"')
    name = _name(key)
    if around.flow_style:
        separator = ", " if around.value else ""
        at = around.end_mark.index - 1
        return f"{text[:at]}{separator}{name}: {_inline(value)}{text[at:]}"
    column = around.value[0][0].start_mark.column
    at = text.find("\n", max(_end(around) - 1, 0))
    line = f"{' ' * column}{name}:{_under(value, column)}"
    return f"{text}\n{line}\n" if at < 0 else f"{text[:at]}\n{line}{text[at:]}"


def _with_item(text: str, around: Any, value: Any) -> str:
    if around.flow_style or not around.value:
        separator, at = ", " if around.value else "", around.end_mark.index - 1
        return f"{text[:at]}{separator}{_inline(value)}{text[at:]}"
    column = around.start_mark.column
    at = text.find("\n", max(_end(around) - 1, 0))
    line = f"{' ' * column}-{_under(value, column)}"
    return f"{text}\n{line}\n" if at < 0 else f"{text[:at]}\n{line}{text[at:]}"


def _without_lines(text: str, around: Any, node: Any) -> str:
    """Without the lines of an entry; comments above it stay, since nobody knows whose they are."""
    first = _key_of(around, node) if _is_mapping(around) else node
    start = text.rfind("\n", 0, first.start_mark.index) + 1
    end = text.find("\n", max(_end(node) - 1, 0))
    return text[:start] + (text[end + 1 :] if end >= 0 else "")


def _plain(text: str) -> Any:
    node, problems = parse(text, "")
    if problems:
        raise CannotEdit(problems[0].message)
    return None if node is None else node.plain()


def _read(value: Any, path: Sequence[Step]) -> Any:
    for step in path:
        value = value[step]
    return value


def _remove(value: Any, path: Sequence[Step]) -> None:
    del _read(value, path[:-1])[path[-1]]


def _proved(before: str, after: str, path: Sequence[Step], value: Any) -> str:
    expected = _plain(before)
    around = _read(expected, path[:-1])
    if isinstance(around, list) and path[-1] == len(around):
        around.append(value)
    else:
        around[path[-1]] = value
    return _proved_as(after, expected)


def _proved_as(after: str, expected: Any) -> str:
    if _plain(after) != expected:
        raise CannotEdit("the edit would not read back as it is meant")
    return after
