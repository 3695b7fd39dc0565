"""The rows of every object, including those derived from metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crm_simulators.salesforce.metadata_types.automation.assignment_rules import CONTAINER, CONTAINERS
from crm_simulators.salesforce.metadata_types.automation.flow import latest
from crm_simulators.salesforce.org import ids
from crm_simulators.salesforce.org.org import Component, Org, Record
from crm_simulators.salesforce.org.picklists import active
from crm_simulators.salesforce.org.standard_objects import READ_ONLY

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


def _dated(org: Org, component: Component) -> Record:
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


def _permission_sets(org: Org) -> Iterator[Record]:
    for name, component in org.of_type("PermissionSet").items():
        yield {
            **_dated(org, component),
            "Name": name,
            "Label": component["body"]["label"],
            "Description": component["body"].get("description"),
            "IsOwnedByProfile": False,
            "IsCustom": True,
            "NamespacePrefix": None,
        }


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
    for name, component in org.of_type("CustomPermission").items():
        body = component["body"]
        yield {
            **_dated(org, component),
            "DeveloperName": name,
            "MasterLabel": body["label"],
            "Description": body.get("description"),
        }


def _assignment_rules(org: Org) -> Iterator[Record]:
    for sobject in CONTAINERS:
        container = CONTAINER.container(org, sobject)
        for rule in container["body"]["assignmentRule"]:
            facts = container["rules"][rule["fullName"]]
            yield {
                **_dated(org, facts),
                "Name": rule["fullName"],
                "SobjectType": sobject,
                "Active": rule["active"],
            }


def _record_types(org: Org) -> Iterator[Record]:
    for full_name, component in org.of_type("RecordType").items():
        sobject, _, name = full_name.partition(".")
        body = component["body"]
        yield {
            **_dated(org, component),
            "Name": body["label"],
            "DeveloperName": name,
            "SobjectType": sobject,
            "IsActive": body["active"],
            "Description": body.get("description"),
        }


def _values(org: Org, set_name: str, prefix: str) -> Iterator[Record]:
    component = org.of_type("StandardValueSet")[set_name]
    for place, value in enumerate(component["body"]["standardValue"], start=1):
        row = _dated(org, {**component, "id": ids.make_id(prefix, place)})
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
            **_dated(org, {**component, "id": component["definitionId"]}),
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
    for full_name, component in org.of_type("ApprovalProcess").items():
        sobject, _, name = full_name.partition(".")
        body = component["body"]
        yield {
            **_dated(org, component),
            "Name": body["label"],
            "DeveloperName": name,
            "TableEnumOrId": sobject,
            "Type": "Approval",
            "LockType": "Total",
            "State": "Active" if body["active"] else "Inactive",
            "Description": body.get("description"),
        }


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
