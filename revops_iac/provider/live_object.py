"""What the engine says about a vendor object: its definition, how it was found, what a change would lose."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from revops_iac.diagnostics import InputPath, Location, Position
from revops_iac.provider.api.clock import ServerClock

T = TypeVar("T")

Definition = dict[str, Any]
"""A vendor object in the form of our inputs: plain JSON values; an absent key is not managed."""


@dataclass(frozen=True, slots=True)
class LiveObject:
    """A vendor object as the account holds it.

    `id` is the physical id in Pulumi state (the vendor name where one exists). `facts` are read-only values that
    a write needs or people want to see (revision, unmanaged entries); they never take part in a comparison.
    `stamp` is the vendor's time of the last change, ISO 8601 in UTC; empty where it says none. `document` is the
    vendor's own form as it was read, from which a write starts.
    """

    id: str
    name: str
    definition: Definition
    facts: Mapping[str, Any] = field(default_factory=dict)
    stamp: str = ""
    document: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Reference:
    """Something of the same system that must exist first: another kind and its vendor name."""

    kind: str
    name: str


@dataclass(frozen=True)
class Lookup:
    """A name that only the account can turn into an id: `user` by e-mail, `team` by name, `queue`, `form` …"""

    type: str
    value: str

    def __str__(self) -> str:
        return f"{self.type} {self.value}"


@dataclass(frozen=True)
class DesiredResource:
    """One resource of the program: its kind, vendor name, Pulumi name, inputs and where it was written."""

    kind: str
    name: str
    pulumi_name: str
    inputs: Definition
    position: Position | None = None
    texts: Mapping[str, Position] = field(default_factory=dict)
    """Where texts of the inputs are written, at their first character: by their path, joined by "/"."""

    def once(self, parse: Callable[[Definition], T]) -> T:
        """The inputs as `parse` makes them, kept: a preflight asks each resource for those of many others."""
        if "parsed" not in self.__dict__:
            self.__dict__["parsed"] = parse(self.inputs)
        parsed: T = self.__dict__["parsed"]
        return parsed

    def position_of(self, at: Location | None) -> Position | None:
        """Where something about the resource is written; the resource's own place when it is not written."""
        if isinstance(at, Position):
            return at
        begins = self.texts.get("/".join(map(str, at.keys))) if isinstance(at, InputPath) else None
        if begins is None or not isinstance(at, InputPath):
            return self.position
        return begins.right((at.column or 1) - 1)


class Program(list[DesiredResource]):
    """The resources of a program, which do not change any more: what all of them say together is found out once."""

    def once(self, key: Hashable, derive: Callable[[], T]) -> T:
        """What `derive` returned the first time it was asked for under `key`."""
        known = self.__dict__.setdefault("known", {})
        if key not in known:
            known[key] = derive()
        derived: T = known[key]
        return derived

    def names(self, kind: str) -> list[str]:
        """The vendor names of a kind."""
        return self.once(("names", kind), lambda: [one.name for one in self if one.kind == kind])


@dataclass(frozen=True)
class Impact:
    """What a removal or a change would lose: how many records, and the sentence that says so.

    `fix` says what to do first where the vendor refuses while records are there, whatever `revops:allowDataLoss` says.
    """

    records: int
    sentence: str
    fix: str | None = None


class Client(Protocol):
    """What the engine asks of a vendor client: it refuses every write while `writes_allowed` is false."""

    writes_allowed: bool

    @property
    def clock(self) -> ServerClock:
        """The vendor's time."""


C = TypeVar("C", bound=Client)
