"""The metadata types by API name: those with rules here, and all others of the vendor's table."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Any

from vendor_facts import Row, table

from crm_simulators.salesforce import metadata_types
from crm_simulators.salesforce.errors import SoapFault
from crm_simulators.salesforce.metadata_types.access.custom_permission import CustomPermission
from crm_simulators.salesforce.metadata_types.access.permission_set import PermissionSet
from crm_simulators.salesforce.metadata_types.access.queue import Group, Queue
from crm_simulators.salesforce.metadata_types.analytics.dashboard import Dashboard
from crm_simulators.salesforce.metadata_types.analytics.folder import AnalyticsFolder
from crm_simulators.salesforce.metadata_types.analytics.report import Report
from crm_simulators.salesforce.metadata_types.analytics.report_type import ReportType
from crm_simulators.salesforce.metadata_types.automation.approval_process import ApprovalProcess
from crm_simulators.salesforce.metadata_types.automation.assignment_rules import CONTAINER, AssignmentRule
from crm_simulators.salesforce.metadata_types.automation.business_hours_settings import BusinessHoursSettings
from crm_simulators.salesforce.metadata_types.automation.duplicate_rule import DuplicateRule
from crm_simulators.salesforce.metadata_types.automation.flow import Flow, FlowDefinition
from crm_simulators.salesforce.metadata_types.automation.lead_convert_settings import LeadConvertSettings
from crm_simulators.salesforce.metadata_types.automation.matching_rule import RULE, MatchingRules
from crm_simulators.salesforce.metadata_types.automation.workflow_actions import (
    WorkflowAlert,
    WorkflowFieldUpdate,
    WorkflowTask,
)
from crm_simulators.salesforce.metadata_types.component_type import ComponentType
from crm_simulators.salesforce.metadata_types.objects.business_process import BusinessProcess
from crm_simulators.salesforce.metadata_types.objects.custom_field import CustomField
from crm_simulators.salesforce.metadata_types.objects.custom_object import CustomObject
from crm_simulators.salesforce.metadata_types.objects.global_value_set import GlobalValueSet
from crm_simulators.salesforce.metadata_types.objects.layout import Layout
from crm_simulators.salesforce.metadata_types.objects.path_assistant import PathAssistant
from crm_simulators.salesforce.metadata_types.objects.record_type import RecordType
from crm_simulators.salesforce.metadata_types.objects.standard_value_set import StandardValueSet
from crm_simulators.salesforce.metadata_types.objects.validation_rule import ValidationRule
from crm_simulators.salesforce.metadata_types.verbatim import Container, Settings, Verbatim
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.wsdl import schema

ORDERED: tuple[ComponentType, ...] = (
    GlobalValueSet(),
    StandardValueSet(),
    CustomPermission(),
    CustomField(),
    BusinessProcess(),
    RecordType(),
    PathAssistant(),
    ValidationRule(),
    Group(),
    Queue(),
    BusinessHoursSettings(),
    WorkflowFieldUpdate(),
    WorkflowTask(),
    WorkflowAlert(),
    ApprovalProcess(),
    CONTAINER,
    AssignmentRule(),
    MatchingRules(),
    RULE,
    DuplicateRule(),
    PermissionSet(),
    Layout(),
    ReportType(),
    AnalyticsFolder("ReportFolder", "reports", "Report"),
    Report(),
    AnalyticsFolder("DashboardFolder", "dashboards", "Dashboard"),
    Dashboard(),
    LeadConvertSettings(),
    Flow(),
    FlowDefinition(),
)
"""What follows the objects in a deployment, in the order in which it is saved: what is referred to comes first."""


def _others() -> Iterator[ComponentType]:
    """The types of modules that `ORDERED` does not name: they are saved last."""
    named = {CustomObject, *(type(each) for each in ORDERED)}
    for info in pkgutil.walk_packages(metadata_types.__path__, f"{metadata_types.__name__}."):
        for found in vars(importlib.import_module(info.name)).values():
            is_type = isinstance(found, type) and issubclass(found, ComponentType) and "name" in vars(found)
            if is_type and found.__module__ == info.name and found not in named:
                yield found()


ROWS = {row["type"]: row for row in table("salesforce/metadata_types")}
PARTS: dict[str, dict[str, str]] = {}
"""Types whose files hold components of their own [S: SDR]: element -> the type of each part."""
for _row in ROWS.values():
    if _row["form"] == "part":
        PARTS.setdefault(_row["container"], {})[_row["element"]] = _row["type"]
_RULED: tuple[ComponentType, ...] = (CustomObject(PARTS["CustomObject"]), *ORDERED, *_others())
_BY_NAME = {each.name: each for each in _RULED}


def _without_rules(row: Row) -> ComponentType:
    return Settings(row) if row["form"] == "settings" else Verbatim(row)


_ALONE = {name: _without_rules(row) for name, row in ROWS.items() if name not in _BY_NAME and name not in PARTS}
_CONTAINERS = {
    name: Container(ROWS[name], {element: (_BY_NAME | _ALONE)[part] for element, part in parts.items()})
    for name, parts in PARTS.items()
    if name not in _BY_NAME
}
TYPES: Mapping[str, ComponentType] = {**_BY_NAME, **_ALONE, **_CONTAINERS}
RANKS = {name: place for place, name in enumerate([*_ALONE, *_BY_NAME, *_CONTAINERS])}
"""The order in which a deployment saves: what refers to nothing here comes first."""


def unmodeled(org: Org) -> dict[str, Any]:
    """`{"total", "unmodeled": [{"type", "name", "parts"}]}`: what the org holds and nothing here has rules for."""
    found = [
        {"type": kind.name, "name": name, "parts": parts}
        for kind in TYPES.values()
        for name, parts in kind.unmodeled(org)
    ]
    return {"total": len(found), "unmodeled": found}


def component_type(name: str) -> ComponentType:
    """The type by API name; raises the fault of an organization that lacks it."""
    found = TYPES.get(name)
    if found is not None:
        return found
    if schema().is_metadata(name):
        # [K: text]
        raise SoapFault("sf:INVALID_TYPE", f"INVALID_TYPE: {name} is not available for this organization")
    raise SoapFault("sf:INVALID_TYPE", f"INVALID_TYPE: Unknown type: {name}")
