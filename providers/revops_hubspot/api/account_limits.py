"""What HubSpot allows at most: https://knowledge.hubspot.com/properties/property-field-types-in-hubspot and others."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from vendor_facts import table

from revops_hubspot.api import subscription
from revops_iac.provider.limits import Limits


def _tiers(client: Any) -> Collection[str]:
    """The tiers that a portal may have: no endpoint names it [S], but only Enterprise allows custom objects [D]."""
    if subscription.report(client, "/custom-object-types") is None:
        return ()
    return ("Starter", "Professional") if subscription.lacks_enterprise(client) else ("Professional", "Enterprise")


LIMITS = Limits(table("hubspot/limits"), "HubSpot", _tiers)
