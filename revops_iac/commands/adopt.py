"""`revops adopt`: adopts what an account has, as YAML and as state, and writes nothing to the account.

Pulumi cannot import dynamic resources, so the entries are added to an export of the state. The backup comes first, then
the files, then the import; a preview that shows a change of what was adopted undoes all of it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from revops_iac.adoption.choice import Choice, object_of
from revops_iac.adoption.needs import Needs
from revops_iac.adoption.reading import AccountReader, KindReading
from revops_iac.adoption.record import Record, same_resources
from revops_iac.adoption.yaml.files import FileEdit, edit
from revops_iac.commands.rebind import Pulumi
from revops_iac.compile import Planned
from revops_iac.diagnostics import escaped, first_lines, first_of
from revops_iac.errors import AuthorError, DiagnosticsError
from revops_iac.provider.session import Session
from revops_iac.stack_context import StackContext
from revops_iac.state.folder import stack_folder, write_text

Tell = Callable[[str], None]
SHOWN = 20
"""How many objects are listed one by one, per kind and outcome."""


@dataclass(frozen=True)
class Adoption:
    """What an adoption does, or did: per kind, and the files that it writes."""

    stack: str
    readings: tuple[KindReading, ...]
    files: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    """Other steps that the next preview shows: changes of the model that were not applied before either."""
    backup: Path | None = field(default=None)
    source: str = ""
    """The folder that was read instead of an account."""
    left_over: Mapping[str, str] = field(default_factory=dict)
    """What in the folder is no resource, with the reason."""

    @property
    def total(self) -> int:
        """How many objects are adopted."""
        return sum(len(reading.adopted) for reading in self.readings)

    @property
    def exit_code(self) -> int:
        """0 when done or nothing is left to do, 4 when it was only shown."""
        return 4 if self.total and self.backup is None else 0

    def render(self) -> str:
        """A paragraph per kind that the account has, and how it ended."""
        lines = [line for reading in self.readings for line in _lines(reading)]
        for reason, number in Counter(self.left_over.values()).most_common():
            lines.append(f"{self.source}: {number:,} left out: {reason}")
        return "\n".join(map(escaped, [*lines, *self._end()]))

    def _end(self) -> Iterator[str]:
        if not self.total:
            yield f"{self.stack}: nothing new to adopt; nothing was changed."
        elif self.backup is None:
            yield from (f"  {path}" for path in self.files)
            yield f"{self.stack}: dry run, {self.total:,} would be adopted; nothing was changed."
            yield f"next: revops adopt --stack {self.stack} --yes"
        else:
            yield from (f"  {path}" for path in self.files)
            new = sum(len(reading.new) for reading in self.readings)
            if old := self.total - new:
                yield f"{self.stack}: {old:,} adopted; pulumi preview changes none of them. No account was changed."
            if new:
                yield f"{self.stack}: {new:,} written to YAML only; pulumi up creates them."
            if self.pending:
                yield f"pending changes of the model, as before: {', '.join(self.pending[:SHOWN])}"
            yield f"undo: revops adopt --stack {self.stack} --undo"

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        kinds = [_plain(reading) for reading in self.readings]
        done = {"adopted": self.total if self.backup else 0, "would_adopt": 0 if self.backup else self.total}
        more = {"source": self.source, "left_over": dict(self.left_over)} if self.source else {}
        return {
            "stack": self.stack,
            **done,
            **more,
            "files": list(self.files),
            "pending": list(self.pending),
            "kinds": kinds,
        }


def _plain(reading: KindReading) -> dict[str, Any]:
    adopted = [{"name": one.name, "unmanaged_parts": one.unexpressed} for one in reading.adopted]
    left_out = [{"name": name, "reason": reason} for name, reason in reading.left_out.items()]
    known = {
        "found": reading.found,
        "vendor_made": dict(reading.vendor_made),
        "managed": reading.managed,
        "declared": reading.declared,
    }
    rest = {"adopted": adopted, "left_out": left_out, "not_read": reading.not_read, "new": sorted(reading.new)}
    return {"system": reading.system, "kind": reading.kind, **known, **rest}


def _lines(reading: KindReading) -> Iterator[str]:
    counts = {
        "already managed": len(reading.managed),
        "already declared": len(reading.declared),
        "to adopt": len(reading.adopted),
        "left out": len(reading.left_out),
        **{f"made by {maker}": number for maker, number in reading.vendor_made.items()},
    }
    outcome = ", ".join(f"{number:,} {what}" for what, number in counts.items() if number)
    if reading.found:
        yield f"{reading.system} {reading.kind}: {reading.found:,} found" + (f": {outcome}" if outcome else "")
    for reason in dict.fromkeys(reading.not_read):
        yield f"{reading.system} {reading.kind}: not read: {reason}"
    named = [_named(one.name, one.unexpressed) for one in reading.adopted]
    yield from first_lines(named, SHOWN, "  to adopt: ")
    by_reason: dict[str, list[str]] = {}
    for name, reason in reading.left_out.items():
        by_reason.setdefault(reason, []).append(name)
    for reason, names in by_reason.items():
        yield f"  left out: {first_of(names, SHOWN)}: {reason}"


def _named(name: str, unexpressed: Sequence[str]) -> str:
    return f"{name} (stays as it is: {', '.join(unexpressed)})" if unexpressed else name


def adopt_stack(
    folder: Path, stack: str, choice: Choice, *, only: str | None = None, apply: bool, tell: Tell = lambda text: None
) -> Adoption:
    """Shows, and with `apply` does, the adoption of what the accounts of a stack hold.

    Raises DiagnosticsError when the model does not compile, AuthorError when Pulumi refuses or an earlier adoption was
    interrupted, AccountError when an account does not answer.
    """
    from revops_iac.adoption.state_entries import StackState

    folder = folder.resolve()
    context = StackContext.load(folder, stack)
    pulumi = Pulumi(folder.parent, stack)
    state = StackState(project_of(folder), context, pulumi.export())
    take_up(folder, stack, pulumi, apply)
    choice.require_known(context.chosen_systems(only))
    with context.all_connected(context.chosen_systems(only)) as sessions:
        readings = [one for each in sessions.values() for one in _readings(context, each, state, choice, tell)]
        _require_found(context, readings, choice)
        return _Taking(folder, state, pulumi, sessions).ended(context, readings, apply, tell)


def adopt_source(
    folder: Path,
    stack: str,
    source: Path,
    choice: Choice,
    *,
    only: str | None = None,
    apply: bool,
    tell: Tell = lambda text: None,
) -> Adoption:
    """The same for the components in a folder of source. Where the stack names the account, what it holds already gets
    its entry in state; the rest is written as YAML, for the next `pulumi up`.

    Raises as `adopt_stack` does, and AuthorError where the folder holds no component.
    """
    from revops_iac.adoption.source_folder import compare_with_account, open_source, read_source, system_of
    from revops_iac.adoption.state_entries import StackState

    folder = folder.resolve()
    context = StackContext.load(folder, stack)
    system = system_of(context, only)
    choice.require_known([system])
    account = open_source(system, source)
    pulumi = Pulumi(folder.parent, stack)
    state = StackState(project_of(folder), context, pulumi.export())
    take_up(folder, stack, pulumi, apply)
    readings = read_source(context, system, account, state.managed(system.name), choice, tell)
    with context.all_connected([system] if context.account_id(system) else []) as sessions:
        for session in sessions.values():
            compare_with_account(session, context, readings)
        if not sessions:
            for reading in readings:
                reading.new = {one.name for one in reading.adopted}
        taking = _Taking(folder, state, pulumi, sessions)
        return taking.ended(context, readings, apply, tell, source=str(source), left_over=account.left_over)


def _readings(
    context: StackContext, session: Session[Any], state: Any, choice: Choice, tell: Tell
) -> list[KindReading]:
    name = session.system.name
    needs = _needs(context, name, choice)
    return AccountReader(session, context.desired(name), state.managed(name), choice, tell, needs).readings()


def _needs(context: StackContext, system: str, choice: Choice) -> Needs | None:
    """What `needed_by` names: resources of the program, by name or by the entry that they come from, else live ones."""
    if not choice.needed_by:
        return None
    named = {name: [one for one in context.planned if _is_named(one, name)] for name in choice.needed_by}
    resources = [one.desired for found in named.values() for one in found if one.system == system]
    return Needs(tuple(resources), tuple(name for name, found in named.items() if not found))


def _is_named(planned: Planned, name: str) -> bool:
    origin = ".".join(map(str, planned.declaration.origin))
    return name in (planned.declaration.key, planned.name, origin) or origin.startswith(f"{name}.")


def _require_found(context: StackContext, readings: Sequence[KindReading], choice: Choice) -> None:
    """Raises AuthorError for what `needed_by` names and neither the model nor an account has."""
    known = {name for one in readings for name in (*one.managed, *one.declared, *one.chosen)}
    for name in choice.needed_by:
        if name not in known and not any(_is_named(one, name) for one in context.planned):
            fix = "name an entry of the model such as scoring.fit, or an object such as contacts.fit_score"
            raise AuthorError(f'"{name}" is neither in the model nor in an account', fix)


def _outcome(context: StackContext, readings: list[KindReading]) -> tuple[Adoption, list[FileEdit], StackContext]:
    """What would be adopted, the files that say so, and the stack with them."""
    grown = _compiled(context, readings)
    files = [
        edit(context.folder, one.system, one.kind, entries, object_)
        for one in readings
        for object_, entries in by_object(one).items()
    ]
    shown = tuple(one.path.relative_to(context.folder.parent).as_posix() for one in files)
    return Adoption(context.stack, tuple(readings), shown), files, grown


def project_of(folder: Path) -> str:
    """The name of the Pulumi project of a folder of stacks."""
    return str(yaml.safe_load((folder.resolve().parent / "Pulumi.yaml").read_text(encoding="utf-8"))["name"])


def by_object(reading: KindReading) -> dict[str, dict[str, Any]]:
    """What is adopted of a kind, by the object that it belongs to; "" for what belongs to none."""
    found: dict[str, dict[str, Any]] = {}
    for one in reading.adopted:
        found.setdefault(object_of(one.inputs), {})[one.name] = one.entry
    return found


def _compiled(context: StackContext, readings: Sequence[KindReading]) -> StackContext:
    """The stack with what is adopted in its model. What does not compile with the rest is left out, with the reason."""
    while True:
        raw = {(one.system, one.kind): {each.name: each.entry for each in one.adopted} for one in readings}
        grown = context.with_raw(raw)
        try:
            assert grown.planned is not None
            return grown
        except DiagnosticsError as error:
            refused = {diagnostic.subject: diagnostic.message for diagnostic in error.diagnostics}
            if not _leave_out(context, readings, refused):
                raise


def _leave_out(context: StackContext, readings: Sequence[KindReading], refused: Mapping[str, str]) -> bool:
    """Leaves out what a diagnostic is about; whether there was any."""
    found = False
    for reading in readings:
        label = context.systems[reading.system].label
        for one in reading.adopted:
            if reason := refused.get(f'{label} {reading.kind} "{one.name}"'):
                reading.leave_out(one.name, reason)
                found = True
    return found


@dataclass(frozen=True)
class _Taking:
    """Writes an adoption: record, files, state; then asks Pulumi whether anything changes."""

    folder: Path
    state: Any
    pulumi: Pulumi
    sessions: Mapping[str, Session[Any]]

    def ended(
        self, context: StackContext, readings: list[KindReading], apply: bool, tell: Tell, **about: Any
    ) -> Adoption:
        """What would be adopted, and with `apply` is."""
        outcome, files, grown = _outcome(context, readings)
        outcome = replace(outcome, **about)
        if not apply or not outcome.total:
            return outcome
        tell("Pulumi")
        return replace(self, state=replace(self.state, context=grown))._taken(outcome, files)

    def _taken(self, outcome: Adoption, files: Sequence[FileEdit]) -> Adoption:
        adopted, new = self._adopted(outcome.readings), self.state
        if adopted:
            new = new.with_adopted(adopted, {name: session.open().id for name, session in self.sessions.items()})
        record = Record.begin(self.folder, outcome.stack, self.state.state, new.state, files)
        pending = carry_out(record, self.pulumi, lambda: self._proved(outcome))
        return replace(outcome, backup=record.path, pending=tuple(pending))

    def _adopted(self, readings: Sequence[KindReading]) -> list[Any]:
        """In the order of the program: each after what it refers to."""
        from revops_iac.adoption.state_entries import Adopted

        found = {
            (one.system, one.kind, each.name): each.live
            for one in readings
            for each in one.adopted
            if each.name not in one.new
        }
        planned: Sequence[Planned] = self.state.context.planned
        keyed = [((one.system, one.declaration.kind, one.name), one) for one in planned]
        return [Adopted(one, found[key], self.sessions[one.system]) for key, one in keyed if key in found]

    def _proved(self, outcome: Adoption) -> list[str]:
        """The other steps of the next preview. Raises AuthorError when it would change what was adopted."""
        steps = self.pulumi.preview()
        adopted = {
            (reading.system, reading.kind, one.name)
            for reading in outcome.readings
            for one in reading.adopted
            if one.name not in reading.new
        }
        planned = {one.declaration.key: one for one in self.state.context.planned}
        pending, wrong = list[str](), list[str]()
        for urn, operation in steps:
            _, _, type_, name = urn.split("::", 3)
            system, _, kind = type_.rpartition("/")[2].partition(":")
            one = planned.get(name)
            is_adopted = one is not None and (system, kind, one.name) in adopted
            (wrong if is_adopted else pending).append(f"{operation} {kind} {name}")
        if wrong:
            raise AuthorError(
                f"pulumi preview would change what was adopted: {', '.join(wrong[:SHOWN])}; the adoption was undone",
                "leave these out with --kind or --name",
            )
        return pending


def carry_out(record: Record, pulumi: Pulumi, prove: Callable[[], list[str]]) -> list[str]:
    """Writes the files of a record, and its state where that differs, which `prove` judges; undoes all of it where
    that fails."""
    proved = list[str]()
    try:
        for one in record.files:
            one.write()
        if record.after is not record.before:
            import_state(pulumi, record.root, record.after)
            proved = prove()
    except BaseException:
        undo(record, pulumi)
        raise
    record.finish()
    return proved


def import_state(pulumi: Pulumi, folder: Path, state: Any) -> None:
    """Makes this the state of the stack."""
    made = stack_folder(pulumi.stack, folder) / "state-to-import.json"
    write_text(made, json.dumps(state))
    try:
        pulumi.replace(made)
    finally:
        made.unlink()


def undo(record: Record, pulumi: Pulumi) -> None:
    """Restores state and files as they were before an adoption. Raises AuthorError where they changed since."""
    state = pulumi.export()
    if edited := record.edited():
        raise AuthorError(f"{', '.join(edited)}: changed since it was adopted", "move the changes elsewhere, then undo")
    if same_resources(state, record.after):
        import_state(pulumi, record.root, record.before)
    elif not same_resources(state, record.before):
        raise AuthorError(
            f"the state of {pulumi.stack} changed since the adoption, so it cannot be undone as a whole",
            f"remove the entries you no longer want from the model; the earlier state is in {record.path}",
        )
    record.restore_files()
    record.forget()


def undo_adoption(folder: Path, stack: str) -> str:
    """Undoes the last adoption of a stack and says so. Raises AuthorError when there is none."""
    folder = folder.resolve()
    StackContext.load(folder, stack)
    record = next(Record.all_of(folder, stack), None)
    if record is None:
        raise AuthorError(f"{stack}: there is no adoption to undo", "it may have been undone already")
    undo(record, Pulumi(folder.parent, stack))
    return (
        f"{stack}: the adoption was undone: state and {len(record.files)} files are as before. No account was changed."
    )


def take_up(folder: Path, stack: str, pulumi: Pulumi, apply: bool) -> None:
    """An adoption that was cut off is undone first. Raises AuthorError in a dry run, which changes nothing."""
    for record in Record.all_of(folder, stack):
        if record.is_done:
            continue
        if not apply:
            raise AuthorError(f"{stack}: an earlier adoption was interrupted", f"revops adopt --stack {stack} --undo")
        undo(record, pulumi)
