"""One account in one provider process, as kinds see it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Generic, TypeVar

from revops_iac.config.settings import Settings
from revops_iac.errors import AccountError, SessionError
from revops_iac.provider.live_object import C, Definition, DesiredResource, LiveObject, Lookup, Program
from revops_iac.provider.resource_state import State
from revops_iac.provider.session.account import Crm, Identity
from revops_iac.provider.session.connection import Connection
from revops_iac.provider.session.live_cache import LiveCache, ObjectKey, Readable
from revops_iac.provider.session.read_lag import wait_for
from revops_iac.provider.session.run_report import RunReport
from revops_iac.provider.session.stores import OpenStores, PreviewSnapshot, Written

T = TypeVar("T")


class Session(Generic[C]):
    """Reads and writes of one account: what is known of it, what this run did, and what is kept between runs.

    `declared` holds the resources of the program, once the account resource has seen them; `before` is the
    `declared` text in state, once a refresh has read it; `recorded` are its lines as the preflight knows them.
    `states` is what Pulumi holds of resources, by kind and vendor name, as far as the engine has shown it to this
    process. `turns` lets as many resources be worked on at the same time as the account takes. `previews` says
    whether the program runs for a plan, once the preflight has read the source map; `plan` takes down what the plan
    sees, and is None until a preview has passed its preflight.
    """

    def __init__(self, system: Crm, config: Callable[[str], Any], settings: Settings, open_stores: OpenStores) -> None:
        self.system = system
        self.settings = settings
        self.connection: Connection[C] = Connection(system, config)
        self.cache: LiveCache[C] = LiveCache(self.connection, self._expected)
        self.report = RunReport()
        self.turns = threading.BoundedSemaphore(system.account.at_once)
        self.declared = ()
        self.before: str | None = None
        self.recorded: frozenset[str] = frozenset()
        self.states: dict[ObjectKey, State[Any]] = {}
        self.previews = False
        self.plan: PreviewSnapshot | None = None
        self._open_stores = open_stores
        self.stores = open_stores(settings.environment, self.connection.store_id)
        self._lock = threading.RLock()
        self._unsettled: list[Written] = []
        self._settled = False

    @property
    def declared(self) -> Program:
        """The resources of the program."""
        return self._declared()

    @declared.setter
    def declared(self, resources: Iterable[DesiredResource]) -> None:
        program = Program(resources)
        self._declared: Callable[[], Program] = lambda: program

    def declared_by(self, read: Callable[[], Iterable[DesiredResource]]) -> None:
        """Has `read` tell the resources of the program at the first question: a refresh seldom asks."""
        self._declared = cache(lambda: Program(read()))

    @property
    def client(self) -> C:
        """The vendor client, made on first use; it refuses writes until `allow_writes`. Raises SessionError."""
        return self.connection.client

    def allow_writes(self) -> None:
        """Lets the client write, from the first create, update or delete on: no preview ever gets here."""
        self.connection.allow_writes()

    def of_stack(self, stack: str) -> None:
        """Tells the session which stack it serves; the account resource knows it first."""
        if stack:
            self.stores = self._open_stores(stack, self.connection.store_id)

    def open(self) -> Identity:
        """Proves once that the account answers and is the one of stack config, and lets its reads catch up with what
        was written a moment ago. Raises SessionError each time."""
        if not self._settled:
            with self._lock:
                self.connection.open()
                if not self._settled:
                    self._settle()
        return self.connection.open()

    def _settle(self) -> None:
        kinds = self.system.kinds
        self._unsettled = [write for write in self.stores.recent_writes.recent() if write.kind in kinds]
        try:
            lag_s, label = self.system.account.read_lag_s, self.system.label
            wait_for(self._unsettled, lag_s, self._shows, self.cache.forget, label)
        except SessionError as error:
            self.connection.end(error)
            raise
        finally:
            self._unsettled, self._settled = [], True

    def _shows(self, write: Written) -> bool:
        kind: Readable[C] = self.system.kinds[write.kind]
        try:
            live = self.find(kind, write.name)
        except SessionError:
            raise
        except AccountError:
            return True  # what cannot be read is reported by the first resource that needs it
        return write.shows_in(None if live is None else kind.normalize(live.definition), live.stamp if live else "")

    def _expected(self, kind: str) -> list[str]:
        names = self.declared.names(kind)
        unsettled = [write.name for write in self._unsettled if write.kind == kind]
        return [*names, *unsettled] if unsettled else names

    def declared_kinds(self) -> Iterator[tuple[Any, DesiredResource]]:
        """The resources of the program whose inputs are known, each with its kind."""
        for item in self.declared:
            kind = self.system.kinds.get(item.kind)
            if kind is not None and item.inputs:
                yield kind, item

    def note_plan(self, kind: Readable[C], live: LiveObject | None) -> None:
        """Takes down how an object is now that a preview would change."""
        if self.plan is not None and live is not None:
            self.plan.note(kind.name, live.name, kind.normalize(live.definition))

    def find(self, kind: Readable[C], name: str) -> LiveObject | None:
        """The object of that vendor name as the account holds it, or None. Raises AccountError."""
        return self.cache.find(kind, name)

    def name_of(self, kind: Readable[C], identifier: str) -> str | None:
        """The present vendor name of the object with this physical id, None when it is gone. Raises AccountError."""
        return self.cache.name_of(kind, identifier)

    def names(self, kind: Readable[C], partition: str) -> list[str]:
        """All vendor names of a kind in a partition, ours and others'. Raises AccountError."""
        return self.cache.names(kind, partition)

    def reread(self, kind: Readable[C], name: str) -> LiveObject | None:
        """Reads one object again, for kinds whose vendor rewrites what was sent. Raises AccountError."""
        return self.cache.reread(kind, name)

    def remember(self, kind: Readable[C], live: LiveObject, declared: Definition | None = None) -> None:
        """Takes the answer of a write into what is known, notes that this process wrote it (what was `declared`)."""
        self.cache.put(kind, live)
        self.report.note_write(kind.name, live.name)
        if declared is not None:
            keys = live.definition.keys() & declared.keys()
            definition = kind.normalize(live.definition)
            self.stores.recent_writes.note(kind.name, live.name, live.stamp, definition, keys)

    def gone(self, kind: Readable[C], live: LiveObject) -> None:
        """Takes a deletion by this process into what is known."""
        self.forget(kind, live.name)
        self.stores.recent_writes.note(kind.name, live.name, live.stamp, None)

    def forget(self, kind: Readable[C], name: str) -> None:
        """Takes into what is known that nothing has this name any more."""
        self.stores.recent_writes.drop(kind.name, name)
        self.cache.drop(kind, name)

    def remembered(self, key: Hashable, read: Callable[[], T]) -> T:
        """What `read` returned the first time it was asked for under `key` in this session."""
        return self.cache.remembered(key, read)

    def resolve(self, lookup: Lookup) -> str | None:
        """The id behind a name, asked once per process; None when the account does not know it."""
        return self.cache.resolve(lookup)

    def resolve_all(self, lookups: Iterable[Lookup]) -> Mapping[str, str]:
        """Ids of all lookups that the account knows, by their text; kept in outputs so that a change shows."""
        found = {str(lookup): self.resolve(lookup) for lookup in lookups}
        return {name: identifier for name, identifier in found.items() if identifier is not None}

    def forget_lookups(self) -> None:
        """Asks the account again from now on, after something that satisfies a lookup was created."""
        self.cache.forget_lookups()
