"""The metadata types that the simulator models, by API name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping

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
    Workflow,
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
from crm_simulators.salesforce.metadata_types.unwritable import Unwritable
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
    Workflow(),
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
    Unwritable("Profile", "profiles", "profile"),
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


_AFTER_OBJECTS = (*ORDERED, *_others())
OBJECT_PARTS: Mapping[str, str] = {each.element: each.name for each in _AFTER_OBJECTS if each.element}
"""Elements of an object's file that are components of their own [D] -> their types."""
TYPES: Mapping[str, ComponentType] = {each.name: each for each in (CustomObject(OBJECT_PARTS), *_AFTER_OBJECTS)}


def component_type(name: str) -> ComponentType:
    """The type by API name; raises the fault of an organization that lacks it."""
    found = TYPES.get(name)
    if found is not None:
        return found
    if schema().is_metadata(name):
        # [K: text]
        raise SoapFault("sf:INVALID_TYPE", f"INVALID_TYPE: {name} is not available for this organization")
    raise SoapFault("sf:INVALID_TYPE", f"INVALID_TYPE: Unknown type: {name}")
