"""What both simulators share: clock, request log, faults and switches; and the protocol of a simulator.

A `Control` belongs to one run. The simulators consult its clock and switches; `control_plane.py` writes its log,
applies its faults, and serves all of it under `/_sim/`.
"""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from vendor_facts import table

from crm_simulators.asgi import ASGIApp
from crm_simulators.backup_files import BackupDocument
from crm_simulators.patterns import Pattern

JsonObject = dict[str, Any]
READ_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ACTIONS = ("status", "rate_limit", "server_error", "expired_session", "timeout_after_write", "read_lag", "slow_deploy")
RATE_LIMIT_POLICIES = ("TEN_SECONDLY_ROLLING", "SECONDLY", "DAILY")
STATUS_BODIES = ("vendor", "html", "empty")
LAST_YEAR = 3000
"""Where the simulated clock ends: code that looks some years ahead must not leave the calendar."""
YEAR = f"clock: the year must be before {LAST_YEAR}"


class ControlProblem(Exception):
    """An invalid request to the control plane; the text says what is wrong and what is allowed."""


class Clock:
    """The simulated time: real time plus an offset, so that it moves by itself and can be moved."""

    def __init__(self) -> None:
        self._offset = timedelta(0)
        self._stopped: datetime | None = None
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """The simulated moment, in UTC."""
        return self._real_time() + self._offset

    @contextlib.contextmanager
    def stopped(self, real_time: datetime | None = None) -> Iterator[datetime]:
        """Keep real time still (at this moment, or at an earlier one) so that a request can be repeated exactly."""
        self._stopped = real_time or datetime.now(UTC)
        try:
            yield self._stopped
        finally:
            self._stopped = None

    def _real_time(self) -> datetime:
        return self._stopped or datetime.now(UTC)

    @property
    def offset_seconds(self) -> float:
        """How far simulated time is ahead of real time."""
        return self._offset.total_seconds()

    def advance(self, seconds: float) -> datetime:
        """Move the clock forward and run what becomes due."""
        if seconds < 0:
            raise ControlProblem(f'clock: "advance" was {seconds}; it must be 0 or more seconds')
        try:
            _check_year(self.now() + timedelta(seconds=seconds))
        except OverflowError:
            raise ControlProblem(YEAR) from None
        self._offset += timedelta(seconds=seconds)
        return self._moved()

    def set(self, at: datetime) -> datetime:
        """Set the clock to a moment, earlier or later."""
        if at.tzinfo is None:
            raise ControlProblem(f'clock: "set" was {at.isoformat()}; it must carry a time zone')
        _check_year(at)
        self._offset = at - self._real_time()
        return self._moved()

    def reset(self, offset_seconds: float = 0) -> None:
        """Back to real time, or to this many seconds ahead of it; nothing falls due by this."""
        self._offset = timedelta(seconds=offset_seconds)

    def on_move(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every `advance` and `set`."""
        self._listeners.append(listener)

    def _moved(self) -> datetime:
        for listener in self._listeners:
            listener()
        return self.now()


def _check_year(at: datetime) -> None:
    if at.year >= LAST_YEAR:
        raise ControlProblem(YEAR)


@dataclass(frozen=True)
class LoggedRequest:
    """One vendor request, as served (requests to `/_sim/` are not logged).

    `operation` is what it asked for without names and ids, where a simulator knows it:
    `GET /crm/v3/properties/{objectType}`, `readMetadata CustomField`, `GET query Lead`.
    """

    n: int
    system: str
    method: str
    path: str
    query: str
    status: int
    at: str
    write: bool
    label: str | None = None
    fault: str | None = None
    operation: str | None = None


class RequestLog:
    """The requests to the simulators, in order; safe to read while they serve."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[LoggedRequest] = []
        self._count = 0
        self._label: str | None = None

    def add(self, **values: Any) -> LoggedRequest:
        """Append a request; numbers never restart within a run."""
        with self._lock:
            self._count += 1
            logged = LoggedRequest(n=self._count, label=self._label, **values)
            self._requests.append(logged)
            return logged

    def label(self, text: str | None) -> None:
        """Mark the requests that follow, until the next label."""
        with self._lock:
            self._label = text

    def clear(self, system: str | None = None) -> None:
        """Forget the requests of a system, or all."""
        with self._lock:
            self._requests = [r for r in self._requests if system is not None and r.system != system]

    def select(
        self,
        system: str | None = None,
        method: str | None = None,
        path: str | None = None,
        label: str | None = None,
        writes_only: bool = False,
    ) -> list[LoggedRequest]:
        """Requests whose system, method and label are equal and whose path matches `path`, a `Pattern`."""
        pattern = _pattern("path", path or "")
        with self._lock:
            return [
                r
                for r in self._requests
                if system in (None, r.system)
                and (method is None or r.method == method.upper())
                and label in (None, r.label)
                and pattern.search(r.path)
                and (r.write or not writes_only)
            ]

    def __len__(self) -> int:
        with self._lock:
            return len(self._requests)

    def __iter__(self) -> Iterator[LoggedRequest]:
        with self._lock:
            return iter(list(self._requests))


def _pattern(name: str, text: str) -> Pattern:
    try:
        return Pattern(text)
    except ValueError as problem:
        raise ControlProblem(f'"{name}" was "{text[:80]}"; {problem}') from None


@dataclass
class Fault:
    """A rule that makes matching requests fail.

    `method` names methods (`POST|PATCH`), `path` is a `Pattern` of the path; empty, they match all. `count` is how many
    requests it affects (None: all) once `after` of them have passed; `probability` is drawn from `seed`. By action:
    `status` answers `status` with the vendor's error body, an HTML page or nothing (`body`); `rate_limit` answers
    429 by `policy`; `server_error` answers `status` (503); `expired_session` answers 401; `timeout_after_write`
    performs the request, then drops the connection or answers after `seconds` when these are given; `read_lag`
    serves reads from what was there `seconds` ago; `slow_deploy` makes deployments take `seconds`.
    """

    action: str
    id: str = ""
    system: str | None = None
    method: str = ""
    path: str = ""
    status: int | None = None
    body: str = "vendor"
    policy: str = "TEN_SECONDLY_ROLLING"
    retry_after: float | None = None
    seconds: float | None = None
    message: str | None = None
    count: int | None = None
    after: int = 0
    probability: float = 1.0
    seed: int = 0
    hits: int = 0

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("action", self.action, ACTIONS),
            ("body", self.body, STATUS_BODIES),
            ("policy", self.policy, RATE_LIMIT_POLICIES),
        ):
            if value not in allowed:
                raise ControlProblem(f'fault: "{name}" was "{value}"; allowed: {", ".join(allowed)}')
        if self.action == "status" and self.status is None:
            raise ControlProblem('fault: action "status" needs "status", the HTTP status to answer')
        if self.action in ("read_lag", "slow_deploy") and self.seconds is None:
            raise ControlProblem(f'fault: action "{self.action}" needs "seconds"')
        self._methods = [method.upper() for method in self.method.split("|") if method]
        self._path = _pattern("path", self.path)
        self._random = random.Random(self.seed)
        self._passed = 0
        self.struck_path = ""  # of the latest request it affected: some vendors' errors differ by address

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Fault:
        """A fault from the control plane's JSON; unknown keys and values of a wrong type are refused."""
        allowed = [f.name for f in fields(cls) if f.name != "hits"]
        unknown = sorted(set(document) - set(allowed))
        if unknown:
            raise ControlProblem(f'fault: unknown key "{unknown[0]}"; allowed: {", ".join(allowed)}')
        if "action" not in document:
            raise ControlProblem(f'fault: "action" is missing; allowed: {", ".join(ACTIONS)}')
        for known in fields(cls):
            if known.name in document:
                _check_type(known.name, document[known.name], str(known.type))
        if document.get("status") is not None and not 100 <= document["status"] <= 599:
            raise ControlProblem(f'fault: "status" was {document["status"]}; it must be an HTTP status, 100 to 599')
        return cls(**document)

    @property
    def is_spent(self) -> bool:
        """Whether it affected as many requests as it may."""
        return self.count is not None and self.hits >= self.count

    def strikes(self, system: str, method: str, path: str) -> bool:
        """Whether the fault affects this request; counts it if so."""
        if self.system not in (None, system) or self.is_spent:
            return False
        if (self._methods and method not in self._methods) or not self._path.search(path):
            return False
        if self._passed < self.after:
            self._passed += 1
            return False
        if self._random.random() >= self.probability:
            return False
        self.hits += 1
        self.struck_path = path
        return True


TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    "str": ((str,), "a string"),
    "int": ((int,), "a whole number of 0 or more"),
    "float": ((int, float), "a number of 0 or more"),
}


def _check_type(name: str, value: Any, annotation: str) -> None:
    """Refuse a value that does not fit the annotation of its field."""
    kind, _, optional = annotation.partition(" | ")
    types, words = TYPES[kind]
    if value is None and optional:
        return
    fits = isinstance(value, types) and not isinstance(value, bool)
    if not fits or (not isinstance(value, str) and not 0 <= value < float("inf")):
        raise ControlProblem(f'fault: "{name}" was {value!r:.80}; it must be {words}')


class Faults:
    """The active faults in the order they were added; the first match wins."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._made = 0

    def add(self, action: str, **values: Any) -> Fault:
        """Add a fault, from keyword arguments as in `Fault`."""
        return self.insert(Fault.parse({"action": action, **values}))

    def insert(self, fault: Fault) -> Fault:
        """Add a fault, giving it an id when it has none."""
        with self._lock:
            self._made += 1
            fault.id = fault.id or f"fault-{self._made}"
            self._faults.append(fault)
        return fault

    def clear(self, system: str | None = None, id: str | None = None) -> None:
        """Remove the faults of a system (those of every system too, when `system` is None), or the one with this id."""
        with self._lock:
            self._faults = [
                f for f in self._faults if (id is not None and f.id != id) or system not in (None, f.system)
            ]

    def strike(self, system: str, method: str, path: str) -> Fault | None:
        """The fault that affects this request, if any, apart from lags and slow deployments: see `seconds`."""
        with self._lock:
            for fault in self._faults:
                if fault.action not in ("read_lag", "slow_deploy") and fault.strikes(system, method, path):
                    return fault
        return None

    def seconds(self, action: str, system: str, method: str = "", path: str = "") -> float:
        """How long a `read_lag` or `slow_deploy` lasts for this request, 0 without one."""
        with self._lock:
            for fault in self._faults:
                if fault.action == action and fault.strikes(system, method, path):
                    return float(fault.seconds or 0)
        return 0.0

    def has(self, action: str) -> bool:
        """Whether a fault of this action is active."""
        with self._lock:
            return any(f.action == action for f in self._faults)

    def may_cut(self) -> bool:
        """Whether a fault may still drop a connection, or hold an answer back."""
        with self._lock:
            return any(f.action == "timeout_after_write" and not f.is_spent for f in self._faults)

    def to_json(self) -> list[JsonObject]:
        """The active faults with their hits."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]


@dataclass(frozen=True)
class Switch:
    """A behavior that is not verified, with the values it may take, its evidence tag and one sentence on it."""

    name: str
    default: bool | str | int
    evidence: str
    sentence: str
    allowed: tuple[bool | str | int, ...] = (True, False)


def switches_of(system: str) -> tuple[Switch, ...]:
    """The switches of a system.

    >>> switches_of("hubspot")[0].allowed
    ('refuse', 'ignore')
    """
    return tuple(
        Switch(
            row["switch"],
            _choice(row["default"]),
            row["evidence"],
            row["behavior"],
            tuple(map(_choice, row["choices"].split())) or (True, False),
        )
        for row in table(f"{system}/switches")
    )


def _choice(text: str) -> bool | str | int:
    return {"true": True, "false": False}.get(text, int(text) if text.isdigit() else text)


class Switches:
    """Chooses how unverified behaviors are simulated; names start with the system (`hubspot.…`)."""

    def __init__(self) -> None:
        self._switches: dict[str, Switch] = {}
        self._values: dict[str, bool | str | int] = {}
        self._settled: dict[str, bool | str | int] = {}

    def declare(self, *switches: Switch) -> None:
        """Make switches known; a simulator does this when it is created."""
        for switch in switches:
            self._switches[switch.name] = switch
            self._values.setdefault(switch.name, switch.default)

    def __getitem__(self, name: str) -> bool | str | int:
        return self._values[name]

    def set(self, name: str, value: bool | str | int) -> None:
        """Choose a value; unknown names and values are refused."""
        self._check(name, value)
        self._values[name] = value

    def settle(self, values: Mapping[str, bool | str | int]) -> None:
        """Set the values that evidence decides; from now on they replace the defaults."""
        for name, value in values.items():
            self._check(name, value)
        self._settled.update(values)
        self._values.update(values)

    def _check(self, name: str, value: bool | str | int) -> None:
        if name not in self._switches:
            raise ControlProblem(f'switch: unknown name "{name}"; allowed: {", ".join(sorted(self._switches))}')
        allowed = self._switches[name].allowed
        if not any(value == a and type(value) is type(a) for a in allowed):
            shown = ", ".join(str(a).lower() if isinstance(a, bool) else str(a) for a in allowed)
            raise ControlProblem(f'switch {name}: value was "{value}"; allowed: {shown}')

    def reset(self, system: str | None = None) -> None:
        """Restore the defaults, or the values from evidence, of one system or all."""
        for name, switch in self._switches.items():
            if system is None or name.startswith(f"{system}."):
                self._values[name] = self._settled.get(name, switch.default)

    def to_json(self) -> JsonObject:
        """Every switch with its value, default, evidence and sentence."""
        return {
            name: {"value": self._values[name], **{k: v for k, v in asdict(switch).items() if k != "name"}}
            for name, switch in sorted(self._switches.items())
        }

    def values(self) -> dict[str, bool | str | int]:
        """The values alone, as the state file keeps them."""
        return dict(self._values)


@dataclass
class Control:
    """The shared parts of a run. Hold `lock` while touching a simulator from outside its server."""

    clock: Clock = field(default_factory=Clock)
    log: RequestLog = field(default_factory=RequestLog)
    faults: Faults = field(default_factory=Faults)
    switches: Switches = field(default_factory=Switches)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def reset(self, system: str | None = None) -> None:
        """Clear log, faults and switches of a system; without one, of all, and reset the clock."""
        self.log.clear(system)
        self.faults.clear(system)
        self.switches.reset(system)
        if system is None:
            self.log.label(None)
            self.clock.reset()


@dataclass(frozen=True)
class Answer:
    """A ready HTTP answer, for faults that replace the vendor's."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Simulator(Protocol):
    """One simulated system.

    Handlers may set `scope["sim"]["write"]` to say whether a request wrote (default: by its method), for the log and
    the state file, and `scope["sim"]["operation"]`, for the log. `app` is called under `Control.lock`, one request at a
    time.
    """

    name: str
    app: ASGIApp

    def access(self) -> JsonObject:
        """Credentials, without addresses: the fields of `revops simulate --json`."""

    def reset(self) -> None:
        """Back to a fresh account."""

    def dump(self) -> JsonObject:
        """The account as JSON; equal accounts have equal dumps. Not to be changed in place: parts are the account's."""

    def snapshot(self) -> JsonObject:
        """What `dump` answers, and the sessions that are open, which are no part of the account."""

    def load(self, state: JsonObject) -> None:
        """Replace the account with what `dump` or `snapshot` returned."""

    def exchange(self, state: JsonObject) -> JsonObject:
        """Serve this state itself, not a copy, and answer the one that was served: for a moment in the past."""

    def seed(self, document: JsonObject) -> JsonObject:
        """Add to the account; returns what was created. Raises ControlProblem for unknown keys."""

    def add_user(self, login: str) -> None:
        """Add an active user with this e-mail address as login, unless the account has one."""

    def hold(self, documents: Iterable[BackupDocument]) -> None:
        """Make the account a twin of the one in a backup; what has no rules is kept as it is, and listed as such."""

    def fault_answer(self, fault: Fault) -> Answer:
        """The vendor's own error for `status` (body `vendor`), `rate_limit`, `server_error` and `expired_session`."""

    def controls(self) -> Mapping[str, Callable[[JsonObject], JsonObject]]:
        """Further control routes of this simulator: `{"evaluate-filter": function}` is `POST /_sim/evaluate-filter`."""

    def views(self) -> Mapping[str, Callable[[], JsonObject]]:
        """Further things to look at: `{"unmodeled": function}` is `GET /_sim/unmodeled`."""
