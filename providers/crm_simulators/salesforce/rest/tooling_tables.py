"""The Tooling API's objects as SOQL tables and by id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from vendor_facts import table

from crm_simulators.salesforce.errors import RestError
from crm_simulators.salesforce.metadata.registry import TYPES
from crm_simulators.salesforce.metadata_types.automation.flow import latest, shown_body, status_of
from crm_simulators.salesforce.metadata_types.component_type import without_name
from crm_simulators.salesforce.org.fields import fields_of
from crm_simulators.salesforce.org.org import Component, Org, Record
from crm_simulators.salesforce.query.data_tables import no_such_column, rest_value, unsupported_type
from crm_simulators.salesforce.query.parser import Column, malformed
from crm_simulators.salesforce.records import history
from crm_simulators.salesforce.rows.tables import dated
from crm_simulators.salesforce.xml.component_xml import Body

COLUMNS = {row["object"]: row["columns"] for row in table("salesforce/tooling_columns")}
ONE_ROW_ONLY = frozenset({"FullName", "Metadata"})


class ToolingTable:
    """One Tooling object; rows are flat, with dotted keys for parents."""

    def __init__(self, org: Org, sobject: str, version: str) -> None:
        name = next((known for known in COLUMNS if known.lower() == sobject.lower()), None)
        if name is None:
            raise unsupported_type(sobject)
        self.org = org
        self.name = name
        self.version = version
        parts = (column.partition(":") for column in COLUMNS[name].split())
        self.types = {column: kind or "string" for column, _, kind in parts}

    def rows(self) -> Iterable[Record]:
        return ROWS[self.name](self.org)

    def column(self, path: str) -> str:
        found = next((column for column in self.types if column.lower() == path.lower()), None)
        if found is None:
            raise RestError(400, "INVALID_FIELD", no_such_column(path, self.name))
        return found

    def type_of(self, path: str) -> str:
        return self.types[self.column(path)]

    def value(self, row: Record, path: str) -> Any:
        return row.get(self.column(path))

    def entry(self, row: Record, columns: list[Column]) -> dict[str, Any]:
        url = f"/services/data/v{self.version}/tooling/sobjects/{self.name}/{row['Id']}"
        entry: dict[str, Any] = {"attributes": {"type": self.name, "url": url}}
        for column in columns:
            path = self.column(column.field)
            parent, _, own = path.rpartition(".")
            if not parent:
                entry[path] = rest_value(row.get(path))
            elif row.get(path) is None:
                entry.setdefault(parent, None)
            else:
                entry[parent] = {**(entry.get(parent) or {}), own: row[path]}
        return entry

    def names(self, which: str) -> list[str]:
        raise malformed(f"FIELDS({which}) is not available on {self.name} in this organization")

    def check_single(self, columns: list[Column], size: int) -> None:
        """FullName and Metadata can be selected for one row only [D: tooling objects; text K]."""
        if size > 1 and any(column.field and self.column(column.field) in ONE_ROW_ONLY for column in columns):
            raise RestError(
                400,
                "MALFORMED_QUERY",
                "When retrieving results with Metadata or FullName fields, the query qualifications must specify "
                f"no more than one row for retrieval. Result size: {size}",
            )


def _dates(org: Org, component: Component) -> Record:
    return {**dated(org, component), "NamespacePrefix": None}


def _content(org: Org, type_name: str, full_name: str) -> Record:
    body: Body = TYPES[type_name].read(org, full_name) or {}
    return {"FullName": full_name, "Metadata": without_name(body)}


def _entity(sobject: str) -> Record:
    names = ("EntityDefinitionId", "EntityDefinition.QualifiedApiName", "EntityDefinition.DeveloperName")
    return dict.fromkeys(names, sobject)


def _custom_fields(org: Org) -> Iterator[Record]:
    for full_name, component in org.of_type("CustomField").items():
        sobject, _, name = full_name.partition(".")
        own = {"DeveloperName": name.removesuffix("__c"), "TableEnumOrId": sobject}
        yield {**_dates(org, component), **_content(org, "CustomField", full_name), **_entity(sobject), **own}


def _validation_rules(org: Org) -> Iterator[Record]:
    for full_name, component in org.of_type("ValidationRule").items():
        sobject, _, name = full_name.partition(".")
        body = component["body"]
        own = {
            "ValidationName": name,
            "Active": body["active"],
            "ErrorMessage": body["errorMessage"],
            "ErrorDisplayField": body.get("errorDisplayField"),
            "Description": body.get("description"),
        }
        yield {**_dates(org, component), **_content(org, "ValidationRule", full_name), **_entity(sobject), **own}


def _flows(org: Org) -> Iterator[Record]:
    for name, component in org.of_type("Flow").items():
        for number, version in sorted(component["versions"].items(), key=lambda item: int(item[0])):
            body = version["body"]
            yield {
                **_dates(org, version),
                "DefinitionId": component["definitionId"],
                "Definition.DeveloperName": name,
                "VersionNumber": int(number),
                "Status": status_of(component, int(number)),
                "MasterLabel": body["label"],
                "ProcessType": body.get("processType", "Flow"),
                "ApiVersion": body.get("apiVersion"),
                "Description": body.get("description"),
                "FullName": f"{name}-{number}",
                "Metadata": shown_body(component, int(number)),
            }


def _flow_definitions(org: Org) -> Iterator[Record]:
    for name, component in org.of_type("Flow").items():
        last, active = latest(component), component["active"]
        versions = component["versions"]
        yield {
            **_dates(org, {**component, "id": component["definitionId"]}),
            "DeveloperName": name,
            "MasterLabel": versions[str(active or last)]["body"]["label"],
            "Description": versions[str(active or last)]["body"].get("description"),
            "ActiveVersionId": versions[str(active)]["id"] if active else None,
            "ActiveVersion.VersionNumber": active or None,
            "ActiveVersion.Status": "Active" if active else None,
            "LatestVersionId": versions[str(last)]["id"],
            "LatestVersion.VersionNumber": last,
            "LatestVersion.Status": status_of(component, last),
            "FullName": name,
            "Metadata": {"activeVersionNumber": active or None},
        }


def _global_value_sets(org: Org) -> Iterator[Record]:
    for name, component in org.of_type("GlobalValueSet").items():
        body = component["body"]
        own = {"DeveloperName": name, "MasterLabel": body["masterLabel"], "Description": body.get("description")}
        yield {**_dates(org, component), **_content(org, "GlobalValueSet", name), **own}


def _standard_value_sets(org: Org) -> Iterator[Record]:
    for name, component in org.of_type("StandardValueSet").items():
        yield {**_dates(org, component), **_content(org, "StandardValueSet", name), "MasterLabel": name}


def _deploy_requests(org: Org) -> Iterator[Record]:
    """Deployments, those that only check too [S: columns as public scripts ask for them]."""
    for deploy in org.deploys.values():
        components = [message for message in deploy["messages"] if message["componentType"]]
        yield {
            "Id": deploy["id"],
            "Status": deploy["status"],
            "CheckOnly": deploy["options"]["checkOnly"],
            "CreatedDate": deploy["createdDate"],
            "StartDate": deploy.get("startDate"),
            "CompletedDate": deploy.get("completedDate"),
            "NumberComponentsTotal": len(components),
            "NumberComponentErrors": sum(not message["success"] for message in components),
        }


def _entities(org: Org) -> Iterator[Record]:
    for name, _ in TYPES["CustomObject"].listed(org):
        yield {"Id": name, "DurableId": name, "QualifiedApiName": name, "DeveloperName": name, "Label": name}


def _field_definitions(org: Org) -> Iterator[Record]:
    """The fields of the objects that keep histories here."""
    for sobject in history.TABLES:
        tracked = history.tracked_fields(org, sobject)
        for name in fields_of(org, sobject):
            own = {"QualifiedApiName": name, "DeveloperName": name.removesuffix("__c")}
            ids = {"Id": f"{sobject}.{name}", "DurableId": f"{sobject}.{name}"}
            yield {**ids, **own, **_entity(sobject), "IsFieldHistoryTracked": name in tracked}


ROWS: dict[str, Callable[[Org], Iterator[Record]]] = {
    "CustomField": _custom_fields,
    "ValidationRule": _validation_rules,
    "Flow": _flows,
    "FlowDefinition": _flow_definitions,
    "GlobalValueSet": _global_value_sets,
    "StandardValueSet": _standard_value_sets,
    "DeployRequest": _deploy_requests,
    "FieldDefinition": _field_definitions,
    "EntityDefinition": _entities,
}
