"""Raw resources in the words of the model: what the CRMs propose, proved by compiling it and by asking the accounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from revops_iac.adoption.edited_stack import with_texts
from revops_iac.adoption.yaml.cut_entries import CannotCut, Cut, without
from revops_iac.adoption.yaml.files import FileEdit, lifted_edit
from revops_iac.compile import Planned, compile_partly
from revops_iac.errors import DiagnosticsError
from revops_iac.model import Model
from revops_iac.model.condition import FieldRef
from revops_iac.provider.kind import Definition
from revops_iac.provider.lifting import FieldBinding, Lift, NotLifted, Proposal, is_alike, joined, path_of, placed
from revops_iac.provider.live_object import LiveObject
from revops_iac.provider.session import Session
from revops_iac.source.load import value_at
from revops_iac.stack_context import StackContext
from revops_iac.systems import system_named

SHOWN = 4
"""How many reasons are named."""
COMMON = frozenset({"lead_statuses"})
"""Maps of which an entry has what all CRMs have: the model would make the rest in the others."""
NAMED = frozenset({"context", "data_hygiene", "people"})
"""Topics of which entries name fields, people and dimensions."""
RawKey = tuple[str, str, str]
"""System, kind and vendor name."""


@dataclass(eq=False)
class Entry:
    """An entry of a topic that one or more CRMs propose, and the raw resources that the model then declares itself."""

    topic: str
    key: str
    content: Definition
    also: Definition = field(default_factory=dict)
    covers: tuple[RawKey, ...] = ()
    alone: tuple[Definition, Definition] = ({}, {})
    told_by: list[Entry] = field(default_factory=list)
    """The entries that say something of this one, which `alone` is without."""

    @property
    def path(self) -> tuple[str, ...]:
        """Where it stands in the model."""
        return path_of(self.topic, self.key)

    @property
    def whole(self) -> Definition:
        """All that it adds to the model, by topic."""
        return joined(placed(self.path, self.content), self.also)

    @property
    def name(self) -> str:
        """`pipelines.renewals`."""
        return ".".join(self.path)


def beyond(content: Definition, other: Definition) -> Definition:
    """What a mapping says beyond another one, key by key."""
    made: Definition = {}
    for key, value in content.items():
        if key not in other:
            made[key] = value
            continue
        is_both = isinstance(value, dict) and isinstance(other[key], dict) and is_alike(value, other[key])
        if is_both and (more := beyond(value, other[key])):
            made[key] = more
    return made


@dataclass
class Lifting:
    """What is lifted: the entries, the stack with them, the files that say so; and what stays raw, with the reason.

    `unmanaged` are inputs that the topic has no words for: they stay in the account, and are managed no more.
    """

    entries: list[Entry]
    stays: list[NotLifted] = field(default_factory=list)
    files: list[FileEdit] = field(default_factory=list)
    after: StackContext | None = None
    changed: list[tuple[Planned, LiveObject]] = field(default_factory=list)
    unmanaged: list[str] = field(default_factory=list)

    def drop(self, entry: Entry, reason: str) -> None:
        """Leaves an entry raw; where others say something of it, these first, for it may be right without."""
        told_by = [one for one in entry.told_by if one in self.entries]
        if told_by:
            entry.content, entry.also = entry.alone
            reason = f"{entry.name} is refused with what this says of it: {reason}"
        for one in told_by or [entry]:
            self.entries.remove(one)
            self.stays.append(NotLifted(one.topic, one.name, reason))


def lift(context: StackContext, sessions: Mapping[str, Session[Any]], topics: Collection[str] = ()) -> Lifting:
    """The entries that say what raw resources say, as far as the next preview would show no change."""
    lifting = proposed(context, sessions, topics)
    while lifting.entries:
        try:
            cover(context, lifting.entries)
            lifting.files = _files(context, lifting.entries)
            lifting.after = _reloaded(context, lifting.files)
            refused = _Proof(context, lifting.after, sessions, lifting).refused()
        except _CannotWrite as error:
            refused = {error.entry: error.reason}
        except DiagnosticsError:
            refused = _uncompiled(context, lifting.entries)
        if not refused:
            return lifting
        for entry, reason in refused.items():
            if entry in lifting.entries:
                lifting.drop(entry, reason)
    lifting.files, lifting.after, lifting.changed, lifting.unmanaged = [], None, [], []
    return lifting


def proposed(context: StackContext, sessions: Mapping[str, Session[Any]], topics: Collection[str] = ()) -> Lifting:
    """What the CRMs propose; what several say of one entry is put together."""
    found: dict[tuple[str, str], list[Proposal]] = {}
    bound: dict[FieldRef, Definition] = {}
    lifting = Lifting([])
    for name, session in sessions.items():
        lifter: Lift | None = system_named(name).lift
        for one in lifter(session, context.model) if lifter is not None else ():
            if isinstance(one, FieldBinding):
                bound.setdefault(one.reference, {})[name] = one.vendor_field
            elif topics and one.topic not in topics:
                continue
            elif isinstance(one, NotLifted):
                lifting.stays.append(replace(one, subject=f"{session.system.label} {one.subject}"))
            else:
                found.setdefault((one.topic, one.key), []).append(one)
    for (topic, key), proposals in found.items():
        entry = Entry(topic, key, {})
        try:
            entry.content = together(proposals)
        except _Disagree as error:
            lifting.stays.append(NotLifted(topic, entry.name, f"the CRMs disagree about {error}"))
            continue
        for one in proposals:
            entry.also = joined(entry.also, one.also)
        _bind(entry.also, bound)
        if value_at(context.model, entry.path) not in (None, {}):
            lifting.stays.append(NotLifted(topic, entry.name, "the model has an entry of this key already"))
        else:
            lifting.entries.append(entry)
    lifting.entries.sort(key=lambda one: (one.path[1:-1], not _makes_fields(one)))
    share(context.model, lifting.entries)
    return lifting


def share(model: Model, entries: Sequence[Entry]) -> None:
    """What an entry says of another one that is lifted stands in that one, and what the model says already nowhere."""
    plain = model.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"raw_sections"})
    owners = {one.path: one for one in entries}
    for entry in entries:
        entry.also = beyond(entry.also, plain)
        for path in [one for one in owners if one != entry.path and value_at(entry.also, one) is not None]:
            value, owner = value_at(entry.also, path), owners[path]
            owner.alone = owner.alone if owner.told_by else (owner.content, owner.also)
            owner.told_by.append(entry)
            named = {key: value for key, value in entry.also.items() if key in NAMED}
            owner.content, owner.also = joined(owner.content, value or {}), joined(owner.also, named)


def _makes_fields(entry: Entry) -> bool:
    """Such an entry comes before those that bind the same fields, as automations come after what they read."""
    fields = entry.also.get("data_hygiene", {}).get("fields", {})
    return any("standard" not in made for owned in fields.values() for made in owned.values())


def _bind(also: Definition, bound: Mapping[FieldRef, Definition]) -> None:
    """Binds the fields that an entry brings to what the other CRMs have of them, so that none is made there."""
    for object_, fields in also.get("data_hygiene", {}).get("fields", {}).items():
        for key, made in fields.items():
            if "standard" in made:
                made["standard"] = {**bound.get(FieldRef(f"{object_}.{key}"), {}), **made["standard"]}


class _Disagree(Exception):
    """Two CRMs say different things; the text is where."""


def together(proposals: Sequence[Proposal]) -> Definition:
    """What the CRMs say of one entry. Raises _Disagree."""
    first, *others = sorted(proposals, key=lambda one: len(one.guessed))
    content = first.entry
    for one in others:
        content = _merged(content, one.entry, one.guessed, "")
    return content


def _merged(sure: Definition, other: Definition, guessed: Collection[str], path: str) -> Definition:
    made = {key: value for key, value in sure.items() if path not in COMMON or key in other}
    for key, value in other.items():
        if path in COMMON and key not in made:
            continue
        place = f"{path}.{key}".lstrip(".")
        if key not in made:
            if path == "stages":
                raise _Disagree(place)
            made[key] = value
        elif isinstance(value, dict) and isinstance(made[key], dict):
            made[key] = _merged(made[key], value, guessed, place)
        elif made[key] != value and key not in guessed:
            raise _Disagree(place)
    if path == "stages" and list(sure) != list(other):
        if not guessed or sure.keys() != other.keys():
            raise _Disagree(path)
        made = {key: made[key] for key in other}  # one that guesses the rest has an order for each pipeline
    return made


# --- files ----------------------------------------------------------------------------------------------------


class _CannotWrite(Exception):
    def __init__(self, entry: Entry, reason: str) -> None:
        super().__init__(reason)
        self.entry, self.reason = entry, reason


def _files(context: StackContext, entries: Sequence[Entry]) -> list[FileEdit]:
    """The files without the raw entries, and those of the topics. Raises _CannotWrite."""
    project = context.folder.resolve().parent
    texts: dict[Path, str] = {}
    before: dict[Path, str] = {}
    comments: dict[RawKey, tuple[str, ...]] = {}
    done: set[RawKey] = set()
    for entry in entries:
        for raw in entry.covers:
            if raw in done:
                continue
            done.add(raw)
            place = context.loaded.positions.get(raw)
            path = project / place.file if place is not None else None
            if path is None:
                raise _CannotWrite(entry, f"{raw[1]} {raw[2]} is not in a file of the model")
            before.setdefault(path, path.read_text(encoding="utf-8"))
            cut = _cut(entry, texts.get(path, before[path]), raw)
            texts[path], comments[raw] = cut.text, cut.comments[raw[2]]
    edits = [FileEdit(path, before[path], text) for path, text in texts.items()]
    return [*edits, *_lifted_files(context, entries, comments)]


def _lifted_files(
    context: StackContext, entries: Sequence[Entry], comments: Mapping[RawKey, Sequence[str]]
) -> Iterator[FileEdit]:
    """One per entry; what several of them name stands with the first."""
    earlier: Definition = {}
    for entry in entries:
        above = [line for raw in entry.covers for line in comments.get(raw, ())]
        stem = "_".join(part for part in (*entry.path[1:-1], entry.topic, entry.key) if part)
        yield lifted_edit(context.folder.resolve(), stem, beyond(entry.whole, earlier), above)
        earlier = joined(earlier, entry.whole)


def cover(context: StackContext, entries: Sequence[Entry]) -> None:
    """Notes for each entry the raw resources that the topics declare with it. Raises DiagnosticsError."""
    loaded = _reloaded(context, list(_lifted_files(context, entries, {})), compiles=False).loaded
    covers: dict[Entry, list[RawKey]] = {one: [] for one in entries}
    for planned in compile_partly(loaded, context.settings)[0]:
        kind, origin = planned.declaration.kind, planned.declaration.origin
        if origin[0] != planned.system and planned.name in context.model.raw(planned.system).get(kind, {}):
            covers[about(planned, entries)[1][0]].append((planned.system, kind, planned.name))
    for entry, found in covers.items():
        entry.covers = tuple(found)


def _cut(entry: Entry, text: str, raw: RawKey) -> Cut:
    system, kind, name = raw
    try:
        return without(text, system, kind, [name])
    except CannotCut as error:
        raise _CannotWrite(entry, f"{kind} {name}: {error}; write it on lines of its own first") from None


def _reloaded(context: StackContext, files: Sequence[FileEdit], compiles: bool = True) -> StackContext:
    return with_texts(context, {one.path: one.after for one in files}, compiles)


# --- the proof ------------------------------------------------------------------------------------------------


def _uncompiled(context: StackContext, entries: Sequence[Entry]) -> dict[Entry, str]:
    """The entries with which the model does not compile: each is tried with those before it, which it may name."""
    kept, found = list[Entry](), dict[Entry, str]()
    for one in entries:
        try:
            cover(context, [*kept, one])
            _reloaded(context, _files(context, [*kept, one]))
            kept.append(one)
        except _CannotWrite as error:
            found[one] = error.reason
        except DiagnosticsError as error:
            found[one] = _some([f"{diagnostic.subject}: {diagnostic.message}" for diagnostic in error.diagnostics])
    return found or dict.fromkeys(entries, "the model does not compile with all of them")


@dataclass
class _Proof:
    """Compares what the stack declares before and after with what the accounts hold."""

    before: StackContext
    after: StackContext
    sessions: Mapping[str, Session[Any]]
    lifting: Lifting

    def refused(self) -> dict[Entry, str]:
        """The entries with which the next preview would show a change, and which; notes what changed."""
        earlier, later = _by_name(self.before), _by_name(self.after)
        found: list[dict[Entry, list[str]]] = [{}, {}, {}]
        self.lifting.changed, self.lifting.unmanaged = [], []
        for key, planned in later.items():
            old = earlier.get(key)
            if old is not None and old.declaration.inputs == planned.declaration.inputs and _same_place(old, planned):
                continue
            live, reason = self._compared(key, planned)
            if live is None:
                vagueness, entries = about(planned, self.lifting.entries)
                for entry in entries:
                    found[vagueness].setdefault(entry, []).append(reason)
                continue
            self.lifting.changed.append((planned, live))
            lost = sorted(old.declaration.inputs.keys() - planned.declaration.inputs.keys()) if old else []
            self.lifting.unmanaged += [f"{key[1]} {key[2]}: {name}" for name in lost if name != "adopt"]
        for system, kind, name in earlier.keys() - later.keys():
            owners = [one for one in self.lifting.entries if (system, kind, name) in one.covers]
            for entry in owners or self.lifting.entries:
                found[0].setdefault(entry, []).append(f"{kind} {name} would no longer be declared")
        surest = next(filter(None, found), {})
        return {entry: _some(reasons) for entry, reasons in surest.items()}

    def _compared(self, key: RawKey, planned: Planned) -> tuple[LiveObject | None, str]:
        """The live object where it is as the program says, else why not."""
        system, kind_name, name = key
        session = self.sessions.get(system)
        if session is None:
            return None, f"{kind_name} {name} of {system} would change, which --system leaves out"
        kind, label = session.system.kinds[kind_name], session.system.label
        live, inputs = session.find(kind, name), planned.declaration.inputs
        if live is None:
            return None, f"{label} would get a new {kind_name}, {name}"
        if differing := kind.differences(inputs, kind.managed_view(inputs, live)):
            return None, f"{label} {kind_name} {name} would get another {', '.join(differing)}"
        return live, ""


def about(planned: Planned, entries: Sequence[Entry]) -> tuple[int, Sequence[Entry]]:
    """Whose entry a resource comes from: 0 where it is known, 1 by topic, 2 anybody's. The vaguer may pass once the
    surer are gone.
    """
    origin = tuple(map(str, planned.declaration.origin))
    by_key = [one for one in entries if origin[: len(one.path)] == one.path]
    by_topic = [one for one in entries if origin[:1] == (one.topic,)]
    return (0, by_key) if by_key else (1, by_topic) if by_topic else (2, entries)


def _some(reasons: Sequence[str]) -> str:
    more = len(reasons) - SHOWN
    return "; ".join([*reasons[:SHOWN], *([f"and {more} more"] if more > 0 else [])])


def _by_name(context: StackContext) -> dict[RawKey, Planned]:
    return {(one.system, one.declaration.kind, one.name): one for one in context.planned}


def _same_place(old: Planned, new: Planned) -> bool:
    """Whether Pulumi calls both the same."""
    return old.declaration.key == new.declaration.key


def covered(entries: Iterable[Entry]) -> Iterator[RawKey]:
    """The raw resources that entries say."""
    for one in entries:
        yield from one.covers
