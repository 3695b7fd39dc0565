"""`revops lift`: says raw resources in the words of the model, where the next preview shows no change by it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from revops_iac.adoption.lifting import Entry, Lifting, covered, lift
from revops_iac.adoption.record import Record
from revops_iac.adoption.yaml.files import dump
from revops_iac.commands.adopt import carry_out, project_of, take_up
from revops_iac.commands.rebind import Pulumi
from revops_iac.diagnostics import escaped, suggest
from revops_iac.errors import AuthorError
from revops_iac.model import TOPICS
from revops_iac.stack_context import StackContext

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Lifted:
    """What was lifted, or would be."""

    stack: str
    lifting: Lifting
    files: tuple[str, ...]
    done: bool = False
    pending: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 when done or nothing can be lifted, 4 when it was only shown."""
        return 4 if self.lifting.entries and not self.done else 0

    def render(self) -> str:
        """Each entry as it would be written, then what stays raw."""
        return "\n".join(escaped(line) for line in self._lines())

    def _lines(self) -> Iterator[str]:
        for one in self.lifting.entries:
            yield f"{one.name}, instead of {', '.join(_raw(one))}:"
            yield from (f"  {line}" for line in dump(one.whole).splitlines())
        yield from (f"no longer managed: {one}" for one in self.lifting.unmanaged)
        yield from (f"stays raw: {one.subject}: {one.reason}" for one in self.lifting.stays)
        yield from (f"  {path}" for path in self.files)
        number = len(self.lifting.entries)
        if not number:
            yield f"{self.stack}: nothing to lift; nothing was changed."
        elif self.done:
            yield f"{self.stack}: {number} lifted; pulumi preview changes none of it. No account was changed."
            if self.pending:
                yield f"pending changes of the model, as before: {', '.join(self.pending)}"
            yield f"undo: revops adopt --stack {self.stack} --undo"
        else:
            yield f"{self.stack}: dry run, {number} would be lifted; nothing was changed."
            yield f"next: revops lift --stack {self.stack} --yes"

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        entries = [
            {"topic": one.topic, "key": one.key, "entry": one.whole, "instead_of": _raw(one)}
            for one in self.lifting.entries
        ]
        stays = [{"topic": one.topic, "subject": one.subject, "reason": one.reason} for one in self.lifting.stays]
        known = {"stack": self.stack, "done": self.done, "lifted": entries, "unmanaged": self.lifting.unmanaged}
        return {**known, "stays_raw": stays, "files": list(self.files), "pending": list(self.pending)}


def _raw(entry: Entry) -> list[str]:
    return [f"{system} {kind} {name}" for system, kind, name in entry.covers]


def lift_stack(
    folder: Path, stack: str, topics: Collection[str], *, apply: bool, tell: Tell = lambda text: None
) -> Lifted:
    """Shows, and with `apply` writes, the entries that say what raw resources say.

    Raises AuthorError for an unknown topic, and where Pulumi refuses or an earlier run was interrupted,
    DiagnosticsError when the model does not compile, AccountError when an account does not answer.
    """
    from revops_iac.adoption.state_entries import Adopted, StackState

    for topic in topics:
        if topic not in TOPICS:
            raise AuthorError(f'"{topic}" is not a topic', suggest(topic, TOPICS))
    folder = folder.resolve()
    context = StackContext.load(folder, stack)
    pulumi = Pulumi(folder.parent, stack)
    state = pulumi.export()
    take_up(folder, stack, pulumi, apply)
    with context.all_connected(context.chosen_systems(None)) as sessions:
        ids = {name: session.open().id for name, session in sessions.items()}
        tell("the accounts for what the model would declare")
        lifting = lift(context, sessions, topics)
        paths = tuple(one.path.relative_to(folder.parent).as_posix() for one in lifting.files)
        outcome = Lifted(stack, lifting, paths)
        if not apply or lifting.after is None:
            return outcome
        changed = [Adopted(planned, live, sessions[planned.system]) for planned, live in lifting.changed]
        names = {topic for one in lifting.entries for topic in one.whole}
        made = StackState(project_of(folder), lifting.after, state).lifted(context, changed, ids, names)
        tell("Pulumi")
        record = Record.begin(folder, stack, state, made.state, lifting.files)
        pending = carry_out(record, pulumi, lambda: _proved(pulumi, lifting))
        return replace(outcome, done=True, pending=tuple(pending))


def _proved(pulumi: Pulumi, lifting: Lifting) -> list[str]:
    """The other steps of the next preview. Raises AuthorError when it would change what was lifted."""
    mine = {planned.declaration.key for planned, _ in lifting.changed} | {
        topic for one in lifting.entries for topic in one.whole
    }
    mine |= {name for _, _, name in covered(lifting.entries)}
    pending, wrong = list[str](), list[str]()
    for urn, operation in pulumi.preview():
        name = urn.rpartition("::")[2]
        (wrong if name in mine else pending).append(f"{operation} {name}")
    if wrong:
        raise AuthorError(
            f"pulumi preview would change what was lifted: {', '.join(wrong)}; the lifting was undone",
            "lift another topic with --topic",
        )
    return pending
