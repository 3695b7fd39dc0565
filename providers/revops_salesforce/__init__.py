"""Salesforce for revops-iac: the kinds as Pulumi resources, and the `provider` object of the entry point."""

from __future__ import annotations

from revops_iac.program import resource_classes
from revops_iac.systems import System
from revops_salesforce.account import SalesforceAccount
from revops_salesforce.api.allocations import LIMITS
from revops_salesforce.api.endpoints import API
from revops_salesforce.compiler import compile_model
from revops_salesforce.coverage import coverage
from revops_salesforce.dynamic import KINDS, PROVIDERS
from revops_salesforce.probing import PROBING

RESOURCES = resource_classes(__name__, KINDS, PROVIDERS)
globals().update(RESOURCES)

provider = System(
    name="salesforce",
    label="Salesforce",
    kinds=KINDS,
    resources=RESOURCES,
    compile=compile_model,
    account=SalesforceAccount(),
    coverage=coverage,
    probes=PROBING,
    api=API,
    limits=LIMITS,
)
