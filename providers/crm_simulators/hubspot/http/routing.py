"""Which path is answered by what: the routes of the HubSpot simulator.

Semantic paths (`/crm/v3/…`, `/automation/v4/…`) are the canonical ones; the dated families [S] are rewritten to
them first.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Annotated, Any, TypeVar, get_origin
from urllib.parse import parse_qsl, unquote

from crm_simulators.hubspot.errors import JsonObject, WebServerNotFound
from crm_simulators.hubspot.http.calls import Call, Reply
from crm_simulators.hubspot.portal.object_types import ObjectType

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


Answer = JsonObject | list[Any] | Reply | None
"""What a handler returns: the body, the entries of `results`, a whole response, or nothing for 204."""
Handler = TypeVar("Handler", bound=Callable[..., Answer])


@dataclass(frozen=True)
class Route:
    """A method and path template, the scopes of which one is required, and the method of an area that answers.

    `{objectType}` in a scope stands for the scope name of the object in the path; `write` False marks a POST
    that reads.
    """

    method: str
    template: str
    handler: Callable[..., Answer]
    scopes: tuple[str, ...] = ()
    status: int = 200
    write: bool | None = None
    area: object = None

    @cached_property
    def segments(self) -> list[str]:
        """The parts of the template."""
        return self.template.strip("/").split("/")

    def match(self, parts: Sequence[str]) -> dict[str, str] | None:
        """The path parameters, when a path of as many parts fits."""
        values: dict[str, str] = {}
        for desired, part in zip(self.segments, parts, strict=True):
            if desired.startswith("{"):
                values[desired[1:-1]] = unquote(part)
            elif desired != part:
                return None
        return values

    def answer(self, call: Call) -> Reply:
        """The response to a call."""
        given = self.handler(self.area, **{name: read(call) for name, read in _readers(self.handler, self.template)})
        if isinstance(given, Reply):
            return given
        if given is None:
            return Reply(204)
        return Reply(self.status, {"results": given} if isinstance(given, list) else given)


def route(
    method: str, template: str, scopes: tuple[str, ...] = (), *, status: int = 200, write: bool | None = None
) -> Callable[[Handler], Handler]:
    """Declares that a method of an area answers a route.

    Its parameters are filled by their names, where `object_type` stands for `objectType`: `body`, `call`, those of
    the path, and those of the query. Their types say how they are read: an ObjectType is looked up, an int must be a
    number, a bool is a flag; `Annotated[type, function]` reads by a function of the call and the name.
    """

    def declare(handler: Handler) -> Handler:
        declared = Route(method, template, handler, scopes, status, write)
        handler.__dict__.setdefault("routes", []).append(declared)
        return handler

    return declare


def _routes_of(area: object) -> Iterator[Route]:
    for name in dir(type(area)):
        for declared in getattr(getattr(type(area), name), "routes", ()):
            yield replace(declared, area=area)


Read = Callable[[Call], Any]


@cache
def _readers(handler: Callable[..., Answer], template: str) -> list[tuple[str, Read]]:
    _, *parameters = inspect.signature(handler, eval_str=True).parameters.values()
    return [(one.name, _reader(one, template)) for one in parameters]


IN_PATH: dict[Any, Callable[..., Any]] = {
    ObjectType: Call.object_type,
    int: Call.path_number,
    str: lambda call, name: call.path[name],
}
IN_QUERY: dict[Any, Callable[..., Any]] = {
    bool: Call.flag,
    int: Call.number,
    list[str]: Call.texts,
    str | None: Call.text,
}


def _reader(parameter: inspect.Parameter, template: str) -> Read:
    """How a parameter of a handler is read from a call."""
    if parameter.name in ("call", "body"):
        return Call.body if parameter.name == "body" else lambda call: call
    name = re.sub(r"_(\w)", lambda letter: letter[1].upper(), parameter.name)
    if get_origin(parameter.annotation) is Annotated:
        read = parameter.annotation.__metadata__[0]
    else:
        read = (IN_PATH if f"{{{name}}}" in template else IN_QUERY)[parameter.annotation]
    default = () if parameter.default is parameter.empty else (parameter.default,)
    return lambda call: read(call, name, *default)


class Router:
    """The routes of every area. A literal segment wins over a parameter."""

    def __init__(self, areas: Iterable[object]) -> None:
        self._routes = [route for area in areas for route in _routes_of(area)]
        self._routes.sort(key=lambda route: [part.startswith("{") for part in route.segments])
        self._by_start: dict[tuple[int, str], list[Route]] = {}
        for known in self._routes:
            start = _start(known.segments)
            assert "{" not in start[1], known.template
            self._by_start.setdefault(start, []).append(known)

    def routes(self) -> list[Route]:
        """All routes."""
        return list(self._routes)

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """The route of a canonical path. Raises WebServerNotFound for an unknown path or method."""
        parts = path.strip("/").split("/")
        other_method = False
        for route in self._by_start.get(_start(parts), ()):
            values = route.match(parts)
            if values is None:
                continue
            if route.method == method:
                return route, values
            other_method = True
        raise WebServerNotFound(405 if other_method else 404)


def _start(parts: Sequence[str]) -> tuple[int, str]:
    """What routes are found by: how many parts, and the first three, which no template leaves open."""
    return len(parts), "/".join(parts[:3])


def parse_query(text: str) -> dict[str, list[str]]:
    """The query, each name with its values in order."""
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    return query
