"""Taking drift into the model: the YAML edits after which the model says what the account holds, comments kept.

An entry of a raw section gets the values of the account. In a topic the value that says it is looked for: the one whose
change, compiled, leaves no difference. Every edit is proved by loading and compiling the edited files.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from revops_iac.adoption.drift import Change, Finding
from revops_iac.adoption.yaml_edit import CannotEdit, renamed, with_value, without
from revops_iac.adoption.yaml_files import FileEdit
from revops_iac.compile import Planned
from revops_iac.errors import RevopsError
from revops_iac.provider.kind import Definition, Kind
from revops_iac.source.context_file import PATHS
from revops_iac.stack_context import StackContext

Texts = dict[str, str]
"""The files of a model that an edit changes, by path relative to the project."""
Path_ = tuple[str | int, ...]
MOST_CANDIDATES = 12
"""How many values of a topic are tried: each is a load and a compilation."""


@dataclass
class Taking:
    """What is taken: the edits of files, what they also change, and what could not be taken, with the reason."""

    edits: tuple[FileEdit, ...] = ()
    taken: list[Finding] = field(default_factory=list)
    refused: list[tuple[Finding, str]] = field(default_factory=list)
    also_changed: tuple[str, ...] = ()


class _CannotTake(Exception):
    """A finding that no edit of the model says."""


def take(context: StackContext, findings: Sequence[Finding]) -> Taking:
    """The edits that make the model say what the accounts hold now. Writes nothing."""
    taking, texts = Taking(), Texts()
    for one in findings:
        try:
            texts = _Take(context, one).edited(texts)
        except (_CannotTake, CannotEdit) as error:
            taking.refused.append((one, str(error)))
        else:
            taking.taken.append(one)
    project = context.folder.parent
    before = {path: _text(project, path) for path in texts}
    taking.edits = tuple(FileEdit(project / path, before[path], text) for path, text in sorted(texts.items()))
    taking.also_changed = tuple(_also_changed(context, texts, taking.taken)) if texts else ()
    return taking


def _text(project: Path, path: str) -> str:
    return (project / path).read_text(encoding="utf-8")


@dataclass(frozen=True)
class _Take:
    context: StackContext
    finding: Finding

    def edited(self, texts: Texts) -> Texts:
        """The texts with one finding taken. Raises CannotEdit and _CannotTake."""
        one = self.finding
        if one.change is Change.NEW:
            raise _CannotTake(f"it is new: revops adopt --kind {one.kind} --name '{one.name.partition(': ')[0]}' --yes")
        planned = _planned(self.context, one)
        if planned is None:
            raise _CannotTake("the model does not declare it any more")
        origin = planned.declaration.origin
        is_raw = origin == (one.system, one.kind, planned.declaration.key)
        if one.change is Change.CHANGED:
            texts = self._raw(texts, origin) if is_raw else self._topic(texts, origin)
        elif is_raw:
            texts = self._without(texts, origin)
        else:
            raise _CannotTake(f"{'.'.join(map(str, origin))} makes it: remove it there, or revert")
        return self._proved(texts)

    def _raw(self, texts: Texts, origin: Path_) -> Texts:
        before, after = self._values()
        for key in after:
            for path, value in _leaves((*origin, key), before.get(key), after[key]):
                texts = self._with(texts, path, value)
        live = self.finding.live
        if live is None or live.name == self.finding.name or self._kind.name_is_immutable:
            return texts
        texts = self._with(texts, (*origin, "was"), origin[-1])
        file = self._file(origin)
        return {**texts, file: renamed(texts[file], origin, live.name)}

    def _values(self) -> tuple[Definition, Definition]:
        """The declared inputs of the model and their live values, of those that differ."""
        planned = _planned(self.context, self.finding)
        assert planned is not None
        assert self.finding.live is not None
        kind, inputs = self._kind, planned.declaration.inputs
        view = kind.managed_view(inputs, self.finding.live)
        beyond = {one.path: one.declared for one in self.finding.differences if one.path not in inputs}
        known = {key: value for key, value in beyond.items() if key in kind.inputs.model_fields}
        return inputs, {**{key: view[key] for key in kind.differences(inputs, view)}, **known}

    @property
    def _kind(self) -> Kind[Any, Any]:
        return self.context.systems[self.finding.system].kinds[self.finding.kind]

    def _topic(self, texts: Texts, origin: Path_) -> Texts:
        """Looks for the value of the topic that says each difference."""
        for difference in self.finding.differences:
            texts = self._with_difference(texts, origin, difference.live, difference.declared)
        return texts

    def _with_difference(self, texts: Texts, origin: Path_, before: Any, after: Any) -> Texts:
        if isinstance(after, dict | list) or after is None:
            raise _CannotTake(f"{self._place(origin)} makes it, and no single value there says it: edit it, or revert")
        left = len(_left(self.context, texts, self.finding))
        for path in _candidates(self.context, origin, before):
            try:
                changed = self._with(texts, path, _like(after, _at(self.context, path)))
                if len(_left(self.context, changed, self.finding)) < left:
                    return changed
            except (CannotEdit, RevopsError):
                continue
        raise _CannotTake(f"{self._place(origin)} makes it, and no single value there says it: edit it, or revert")

    def _place(self, origin: Path_) -> str:
        place = self.context.loaded.position_of(tuple(map(str, origin)))
        return f"{'.'.join(map(str, origin))}" + (f" ({place.file}:{place.line})" if place else "")

    def _with(self, texts: Texts, path: Path_, value: Any) -> Texts:
        file = self._file(path)
        text = texts.get(file) or _text(self.context.folder.parent, file)
        return {**texts, file: without(text, path) if value is None else with_value(text, path, value)}

    def _without(self, texts: Texts, path: Path_) -> Texts:
        file = self._file(path)
        return {**texts, file: without(texts.get(file) or _text(self.context.folder.parent, file), path)}

    def _file(self, path: Path_) -> str:
        place = self.context.loaded.position_of(path)
        if place is None:
            raise _CannotTake("no file of the model says it")
        return place.file

    def _proved(self, texts: Texts) -> Texts:
        """The texts, once they compile and leave no difference. Raises _CannotTake."""
        try:
            left = _left(self.context, texts, self.finding)
        except RevopsError as error:
            raise _CannotTake(f"the model would be refused: {error.diagnostic.sentence}") from None
        if left:
            raise _CannotTake(f"the model cannot say {', '.join(left)}")
        return texts


def _leaves(path: Path_, before: Any, after: Any) -> Iterator[tuple[Path_, Any]]:
    """The smallest parts that differ, each with its path: so that comments around them stay."""
    if isinstance(before, dict) and isinstance(after, dict) and before and after:
        for key in [*before, *(key for key in after if key not in before)]:
            if before.get(key) != after.get(key):
                yield from _leaves((*path, key), before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after) and before:
        for at, (one, other) in enumerate(zip(before, after, strict=True)):
            if one != other:
                yield from _leaves((*path, at), one, other)
    else:
        yield path, after


def _planned(context: StackContext, finding: Finding) -> Planned | None:
    names = [one for one in context.planned if (one.system, one.declaration.kind) == (finding.system, finding.kind)]
    called = {finding.name, finding.live.name if finding.live else finding.name}
    return next((one for one in names if one.name in called), None)


def _left(context: StackContext, texts: Mapping[str, str], finding: Finding) -> list[str]:
    """What would still differ with the edited files; empty too where an object that is gone is declared no more."""
    with tempfile.TemporaryDirectory() as scratch:
        edited = _edited(context, texts, Path(scratch))
        planned = _planned(edited, finding)
        if finding.live is None:
            return [] if planned is None else [finding.name]
        if planned is None:
            return [finding.name]
        kind = edited.systems[finding.system].kinds[finding.kind]
        inputs = planned.declaration.inputs
        return list(kind.differences(inputs, kind.managed_view(inputs, finding.live)))


def _edited(context: StackContext, texts: Mapping[str, str], scratch: Path) -> StackContext:
    """The stack with these texts in place of its files; everything of it is read before the folder goes."""
    project = context.folder.parent
    folder = scratch / context.folder.name
    for part in ("model", "overlays"):
        if (context.folder / part).is_dir():
            shutil.copytree(context.folder / part, folder / part)
    for name in PATHS:
        if (project / name).is_file():
            (scratch / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(project / name, scratch / name)
    for path, text in texts.items():
        (scratch / path).write_text(text, encoding="utf-8")
    edited = StackContext(folder, context.config, context.settings)
    assert edited.planned is not None
    return edited


def _also_changed(context: StackContext, texts: Mapping[str, str], taken: Iterable[Finding]) -> Iterator[str]:
    """The other resources that compile otherwise with the edited files: the next preview changes them."""
    mine = {(one.system, one.kind, one.name) for one in taken}
    with tempfile.TemporaryDirectory() as scratch:
        after = {_key(one): one.declaration.inputs for one in _edited(context, texts, Path(scratch)).planned}
    before = {_key(one): one.declaration.inputs for one in context.planned}
    for key in [*before, *(key for key in after if key not in before)]:
        if key not in mine and before.get(key) != after.get(key):
            yield " ".join(key)


def _key(planned: Planned) -> tuple[str, str, str]:
    return planned.system, planned.declaration.kind, planned.name


def _candidates(context: StackContext, origin: Path_, before: Any) -> list[Path_]:
    """The values of the model that are the one before, those of the entry first, then those of its topic."""
    paths = [path for path in context.loaded.positions if _at(context, path) == before and path]
    mine = [path for path in paths if path[: len(origin)] == origin]
    topic = [path for path in paths if path[:1] == origin[:1] and path not in mine]
    return [*mine, *topic][:MOST_CANDIDATES]


def _at(context: StackContext, path: Path_) -> Any:
    """The value at a path of the model; an object of ours for a path that leads nowhere."""
    node: Any = context.model
    for step in path:
        if isinstance(node, dict):
            node = node.get(step, _NOWHERE)
        elif isinstance(node, list | tuple):
            node = node[step] if isinstance(step, int) and step < len(node) else _NOWHERE
        else:
            node = getattr(node, str(step), _NOWHERE)
    return node


_NOWHERE = object()


def _like(value: Any, before: Any) -> Any:
    """A value in the type of the one before, where the vendor writes numbers as texts."""
    if isinstance(before, int) and not isinstance(before, bool) and isinstance(value, str) and value.isdecimal():
        return int(value)
    return value
