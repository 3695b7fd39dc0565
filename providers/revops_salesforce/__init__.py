"""Salesforce for revops-iac: the kinds as Pulumi resources, and the `provider` object of the entry point."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from revops_iac.provider.discovery import OnDemand, on_call, value_of
from revops_iac.systems import System
from revops_salesforce.account import SalesforceAccount
from revops_salesforce.dynamic import KINDS, PROVIDERS

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
    name="salesforce",
    label="Salesforce",
    kinds=KINDS,
    resources=RESOURCES,
    compile=on_call("revops_salesforce.compiler:compile_model"),
    account=SalesforceAccount(),
    coverage=partial(on_call("revops_iac.provider.coverage:answers_of"), __name__),
    guide=on_call("revops_salesforce.guide:guide"),
    read_record=on_call("revops_salesforce.person:read_record"),
    probes=value_of("revops_salesforce.probing:PROBING"),
    warnings=on_call("revops_salesforce.compiler.warnings:warnings"),
    api=value_of("revops_salesforce.api.endpoints:API"),
    limits=value_of("revops_salesforce.api.allocations:LIMITS"),
    lift=on_call("revops_salesforce.lifting:lift"),
    source=on_call("revops_salesforce.source:open_folder"),
    ownership=value_of("revops_salesforce.adoption.ownership:OWNERSHIP"),
    inventory=on_call("revops_salesforce.adoption.inventory:OrgInventory"),
)
