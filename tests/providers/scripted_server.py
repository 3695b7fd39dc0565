"""A server that answers what a test says, for what no simulator would answer."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme
import urllib3


@dataclass(frozen=True)
class Call:
    """A request as it arrived."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Reply:
    """What the server answers; `declared` is the length that it promises, where it cuts the body."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    declared: int | None = None


@dataclass
class Server:
    """The server and what it was asked; `authority` is what its certificate is signed by, where it has one."""

    url: str
    authority: trustme.CA | None = None
    calls: list[Call] = field(default_factory=list)


@cache
def _certified() -> tuple[trustme.CA, ssl.SSLContext]:
    """An authority and what a server with its certificate needs; a process makes the keys once."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return authority, context


@contextmanager
def serving(answer: Callable[[Call], Reply], tls: bool = False) -> Iterator[Server]:
    """Serves on loopback until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # a body waits 40 ms for the acknowledgment of its headers otherwise

        def reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            call = Call(self.command, self.path, body, {key.lower(): value for key, value in self.headers.items()})
            server.calls.append(call)
            made = answer(call)
            self.send_response(made.status)
            for name, value in made.headers.items():
                self.send_header(name, value)
            if made.status != 204:
                self.send_header("Content-Length", str(len(made.body) if made.declared is None else made.declared))
            with suppress(ConnectionError):  # the client may have seen enough
                self.end_headers()
                self.wfile.write(made.body)
            self.close_connection = made.declared is not None

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = reply

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    server = Server(f"http{'s' if tls else ''}://127.0.0.1:{listening.server_address[1]}")
    if tls:
        server.authority, context = _certified()
        listening.socket = context.wrap_socket(listening.socket, server_side=True)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


def passed_on(call: Call, url: str) -> Reply:
    """The answer of another server to a call."""
    names = ("authorization", "content-type", "accept", "soapaction", "sforce-auto-assign")
    kept = {name: value for name, value in call.headers.items() if name in names}
    answer = urllib3.request(call.method, f"{url}{call.path}", body=call.body or None, headers=kept, retries=False)
    return Reply(answer.data, answer.status, {"Content-Type": answer.headers.get("Content-Type", "")})
