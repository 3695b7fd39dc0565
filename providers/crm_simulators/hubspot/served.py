"""What the HubSpot simulator serves: its routes, and the code behind each."""

from __future__ import annotations

from collections.abc import Iterator

from crm_simulators.hubspot.http.routing import Route
from crm_simulators.hubspot.portal.portal import Portal

PACKAGE = "crm_simulators.hubspot."
Entry = tuple[str, str, str, tuple[str, ...]]


def entries(routes: list[Route]) -> Iterator[Entry]:
    """Area, operation, answer and modules of every route, in the order of areas."""
    for route in sorted(routes, key=lambda route: (_area(route), route.template, route.method)):
        yield _area(route), f"{route.method} {route.template}", "served", tuple(_modules(route))


def _area(route: Route) -> str:
    """The vendor's name of an area: the first part of the path that is neither `crm` nor a version."""
    parts = [part for part in route.template.strip("/").split("/") if not part.startswith(("v", "{", "20"))]
    return next((part for part in parts if part != "crm"), parts[0])


def _modules(route: Route) -> Iterator[str]:
    """The module of the handler, and those of what it works with."""
    yield type(route.area).__module__
    for part in vars(route.area).values():
        if type(part).__module__.startswith(PACKAGE) and not isinstance(part, Portal):
            yield type(part).__module__
