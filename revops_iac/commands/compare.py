"""`revops compare`: two environments side by side, as the model compiles for them or as their accounts are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from revops_iac.adoption.backup import MANIFEST, read_backup
from revops_iac.adoption.comparison import Comparison, Objects, allowed_by_overlays, compare, compiled
from revops_iac.adoption.tidy import Inexpressible, entry_of
from revops_iac.commands.backup import FOLDER as BACKUPS
from revops_iac.commands.twin import StoredObject, read_all, session_of_twin, twin_of
from revops_iac.config.stack_config import stacks_of
from revops_iac.diagnostics import escaped, plural
from revops_iac.errors import AuthorError, SessionError
from revops_iac.plan.model_changes import model_changes, topics_of
from revops_iac.provider.differences import Difference
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
            yield from (f"  {' '.join(key)}" for key in keys[:SHOWN])
            if len(keys) > SHOWN:
                yield f"  {len(keys) - SHOWN:,} more"
        for one in shown.different:
            yield " ".join(one.key)
            yield from (f"  {each.arrow()}" for each in one.differences)
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
        head = [f"| object | value | {self.left} | {self.right} |", "|---|---|---|---|"]
        return "\n".join(
            [*head, *("| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows), "", self._end()]
        )

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
        return {**about, "different": different, **sides, "words": list(self.words)}


def _short(value: Any) -> str:
    text = "—" if value is None else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


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
    found, meant = compare(read[0][1], read[1][1]), Comparison()
    if len(contexts) == len(sides):
        meant = compare(*(compiled(list(context.planned)) for context in contexts))
    return Compared(left, right, (read[0][0], read[1][0]), found, meant, shows_all=shows_all)


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
    known = ", ".join(stacks_of(folder)) or "none"
    raise AuthorError(f'"{name}" is neither a stack nor the folder of a backup', f"stacks: {known}")


def _any_stack(folder: Path) -> StackContext:
    stacks = stacks_of(folder)
    if not stacks:
        raise AuthorError(f"{folder} has no Pulumi.<stack>.yaml", "run the command in the project's folder")
    return StackContext.load(folder, stacks[0])


def _account_objects(side: _Side, reader: StackContext, tell: Tell) -> tuple[str, Objects]:
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


def _live(context: StackContext, tell: Tell) -> dict[tuple[str, str, str], Any]:
    found: dict[tuple[str, str, str], Any] = {}
    for system in context.chosen_systems(None):
        session = context.session(system)
        try:
            found |= _of_people(system.name, read_all(session, tell, lambda kind, name: True))
        finally:
            if (close := getattr(session.client, "close", None)) is not None:
                close()
    return found


def _of_backup(folder: Path, context: StackContext, tell: Tell) -> dict[tuple[str, str, str], Any]:
    tell("the backup")
    stored = read_backup(folder)
    found: dict[tuple[str, str, str], Any] = {}
    with twin_of(folder) as simulators:
        for name, system in context.systems.items():
            if name in stored:
                session = session_of_twin(context, system, simulators)
                found |= _of_people(name, read_all(session, tell, lambda kind, name: True))
    return found


def _of_people(system: str, stored: Any) -> dict[tuple[str, str, str], Any]:
    """The objects that people made, each as an entry would declare it; else as it was read."""
    return {(system, kind, name): _definition(one) for (kind, name), one in stored.items() if one.is_ours}


def _definition(one: StoredObject) -> Any:
    try:
        return entry_of(one.kind, one.live)
    except Inexpressible:
        return one.live.definition
