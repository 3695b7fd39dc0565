"""E-mails of alerts and approval requests, kept in the org's outbox for inspection."""

from __future__ import annotations

from collections.abc import Iterator

from crm_simulators.salesforce.metadata_types.automation.workflow_actions import find_template
from crm_simulators.salesforce.org.fields import find_field
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.rows.record_values import Viewer
from crm_simulators.salesforce.xml.component_xml import Body


def send_alert(viewer: Viewer, sobject: str, row: Record, name: str) -> None:
    """Send the alert ``name`` of the object about a record; its template and recipients are looked up now."""
    org = viewer.org
    alert = org.body("WorkflowAlert", f"{sobject}.{name}") or {}
    template = find_template(org, str(alert.get("template"))) or {}
    to = [
        address for recipient in alert.get("recipients", []) for address in _addresses(viewer, sobject, row, recipient)
    ]
    send(
        org,
        "emailAlert",
        {
            "alert": f"{sobject}.{name}",
            "template": alert.get("template"),
            "subject": template.get("Subject"),
            "to": list(dict.fromkeys(to)),
            "cc": alert.get("ccEmails", []),
            "record": row["Id"],
        },
    )


def send(org: Org, kind: str, parameters: Body) -> None:
    """Put a message into the outbox."""
    org.actions.append({"type": kind, "at": org.timestamp(), "parameters": parameters})


def address_of(org: Org, user_id: object) -> str | None:
    """The e-mail address of a user or queue, or None."""
    found = org.record("User", str(user_id or "")) or org.record("Group", str(user_id or "")) or {}
    return found.get("Email")


def _addresses(viewer: Viewer, sobject: str, row: Record, recipient: Body) -> Iterator[str]:
    org, kind = viewer.org, recipient["type"]
    if kind in {"owner", "creator"}:
        found = [address_of(org, row.get("OwnerId" if kind == "owner" else "CreatedById"))]
    elif kind == "user":
        found = [user.get("Email") for user in org.select("User", Username=recipient["recipient"])]
    elif kind == "group":
        groups = org.select("Group", Type="Regular", DeveloperName=recipient["recipient"])
        members = [link["UserOrGroupId"] for group in groups for link in org.select("GroupMember", GroupId=group["Id"])]
        found = [address_of(org, member) for member in members]
    else:
        found = [_from_field(viewer, sobject, row, kind, recipient["field"])]
    yield from (address for address in found if address)


def _from_field(viewer: Viewer, sobject: str, row: Record, kind: str, name: str) -> str | None:
    """The address in a field, or that of the user or contact whom it names."""
    field = find_field(viewer.fields(sobject), name)
    value = None if field is None else viewer.value(sobject, row, field.name)
    if kind == "email" or value is None:
        return None if value is None else str(value)
    if kind == "userLookup":
        return address_of(viewer.org, value)
    return (viewer.org.record("Contact", str(value)) or {}).get("Email")
