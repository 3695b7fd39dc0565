"""Salesforce for revops-iac: the kinds as Pulumi resources, and the `provider` object of the entry point."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from revops_iac.config.settings import Settings
from revops_iac.diagnostics import Diagnostic
from revops_iac.provider.declaration import Declaration
from revops_iac.provider.discovery import OnDemand
from revops_iac.provider.guide import ManualStep
from revops_iac.provider.inventory import Inventory
from revops_iac.provider.lifting import FieldBinding, NotLifted, Proposal
from revops_iac.provider.session import Session
from revops_iac.provider.session.account import SourceAccount
from revops_iac.systems import System
from revops_salesforce.account import SalesforceAccount
from revops_salesforce.api.allocations import LIMITS
from revops_salesforce.api.endpoints import API
from revops_salesforce.coverage import coverage
from revops_salesforce.dynamic import KINDS, PROVIDERS
from revops_salesforce.ownership import OWNERSHIP
from revops_salesforce.person import read_record
from revops_salesforce.probing import PROBING

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
    from revops_salesforce.inventory import OrgInventory

    return OrgInventory()


def _compile(model: Model, settings: Settings) -> Iterable[Declaration]:
    from revops_salesforce.compiler import compile_model

    return compile_model(model, settings)


def _warnings(model: Model) -> Iterable[Diagnostic]:
    from revops_salesforce.compiler.warnings import warnings

    return warnings(model)


def _guide(model: Model) -> Iterable[ManualStep]:
    from revops_salesforce.guide import guide

    return guide(model)


def _open_folder(folder: Path) -> SourceAccount:
    from revops_salesforce.source import open_folder

    return open_folder(folder)


def _lift(session: Session[Any], model: Model) -> Iterable[Proposal | NotLifted | FieldBinding]:
    from revops_salesforce.lifting import lift as proposals

    return proposals(session, model)


provider = System(
    name="salesforce",
    label="Salesforce",
    kinds=KINDS,
    resources=RESOURCES,
    compile=_compile,
    account=SalesforceAccount(),
    coverage=coverage,
    guide=_guide,
    read_record=read_record,
    probes=PROBING,
    warnings=_warnings,
    api=API,
    limits=LIMITS,
    lift=_lift,
    source=_open_folder,
    ownership=OWNERSHIP,
    inventory=_inventory,
)
