"""The routes of HubSpot's own Python client, read from the installed package, and those that are left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import hubspot

AREAS = ("automation", "crm", "oauth", "settings")
"""The parts of the client for what this project manages."""
ELSEWHERE = (
    "cms",
    "communication_preferences",
    "conversations",
    "events",
    "files",
    "marketing",
    "webhooks",
)
"""The parts for websites, marketing and messages: no configuration of the revenue process."""
LEFT_OUT: dict[str, str] = {
    "/automation/v4/actions/": "an app's definitions of custom actions: they need an app, not a portal",
    "/crm/v3/extensions/": "settings of an app",
    "/integrators/timeline/v3/": "events of an app",
    "/crm/v3/imports": "moves records, no configuration",
    "/crm/v3/exports/": "moves records, no configuration",
    "/oauth/v1/": "tokens of public apps: a simulated portal has tokens of private apps",
    "/business-units/v3/": "brands: an add-on that nothing here refers to",
    "/crm/v3/objects/deals/splits/": "splits of deals between people: kept on records, no configuration",
}
"""What the simulator refuses, by the start of the path, and why it may."""
_CALL = re.compile(r'call_api\(\s*"(?P<path>[^"]+)",\s*"(?P<method>[A-Z]+)"')


@dataclass(frozen=True, order=True)
class ClientRoute:
    """A method and a path with `{parameters}`, without a slash at the end."""

    method: str
    path: str

    @property
    def left_out(self) -> str | None:
        """The entry of `LEFT_OUT` that covers it."""
        return next((start for start in LEFT_OUT if self.path.startswith(start)), None)

    @property
    def parts(self) -> list[str]:
        """The path in parts."""
        return self.path.strip("/").split("/")

    def filled(self) -> str:
        """The path as a request has it: deals for every object type, 1 for every other parameter."""
        return re.sub(r"\{(\w+)\}", lambda named: "deals" if "bjectType" in named[1] else "1", self.path)


def client_parts() -> set[str]:
    """The parts of the client that have routes."""
    return {module.relative_to(_ROOT).parts[0] for module in _modules()}


def client_routes() -> list[ClientRoute]:
    """The routes of the areas of this project."""
    found = set()
    for module in _modules():
        if module.relative_to(_ROOT).parts[0] in AREAS:
            for call in _CALL.finditer(module.read_text("utf-8")):
                found.add(ClientRoute(call["method"], call["path"].rstrip("/")))
    return sorted(found)


_ROOT = Path(str(hubspot.__file__)).parent


def _modules() -> list[Path]:
    return sorted(_ROOT.rglob("api/*_api.py"))
