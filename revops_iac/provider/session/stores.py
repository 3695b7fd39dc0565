"""What a session keeps between runs. The engine passes the stores in, which lie beside Pulumi's state."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from revops_iac.provider.api.landing import traced
from revops_iac.provider.live_object import Definition


class PendingCreates(Protocol):
    """The creations of a stack that are under way, so that a killed run converges instead of colliding."""

    def begin(self, kind: str, name: str) -> None:
        """Notes that the object is about to be created."""

    def end(self, kind: str, name: str) -> None:
        """Forgets the entry: the creation was refused."""

    def recorded(self, kind: str, name: str) -> None:
        """Forgets what an earlier run left: Pulumi's state holds the resource."""

    def began(self, kind: str, name: str) -> bool:
        """Whether a run began to create the object and no state has contained it since."""


@contextmanager
def begun(creates: PendingCreates, kind: str, name: str) -> Iterator[None]:
    """Notes a creation, which a run that fails forgets only where nothing of it can be in the account."""
    creates.begin(kind, name)
    with traced() as trace:
        try:
            yield
        except Exception:
            if not trace.landed:
                creates.end(kind, name)
            raise
        finally:
            trace.hand_on()


@dataclass(frozen=True)
class Written:
    """One write: the digest of what was made under `keys`, empty when it was removed; `at` in seconds since 1970.

    `stamp` is the vendor's own time of the last change, where it says one; of a removed object, of the change before.
    """

    kind: str
    name: str
    at: float
    digest: str
    keys: Sequence[str]
    stamp: str

    def shows_in(self, definition: Definition | None, stamp: str) -> bool:
        """Whether a read that found this (canonical) has seen the write; a later change by others has seen it too."""
        if definition is None:
            return not self.digest
        if self.digest and digest_of(definition, self.keys) == self.digest:
            return True
        return bool(stamp and self.stamp and stamp > self.stamp)


def digest_of(definition: Definition, keys: Iterable[str] | None = None) -> str:
    """A fingerprint of some keys of a canonical definition, of all where none are named."""
    chosen = {key: definition.get(key) for key in (definition if keys is None else keys)}
    return hashlib.sha256(json.dumps(chosen, sort_keys=True, default=str).encode()).hexdigest()[:32]


class RecentWrites(Protocol):
    """What was written to an account a moment ago, while its reads may not show it yet."""

    def note(self, kind: str, name: str, stamp: str, definition: Definition | None, keys: Iterable[str] = ()) -> None:
        """Notes a write that the vendor has just confirmed: the canonical definition, None for a removal."""

    def drop(self, kind: str, name: str) -> None:
        """Forgets a write: the object has another name now."""

    def recent(self) -> Sequence[Written]:
        """The writes of earlier runs whose effect a read may not show yet."""


class PreviewSnapshot(Protocol):
    """How the last preview saw each object that it would change, so that `up` overwrites nothing unreviewed."""

    def begin(self) -> None:
        """A new preview: what an earlier one saw counts no more."""

    def note(self, kind: str, name: str, definition: Definition) -> None:
        """An object that the plan would change, in its canonical definition."""

    def end(self) -> None:
        """The plan is being carried out."""

    def seen(self) -> Mapping[tuple[str, str], str]:
        """The `digest_of` each object by kind and vendor name; empty without a preview."""


class Holdings(Protocol):
    """What the stacks beside each other hold on an account, each object as a line `kind vendor_name`."""

    def note(self, declared: str) -> None:
        """Takes down what the state of this stack declares; nothing for a stack that is gone."""

    def others(self) -> Mapping[str, frozenset[str]]:
        """The lines of the other stacks, by stack."""


@dataclass(frozen=True)
class Stores:
    """The stores of one stack on one account."""

    pending_creates: PendingCreates
    recent_writes: RecentWrites
    preview_snapshot: PreviewSnapshot
    holdings: Holdings


OpenStores = Callable[[str, str], Stores]
"""Opens the stores of a stack (its name, empty while it is not known) on an account (its id)."""
