"""`revops compare`: two environments side by side, as the model compiles for them or as their accounts are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from revops_iac.adoption.backup import MANIFEST, read_backup
from revops_iac.adoption.comparison import Comparison, ObjectKey, Objects, allowed_by_overlays, compare, compiled
from revops_iac.adoption.yaml.tidy import Inexpressible, entry_of
from revops_iac.commands.backup import FOLDER as BACKUPS
from revops_iac.commands.twin import Stored, StoredObject, read_all, session_of_twin, twin_of
from revops_iac.config.stack_config import stacks_of
from revops_iac.diagnostics import escaped, first_lines, plural
from revops_iac.errors import AuthorError, SessionError
from revops_iac.plan.model_changes import model_changes, topics_of
from revops_iac.plan.object_changes import changes_in_words
from revops_iac.plan.page.markup import in_markdown, table
from revops_iac.provider.changes.differences import Difference
from revops_iac.provider.kind import Definition
from revops_iac.stack_context import StackContext

Tell = Callable[[str], None]
SHOWN = 30
MEANT = "meant by the files of these environments"


@dataclass(frozen=True)
class Compared:
    """Two sides and what differs. `allowed` is what overlays let differ; `words` says that of the model in its words.

    `sources` says where each side comes from: the model, an account, a backup.
    """

    left: str
    right: str
    sources: tuple[str, str]
    found: Comparison
    allowed: Comparison
    words: tuple[str, ...] = ()
    shows_all: bool = False
    settings: tuple[str, ...] = ()
    """The settings of the stacks that differ, as arrows."""
    not_read: tuple[str, ...] = ()
    """What an account did not show, with its answer: neither side is compared in it."""

    @property
    def shown(self) -> Comparison:
        """What is shown: without what may differ, unless all was asked for."""
        return self.found if self.shows_all else self.found.without(self.allowed)

    @property
    def exit_code(self) -> int:
        """4 when anything differs that may not."""
        return 4 if self.found.without(self.allowed).count else 0

    def render(self) -> str:
        """What is on one side alone, then each object that differs, then the count."""
        return "\n".join(map(escaped, self._lines()))

    def _lines(self) -> Iterator[str]:
        shown = self.shown
        yield f"{self.left} ({self.sources[0]}) and {self.right} ({self.sources[1]})"
        if self.shows_all and self.words:
            yield "the model in its words"
            yield from (f"  {line}" for line in self.words)
        if self.settings:
            yield f"stack config: {', '.join(self.settings)}"
        for side, keys in ((self.left, shown.only_left), (self.right, shown.only_right)):
            if keys:
                yield f"only in {side}"
            yield from first_lines([" ".join(key) for key in keys], SHOWN, "  ")
        for one in shown.different:
            yield " ".join(one.key)
            yield from (f"  {line}" for line in changes_in_words(one.left, one.right))
        yield from (f"not compared: {line}" for line in self.not_read)
        yield self._end()

    def _end(self) -> str:
        left_out = self.found.count - self.found.without(self.allowed).count
        counts = f"no difference in {plural(self.found.same, 'object')}"
        if self.shown.count:
            counts = f"{plural(self.shown.count, 'difference')}, {self.found.same:,} the same"
        hidden = f"; {left_out:,} more {MEANT} (--all shows them)" if left_out and not self.shows_all else ""
        return f"{self.left} -> {self.right}: {counts}{hidden}."

    def markdown(self) -> str:
        """The same as a table."""
        rows = [
            *((" ".join(key), "", "only here", "—") for key in self.shown.only_left),
            *((" ".join(key), "", "—", "only here") for key in self.shown.only_right),
            *(
                (" ".join(one.key), each.path, _short(each.live), _short(each.declared))
                for one in self.shown.different
                for each in one.differences
            ),
        ]
        hidden = [in_markdown(f"Not compared: {line}") for line in self.not_read]
        end = in_markdown(self._end())
        return "\n".join([*table(("object", "value", self.left, self.right), rows), "", *hidden, end])

    def as_json(self) -> dict[str, Any]:
        """The same for scripts; everything, each marked where overlays allow it."""
        rest = self.found.without(self.allowed)
        kept = {one.key for one in rest.different} | {*rest.only_left, *rest.only_right}

        def plain(key: tuple[str, str, str]) -> dict[str, Any]:
            return {"system": key[0], "kind": key[1], "name": key[2], "allowed": key not in kept}

        different = [
            {
                **plain(one.key),
                "values": [{"path": each.path, "left": each.live, "right": each.declared} for each in one.differences],
            }
            for one in self.found.different
        ]
        sides = {"only_left": [plain(key) for key in self.found.only_left]}
        sides |= {"only_right": [plain(key) for key in self.found.only_right]}
        about = {"left": self.left, "right": self.right, "sources": list(self.sources), "same": self.found.same}
        return {
            **about,
            "different": different,
            **sides,
            "words": list(self.words),
            "not_compared": list(self.not_read),
        }


def _short(value: Any) -> str:
    text = "—" if value is None else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


@dataclass(frozen=True)
class _Side:
    """One side: a stack, or the folder of a backup that is read as the accounts of `reader`."""

    name: str
    stack: StackContext | None
    backup: Path | None = field(default=None)


def compare_environments(
    folder: Path, left: str, right: str, *, accounts: bool, shows_all: bool = False, tell: Tell = lambda text: None
) -> Compared:
    """Compares two stacks, or backups: their models, or with `accounts`, and for a backup always, what accounts hold.

    Raises AuthorError for a side that is neither, AccountError when an account does not answer.
    """
    folder = folder.resolve()
    sides = [_side(folder, name) for name in (left, right)]
    contexts = [side.stack for side in sides if side.stack is not None]
    if not accounts and len(contexts) == len(sides):
        return _of_models(contexts[0], contexts[1], shows_all)
    reader = contexts[0] if contexts else _any_stack(folder)
    read = [_account_objects(side, reader, tell) for side in sides]
    (_, one), (_, other) = read
    found, meant = compare(one.shown_by(other), other.shown_by(one)), Comparison()
    not_read = tuple(f"{' '.join(what)}: {answer}" for what, answer in {**one.not_read, **other.not_read}.items())
    if len(contexts) == len(sides):
        meant = compare(*(compiled(list(context.planned)) for context in contexts))
    sources = (read[0][0], read[1][0])
    return Compared(left, right, sources, found, meant, shows_all=shows_all, not_read=not_read)


def _of_models(left: StackContext, right: StackContext, shows_all: bool) -> Compared:
    """Two stacks as the model compiles for them; what overlays say is meant, what stack config says is shown."""
    found = compare(compiled(list(left.planned)), compiled(list(right.planned)))
    words = tuple(str(one) for one in model_changes(topics_of(left.model), topics_of(right.model)))
    names = (left.stack, right.stack)
    meant = allowed_by_overlays(left, right)
    return Compared(*names, ("model", "model"), found, meant, words, shows_all, tuple(_settings(left, right)))


def _settings(left: StackContext, right: StackContext) -> Iterator[str]:
    """What stack config says otherwise about what is compiled; ids of accounts and names of overlays differ always."""
    one, other = left.config.values, right.config.values
    for key in sorted({*one, *other}):
        if key.startswith("revops:") and key != "revops:environment" and one.get(key) != other.get(key):
            yield Difference(key, one.get(key), other.get(key)).arrow()


def _side(folder: Path, name: str) -> _Side:
    if name in stacks_of(folder):
        return _Side(name, StackContext.load(folder, name))
    if (Path(name) / MANIFEST).exists():
        return _Side(name, None, Path(name))
    _any_stack(folder)
    raise AuthorError(
        f'"{name}" is neither a stack nor the folder of a backup', f"stacks: {', '.join(stacks_of(folder))}"
    )


def _any_stack(folder: Path) -> StackContext:
    stacks = stacks_of(folder)
    if not stacks:
        raise AuthorError(f"{folder} has no Pulumi.<stack>.yaml", "run the command in the project's folder")
    return StackContext.load(folder, stacks[0])


@dataclass
class _Account:
    """What the accounts of a side hold, and what they do not show, by system and kind or object, with the answer."""

    objects: dict[ObjectKey, Definition] = field(default_factory=dict)
    not_read: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, system: str, stored: Stored) -> None:
        """The objects of one account that people made, each as an entry would declare it, without parts of others."""
        made = {key: one for key, one in stored.objects.items() if one.is_ours}
        own = {key: _definition(one) for key, one in made.items() if not _is_part(one, made)}
        self.objects |= {(system, *key): definition for key, definition in own.items()}
        self.not_read |= {(system, what): answer for what, answer in stored.not_read.items()}

    def shown_by(self, other: _Account) -> Objects:
        """The objects of what the other side shows too: of the rest nobody can tell whether it is there."""
        hidden = self.not_read.keys() | other.not_read.keys()
        return {key: one for key, one in self.objects.items() if not {key[:2], (key[0], f"{key[1]} {key[2]}")} & hidden}


def _is_part(one: StoredObject, others: Collection[tuple[str, str]]) -> bool:
    """Whether it is the vendor's list inside an object of the same name, which says it too."""
    kind, name = one.kind, one.live.name
    if not kind.existence.is_permanent:
        return False
    refers = kind.references(kind.parse(one.live.definition))
    return any(each.name == name and (each.kind, name) in others for each in refers)


def _account_objects(side: _Side, reader: StackContext, tell: Tell) -> tuple[str, _Account]:
    """What one side's accounts hold, and where that was read: live where the credentials are those of the stack."""
    if side.stack is not None:
        try:
            return "account", _live(side.stack, tell)
        except SessionError as error:
            kept = side.stack.folder.parent / BACKUPS / side.name
            if not (kept / MANIFEST).exists():
                raise AuthorError(
                    f"the accounts of {side.name} cannot be read with these credentials: {error.diagnostic.message}",
                    f"with its credentials: revops backup --stack {side.name}, then compare again",
                ) from None
            return f"backup {BACKUPS}/{side.name}", _of_backup(kept, side.stack, tell)
    assert side.backup is not None
    return "backup", _of_backup(side.backup, reader, tell)


def _live(context: StackContext, tell: Tell) -> _Account:
    found = _Account()
    for system in context.chosen_systems(None):
        with context.connected(system) as session:
            found.add(system.name, read_all(session, tell, lambda kind, name: True))
    return found


def _of_backup(folder: Path, context: StackContext, tell: Tell) -> _Account:
    tell("the backup")
    stored, found = read_backup(folder), _Account()
    with twin_of(folder) as simulators:
        for name, system in context.systems.items():
            if name in stored:
                with session_of_twin(context, system, simulators) as session:
                    found.add(name, read_all(session, tell, lambda kind, name: True))
    return found


def _definition(one: StoredObject) -> Any:
    try:
        return entry_of(one.kind, one.live)
    except Inexpressible:
        return one.live.definition
