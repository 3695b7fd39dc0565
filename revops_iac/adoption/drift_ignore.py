"""What drift is not reported: `drift-ignore.yaml` beside the model, name patterns per system and resource type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from revops_iac.adoption.yaml.edit import with_value
from revops_iac.adoption.yaml.files import FileEdit, dump
from revops_iac.diagnostics import Diagnostic, Position, suggest
from revops_iac.errors import DiagnosticsError
from revops_iac.source.yaml_tree import Node, read
from revops_iac.systems import installed_systems

FILE = "drift-ignore.yaml"
ANY = "*"
HEADER = """\
# What `revops drift` does not report: per system and resource type, vendor names with * and ? as in file names.
# A resource type may be "*". Comments stay when the command adds names.
"""
Patterns = Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Ignored:
    """The patterns by system and kind; none where there is no file.

    >>> Ignored({"hubspot": {"List": ("Test *",)}}).covers("hubspot", "List", "Test 1")
    True
    """

    patterns: Patterns = field(default_factory=dict)

    def covers(self, system: str, kind: str, name: str) -> bool:
        """Whether drift of an object is not reported."""
        of_system = self.patterns.get(system, {})
        return any(
            fnmatchcase(name, pattern) or name == pattern for one in (kind, ANY) for pattern in of_system.get(one, ())
        )


def load_ignored(folder: Path) -> Ignored:
    """The ignore lists of a project's stacks. Raises DiagnosticsError for a file of another form."""
    path = folder / FILE
    if not path.exists():
        return Ignored()
    shown = f"{folder.name}/{FILE}"
    node, problems = read(path, shown)
    found = list(problems)
    patterns = {} if node is None else _patterns(node, found)
    if found:
        raise DiagnosticsError(found)
    return Ignored(patterns)


def _patterns(root: Node, problems: list[Diagnostic]) -> dict[str, dict[str, tuple[str, ...]]]:
    systems = installed_systems()
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for system, section in _entries(root, "the file", problems):
        if system not in systems:
            fix = suggest(system, sorted(systems), "name a CRM")
            problems.append(_wrong(f'"{system}" is not an installed system', fix, section.key))
            continue
        for kind, names in _entries(section, system, problems):
            if kind not in systems[system].kinds and kind != ANY:
                fix = suggest(kind, sorted(systems[system].kinds), "name a resource type")
                problems.append(_wrong(f'"{kind}" is not a resource type of {system}', fix, names.key))
            elif not isinstance(names.content, list) or not all(isinstance(one.content, str) for one in names.content):
                problems.append(_wrong(f"{system}.{kind} must be a list of names", "- contacts.old_*", names.position))
            else:
                found.setdefault(system, {})[kind] = tuple(str(one.content) for one in names.content)
    return found


def _entries(node: Node, about: str, problems: list[Diagnostic]) -> Iterable[tuple[str, Node]]:
    if node.content is None:
        return ()
    if not isinstance(node.content, dict):
        problems.append(_wrong(f"{about} must be a mapping", "hubspot: {Property: [contacts.old_*]}", node.position))
        return ()
    return list(node.content.items())


def _wrong(message: str, fix: str, position: Position) -> Diagnostic:
    return Diagnostic(FILE, message, fix, location=position)


def with_names(folder: Path, names: Iterable[tuple[str, str, str]]) -> FileEdit:
    """The file with more names in it, each a system, a kind and a vendor name; comments stay where they are."""
    path = folder / FILE
    before = path.read_text(encoding="utf-8") if path.exists() else None
    known = {system: {kind: len(some) for kind, some in kinds.items()} for system, kinds in _known(folder).items()}
    text = before or HEADER
    for system, kind, name in sorted(names):
        if escaped(name) in _known(folder).get(system, {}).get(kind, ()):
            continue
        of_system = known.setdefault(system, {})
        text = _with_name(text, (system, kind, of_system.get(kind)), escaped(name), is_first=not of_system)
        of_system[kind] = of_system.get(kind, 0) + 1
    return FileEdit(path, before, text)


def _known(folder: Path) -> Patterns:
    return load_ignored(folder).patterns


def _with_name(text: str, place: tuple[str, str, int | None], name: str, is_first: bool) -> str:
    system, kind, count = place
    if count is not None:
        return with_value(text, [system, kind, count], name)
    if not is_first:
        return with_value(text, [system, kind], [name])
    if not any(line.strip() and not line.startswith("#") for line in text.splitlines()):
        return f"{text}{dump({system: {kind: [name]}})}"
    return with_value(text, [system], {kind: [name]})


def escaped(name: str) -> str:
    """A vendor name as a pattern that fits itself alone."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
