"""The ASGI layer around a simulator: `/_sim/` routes, the request log and the faults."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from crm_simulators.admission import MAX_BODY_BYTES, BodyTooLarge, Refused, check_host, check_page, read_body, unpacked
from crm_simulators.asgi import ASGIApp, Message, Receive, Scope, Send
from crm_simulators.control import (
    READ_METHODS,
    Answer,
    Control,
    ControlProblem,
    Fault,
    JsonObject,
    Simulator,
)
from crm_simulators.evidence import settle
from crm_simulators.journal import PerformedRequest

PREFIX = "/_sim/"
OF_THE_RUN = ("faults", "label", "requests")
"""Control routes that touch no account: what they set ends with the run."""
TOO_MANY_REQUESTS = 429
Journal = Callable[[PerformedRequest], None]
ControlRoute = Callable[[JsonObject, JsonObject], JsonObject]


class ControlPlane:
    """Wraps a simulator's app: one request at a time, logged, subject to faults, and controlled under `/_sim/`."""

    def __init__(self, simulator: Simulator, control: Control, journal: Journal | None = None) -> None:
        self.simulator = simulator
        self.control = control
        self._journal = journal
        self._earlier: list[tuple[datetime, JsonObject]] = []
        self._lags: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        is_control = scope["path"].startswith(PREFIX)
        send = self._dated(send)
        try:
            body = unpacked(scope, await read_body(receive))
            check_host(scope)
            if is_control:
                check_page(scope, body)
                await _send(send, self._control(scope, body))
            else:
                await self._vendor(scope, body, send)
        except BodyTooLarge:
            await _send(send, self._too_large(scope["path"], is_control))
        except Refused as refused:
            await _send(send, _json(refused.status, {"error": str(refused)}))

    def _dated(self, send: Send) -> Send:
        """Answers say the time of the account."""

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = _http_date(self.control.clock.now().replace(microsecond=0))
                message = {**message, "headers": [*message["headers"], (b"date", date)]}
            await send(message)

        return dated

    def _too_large(self, path: str, is_control: bool) -> Answer:
        text = f"the body is larger than {MAX_BODY_BYTES // 2**20} MiB"
        return _json(413, {"error": text}) if is_control else self._vendor_error(path, 413, text)

    def _vendor_error(self, path: str, status: int, text: str) -> Answer:
        fault = Fault("status", status=status, message=text)
        fault.struck_path = path
        return self.simulator.fault_answer(fault)

    async def _vendor(self, scope: Scope, body: bytes, send: Send) -> None:
        fault = self.control.faults.strike(self.simulator.name, scope["method"], scope["path"])
        if fault and fault.action != "timeout_after_write":
            answer = self._spoiled(fault)
            self._log(scope, answer.status, False, fault)
            await _send(send, answer)
            return
        try:
            messages, status = await self._serve(scope, body)
        except OSError as problem:
            text = f"the simulator cannot save its state: {problem.strerror}"
            await _send(send, self._vendor_error(scope["path"], 503, text))
            return
        self._log(scope, status, bool(scope["sim"]["write"]), fault)
        if fault and fault.seconds is None:
            await _drop(scope)
            return
        if fault:
            await asyncio.sleep(fault.seconds or 0)
        for message in messages:
            await send(message)

    async def _serve(self, scope: Scope, body: bytes) -> tuple[list[Message], int]:
        scope["sim"] = {"write": scope["method"] not in READ_METHODS}
        with self.control.lock, self.control.clock.stopped() as at:
            messages, status = await self._at_lag(scope, body)
            self._write_down(at, status, scope, body)
        return messages, status

    def _write_down(self, at: datetime, status: int, scope: Scope, body: bytes) -> None:
        """Keep a request that may have changed the account: a refused one too, which may have used up an id."""
        if self._journal and scope["method"] not in READ_METHODS and status != TOO_MANY_REQUESTS:
            self._journal(PerformedRequest.of(self.simulator.name, at, status, scope, body))

    async def perform(self, request: PerformedRequest) -> int:
        """Perform a request again, at its time; answers the status."""
        scope = request.scope()
        with self.control.lock, self.control.clock.stopped(request.at):
            if request.path.startswith(PREFIX):
                return self._routed(scope, request.body).status
            scope["sim"] = {}
            return (await call(self.simulator.app, scope, request.body))[1]

    async def _at_lag(self, scope: Scope, body: bytes) -> tuple[list[Message], int]:
        """Perform the request, on an earlier state when it reads (also by POST) and a read lag covers it."""
        lags = [fault["id"] for fault in self.control.faults.to_json() if fault["action"] == "read_lag"]
        if lags != self._lags:  # earlier states belong to the account as it was when these faults came
            self._lags, self._earlier = lags, []
        if not lags:
            return await call(self.simulator.app, scope, body)
        now, result = self.control.clock.now(), None
        if scope["method"] not in READ_METHODS:
            before = self.simulator.dump()
            result = await call(self.simulator.app, scope, body)
            if scope["sim"]["write"]:
                self._earlier.append((now, before))
                return result
        lag = self.control.faults.seconds("read_lag", self.simulator.name, scope["method"], scope["path"])
        stale = next((state for at, state in self._earlier if at > now - timedelta(seconds=lag)), None)
        if stale is None:
            return result or await call(self.simulator.app, scope, body)
        current = self.simulator.exchange(stale)
        try:
            return await call(self.simulator.app, scope, body)
        finally:
            self.simulator.exchange(current)

    def _spoiled(self, fault: Fault) -> Answer:
        if fault.action == "status" and fault.body == "empty":
            return Answer(fault.status or 500, b"")
        if fault.action == "status" and fault.body == "html":
            page = f"<html><body><h1>{fault.message or fault.status}</h1></body></html>"
            return Answer(fault.status or 500, page.encode(), {"content-type": "text/html;charset=utf-8"})
        return self.simulator.fault_answer(fault)

    def _log(self, scope: Scope, status: int, write: bool, fault: Fault | None) -> None:
        self.control.log.add(
            system=self.simulator.name,
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            status=status,
            at=self.control.clock.now().isoformat(),
            write=write,
            fault=fault.id if fault else None,
            operation=scope.get("sim", {}).get("operation"),
        )

    def _control(self, scope: Scope, body: bytes) -> Answer:
        with self.control.lock, self.control.clock.stopped() as at:
            answer = self._routed(scope, body)
            try:
                if scope["path"][len(PREFIX) :].strip("/") not in OF_THE_RUN:
                    self._write_down(at, answer.status, scope, body)
            except OSError as problem:
                return _json(503, {"error": f"the simulator cannot save its state: {problem.strerror}"})
        return answer

    def _routed(self, scope: Scope, body: bytes) -> Answer:
        name, method = scope["path"][len(PREFIX) :].strip("/"), scope["method"]
        query = _query(scope["query_string"].decode("latin-1"))
        try:
            return _json(200, self._route(method, name)(_document(body), query))
        except UnknownRoute as problem:
            return _json(404, {"error": str(problem)})
        except ControlProblem as problem:
            return _json(400, {"error": str(problem)})

    def _route(self, method: str, name: str) -> ControlRoute:
        routes: dict[str, ControlRoute] = {
            "GET health": self._health,
            "POST reset": self._reset,
            "GET dump": lambda body, query: self.simulator.dump(),
            "POST seed": lambda body, query: self.simulator.seed(body),
            "GET requests": self._requests,
            "DELETE requests": self._forget,
            "POST label": self._label,
            "GET faults": lambda body, query: {"faults": self.control.faults.to_json()},
            "POST faults": self._add_fault,
            "DELETE faults": self._clear_faults,
            "GET clock": lambda body, query: self._clock_reading(),
            "POST clock": self._move_clock,
            "GET switches": lambda body, query: self.control.switches.to_json(),
            "POST switches": self._set_switches,
            "POST evidence": self._settle,
        }
        for extra, function in self.simulator.controls().items():
            routes[f"POST {extra}"] = _extra(function)
        for extra, view in self.simulator.views().items():
            routes[f"GET {extra}"] = _view(view)
        route = routes.get(f"{method} {name}")
        if route is None:
            raise UnknownRoute(f'no control route "{method} {PREFIX}{name}"; allowed: {", ".join(sorted(routes))}')
        return route

    def _health(self, body: JsonObject, query: JsonObject) -> JsonObject:
        return {"status": "ok", "system": self.simulator.name, "at": self.control.clock.now().isoformat()}

    def _reset(self, body: JsonObject, query: JsonObject) -> JsonObject:
        _only(body, "reset", "clock")
        self.simulator.reset()
        self.control.reset(self.simulator.name)
        if body.get("clock"):
            self.control.clock.reset()
        return {"reset": self.simulator.name}

    def _requests(self, body: JsonObject, query: JsonObject) -> JsonObject:
        _only(query, "requests", "system", "method", "path", "label", "writes_only")
        desired = {k: v for k, v in query.items() if k != "writes_only"}
        if desired.setdefault("system", self.simulator.name) == "all":
            desired["system"] = None
        writes_only = str(query.get("writes_only", "")).lower() in ("1", "true", "yes")
        found = self.control.log.select(writes_only=writes_only, **desired)
        return {"total": len(found), "requests": [asdict(r) for r in found]}

    def _forget(self, body: JsonObject, query: JsonObject) -> JsonObject:
        self.control.log.clear(self.simulator.name)
        return {"total": 0, "requests": []}

    def _label(self, body: JsonObject, query: JsonObject) -> JsonObject:
        _only(body, "label", "label")
        if not isinstance(body.get("label"), str | None):
            raise ControlProblem(f'label: "label" was {body["label"]!r:.80}; it must be a string')
        self.control.log.label(body.get("label"))
        return {"label": body.get("label")}

    def _add_fault(self, body: JsonObject, query: JsonObject) -> JsonObject:
        return asdict(self.control.faults.insert(Fault.parse({"system": self.simulator.name, **body})))

    def _clear_faults(self, body: JsonObject, query: JsonObject) -> JsonObject:
        _only(query, "faults", "id")
        if "id" in query:
            self.control.faults.clear(id=query["id"])
        else:
            self.control.faults.clear(self.simulator.name)
        return {"faults": self.control.faults.to_json()}

    def _clock_reading(self) -> JsonObject:
        return {"now": self.control.clock.now().isoformat(), "offset_seconds": self.control.clock.offset_seconds}

    def _move_clock(self, body: JsonObject, query: JsonObject) -> JsonObject:
        _only(body, "clock", "advance", "set")
        if ("advance" in body) == ("set" in body):
            raise ControlProblem('clock: say either "advance" (seconds) or "set" (an ISO 8601 moment)')
        if "advance" in body:
            if not isinstance(body["advance"], int | float) or isinstance(body["advance"], bool):
                raise ControlProblem(f'clock: "advance" was {body["advance"]!r}; it must be a number of seconds')
            self.control.clock.advance(body["advance"])
        else:
            self.control.clock.set(_moment(body["set"]))
        return self._clock_reading()

    def _set_switches(self, body: JsonObject, query: JsonObject) -> JsonObject:
        for name, value in body.items():
            self.control.switches.set(name, value)
        return self.control.switches.to_json()

    def _settle(self, body: JsonObject, query: JsonObject) -> JsonObject:
        settle(self.control.switches, body)
        return self.control.switches.to_json()


def _extra(function: Callable[[JsonObject], JsonObject]) -> ControlRoute:
    return lambda body, query: function(body)


def _view(function: Callable[[], JsonObject]) -> ControlRoute:
    return lambda body, query: function()


class UnknownRoute(ControlProblem):
    """No such control route."""


def _only(document: JsonObject, route: str, *allowed: str) -> None:
    unknown = sorted(set(document) - set(allowed))
    if unknown:
        raise ControlProblem(f'{route}: unknown key "{unknown[0]}"; allowed: {", ".join(allowed)}')


def _moment(text: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError as problem:
        raise ControlProblem(f'clock: "set" was "{text}"; it must be an ISO 8601 moment with a time zone') from problem


def _document(body: bytes) -> JsonObject:
    try:
        document = json.loads(body, parse_constant=_no_constant) if body else {}
    except ValueError as problem:
        raise ControlProblem(f"the body is not JSON: {problem}") from None
    except RecursionError:
        raise ControlProblem("the body is nested too deeply") from None
    if not isinstance(document, dict):
        raise ControlProblem("the body must be a JSON object")
    return document


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not allowed in JSON")


def _query(text: str) -> JsonObject:
    return dict(parse_qsl(text, keep_blank_values=True))


def _json(status: int, document: Any) -> Answer:
    return Answer(status, json.dumps(document).encode(), {"content-type": "application/json;charset=utf-8"})


@lru_cache(maxsize=1)
def _http_date(second: datetime) -> bytes:
    return format_datetime(second, usegmt=True).encode()


async def call(app: ASGIApp, scope: Scope, body: bytes) -> tuple[list[Message], int]:
    """Run the app on a body already read, and keep what it sends."""
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    return messages, int(messages[0]["status"])


async def _send(send: Send, answer: Answer) -> None:
    headers = {"content-length": str(len(answer.body)), **answer.headers}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "http.response.body", "body": answer.body})


async def _drop(scope: Scope) -> None:
    """Cut the connection, so that the client never learns what became of its request."""
    scope["state"]["transport"].abort()
    await asyncio.sleep(0.01)
