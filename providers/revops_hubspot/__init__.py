"""HubSpot for revops-iac: the kinds as Pulumi resources, and the `provider` object of the entry point."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from revops_hubspot.account import HubSpotAccount
from revops_hubspot.dynamic import KINDS, PROVIDERS
from revops_iac.provider.discovery import OnDemand, on_call, value_of
from revops_iac.systems import System

if TYPE_CHECKING:
    from revops_iac.program import KindResource

# What is named by text is of no use to a provider process: it compiles no model and registers nothing.
resource_class = on_call("revops_iac.program:resource_class")
RESOURCES = OnDemand[type["KindResource"]](
    KINDS, lambda name: resource_class(__name__, KINDS[name], PROVIDERS[f"{name}Provider"])
)


def __getattr__(name: str) -> type[KindResource]:
    return RESOURCES.attribute(__name__, name)


provider = System(
    name="hubspot",
    label="HubSpot",
    kinds=KINDS,
    resources=RESOURCES,
    compile=on_call("revops_hubspot.compiler:compile_model"),
    account=HubSpotAccount(),
    coverage=partial(on_call("revops_iac.provider.coverage:answers_of"), __name__),
    guide=on_call("revops_hubspot.guide:guide"),
    read_record=on_call("revops_hubspot.person:read_record"),
    probes=value_of("revops_hubspot.probing:PROBING"),
    warnings=on_call("revops_hubspot.compiler.warnings:warnings"),
    api=value_of("revops_hubspot.api.endpoints:API"),
    limits=value_of("revops_hubspot.api.account_limits:LIMITS"),
    lift=on_call("revops_hubspot.lifting:lift"),
    ownership=value_of("revops_hubspot.adoption.ownership:OWNERSHIP"),
    inventory=on_call("revops_hubspot.adoption.inventory:PortalInventory"),
)
