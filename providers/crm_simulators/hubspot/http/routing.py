"""Requests, responses and routes of the HubSpot simulator.

Semantic paths (`/crm/v3/…`, `/automation/v4/…`) are the canonical ones; the dated families [S] are rewritten to
them first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote

from crm_simulators.hubspot import errors
from crm_simulators.hubspot.errors import JsonObject, WebServerNotFound
from crm_simulators.hubspot.portal.object_types import ObjectType, find_object_type

DATED = r"(?P<version>2026-03|2026-09)"
FLOWS_DATED = r"(?P<version>2026-09-beta)"
ALIASES: tuple[tuple[str, str], ...] = (
    (rf"^/crm/properties/{DATED}(?=/|$)", "/crm/v3/properties"),
    (rf"^/crm/property-validations/{DATED}(?=/|$)", "/crm/v3/property-validations"),
    (rf"^/crm-object-schemas/{DATED}(?=/|$)", "/crm-object-schemas/v3"),
    (rf"^/crm/pipelines/{DATED}(?=/|$)", "/crm/v3/pipelines"),
    (rf"^/crm/lists/{DATED}(?=/|$)", "/crm/v3/lists"),
    (rf"^/crm/objects/{DATED}(?=/|$)", "/crm/v3/objects"),
    (rf"^/crm/owners/{DATED}(?=/|$)", "/crm/v3/owners"),
    (rf"^/crm/limits/{DATED}(?=/|$)", "/crm/v3/limits"),
    (rf"^/crm/associations/{DATED}(?=/|$)", "/crm/v4/associations"),
    (rf"^/account-info/{DATED}(?=/|$)", "/account-info/v3"),
    (rf"^/settings/users/(?:v3|{DATED})(?=/|$)", "/settings/v3/users"),
    (rf"^/marketing/forms/{FLOWS_DATED}(?=/|$)", "/marketing/v3/forms"),
    (rf"^/automation/{FLOWS_DATED}(?=/|$)", "/automation/v4"),
    (r"^/crm/associations/v4(?=/|$)", "/crm/v4/associations"),
)


def canonical_path(path: str) -> tuple[str, str | None]:
    """The semantic path, without a trailing slash, and the dated version that was asked for."""
    path = path.rstrip("/") or "/"
    for pattern, target in ALIASES:
        match = re.match(pattern, path)
        if match:
            return target + path[match.end() :], match.groupdict().get("version")
    return path, None


@dataclass
class Call:
    """One request: path parameters decoded, query as sent, body parsed on demand."""

    method: str
    path: dict[str, str]
    query: dict[str, list[str]]
    raw_body: bytes
    scopes: frozenset[str]
    version: str | None = None
    user_id: int | None = None
    find_type: Callable[[str], ObjectType] = find_object_type

    def object_type(self, parameter: str = "objectType") -> ObjectType:
        """The object type that a path parameter names; 400 for one that the portal does not have [O]."""
        return self.find_type(self.path[parameter])

    def path_number(self, parameter: str) -> int:
        """A path parameter that must be a whole number."""
        if not self.path[parameter].isdigit():
            raise errors.unparsable_path(parameter)
        return int(self.path[parameter])

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean of the query, in any case: Python sends `True`, Node `true` [tested]."""
        values = self.query.get(name)
        if not values:
            return default
        if values[-1].lower() not in ("true", "false"):
            raise errors.unparsable_query(name)
        return values[-1].lower() == "true"

    def text(self, name: str) -> str | None:
        """A string of the query."""
        values = self.query.get(name)
        return values[-1] if values else None

    def texts(self, name: str) -> list[str]:
        """All values of a query parameter, repeated or separated by commas."""
        return [part for value in self.query.get(name, []) for part in value.split(",") if part]

    def number(self, name: str, default: int) -> int:
        """A whole number of the query."""
        text = self.text(name)
        if text is None:
            return default
        if not text.isdigit():
            raise errors.unparsable_query(name)
        return int(text)

    def body(self) -> JsonObject:
        """The JSON object of the body."""
        document = self._json()
        if not isinstance(document, dict):
            raise errors.invalid_json(1, 1, "an object is expected")
        return document

    def any_list_body(self) -> list[Any]:
        """The JSON list of the body."""
        document = self._json()
        if not isinstance(document, list):
            raise errors.invalid_json(1, 1, "a list is expected")
        return document

    def list_body(self) -> list[JsonObject]:
        """The JSON list of objects of the body."""
        document = self.any_list_body()
        if not all(isinstance(item, dict) for item in document):
            raise errors.invalid_json(1, 1, "a list of objects is expected")
        return document

    def _json(self) -> Any:
        try:
            return json.loads(self.raw_body or b"")
        except json.JSONDecodeError as problem:
            raise errors.invalid_json(problem.lineno, problem.colno, problem.msg) from problem
        except UnicodeDecodeError as problem:
            raise errors.invalid_json(1, 1, "Invalid UTF-8") from problem
        except RecursionError as problem:
            raise errors.invalid_json(1, 1, "too many nested objects or lists") from problem


@dataclass
class Reply:
    """A success response: status, JSON body (None for no body) and extra headers."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[[Call], Reply]


@dataclass(frozen=True)
class Route:
    """A method and path template, the scopes of which one is required, and the handler.

    `{objectType}` in a scope stands for the scope name of the object in the path; `write` False marks a POST
    that reads.
    """

    method: str
    template: str
    handler: Handler
    scopes: tuple[str, ...] = ()
    write: bool | None = None

    def match(self, parts: Sequence[str]) -> dict[str, str] | None:
        """The path parameters, when the path fits."""
        template = self.template.strip("/").split("/")
        if len(template) != len(parts):
            return None
        values: dict[str, str] = {}
        for want, part in zip(template, parts, strict=True):
            if want.startswith("{"):
                values[want[1:-1]] = unquote(part)
            elif want != part:
                return None
        return values


class Area(Protocol):
    """A part of the API with its routes."""

    def routes(self) -> list[Route]:
        """The routes of this area."""


class Router:
    """The routes of every area. A literal segment wins over a parameter."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def add(self, routes: Sequence[Route]) -> None:
        """Add the routes of an area."""
        self._routes.extend(routes)
        self._routes.sort(key=lambda route: [part.startswith("{") for part in route.template.strip("/").split("/")])

    def routes(self) -> list[Route]:
        """All routes."""
        return list(self._routes)

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """The route of a canonical path. Raises WebServerNotFound for an unknown path or method."""
        parts = path.strip("/").split("/")
        other_method = False
        for route in self._routes:
            values = route.match(parts)
            if values is None:
                continue
            if route.method == method:
                return route, values
            other_method = True
        raise WebServerNotFound(405 if other_method else 404)


def parse_query(text: str) -> dict[str, list[str]]:
    """The query, each name with its values in order."""
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    return query
