"""Salesforce as typed Pulumi resources. Written by script/docs from the kinds; edits here are lost."""

from collections.abc import Mapping
from typing import Unpack

from pulumi import ResourceOptions

from revops_iac.program import KindResource
from revops_iac.systems import System
from revops_salesforce.inputs import (
    ApprovalProcessInputs,
    AssignmentRulesInputs,
    BusinessHoursInputs,
    BusinessProcessInputs,
    CustomFieldInputs,
    CustomObjectInputs,
    CustomPermissionInputs,
    DashboardFolderInputs,
    DashboardInputs,
    DuplicateRuleInputs,
    FlowActivationInputs,
    FlowInputs,
    GlobalValueSetInputs,
    GroupInputs,
    HolidayInputs,
    LayoutInputs,
    LeadConvertSettingsInputs,
    MatchingRuleInputs,
    PathAssistantInputs,
    PermissionSetAssignmentInputs,
    PermissionSetInputs,
    QueueInputs,
    RecordTypeInputs,
    ReportFolderInputs,
    ReportInputs,
    ReportTypeInputs,
    StandardValueSetInputs,
    ValidationRuleInputs,
    WorkflowAlertInputs,
    WorkflowFieldUpdateInputs,
    WorkflowTaskInputs,
)

RESOURCES: Mapping[str, type[KindResource]]
provider: System

class ApprovalProcess(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[ApprovalProcessInputs],
    ) -> None:
        """Who must agree before a record goes on, and what happens when they do or do not."""

class AssignmentRules(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[AssignmentRulesInputs],
    ) -> None:
        """The rule that gives records of an object their owner; entries are tried in order, the first that fits
        decides.
        """

class BusinessHours(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[BusinessHoursInputs],
    ) -> None:
        """When a team works."""

class BusinessProcess(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[BusinessProcessInputs],
    ) -> None:
        """The values of an object's standard list (stages, statuses) that records of one process go through."""

class CustomField(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[CustomFieldInputs],
    ) -> None:
        """A field that an organization adds to an object."""

class CustomObject(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[CustomObjectInputs],
    ) -> None:
        """An object that an organization adds. Its fields are `CustomField` resources of their own."""

class CustomPermission(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[CustomPermissionInputs],
    ) -> None:
        """A permission that formulas ask for (`$Permission.NAME`); validation rules let its holders pass."""

class Dashboard(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[DashboardInputs],
    ) -> None:
        """A dashboard in a folder. What is left out, in the dashboard or in one of its tiles, stays as people
        arrange it.
        """

class DashboardFolder(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[DashboardFolderInputs],
    ) -> None:
        """A public folder for dashboards."""

class DuplicateRule(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[DuplicateRuleInputs],
    ) -> None:
        """What happens to a record that matches others when it is saved."""

class Flow(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[FlowInputs],
    ) -> None:
        """An automation. It is deployed inactive; a `FlowActivation` of the same name enables it."""

class FlowActivation(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[FlowActivationInputs],
    ) -> None:
        """Enables the newest version of the flow of that name; removing this resource deactivates it."""

class GlobalValueSet(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[GlobalValueSetInputs],
    ) -> None:
        """Values that several picklist fields share."""

class Group(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[GroupInputs],
    ) -> None:
        """Users whom sharing rules, queues, alerts and approvals name as one."""

class Holiday(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[HolidayInputs],
    ) -> None:
        """A day off, once or recurring."""

class Layout(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[LayoutInputs],
    ) -> None:
        """The fields that a page must show. The rest of the page is unmanaged."""

class LeadConvertSettings(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[LeadConvertSettingsInputs],
    ) -> None:
        """What a lead's fields become when it is converted. Pairs that are not listed here stay as they are."""

class MatchingRule(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[MatchingRuleInputs],
    ) -> None:
        """When two records of an object are the same; a duplicate rule says what follows."""

class PathAssistant(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[PathAssistantInputs],
    ) -> None:
        """Guidance along a picklist: per value the key fields, and what success looks like."""

class PermissionSet(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[PermissionSetInputs],
    ) -> None:
        """Permissions of its users. A new field is invisible to all users until a permission set grants access."""

class PermissionSetAssignment(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[PermissionSetAssignmentInputs],
    ) -> None:
        """A permission set assigned to one user."""

class Queue(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[QueueInputs],
    ) -> None:
        """A group of users that owns records until one of them accepts them."""

class RecordType(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[RecordTypeInputs],
    ) -> None:
        """A kind of record of one object: its business process, and what its picklists offer."""

class Report(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[ReportInputs],
    ) -> None:
        """A report in a folder. What is left out, in the report or in one of its parts, stays as people arrange
        it.
        """

class ReportFolder(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[ReportFolderInputs],
    ) -> None:
        """A public folder for reports."""

class ReportType(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[ReportTypeInputs],
    ) -> None:
        """What reports on an object, and on its children, can show."""

class StandardValueSet(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[StandardValueSetInputs],
    ) -> None:
        """The values of a standard picklist field that the model names; all others stay as they are."""

class ValidationRule(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[ValidationRuleInputs],
    ) -> None:
        """A formula that blocks a save while it is true. The bypass is part of the formula: `NOT($Permission.X)`."""

class WorkflowAlert(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[WorkflowAlertInputs],
    ) -> None:
        """Sends an e-mail from a template, for flows and approval processes."""

class WorkflowFieldUpdate(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[WorkflowFieldUpdateInputs],
    ) -> None:
        """Sets one field of the record, for approval processes and the workflow rules of old orgs."""

class WorkflowTask(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[WorkflowTaskInputs],
    ) -> None:
        """Assigns a user a task about the record, for approval processes and the workflow rules of old orgs."""
