"""Requests that changed an account, written down so that they can be performed again."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm_simulators.asgi import Scope


@dataclass(frozen=True)
class PerformedRequest:
    """A request, the real time at which it was performed, and the status of its answer."""

    system: str
    at: datetime
    status: int
    method: str
    scheme: str
    path: str
    raw_path: bytes
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @classmethod
    def of(cls, system: str, at: datetime, status: int, scope: Scope, body: bytes) -> PerformedRequest:
        """What an ASGI scope and a body ask for."""
        return cls(
            system=system,
            at=at,
            status=status,
            method=scope["method"],
            scheme=scope["scheme"],
            path=scope["path"],
            raw_path=scope.get("raw_path") or scope["path"].encode(),
            query=scope["query_string"],
            headers=tuple((bytes(name), bytes(value)) for name, value in scope["headers"]),
            body=body,
        )

    def scope(self) -> dict[str, Any]:
        """The ASGI scope that asks for the same again."""
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": self.scheme,
            "path": self.path,
            "raw_path": self.raw_path,
            "query_string": self.query,
            "root_path": "",
            "headers": list(self.headers),
            "client": None,
            "server": None,
            "state": {},
        }

    def to_json(self) -> str:
        """One line of JSON, bytes in Base64."""
        headers = [[_text(name), _text(value)] for name, value in self.headers]
        encoded = {"raw_path": _text(self.raw_path), "query": _text(self.query), "body": _text(self.body)}
        return json.dumps({**vars(self), **encoded, "at": self.at.isoformat(), "headers": headers})

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> PerformedRequest:
        """The request of a line. Raises KeyError, TypeError or ValueError when it is damaged."""
        return cls(
            **{name: str(document[name]) for name in ("system", "method", "scheme", "path")},
            at=datetime.fromisoformat(document["at"]),
            status=int(document["status"]),
            raw_path=_bytes(document["raw_path"]),
            query=_bytes(document["query"]),
            headers=tuple((_bytes(name), _bytes(value)) for name, value in document["headers"]),
            body=_bytes(document["body"]),
        )


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
