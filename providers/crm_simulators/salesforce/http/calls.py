"""Requests as the API handlers see them, and their replies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from crm_simulators.salesforce.errors import RestError
from crm_simulators.salesforce.org.org import Record

OLDEST = 31
"""The oldest version that is spoken; a switch says the newest."""


@dataclass(frozen=True)
class HttpRequest:
    """A request as it arrived; ``address`` is its path from ``services/`` or ``id/`` on."""

    method: str
    address: str
    query: str
    headers: Mapping[str, str]
    content: bytes
    base_url: str

    @property
    def arguments(self) -> dict[str, str]:
        """The parameters of the query string."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """The parameters of a form in the body."""
        return dict(parse_qsl(self.content.decode(errors="replace"), keep_blank_values=True))


@dataclass(frozen=True)
class Call(HttpRequest):
    """A REST request of a user; ``path`` is the part below ``/services/data/vXX.0/``, split."""

    path: list[str]
    version: str
    user: Record

    def json(self) -> Any:
        try:
            return json.loads(self.content)
        except RecursionError:
            raise RestError(400, "JSON_PARSER_ERROR", "The JSON is nested too deeply") from None
        except ValueError as error:
            # [K: text]
            raise RestError(400, "JSON_PARSER_ERROR", f"Unexpected character in JSON: {error}") from None

    def json_object(self) -> dict[str, Any]:
        body = self.json()
        if not isinstance(body, dict):
            raise RestError(400, "JSON_PARSER_ERROR", "The HTTP entity body is required to be a JSON object")
        return body

    def objects(self, name: str) -> list[dict[str, Any]]:
        """The list of objects under a name of the body, empty when it is missing."""
        return objects_in(self.json_object().get(name, []), name)

    def url(self, path: str) -> str:
        return f"/services/data/v{self.version}/{path}"


@dataclass
class Reply:
    """Status and body of a response; ``content`` takes precedence. The log reads ``wrote`` and ``operation``."""

    status: int = 200
    body: Any = None
    content: bytes | None = None
    media: str = "application/json;charset=UTF-8"
    wrote: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    operation: str | None = None

    def render(self) -> bytes:
        if self.content is not None:
            return self.content
        return b"" if self.body is None else json.dumps(self.body).encode()


def objects_in(value: Any, name: str) -> list[dict[str, Any]]:
    """A list of JSON objects; raises JSON_PARSER_ERROR for anything else [K: text]."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise RestError(400, "JSON_PARSER_ERROR", f"{name} must be a list of objects")
    return value


def need_texts(document: dict[str, Any], *names: str) -> None:
    """Raise JSON_PARSER_ERROR unless these are there, as strings [K: text]."""
    for name in names:
        if not isinstance(document.get(name), str):
            raise RestError(400, "JSON_PARSER_ERROR", f"Missing required attribute: {name}")


def allow(call: Call, *methods: str) -> None:
    """Refuse other methods [K: text]."""
    method = "GET" if call.method == "HEAD" else call.method
    if method not in methods:
        text = f"HTTP Method '{call.method}' not allowed. Allowed are {','.join(methods)}"
        raise RestError(405, "METHOD_NOT_ALLOWED", text)
