"""One YAML file as a tree in which every key and value knows its place.

Reads the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema): only `true` and `false` are booleans,
so that the country code `no` and the word `on` stay texts, and dates and times stay texts too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from revops_iac.diagnostics import Diagnostic, Position
from revops_iac.source.encoding import decoded
from revops_iac.source.yaml_mistakes import unreadable

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it is written; `key` is where its key is. Content is a scalar, a list or a mapping of nodes."""

    content: Any
    position: Position
    key: Position
    inset: int | None = 0
    """Columns from `position` to the first character of a text; None where a text spans lines."""

    def plain(self) -> Any:
        """The value without positions."""
        if isinstance(self.content, dict):
            return {key: child.plain() for key, child in self.content.items()}
        if isinstance(self.content, list):
            return [child.plain() for child in self.content]
        return self.content

    def copied(self) -> Node:
        """The same with lists and mappings of its own, which the caller may change."""
        content: Any = self.content
        if isinstance(content, dict):
            content = {key: child.copied() if child.has_parts else child for key, child in content.items()}
        elif isinstance(content, list):
            content = [child.copied() if child.has_parts else child for child in content]
        return Node(content, self.position, self.key, self.inset)

    @property
    def has_parts(self) -> bool:
        return isinstance(self.content, dict | list)

    def walk(self, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Node]]:
        """This node and every one below it, with its path."""
        waiting = [(path, self)]
        while waiting:
            path, node = waiting.pop()
            yield path, node
            content = node.content
            if isinstance(content, dict):
                waiting += [((*path, key), child) for key, child in reversed(content.items())]
            elif isinstance(content, list):
                waiting += [((*path, index), content[index]) for index in reversed(range(len(content)))]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    yaml_implicit_resolvers: dict[str, Any] = {}


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)$", "-+.0123456789"),
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))

TAG = "tag:yaml.org,2002:"
READ_AS: dict[str, Callable[[str], Scalar]] = {
    f"{TAG}bool": lambda text: text == "true",
    f"{TAG}int": int,
    f"{TAG}float": float,
    f"{TAG}null": lambda text: None,
    f"{TAG}str": str,
}


MOST_LEVELS = 100
"""libyaml crashes on some tens of thousands."""
BLOCKS_IN_A_ROW = re.compile(r"[-?: \t]{1000}")
"""A block lies further right than the one around it, behind blanks or the signs of blocks alone."""


MOST_REPEATED = 50_000
"""Values that aliases may add to a file: aliases inside aliases can make a short text very large."""


class _TooMany(Exception):
    """A file has too many values."""


def brackets_deep(text: str) -> int:
    """How many brackets are open at once, wherever they stand.

    >>> brackets_deep("a: [{b: []}, c]")
    3
    """
    depth = most = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth = depth + 1 if bracket in "[{" else max(0, depth - 1)
        most = max(most, depth)
    return most


def read(path: Path, shown_as: str) -> tuple[Node | None, list[Diagnostic]]:
    """Read a file; positions carry the path `shown_as`. The node is None when the file is empty or cannot be read."""
    if not path.is_file():
        return None, [Diagnostic(shown_as, "is not a regular file", "put the model into files")]
    try:
        data = path.read_bytes()
    except OSError as error:
        return None, [Diagnostic(shown_as, f"cannot be read: {error.strerror}", "check the path and its permissions")]
    text, problems = decoded(data, shown_as, Path(shown_as).name)
    return (None, problems) if problems else parse(text.replace("\r\n", "\n").replace("\r", "\n"), shown_as)


def parse(text: str, shown_as: str) -> tuple[Node | None, list[Diagnostic]]:
    """Read YAML text, as `read`; one that was read before is not parsed again: all stacks of a project share theirs."""
    node, problems = _parsed(text, shown_as)
    return node and node.copied(), list(problems)


@lru_cache(maxsize=64)
def _parsed(text: str, shown_as: str) -> tuple[Node | None, list[Diagnostic]]:
    if brackets_deep(text) > MOST_LEVELS or BLOCKS_IN_A_ROW.search(text):
        return None, [_unreadable(shown_as, "is nested too deeply", "write fewer levels")]
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        return None, [unreadable(error, text, shown_as)]
    except (yaml.YAMLError, RecursionError) as error:
        message = str(error).splitlines()[0]
        return None, [_unreadable(shown_as, f"is not YAML: {message}", "remove the characters that YAML refuses")]
    finally:
        loader.dispose()
    if root is None:
        return None, []
    builder = _Builder(shown_as)
    try:
        return builder.node(root, None), builder.problems
    except _TooMany:
        message = f"has more than {MOST_REPEATED:,} values more when its aliases (*) are written out"
        return None, [_unreadable(shown_as, message, "use fewer aliases inside aliases")]
    except RecursionError:
        return None, [_unreadable(shown_as, "is nested too deeply", "write fewer levels")]


def _unreadable(shown_as: str, message: str, fix: str) -> Diagnostic:
    return Diagnostic(Path(shown_as).name, message, fix, location=Position(shown_as, 1, 1))


class _Builder:
    """Turns PyYAML's nodes into ours, collecting what it refuses."""

    def __init__(self, file: str) -> None:
        self.file, self.problems = file, list[Diagnostic]()
        self.around, self.seen, self.repeated = list[int](), set[int](), 0
        """The nodes that are being read, all that were read, and how often one was read again."""

    def position(self, node: yaml.Node) -> Position:
        return Position(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def refuse(self, node: yaml.Node, subject: str, message: str, fix: str) -> None:
        self.problems.append(Diagnostic(subject, message, fix, location=self.position(node)))

    def node(self, node: yaml.Node, key: Position | None) -> Node:
        """A value; one behind an alias (`*name`) is where its anchor is, with its own key."""
        at = self.position(node)
        self.repeated += id(node) in self.seen
        self.seen.add(id(node))
        if self.repeated > MOST_REPEATED:
            raise _TooMany
        if isinstance(node, yaml.ScalarNode):
            return Node(self.scalar(node), at, key or at, _inset(node))
        if id(node) in self.around:
            self.refuse(node, Path(self.file).name, "an anchor (&) holds an alias (*) of itself", "write it out")
            return Node(None, at, key or at)
        self.around.append(id(node))
        content: Any = self.mapping(node) if isinstance(node, yaml.MappingNode) else list(map(self.item, node.value))
        self.around.pop()
        return Node(content, at, key or at)

    def item(self, node: yaml.Node) -> Node:
        return self.node(node, None)

    def merged(self, key: yaml.Node, value: yaml.Node) -> dict[str, Node]:
        """The keys that `<<` brings from one mapping or several, of which the first wins."""
        sources = value.value if isinstance(value, yaml.SequenceNode) else [value]
        content: dict[str, Node] = {}
        for source in sources:
            if not isinstance(source, yaml.MappingNode):
                self.refuse(key, 'key "<<"', "must name a mapping", "write <<: *name, with &name at a mapping")
            elif isinstance(found := self.node(source, None).content, dict):
                content = {**found, **content}
        return content

    def mapping(self, node: yaml.MappingNode) -> dict[str, Node]:
        content: dict[str, Node] = {}
        brought = set[str]()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.refuse(key, "key", "a list or a mapping cannot be a key", "write the key as one word")
                continue
            if key.value == "<<" and not key.style:
                more = {name: one for name, one in self.merged(key, value).items() if name not in content}
                content |= more
                brought |= set(more)
                continue
            if key.value in content and key.value not in brought:
                first = content[key.value].key
                twice = Diagnostic(f'key "{key.value}"', "is already defined", "remove one of them, or rename it")
                self.problems.append(twice.at(self.position(key), first))
                continue
            brought.discard(key.value)
            content[key.value] = self.node(value, self.position(key))
        return content

    def scalar(self, node: yaml.Node) -> Scalar:
        read_as = READ_AS.get(node.tag)
        if read_as is None:
            fix = 'write "not" instead of "!"' if "." in node.tag else "remove the tag, or quote the text"
            self.refuse(node, f'tag "{node.tag.removeprefix(TAG)}"', "tags are not read", fix)
            return None
        try:
            value: Scalar = read_as(node.value)
        except ValueError:
            self.refuse(node, f'tag "{node.tag.removeprefix(TAG)}"', "does not fit its value", "remove the tag")
            return None
        return value


def _inset(node: yaml.Node) -> int | None:
    if node.start_mark.line != node.end_mark.line:
        return None
    return 1 if getattr(node, "style", None) in ("'", '"') else 0
