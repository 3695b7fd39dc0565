"""`revops restore`: puts objects back as a backup or a run holds them; a dry run first, and what it cannot restore."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from revops_iac.adoption.backup import MANIFEST, Backup, read_account, read_backup, write_backup
from revops_iac.adoption.yaml.tidy import Inexpressible, entry_of
from revops_iac.commands.apply import BEFORE, RECORD, RUNS
from revops_iac.commands.twin import ObjectKey, StoredObject, read_all, session_of_twin, twin_of
from revops_iac.compile import validated
from revops_iac.diagnostics import escaped, first_of
from revops_iac.errors import AuthorError, RevopsError
from revops_iac.provider.changes.differences import before_and_after
from revops_iac.provider.kind import Definition, DesiredResource, Kind, LiveObject
from revops_iac.provider.session import Session
from revops_iac.redaction import HIDDEN
from revops_iac.stack_context import StackContext
from revops_iac.state.folder import stack_folder
from revops_iac.systems import System

Tell = Callable[[str], None]
SHOWN = 20


@dataclass
class Step:
    """One object to restore: `inputs` as the backup has it, `live` as the account has it now, None when it is gone.

    `changes` says each value; `kept` names the parts that no input says, so that they stay as they are now. `secrets`
    are those that a new object needs, since no backup holds them.
    """

    system: str
    kind: Kind[Any, Any]
    name: str
    inputs: Definition
    live: LiveObject | None
    changes: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    refusal: str = ""

    @property
    def key(self) -> ObjectKey:
        """Kind and vendor name."""
        return self.kind.name, self.name

    @property
    def verb(self) -> str:
        """What happens to it."""
        return "create" if self.live is None else "change"


@dataclass
class Restoration:
    """What a restoration does, or did. `cannot` says what it does not restore, and why."""

    stack: str
    source: str
    steps: list[Step] = field(default_factory=list)
    cannot: list[tuple[str, str]] = field(default_factory=list)
    same: int = 0
    newer: list[str] = field(default_factory=list)
    is_done: bool = False
    before: str = ""

    @property
    def exit_code(self) -> int:
        """0 when done or nothing differs, 4 when it was only shown, 2 when the account refused something."""
        if self.is_done:
            return 2 if any(step.refusal for step in self.steps) else 0
        return 4 if self.steps else 0

    def render(self) -> str:
        """A line per object, what cannot be restored, and how it ended."""
        return "\n".join(map(escaped, [*self._lines(), *self._end()]))

    def _lines(self) -> Iterator[str]:
        for step in self.steps:
            yield f"{step.verb} {step.system} {step.kind.name} {step.name}" + (
                f": refused: {step.refusal}" if step.refusal else ""
            )
            yield from (f"  {change}" for change in step.changes)
            if step.secrets:
                yield f"  needs, in the environment or in stack config: {', '.join(step.secrets)}"
            if step.kept:
                yield f"  not restored, stays as it is now: {', '.join(step.kept)}"
        for reason in dict.fromkeys(reason for _, reason in self.cannot):
            names = [name for name, why in self.cannot if why == reason]
            yield f"not restored: {first_of(names, SHOWN)}: {reason}"
        if self.newer:
            shown = ", ".join(self.newer[:SHOWN]) + (" …" if len(self.newer) > SHOWN else "")
            yield f"newer than the backup, and left alone: {shown}"

    def _end(self) -> Iterator[str]:
        if not self.steps:
            yield f"{self.stack}: {self.same:,} objects are as in {self.source}; nothing was changed."
        elif not self.is_done:
            count = len(self.steps)
            yield f"{self.stack}: dry run, {count:,} would be restored from {self.source}; nothing was changed."
            yield "next: the same with --yes"
        else:
            done = sum(not step.refusal for step in self.steps)
            yield f"{self.stack}: {done:,} of {len(self.steps):,} restored from {self.source}."
            yield f"undo: revops restore {self.before} --stack {self.stack}"
            yield "pulumi preview shows where the model differs."

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        steps = [
            {
                "action": step.verb,
                "system": step.system,
                "kind": step.kind.name,
                "name": step.name,
                "changes": list(step.changes),
                "not_restored": list(step.kept),
                "secrets": list(step.secrets),
                "refusal": step.refusal,
            }
            for step in self.steps
        ]
        cannot = [{"object": name, "reason": reason} for name, reason in self.cannot]
        rest = {"same": self.same, "newer": self.newer, "done": self.is_done, "undo": self.before}
        return {"stack": self.stack, "source": self.source, "steps": steps, "not_restored": cannot, **rest}


def restore(
    folder: Path,
    stack: str,
    source: str,
    objects: Sequence[str] = (),
    *,
    apply: bool,
    only: str | None = None,
    tell: Tell = lambda text: None,
) -> Restoration:
    """Shows, and with `apply` does, what brings the accounts of a stack back to a backup, or to before a run.

    `objects` are vendor names or patterns; none means all. Raises AuthorError for a source that is no backup or of
    another account, AccountError when an account does not answer.
    """
    folder = folder.resolve()
    context, place = StackContext.load(folder, stack), source_folder(folder, stack, source)
    backup = read_backup(place)
    systems = [system for system in context.chosen_systems(only) if system.name in backup]
    sessions = {system.name: context.session(system) for system in systems}
    restoration = Restoration(stack, source)
    for system in systems:
        _require_same_account(system, sessions[system.name], backup[system.name].account)
    stored = _stored(context, systems, place, objects, tell)
    for system in systems:
        _plan(restoration, sessions[system.name], stored[system.name], objects, tell, place.name == BEFORE)
    is_whole = not objects and place.name != BEFORE
    now = {name: read_account(session, tell) for name, session in sessions.items()} if is_whole else {}
    restoration.cannot += [*_without_kind(backup, now, stored, objects), *_made_by_run(place)]
    if apply and restoration.steps:
        restoration.before = _save_before(
            folder, stack, now or {name: read_account(session, tell) for name, session in sessions.items()}
        )
        for system in systems:
            _apply(restoration, sessions[system.name], tell)
        restoration.is_done = True
    return restoration


def source_folder(folder: Path, stack: str, source: str) -> Path:
    """The folder of a backup, or of what a run saved before it wrote. Raises AuthorError when there is none."""
    run = stack_folder(stack, folder) / RUNS / source
    place = next((one for one in (Path(source), run / BEFORE, run) if (one / MANIFEST).exists()), None)
    if place is None:
        raise AuthorError(f'"{source}" is neither the folder of a backup nor a run of {stack}', "see revops backup")
    return place


def _require_same_account(system: System, session: Session[Any], account: str) -> None:
    live = session.open().id
    if system.account.parse_id(account) != system.account.parse_id(live):
        raise AuthorError(
            f"{system.label}: the backup is of {system.account.id_name} {account}, the stack's account is {live}",
            "restore into the account that was backed up",
        )


def _chosen(objects: Sequence[str]) -> Callable[[str, str], bool]:
    def is_chosen(kind: str, name: str) -> bool:
        called = (name, f"{kind} {name}")
        return not objects or any(fnmatchcase(one, pattern) or one == pattern for pattern in objects for one in called)

    return is_chosen


def _stored(
    context: StackContext, systems: Sequence[System], place: Path, objects: Sequence[str], tell: Tell
) -> Mapping[str, Mapping[ObjectKey, StoredObject]]:
    """What the backup holds, by system."""
    tell("the backup")
    if place.name == BEFORE:
        return {system.name: _of_run(system, place, objects) for system in systems}
    with twin_of(place) as simulators:
        found = {}
        for system in systems:
            with session_of_twin(context, system, simulators) as session:
                found[system.name] = read_all(session, tell, _chosen(objects)).objects
        return found


def _of_run(system: System, place: Path, objects: Sequence[str]) -> dict[ObjectKey, StoredObject]:
    """What a run of `revops apply` kept: each object in the form of its inputs, beside the vendor's own."""
    is_chosen, documents = _chosen(objects), read_backup(place)[system.name].documents
    return {
        (kind, name): StoredObject(
            system.kinds[kind], LiveObject(str(kept.content["id"]), name, kept.content["definition"])
        )
        for (kind, name), kept in documents.items()
        if kind in system.kinds and is_chosen(kind, name)
    }


def _plan(
    restoration: Restoration,
    session: Session[Any],
    stored: Mapping[ObjectKey, StoredObject],
    objects: Sequence[str],
    tell: Tell,
    is_run: bool,
) -> None:
    """Compares what the backup holds with the account, and orders the steps: what is referred to comes first."""
    system, steps = session.system, dict[ObjectKey, Step]()
    session.declared = [DesiredResource(kind, name, name, {}) for kind, name in stored]
    for at, (key, one) in enumerate(stored.items()):
        if at % 50 == 0:
            tell(f"{system.label} for {one.kind.name} ({at:,} of {len(stored):,})")
        try:
            step = _step(system.name, session, one)
        except Inexpressible as error:
            if one.is_ours or objects:
                restoration.cannot.append((f"{system.name} {key[0]} {key[1]}", str(error)))
        except RevopsError as error:
            restoration.cannot.append((f"{system.name} {key[0]} {key[1]}", error.diagnostic.sentence))
        else:
            if step is None:
                restoration.same += 1
            else:
                steps[key] = step
    restoration.steps += _ordered(steps)
    present = {} if objects or is_run else read_all(session, tell, _chosen(objects)).objects
    known = {*stored, *((step.kind.name, step.live.name) for step in steps.values() if step.live is not None)}
    new = [f"{key[0]} {key[1]}" for key, one in present.items() if key not in known and one.is_ours]
    restoration.newer += sorted(new)


def _step(system: str, session: Session[Any], one: StoredObject) -> Step | None:
    """What restores an object, None where it is as it was. Raises Inexpressible, and AccountError."""
    kind, name = one.kind, one.live.name
    renamed = None if kind.name_is_immutable else session.name_of(kind, one.live.id)
    live = session.find(kind, renamed or name)
    if live is not None and live.definition == one.live.definition and _parts(live) == _parts(one.live):
        return None
    inputs = validated(kind, entry_of(kind, one.live, whole=True))
    inputs |= dict.fromkeys(_emptied(kind, one.live, live))
    if HIDDEN in json.dumps(inputs):
        raise Inexpressible("a secret in it was not kept: enter it in the CRM")
    kept = tuple(_parts(one.live))
    if live is None:
        if kind.existence.is_permanent:
            raise AuthorError("it is always there, and the account does not show it")
        return Step(system, kind, name, inputs, None, kept=kept, secrets=tuple(dict.fromkeys(_secrets(inputs))))
    view = kind.managed_view(inputs, live)
    keys = kind.differences(inputs, view)
    changes = tuple(before_and_after(key, view.get(key), inputs.get(key)) for key in keys)
    return Step(system, kind, name, inputs, live, changes, kept) if changes else None


def _secrets(value: Any) -> Iterator[str]:
    """The secrets that inputs name."""
    if isinstance(value, dict) and set(value) == {"secret"}:
        yield str(value["secret"])
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _secrets(inner)


def _emptied(kind: Kind[Any, Any], stored: LiveObject, live: LiveObject | None) -> Iterator[str]:
    """The inputs that had no value and have one now."""
    for key, value in stored.definition.items():
        now = live.definition.get(key) if live is not None else None
        if value is None and now not in (None, "", [], {}) and key in kind.inputs.model_fields:
            yield key


def _parts(live: LiveObject) -> list[str]:
    return list(live.facts.get("unmanaged_parts") or ())


def _ordered(steps: Mapping[ObjectKey, Step]) -> list[Step]:
    graph = {
        key: [
            (one.kind, one.name)
            for one in step.kind.references(step.kind.parse(step.inputs))
            if (one.kind, one.name) in steps
        ]
        for key, step in steps.items()
    }
    try:
        return [steps[key] for key in TopologicalSorter(graph).static_order()]
    except CycleError:
        return list(steps.values())


def _without_kind(
    backup: Backup,
    now: Backup,
    stored: Mapping[str, Mapping[ObjectKey, StoredObject]],
    objects: Sequence[str],
) -> Iterator[tuple[str, str]]:
    """What a backup stores and no resource type writes: what was asked for by name, else all that differs `now`."""
    known = {text for some in stored.values() for (_, name), one in some.items() for text in (name, one.live.id)}
    for system, account in backup.items():
        live = now.get(system)
        for (type_, name), document in account.documents.items():
            if name in known or f"{type_.partition('/')[2]}.{name}" in known:
                continue
            is_other = live is not None and type_ not in live.not_read and live.documents.get((type_, name)) != document
            if name in objects or is_other:
                yield f"{system} {type_} {name}", "no resource type writes it: its file shows what to enter"


def _made_by_run(place: Path) -> Iterator[tuple[str, str]]:
    """What was not there before a run: taking it away is a removal, which Pulumi does."""
    record = place.parent / RECORD
    known = json.loads(record.read_text(encoding="utf-8")) if place.name == BEFORE and record.exists() else {}
    for system, kind, name in known.get("absent") or ():
        yield f"{system} {kind} {name}", "the run made it: remove it from the model, then pulumi up"


def _save_before(folder: Path, stack: str, now: Backup) -> str:
    """Keeps the accounts as they are before the first write; returns the name of the run."""
    run = f"restore-{datetime.now(UTC).strftime('%Y%m%dT%H%M%SZ')}"
    write_backup(stack_folder(stack, folder) / RUNS / run, now)
    return run


def _apply(restoration: Restoration, session: Session[Any], tell: Tell) -> None:
    """Writes one object after the other; what the account refuses is noted, and the others go on."""
    steps = [step for step in restoration.steps if step.system == session.system.name]
    session.declared = [DesiredResource(step.kind.name, step.name, step.name, step.inputs) for step in steps]
    session.allow_writes()
    for step in steps:
        tell(f"{session.system.label} to write {step.kind.name} {step.name}")
        typed = step.kind.parse(step.inputs)
        try:
            written = (
                step.kind.create(session, typed) if step.live is None else step.kind.update(session, step.live, typed)
            )
        except RevopsError as error:
            step.refusal = error.diagnostic.sentence
        else:
            session.remember(step.kind, written, step.inputs)
