"""The directory of `revops simulate --state DIR`: one JSON file per simulator, one for the control, and the CA."""

from __future__ import annotations

import json
import os
import time
from datetime import timedelta
from pathlib import Path

import trustme

from crm_simulators.control import Control, Simulator

SAVE_SHARE = 10
"""A save may come after a pause of at least this many times what the last save took, so saving stays under a tenth."""


class StateFiles:
    """Loads the simulators at the start and writes them, each file at once, after writes and at the end."""

    def __init__(self, folder: Path, control: Control) -> None:
        self._folder = folder
        self._control = control
        self._due: dict[str, Simulator] = {}
        self._may_save_at = 0.0
        folder.mkdir(parents=True, exist_ok=True)

    def load(self, simulator: Simulator) -> None:
        """Hold what the file of this simulator says, when there is one."""
        path = self._folder / f"{simulator.name}.json"
        if path.exists():
            simulator.load(json.loads(path.read_text()))

    def load_control(self) -> None:
        """Clock and switches of the last run. Switches that this version no longer has are left out."""
        path = self._folder / "control.json"
        if not path.exists():
            return
        kept = json.loads(path.read_text())
        self._control.clock.reset()
        offset = timedelta(seconds=kept["clock_offset_seconds"])
        if offset:
            self._control.clock.set(self._control.clock.now() + offset)
        known = self._control.switches.to_json()
        for name, value in kept["switches"].items():
            if name in known:
                self._control.switches.set(name, value)

    def wrote(self, simulator: Simulator) -> None:
        """A simulator changed: save now when saving is cheap, else at the next `flush` that is due."""
        self._due[simulator.name] = simulator
        self.flush()

    def flush(self, force: bool = False) -> None:
        """Save what is due."""
        if not self._due or (not force and time.monotonic() < self._may_save_at):
            return
        started = time.monotonic()
        with self._control.lock:
            for name, simulator in self._due.items():
                self._write(f"{name}.json", json.dumps(simulator.dump()))
            self._due.clear()
            self._write("control.json", json.dumps(self._control_state()))
        ended = time.monotonic()
        self._may_save_at = ended + SAVE_SHARE * (ended - started)

    def certificate_authority(self) -> trustme.CA:
        """The CA of this directory, so that a bundle that was handed out stays good."""
        path = self._folder / "ca-with-key.pem"
        if path.exists():
            whole = path.read_bytes()
            at = whole.index(b"-----BEGIN CERTIFICATE-----")
            return trustme.CA.from_pem(cert_bytes=whole[at:], private_key_bytes=whole[:at])
        authority = trustme.CA()
        path.touch(mode=0o600)
        path.write_bytes(authority.private_key_pem.bytes() + authority.cert_pem.bytes())
        return authority

    def _control_state(self) -> dict[str, object]:
        return {
            "clock_offset_seconds": self._control.clock.offset_seconds,
            "switches": self._control.switches.values(),
        }

    def _write(self, name: str, text: str) -> None:
        """Replace a file as a whole: a kill in the middle leaves the earlier one."""
        unfinished = self._folder / f"{name}.new"
        unfinished.write_text(text)
        os.replace(unfinished, self._folder / name)
