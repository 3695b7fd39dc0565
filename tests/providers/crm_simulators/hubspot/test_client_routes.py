"""Every route of HubSpot's own Python client in the areas of this project is served, or left out with a reason."""

from __future__ import annotations

import re
from typing import Any

from crm_simulators.control import Control
from crm_simulators.hubspot.http.routing import canonical_path
from crm_simulators.hubspot.portal.object_types import OBJECT_TYPES
from crm_simulators.hubspot.simulator import HubSpotSimulator
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot

from tests.providers.crm_simulators.hubspot.calls import calling
from tests.providers.crm_simulators.hubspot.client_routes import (
    AREAS,
    ELSEWHERE,
    LEFT_OUT,
    ClientRoute,
    client_parts,
    client_routes,
)

ROUTES = client_routes()
OBJECTS = {name for one in OBJECT_TYPES for name in (one.id, one.plural, one.singular)}


OBJECT_PARAMETERS = ("objectType", "toType", "objectTypeId")


def fits(template: str, route: ClientRoute) -> bool:
    """Whether a route of the simulator is meant for a route of the client: a literal part of the path is a literal
    there, or names an object type."""
    desired, parts = template.strip("/").split("/"), canonical_path(route.path)[0].strip("/").split("/")
    return len(desired) == len(parts) and all(map(part_fits, desired, parts))


def part_fits(desired: str, part: str) -> bool:
    if not desired.startswith("{"):
        return desired == part
    return part.startswith("{") or (desired == "{objectType}" and part in OBJECTS)


def test_parts_of_the_client_are_all_sorted() -> None:
    assert client_parts() == {*AREAS, *ELSEWHERE}


def test_every_route_is_served_or_left_out_with_a_reason() -> None:
    served = HubSpotSimulator(Control()).router.routes()
    missing = [
        route
        for route in ROUTES
        if not route.left_out and not any(one.method == route.method and fits(one.template, route) for one in served)
    ]
    assert missing == []
    assert len([route for route in ROUTES if not route.left_out]) > 140


def test_every_reason_is_of_a_route() -> None:
    used = {route.left_out for route in ROUTES}
    assert [start for start in LEFT_OUT if start not in used] == []


def test_served_routes_answer_in_json_whatever_is_asked(api: Any) -> None:
    for route in ROUTES:
        if route.left_out:
            continue
        status, answer = api(route.method, route.filled(), None if route.method in ("GET", "DELETE") else {})
        assert status < 500, (route, answer)
        no_such_pipeline = status == 404 and "/pipelines/" in route.path  # a page, not JSON [O]
        assert isinstance(answer, dict) or (status, answer) == (204, "") or no_such_pipeline, route


def test_routes_that_are_left_out_change_nothing(sims: RunningSimulators, api: Any) -> None:
    before = sims.dump("hubspot")
    for route in ROUTES:
        if route.left_out:
            status, answer = api(route.method, route.filled(), {} if route.method != "GET" else None)
            unknown = isinstance(answer, dict) and answer["message"].startswith("Unable to infer object type from: ")
            assert status in (404, 405) or unknown, (route, answer)
    assert sims.dump("hubspot") == before


SCOPELESS = {
    "GET /account-info/v3/api-usage/daily/private-apps",
    "GET /account-info/v3/details",
    "GET /crm/v4/associations/definitions/configurations/all",
    "POST /oauth/v2/private-apps/get/access-token-info",
}
"""What any token may ask, or what says nothing of scopes."""


def test_every_other_route_wants_a_scope_and_names_it(sims: RunningSimulators) -> None:
    sims.seed("hubspot", {"tokens": [{"token": "pat-na1-bare", "scopes": []}]})
    bare = HubSpot(access_token="pat-na1-bare", host=sims.hubspot.url, base_url=sims.hubspot.url)
    open_to_all = set()
    with calling(bare) as api:
        for route in HubSpotSimulator(Control()).router.routes():
            path = re.sub(r"\{(\w+)\}", lambda named: "deals" if named[1] in OBJECT_PARAMETERS else "1", route.template)
            status, answer = api(route.method, path, None if route.method in ("GET", "DELETE") else {})
            if route.scopes:
                assert status == 403, (route.method, path, answer)
                assert answer["category"] == "MISSING_SCOPES"
                assert answer["errors"][0]["context"]["requiredGranularScopes"], (route.method, path)
            else:
                open_to_all.add(f"{route.method} {route.template}")
    assert open_to_all == SCOPELESS
