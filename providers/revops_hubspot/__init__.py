"""HubSpot for revops-iac: the kinds as Pulumi resources, and the `provider` object of the entry point."""

from __future__ import annotations

from revops_hubspot.account import HubSpotAccount
from revops_hubspot.api.account_limits import LIMITS
from revops_hubspot.api.endpoints import API
from revops_hubspot.compiler import compile_model
from revops_hubspot.compiler.warnings import warnings
from revops_hubspot.coverage import coverage
from revops_hubspot.dynamic import KINDS, PROVIDERS
from revops_hubspot.probing import PROBING
from revops_iac.program import resource_classes
from revops_iac.systems import System

RESOURCES = resource_classes(__name__, KINDS, PROVIDERS)
globals().update(RESOURCES)

provider = System(
    name="hubspot",
    label="HubSpot",
    kinds=KINDS,
    resources=RESOURCES,
    compile=compile_model,
    account=HubSpotAccount(),
    coverage=coverage,
    probes=PROBING,
    warnings=warnings,
    api=API,
    limits=LIMITS,
)
