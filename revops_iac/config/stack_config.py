"""The stacks of a folder and their plain config, read without Pulumi."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import yaml

from revops_iac.config.settings import REVOPS_KEYS, SettingError, Settings, read_settings, unknown_keys
from revops_iac.diagnostics import Diagnostic, Position, suggest
from revops_iac.errors import AuthorError

SECRET = {"secure"}
"""The keys of a value that Pulumi encrypted."""


@dataclass(frozen=True)
class StackConfig:
    """The plain values of `Pulumi.<stack>.yaml`, as text and lists of text, and where each key stands.

    Secrets are not in it: only Pulumi can decrypt them.
    """

    stack: str
    values: Mapping[str, Any]
    positions: Mapping[str, Position] = field(default_factory=dict, repr=False)

    def get(self, key: str) -> Any:
        """The value of a key such as `hubspot:portalId`, None without one."""
        return self.values.get(key)

    def settings(self) -> Settings:
        """What the stack allows. Raises AuthorError with the place of a value of the wrong form."""
        try:
            return read_settings(self.get, self.stack)
        except SettingError as error:
            with self.placed(error.key):
                raise

    @contextmanager
    def placed(self, key: str) -> Iterator[None]:
        """Gives an AuthorError about a key its place."""
        try:
            yield
        except AuthorError as error:
            raise AuthorError(error.diagnostic.at(self.positions.get(key))) from None


def stacks_of(folder: Path) -> list[str]:
    """The stacks that have a config file in `folder`, by name."""
    return sorted(path.stem.removeprefix("Pulumi.") for path in folder.glob("Pulumi.*.yaml"))


def read_stack_config(folder: Path, stack: str) -> StackConfig:
    """The config of a stack. Raises AuthorError when there is no such file, or it cannot be read."""
    path = folder / f"Pulumi.{stack}.yaml"
    if not path.is_file():
        known = ", ".join(stacks_of(folder)) or "none"
        raise AuthorError(f'stack "{stack}": {path} does not exist', f"one of {known}, or pulumi stack init {stack}")
    nodes = _config_nodes(path)
    positions = {key.value: _at(path, key) for key, _ in nodes}
    values = {key.value: value for key, node in nodes if not _is_secret(value := _plain(node))}
    if unknown := unknown_keys(values):
        allowed = [f"revops:{key}" for key in REVOPS_KEYS]
        _refuse(positions[unknown[0]], f'"{unknown[0]}" is not a key', suggest(unknown[0], allowed))
    return StackConfig(stack, values, positions)


BRACKETS_IN_A_ROW = re.compile(r"(?:[\[{]\s*){100}")
"""What PyYAML reads for seconds before it gives up."""


def _config_nodes(path: Path) -> list[tuple[yaml.Node, yaml.Node]]:
    """The entries under `config:`."""
    start = Position(str(path), 1, 1)
    try:
        text = path.read_text(encoding="utf-8")
        if BRACKETS_IN_A_ROW.search(text):
            raise RecursionError
        root = yaml.compose(text, yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Position(str(path), mark.line + 1, mark.column + 1) if mark else start
        _refuse(place, f"is not YAML: {error.problem}", "correct the line or the one above it")
    except (yaml.YAMLError, UnicodeDecodeError):
        _refuse(start, "is not YAML in UTF-8", "remove the characters that YAML refuses")
    except RecursionError:
        _refuse(start, "is nested too deeply", "write fewer levels")
    except OSError as error:
        _refuse(start, f"cannot be read: {error.strerror}", "check the path and its permissions")
    found = {key.value: node for key, node in _entries(path, root, "the file")}.get("config")
    return _entries(path, found, '"config"')


def _entries(path: Path, node: yaml.Node | None, what: str) -> list[tuple[yaml.Node, yaml.Node]]:
    if node is None or (isinstance(node, yaml.ScalarNode) and node.value in ("", "~", "null")):
        return []
    if not isinstance(node, yaml.MappingNode) or not all(isinstance(key, yaml.ScalarNode) for key, _ in node.value):
        _refuse(_at(path, node), f"{what} must be a mapping of keys", "config: {hubspot:portalId: ID}")
    entries: list[tuple[yaml.Node, yaml.Node]] = node.value
    return entries


def _plain(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    return node.value


def _is_secret(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == SECRET


def _at(path: Path, node: yaml.Node) -> Position:
    return Position(str(path), node.start_mark.line + 1, node.start_mark.column + 1)


def _refuse(place: Position, message: str, fix: str) -> NoReturn:
    raise AuthorError(Diagnostic("stack config", message, fix, location=place)) from None
