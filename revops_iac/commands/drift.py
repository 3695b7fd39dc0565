"""`revops drift`: what people changed in a stack's accounts since it was applied; without a write, without a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from revops_iac.adoption.drift import NOT_DECLARED, Change, DriftReader, DriftReading, Finding, managed_in
from revops_iac.adoption.drift_ignore import FILE, load_ignored, with_names
from revops_iac.adoption.taking import Taking, take
from revops_iac.adoption.yaml.files import FileEdit
from revops_iac.commands.rebind import ACCOUNT_TYPE, Pulumi
from revops_iac.diagnostics import Position, escaped, suggest
from revops_iac.errors import AuthorError
from revops_iac.plan.page.markup import MOST_MARKDOWN, in_markdown, table
from revops_iac.stack_context import StackContext
from revops_iac.state.source_map import lines_of

Tell = Callable[[str], None]
SHOWN = 20
COLUMNS = ("account", "what", "object", "change", "who", "when")
"""How many new objects of a kind are named."""


@dataclass(frozen=True)
class Report:
    """What drifted on each account. `places` says where the model declares an object; `pending` counts the resources
    that the model says otherwise than the state, which is no drift: the next preview shows them."""

    stack: str
    readings: tuple[DriftReading, ...]
    places: Mapping[tuple[str, str, str], Position] = field(default_factory=dict)
    pending: int = 0
    accounts: tuple[str, ...] = ()
    """The URNs of the account resources."""

    @property
    def findings(self) -> list[Finding]:
        """All findings, in the order in which they are shown."""
        return [one for reading in self.readings for one in _ordered(reading.findings)]

    @property
    def drifted(self) -> list[Finding]:
        """The findings that somebody must look at."""
        return [one for one in self.findings if one.change.is_drift]

    @property
    def exit_code(self) -> int:
        """4 when anything drifted."""
        return 4 if self.drifted else 0

    def render(self) -> str:
        """A paragraph per account and class, and how to go on."""
        lines = [line for reading in self.readings for line in self._lines(reading)]
        return "\n".join(map(escaped, [*lines, *self._end()]))

    def _lines(self, reading: DriftReading) -> Iterator[str]:
        yield f"{reading.system} {reading.account}: {reading.checked:,} managed"
        for change in Change:
            found = [one for one in _ordered(reading.findings) if one.change is change]
            if not found:
                continue
            if change is Change.NORMALIZED:
                yield f"  {change}: {len(found):,}, the same in other words (--json names them)"
                continue
            yield f"  {change}"
            lines = self._new(found) if change is Change.NEW else (line for one in found for line in self._one(one))
            yield from (f"    {line}" for line in lines)
        for what, reason in reading.not_read.items():
            yield f"  not checked: {what}: {reason}"

    def _one(self, one: Finding) -> Iterator[str]:
        note = f": {one.note}" if one.note else ""
        yield f"{one.kind} {one.name}{note}{_by(one)}"
        yield from (f"  {difference.arrow()}" for difference in one.differences)
        if place := self.places.get((one.system, *one.key)):
            yield f"  model: {place.file}:{place.line}:{place.column}"

    def _new(self, found: Sequence[Finding]) -> Iterator[str]:
        for kind in dict.fromkeys(one.kind for one in found):
            some = [one for one in found if one.kind == kind]
            for one in some[:SHOWN]:
                note = f" ({one.note})" if one.note else ""
                yield f"{kind} {one.name}{note}{_by(one)}"
            if len(some) > SHOWN:
                yield f"{kind}: {len(some) - SHOWN:,} more"

    def _end(self) -> Iterator[str]:
        counts = Counter(one.change for one in self.findings)
        drift = ", ".join(f"{counts[change]:,} {change}" for change in Change if counts[change] and change.is_drift)
        ignored = sum(reading.ignored for reading in self.readings)
        left_out = f", {ignored:,} ignored" if ignored else ""
        yield f"{self.stack}: {drift or 'no drift'}{left_out}; nothing was changed."
        if self.pending:
            yield f"not applied yet: the model differs from the state in {self.pending:,}; pulumi preview shows them"
        if self.drifted:
            yield f"next: revops drift --stack {self.stack} --take NAME, --revert NAME or --ignore NAME"

    def markdown(self) -> str:
        """The same as a table for an issue or a chat."""
        lines = [f"### Drift of {in_markdown(self.stack)}", ""]
        if not self.drifted:
            return "\n".join([*lines, "No drift."])
        rows = (
            [
                one.system,
                str(one.change),
                f"{one.kind} {one.name}",
                [difference.arrow() for difference in one.differences] or one.note,
                one.author.who,
                one.author.at,
            ]
            for one in self.drifted
        )
        return "\n".join([*lines, *table(COLUMNS, rows, MOST_MARKDOWN)])

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        accounts = [
            {
                "system": reading.system,
                "account": reading.account,
                "checked": reading.checked,
                "ignored": reading.ignored,
                "not_read": reading.not_read,
                "findings": [self._plain(one) for one in _ordered(reading.findings)],
            }
            for reading in self.readings
        ]
        return {"stack": self.stack, "drifted": len(self.drifted), "pending": self.pending, "accounts": accounts}

    def _plain(self, one: Finding) -> dict[str, Any]:
        place = self.places.get((one.system, *one.key))
        values = [{"path": each.path, "before": each.live, "now": each.declared} for each in one.differences]
        about = {"kind": one.kind, "name": one.name, "change": one.change.name.lower(), "note": one.note}
        author = {"who": one.author.who, "at": one.author.at}
        where = f"{place.file}:{place.line}:{place.column}" if place else ""
        return {**about, "values": values, **author, "urn": one.urn, "model": where}

    def chosen(self, names: Sequence[str]) -> list[Finding]:
        """The findings that names or patterns mean. Raises AuthorError for one that means none."""
        found: list[Finding] = []
        for name in names:
            some = [one for one in self.drifted if _is_called(one, name)]
            if not some:
                known = [one.name for one in self.drifted]
                raise AuthorError(f'nothing that drifted is called "{name}"', suggest(name, known, "see revops drift"))
            found += [one for one in some if one not in found]
        return found


def _is_called(one: Finding, name: str) -> bool:
    names = (one.name, f"{one.kind} {one.name}", f"{one.system} {one.kind} {one.name}", one.pulumi_name)
    return any(fnmatchcase(known, name) or known == name for known in names)


def _ordered(findings: Sequence[Finding]) -> list[Finding]:
    changes = list(Change)
    return sorted(findings, key=lambda one: (changes.index(one.change), one.kind, one.name))


def _by(one: Finding) -> str:
    author = ", ".join(part for part in (one.author.who, one.author.at) if part)
    return f" ({author})" if author else ""


def drift_of(folder: Path, stack: str, *, only: str | None = None, tell: Tell = lambda text: None) -> Report:
    """What drifted on the accounts of a stack. Raises AuthorError and AccountError."""
    folder = folder.resolve()
    return drift_from(folder, stack, Pulumi(folder.parent, stack).export(), only=only, tell=tell)


def drift_from(
    folder: Path, stack: str, state: Mapping[str, Any], *, only: str | None = None, tell: Tell = lambda text: None
) -> Report:
    """The same from a state as `pulumi stack export` prints it."""
    folder = folder.resolve()
    context = StackContext.load(folder, stack)
    ignored = load_ignored(folder)
    readings = []
    for system in context.chosen_systems(only):
        with context.connected(system) as session:
            managed, desired = managed_in(state, system), context.desired(system.name)
            reader = DriftReader(session, managed, desired, ignored, tell, _applied_lines(state, system.name))
            readings.append(reader.reading())
    places = {
        (one.system, one.declaration.kind, one.name): one.position
        for one in context.planned
        if one.position is not None
    }
    resources = state["deployment"].get("resources") or ()
    accounts = tuple(str(one["urn"]) for one in resources if one["type"] == ACCOUNT_TYPE)
    return Report(stack, tuple(readings), places, _pending(context, state), accounts)


def _applied_lines(state: Mapping[str, Any], system: str) -> frozenset[str]:
    """What the last run declared on a system, a line each."""
    resources = state["deployment"].get("resources") or ()
    found = [one for one in resources if one["type"] == ACCOUNT_TYPE and one["urn"].rpartition("::")[2] == system]
    return lines_of((found[0].get("outputs") or {}).get("declared") or "") if found else frozenset()


def _pending(context: StackContext, state: Mapping[str, Any]) -> int:
    """How many resources the model declares otherwise than the state holds them."""
    in_state = {
        (system.name, one.kind.name, one.name): one
        for system in context.systems.values()
        for one in managed_in(state, system)
    }
    planned = {(one.system, one.declaration.kind, one.name): one.declaration.inputs for one in context.planned}
    differing = [
        key
        for key in in_state.keys() & planned.keys()
        if in_state[key].kind.differences(planned[key], {**in_state[key].inputs})
    ]
    return len(in_state.keys() ^ planned.keys()) + len(differing)


def take_into_model(folder: Path, report: Report, names: Sequence[str], *, apply: bool) -> str:
    """Shows, and with `apply` writes, the edits after which the model says what the accounts hold."""
    context = StackContext.load(folder.resolve(), report.stack)
    taking = take(context, report.chosen(names))
    if apply:
        for one in taking.edits:
            one.write()
    return "\n".join(map(escaped, _taking_lines(context, taking, apply, report.stack)))


def _taking_lines(context: StackContext, taking: Taking, apply: bool, stack: str) -> Iterator[str]:
    from difflib import unified_diff

    for edit in taking.edits:
        path = edit.path.relative_to(context.folder.parent).as_posix()
        lines = unified_diff((edit.before or "").splitlines(), edit.after.splitlines(), path, path, lineterm="", n=1)
        yield from list(lines)
    for one, reason in taking.refused:
        yield f"not taken: {one.kind} {one.name}: {reason}"
    if taking.also_changed:
        yield f"also changes, at the next pulumi up: {', '.join(taking.also_changed)}"
    if apply:
        yield f"{stack}: {len(taking.taken):,} taken into the model. No account was changed."
    else:
        yield f"{stack}: dry run, {len(taking.taken):,} would be taken; nothing was changed."
        yield "next: the same with --yes writes the files"


def ignore(folder: Path, report: Report, names: Sequence[str]) -> str:
    """Adds findings to the ignore lists and says so."""
    chosen = report.chosen(names)
    edit: FileEdit = with_names(folder.resolve(), {(one.system, one.kind, one.name) for one in chosen})
    edit.write()
    return f"{folder.name}/{FILE}: {len(chosen):,} added; revops drift no longer reports them."


@dataclass(frozen=True)
class Reversion:
    """The targeted `pulumi up` that reverts findings, and what no run reverts."""

    stack: str
    targets: tuple[str, ...]
    refused: tuple[tuple[Finding, str], ...]

    def command(self) -> list[str]:
        """The arguments of pulumi; the accounts come along, since they hold the preflight."""
        targets = [argument for urn in self.targets for argument in ("--target", urn)]
        return ["up", "--stack", self.stack, "--run-program", *targets]

    def render(self) -> str:
        """The command, ready to be pasted, and what it leaves."""
        lines = [f"not reverted: {one.kind} {one.name}: {reason}" for one, reason in self.refused]
        if self.targets:
            lines += ["pulumi " + " ".join(f"'{word}'" if "$" in word else word for word in self.command())]
        return "\n".join(map(escaped, lines))


def reversion(report: Report, names: Sequence[str]) -> Reversion:
    """The run that reverts these findings. Raises AuthorError for a name that means none."""
    chosen = [(one, _keeps_from_reverting(one)) for one in report.chosen(names)]
    urns = dict.fromkeys(one.urn or _urn(report, one) for one, reason in chosen if not reason)
    systems = {one.system for one, reason in chosen if not reason}
    accounts = [urn for urn in report.accounts if urn.rpartition("::")[2] in systems]
    refused = tuple((one, reason) for one, reason in chosen if reason)
    return Reversion(report.stack, (*accounts, *urns) if urns else (), refused)


def _urn(report: Report, one: Finding) -> str:
    """The URN of a resource that state does not have any more."""
    around = report.accounts[0].rpartition("::")[0]
    return f"{around}$pulumi-python:dynamic/{one.system}:{one.kind}::{one.pulumi_name}"


def _keeps_from_reverting(one: Finding) -> str:
    """Why no run brings a finding back; empty where one does."""
    if one.change is Change.NEW:
        return "it is new: adopt it, or remove it in the CRM"
    if one.note == NOT_DECLARED or (one.live is not None and not one.differences):
        return "the model does not manage it: undo it in the CRM, or write it into the model"
    return ""


def revert(folder: Path, one: Reversion) -> str:
    """Runs the reversion. Raises AuthorError with what Pulumi says."""
    pulumi = Pulumi(folder.resolve().parent, one.stack)
    pulumi.up(one.targets)
    count = sum("$" in urn for urn in one.targets)
    return f"{one.stack}: {count:,} reverted."
