"""Shared containers: objects of which a stack owns some entries, by key, and leaves all others as they are.

Options of a property, stages of a pipeline, values of a picklist, pairs of a lead conversion. The class owns what the
engine asks of a container: the managed view, conflicts, facts and restoring. A kind brings the transport.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from revops_iac.provider.inputs import I
from revops_iac.provider.kind import Definition, Kind, LiveObject
from revops_iac.provider.live_object import C
from revops_iac.provider.resource_state import State
from revops_iac.provider.session import Session

Entry = Mapping[str, Any]
"""One entry in the form of our inputs."""
DEACTIVATE = "deactivate"
"""The input that names entries of others to deactivate."""


class EntryContainer(Kind[C, I]):
    """A kind whose object is shared. Entries that the inputs do not list are kept, and shown as unmanaged."""

    entries: ClassVar[str]
    """The input that lists the entries: `options`, `stages`, `values`."""
    unmanaged_fact: ClassVar[str] = "unmanaged"
    """The fact that lists the entries of others."""

    entry_name: ClassVar[str] = "value"
    """The key of an entry that names it, where one alone does."""

    def entry_key(self, entry: Entry) -> Hashable:
        """What an entry is known by; it never changes."""
        return str(entry[self.entry_name])

    def describe_entry(self, entry: Entry) -> str:
        """An entry in a few words, for the facts."""
        return f"{entry[self.entry_name]}: {entry['label']}"

    def write_entries(self, session: Session[C], live: LiveObject, entries: Sequence[Entry]) -> LiveObject:
        """Writes the container with exactly these entries, in this order. Raises AccountError."""
        raise NotImplementedError(f"{self.name} writes its entries with everything else of the object")

    def restore_entries(self, session: Session[C], live: LiveObject, entries: Sequence[Entry], state: State[I]) -> None:
        """Writes these entries, and whatever else `state.original` holds where the inputs have more than entries."""
        self.write_entries(session, live, entries)

    def owns_every_entry(self, declared: Definition) -> bool:
        """Whether nothing in the container belongs to others, as in a pipeline that this stack created."""
        return False

    def is_inactive(self, entry: Entry) -> bool:
        """Whether an entry that exists has no effect, so that ours may take its place without a conflict."""
        return False

    def retired(self, session: Session[C], live: LiveObject, entry: Entry) -> Entry | None:
        """What becomes of an entry that was added here when the original is restored; None removes it."""
        return None

    # --- what the engine asks ---------------------------------------------------------------------------------

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        """The declared entries as the account holds them, cut to their declared keys, in the account's order."""
        if self.owns_every_entry(declared):
            return super().managed_view(declared, live)
        mine = self.by_key(declared.get(self.entries))
        owned = [
            _cut(entry, mine[self.entry_key(entry)])
            for entry in live.definition[self.entries]
            if self.entry_key(entry) in mine
        ]
        view = super().managed_view(declared, replace(live, definition={**live.definition, self.entries: owned}))
        if DEACTIVATE in declared:
            active = self.active_keys(live)
            view[DEACTIVATE] = [name for name in declared[DEACTIVATE] if name not in active]
        return view

    def conflicts(self, declared: Definition, live: LiveObject) -> list[str]:
        """An entry that is missing or inactive conflicts with nothing; one that is active and differs does."""
        if self.owns_every_entry(declared):
            return super().conflicts(declared, live)
        found = super().conflicts(declared, live)
        conflicting = [key for key in found if key not in (self.entries, DEACTIVATE)]
        return [*conflicting, self.entries] if self._conflicting_entries(declared, live) else conflicting

    def output_facts(self, declared: Definition, live: LiveObject) -> Mapping[str, Any]:
        """The facts of the object, and the entries of others."""
        if self.owns_every_entry(declared):
            return live.facts
        mine = self.by_key(declared.get(self.entries))
        others = [
            self.describe_entry(entry) for entry in live.definition[self.entries] if self.entry_key(entry) not in mine
        ]
        return {**live.facts, **({self.unmanaged_fact: others} if others else {})}

    def delete(self, session: Session[C], live: LiveObject, state: State[I]) -> bool | None:
        """A container of the vendor's own stays: our entries become what they were."""
        self.restore_original(session, live, state)
        return None

    def restore_original(self, session: Session[C], live: LiveObject, state: State[I]) -> None:
        """Gives our entries back what they were, retires those that were added here, and leaves all others."""
        entries = self.restored_entries(session, live, state)
        if entries != list(live.definition[self.entries]) or self._differs_beside_entries(live, state.original):
            self.restore_entries(session, live, entries, state)

    def restored_entries(self, session: Session[C], live: LiveObject, state: State[I]) -> list[Entry]:
        """The entries of the container once the original ones are back."""
        declared = state.inputs.managed()
        original, mine = self.by_key(state.original.get(self.entries)), self.by_key(declared.get(self.entries))
        touched = {*mine, *(declared.get(DEACTIVATE) or ())}
        restored: list[Entry] = []
        for entry in live.definition[self.entries]:
            key = self.entry_key(entry)
            if key in mine and key not in original:
                retired = self.retired(session, live, entry)
                restored += [] if retired is None else [retired]
            else:
                restored.append({**entry, **original[key]} if key in touched and key in original else entry)
        return restored

    # --- for kinds --------------------------------------------------------------------------------------------

    def by_key(self, entries: Iterable[Entry] | None) -> dict[Hashable, Entry]:
        """Entries by their key."""
        return {self.entry_key(entry): entry for entry in entries or ()}

    def active_keys(self, live: LiveObject) -> set[Hashable]:
        """The keys of the entries that have an effect in the account."""
        return {self.entry_key(entry) for entry in live.definition[self.entries] if not self.is_inactive(entry)}

    def _differs_beside_entries(self, live: LiveObject, original: Definition) -> bool:
        rest = {key: value for key, value in original.items() if key not in (self.entries, DEACTIVATE)}
        return bool(self.differences(rest, super().managed_view(rest, live)))

    def _conflicting_entries(self, declared: Definition, live: LiveObject) -> bool:
        theirs = self.by_key(entry for entry in live.definition[self.entries] if not self.is_inactive(entry))
        return any(
            self._canonical(declared, entry) != self._canonical(declared, _cut(theirs[key], entry))
            for key, entry in self.by_key(declared.get(self.entries)).items()
            if key in theirs
        )

    def _canonical(self, declared: Definition, entry: Entry) -> Any:
        return self.normalize({**declared, self.entries: [entry]})[self.entries]


def _cut(entry: Entry, declared: Entry) -> Entry:
    """An entry cut to what is declared of it."""
    return {key: entry.get(key) for key in declared}
