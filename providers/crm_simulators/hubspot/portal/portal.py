"""The simulated account: one JSON document, so that it can be dumped and loaded."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from crm_simulators.control import Control
from crm_simulators.hubspot.errors import JsonObject
from crm_simulators.hubspot.portal.defaults import fresh_account
from crm_simulators.hubspot.portal.object_types import ObjectType, find_object_type


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and Z, as HubSpot writes it [D]."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


APP: JsonObject = {"sourceType": "INTEGRATION"}
WORKFLOW: JsonObject = {"sourceType": "AUTOMATION_PLATFORM"}
"""Sources of a change in the history of a property [D: sources exist; K: their names]."""
DEFINITIONS = ("properties", "archived_properties")
"""The areas of what is most of a portal."""


@dataclass(frozen=True)
class Happening:
    """A change that may trigger workflows: a record was `created`, `changed` or `touched` (what it is linked to,
    listed in, or did), or a `flow` was written or deleted. `changed` holds the new texts."""

    what: str
    object_type: str
    id: str
    changed: Mapping[str, str] = field(default_factory=dict)


class Portal:
    """The state of the account, with the ids, time and switches that every area needs."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self.state: JsonObject = {}
        self.at: datetime | None = None  # the moment at which something due is done, while it is done
        self.source: JsonObject = APP  # who or what is changing records, as their history tells it
        self.indexes: dict[
            tuple[str, str], dict[str, str]
        ] = {}  # object type and unique property: who last had a value
        self.listeners: list[Callable[[Happening], None]] = []
        self.reset()

    @contextmanager
    def changed_by(self, source: JsonObject) -> Iterator[None]:
        """Changes of records within come from this source."""
        before, self.source = self.source, source
        try:
            yield
        finally:
            self.source = before

    def told(self, text: str) -> list[Any]:
        """An entry in the history of a property: when, the text, and the source unless it is an app."""
        return [self.now(), text, *([self.source] if self.source != APP else [])]

    def reset(self) -> None:
        """A new account, as every portal begins."""
        definitions, rest = _as_every_portal_begins()
        self.exchange({**_apart(definitions), **pickle.loads(rest)})

    def dump(self) -> JsonObject:
        """A copy of the state; its definitions are the portal's own."""
        return _copied(self.state)

    def load(self, state: JsonObject) -> None:
        """Replace the state with a copy of this one."""
        self.exchange(_copied(state))

    def exchange(self, state: JsonObject) -> JsonObject:
        """Replace the state with this one, and answer what it was."""
        before, self.state = self.state, state
        self.indexes.clear()
        return before

    def area(self, *names: str) -> dict[str, Any]:
        """A nested map of the state, created when absent."""
        place = self.state
        for name in names:
            place = place.setdefault(name, {})
        return place

    def object_type(self, name: str) -> ObjectType:
        """The object type of that name: a custom object by type id or fully qualified name, not bare [O], else a
        standard one."""
        for schema in self.area("schemas").values():
            names = (schema["objectTypeId"], schema["fullyQualifiedName"].lower())
            if not schema["archived"] and name.lower() in names:
                return ObjectType(schema["objectTypeId"], schema["fullyQualifiedName"], schema["name"], "custom")
        return find_object_type(name)

    def now(self) -> str:
        """The simulated moment as HubSpot writes it."""
        return timestamp(self.moment())

    def moment(self) -> datetime:
        """The simulated moment; while workflows catch up, the one at which their action was due."""
        return self.at or self.control.clock.now()

    def announce(self, happening: Happening) -> None:
        """Notify what runs workflows."""
        for listener in self.listeners:
            listener(happening)

    def next_id(self, kind: str, first: int = 1) -> str:
        """The next server-made number of a kind."""
        counters = self.area("counters")
        counters[kind] = counters.get(kind, first - 1) + 1
        return str(counters[kind])

    def user_id(self) -> str:
        """The user that changes are attributed to."""
        return str(next(iter(self.state["tokens"].values()))["userId"])

    def switch(self, name: str) -> bool | str | int:
        """The value of the switch `hubspot.<name>`."""
        return self.control.switches[f"hubspot.{name}"]


@cache
def _as_every_portal_begins() -> tuple[JsonObject, bytes]:
    """The definitions of a new account, and the pickled rest."""
    return _halves(fresh_account())


def _copied(state: JsonObject) -> JsonObject:
    """The whole account once more."""
    definitions, rest = _halves(state)
    return {**dict.fromkeys(state), **_apart(definitions), **pickle.loads(rest)}


def _halves(state: JsonObject) -> tuple[JsonObject, bytes]:
    definitions = {area: state[area] for area in DEFINITIONS if area in state}
    rest = {area: value for area, value in state.items() if area not in definitions}
    return definitions, pickle.dumps(rest, pickle.HIGHEST_PROTOCOL)


def _apart(definitions: JsonObject) -> JsonObject:
    """Maps of their own. The definitions in them stay the same objects: a stored one is replaced, never changed."""
    return {area: {key: dict(one) for key, one in found.items()} for area, found in definitions.items()}
