"""A filter as a tree: conditions joined by and, or, not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from revops_hubspot.filters.phrases import CHANGED_PROPERTY

Json = dict[str, Any]


@dataclass(frozen=True)
class Test:
    """One filter in HubSpot's JSON, for it has more operations than words; a list is a token, `{list: Customers}`."""

    __test__ = False
    filter: Json


@dataclass(frozen=True)
class Event:
    """Whether a record has done something; the tests are on properties of the event."""

    type: str
    completed: bool
    tests: tuple[Test, ...] = ()


@dataclass(frozen=True)
class Changed:
    """Whether a property changed, and to what; `now` is a test of the new value, `hs_value` of the event."""

    name: str
    now: Test | None = None

    @property
    def tests(self) -> tuple[Test, ...]:
        """The tests on the event, in the form that live portals hold [T 53149869323]."""
        operation = {"operationType": "STRING", "operator": "IS_EQUAL_TO", "includeObjectsWithNoValueSet": False}
        name = {
            "filterType": "PROPERTY",
            "property": CHANGED_PROPERTY,
            "operation": {**operation, "value": self.name},
        }
        return (Test(name), *([self.now] if self.now is not None else []))


@dataclass(frozen=True)
class Associated:
    """Whether an associated record passes all tests. Without `type` the association is HubSpot's unlabeled one."""

    object: str
    present: bool
    tests: tuple[Test, ...] = ()
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


Leaf = Test | Event | Changed | Associated
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
