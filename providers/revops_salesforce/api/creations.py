"""Creations that arrive together leave together: one `createMetadata` takes ten components [D: meta_createMetadata].

Pulumi's provider process works on several resources at a time, so a first `up` of five hundred fields needs no five
hundred calls. Each caller gets the outcome of its own component and of no other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

R = TypeVar("R")
LIMIT = 10
WINDOW_S = 0.03
"""How long the first of a group waits for others; a creation itself takes a second or more."""


@dataclass
class _Group(Generic[R]):
    """Components that leave together; `outcomes` are there once `done` is set."""

    bodies: list[R] = field(default_factory=list)
    full: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    outcomes: Sequence[Exception | None] = ()


class Creations(Generic[R]):
    """Groups what several threads create, by type. `send(type, bodies)` makes one call and answers per component: None
    where it was created, else what was wrong with it. It raises nothing."""

    def __init__(self, send: Callable[[str, list[R]], Sequence[Exception | None]]) -> None:
        self._send = send
        self._lock = threading.Lock()
        self._open: dict[str, _Group[R]] = {}

    def create(self, type_name: str, body: R) -> Exception | None:
        """Creates one component, perhaps with others of its type; what was wrong with it, if anything."""
        with self._lock:
            group = self._open.setdefault(type_name, _Group())
            place = len(group.bodies)
            group.bodies.append(body)
            if len(group.bodies) == LIMIT:
                del self._open[type_name]
                group.full.set()
        if place == 0:
            self._lead(type_name, group)
        group.done.wait()
        return group.outcomes[place]

    def _lead(self, type_name: str, group: _Group[R]) -> None:
        group.full.wait(WINDOW_S)
        with self._lock:
            if self._open.get(type_name) is group:
                del self._open[type_name]
        try:
            group.outcomes = self._send(type_name, group.bodies)
        except Exception as error:  # noqa: BLE001 - every caller that waits must hear of it, and raises it
            group.outcomes = [error] * len(group.bodies)
        finally:
            if not group.outcomes:  # an interrupt reaches the leader alone
                group.outcomes = [InterruptedError("the creation was interrupted")] * len(group.bodies)
            group.done.set()
