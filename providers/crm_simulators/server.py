"""Serves the simulators: `serve` for `revops simulate`, `running` for tests and programs.

All listeners run on one event loop in one thread, so that requests are served one at a time and in order.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import ssl
import tempfile
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any, ClassVar

import trustme
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from crm_simulators import hubspot as hubspot_simulator
from crm_simulators import salesforce as salesforce_simulator
from crm_simulators.control import Control, ControlProblem, JsonObject, Simulator
from crm_simulators.control_plane import ControlPlane
from crm_simulators.evidence import read_evidence, settle
from crm_simulators.state_files import StateFiles

HOST = "127.0.0.1"
START_TIMEOUT_S = 20
FLUSH_EVERY_S = 0.25
CLOSING_S = 0.1
KEEP_ALIVE_S = 3600
"""An idle connection is the client's to close: one of TLS that was closed here already could not be cut at the end."""


@dataclass(frozen=True)
class Ports:
    """The ports to listen on; 0 is any free one."""

    hubspot: int = 0
    salesforce_http: int = 0
    salesforce_https: int = 0


@dataclass(frozen=True)
class HubSpotAccess:
    """Where HubSpot listens and how to log in."""

    url: str
    token: str
    portal_id: int


@dataclass(frozen=True)
class SalesforceAccess:
    """Where Salesforce listens and how to log in."""

    http_url: str
    https_url: str
    ca_bundle: str
    username: str
    password: str
    access_token: str
    organization_id: str


class CannotServe(Exception):
    """The simulators cannot start; its text says why."""


class _Connection(H11Protocol):
    """uvicorn's connection, which also hands its transport to the app: a fault may have to cut it."""

    open: ClassVar[weakref.WeakSet[_Connection]] = weakref.WeakSet()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.open.add(self)
        self.app_state = {**self.app_state, "transport": transport}


class RunningSimulators:
    """The simulators while they serve: their addresses, and the objects behind them."""

    def __init__(self, ports: Ports | None = None, state: Path | None = None, evidence: Path | None = None) -> None:
        ports = ports or Ports()
        self.control = Control()
        self.simulators: dict[str, Simulator] = {}
        self._scratch = tempfile.TemporaryDirectory(prefix="crm-simulators-")
        self._files = StateFiles(state, self.control) if state else None
        self._folder = state.resolve() if state else Path(self._scratch.name)
        self._sockets: list[socket.socket] = []
        self._servers: list[uvicorn.Server] = []
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self.hubspot = self._listen_hubspot(ports)
        self.salesforce = self._listen_salesforce(ports)
        if self._files:
            self._files.load_control()
        if evidence:
            self._settle(evidence)

    def start(self) -> None:
        """Serve in a thread; returns when every listener answers."""
        self._thread = threading.Thread(target=self._run, name="crm-simulators", daemon=True)
        self._thread.start()
        waited = threading.Event()
        for _ in range(START_TIMEOUT_S * 100):
            if all(server.started for server in self._servers):
                return
            waited.wait(0.01)
        raise RuntimeError(f"the simulators did not start within {START_TIMEOUT_S} s")

    def stop(self) -> None:
        """Stop serving, save, and free the ports."""
        for server in self._servers:
            server.should_exit = True
        self._stopping.set()
        if self._thread:
            self._thread.join()
        if self._files:
            for simulator in self.simulators.values():
                self._files.wrote(simulator)
            self._files.flush(force=True)
        self._close()

    def _settle(self, evidence: Path) -> None:
        try:
            settle(self.control.switches, read_evidence(evidence))
        except ControlProblem as problem:
            self._close()
            raise CannotServe(str(problem)) from problem

    def _close(self) -> None:
        for listener in self._sockets:
            listener.close()
        self._scratch.cleanup()

    def reset(self) -> None:
        """Fresh accounts, empty log, no faults, default switches, real time."""
        with self.control.lock:
            for simulator in self.simulators.values():
                simulator.reset()
            self.control.reset()

    def seed(self, system: str, document: JsonObject) -> JsonObject:
        """Seed a simulator in process, as `POST /_sim/seed` does."""
        with self.control.lock:
            return self.simulators[system].seed(document)

    def add_users(self, logins: Iterable[str]) -> None:
        """Add active users to every simulator; those who are there already stay as they are."""
        with self.control.lock:
            for simulator in self.simulators.values():
                for login in logins:
                    simulator.add_user(login)

    def dump(self, system: str) -> JsonObject:
        """What a simulator holds, as `GET /_sim/dump` answers."""
        with self.control.lock:
            return self.simulators[system].dump()

    def to_json(self) -> JsonObject:
        """The document of `revops simulate --json`."""
        return {"hubspot": asdict(self.hubspot), "salesforce": asdict(self.salesforce)}

    def env(self) -> dict[str, str]:
        """Environment variables that point tools at these simulators."""
        return {
            "HUBSPOT_ACCESS_TOKEN": self.hubspot.token,
            "HUBSPOT_BASE_URL": self.hubspot.url,
            "SALESFORCE_INSTANCE_URL": self.salesforce.https_url,
            "SALESFORCE_SESSION_ID": self.salesforce.access_token,
            "SALESFORCE_ORGANIZATION_ID": self.salesforce.organization_id,
            "REQUESTS_CA_BUNDLE": self.salesforce.ca_bundle,
        }

    def _listen_hubspot(self, ports: Ports) -> HubSpotAccess:
        plane, access = self._create(hubspot_simulator.create_simulator(self.control))
        return HubSpotAccess(url=self._listen(plane, ports.hubspot), **access)

    def _listen_salesforce(self, ports: Ports) -> SalesforceAccess:
        plane, access = self._create(salesforce_simulator.create_simulator(self.control))
        bundle, context = self._certificates()
        http_url = self._listen(plane, ports.salesforce_http)
        https_url = self._listen(plane, ports.salesforce_https, context)
        return SalesforceAccess(http_url=http_url, https_url=https_url, ca_bundle=bundle, **access)

    def _create(self, simulator: Simulator) -> tuple[ControlPlane, dict[str, Any]]:
        self.simulators[simulator.name] = simulator
        if self._files:
            try:
                self._files.load(simulator)
            except (ValueError, KeyError, TypeError) as problem:
                self._close()
                raise CannotServe(f"the state of {simulator.name} cannot be read: {problem}") from problem
        wrote = self._files.wrote if self._files else None
        return ControlPlane(simulator, self.control, wrote), simulator.access()

    def _certificates(self) -> tuple[str, ssl.SSLContext]:
        authority = self._files.certificate_authority() if self._files else trustme.CA()
        bundle = self._folder / "ca.pem"
        authority.cert_pem.write_to_path(str(bundle))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert(HOST, "localhost").configure_cert(context)
        return str(bundle), context

    def _listen(self, app: ControlPlane, port: int, context: ssl.SSLContext | None = None) -> str:
        # With its protocol named, asyncio switches Nagle's algorithm off, which cost 40 ms in each answer (measured).
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._sockets.append(listener)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as problem:
            self._close()
            raise CannotServe(f"port {port} of {HOST} cannot be used: {problem.strerror}") from problem
        config = uvicorn.Config(
            app,
            http=_Connection,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=KEEP_ALIVE_S,
            ssl_context_factory=(lambda config, default: context) if context else None,
        )
        self._servers.append(uvicorn.Server(config))
        scheme = "https" if context else "http"
        return f"{scheme}://{HOST}:{listener.getsockname()[1]}"

    def _run(self) -> None:
        asyncio.run(self._serve_all())

    async def _serve_all(self) -> None:
        serving = [
            asyncio.create_task(server.serve(sockets=[listener]))
            for server, listener in zip(self._servers, self._sockets, strict=True)
        ]
        saving = asyncio.create_task(self._save_regularly())
        await asyncio.gather(*serving)
        for connection in [each for each in _Connection.open if each.loop is asyncio.get_running_loop()]:
            connection.transport.abort()  # a client that keeps its end open would leave the TLS shutdown unfinished
        await asyncio.sleep(CLOSING_S)
        saving.cancel()

    async def _save_regularly(self) -> None:
        while self._files:
            await asyncio.sleep(FLUSH_EVERY_S)
            self._files.flush()


@contextlib.contextmanager
def running(
    ports: Ports | None = None, state: Path | None = None, evidence: Path | None = None
) -> Iterator[RunningSimulators]:
    """The simulators on free loopback ports, for the length of a `with` block; see `serve` for the arguments."""
    simulators = RunningSimulators(ports, state, evidence)
    try:
        simulators.start()
        yield simulators
    finally:
        simulators.stop()


def serve(
    json_output: bool = False,
    state: Path | None = None,
    ports: Ports | None = None,
    evidence: Path | None = None,
    users: Sequence[str] = (),
) -> None:
    """Serve until SIGTERM or SIGINT; print one JSON line, or what a person needs to know.

    `state` is a folder that keeps what they hold, `evidence` a file that probes wrote, `users` are logins to add.
    Raises CannotServe.
    """
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with running(ports, state, evidence) as simulators:
            simulators.add_users(users)
            text = json.dumps(simulators.to_json()) if json_output else describe(simulators)
            print(text, flush=True)
            stop.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def describe(simulators: RunningSimulators) -> str:
    """Addresses, and the environment to set, for a person."""
    lines = [f"HubSpot     {simulators.hubspot.url}  (portal {simulators.hubspot.portal_id})"]
    lines += [
        f"Salesforce  {simulators.salesforce.https_url}  (organization {simulators.salesforce.organization_id})",
        f"            {simulators.salesforce.http_url}",
    ]
    lines += ["", "Point your tools at them:"]
    lines += [f"  export {name}={value}" for name, value in simulators.env().items()]
    return "\n".join([*lines, "", "Control plane: /_sim/health on each address. Ctrl+C stops."])
