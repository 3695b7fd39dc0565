"""What the engine says about a vendor object: its definition, how it was found, what is wanted, what is at stake."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

Definition = dict[str, Any]
"""A vendor object in the form of our inputs: plain JSON values; an absent key is not managed."""


@dataclass(frozen=True)
class LiveObject:
    """A vendor object as the account holds it.

    `id` is the physical id in Pulumi state (the vendor name where one exists). `facts` are read-only values that
    a write needs or people want to see (revision, unmanaged entries); they never take part in a comparison.
    `stamp` is the vendor's time of the last change, ISO 8601 in UTC; empty where it says none.
    """

    id: str
    name: str
    definition: Definition
    facts: Mapping[str, Any] = field(default_factory=dict)
    stamp: str = ""


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
    place: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    """Where texts of the inputs are written: path joined by "/" -> `file:line:column` of the first character."""

    def once(self, parse: Callable[[Definition], T]) -> T:
        """The inputs as `parse` makes them, kept: a preflight asks each resource for those of many others."""
        if "parsed" not in self.__dict__:
            self.__dict__["parsed"] = parse(self.inputs)
        parsed: T = self.__dict__["parsed"]
        return parsed

    def place_inside(self, path: Iterable[str | int], column: int) -> str | None:
        """The place of a column of a text, counted from 1; that of the resource where nobody wrote the text."""
        begins = self.texts.get("/".join(map(str, path)))
        if begins is None:
            return self.place
        line, _, first = begins.rpartition(":")
        return f"{line}:{int(first) + column - 1}"


class Placed(str):
    """A refusal that is said at a place of its own instead of that of its resource."""

    place: str | None

    def __new__(cls, message: str, place: str | None) -> Placed:
        made = super().__new__(cls, message)
        made.place = place
        return made


@dataclass(frozen=True)
class Mistake:
    """Something that cannot be right in the inputs of a resource, whatever the account holds.

    `path` leads to it, `column` into its text, counted from 1 on the text's first line.
    """

    path: tuple[str | int, ...]
    message: str
    fix: str
    column: int = 1


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


C = TypeVar("C", bound=Client)
