"""Reads an account for adoption, without a write: what it holds, and for each object whether it can be adopted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from revops_iac.adoption.choice import Choice
from revops_iac.adoption.needs import Needs, ObjectKey, needed
from revops_iac.adoption.yaml.tidy import Inexpressible, entry_of
from revops_iac.compile import validated
from revops_iac.diagnostics import Diagnostic
from revops_iac.errors import AccountError, AuthorError, SessionError
from revops_iac.plan.preflight import of_resources
from revops_iac.provider.kind import Definition, DesiredResource, Kind, LiveObject
from revops_iac.provider.session import Session
from revops_iac.provider.session.run_report import RunReport

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Candidate:
    """An object that can be adopted: its entry in YAML, its inputs as the program has them, and how it is now."""

    kind: Kind[Any, Any]
    live: LiveObject
    entry: Definition
    inputs: Definition

    @property
    def name(self) -> str:
        """Its vendor name."""
        return self.live.name

    @property
    def desired(self) -> DesiredResource:
        """The same as the account resource sees it."""
        return DesiredResource(self.kind.name, self.name, self.name, self.inputs)

    @property
    def unexpressed(self) -> list[str]:
        """The parts that the inputs cannot say, and that stay as they are."""
        return self.kind.unmanaged_parts(self.inputs, self.live)


@dataclass
class KindReading:
    """One kind of one system: how many objects there are, and what becomes of them.

    `chosen` names those whose definition is read; `left_out` is the reason by vendor name; `vendor_made` counts what
    nobody asked for, by who made it; `not_read` is what the account, or the vendor, does not show.
    """

    system: str
    kind: str
    found: int = 0
    managed: list[str] = field(default_factory=list)
    declared: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    adopted: list[Candidate] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    vendor_made: Counter[str] = field(default_factory=Counter)
    not_read: list[str] = field(default_factory=list)
    new: set[str] = field(default_factory=set)
    """Of what is adopted from a folder, what is not in the account: it gets an entry in YAML, and none in state."""

    def leave_out(self, name: str, reason: str) -> None:
        """Takes an object out of what is adopted."""
        self.adopted = [one for one in self.adopted if one.name != name]
        self.new.discard(name)
        self.left_out[name] = reason


class QuietReport(RunReport):
    """Keeps the warnings of a preflight to itself: the next preview shows them."""

    def __init__(self) -> None:
        super().__init__()
        self.warnings: list[Diagnostic] = []

    def warn(self, warning: Diagnostic) -> None:
        self.warnings.append(warning)


@dataclass(frozen=True)
class AccountReader:
    """Reads the account of a session; `desired` is what the program declares there, `managed` what state holds.

    With `needs`, only what those need is read.
    """

    session: Session[Any]
    desired: Sequence[DesiredResource]
    managed: Collection[ObjectKey]
    choice: Choice
    tell: Tell
    needs: Needs | None = None
    judges: bool = True
    """Whether what the account would refuse is left out."""

    def readings(self) -> list[KindReading]:
        """One per chosen kind. Raises SessionError where the account does not answer at all."""
        self.session.report = QuietReport()
        self.session.open()
        needed = self._needed()
        readings = [self._listed(kind, needed) for kind in self.choice.kinds_of(self._system).values()]
        self.session.declared = [*self.desired, *_chosen(readings)]
        for reading, kind in zip(readings, self.choice.kinds_of(self._system).values(), strict=True):
            self._define(kind, reading)
        self._leave_out_parts(readings)
        if self.judges:
            leave_out_refused(self.session, self.desired, readings)
        return readings

    @property
    def _system(self) -> Any:
        return self.session.system

    def _needed(self) -> set[ObjectKey] | None:
        """What `needs` asks for; None where everything is needed."""
        if self.needs is None:
            return None
        roots = {(item.kind, item.name) for item in self.needs.resources}
        for kind in self._system.kinds.values() if self.needs.names else ():
            if not kind.existence.is_permanent:
                listed = {name for names in self._parts(kind, KindReading("", "")) for name in names}
                roots |= {(kind.name, name) for name in self.needs.names if name in listed}
        return needed(self.session, self.desired, roots)

    def _listed(self, kind: Kind[Any, Any], needed: Collection[ObjectKey] | None) -> KindReading:
        """The names of a kind, each with what is known of it before its definition is read."""
        reading = KindReading(self._system.name, kind.name)
        if reason := self.choice.never_adopted(kind):
            reading.not_read.append(reason)
        if reading.not_read or (needed is not None and kind.name not in {name for name, _ in needed}):
            return reading
        self.tell(f"{self._system.label} for {kind.name}")
        listed = sorted({name for names in self._parts(kind, reading) for name in names})
        names = [name for name in listed if needed is None or (kind.name, name) in needed]
        declared = {(item.kind, item.name) for item in self.desired}
        for name in filter(self.choice.names_match, names):
            reading.found += 1
            if (kind.name, name) in self.managed:
                reading.managed.append(name)
            elif (kind.name, name) in declared:
                reading.declared.append(name)
            elif maker := self._maker(kind, name, None):
                self._count(reading, maker, self.choice.objects_match(name, {}))
            else:
                reading.chosen.append(name)
        return reading

    def _maker(self, kind: Kind[Any, Any], name: str, live: LiveObject | None) -> str:
        """Who made an object that nobody asked for; empty for what may be adopted."""
        return "" if self.choice.vendor_made else kind.made_by(name, live)

    def _count(self, reading: KindReading, maker: str, is_chosen: bool) -> None:
        reading.vendor_made[maker] += is_chosen
        reading.found -= not is_chosen

    def _parts(self, kind: Kind[Any, Any], reading: KindReading) -> Iterator[list[str]]:
        try:
            parts = list(kind.partitions(self.session.client))
        except SessionError:
            raise
        except AccountError as error:
            reading.not_read.append(error.diagnostic.sentence)
            return
        if not parts:
            reading.not_read.append(f"{self._system.label} has no list of them")
        for part in parts:
            try:
                yield self.session.names(kind, part)
            except SessionError:
                raise
            except AccountError as error:
                reading.not_read.append(error.diagnostic.sentence)

    def _define(self, kind: Kind[Any, Any], reading: KindReading) -> None:
        """Reads the definitions of what is left, and says which can be adopted."""
        for at, name in enumerate(reading.chosen):
            if at % 100 == 0:
                self.tell(f"{self._system.label} for {kind.name} ({at:,} of {len(reading.chosen):,})")
            try:
                live = self.session.find(kind, name)
            except SessionError:
                raise
            except (AccountError, AuthorError) as error:
                reading.left_out[name] = error.diagnostic.sentence
                continue
            if live is None:
                reading.left_out[name] = "it is listed but cannot be read; it may have been deleted since"
            elif not self.choice.objects_match(name, live.definition):
                reading.found -= 1
            else:
                self._judge(kind, reading, live)

    def _judge(self, kind: Kind[Any, Any], reading: KindReading, live: LiveObject) -> None:
        if maker := self._maker(kind, live.name, live):
            self._count(reading, maker, is_chosen=True)
            return
        try:
            entry = entry_of(kind, live)
        except Inexpressible as error:
            reading.left_out[live.name] = str(error)
            return
        reading.adopted.append(Candidate(kind, live, entry, validated(kind, entry)))

    def _leave_out_parts(self, readings: Sequence[KindReading]) -> None:
        """Leaves out what the entry of another object declares too."""
        owners = [*self.desired, *(one.desired for reading in readings for one in reading.adopted)]
        parts: dict[ObjectKey, str] = {}
        for owner in owners:
            kind = self._system.kinds[owner.kind]
            for part in kind.includes(kind.typed(owner)):
                parts[part.kind, part.name] = f'part of {owner.kind} "{owner.name}"'
        for reading in readings:
            for one in list(reading.adopted):
                if reason := parts.get((reading.kind, one.name)):
                    reading.leave_out(one.name, reason)


def leave_out_refused(
    session: Session[Any], desired: Sequence[DesiredResource], readings: Sequence[KindReading]
) -> None:
    """Leaves out what the next preview would refuse, until what remains passes: others may have needed it."""
    is_settled = False
    while not is_settled:
        candidates = [one.desired for reading in readings for one in reading.adopted]
        session.declared = [*desired, *candidates]
        new = {f"{reading.kind} {name}" for reading in readings for name in reading.new}
        before = frozenset(f"{one.kind} {one.name}" for one in candidates) - new
        refused = [
            (reading, one, _refusal(session, one.desired, before)) for reading in readings for one in reading.adopted
        ]
        is_settled = not any(reason for _, _, reason in refused)
        for reading, one, reason in refused:
            if reason:
                reading.leave_out(one.name, reason)


def _refusal(session: Session[Any], item: DesiredResource, before: frozenset[str]) -> str:
    found = list(of_resources(session, [item], before))
    return "; ".join(one.message for one in found)


def _chosen(readings: Iterable[KindReading]) -> Iterator[DesiredResource]:
    for reading in readings:
        yield from (DesiredResource(reading.kind, name, name, {}) for name in reading.chosen)
