"""Paths of HubSpot's API areas: semantic (`/crm/v3/…`, the default) and dated (`/crm/<area>/2026-09/…`).

v4 paths lose support in March 2027, v1 to v3 in September 2027 [O]; `HUBSPOT_API_VERSION=2026-09` chooses dated ones.
https://developers.hubspot.com/docs/api-reference/versioning
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SEMANTIC = "v3"
DATED = "2026-09"
FLOWS_DATED = "2026-09-beta"
"""Flows are beta in every dated version [T 71334751699]."""
FORMS_DATED = "2026-09-beta"
"""[D: api-reference/2026-09-beta/marketing/forms/guide]"""

_AREAS: Mapping[str, tuple[str, str]] = {
    "account": ("/account-info/v3", f"/account-info/{DATED}"),
    "flows": ("/automation/v4/flows", f"/automation/{FLOWS_DATED}/flows"),
    "associations": ("/crm/v4/associations", f"/crm/associations/{DATED}"),
    "forms": ("/marketing/v3/forms", f"/marketing/forms/{FORMS_DATED}"),
    "limits": ("/crm/v3/limits", f"/crm/limits/{DATED}"),
    "lists": ("/crm/v3/lists", f"/crm/lists/{DATED}"),
    "objects": ("/crm/v3/objects", f"/crm/objects/{DATED}"),
    "owners": ("/crm/v3/owners", f"/crm/owners/{DATED}"),
    "pipelines": ("/crm/v3/pipelines", f"/crm/pipelines/{DATED}"),
    "pipeline_rules": (f"/crm/pipelines-rules/{DATED}", f"/crm/pipelines-rules/{DATED}"),
    "properties": ("/crm/v3/properties", f"/crm/properties/{DATED}"),
    "property_validations": ("/crm/v3/property-validations", f"/crm/property-validations/{DATED}"),
    "schemas": ("/crm-object-schemas/v3/schemas", f"/crm-object-schemas/{DATED}/schemas"),
    "token": ("/oauth/v2/private-apps/get", "/oauth/v2/private-apps/get"),
    "users": ("/settings/v3/users", f"/settings/users/{DATED}"),
}

PATHS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        SEMANTIC: MappingProxyType({area: paths[0] for area, paths in _AREAS.items()}),
        DATED: MappingProxyType({area: paths[1] for area, paths in _AREAS.items()}),
    }
)
"""The path prefix of each area, by version."""
