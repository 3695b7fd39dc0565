"""The state of a simulated organization: records, components, sessions and deployments, all of it JSON."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from crm_simulators.salesforce.org import ids
from crm_simulators.salesforce.xml.component_xml import Body

Record = dict[str, Any]
Component = dict[str, Any]

# What a save of records cannot change; copying it for every save would take most of the time.
NOT_BY_SAVES = frozenset({"components", "deleted_fields", "deploys", "retrieves", "counters"})
# Sessions and API usage are not part of what an org holds: looking at it must not change its dump.
STATE = (
    "components",
    "records",
    "deleted_fields",
    "recycle_bin",
    "deploys",
    "retrieves",
    "counters",
    "interviews",
    "scheduled_runs",
    "actions",
    "flow_errors",
)


def timestamp(moment: datetime) -> str:
    """Date-times as the Metadata API writes them (REST writes the same with +0000)."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Index:
    """The names of the components of one type, by themselves in lower case and by their owners."""

    def __init__(self, stored: dict[str, Component]) -> None:
        self.of = stored
        self.spellings: dict[str, str] = {}
        self.by_owner: dict[str, dict[str, None]] = {}
        for name in stored:
            self.add(name)

    def add(self, name: str) -> None:
        owner, _, own = name.partition(".")
        self.spellings[name.lower()] = name
        self.by_owner.setdefault(owner, {})[own] = None

    def remove(self, name: str) -> None:
        owner, _, own = name.partition(".")
        self.spellings.pop(name.lower(), None)
        self.by_owner.get(owner, {}).pop(own, None)


class Org:
    """The state, with names looked up as Salesforce does: without regard to case."""

    def __init__(self, now: Callable[[], datetime], switch: Callable[[str], bool | str | int]) -> None:
        self._now = now
        self._switch = switch
        self.deploy_seconds: Callable[[], float] = lambda: 0.0
        self.clear()

    def clear(self) -> None:
        self.components: dict[str, dict[str, Component]] = {}
        self.records: dict[str, dict[str, Record]] = {}
        self.deleted_fields: dict[str, Component] = {}
        self.recycle_bin: dict[str, dict[str, Record]] = {}
        self.sessions: dict[str, str] = {}
        self.deploys: dict[str, Any] = {}
        self.retrieves: dict[str, Any] = {}
        self.counters: dict[str, int] = {}
        self.interviews: dict[str, dict[str, Any]] = {}  # scheduled paths that wait for their time
        self.scheduled_runs: dict[str, str] = {}
        self.actions: list[dict[str, Any]] = []  # e-mails and posts that flows sent
        self.flow_errors: list[dict[str, Any]] = []
        self.sessions_opened = 0
        self._indexes: dict[str, Index] = {}
        self.coming: list[tuple[str, str, Body]] = []  # type, name and body of what the running deployment saves
        self.changed()

    def changed(self) -> None:
        """Drop the cache of what was computed from components."""
        self.computed: dict[str, Any] = {}

    def dump(self) -> dict[str, Any]:
        """All state, without empty objects and types: mere reads create them."""
        state = {name: _deep_copy(getattr(self, name)) for name in STATE}
        for name in ("components", "records", "recycle_bin"):
            state[name] = {key: live for key, live in state[name].items() if live}
        return state

    def load(self, state: dict[str, Any]) -> None:
        self.exchange({name: _deep_copy(state[name]) for name in STATE if name in state})

    def exchange(self, state: dict[str, Any]) -> dict[str, Any]:
        """Replace the parts that this state has, and answer what they were."""
        before = {name: getattr(self, name) for name in state}
        for name, value in state.items():
            setattr(self, name, value)
        self.changed()
        return before

    @contextmanager
    def undo_unless_kept(self) -> Iterator[Callable[[], None]]:
        """Undo everything that the block changes unless it calls the yielded function."""
        state = {name: getattr(self, name) for name in STATE if name not in {"deploys", "counters"}}
        before = pickle.dumps(state, pickle.HIGHEST_PROTOCOL)  # read again only where something is undone
        kept: list[bool] = []
        try:
            yield lambda: kept.append(True)
        finally:
            if not kept:
                self.exchange(pickle.loads(before))

    @contextmanager
    def undo_saves_unless_kept(self) -> Iterator[Callable[[], None]]:
        """The same for saves of records, without copying a row: a stored row is replaced, never changed in place."""
        before = {name: _copied(getattr(self, name)) for name in STATE if name not in NOT_BY_SAVES}
        kept: list[bool] = []
        try:
            yield lambda: kept.append(True)
        finally:
            if not kept:
                for name, value in before.items():
                    setattr(self, name, value)

    def now(self) -> datetime:
        return self._now()

    def timestamp(self) -> str:
        return timestamp(self._now())

    def switch(self, name: str) -> bool | str | int:
        return self._switch(f"salesforce.{name}")

    def count(self, name: str) -> int:
        """The next number of a counter, from 1."""
        self.counters[name] = self.counters.get(name, 0) + 1
        return self.counters[name]

    def new_id(self, type_name: str) -> str:
        own = str(self.of_type("CustomObject").get(type_name, {}).get("prefix", "0ZZ"))
        prefix = ids.KEY_PREFIXES.get(type_name) or own
        return ids.make_id(prefix, self.count(f"id.{prefix}"))

    # --- components ---------------------------------------------------------------------------------------------

    def of_type(self, type_name: str) -> dict[str, Component]:
        return self.components.setdefault(type_name, {})

    def find(self, type_name: str, full_name: str) -> str | None:
        """The stored spelling of a component's name, or None; API names are not case-sensitive."""
        if full_name in self.of_type(type_name):
            return full_name
        return self._index(type_name).spellings.get(full_name.lower())

    def own_names(self, type_name: str) -> dict[str, dict[str, None]]:
        """The names of a type's components after those of their owners: `Tier__c` of `Lead.Tier__c`, by owner."""
        return self._index(type_name).by_owner

    def _index(self, type_name: str) -> Index:
        """How the names of a type are found, kept from one search to the next."""
        stored = self.of_type(type_name)
        known = self._indexes.get(type_name)
        if known is None or known.of is not stored or len(known.spellings) != len(stored):
            known = self._indexes[type_name] = Index(stored)
        return known

    def body(self, type_name: str, full_name: str) -> Body | None:
        name = self.find(type_name, full_name)
        if name is None:
            return None
        body: Body = self.of_type(type_name)[name]["body"]
        return body

    def store(self, type_name: str, full_name: str, body: Body) -> Component:
        """Keep a component, with its id and dates."""
        stored = self.of_type(type_name)
        name = self.find(type_name, full_name) or full_name
        self._index(type_name).add(name)
        moment = self.timestamp()
        component = stored.setdefault(name, {"id": self.new_id(type_name), "createdDate": moment})
        component.update(body=body, lastModifiedDate=moment)
        self._forget_fields(type_name)
        return component

    def drop(self, type_name: str, full_name: str) -> Component:
        name = self.find(type_name, full_name)
        assert name is not None
        self._forget_fields(type_name)
        self._index(type_name).remove(name)
        return self.of_type(type_name).pop(name)

    def _forget_fields(self, type_name: str) -> None:
        if type_name == "CustomField":
            self.changed()

    # --- records ------------------------------------------------------------------------------------------------

    def table(self, sobject: str) -> dict[str, Record]:
        return self.records.setdefault(sobject, {})

    def record(self, sobject: str, record_id: str) -> Record | None:
        return self.table(sobject).get(ids.to18(record_id))

    def select(self, sobject: str, **equal: Any) -> list[Record]:
        """Records whose fields equal the values; text compares without regard to case."""
        return [
            row
            for row in self.table(sobject).values()
            if all(_same(row.get(name), value) for name, value in equal.items())
        ]

    def insert(self, sobject: str, values: Record, user_id: str | None = None) -> Record:
        """Add a record with id and audit fields, without checking any rule."""
        moment = self.timestamp()
        author = user_id or values.get("CreatedById")
        row = {
            "Id": self.new_id(sobject),
            **values,
            "CreatedDate": values.get("CreatedDate", moment),
            "LastModifiedDate": moment,
            "SystemModstamp": moment,
            "CreatedById": author,
            "LastModifiedById": author,
            "IsDeleted": False,
        }
        self.table(sobject)[row["Id"]] = row
        return row

    @property
    def organization(self) -> Record:
        return next(iter(self.table("Organization").values()))

    @property
    def organization_id(self) -> str:
        record_id: str = self.organization["Id"]
        return record_id


def _deep_copy(state: Any) -> Any:
    """The state once more; a fraction of the time that `copy.deepcopy` takes."""
    return pickle.loads(pickle.dumps(state, pickle.HIGHEST_PROTOCOL))


def _copied(live: Any) -> Any:
    """A container and the containers in it; rows stay the same objects."""
    if isinstance(live, dict):
        return {key: dict(value) if isinstance(value, dict) else value for key, value in live.items()}
    return list(live)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    return bool(left == right)
