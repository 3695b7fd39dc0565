"""Fields that the server sets on a save: names, owners, defaults, and what a stage or status implies."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from crm_simulators.salesforce.errors import RestError, already_converted
from crm_simulators.salesforce.org.fields import Field, custom_fields
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.org.picklists import picklist_values
from crm_simulators.salesforce.rows.record_values import Viewer
from crm_simulators.salesforce.rows.tables import FORECAST_NAMES
from crm_simulators.salesforce.xml.component_xml import Body


def with_defaults(org: Org, fields: dict[str, Field], values: Record, user: Record) -> Record:
    """A new record's values, completed."""
    result, viewer = dict(values), Viewer(org, user)
    for name, field in fields.items():
        if result.get(name) is not None or not (field.createable or field.type == "boolean"):
            continue
        default = _default(viewer, field, result)
        if default is not None:
            result[name] = default
    if "OwnerId" in fields and result.get("OwnerId") is None:
        result["OwnerId"] = user["Id"]
    return result


def _default(viewer: Viewer, field: Field, row: Record) -> Any:
    if field.type in {"picklist", "multipicklist"} and field.default is None:
        first = next((value for value in picklist_values(viewer.org, field) if value.get("default")), None)
        return None if first is None else first["fullName"]
    if isinstance(field.default, str) and field.custom is not None:
        return viewer.default(field, row)
    return False if field.default is None and field.type == "boolean" else field.default


def completed(org: Org, sobject: str, row: Record, old: Record | None) -> None:
    """Set the fields that follow from others, in place; raises RestError."""
    if "LastName" in row:
        row["Name"] = " ".join(part for part in (row.get("FirstName"), row["LastName"]) if part)
    if old is None:
        _number(org, sobject, row)
    complete = COMPLETE.get(sobject)
    if complete is not None:
        complete(org, row, old)


def _number(org: Org, sobject: str, row: Record) -> None:
    """Auto-numbers count from the starting number, with the zeros of their display format [D: customfield]."""
    for field in custom_fields(org, sobject):
        if field.custom is None or field.custom.get("type") != "AutoNumber":
            continue
        number = org.count(f"{sobject}.{field.name}") - 1 + int(field.custom.get("startingNumber", 1))
        row[field.name] = _shown_number(field.custom.get("displayFormat", "{0}"), number)


def _shown_number(display_format: str, number: int) -> str:
    return re.sub(r"\{(0+)\}", lambda zeros: f"{number:0{len(zeros[1])}d}", display_format)


def _value(org: Org, set_name: str, name: str | None) -> Body | None:
    values = (org.body("StandardValueSet", set_name) or {}).get("standardValue", [])
    return next((value for value in values if value["fullName"].lower() == (name or "").lower()), None)


def _opportunity(org: Org, row: Record, old: Record | None) -> None:
    stage = _value(org, "OpportunityStage", row.get("StageName"))
    if stage is None:
        row.setdefault("Probability", 0.0)
        row.update(IsClosed=False, IsWon=False, ForecastCategory="Omitted", ForecastCategoryName="Omitted")
        return
    if old is None or old.get("StageName") != row.get("StageName"):
        # The stage sets the probability unless the call says one itself [D: Opportunity].
        given = row.get("Probability")
        if given is None or (old is not None and given == old.get("Probability")):
            row["Probability"] = float(stage["probability"])
        row["LastStageChangeDate"] = org.timestamp() if old is not None else None
        category = stage["forecastCategory"]
        row.update(ForecastCategory=category, ForecastCategoryName=FORECAST_NAMES.get(category, category))
    row.update(IsClosed=stage["closed"], IsWon=stage["won"])
    amount = row.get("Amount")
    row["ExpectedRevenue"] = None if amount is None else round(amount * row["Probability"] / 100, 2)


def _lead(org: Org, row: Record, old: Record | None) -> None:
    if old is not None and old.get("IsConverted"):
        raise already_converted()


def _task(org: Org, row: Record, old: Record | None) -> None:
    status = _value(org, "TaskStatus", row.get("Status")) or {}
    priority = _value(org, "TaskPriority", row.get("Priority")) or {}
    row.update(IsClosed=bool(status.get("closed")), IsHighPriority=bool(priority.get("highPriority")))
    was_closed = bool((old or {}).get("IsClosed"))
    if row["IsClosed"] and not was_closed:
        row["CompletedDateTime"] = org.timestamp()


def _campaign_member(org: Org, row: Record, old: Record | None) -> None:
    if bool(row.get("LeadId")) == bool(row.get("ContactId")):
        raise RestError(
            400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [LeadId or ContactId]", ("LeadId",)
        )
    row["Status"] = row.get("Status") or "Sent"
    responded = row["Status"] != "Sent"
    row["HasResponded"] = responded
    if responded and not (old or {}).get("HasResponded"):
        row["FirstRespondedDate"] = org.timestamp()[:10]


def _group(org: Org, row: Record, old: Record | None) -> None:
    if row["Type"] not in {"Queue", "Regular"}:
        raise RestError(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", f"Type: bad value: {row['Type']}", ("Type",))
    row["DeveloperName"] = row.get("DeveloperName") or "_".join(row["Name"].split())
    others = org.select("Group", Type=row["Type"], DeveloperName=row["DeveloperName"])
    if any(other["Id"] != row.get("Id") for other in others):
        text = f"The developer name {row['DeveloperName']} is already in use. Please choose a different name."
        raise RestError(400, "DUPLICATE_DEVELOPER_NAME", text, ("DeveloperName",))


def _user(org: Org, row: Record, old: Record | None) -> None:
    row["UserType"] = "Standard"
    others = org.select("User", Username=row["Username"])
    if any(other["Id"] != row.get("Id") for other in others):
        text = (
            "Duplicate Username. The username already exists in this or another Salesforce organization. "
            "Usernames must be unique across all Salesforce organizations."
        )
        raise RestError(400, "DUPLICATE_USERNAME", text, ("Username",))


def _unique_link(sobject: str, *keys: str) -> Callable[[Org, Record, Record | None], None]:
    def complete(org: Org, row: Record, old: Record | None) -> None:
        same = org.select(sobject, **{key: row[key] for key in keys})
        if any(other["Id"] != row.get("Id") for other in same):
            text = f"duplicate value found: {keys[-1]} duplicates value on record with id: {same[0]['Id'][:15]}"
            raise RestError(400, "DUPLICATE_VALUE", text, ())

    return complete


COMPLETE: dict[str, Callable[[Org, Record, Record | None], None]] = {
    "Lead": _lead,
    "Opportunity": _opportunity,
    "Task": _task,
    "CampaignMember": _campaign_member,
    "Group": _group,
    "User": _user,
    "PermissionSetAssignment": _unique_link("PermissionSetAssignment", "PermissionSetId", "AssigneeId"),
    "QueueSobject": _unique_link("QueueSobject", "QueueId", "SobjectType"),
    "GroupMember": _unique_link("GroupMember", "GroupId", "UserOrGroupId"),
}
