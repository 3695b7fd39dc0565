"""HubSpot's part of the API coverage table: the calls of the kinds, and each on its dated path."""

from __future__ import annotations

from revops_hubspot.api.versions import DATED, PATHS, SEMANTIC
from revops_iac.provider.api.calls import Api


def dated(operation: str) -> str | None:
    """The same call on the dated path; None where the path is dated anyway, or HubSpot has none.

    >>> dated("GET /crm/v3/properties/{objectType}")
    'GET /crm/properties/2026-09/{objectType}'
    >>> dated("POST /oauth/v2/private-apps/get/access-token-info") is None
    True
    """
    method, _, path = operation.partition(" ")
    prefixes = {PATHS[SEMANTIC][area]: PATHS[DATED][area] for area in PATHS[SEMANTIC]}
    for before, after in sorted(prefixes.items(), key=lambda pair: -len(pair[0])):
        if before != after and (path == before or path.startswith(f"{before}/")):
            return f"{method} {after}{path.removeprefix(before)}"
    return None


API = Api("revops_hubspot", alias=dated)
