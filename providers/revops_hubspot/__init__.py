"""HubSpot for revops-iac: the kinds as Pulumi resources, and the `provider` object of the entry point."""

from __future__ import annotations

from collections.abc import Iterable

from revops_hubspot.account import HubSpotAccount
from revops_hubspot.api.account_limits import LIMITS
from revops_hubspot.api.endpoints import API
from revops_hubspot.coverage import coverage
from revops_hubspot.dynamic import KINDS, PROVIDERS
from revops_hubspot.inventory import PortalInventory
from revops_hubspot.ownership import OWNERSHIP
from revops_hubspot.person import read_record
from revops_hubspot.probing import PROBING
from revops_iac.config.settings import Settings
from revops_iac.diagnostics import Diagnostic
from revops_iac.model import Model
from revops_iac.program import resource_classes
from revops_iac.provider.declaration import Declaration
from revops_iac.provider.guide import ManualStep
from revops_iac.systems import System

RESOURCES = resource_classes(__name__, KINDS, PROVIDERS)
globals().update(RESOURCES)


def _compile(model: Model, settings: Settings) -> Iterable[Declaration]:
    # Imported with the first model: a provider process compiles none.
    from revops_hubspot.compiler import compile_model

    return compile_model(model, settings)


def _warnings(model: Model) -> Iterable[Diagnostic]:
    from revops_hubspot.compiler.warnings import warnings

    return warnings(model)


def _guide(model: Model) -> Iterable[ManualStep]:
    from revops_hubspot.guide import guide

    return guide(model)


provider = System(
    name="hubspot",
    label="HubSpot",
    kinds=KINDS,
    resources=RESOURCES,
    compile=_compile,
    account=HubSpotAccount(),
    coverage=coverage,
    guide=_guide,
    read_record=read_record,
    probes=PROBING,
    warnings=_warnings,
    api=API,
    limits=LIMITS,
    inventory=PortalInventory(),
    ownership=OWNERSHIP,
)
