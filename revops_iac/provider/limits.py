"""What a vendor allows at most: the length of a text, the entries of a list, the objects of a kind; from one table.

A kind needs no code for it. Its provider hands the rows of its table to `Limits`; the compile step asks for what the
inputs alone tell, the preflight for what the account must count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from revops_iac.diagnostics import Diagnostic, InputPath, Severity
from revops_iac.provider.kind import Definition, DesiredResource, Kind, LiveObject
from revops_iac.provider.session import Session

Path = tuple[str | int, ...]
Tiers = Callable[[Any], Collection[str]]
"""The editions or subscriptions that an account may have, as far as a client can tell; empty where nothing is known."""


class Unit(StrEnum):
    """What a limit counts."""

    CHARACTERS = "characters"
    ENTRIES = "entries"
    OBJECTS = "objects"
    REPORTED = "reported"
    """What the code of a provider counts itself."""


@dataclass(frozen=True)
class Limit:
    """At most so many characters or entries in an input, or objects of a kind.

    `per_object` says that objects are counted for each object type (contacts, Lead …) on its own. `only` are the values
    of inputs that it is for, `tier` the edition or subscription; empty is every one. `names` is a pattern of the vendor
    names that count. Where `refused` is false, more is a warning.
    """

    kind: str
    input: str
    unit: Unit
    per_object: bool
    most: int
    only: Mapping[str, frozenset[str]]
    tier: str
    names: str
    refused: bool
    fix: str

    @classmethod
    def parse(cls, row: Mapping[str, str]) -> Limit:
        """A row of a table of limits, as its file describes the columns."""
        only = dict(condition.split("=", 1) for condition in row["only"].split())
        return cls(
            row["kind"],
            row["input"],
            Unit(row["unit"]),
            row["per"] == "object",
            int(row["most"]),
            {key: frozenset(values.split("|")) for key, values in only.items()},
            row["tier"],
            row.get("names") or "",
            row["refused"] == "yes",
            row["fix"],
        )

    def covers(self, definition: Mapping[str, Any]) -> bool:
        """Whether it is for an object with this definition."""
        return all(_word(definition.get(key)) in values for key, values in self.only.items())


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class Limits:
    """The limits of one vendor."""

    def __init__(self, rows: Iterable[Mapping[str, str]], label: str, tiers: Tiers) -> None:
        self.rows = tuple(Limit.parse(row) for row in rows)
        self.label = label
        self._of = {kind: [row for row in self.rows if row.kind == kind] for kind in {row.kind for row in self.rows}}
        self._of_sizes = {
            kind: [(row, row.input.split(".")) for row in rows if row.unit in (Unit.CHARACTERS, Unit.ENTRIES)]
            for kind, rows in self._of.items()
        }
        self._tiers = tiers

    def of(self, kind: str) -> Sequence[Limit]:
        """The limits of a kind."""
        return self._of.get(kind, ())

    def reported(self, kind: str, input_: str = "") -> Limit:
        """The limit that the code of the provider counts itself."""
        return next(row for row in self.of(kind) if row.unit is Unit.REPORTED and row.input == input_)

    def of_inputs(self, kind: str, inputs: Definition) -> Iterator[Diagnostic]:
        """Texts that are too long and lists that have too many entries, each with its place in the inputs."""
        reported: set[Path] = set()
        for row, keys in self._of_sizes.get(kind, ()):
            if keys[0] not in inputs or not row.covers(inputs):
                continue
            for path, size in _sizes(row, keys, inputs):
                if size > row.most and path not in reported:
                    reported.add(path)
                    yield self._beyond(row, path, f"{_spelled(path)} has {size:,} {row.unit}")

    def of_account(
        self, session: Session[Any], kind: Kind[Any, Any], item: DesiredResource, live: LiveObject | None
    ) -> Iterator[Diagnostic]:
        """What of the inputs is too long and differs from the account, and more objects than the account has room for.

        Only the first new object beyond a limit is reported.
        """
        beyond = list(self.of_inputs(kind.name, item.inputs))
        view = kind.managed_view(item.inputs, live) if beyond and live is not None else {}
        for found in beyond:
            key = found.location.keys[0] if isinstance(found.location, InputPath) else ""
            if view.get(str(key)) != item.inputs.get(str(key)):
                yield found
        groups: dict[tuple[Any, ...], list[Limit]] = {}
        for row in self.of(kind.name):
            counts_already = live is not None and row.covers(live.definition)
            if row.unit is Unit.OBJECTS and row.covers(item.inputs) and not counts_already:
                groups.setdefault((row.names, *sorted(row.only)), []).append(row)
        for rows in groups.values():
            yield from self._counted(session, kind, item, rows)

    def _counted(
        self, session: Session[Any], kind: Kind[Any, Any], item: DesiredResource, rows: Sequence[Limit]
    ) -> Iterator[Diagnostic]:
        count = _Count(session, kind, item, rows[0])
        if not count.exceeds(min(row.most for row in rows)):
            return
        rows = self._possible(session, rows)
        least, most = min(rows, key=lambda row: row.most), max(rows, key=lambda row: row.most)
        if not count.exceeds(least.most):
            return
        is_known = least.most == most.most
        row = most if is_known or count.total > most.most else least
        if count.is_first_beyond(row.most):
            allowed = "" if is_known else f" ({', '.join(f'{one.tier} {one.most:,}' for one in rows)})"
            about = f"there would be {count.total:,} objects of type {kind.name}{count.where}"
            warns = not is_known and row is least
            yield self._beyond(row, (), about, allowed, Severity.WARNING if warns else None)

    def _possible(self, session: Session[Any], rows: Sequence[Limit]) -> Sequence[Limit]:
        """The rows that the account's tier leaves; all of them where nothing is known of it."""
        if all(not row.tier for row in rows):
            return rows
        tiers = session.remembered("tiers", lambda: frozenset(self._tiers(session.client)))
        return [row for row in rows if row.tier in tiers] or [row for row in rows if not row.tier] or rows

    def _beyond(
        self, row: Limit, path: Path, about: str, allowed: str = "", severity: Severity | None = None
    ) -> Diagnostic:
        usual = Severity.ERROR if row.refused else Severity.WARNING
        message = f"{about}; {self.label} allows {row.most:,}{allowed}"
        return Diagnostic("", message, row.fix, severity or usual, InputPath(path))


Members = tuple[Mapping[str, DesiredResource], Collection[str], int]
"""What the program declares, what the account has, and how many these are together."""
_KNOWN: WeakKeyDictionary[Session[Any], tuple[Sequence[DesiredResource], dict[Hashable, Members]]] = WeakKeyDictionary()


def _members(session: Session[Any], kind: Kind[Any, Any], row: Limit, object_: str, partition: str) -> Members:
    """Those of one object that count against a limit; found once for all resources of a program."""
    declared, known = _KNOWN.get(session, (None, {}))
    if declared is not session.declared:
        declared, known = session.declared, {}
        _KNOWN[session] = (session.declared, known)
    key = (kind.name, row.names, object_, partition)
    if key not in known:

        def is_here(name: str) -> bool:
            is_near = not object_ or name.partition(".")[0] == object_
            return is_near and re.search(row.names, name) is not None

        mine = {one.name: one for one in declared if one.kind == kind.name and is_here(one.name)}
        live = dict.fromkeys(name for name in session.names(kind, partition) if is_here(name))
        known[key] = (mine, live.keys(), len({*live, *mine}))
    return known[key]


class _Count:
    """How many objects count against a limit once the program is applied."""

    def __init__(self, session: Session[Any], kind: Kind[Any, Any], item: DesiredResource, row: Limit) -> None:
        self._session, self._kind, self._row, self._name = session, kind, row, item.name
        self._object = item.name.partition(".")[0]
        self.where = f" of {self._object}" if row.per_object else ""
        members = _members(session, kind, row, self._object if row.per_object else "", kind.partition(item.name))
        self._declared, self._live, self._upper = members

    def exceeds(self, most: int) -> bool:
        """Whether it can be more, and then whether it is: only then are definitions read."""
        return self._upper > most and self.total > most

    @cached_property
    def _before(self) -> frozenset[str]:
        if not self._row.only:
            return frozenset(self._live)
        return frozenset(name for name in self._live if self._row.covers(self._definition(name)))

    @cached_property
    def _added(self) -> list[str]:
        new = (one for one in self._declared.values() if one.name not in self._before)
        return [one.name for one in new if self._row.covers({**self._definition(one.name), **one.inputs})]

    @cached_property
    def total(self) -> int:
        """How many there would be; those that the program switches off count until it has done so."""
        return len(self._before) + len(self._added)

    def is_first_beyond(self, most: int) -> bool:
        """Whether the object is the first of the new ones that has no room."""
        room = max(0, most - len(self._before))
        return self._added[room : room + 1] == [self._name]

    def _definition(self, name: str) -> Definition:
        live = self._session.find(self._kind, name) if name in self._live else None
        return {} if live is None else live.definition


def _sizes(row: Limit, keys: Sequence[str], inputs: Definition) -> Iterator[tuple[Path, int]]:
    for path, value in _at(inputs, keys, ()):
        if row.unit is Unit.ENTRIES:
            yield path, len(value) if isinstance(value, list) else 0
        else:
            entries = enumerate(value) if isinstance(value, list) else [(None, value)]
            yield from ((path if at is None else (*path, at), _characters(one)) for at, one in entries)


def _at(value: Any, keys: Sequence[str], path: Path) -> Iterator[tuple[Path, Any]]:
    """The values at a path of keys; lists on the way are walked."""
    if not keys:
        yield path, value
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _at(one, keys, (*path, at))
    elif isinstance(value, Mapping) and keys[0] in value:
        yield from _at(value[keys[0]], keys[1:], (*path, keys[0]))


def _characters(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(len(text) for text in value.values() if isinstance(text, str))
    return len(value) if isinstance(value, str) else 0


def _spelled(path: Path) -> str:
    """A path as people write it.

    >>> _spelled(("stages", 2, "label"))
    'stages[2].label'
    """
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path).removeprefix(".")
