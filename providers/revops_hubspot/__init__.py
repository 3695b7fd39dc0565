"""HubSpot for revops-iac: the kinds as Pulumi resources, and the `provider` object of the entry point."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from revops_hubspot.account import HubSpotAccount
from revops_hubspot.api.account_limits import LIMITS
from revops_hubspot.api.endpoints import API
from revops_hubspot.coverage import coverage
from revops_hubspot.dynamic import KINDS, PROVIDERS
from revops_hubspot.ownership import OWNERSHIP
from revops_hubspot.person import read_record
from revops_hubspot.probing import PROBING
from revops_iac.config.settings import Settings
from revops_iac.diagnostics import Diagnostic
from revops_iac.provider.declaration import Declaration
from revops_iac.provider.discovery import OnDemand
from revops_iac.provider.guide import ManualStep
from revops_iac.provider.inventory import Inventory
from revops_iac.provider.lifting import FieldBinding, NotLifted, Proposal
from revops_iac.provider.session import Session
from revops_iac.systems import System

if TYPE_CHECKING:
    from revops_iac.model import Model
    from revops_iac.program import KindResource


# What is imported inside functions is of no use to a provider process: it compiles no model and registers nothing.
def _resource(name: str) -> type[KindResource]:
    from revops_iac.program import resource_class

    return resource_class(__name__, KINDS[name], PROVIDERS[f"{name}Provider"])


RESOURCES = OnDemand(KINDS, _resource)


def __getattr__(name: str) -> type[KindResource]:
    return RESOURCES.attribute(__name__, name)


def _inventory() -> Inventory:
    from revops_hubspot.inventory import PortalInventory

    return PortalInventory()


def _compile(model: Model, settings: Settings) -> Iterable[Declaration]:
    from revops_hubspot.compiler import compile_model

    return compile_model(model, settings)


def _warnings(model: Model) -> Iterable[Diagnostic]:
    from revops_hubspot.compiler.warnings import warnings

    return warnings(model)


def _guide(model: Model) -> Iterable[ManualStep]:
    from revops_hubspot.guide import guide

    return guide(model)


def _lift(session: Session[Any], model: Model) -> Iterable[Proposal | NotLifted | FieldBinding]:
    from revops_hubspot.lifting import lift as proposals

    return proposals(session, model)


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
    lift=_lift,
    ownership=OWNERSHIP,
    inventory=_inventory,
)
