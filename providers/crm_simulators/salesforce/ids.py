"""Salesforce record ids: 15 case-sensitive characters, or 18 with the checksum suffix."""

from __future__ import annotations

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

KEY_PREFIXES = {
    "Organization": "00D",
    "User": "005",
    "Profile": "00e",
    "UserRole": "00E",
    "Group": "00G",
    "GroupMember": "011",
    "QueueSobject": "03g",
    "PermissionSet": "0PS",
    "PermissionSetAssignment": "0Pa",
    "Lead": "00Q",
    "Contact": "003",
    "Account": "001",
    "Opportunity": "006",
    "Task": "00T",
    "Event": "00U",
    "Campaign": "701",
    "CampaignMember": "00v",
    "RecordType": "012",
    "CustomField": "00N",
    "CustomObject": "01I",
    "ValidationRule": "03d",
    "AssignmentRule": "01Q",
    "AssignmentRules": "01Q",
    "Flow": "301",
    "FlowDefinition": "300",
    "GlobalValueSet": "0Nt",
    "StandardValueSet": "0X0",
    "CustomPermission": "0CP",
    "BusinessProcess": "019",
    "DuplicateRule": "0Bm",
    "Report": "00O",
    "Dashboard": "01Z",
    "ReportFolder": "00l",
    "DashboardFolder": "00l",
    "ReportType": "070",
    "Layout": "00h",
    "ApprovalProcess": "04a",
    "ProcessInstance": "04g",
    "ProcessInstanceStep": "04h",
    "ProcessInstanceWorkitem": "04i",
    "WorkflowAlert": "01W",
    "WorkflowFieldUpdate": "04Y",
    "WorkflowTask": "01T",
    "EmailTemplate": "00X",
    "BusinessHours": "01m",
    "Holiday": "0C0",
    "AsyncResult": "0Af",
    "RetrieveResult": "09S",
}


def checksum(id15: str) -> str:
    """The three characters that make a 15-character id safe against case folding.

    >>> checksum("001000000000001")
    'AAA'
    """
    suffix = ""
    for chunk in (id15[0:5], id15[5:10], id15[10:15]):
        suffix += ALPHABET[sum(1 << place for place, letter in enumerate(chunk) if letter.isupper())]
    return suffix


def to18(record_id: str) -> str:
    """The 18-character form of an id given in either form; anything else comes back as it is."""
    return record_id + checksum(record_id) if len(record_id) == 15 else record_id


def make_id(prefix: str, number: int) -> str:
    """The 18-character id of the ``number``-th record with a key prefix."""
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = BASE62[rest] + digits
    return to18(prefix + "Sm" + digits.rjust(10, "0"))
