"""Loads a model: the YAML files, an environment's overlay, and every problem in them at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from revops_iac.diagnostics import Diagnostic, ModelPath, Position, suggest
from revops_iac.errors import DiagnosticsError
from revops_iac.model import TOPICS, Model, known_systems
from revops_iac.model.references import Path as KeyPath
from revops_iac.model.subject import subject
from revops_iac.source import checks
from revops_iac.source.account_lists import fill_account_lists
from revops_iac.source.context_file import PATHS, read_context
from revops_iac.source.figures import fill_figures
from revops_iac.source.input_errors import problems_of
from revops_iac.source.left_out import LeftOut, consistent, formed
from revops_iac.source.merge import merge_files, overlay
from revops_iac.source.yaml_tree import Node, read

EXTRA = "x-"
"""Begins the name of a section that is not read: a place for anchors."""


@dataclass(frozen=True)
class Loaded:
    """A model and where everything in it is written."""

    model: Model
    environment: str | None
    files: tuple[str, ...]
    """Every file that was read, relative to the project's root."""
    positions: Mapping[KeyPath, Position] = field(repr=False)
    filled: Mapping[str, Position] = field(default_factory=dict)
    """Gaps of `context` filled from the product marketing context: dotted key -> where it says so."""
    insets: Mapping[KeyPath, int] = field(default_factory=dict, repr=False)
    """Columns from the position of a text that stands on one line to its first character."""
    overlaid: Mapping[str, Position] = field(default_factory=dict, repr=False)
    """What the overlay of the environment sets or removes: dotted key -> where it does."""
    warnings: tuple[Diagnostic, ...] = ()
    """What loads, and is doubtful."""

    def position_inside(self, path: KeyPath, column: int) -> Position | None:
        """Where a column of a text is written, counted from 1; for a text over several lines where the text begins."""
        position, inset = self.position_of(path), self.insets.get(path)
        if position is None or inset is None:
            return position
        return Position(position.file, position.line, position.column + inset + column - 1)

    def texts_of(self, origin: KeyPath, value: Any) -> dict[str, Position]:
        """Where the texts inside an entry begin, by their path in the entry, joined by "/"."""
        if isinstance(value, str):
            begins = self.position_inside(origin, 1) if origin in self.positions else None
            is_known = origin in self.insets or "\n" in value
            return {"": begins} if begins is not None and is_known else {}
        items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
        return {
            f"{key}/{path}".rstrip("/"): place
            for key, part in items
            for path, place in self.texts_of((*origin, key), part).items()
        }

    def path_at(self, position: Position) -> KeyPath:
        """The path of the model that is written at a place of a file; empty where there is none."""
        before = [(at, path) for path, at in self.positions.items() if at.file == position.file and at <= position]
        return max(before, default=(position, ()), key=lambda one: (one[0], len(one[1])))[1]

    def position_of(self, path: KeyPath) -> Position | None:
        """Where a path of the model is written, or the nearest entry around it; None for what is not written."""
        return nearest_position(self.positions, path)


def value_at(node: Any, path: Sequence[str | int], otherwise: Any = None) -> Any:
    """What a model, or plain values, say at a path; `otherwise` where there is nothing."""
    for key in path:
        if isinstance(node, list | tuple):
            node = node[key] if isinstance(key, int) and key < len(node) else otherwise
        else:
            node = node.get(key, otherwise) if isinstance(node, Mapping) else getattr(node, str(key), otherwise)
    return node


def nearest_position(positions: Mapping[KeyPath, Position], path: KeyPath) -> Position | None:
    """The position of a path or of its nearest parent."""
    for length in range(len(path), 0, -1):
        if path[:length] in positions:
            return positions[path[:length]]
    return None


def load_model(directory: Path, environment: str | None = None) -> Model:
    """The model alone; raises DiagnosticsError."""
    return load(directory, environment).model


def load(directory: Path, environment: str | None = None) -> Loaded:
    """Load `directory`/model/*.yaml and, for an environment, `directory`/overlays/<environment>.yaml.

    Raises DiagnosticsError with every problem of the run. Positions are relative to the parent of `directory`.
    """
    source = _Source(directory.resolve())
    root = source.model()
    if environment is not None:
        root = source.overlaid(root, environment)
    if source.problems and not root.content:
        raise DiagnosticsError(source.problems)
    filled = source.fill_gaps(root)
    source.problems += fill_account_lists(root, source.directory / "model", source.project)
    warned = tuple(fill_figures(root))
    nodes = dict(root.walk())
    places, files = _positions(nodes), tuple(source.files)
    read = _validated(root, nodes, places, source)
    if read.model is None:
        raise DiagnosticsError(read.problems)
    loaded = Loaded(read.model, environment, files, places, filled, _insets(nodes), source.overlay_places, warned)
    if read.problems:
        raise IncompleteModel(read.problems, loaded if source.is_complete else None, read.left_out)
    return loaded


class IncompleteModel(DiagnosticsError):
    """Something is wrong with the model. `rest` is what is right in it, `left_out` what that is read without."""

    def __init__(self, diagnostics: Iterable[Diagnostic], rest: Loaded | None, left_out: LeftOut) -> None:
        super().__init__(diagnostics)
        self.rest, self.left_out = rest, left_out


@dataclass(frozen=True)
class _Validated:
    model: Model | None
    problems: list[Diagnostic]
    left_out: LeftOut


class _Source:
    """The files of a model, read once, with what is wrong with them."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.project = directory, directory.parent
        self.files, self.problems = list[str](), list[Diagnostic]()
        self.overlay_places: dict[str, Position] = {}
        self.is_complete = True
        """Whether every file could be read: else what is not declared may be in the one that could not."""

    def shown(self, path: Path) -> str:
        return path.relative_to(self.project).as_posix()

    def model(self) -> Node:
        folder = self.directory / "model"
        files = _yaml_files(folder)
        if not folder.is_dir():
            fix = "run the command in the project's folder, or create one with revops init"
            self.problems.append(Diagnostic(self.shown(folder), "there is no such folder", fix))
        elif not files:
            self.problems.append(Diagnostic(self.shown(folder), "holds no YAML file", "add context.yaml there"))
        roots = [root for path in files if (root := self.read(path))]
        merged, problems = merge_files(roots)
        self.problems += problems
        return merged

    def read(self, path: Path) -> Node | None:
        shown = self.shown(path)
        self.files.append(shown)
        node, problems = read(path, shown)
        self.problems += problems
        self.is_complete = self.is_complete and not (problems and node is None)
        if node is not None and not isinstance(node.content, dict):
            message = "the top level must be a mapping of topics"
            self.problems.append(
                Diagnostic(path.name, message, f"begin with a topic: {', '.join(TOPICS)}", location=node.position)
            )
            return None
        return node and replace(node, content=_without_extras(node.content))

    def overlaid(self, root: Node, environment: str) -> Node:
        files = {path.stem: path for path in _yaml_files(self.directory / "overlays")}
        if environment not in files:
            message = "there is no such overlay in " + self.shown(self.directory / "overlays")
            fix = suggest(environment, sorted(files), "add the file")
            self.problems.append(Diagnostic(f'environment "{environment}"', message, fix))
            return root
        over = self.read(files[environment])
        if over is None:
            return root
        self.overlay_places = dict(_leaves(over, ""))
        merged, problems = overlay(root, over)
        self.problems += problems
        return merged

    def fill_gaps(self, root: Node) -> dict[str, Position]:
        """Fill what `context` leaves open; `root` is changed in place, before anybody else sees it."""
        path = next((self.project / name for name in PATHS if (self.project / name).is_file()), None)
        if path is None:
            return {}
        self.files.append(self.shown(path))
        found = read_context(path.read_text(encoding="utf-8", errors="replace"), self.shown(path))
        start = Position(self.shown(path), 1, 1)
        context = root.content.get("context")
        if context is None or context.content is None:
            context = root.content["context"] = Node({}, start, start)
        return dict(_fill(context, found, "")) if isinstance(context.content, dict) else {}


def _without_extras(content: dict[str, Node]) -> dict[str, Node]:
    """The sections without those for anchors: `x-defaults: &defaults {…}`."""
    return {key: node for key, node in content.items() if not key.startswith(EXTRA)}


def _leaves(node: Node, prefix: str) -> Iterator[tuple[str, Position]]:
    """The dotted keys below which an overlay is one value, a list or a removal, each with its place."""
    for key, child in node.content.items():
        if isinstance(child.content, dict) and "remove" not in child.content:
            yield from _leaves(child, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", child.key


def _fill(into: Node, found: Node, prefix: str) -> Iterator[tuple[str, Position]]:
    for key, node in found.content.items():
        live = into.content.get(key)
        if live is None or live.content is None:
            into.content[key] = node
            yield f"context.{prefix}{key}", node.position
        elif isinstance(live.content, dict) and isinstance(node.content, dict) and key == "stack":
            yield from _fill(live, node, f"{prefix}{key}.")


def _yaml_files(folder: Path) -> list[Path]:
    found = [path for suffix in ("yaml", "yml") for path in folder.rglob(f"*.{suffix}")]
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def _positions(nodes: Mapping[KeyPath, Node]) -> dict[KeyPath, Position]:
    """A scalar is where its value is; a mapping or list where its key is."""
    return {
        path: node.key if isinstance(node.content, dict | list) else node.position
        for path, node in nodes.items()
        if path
    }


def _insets(nodes: Mapping[KeyPath, Node]) -> dict[KeyPath, int]:
    return {
        path: node.inset for path, node in nodes.items() if isinstance(node.content, str) and node.inset is not None
    }


def _validated(
    root: Node, nodes: Mapping[KeyPath, Node], positions: Mapping[KeyPath, Position], source: _Source
) -> _Validated:
    """The model, with all that is wrong with it; in an incomplete one what is not declared may be in another file."""
    plain = root.plain()
    topics = {key: value for key, value in plain.items() if key in TOPICS and value is not None}
    raw = {key: value or {} for key, value in plain.items() if key in known_systems()}
    unknown = [key for key in plain if key not in TOPICS and key not in known_systems()]
    left_out = LeftOut()
    found = [*source.problems, *(_unknown_section(nodes[(key,)], key) for key in unknown)]
    model, rest, error = formed({**topics, "raw_sections": raw} if raw else topics, left_out)
    unread = {one.location for one in source.problems}
    found += [one for one in problems_of(error, nodes) if one.location not in unread] if error else []
    if model is not None and source.is_complete:
        wrong = [one for one in checks.find(model) if not left_out.brings_out(one)]
        found += [_placed(diagnostic, positions, nodes) for diagnostic in wrong]
    if found and source.is_complete:
        model = consistent(rest, left_out, checks.find)
    return _Validated(model, found, left_out)


def _unknown_section(node: Node, key: str) -> Diagnostic:
    return Diagnostic("model", f'unknown section "{key}"', suggest(key, [*TOPICS, *known_systems()]), location=node.key)


def _placed(diagnostic: Diagnostic, positions: Mapping[KeyPath, Position], nodes: Mapping[KeyPath, Node]) -> Diagnostic:
    """The same with the subject and the place in a file that its path in the model means."""
    at = diagnostic.location
    assert isinstance(at, ModelPath)
    node = nodes.get(at.keys)
    position = node.key if node and at.at_key else nearest_position(positions, at.keys)
    others = [nearest_position(positions, other.keys) for other in diagnostic.related if isinstance(other, ModelPath)]
    placed = replace(diagnostic, related=tuple(other for other in others if other is not None))
    return placed.about(subject(at.keys[:-1] if at.at_key else at.keys)).at(position)
