"""Creations that arrive together leave together, in one call of a vendor's batch API.

Pulumi's provider process works on several resources at a time, so a first `up` of five hundred fields needs no five
hundred calls. Each caller gets the outcome of its own object and of no other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from revops_iac.provider.api.landing import note_landed, traced

B = TypeVar("B")
O = TypeVar("O")  # noqa: E741 - an outcome
WINDOW_S = 0.03
"""How long the first of a group waits for others; a creation itself takes some tenths of a second."""


@dataclass
class _Group(Generic[B, O]):
    """Bodies that leave together; `outcomes` are there once `done` is set."""

    bodies: list[B] = field(default_factory=list)
    full: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    outcomes: Sequence[O] = ()
    error: Exception | None = None
    landed: bool = False
    """Whether some of it may be there although it failed."""


class Creations(Generic[B, O]):
    """Groups what several threads create, by type and at most `limit` at a time.

    `send(type, bodies)` makes one call and answers per body, in order; what it raises, every caller of the group gets.
    """

    def __init__(self, limit: int, send: Callable[[str, list[B]], Sequence[O]]) -> None:
        self._limit, self._send = limit, send
        self._lock = threading.Lock()
        self._open: dict[str, _Group[B, O]] = {}

    def create(self, type_name: str, body: B) -> O:
        """Creates one object, perhaps with others of its type; the outcome of its own. Raises what `send` raises."""
        with self._lock:
            group = self._open.setdefault(type_name, _Group())
            place = len(group.bodies)
            group.bodies.append(body)
            if len(group.bodies) == self._limit:
                del self._open[type_name]
                group.full.set()
        if place == 0:
            self._lead(type_name, group)
        group.done.wait()
        if group.error is not None:
            if group.landed:
                note_landed()
            raise group.error
        return group.outcomes[place]

    def _lead(self, type_name: str, group: _Group[B, O]) -> None:
        try:
            group.full.wait(WINDOW_S)
            with self._lock:
                if self._open.get(type_name) is group:
                    del self._open[type_name]
            with traced() as trace:  # what became of each one is its caller's to say
                try:
                    group.outcomes = self._send(type_name, group.bodies)
                finally:
                    group.landed = trace.landed
        except Exception as error:  # noqa: BLE001 - every caller that waits must hear of it, and raises it
            group.error = error
        except BaseException:  # an interrupt reaches the leader alone
            group.error = InterruptedError("the creation was interrupted")
            raise
        finally:
            group.done.set()
