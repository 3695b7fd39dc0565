"""Pulumi dynamic providers for every kind of HubSpot.

Their paths (`revops_hubspot.dynamic.<Kind>Provider`) are stored in every state and never change.
"""

from __future__ import annotations

from revops_hubspot import kinds
from revops_iac.dynamic import KindProvider, provider_classes
from revops_iac.provider.discovery import discover_kinds

KINDS = discover_kinds(kinds)
PROVIDERS = provider_classes(__name__, KINDS)


def __getattr__(name: str) -> type[KindProvider]:
    return PROVIDERS.attribute(__name__, name)
