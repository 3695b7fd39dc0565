"""Drift: what people changed in accounts since the stack was applied, from its state and the accounts alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from revops_iac.adoption.drift_ignore import Ignored
from revops_iac.adoption.yaml.files import FOLDER as ADOPTED_FOLDER
from revops_iac.errors import AccountError, AuthorError, SessionError, noting_refusals
from revops_iac.provider.changes.consent import comparable
from revops_iac.provider.changes.container import EntryContainer
from revops_iac.provider.changes.differences import Difference, differing
from revops_iac.provider.inspection.inventory import Asked, Authorship
from revops_iac.provider.kind import META_INPUTS, DesiredResource, Kind, LiveObject
from revops_iac.provider.resource_state import applied_of
from revops_iac.provider.session import Session

ObjectKey = tuple[str, str]
"""A kind's name and a vendor name."""


UNKNOWN = Authorship()
ADOPTED_FILES = f"/{ADOPTED_FOLDER}/"
TEXTS = ("description", "inline_help_text")
"""Inputs that are empty where nobody filled them, whatever the kind."""
PLACED_BY_VENDOR = ("display_order",)
"""What changes when others are added or moved."""
NOT_DECLARED = "not declared: the model does not manage it"


NOT_IN_STATE = "not in the state either: a refresh found it gone, or a run did not get to it"


class Change(StrEnum):
    """What happened to an object; the value is the text that people read."""

    CHANGED = "changed by a person"
    SWITCHED_OFF = "switched off by a person"
    REMOVED = "removed"
    NEW = "new and unmanaged"
    NORMALIZED = "normalized by the server"

    @property
    def is_drift(self) -> bool:
        """Whether somebody must look at it: what means the same in other words is no drift."""
        return self is not Change.NORMALIZED


@dataclass(frozen=True)
class Managed:
    """A vendor resource in Pulumi's state."""

    kind: Kind[Any, Any]
    urn: str
    id: str
    outputs: Mapping[str, Any]

    @property
    def pulumi_name(self) -> str:
        """Its Pulumi name."""
        return self.urn.rpartition("::")[2]

    @cached_property
    def inputs(self) -> dict[str, Any]:
        """Its inputs as last applied."""
        return applied_of(self.outputs)

    @cached_property
    def typed(self) -> Any:
        """The same, typed."""
        return self.kind.parse(self.inputs)

    @cached_property
    def name(self) -> str:
        """Its vendor name."""
        return self.kind.vendor_name(self.typed)

    @cached_property
    def desired(self) -> DesiredResource:
        """The same as a session knows it."""
        return DesiredResource(self.kind.name, self.name, self.pulumi_name, self.inputs)


@dataclass(frozen=True)
class Finding:
    """One object that is not as it was left: its values then (`declared`) and now (`live`), who and when.

    `note` says more in words: entries of others in a shared container, the workflow that was switched off.
    """

    system: str
    kind: str
    name: str
    change: Change
    differences: tuple[Difference, ...] = ()
    author: Authorship = UNKNOWN
    urn: str = ""
    pulumi_name: str = ""
    note: str = ""
    id: str = ""
    live: LiveObject | None = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> ObjectKey:
        """Kind and vendor name."""
        return self.kind, self.name


@dataclass
class DriftReading:
    """What one account shows: `not_read` is what it does not, by kind; `ignored` counts what the ignore lists cover."""

    system: str
    account: str
    findings: list[Finding] = field(default_factory=list)
    not_read: dict[str, str] = field(default_factory=dict)
    checked: int = 0
    ignored: int = 0


def managed_in(state: Mapping[str, Any], system: Any) -> list[Managed]:
    """The vendor resources of a system in a state as `pulumi stack export` prints it."""
    found = []
    for one in state["deployment"].get("resources") or ():
        prefix, _, name = str(one["type"]).rpartition(":")
        if prefix == f"pulumi-python:dynamic/{system.name}" and name in system.kinds and "outputs" in one:
            found.append(Managed(system.kinds[name], one["urn"], str(one["id"]), one["outputs"]))
    return found


@dataclass(frozen=True)
class DriftReader:
    """Compares an account with what state holds of it; `desired` is what the program declares there now.

    `applied` are the lines `kind name` of what the last run declared, with those that a refresh took out of state.
    """

    session: Session[Any]
    managed: Sequence[Managed]
    desired: Sequence[DesiredResource]
    ignored: Ignored
    tell: Callable[[str], None]
    applied: Collection[str] = ()

    @cached_property
    def _declared(self) -> dict[ObjectKey, DesiredResource]:
        return {(item.kind, item.name): item for item in self.desired}

    def reading(self) -> DriftReading:
        """All findings, the ignored ones counted. Raises SessionError where the account does not answer at all."""
        system, session = self.session.system, self.session
        session.declared = [one.desired for one in self.managed]
        reading = DriftReading(system.name, session.open().id)
        seen = self._of_managed(reading)
        self._of_vanished(reading)
        self._of_others(reading, seen)
        kept = [one for one in reading.findings if not self.ignored.covers(system.name, one.kind, one.name)]
        reading.ignored = len(reading.findings) - len(kept)
        reading.findings = self._with_authors(kept)
        return reading

    def _of_managed(self, reading: DriftReading) -> set[ObjectKey]:
        """Finds what became of each resource of state; returns what the account holds of them."""
        seen: set[ObjectKey] = set()
        for at, one in enumerate(self.managed):
            if at % 50 == 0:
                self.tell(f"{self.session.system.label} for {one.kind.name} ({at:,} of {len(self.managed):,})")
            seen.add((one.kind.name, one.name))
            try:
                live = one.kind.locate(self.session, one.id, one.typed, one.outputs)
                before = one if live is None else self._without_taken(one, live)
                found = list(_findings(reading.system, before, live, self._undeclared_keys(one)))
            except SessionError:
                raise
            except AccountError as error:
                reading.not_read[one.kind.name] = error.diagnostic.sentence
                continue
            except AuthorError as error:
                reading.not_read[f'{one.kind.name} "{one.name}"'] = error.diagnostic.sentence
                continue
            reading.checked += 1
            reading.findings += found
            if live is not None:
                seen.add((one.kind.name, live.name))
        return seen

    def _without_taken(self, one: Managed, live: LiveObject) -> Managed:
        """The resource without what a refresh found changed and the model says by now as the account does."""
        item = self._declared.get((one.kind.name, live.name)) or self._declared.get((one.kind.name, one.name))
        applied = one.outputs.get("applied")
        if item is None or not applied:
            return one
        view = one.kind.managed_view(item.inputs, live)
        open_ = {key: applied[key] for key in one.kind.differences(item.inputs, view) if key in applied}
        return replace(one, outputs={**one.outputs, "applied": open_})

    def _of_vanished(self, reading: DriftReading) -> None:
        """What the last run declared, the model still does, and neither state nor the account has any more."""
        there = {(one.kind.name, one.name) for one in self.managed}
        for item in self.desired:
            kind = self.session.system.kinds[item.kind]
            if (item.kind, item.name) in there or f"{item.kind} {item.name}" not in self.applied:
                continue
            change = Change.SWITCHED_OFF if kind.enables else Change.REMOVED
            about = (reading.system, item.kind, item.name, change)
            with noting_refusals(reading.not_read, item.kind):
                if self.session.find(kind, item.name) is None:
                    reading.findings.append(Finding(*about, pulumi_name=item.pulumi_name, note=NOT_IN_STATE))

    def _undeclared_keys(self, one: Managed) -> frozenset[str]:
        """The inputs that nobody declared, and that had the vendor's own value when the object was made or adopted.

        For an object that a person declared and adopted, nobody knows what else it had.
        """
        item = self._declared.get((one.kind.name, one.name))
        written = item is not None and item.position is not None and ADOPTED_FILES in f"/{item.position.file}"
        if one.outputs.get("adopted") and (not written or one.inputs.get("adopt")):
            return frozenset()
        return frozenset({*one.kind.defaults, *TEXTS} - {*one.inputs, *PLACED_BY_VENDOR})

    def _of_others(self, reading: DriftReading, seen: set[ObjectKey]) -> None:
        """What the account holds beside: made by a person of it, and neither in state nor in the model."""
        parts = {(part.kind, part.name) for one in self.managed for part in one.kind.includes(one.typed)}
        known = {*seen, *((item.kind, item.name) for item in self.desired), *parts}
        for kind in self.session.system.kinds.values():
            if kind.existence.is_permanent:
                continue
            self.tell(f"{self.session.system.label} for new {kind.name}")
            for name in sorted(self._names(kind, reading)):
                if (kind.name, name) not in known and (found := self._new(reading.system, kind, name)) is not None:
                    reading.findings.append(found)

    def _new(self, system: str, kind: Kind[Any, Any], name: str) -> Finding | None:
        """An object that a person made; its definition is asked for only where it is known already."""
        if kind.made_by(name, None):
            return None
        live = self.session.cache.known(kind, name)
        if live is not None and kind.made_by(name, live):
            return None
        note = f"switched on: {kind.enables}" if kind.enables else ""
        return Finding(system, kind.name, name, Change.NEW, note=note, live=live)

    def _names(self, kind: Kind[Any, Any], reading: DriftReading) -> set[str]:
        found: set[str] = set()
        with noting_refusals(reading.not_read, kind.name):
            found.update(kind.all_names(self.session))
        return found

    def _with_authors(self, findings: Sequence[Finding]) -> list[Finding]:
        open_inventory = getattr(self.session.system, "inventory", None)
        asked = [Asked(one.kind, one.name, one.id, one.live) for one in findings if one.change.is_drift]
        if open_inventory is None or not asked:
            return list(findings)
        self.tell(f"{self.session.system.label} who made the changes")
        known: Mapping[ObjectKey, Authorship] = open_inventory().authors(self.session.client, asked)
        return [replace(one, author=known.get(one.key, one.author)) for one in findings]


def _findings(system: str, one: Managed, live: LiveObject | None, undeclared: frozenset[str]) -> Iterator[Finding]:
    kind, inputs = one.kind, one.inputs
    about = Finding(
        system, kind.name, one.name, Change.CHANGED, urn=one.urn, pulumi_name=one.pulumi_name, id=one.id, live=live
    )
    if live is None:
        is_switch = bool(kind.enables)
        note = f"the {kind.enables} is off" if is_switch else ""
        yield replace(about, change=Change.SWITCHED_OFF if is_switch else Change.REMOVED, note=note)
        return
    if any(kind.manual_steps(one.typed, live)):
        return  # a person must change the account: plans list it
    view = kind.managed_view(inputs, live)
    found = tuple(_differences(kind, kind.differences(inputs, view), inputs, view))
    beyond = tuple(_undeclared(kind, live, undeclared))
    if found or beyond:
        yield replace(about, differences=(*found, *beyond), note="" if found else NOT_DECLARED)
    elif found := tuple(_respelled(kind, inputs, live)):
        yield replace(about, change=Change.NORMALIZED, differences=found)
    yield from _entries_of_others(about, one, live)


def _undeclared(kind: Kind[Any, Any], live: LiveObject, keys: frozenset[str]) -> Iterator[Difference]:
    """The values that are not the vendor's own any more, of inputs that nobody declared."""
    for key in sorted(keys & live.definition.keys()):
        now, before = live.definition[key], kind.defaults.get(key)
        if (now or None) != (before or None):
            yield Difference(key, before, now)


def _differences(
    kind: Kind[Any, Any], keys: Iterable[str], inputs: Mapping[str, Any], view: Mapping[str, Any]
) -> Iterator[Difference]:
    """Each value that differs; `live` is the value before, `declared` the one after, as an arrow reads."""
    for key in keys:
        now, before = comparable(kind, key, dict(view), dict(inputs))
        yield from differing(key, before, now)


def _respelled(kind: Kind[Any, Any], inputs: Mapping[str, Any], live: LiveObject) -> Iterator[Difference]:
    """What the server keeps in other words: it means the same, and no plan shows it."""
    if isinstance(kind, EntryContainer):
        return
    for key, value in inputs.items():
        now = live.definition.get(key)
        if key in META_INPUTS or type(now) is not type(value) or now in ("", [], {}):
            continue
        if now != value:
            yield from differing(key, value, now)


def _entries_of_others(about: Finding, one: Managed, live: LiveObject) -> Iterator[Finding]:
    """Entries that people added to a shared container since, or took out of it."""
    if not isinstance(one.kind, EntryContainer) or "facts" not in one.outputs:
        return
    fact = one.kind.unmanaged_fact
    before = [str(entry) for entry in (one.outputs["facts"] or {}).get(fact) or ()]
    now = [str(entry) for entry in one.kind.output_facts(one.inputs, live).get(fact) or ()]
    for entry in sorted(set(now) - set(before)):
        yield replace(about, name=f"{about.name}: {entry}", change=Change.NEW, note="an entry of a shared object")
    for entry in sorted(set(before) - set(now)):
        yield replace(about, name=f"{about.name}: {entry}", change=Change.REMOVED, note="an entry that is not managed")
