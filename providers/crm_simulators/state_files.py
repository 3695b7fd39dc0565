"""The folder of `revops simulate --state DIR`: a snapshot of both accounts, the requests since, and the CA.

A request that changes an account is in the journal before its answer leaves, so that a kill loses nothing that was
acknowledged. A snapshot holds the number of the last request that it contains; only later ones are performed again.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import trustme

from crm_simulators.control import Control, ControlProblem, JsonObject, Simulator
from crm_simulators.journal import PerformedRequest

SAVE_SHARE = 10
"""A snapshot comes after a pause of at least this many times what the last one took: saving stays under a tenth."""
SNAPSHOT, JOURNAL, LOCK = "state.json", "journal.jsonl", "lock"
DAMAGE = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, ControlProblem)
"""What reading a damaged file can raise, down to the simulators that load its content."""


class StateProblem(Exception):
    """A state folder that cannot be used; its text says which file, and why."""


class StateFiles:
    """A state folder in use. Raises StateProblem when another simulator uses it, or it cannot be written."""

    def __init__(self, folder: Path, control: Control) -> None:
        self._folder = folder
        self._control = control
        self._simulators: dict[str, Simulator] = {}
        self._number = 0
        self._saved = 0
        self._may_save_at = 0.0
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = self._open(LOCK, os.O_RDWR)
            self._take_lock()
            self._journal = self._open(JOURNAL, os.O_RDWR | os.O_APPEND)
        except OSError as problem:
            raise StateProblem(f"state folder {folder} cannot be used: {problem.strerror}") from problem

    def _take_lock(self) -> None:
        """The operating system releases the lock when the process dies."""
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(self._lock, 20, 0).decode(errors="replace").strip()
            os.close(self._lock)
            text = f"state folder {self._folder} is used by another simulator (process {owner})"
            raise StateProblem(text) from None
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, str(os.getpid()).encode(), 0)

    def load(self, simulators: Mapping[str, Simulator]) -> Iterator[PerformedRequest]:
        """Load the snapshot, then answer the requests since, which are to be performed again. Raises StateProblem."""
        self._simulators = dict(simulators)
        try:
            self._load_snapshot()
        except DAMAGE as problem:
            raise self._damaged(SNAPSHOT, problem) from problem
        except OSError as problem:
            raise StateProblem(f"{self._folder / SNAPSHOT} cannot be read: {problem.strerror}") from problem
        try:
            for document in self._lines():
                if document["n"] > self._saved:
                    self._number = document["n"]
                    yield self._request(document["request"])
        except DAMAGE as problem:
            raise self._damaged(JOURNAL, problem) from problem

    def _request(self, document: JsonObject) -> PerformedRequest:
        request = PerformedRequest.from_json(document)
        if request.system not in self._simulators:
            raise ValueError(f'"{request.system}" is not a system')
        return request

    def _damaged(self, name: str, problem: Exception) -> StateProblem:
        why = f"{type(problem).__name__}: {problem}" if isinstance(problem, KeyError) else str(problem)
        return StateProblem(f"{self._folder / name} is damaged ({why}); move it away to begin with new accounts")

    def _load_snapshot(self) -> None:
        path = self._folder / SNAPSHOT
        if not path.exists():
            return
        document = json.loads(path.read_text(encoding="utf-8"))
        for name, simulator in self._simulators.items():
            check_shape(name, document[name], simulator.snapshot())
            simulator.load(document[name])
        self._number = self._saved = int(document["number"])
        control = document["control"]
        self._control.clock.reset(float(control["clock_offset_seconds"]))
        known = self._control.switches.to_json()
        for name, value in control["switches"].items():
            if name in known:  # a switch that this version no longer has is left out
                self._control.switches.set(name, value)

    def _lines(self) -> Iterator[dict[str, Any]]:
        """The entries of the journal; a last line without an end was never acknowledged."""
        with os.fdopen(os.dup(self._journal), "rb") as journal:
            journal.seek(0)
            end = 0
            for line in journal:
                if not line.endswith(b"\n"):
                    break
                end += len(line)
                yield json.loads(line)
        os.ftruncate(self._journal, end)

    def performed(self, request: PerformedRequest) -> None:
        """Write a request down. Raises OSError, for example when the disk is full."""
        line = f'{{"n": {self._number + 1}, "request": {request.to_json()}}}\n'.encode()
        size = os.fstat(self._journal).st_size
        try:
            if os.write(self._journal, line) < len(line):
                raise OSError(28, "No space left on device")
        except OSError:
            os.ftruncate(self._journal, size)
            raise
        self._number += 1

    def due(self) -> bool:
        """Whether requests were performed since the last snapshot, and saving is cheap enough."""
        return self._number > self._saved and time.monotonic() >= self._may_save_at

    def save(self) -> None:
        """Save a snapshot, after which the journal begins anew. Raises OSError."""
        started = time.monotonic()
        with self._control.lock:
            accounts = {name: simulator.snapshot() for name, simulator in self._simulators.items()}
            document: JsonObject = {"number": self._number, "control": self._control_state(), **accounts}
            self._write(SNAPSHOT, json.dumps(document))
            self._saved = self._number
            os.ftruncate(self._journal, 0)
        ended = time.monotonic()
        self._may_save_at = ended + SAVE_SHARE * (ended - started)

    def certificate_authority(self) -> trustme.CA:
        """The CA of this folder, so that a bundle that was handed out stays good. Raises StateProblem."""
        name = "ca-with-key.pem"
        path = self._folder / name
        if path.exists():
            try:
                whole = path.read_bytes()
                at = whole.index(b"-----BEGIN CERTIFICATE-----")
                return trustme.CA.from_pem(cert_bytes=whole[at:], private_key_bytes=whole[:at])
            except ValueError as problem:
                raise self._damaged(name, problem) from problem
        authority = trustme.CA()
        self._write(name, (authority.private_key_pem.bytes() + authority.cert_pem.bytes()).decode())
        return authority

    def close(self) -> None:
        """Give the folder free."""
        os.close(self._journal)
        os.close(self._lock)

    def _control_state(self) -> JsonObject:
        return {
            "clock_offset_seconds": self._control.clock.offset_seconds,
            "switches": self._control.switches.values(),
        }

    def _write(self, name: str, text: str) -> None:
        """Replace a file as a whole: a kill in the middle leaves the earlier one."""
        unfinished = f"{name}.new"
        with os.fdopen(self._open(unfinished, os.O_WRONLY | os.O_TRUNC), "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(self._folder / unfinished, self._folder / name)

    def _open(self, name: str, flags: int) -> int:
        return os.open(self._folder / name, flags | os.O_CREAT | os.O_CLOEXEC, 0o600)


def check_shape(name: str, state: JsonObject, fresh: JsonObject) -> None:
    """Refuse a state whose parts are not those of a new account. Raises ValueError."""
    wrong = [key for key, value in fresh.items() if not isinstance(state.get(key), type(value))]
    if wrong:
        raise ValueError(f'{name}: "{wrong[0]}" is missing or of a wrong type')
