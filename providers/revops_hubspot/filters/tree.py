"""A filter as a tree: conditions joined by and, or, not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from revops_hubspot.filters.phrases import CHANGED_PROPERTY

Json = dict[str, Any]


@dataclass(frozen=True)
class Test:
    """A comparison of a property: one of HubSpot's operations, in one spelling (`leaves.operation`)."""

    __test__ = False
    property: str
    operation: Json


@dataclass(frozen=True)
class ListName:
    """A list by its name, or by its id where the account has no name for it."""

    name: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class InList:
    """Whether the record is in a list."""

    list: ListName
    inside: bool = True


@dataclass(frozen=True)
class Value:
    """A named value of an activity, such as the page of a visit; HubSpot's name of the element."""

    name: str
    value: str | bool | int | tuple[str, ...]


@dataclass(frozen=True)
class Times:
    """How often it happened, at least and at most."""

    least: int | None
    most: int | None


@dataclass(frozen=True)
class SetOf:
    """Which of several things must have happened; HubSpot's word for it."""

    word: str


@dataclass(frozen=True)
class Offset:
    """So many units before or after now; `direction` is PAST or FUTURE."""

    amount: int
    unit: str
    direction: str


@dataclass(frozen=True)
class Window:
    """When it happened: `after` or `before` one moment, or `between` two; HubSpot's word for it."""

    word: str
    low: Offset | datetime
    high: Offset | datetime | None = None


@dataclass(frozen=True)
class Ever:
    """At any time."""


@dataclass(frozen=True)
class Moment:
    """When it happened, by an operation that properties of dates have too."""

    operation: Json


Often = Times | SetOf
When = Window | Ever | Moment


@dataclass(frozen=True)
class Activity:
    """A filter of another type: what a record did, received or agreed to (`filter_types`)."""

    type: str
    operator: str | None = None
    values: tuple[Value, ...] = ()
    often: Often | None = None
    when: When | None = None
    tests: tuple[Test, ...] = ()
    """Comparisons of what the event holds, or of the answer to a question."""


Filter = Test | InList | Activity
"""What stands among the filters of a branch."""


@dataclass(frozen=True)
class Event:
    """Whether a record has done something, how often and when; the tests are on properties of the event."""

    type: str
    completed: bool
    tests: tuple[Filter, ...] = ()
    often: Often | None = None
    when: When | None = None


@dataclass(frozen=True)
class Changed:
    """Whether a property changed, and to what; `now` is a test of the new value, `hs_value` of the event."""

    name: str
    now: Test | None = None

    @property
    def tests(self) -> tuple[Test, ...]:
        """The tests on the event, in the form that live portals hold [T 53149869323]."""
        operation = {"operationType": "STRING", "operator": "IS_EQUAL_TO", "includeObjectsWithNoValueSet": False}
        name = Test(CHANGED_PROPERTY, {**operation, "value": self.name})
        return (name, *([self.now] if self.now is not None else []))


@dataclass(frozen=True)
class Associated:
    """Whether an associated record passes all tests. Without `type` the association is HubSpot's unlabeled one."""

    object: str
    present: bool
    tests: tuple[Filter, ...] = ()
    type: int | None = None
    category: str = "HUBSPOT_DEFINED"


@dataclass(frozen=True)
class And:
    """All of the parts."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True)
class Or:
    """At least one of the parts."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True)
class Not:
    """What the part does not match, records without a value included."""

    part: Tree


Leaf = Filter | Event | Changed | Associated
Tree = Leaf | And | Or | Not
ALWAYS, NEVER = And(()), Or(())
"""What every record passes, and what none does."""


def all_of(*parts: Tree) -> Tree:
    """Every one of the parts, each once; ALWAYS without any."""
    return NEVER if NEVER in parts else _joined(And, ALWAYS, parts)


def any_of(*parts: Tree) -> Tree:
    """At least one of the parts; NEVER without any."""
    return ALWAYS if ALWAYS in parts else _joined(Or, NEVER, parts)


def _joined(kind: type[And] | type[Or], empty: Tree, parts: Iterable[Tree]) -> Tree:
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,))]
    once = [part for at, part in enumerate(flat) if part not in flat[:at]]
    return once[0] if len(once) == 1 else kind(tuple(once)) if once else empty
