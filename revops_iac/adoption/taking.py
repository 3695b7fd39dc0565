"""Taking drift into the model: the YAML edits after which the model says what the account holds, comments kept.

An entry of a raw section gets the values of the account. In a topic the value that says it is looked for: the one whose
change, compiled, leaves no difference. Every edit is proved by loading and compiling the edited files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from revops_iac.adoption.drift import Change, Finding
from revops_iac.adoption.edited_stack import with_texts
from revops_iac.adoption.yaml.edit import CannotEdit, New, arranged, renamed, with_value, without
from revops_iac.adoption.yaml.files import FileEdit
from revops_iac.adoption.yaml.list_entries import Names, changed_lists, like_others, paired, places
from revops_iac.compile import Planned
from revops_iac.errors import RevopsError
from revops_iac.provider.changes.consent import comparable
from revops_iac.provider.changes.differences import Difference, differing
from revops_iac.provider.kind import Definition, Kind
from revops_iac.source.load import value_at
from revops_iac.stack_context import StackContext

Texts = dict[str, str]
"""The files of a model that an edit changes, by path relative to the project."""
Path_ = tuple[str | int, ...]
NOWHERE = object()
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
            raise _CannotTake("the model no longer declares it")
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
            texts = self._written(texts, (*origin, key), before.get(key), after[key])
        live = self.finding.live
        if live is None or live.name == self.finding.name or self._kind.name_is_immutable:
            return texts
        texts = self._with(texts, (*origin, "was"), origin[-1])
        file = self._file(origin)
        return {**texts, file: renamed(texts[file], origin, live.name)}

    def _written(self, texts: Texts, path: Path_, before: Any, after: Any) -> Texts:
        """The smallest edits after which a value of a raw entry is another: comments around them stay."""
        if isinstance(before, dict) and isinstance(after, dict) and before and after:
            for key in [*before, *(key for key in after if key not in before)]:
                if before.get(key) != after.get(key):
                    texts = self._written(texts, (*path, key), before.get(key), after.get(key))
            return texts
        if not isinstance(before, list) or not isinstance(after, list) or not before or not after:
            return self._with(texts, path, after)
        pairs = paired(before, after)
        for one, old in zip(after, pairs, strict=True):
            if old is not None and before[old] != one:
                texts = self._written(texts, (*path, old), before[old], one)
        if pairs == [*range(len(before))]:
            return texts
        entries = [New(like_others(one, before)) if old is None else old for one, old in zip(after, pairs, strict=True)]
        return self._edited(texts, path, lambda text: arranged(text, path, entries))

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
        """Looks for the lists and values of the topic that say each difference."""
        before, after = self._values()
        for key in after:
            for old, new in changed_lists(before.get(key), after[key]):
                texts = self._with_entries(texts, origin, old, new)
        for difference in _left(self.context, texts, self.finding):
            texts = self._with_difference(texts, origin, difference.declared, difference.live)
        return texts

    def _with_entries(self, texts: Texts, origin: Path_, before: Sequence[Any], after: Sequence[Any]) -> Texts:
        """Looks for the list or mapping of the model whose entries are those of the vendor's list."""
        left = len(_left(self.context, texts, self.finding))
        near = sorted(
            _containers(self.context), key=lambda one: (one[0][: len(origin)] != origin, one[0][:1] != origin[:1])
        )
        tried = 0
        for place in places(near, before, _names(self.context)):
            for entries in place.entries(after):
                tried += 1
                if tried > MOST_CANDIDATES:
                    break
                try:
                    changed = self._edited(texts, place.path, partial(arranged, path=place.path, entries=entries))
                    if len(_left(self.context, changed, self.finding)) < left:
                        return changed
                except (CannotEdit, RevopsError):
                    continue
        raise _CannotTake(f"{self._place(origin)} declares it, but no list there holds its entries: edit it, or revert")

    def _with_difference(self, texts: Texts, origin: Path_, before: Any, after: Any) -> Texts:
        if isinstance(after, dict | list) or after is None:
            raise _CannotTake(
                f"{self._place(origin)} declares it, but no single value there sets it: edit it, or revert"
            )
        left = len(_left(self.context, texts, self.finding))
        for path in _candidates(self.context, origin, before):
            try:
                changed = self._with(texts, path, _like(after, value_at(self.context.model, path)))
                if len(_left(self.context, changed, self.finding)) < left:
                    return changed
            except (CannotEdit, RevopsError):
                continue
        raise _CannotTake(f"{self._place(origin)} declares it, but no single value there sets it: edit it, or revert")

    def _place(self, origin: Path_) -> str:
        place = self.context.loaded.position_of(tuple(map(str, origin)))
        return f"{'.'.join(map(str, origin))}" + (f" ({place.file}:{place.line})" if place else "")

    def _with(self, texts: Texts, path: Path_, value: Any) -> Texts:
        if value is None:
            return self._without(texts, path)
        return self._edited(texts, path, lambda text: with_value(text, path, value))

    def _without(self, texts: Texts, path: Path_) -> Texts:
        return self._edited(texts, path, lambda text: without(text, path))

    def _edited(self, texts: Texts, path: Path_, edit: Callable[[str], str]) -> Texts:
        """The texts with an edit of the file that says a path."""
        file = self._file(path)
        return {**texts, file: edit(texts.get(file) or _text(self.context.folder.parent, file))}

    def _file(self, path: Path_) -> str:
        place = self.context.loaded.position_of(path)
        if place is None:
            raise _CannotTake("no file of the model declares it")
        return place.file

    def _proved(self, texts: Texts) -> Texts:
        """The texts, once they compile and leave no difference. Raises _CannotTake."""
        try:
            left = _left(self.context, texts, self.finding)
        except RevopsError as error:
            raise _CannotTake(f"the model would be refused: {error.diagnostic.sentence}") from None
        if left:
            raise _CannotTake(f"the model cannot say {', '.join(dict.fromkeys(one.path for one in left))}")
        return texts


def _planned(context: StackContext, finding: Finding) -> Planned | None:
    names = [one for one in context.planned if (one.system, one.declaration.kind) == (finding.system, finding.kind)]
    called = {finding.name, finding.live.name if finding.live else finding.name}
    return next((one for one in names if one.name in called), None)


def _left(context: StackContext, texts: Mapping[str, str], finding: Finding) -> list[Difference]:
    """What would still differ with the edited files; empty too where an object that is gone is declared no more."""
    edited = _edited(context, texts)
    planned = _planned(edited, finding)
    if planned is None or finding.live is None:
        is_said = planned is None and finding.live is None
        return [] if is_said else [Difference(finding.name, None, None)]
    kind = edited.systems[finding.system].kinds[finding.kind]
    inputs = planned.declaration.inputs
    view = kind.managed_view(inputs, finding.live)
    return [
        one
        for key in kind.differences(inputs, view)
        for one in differing(key, *comparable(kind, key, dict(view), dict(inputs)))
    ]


def _distance(path: Path_, origin: Path_) -> int:
    """How far a value of the model is from an entry: in it, in its topic, or elsewhere."""
    return 0 if path[: len(origin)] == origin else 1 if path[:1] == origin[:1] else 2


def _containers(context: StackContext) -> Iterator[tuple[Path_, Any]]:
    """The lists and mappings of the model that its files say."""
    for path in context.loaded.positions:
        found = value_at(context.model, path)
        if isinstance(found, list | tuple | dict):
            yield path, found


def _names(context: StackContext) -> Names:
    """What values of an account are called in the model."""
    keys, fields = defaultdict[str, list[Path_]](list), defaultdict[str, list[str]](list)
    for path in context.loaded.positions:
        if isinstance(value := value_at(context.model, path), str):
            keys[value].append(path)
    for one in context.planned:
        *_, object_, key = ("", *map(str, one.declaration.origin))
        fields[one.name].append(f"{object_}.{key}")
        fields[one.name.rpartition(".")[2]].append(f"{object_}.{key}")
    return Names(keys, fields)


def _edited(context: StackContext, texts: Mapping[str, str]) -> StackContext:
    return with_texts(context, {context.folder.parent / path: text for path, text in texts.items()})


def _also_changed(context: StackContext, texts: Mapping[str, str], taken: Iterable[Finding]) -> Iterator[str]:
    """The other resources that compile otherwise with the edited files: the next preview changes them."""
    mine = {(one.system, one.kind, one.name) for one in taken}
    after = {_key(one): one.declaration.inputs for one in _edited(context, texts).planned}
    before = {_key(one): one.declaration.inputs for one in context.planned}
    for key in [*before, *(key for key in after if key not in before)]:
        if key not in mine and before.get(key) != after.get(key):
            yield " ".join(key)


def _key(planned: Planned) -> tuple[str, str, str]:
    return planned.system, planned.declaration.kind, planned.name


def _candidates(context: StackContext, origin: Path_, before: Any) -> list[Path_]:
    """The values of the model that are the one before, those of the entry first, then those of its topic."""
    paths = [path for path in context.loaded.positions if path and value_at(context.model, path, NOWHERE) == before]
    near = sorted(paths, key=lambda path: _distance(path, origin))
    return [path for path in near if _distance(path, origin) < 2][:MOST_CANDIDATES]


def _like(value: Any, before: Any) -> Any:
    """A value in the type of the one before, where the vendor writes numbers as texts."""
    if isinstance(before, int) and not isinstance(before, bool) and isinstance(value, str) and value.isdecimal():
        return int(value)
    return value
