"""The standard objects of a new org, as far as clients touch them [K]."""

from __future__ import annotations

from collections.abc import Iterator

from vendor_facts import Row, table

EVERY_OBJECT, CUSTOM_OBJECT = "*", "__c"
OBJECTS = tuple(
    dict.fromkeys(
        row["object"]
        for row in table("salesforce/standard_fields")
        if row["object"] not in (EVERY_OBJECT, CUSTOM_OBJECT)
    )
)


def field_rows(sobject: str) -> Iterator[Row]:
    """The fields that an object comes with, system fields first; any other name is that of a custom object."""
    own = sobject if sobject in OBJECTS else CUSTOM_OBJECT
    for name in (EVERY_OBJECT, own):
        yield from (row for row in table("salesforce/standard_fields") if row["object"] == name)


# Rows that follow from metadata; they cannot be written through REST.
DERIVED = frozenset(
    {
        "RecordType",
        "AssignmentRule",
        "CustomPermission",
        "FieldPermissions",
        "OpportunityStage",
        "LeadStatus",
        "FlowDefinitionView",
        "ProcessDefinition",
    }
)
APPROVALS = frozenset({"ProcessInstance", "ProcessInstanceStep", "ProcessInstanceWorkitem"})
"""Rows that submitting and answering an approval request makes."""
READ_ONLY = DERIVED | APPROVALS | {"Profile", "Organization", "UserPermissionAccess", "EmailTemplate", "BusinessHours"}
# Objects that carry custom fields, validation rules and record triggers here.
CUSTOMIZABLE = ("Account", "Campaign", "Contact", "Lead", "Opportunity", "Task", "Event", "User", "CampaignMember")
LABELS = {"CampaignMember": "Campaign Member", "GroupMember": "Group Member", "QueueSobject": "Queue Sobject"}
PLURALS = {"Opportunity": "Opportunities"}
