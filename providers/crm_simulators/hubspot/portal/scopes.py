"""The scopes of the modeled endpoints."""

from __future__ import annotations

from vendor_facts import vocabulary

from crm_simulators.hubspot.portal.object_types import OBJECT_TYPES

_OBJECTS = (*dict.fromkeys(one.scope for one in OBJECT_TYPES if one.scope != "tickets"), "custom")

ALL_SCOPES: tuple[str, ...] = (
    *vocabulary("hubspot", "scopes"),
    *(
        f"crm.{kind}.{name}.{verb}"
        for kind in ("objects", "schemas")
        for name in _OBJECTS
        for verb in ("read", "write")
    ),
)

SCHEMA_WRITE = ("crm.schemas.{object}.write",)
SCHEMA_READ = ("crm.schemas.{object}.read", "crm.objects.{object}.read", "crm.objects.{object}.write")
OBJECT_READ = ("crm.objects.{object}.read",)
OBJECT_WRITE = ("crm.objects.{object}.write",)


def needed_scopes(scopes: tuple[str, ...], object_scope: str | None) -> list[str]:
    """The scopes of a route for an object; for tickets all of them are `tickets` [S]."""
    if object_scope == "tickets":
        return sorted({"tickets" if "{object}" in scope else scope for scope in scopes})
    return [scope.replace("{object}", object_scope or "") for scope in scopes]
