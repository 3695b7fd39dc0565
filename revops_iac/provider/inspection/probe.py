"""Probes: questions about a vendor that no source settles, each put to a developer account and undone afterward.

A probe belongs to its provider (`probes/<area>.py`, described in `probes/probes.yaml`); `probe_run.py` runs them and
`evidence.py` writes down what they found.
"""

from __future__ import annotations

import contextlib
import importlib
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from types import FrameType, ModuleType
from typing import Any, Generic, TypeVar

import yaml

from revops_iac.errors import AccountError
from revops_iac.provider.live_object import C

PREFIX = "revops_probe_"
"""What the name of everything that a probe makes begins with."""
PATIENCE_S = 90.0
"""How long to wait for what a vendor does in its own time."""
POLL_S = 3.0

Value = bool | str | int
T = TypeVar("T")


class Undecided(Exception):
    """The account cannot answer the question; the text says why, without any name or number of the account."""


@dataclass(frozen=True)
class Answer:
    """What an account answered: the value of the switch, or None, and what was seen, in words that hold no secret."""

    value: Value | None
    observed: str


class Lab(Generic[C]):
    """What a probe works with: the client, names of its own, and a list of what is to be undone.

    `run` makes the names of one probe of one run its own, so that what an earlier one left behind is never in the way.
    """

    def __init__(self, client: C, run: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self.client = client
        self.run = run
        self._sleep = sleep
        self._undo: list[tuple[str, Callable[[], object]]] = []

    def name(self, part: str) -> str:
        """`revops_probe_<run>_<part>`."""
        return f"{PREFIX}{self.run}_{part}"

    def undo(self, what: str, remove: Callable[[], object]) -> None:
        """Notes how to take something away, to be called before it is made: an answer may be lost, a person may stop
        the run. `remove` must bear that it was never made."""
        self._undo.append((what, remove))

    def until(self, look: Callable[[], T]) -> T:
        """What `look` answers as soon as that is true, else its last answer when patience ends."""
        for _ in range(int(PATIENCE_S / POLL_S)):
            if found := look():
                return found
            self._sleep(POLL_S)
        return look()

    def pause(self, seconds: float = POLL_S) -> None:
        """Waits before the next look."""
        self._sleep(seconds)

    def clean(self) -> list[str]:
        """Takes away what was made, latest first; returns what is still there, with the reason."""
        left = []
        while self._undo:
            what, remove = self._undo.pop()
            try:
                remove()
            except AccountError as error:
                left.append(f"{what}: {error.diagnostic.sentence}")
        return left


@dataclass(frozen=True)
class Probe(Generic[C]):
    """One question. `id` is `<system>.<name>`, the name of its switch where it sets one.

    `requests` are the calls it sends, ids as `{id}`; `answers` maps each value of the switch (or each text that may be
    observed, where there is no switch) to what shows it. `simulated` is what the simulator does where it has no switch.
    """

    id: str
    fact: str
    answers: Mapping[Value, str]
    ask: Callable[[Any], Answer] = field(repr=False)
    makes: Sequence[str] = ()
    requests: Sequence[str] = ()
    evidence: str = "[?]"
    sets_switch: bool = True
    simulated: Value | None = None

    @property
    def recorded(self) -> str:
        """The page that records the fact."""
        return f"docs/{'simulator-switches' if self.sets_switch else 'probes'}.md"


@dataclass(frozen=True)
class Probes(Generic[C]):
    """The probes of one system, and the switches that no probe can set, with the reason.

    `kept` says in one sentence what a vendor keeps of what was taken away. `production` says why an account must not
    be probed, None for a developer account or sandbox; `brief` tells a refusal without what the vendor wrote, which may
    name the account.
    """

    probes: Sequence[Probe[C]]
    unprobed: Mapping[str, str]
    kept: str
    production: Callable[[C], str | None]
    brief: Callable[[AccountError], str]
    account_type: Callable[[C], str]
    lab: Callable[[C, str, Callable[[float], None]], Lab[C]] = Lab


def discover_probes(package: ModuleType) -> tuple[list[Probe[Any]], dict[str, str]]:
    """The probes and unprobed switches that `probes.yaml` of the package describes, by id.

    A probe is asked by the function that its `ask` names, `module.function` in the package.
    """
    described = yaml.safe_load((files(package) / "probes.yaml").read_text(encoding="utf-8"))

    def probe(id_: str, row: dict[str, Any]) -> Probe[Any]:
        module, _, function = row.pop("ask").partition(".")
        ask = getattr(importlib.import_module(f"{package.__name__}.{module}"), function)
        return Probe(id_, ask=ask, sets_switch="simulated" not in row, **row)

    return [probe(id_, described["probes"][id_]) for id_ in sorted(described["probes"])], described["unprobed"]


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Lets SIGTERM stop a run as Ctrl+C does, so that it cleans up too."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def unstoppable(tell: Callable[[str], None]) -> Iterator[None]:
    """Holds signals off while things are taken away; a second Ctrl+C hears that it is being done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def busy(number: int, frame: FrameType | None) -> None:
        tell("still removing what was created; please wait")

    before = {number: signal.signal(number, busy) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
