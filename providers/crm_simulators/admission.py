"""Which requests are let in: those to a loopback host, not sent by a web page of another origin, of bounded size."""

from __future__ import annotations

import re
import zlib

from crm_simulators.asgi import Message, Receive, Scope

MAX_BODY_BYTES = 16 * 2**20
LOOPBACK = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?", re.IGNORECASE)
GZIP = 16 + zlib.MAX_WBITS
JSON_TYPES = ("", "application/json")


class Refused(Exception):
    """A request that is not let in: the HTTP status, and a text that says why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class BodyTooLarge(Exception):
    """A body of more than MAX_BODY_BYTES."""


async def read_body(receive: Receive) -> bytes:
    """The body of a request. One that is too large is read to its end, kept nowhere, and raises BodyTooLarge."""
    parts: list[bytes] = []
    size = 0
    while True:
        message: Message = await receive()
        if message["type"] == "http.disconnect":
            break
        part = message.get("body", b"")
        size += len(part)
        if size <= MAX_BODY_BYTES:
            parts.append(part)
        else:
            parts.clear()
        if not message.get("more_body"):
            break
    if size > MAX_BODY_BYTES:
        raise BodyTooLarge
    return b"".join(parts)


def unpacked(scope: Scope, body: bytes) -> bytes:
    """A body without its gzip. Raises BodyTooLarge, and Refused for what is no gzip."""
    if header(scope, "content-encoding") != "gzip":
        return body
    try:
        content = zlib.decompressobj(GZIP).decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error:
        raise Refused(400, "the body is not gzip") from None
    if len(content) > MAX_BODY_BYTES:
        raise BodyTooLarge
    return content


def check_host(scope: Scope) -> None:
    """Refuse a Host that is not this machine: a web page may have a name that leads here."""
    host = header(scope, "host")
    if not LOOPBACK.fullmatch(host):
        raise Refused(403, f'host "{host[:80]}" is not allowed; use 127.0.0.1, localhost or [::1]')


def check_page(scope: Scope, body: bytes) -> None:
    """Refuse what a web page of another origin can send without being asked: the control plane obeys none."""
    origin, own = header(scope, "origin"), f"{scope['scheme']}://{header(scope, 'host')}"
    if origin and origin.lower() != own.lower():
        raise Refused(403, f'origin "{origin[:80]}" is not allowed; the control plane takes no requests of web pages')
    kind = header(scope, "content-type").partition(";")[0].strip().lower()
    if scope["method"] != "GET" and (kind not in JSON_TYPES or (body and not kind)):
        raise Refused(415, f'content-type "{kind[:80]}" is not allowed; it must be application/json')


def header(scope: Scope, name: str) -> str:
    """The value of a header, "" without it."""
    raw = name.encode()
    return next((value.decode("latin-1") for key, value in scope["headers"] if key.lower() == raw), "")
