"""What every new client of the simulators would cost again: connections stay open from one client to the next.

A test opens many sessions, each with vendor clients of its own, as provider processes do. The clients stay theirs; only
the pool of connections under requests and what the HubSpot client reads of its own package are kept.

A connection of this process to a simulator hands the message to what answers there, and takes the answer's message
back: the work of sockets, framing and TLS is half of a call's. While a fault may cut a connection, and for whatever is
unusual, trusts another authority or comes from another process, the message goes over the wire.
"""

from __future__ import annotations

import http.client
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import metadata
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
import requests
from crm_simulators.asgi import Message, Scope
from crm_simulators.control_plane import ControlPlane, call
from crm_simulators.server import RunningSimulators
from hubspot.discovery import discovery_base
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

PLAIN_PATH = re.compile(r"/[!-~]*")
PLAIN = re.compile(r"[ -~]*")
VERIFIED = ("CERT_REQUIRED", ssl.CERT_REQUIRED)
_planes: dict[str, ControlPlane] = {}
"""What answers at the beginning of each URL of a simulator: `https://127.0.0.1:40001`."""
_authorities: set[str] = set()


class KeptConnections(HTTPAdapter):
    """An adapter that all sessions of requests share, so a session that closes leaves it open."""

    def close(self) -> None:
        """Nothing."""


class _Body(BytesIO):
    """The body of an answer, closed once it was read as that of http.client is."""

    def __init__(self, body: bytes, headers: HTTPHeaderDict) -> None:
        super().__init__(body)
        self.msg, self._size = headers, len(body)

    def isclosed(self) -> bool:
        return self.closed or self.tell() == self._size


class _Handed(HTTPConnection):
    """A connection that hands its messages over where it can, and has a socket only where it cannot."""

    scheme = "http"
    _answer: HTTPResponse | None = None

    @property
    def plane(self) -> ControlPlane | None:
        """What answers at the other end, where it is a simulator of this process."""
        return _planes.get(f"{self.scheme}://{self.host}:{self.port}")

    @property
    def is_connected(self) -> bool:
        return super().is_connected if self.sock is not None else self.plane is not None

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> None:
        plane, sent = self.plane, headers or {}
        if plane is None or plane.control.faults.may_cut() or not _is_usual(url, body, sent, options):
            super().request(method, url, body, headers, **options)
            return
        content = body.encode() if isinstance(body, str) else body or b""
        self._answer = _answered(plane, self._scope(method, url, sent, content), content, options)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        answer, self._answer = self._answer, None
        return answer or super().getresponse()

    def _scope(self, method: str, url: str, headers: Mapping[str, str], content: bytes) -> Scope:
        """The message as a server reads it, with the headers that http.client and urllib3 add."""
        path, _, query = url.partition("?")
        added = {"host": f"{self.host}:{self.port}", "accept-encoding": "identity", "user-agent": "python-urllib3"}
        if content or method in ("POST", "PUT", "PATCH"):
            added["content-length"] = str(len(content))
        every = added | {name.lower(): value for name, value in headers.items()}
        return {
            "type": "http",
            "http_version": "1.1",
            "scheme": self.scheme,
            "method": method,
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in every.items()],
        }


class _HandedSecurely(_Handed, HTTPSConnection):
    """The same where TLS would be, for whoever trusts the simulators' authority."""

    scheme = "https"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_verified = self.plane is not None

    @property
    def plane(self) -> ControlPlane | None:
        trusts = self.ca_certs in _authorities and self.cert_reqs in VERIFIED
        return super().plane if trusts else None

    @property
    def is_closed(self) -> bool:
        return self.sock is None and self.plane is None


def _is_usual(url: str, body: Any, headers: Mapping[str, Any], options: Mapping[str, Any]) -> bool:
    return (
        PLAIN_PATH.fullmatch(url) is not None
        and isinstance(body, bytes | str | None)
        and not options.get("chunked")
        and all(isinstance(value, str) and PLAIN.fullmatch(name + value) for name, value in headers.items())
    )


def _answered(plane: ControlPlane, scope: Scope, content: bytes, options: Mapping[str, Any]) -> HTTPResponse:
    """The answer to a message, as urllib3 makes it of what comes over the wire."""
    messages, status = _served(plane, scope, content)
    headers = HTTPHeaderDict(
        (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in messages[0]["headers"]
    )
    found = b"" if scope["method"] == "HEAD" else b"".join(message.get("body", b"") for message in messages[1:])
    body = _Body(found, headers)
    return HTTPResponse(
        body=body,
        headers=headers,
        status=status,
        version=11,
        version_string="HTTP/1.1",
        reason=http.client.responses.get(status, ""),
        preload_content=options.get("preload_content", True),
        decode_content=options.get("decode_content", True),
        original_response=body,  # type: ignore[arg-type]
        enforce_content_length=options.get("enforce_content_length", True),
        request_method=scope["method"],
        request_url=scope["path"],
    )


def _served(plane: ControlPlane, scope: Scope, content: bytes) -> tuple[list[Message], int]:
    serving = call(plane, scope, content)
    with plane.control.lock:
        try:
            serving.send(None)
        except StopIteration as end:
            served: tuple[list[Message], int] = end.value
            return served
    raise AssertionError("a simulator waits for nothing but such a fault")


class _KnownVersions:
    version = staticmethod(cache(metadata.version))


@contextmanager
def kept_connections(simulators: RunningSimulators) -> Iterator[None]:
    """Within, all sessions of requests share their connections, and the simulators are near."""
    kept = KeptConnections(pool_maxsize=32)
    org = simulators.salesforce
    of_system = {org.http_url: "salesforce", org.https_url: "salesforce", simulators.hubspot.url: "hubspot"}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(requests.sessions, "HTTPAdapter", lambda: kept)
        patched.setattr(requests.sessions, "get_environ_proxies", lambda url, no_proxy: {})
        patched.setattr(discovery_base, "metadata", _KnownVersions)
        patched.setattr(HTTPConnectionPool, "ConnectionCls", _Handed)
        patched.setattr(HTTPSConnectionPool, "ConnectionCls", _HandedSecurely)
        for url, system in of_system.items():
            patched.setitem(_planes, url, simulators._planes[system])
        _authorities.add(org.ca_bundle)
        yield
    _authorities.discard(org.ca_bundle)
    HTTPAdapter.close(kept)
