"""What was read of one account in this process: each kind once, in bulk; a write updates what it changed."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from revops_iac.errors import AccountError, SessionError
from revops_iac.provider.api.answers import as_described
from revops_iac.provider.live_object import C, Client, Definition, LiveObject, Lookup
from revops_iac.provider.session.connection import Connection

T = TypeVar("T")
C_contra = TypeVar("C_contra", bound=Client, contravariant=True)
ObjectKey = tuple[str, str]
"""A kind's name and a vendor name."""


class Readable(Protocol[C_contra]):
    """What the cache needs to know of a kind: how the account is read."""

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

    def name_of(self, client: C_contra, identifier: str) -> str | None:
        """The present name of the object with a physical id."""

    def normalize(self, definition: Definition) -> Definition:
        """The canonical form of a definition."""

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        """What the account holds of what is declared."""


@dataclass
class _Part:
    """One part of the account. `objects` is None until it was read; an object is None until its definition was.

    `refusal` is what the account answered instead. `compared` names the objects whose form is the vendor's. `unread`
    are those of the `expected` names whose definition nobody needed yet, in their order.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    objects: dict[str, LiveObject | None] | None = None
    compared: set[str] = field(default_factory=set)
    refusal: AccountError | None = None
    expected: Sequence[str] | None = None
    unread: deque[str] = field(default_factory=deque)

    def chunk(self, name: str, expected: Sequence[str], size: int) -> list[str]:
        """The name, and the next of the expected ones that are unread too; each of them is looked at once in all."""
        objects, chunk = self.objects or {}, [name]
        if self.expected is not expected:
            self.expected, self.unread = expected, deque(dict.fromkeys(expected))
        while len(chunk) < size and self.unread:
            other = self.unread.popleft()
            if other != name and objects.get(other, self) is None:
                chunk.append(other)
        return chunk


class LiveCache(Generic[C]):
    """Serves every question from what was read first. Thread-safe; each part of the account has a lock of its own.

    `expected` names the objects of a kind that will be asked for too: their definitions are read together. It returns
    the same list while nothing else is expected.
    """

    def __init__(self, connection: Connection[C], expected: Callable[[str], Sequence[str]]) -> None:
        self._connection = connection
        self._expected = expected
        self._lock = threading.RLock()
        self._parts: dict[tuple[str, str], _Part] = {}
        self._resolved: dict[Lookup, str | None] = {}
        self._remembered: dict[Hashable, Any] = {}
        self._remembering = threading.RLock()

    def find(self, kind: Readable[C], name: str) -> LiveObject | None:
        """The object of that vendor name as the account holds it, or None. Raises AccountError."""
        partition = kind.partition(name)
        part = self._part(kind, partition)
        with part.lock:
            objects = self._read(kind, part, partition)
            if name in objects and objects[name] is None:
                self._read_definitions(kind, part, objects, name)
            live = objects.get(name)
            if live is not None and name not in part.compared:
                self._require_comparable(kind, live)
                part.compared.add(name)
            return live

    def known(self, kind: Readable[C], name: str) -> LiveObject | None:
        """The object as far as it was read already; None where a question would be needed."""
        part = self._part(kind, kind.partition(name))
        with part.lock:
            return (part.objects or {}).get(name)

    def names(self, kind: Readable[C], partition: str) -> list[str]:
        """All vendor names of a kind in a partition, ours and others'. Raises AccountError."""
        part = self._part(kind, partition)
        with part.lock:
            return list(self._read(kind, part, partition))

    def name_of(self, kind: Readable[C], identifier: str) -> str | None:
        """The present vendor name of the object with this physical id, None when it is gone. Raises AccountError."""
        with self._reading(kind):
            return kind.name_of(self._connection.client, identifier)

    def put(self, kind: Readable[C], live: LiveObject) -> None:
        """Takes in an object as the answer of a write shows it."""
        part = self._part(kind, kind.partition(live.name))
        with part.lock:
            if part.objects is not None:
                part.objects[live.name] = live

    def drop(self, kind: Readable[C], name: str) -> None:
        """Takes in that nothing has this name any more."""
        part = self._part(kind, kind.partition(name))
        with part.lock:
            if part.objects is not None:
                part.objects.pop(name, None)

    def reread(self, kind: Readable[C], name: str) -> LiveObject | None:
        """Reads the part of an object again, for kinds whose vendor rewrites what was sent. Raises AccountError."""
        part = self._part(kind, kind.partition(name))
        with part.lock:
            part.objects = part.expected = None
            part.compared.clear()
        return self.find(kind, name)

    def resolve(self, lookup: Lookup) -> str | None:
        """The id behind a name, asked once per process; None when the account does not know it."""
        with self._lock:
            if lookup not in self._resolved:
                account, client = self._connection.system.account, self._connection.client
                with as_described(f"{self._connection.system.label}: looking up {lookup}"):
                    self._resolved[lookup] = account.resolve(client, lookup)
            return self._resolved[lookup]

    def remembered(self, key: Hashable, read: Callable[[], T]) -> T:
        """What `read` returned the first time it was asked for under `key`: for reads that belong to no kind."""
        with self._remembering:
            if key not in self._remembered:
                self._remembered[key] = read()
            value: T = self._remembered[key]
            return value

    def forget_lookups(self) -> None:
        """Asks the account again from now on, after something that satisfies a lookup was created."""
        with self._lock:
            self._resolved.clear()

    def forget(self) -> None:
        """Asks the account everything again from now on."""
        with self._lock:
            self._parts.clear()
            self._resolved.clear()
        with self._remembering:
            self._remembered.clear()
        self._connection.system.account.forget_reads(self._connection.client)

    def _part(self, kind: Readable[C], partition: str) -> _Part:
        return self._parts.get((kind.name, partition)) or self._parts.setdefault((kind.name, partition), _Part())

    def _read(self, kind: Readable[C], part: _Part, partition: str) -> dict[str, LiveObject | None]:
        """A part, read once; what the account refuses to show is refused again in the same words, not asked again."""
        if part.refusal is not None:
            raise part.refusal
        if part.objects is None:
            try:
                with self._reading(kind):
                    part.objects = dict(kind.scan(self._connection.client, partition))
            except SessionError as error:
                self._connection.end(error)
                raise
            except AccountError as error:
                part.refusal = error
                raise
        return part.objects

    def _read_definitions(
        self, kind: Readable[C], part: _Part, objects: dict[str, LiveObject | None], name: str
    ) -> None:
        """Reads `name` together with other expected names that are still unread, one chunk at a time."""
        chunk = part.chunk(name, self._expected(kind.name), kind.chunk)
        try:
            found = self._read_many(kind, chunk)
        except SessionError:
            raise
        except AccountError:
            if len(chunk) == 1:
                raise
            chunk = [name]  # another one may be to blame
            found = self._read_many(kind, chunk)
        for asked in chunk:
            if asked in found:
                objects[asked] = found[asked]
            else:
                del objects[asked]

    def _read_many(self, kind: Readable[C], names: Sequence[str]) -> Mapping[str, LiveObject]:
        with self._reading(kind):
            return kind.read_many(self._connection.client, names)

    def _require_comparable(self, kind: Readable[C], live: LiveObject) -> None:
        """Raises UnreadableAnswer for a definition that has no canonical form: no kind ever meets it."""
        with self._reading(kind):
            kind.normalize(kind.managed_view(dict(live.definition), live))

    def _reading(self, kind: Readable[C]) -> AbstractContextManager[None]:
        return as_described(f"{self._connection.system.label}: reading {kind.name}")
