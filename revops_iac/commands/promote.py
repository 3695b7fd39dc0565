"""`revops promote`: what must move from one environment to the next, in which order, and what will not work there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from revops_iac.adoption.drift import managed_in
from revops_iac.adoption.reading import QuietReport
from revops_iac.commands.doctor import examine_stack
from revops_iac.commands.rebind import Pulumi
from revops_iac.diagnostics import Diagnostic, Severity, escaped, first_of, fix_lines, plural, to_json
from revops_iac.errors import AccountError, AuthorError, SessionError
from revops_iac.plan.object_changes import changes_in_words
from revops_iac.plan.preflight import of_resources
from revops_iac.provider.changes.consent import comparable
from revops_iac.provider.kind import DesiredResource, Kind
from revops_iac.provider.session import Session
from revops_iac.stack_context import StackContext

Tell = Callable[[str], None]
State = Mapping[str, Any]
SHOWN = 20
EMPTY: State = {"deployment": {}}


@dataclass(frozen=True)
class Move:
    """One step in the target: `changes` are its values there now and then."""

    verb: str
    system: str
    kind: str
    name: str
    changes: tuple[str, ...] = ()


@dataclass
class Promotion:
    """What a promotion moves. `problems` keep it from working there; `unproved` is not applied in the source."""

    source: str
    target: str
    moves: list[Move] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    unproved: list[str] = field(default_factory=list)
    not_read: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """1 when something will not work, 4 when something moves, else 0."""
        return 1 if self.problems else 4 if self.moves else 0

    def render(self) -> str:
        """The steps in order, what will not work, and how to go on."""
        return "\n".join(map(escaped, self._lines()))

    def _lines(self) -> Iterator[str]:
        if self.moves:
            yield f"must move to {self.target}, in this order"
        for at, move in enumerate(self.moves, 1):
            yield f"  {at}. {move.verb} {move.system} {move.kind} {move.name}"
            yield from (f"       {change}" for change in move.changes)
        if self.problems:
            yield f"will not work in {self.target}"
        for one in self.problems:
            yield f"  {one.subject}: {one.message}" if one.subject else f"  {one.message}"
            yield from (f"  {line}" for line in fix_lines(one))
        for line in self.not_read:
            yield f"not checked: {line}"
        if self.unproved:
            yield f"not applied in {self.source} yet: {first_of(self.unproved, SHOWN)}"
        counts = f"{plural(len(self.moves), 'step')}, {plural(len(self.problems), 'problem')}"
        yield f"{self.source} -> {self.target}: {counts}; nothing was changed."
        if self.moves and not self.problems:
            yield f"next: revops plan --stack {self.target}"

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        moves = [{**vars(move), "changes": list(move.changes)} for move in self.moves]
        rest = {"unproved": self.unproved, "not_checked": self.not_read}
        return {
            "source": self.source,
            "target": self.target,
            "moves": moves,
            "problems": to_json(self.problems),
            **rest,
        }


def promote(folder: Path, source: str, target: str, *, tell: Tell = lambda text: None) -> Promotion:
    """What must move from a stack to another. Raises AuthorError and AccountError. Writes nothing."""
    folder = folder.resolve()
    states = {name: _state(folder, name) for name in (source, target)}
    return promotion(folder, source, target, states, tell=tell)


def _state(folder: Path, stack: str) -> State:
    """The state of a stack; an empty one where it was never made."""
    try:
        return Pulumi(folder.parent, stack).export()
    except AuthorError as error:
        if "no stack named" in str(error):
            return EMPTY
        raise


def promotion(
    folder: Path, source: str, target: str, states: Mapping[str, State], *, tell: Tell = lambda text: None
) -> Promotion:
    """The same from the states of both stacks as `pulumi stack export` prints them."""
    folder = folder.resolve()
    found, context = Promotion(source, target), StackContext.load(folder, target)
    found.unproved = list(_not_applied(StackContext.load(folder, source), states[source]))
    for system in context.chosen_systems(None):
        with context.connected(system) as session:
            _of_account(found, context, session, states[target], tell)
    tell("the accounts for scopes and limits")
    checks = examine_stack(folder, target).checks
    known = {(one.subject, one.message) for one in found.problems}
    found.problems += [
        one for one in checks if one.severity is Severity.ERROR and (one.subject, one.message) not in known
    ]
    return found


def _not_applied(context: StackContext, state: State) -> Iterator[str]:
    """What the source's model declares otherwise than its state holds: nobody has seen it work there."""
    for system in context.systems.values():
        managed = {(one.kind.name, one.name): one for one in managed_in(state, system)}
        for item in context.desired(system.name):
            one = managed.get((item.kind, item.name))
            if one is None or one.kind.differences(item.inputs, one.inputs):
                yield f"{system.name} {item.kind} {item.name}"


def _of_account(found: Promotion, context: StackContext, session: Session[Any], state: State, tell: Tell) -> None:
    """The steps on one account of the target, and what it says against them."""
    system, desired = session.system, context.desired(session.system.name)
    session.report = QuietReport()
    session.declared = desired
    session.open()
    managed = managed_in(state, system)
    for at, item in enumerate(desired):
        if at % 50 == 0:
            tell(f"{system.label} for {item.kind} ({at:,} of {len(desired):,})")
        found.moves += _moves(found, session, system.kinds[item.kind], item)
    declared = {(item.kind, item.name) for item in desired}
    gone = [one for one in reversed(managed) if (one.kind.name, one.name) not in declared]
    found.moves += [Move("remove", system.name, one.kind.name, one.name) for one in gone]
    before = frozenset(f"{one.kind.name} {one.name}" for one in managed)
    found.problems += [one for one in of_resources(session, desired, before) if one.severity is Severity.ERROR]


def _moves(found: Promotion, session: Session[Any], kind: Kind[Any, Any], item: DesiredResource) -> Sequence[Move]:
    try:
        live = kind.find(session, kind.typed(item), session.states.get((item.kind, item.name)))
    except SessionError:
        raise
    except AccountError as error:
        found.not_read.append(f'{item.kind} "{item.name}": {error.diagnostic.sentence}')
        return ()
    about = (session.system.name, item.kind, item.name)
    if live is None:
        return [Move("enable" if kind.enables else "create", *about)]
    if any(kind.manual_steps(kind.typed(item), live)):
        return [Move("by a person:", *about, tuple(kind.manual_steps(kind.typed(item), live)))]
    view = kind.managed_view(item.inputs, live)
    keys = kind.differences(item.inputs, view)
    sides = [comparable(kind, key, view, item.inputs) for key in keys]
    now, then = (dict(zip(keys, side, strict=True)) for side in zip(*sides, strict=True)) if keys else ({}, {})
    return [Move("change", *about, tuple(changes_in_words(now, then)))] if keys else ()
