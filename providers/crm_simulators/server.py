"""Serves the simulators: `serve` for `revops simulate`, `running` for tests and programs.

All listeners run on one event loop in one thread, so that requests are served one at a time and in order.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import FrameType

import trustme
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from crm_simulators import hubspot as hubspot_simulator
from crm_simulators import salesforce as salesforce_simulator
from crm_simulators.backup_files import BackupDocument, BackupProblem, read_documents
from crm_simulators.control import Control, ControlProblem, JsonObject, Simulator
from crm_simulators.control_plane import ControlPlane
from crm_simulators.evidence import read_evidence, settle
from crm_simulators.journal import PerformedRequest
from crm_simulators.scratch_folder import ScratchFolder
from crm_simulators.state_files import StateFiles, StateProblem

LOG = logging.getLogger("crm_simulators")
HOST = "127.0.0.1"
START_TIMEOUT_S = 20
SAVE_EVERY_S = 0.25
ANSWERING_S = 1
"""How long a stop waits for the answers that are under way."""
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


class _Connection(HttpToolsProtocol):
    """uvicorn's connection, which also hands its transport to the app: a fault may have to cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


@dataclass(frozen=True)
class _Listener:
    """A bound socket and what answers there."""

    socket: socket.socket
    app: ControlPlane
    context: ssl.SSLContext | None

    async def serve(self, state: ServerState) -> asyncio.Server:
        config = uvicorn.Config(
            self.app,
            http=_Connection,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_S,
        )
        config.load()
        loop = asyncio.get_running_loop()
        return await loop.create_server(
            lambda: _Connection(config, state, {}), sock=self.socket, ssl=self.context, backlog=config.backlog
        )


class RunningSimulators:
    """Running simulators: their addresses and the objects behind them."""

    def __init__(
        self,
        ports: Ports | None = None,
        state: Path | None = None,
        evidence: Path | None = None,
        backup: Path | None = None,
    ) -> None:
        ports = ports or Ports()
        self.control = Control()
        self.simulators: dict[str, Simulator] = {
            simulator.name: simulator
            for simulator in (
                hubspot_simulator.create_simulator(self.control),
                salesforce_simulator.create_simulator(self.control),
            )
        }
        self._scratch = ScratchFolder()
        self._folder = state.resolve() if state else Path(self._scratch.name)
        self._files: StateFiles | None = None
        self._listeners: list[_Listener] = []
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._serving = threading.Event()
        self._stopping = asyncio.Event()
        try:
            self._prepare(state, evidence)
            if backup:
                self._hold(read_documents(backup))
                self._save()
            self.hubspot = self._listen_hubspot(ports)
            self.salesforce = self._listen_salesforce(ports)
        except (StateProblem, ControlProblem, CannotServe, BackupProblem) as problem:
            self._close()
            raise CannotServe(str(problem)) from problem

    def _prepare(self, state: Path | None, evidence: Path | None) -> None:
        """Open the state folder, and bring the accounts to where they were."""
        if state:
            self._files = StateFiles(state, self.control)
        journal = self._files.performed if self._files else None
        self._planes = {
            name: ControlPlane(simulator, self.control, journal) for name, simulator in self.simulators.items()
        }
        if self._files:
            asyncio.run(self._perform_again(self._files.load(self.simulators)))
            self.control.clock.advance(0)
            self._save()
        if evidence:
            settle(self.control.switches, read_evidence(evidence))

    async def _perform_again(self, requests: Iterator[PerformedRequest]) -> None:
        for request in requests:
            status = await self._planes[request.system].perform(request)
            if status != request.status:
                what = f"{request.system} {request.method} {request.path}"
                LOG.warning("%s answered %d before the restart and %d now", what, request.status, status)

    def _save(self) -> None:
        """Save a snapshot; where that fails, the journal still has what it would hold."""
        if self._files:
            try:
                self._files.save()
            except OSError as problem:
                LOG.warning("the simulators cannot save their state: %s", problem.strerror)

    def start(self) -> None:
        """Serve in a thread; returns when every listener answers."""
        self._thread = threading.Thread(target=self._run, name="crm-simulators", daemon=True)
        self._thread.start()
        if not self._serving.wait(START_TIMEOUT_S):
            raise RuntimeError(f"the simulators did not start within {START_TIMEOUT_S} s")

    def stop(self) -> None:
        """Stop serving, save, and free the ports."""
        if self._loop:
            self._loop.call_soon_threadsafe(self._stopping.set)
        if self._thread:
            self._thread.join()
        self._save()
        self._close()

    def _close(self) -> None:
        for listener in self._listeners:
            listener.socket.close()
        if self._files:
            self._files.close()
        self._scratch.cleanup()

    def reset(self) -> None:
        """Fresh accounts, empty log, no faults, default switches, real time."""
        with self.control.lock:
            for simulator in self.simulators.values():
                simulator.reset()
            self.control.reset()
            self._save()

    def seed(self, system: str, document: JsonObject) -> JsonObject:
        """Seed a simulator in process, as `POST /_sim/seed` does."""
        with self.control.lock:
            made = self.simulators[system].seed(document)
            self._save()
        return made

    def add_users(self, logins: Iterable[str]) -> None:
        """Add active users to every simulator; existing users stay unchanged."""
        with self.control.lock:
            for simulator in self.simulators.values():
                for login in logins:
                    simulator.add_user(login)
            self._save()

    def hold(self, backup: Path) -> None:
        """Make both accounts twins of those in a backup. Raises BackupProblem."""
        documents = read_documents(backup)
        with self.control.lock:
            self._hold(documents)
            self._save()
        known = {name: simulator.access() for name, simulator in self.simulators.items()}
        self.hubspot = replace(self.hubspot, **known["hubspot"])
        self.salesforce = replace(self.salesforce, **known["salesforce"])

    def _hold(self, documents: Mapping[str, list[BackupDocument]]) -> None:
        for system, found in documents.items():
            self.simulators[system].hold(found)

    def unmodeled(self, system: str) -> list[JsonObject]:
        """What an account holds without rules, as `GET /_sim/unmodeled` lists it."""
        with self.control.lock:
            found: list[JsonObject] = self.simulators[system].views()["unmodeled"]()["unmodeled"]
        return found

    def dump(self, system: str) -> JsonObject:
        """The account of a simulator, as `GET /_sim/dump` returns it."""
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
            "HUBSPOT_PORTAL_ID": str(self.hubspot.portal_id),
            "SALESFORCE_INSTANCE_URL": self.salesforce.https_url,
            "SALESFORCE_SESSION_ID": self.salesforce.access_token,
            "SALESFORCE_ORGANIZATION_ID": self.salesforce.organization_id,
            "REQUESTS_CA_BUNDLE": self.salesforce.ca_bundle,
        }

    def _listen_hubspot(self, ports: Ports) -> HubSpotAccess:
        plane = self._planes["hubspot"]
        return HubSpotAccess(url=self._listen(plane, ports.hubspot), **plane.simulator.access())

    def _listen_salesforce(self, ports: Ports) -> SalesforceAccess:
        plane = self._planes["salesforce"]
        bundle, context = self._certificates()
        http_url = self._listen(plane, ports.salesforce_http)
        https_url = self._listen(plane, ports.salesforce_https, context)
        return SalesforceAccess(http_url=http_url, https_url=https_url, ca_bundle=bundle, **plane.simulator.access())

    def _certificates(self) -> tuple[str, ssl.SSLContext]:
        authority = self._files.certificate_authority() if self._files else trustme.CA()
        bundle = self._folder / "ca.pem"
        authority.cert_pem.write_to_path(str(bundle))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert(HOST, "localhost").configure_cert(context)
        return str(bundle), context

    def _listen(self, app: ControlPlane, port: int, context: ssl.SSLContext | None = None) -> str:
        # With its protocol named, asyncio switches Nagle's algorithm off, which cost 40 ms in each answer (measured).
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._listeners.append(_Listener(bound, app, context))
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((HOST, port))
        except OSError as problem:
            raise CannotServe(f"port {port} of {HOST} cannot be used: {problem.strerror}") from problem
        scheme = "https" if context else "http"
        return f"{scheme}://{HOST}:{bound.getsockname()[1]}"

    def _run(self) -> None:
        asyncio.run(self._serve_all())

    async def _serve_all(self) -> None:
        state, self._loop = ServerState(), asyncio.get_running_loop()
        servers = [await listener.serve(state) for listener in self._listeners]
        saving = asyncio.create_task(self._save_regularly())
        self._serving.set()
        await self._stopping.wait()
        for server in servers:
            server.close()
        await _cut_when_answered(state)
        await asyncio.gather(*(server.wait_closed() for server in servers))
        saving.cancel()

    async def _save_regularly(self) -> None:
        while self._files:
            await asyncio.sleep(SAVE_EVERY_S)
            if self._files.due():
                self._save()


async def _cut_when_answered(state: ServerState) -> None:
    """Cut every connection once its answer is out: a client that keeps its end open would delay the end of TLS."""
    loop = asyncio.get_running_loop()
    latest = loop.time() + ANSWERING_S
    while loop.time() < latest and (
        state.tasks or any(each.transport.get_write_buffer_size() for each in state.connections)
    ):
        await asyncio.sleep(0.01)
    for connection in [*state.connections]:
        connection.transport.abort()


@contextlib.contextmanager
def running(
    ports: Ports | None = None,
    state: Path | None = None,
    evidence: Path | None = None,
    backup: Path | None = None,
) -> Iterator[RunningSimulators]:
    """The simulators on free loopback ports, for the length of a `with` block; see `serve` for the arguments."""
    simulators = RunningSimulators(ports, state, evidence, backup)
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
    backup: Path | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; print one line of JSON, or a description.

    `state` is a folder that keeps what they hold, `evidence` a file that probes wrote, `users` are logins to add,
    `backup` is the folder of a backup whose accounts they become.
    Raises CannotServe.
    """
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with running(ports, state, evidence, backup) as simulators:
            simulators.add_users(users)
            _tell_unmodeled(simulators, backup)
            text = json.dumps(simulators.to_json()) if json_output else describe(simulators)
            print(text, flush=True)
            stop.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell_unmodeled(simulators: RunningSimulators, backup: Path | None) -> None:
    """What a twin holds without rules: a plan on it is no proof there."""
    for system in simulators.simulators if backup else ():
        for one in simulators.unmodeled(system):
            why = f": {one['refused']}" if one.get("refused") else ""
            parts = "" if one["parts"] == ["*"] else f" ({', '.join(one['parts'])})"
            print(f"stored without rules: {system} {one['type']} {one['name']}{parts}{why}", file=sys.stderr)


def describe(simulators: RunningSimulators) -> str:
    """Addresses and environment variables, as text."""
    lines = [f"HubSpot     {simulators.hubspot.url}  (portal {simulators.hubspot.portal_id})"]
    lines += [
        f"Salesforce  {simulators.salesforce.https_url}  (organization {simulators.salesforce.organization_id})",
        f"            {simulators.salesforce.http_url}",
    ]
    lines += ["", "Point your tools at them:"]
    lines += [f"  export {name}={value}" for name, value in simulators.env().items()]
    return "\n".join([*lines, "", "Control plane: /_sim/health on each address. Ctrl+C stops."])
