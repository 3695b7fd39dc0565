"""One account in one provider process: its client, what was read so far, and who people are. Thread-safe."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from revops_iac.config.settings import Settings
from revops_iac.errors import AccountError, SessionError, UnboundStack
from revops_iac.provider.live_object import C, Client, Definition, DesiredResource, LiveObject, Lookup
from revops_iac.state.pending_creates import Journal
from revops_iac.state.preview_snapshot import PlannedFrom
from revops_iac.state.recent_writes import RecentWrites, Written

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 8.0

C_contra = TypeVar("C_contra", bound=Client, contravariant=True)


@dataclass(frozen=True)
class Identity:
    """Who the account says it is: its id, as in stack config, and a label for people ("production, EU")."""

    id: str
    label: str = ""


class Account(Protocol):
    """How to reach one account of a system. Stateless; the client it makes is shared by all kinds."""

    id_key: str
    """The stack config key that must hold the account's id, `hubspot:portalId` for instance."""
    id_name: str
    """What people call it: `portal id`."""
    read_lag_s: float
    """For how long a read may not show a write yet; 0 where reads are always current."""

    def connect(self, config: Callable[[str], Any]) -> Any:
        """A client from environment variables first, then `config("hubspot:accessToken")`. Makes no call.

        Raises SessionError when a credential is missing.
        """

    def identify(self, client: Any) -> Identity:
        """One call that proves the credentials. Raises SessionError."""

    def forget_reads(self, client: Any) -> None:
        """Drops what the client remembers of its reads, so that the next question asks the account."""

    def same(self, one: str, other: str) -> bool:
        """Whether two spellings name the same account (15 and 18 characters, for instance)."""

    def resolve(self, client: Any, lookup: Lookup) -> str | None:
        """The id of a person, team or queue by name; None when the account has none. Cached by the caller."""


class Crm(Protocol):
    """What a session needs to know of its system."""

    @property
    def name(self) -> str:
        """As in `context.systems`."""

    @property
    def label(self) -> str:
        """What people call it."""

    @property
    def account(self) -> Account:
        """How to reach an account of it."""

    @property
    def kinds(self) -> Mapping[str, Any]:
        """Its kinds by name."""


class Readable(Protocol[C_contra]):
    """What a session needs to know of a kind: how the account is read."""

    chunk: ClassVar[int]

    @property
    def name(self) -> str:
        """The kind's name."""

    def partition(self, name: str) -> str:
        """The part of the account in which `name` is found."""

    def scan(self, client: C_contra, partition: str) -> Mapping[str, LiveObject | None]:
        """Everything of the kind in a part."""

    def read_many(self, client: C_contra, names: Sequence[str]) -> Mapping[str, LiveObject]:
        """Some objects whose definitions `scan` left out."""

    def normalize(self, definition: Definition) -> Definition:
        """The canonical form of a definition."""


class Session(Generic[C]):
    """Reads each kind once, in bulk, and serves every later question from that; a write updates what it changed.

    `declared` holds the resources of the program, once the account resource has seen them. `left` counts by kind what
    a delete could not remove because of what else the account holds; `removed` counts what this
    process took away, by kind and whether it was an adopted object that got its own definition back. `before` is the
    `declared` text in state, once a refresh has read it; `reported` says that another account spoke for this one.
    `previews` says whether the program runs for a plan, once the preflight has read the source map; `plan` takes down
    what the plan sees, and is None until a preview has passed its preflight.
    """

    def __init__(self, system: Crm, config: Callable[[str], Any], settings: Settings) -> None:
        self.system = system
        self.settings = settings
        self.declared: list[DesiredResource] = []
        self.removed: Counter[tuple[str, bool]] = Counter()
        self.left: Counter[str] = Counter()
        self.before: str | None = None
        self.reported = False
        self.previews = False
        self.plan: PlannedFrom | None = None
        self.journal = Journal(system.name, settings.environment)
        self.writes = RecentWrites(system.name, settings.environment, system.account.read_lag_s)
        self._config = config
        self._lock = threading.RLock()
        self._part_locks: defaultdict[tuple[str, str], threading.Lock] = defaultdict(threading.Lock)
        self._parts: dict[tuple[str, str], dict[str, LiveObject | None]] = {}
        self._unreadable: dict[tuple[str, str], AccountError] = {}
        self._said: set[str] = set()
        self._words: dict[str, str] = {}
        self._to_allow: dict[str, list[str]] = {}
        self._resolved: dict[Lookup, str | None] = {}
        self._written: set[tuple[str, str]] = set()
        self._unsettled: list[Written] = []
        self._client: C | None = None
        self._identity: Identity | SessionError | None = None

    @property
    def client(self) -> C:
        """The vendor client, made on first use; it refuses writes until `allow_writes`. Raises SessionError."""
        with self._lock:
            if self._client is None:
                self._client = self.system.account.connect(self._config)
                self._client.writes_allowed = False
            return self._client

    def allow_writes(self) -> None:
        """Lets the client write, from the first create, update or delete on: no preview ever gets here."""
        self.client.writes_allowed = True

    def of_stack(self, stack: str) -> None:
        """Tells the session which stack it serves; the account resource knows it first."""
        if stack:
            self.journal = Journal(self.system.name, stack)

    def open(self) -> Identity:
        """Proves once that the account answers and is the one of stack config. Raises SessionError each time."""
        with self._lock:
            if self._identity is None:
                try:
                    self._identity = self._identify()
                    self._settle()
                except SessionError as error:
                    self._identity = error
        if isinstance(self._identity, SessionError):
            raise self._identity
        return self._identity

    def whom(self) -> str:
        """The account in a few words: its id and what it says of itself. Raises SessionError."""
        identity = self.open()
        return f"{self.system.account.id_name} {identity.id}, {identity.label}".rstrip(", ")

    def end(self, error: SessionError) -> None:
        """From now on `open` raises this: what stopped one call stops them all, so none is tried in vain."""
        with self._lock:
            self._identity = error

    def is_news(self, error: AccountError) -> bool:
        """Whether no read said this before: thirty resources of a part that cannot be read make one error."""
        with self._lock:
            is_new = error.gist not in self._said
            self._said.add(error.gist)
            return is_new

    def words_of(self, error: AccountError) -> str:
        """The words of an error, those of the first one where the account said the same before."""
        with self._lock:
            return self._words.setdefault(error.gist, str(error))

    def to_allow(self, key: str, live: int, name: str) -> str:
        """The place of a list in stack config where a name can be added, `live` being there already.

        Each name gets its own, so that the commands of several refusals do not overwrite each other's.
        """
        with self._lock:
            names = self._to_allow.setdefault(key, [])
            if name not in names:
                names.append(name)
            return f"revops:{key}[{live + names.index(name)}]"

    def _identify(self) -> Identity:
        account = self.system.account
        expected = str(self._config(account.id_key) or "")
        if not expected:
            raise UnboundStack(
                f"{self.system.label}: stack config has no {account.id_key}",
                f"pulumi config set {account.id_key} ID, so that no run can touch another account",
            )
        identity = account.identify(self.client)
        if not account.same(expected, identity.id):
            raise SessionError(
                f'{self.system.label}: the credentials belong to {account.id_name} "{identity.id}", '
                f'stack config says "{expected}"; nothing was read or changed',
                f"use the credentials of {expected}, or pulumi config set {account.id_key} {identity.id}",
            )
        return identity

    def _settle(self) -> None:
        """Waits until reads show what this stack wrote a moment ago, so that none of it is taken for gone or changed.

        The wait ends with the vendor's lag: what still reads otherwise then is believed.
        """
        kinds = self.system.kinds
        self._unsettled = [written for written in self.writes.recent() if written.kind in kinds]
        patience_s = max((w.at + self.writes.lag_s - time.time() for w in self._unsettled), default=0.0)
        waited_s, pause_s = 0.0, FIRST_PAUSE_S
        while waited_s < patience_s and (late := [w for w in self._unsettled if not self._shows(kinds[w.kind], w)]):
            if not waited_s:
                message = f"{late[0].kind} {late[0].name} was written a moment ago and does not read so yet"
                print(f"{self.system.label}: {message}; waiting up to {patience_s:.0f} s", file=sys.stderr, flush=True)
            time.sleep(pause_s)
            waited_s, pause_s = waited_s + pause_s, min(pause_s * 2, LONGEST_PAUSE_S)
            self._forget_reads()
        self._unsettled = []

    def _shows(self, kind: Readable[C], written: Written) -> bool:
        try:
            live = self.find(kind, written.name)
        except SessionError:
            raise
        except AccountError:
            return True  # what cannot be read is reported by the first resource that needs it
        return written.shows_in(None if live is None else kind.normalize(live.definition), live.stamp if live else "")

    def _forget_reads(self) -> None:
        self._parts.clear()
        self._unreadable.clear()
        self._resolved.clear()
        self.system.account.forget_reads(self.client)

    def note_plan(self, kind: Readable[C], name: str) -> None:
        """Takes down how an object is now that a preview would change. Raises AccountError."""
        if self.plan is None:
            return
        live = self.find(kind, name)
        if live is not None:
            self.plan.note(kind.name, name, kind.normalize(live.definition))

    def find(self, kind: Readable[C], name: str) -> LiveObject | None:
        """The object of that vendor name as the account holds it, or None. Raises AccountError."""
        part = (kind.name, kind.partition(name))
        with self._part_locks[part]:
            live = self._read(kind, part)
            if name in live and live[name] is None:
                self._read_definitions(kind, part, name)
            return live.get(name)

    def names(self, kind: Readable[C], partition: str) -> list[str]:
        """All vendor names of a kind in a partition, ours and others'."""
        part = (kind.name, partition)
        with self._part_locks[part]:
            return list(self._read(kind, part))

    def _read(self, kind: Readable[C], part: tuple[str, str]) -> dict[str, LiveObject | None]:
        """A part, read once; what the account refuses to show is refused again in the same words, not asked again."""
        if part in self._unreadable:
            raise self._unreadable[part]
        if part not in self._parts:
            try:
                self._parts[part] = dict(kind.scan(self.client, part[1]))
            except SessionError as error:
                self.end(error)
                raise
            except AccountError as error:
                self._unreadable[part] = error
                raise
        return self._parts[part]

    def _read_definitions(self, kind: Readable[C], part: tuple[str, str], name: str) -> None:
        """Reads `name` together with other declared names that are still unread, one chunk at a time."""
        live = self._parts[part]
        known = {(w.kind, w.name): None for w in self.declared} | {(w.kind, w.name): None for w in self._unsettled}
        others = [other for kind_name, other in known if kind_name == kind.name and other != name]
        unread = [n for n in dict.fromkeys(others) if n in live and live[n] is None]
        chunk = [name, *unread[: kind.chunk - 1]]
        found = kind.read_many(self.client, chunk)
        for asked in chunk:
            if asked in found:
                live[asked] = found[asked]
            else:
                del live[asked]

    def remember(self, kind: Readable[C], live: LiveObject, declared: Definition | None = None) -> None:
        """Takes the answer of a write into what is known, notes that this process wrote it (what was `declared`)."""
        part = (kind.name, kind.partition(live.name))
        with self._part_locks[part]:
            if part in self._parts:
                self._parts[part][live.name] = live
        self._written.add((kind.name, live.name))
        if declared is not None:
            keys = live.definition.keys() & declared.keys()
            self.writes.note(kind.name, live.name, live.stamp, kind.normalize(live.definition), keys)

    def gone(self, kind: Readable[C], live: LiveObject) -> None:
        """Takes a deletion by this process into what is known."""
        self.forget(kind, live.name)
        self.writes.note(kind.name, live.name, live.stamp, None)

    def forget(self, kind: Readable[C], name: str) -> None:
        """Takes into what is known that nothing has this name any more."""
        self.writes.drop(kind.name, name)
        part = (kind.name, kind.partition(name))
        with self._part_locks[part]:
            self._parts.get(part, {}).pop(name, None)

    def reread(self, kind: Readable[C], name: str) -> LiveObject | None:
        """Reads one object again, for kinds whose vendor rewrites what was sent; drops the whole part otherwise."""
        part = (kind.name, kind.partition(name))
        with self._part_locks[part]:
            self._parts.pop(part, None)
        return self.find(kind, name)

    def wrote(self, kind: Readable[C], name: str) -> bool:
        """Whether this process created, adopted or updated the object in this run."""
        return (kind.name, name) in self._written

    def resolve(self, lookup: Lookup) -> str | None:
        """The id behind a name, asked once per process; None when the account does not know it."""
        with self._lock:
            if lookup not in self._resolved:
                self._resolved[lookup] = self.system.account.resolve(self.client, lookup)
            return self._resolved[lookup]

    def resolve_all(self, lookups: Iterable[Lookup]) -> Mapping[str, str]:
        """Ids of all lookups that the account knows, by their text; kept in outputs so that a change shows."""
        found = {str(lookup): self.resolve(lookup) for lookup in lookups}
        return {name: identifier for name, identifier in found.items() if identifier is not None}

    def forget_lookups(self) -> None:
        """Asks the account again from now on, after something that satisfies a lookup was created."""
        with self._lock:
            self._resolved.clear()
