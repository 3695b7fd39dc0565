"""The metadata types that the simulator models, by API name."""

from __future__ import annotations

from ..errors import SoapFault
from ..wsdl import schema
from .analytics_folder import AnalyticsFolder
from .approval_process import ApprovalProcess
from .assignment_rules import CONTAINER, AssignmentRule
from .business_hours_settings import BusinessHoursSettings
from .business_process import BusinessProcess
from .component_type import ComponentType
from .custom_field import CustomField
from .custom_object import CustomObject
from .custom_permission import CustomPermission
from .dashboard import Dashboard
from .duplicate_rule import DuplicateRule
from .flow import Flow, FlowDefinition
from .global_value_set import GlobalValueSet
from .layout import Layout
from .lead_convert_settings import LeadConvertSettings
from .matching_rule import RULE, MatchingRules
from .path_assistant import PathAssistant
from .permission_set import PermissionSet
from .queue import Group, Queue
from .record_type import RecordType
from .report import Report
from .report_type import ReportType
from .standard_value_set import StandardValueSet
from .unwritable import Unwritable
from .validation_rule import ValidationRule
from .workflow_actions import Workflow, WorkflowAlert, WorkflowFieldUpdate, WorkflowTask

# In the order in which a deployment saves them: what is referred to comes first.
TYPES: dict[str, ComponentType] = {
    each.name: each
    for each in (
        CustomObject(),
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
}


def component_type(name: str) -> ComponentType:
    """The type by API name; raises the fault of an organization that lacks it."""
    found = TYPES.get(name)
    if found is not None:
        return found
    if schema().is_metadata(name):
        # [K: text]
        raise SoapFault("sf:INVALID_TYPE", f"INVALID_TYPE: {name} is not available for this organization")
    raise SoapFault("sf:INVALID_TYPE", f"INVALID_TYPE: Unknown type: {name}")
