"""The rows of every object, including those derived from metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crm_simulators.salesforce.metadata_types.automation.assignment_rules import CONTAINER, CONTAINERS
from crm_simulators.salesforce.metadata_types.automation.flow import latest
from crm_simulators.salesforce.metadata_types.component_type import child_name
from crm_simulators.salesforce.org import ids
from crm_simulators.salesforce.org.org import Component, Org, Record
from crm_simulators.salesforce.org.picklists import active
from crm_simulators.salesforce.org.standard_objects import READ_ONLY
from crm_simulators.salesforce.xml.component_xml import Body

# Rows made from metadata; the row's id is the component's.
NOT_WRITABLE = READ_ONLY | {"PermissionSet"}
FORECAST_NAMES = {
    "BestCase": "Best Case",
    "MostLikely": "Most Likely",
    "Forecast": "Commit",
}


def rows(org: Org, sobject: str) -> list[Record]:
    """All rows of an object, oldest first."""
    derived = DERIVED_ROWS.get(sobject)
    return list(org.table(sobject).values()) if derived is None else list(derived(org))


def find_row(org: Org, sobject: str, record_id: str) -> Record | None:
    if sobject not in DERIVED_ROWS:
        return org.record(sobject, record_id)
    desired = ids.to18(record_id)
    return next((row for row in rows(org, sobject) if row["Id"] == desired), None)


def dated(org: Org, component: Component) -> Record:
    """The id and audit fields of a row that stands for a component."""
    author = next(iter(org.table("User")))
    return {
        "Id": component["id"],
        "CreatedDate": component["createdDate"],
        "LastModifiedDate": component["lastModifiedDate"],
        "SystemModstamp": component["lastModifiedDate"],
        "CreatedById": author,
        "LastModifiedById": author,
        "IsDeleted": False,
    }


def _rows_of(org: Org, type_name: str) -> Iterator[tuple[str, str, Body, Record]]:
    """Object and own name of each component, its body, and the row to be."""
    for full_name, component in org.of_type(type_name).items():
        sobject, name = child_name(full_name)
        body: Body = component["body"]
        yield sobject, name, body, {**dated(org, component), "Description": body.get("description")}


def _permission_sets(org: Org) -> Iterator[Record]:
    own = {"IsOwnedByProfile": False, "IsCustom": True, "NamespacePrefix": None}
    for _, name, body, row in _rows_of(org, "PermissionSet"):
        yield {**row, "Name": name, "Label": body["label"], **own}


def _field_permissions(org: Org) -> Iterator[Record]:
    """One row per field and permission set; the ids are made up, as clients do not keep them [K]."""
    count = 0
    for component in org.of_type("PermissionSet").values():
        for permission in component["body"].get("fieldPermissions", []):
            count += 1
            yield {
                "Id": ids.make_id("01k", count),
                "ParentId": component["id"],
                "SobjectType": permission["field"].partition(".")[0],
                "Field": permission["field"],
                "PermissionsRead": bool(permission.get("readable")),
                "PermissionsEdit": bool(permission.get("editable")),
                "IsDeleted": False,
            }


def _custom_permissions(org: Org) -> Iterator[Record]:
    for _, name, body, row in _rows_of(org, "CustomPermission"):
        yield {**row, "DeveloperName": name, "MasterLabel": body["label"]}


def _assignment_rules(org: Org) -> Iterator[Record]:
    for sobject in CONTAINERS:
        container = CONTAINER.container(org, sobject)
        for rule in container["body"]["assignmentRule"]:
            facts = container["rules"][rule["fullName"]]
            yield {**dated(org, facts), "Name": rule["fullName"], "SobjectType": sobject, "Active": rule["active"]}


def _record_types(org: Org) -> Iterator[Record]:
    for sobject, name, body, row in _rows_of(org, "RecordType"):
        own = {"Name": body["label"], "DeveloperName": name, "SobjectType": sobject, "IsActive": body["active"]}
        yield {**row, **own}


def _values(org: Org, set_name: str, prefix: str) -> Iterator[Record]:
    component = org.of_type("StandardValueSet")[set_name]
    for place, value in enumerate(component["body"]["standardValue"], start=1):
        row = dated(org, {**component, "id": ids.make_id(prefix, place)})
        yield {**row, "MasterLabel": value["label"], "ApiName": value["fullName"], "SortOrder": place, "value": value}


def _stages(org: Org) -> Iterator[Record]:
    for row in _values(org, "OpportunityStage", "01J"):
        value = row.pop("value")
        row.update(
            IsActive=bool(active([value])),
            IsClosed=value["closed"],
            IsWon=value["won"],
            DefaultProbability=value["probability"],
            ForecastCategoryName=FORECAST_NAMES.get(value["forecastCategory"], value["forecastCategory"]),
        )
        yield row


def _lead_statuses(org: Org) -> Iterator[Record]:
    for row in _values(org, "LeadStatus", "01J"):
        value = row.pop("value")
        if active([value]):
            yield {**row, "IsDefault": value["default"], "IsConverted": value["converted"]}


def _flow_definition_views(org: Org) -> Iterator[Record]:
    for name, component in org.of_type("Flow").items():
        number = component["active"] or latest(component)
        body = component["versions"][str(number)]["body"]
        versions = component["versions"]
        yield {
            **dated(org, {**component, "id": component["definitionId"]}),
            "DurableId": component["definitionId"],
            "ApiName": name,
            "Label": body["label"],
            "ProcessType": body.get("processType", "Flow"),
            "TriggerType": body.get("start", {}).get("triggerType"),
            "IsActive": bool(component["active"]),
            "ActiveVersionId": versions[str(component["active"])]["id"] if component["active"] else None,
            "LatestVersionId": versions[str(latest(component))]["id"],
        }


def _process_definitions(org: Org) -> Iterator[Record]:
    for sobject, name, body, row in _rows_of(org, "ApprovalProcess"):
        own = {"Name": body["label"], "DeveloperName": name, "TableEnumOrId": sobject}
        state = "Active" if body["active"] else "Inactive"
        yield {**row, **own, "Type": "Approval", "LockType": "Total", "State": state}


DERIVED_ROWS: dict[str, Callable[[Org], Iterator[Record]]] = {
    "FieldPermissions": _field_permissions,
    "PermissionSet": _permission_sets,
    "CustomPermission": _custom_permissions,
    "AssignmentRule": _assignment_rules,
    "RecordType": _record_types,
    "OpportunityStage": _stages,
    "LeadStatus": _lead_statuses,
    "FlowDefinitionView": _flow_definition_views,
    "ProcessDefinition": _process_definitions,
}
