"""Flow and FlowDefinition: numbered versions, one of them active, and no deletion by bare name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crm_simulators.salesforce.errors import MetadataError, missing, no_such_component
from crm_simulators.salesforce.metadata_types.automation import flow_check
from crm_simulators.salesforce.metadata_types.component_type import ComponentType, too_long, without_name
from crm_simulators.salesforce.org.org import Component, Org
from crm_simulators.salesforce.xml.component_xml import Body

MAX_VERSIONS = 50  # per flow [K]
VERSIONED = re.compile(r"(?P<name>.+)-(?P<number>\d+)")
Version = dict[str, Any]


def find_flow(org: Org, name: str) -> Component | None:
    stored = org.find("Flow", name)
    return None if stored is None else org.of_type("Flow")[stored]


def latest(component: Component) -> int:
    """The number of the latest version, 0 without any."""
    return max((int(number) for number in component["versions"]), default=0)


def check_room(name: str, component: Component) -> None:
    """Raise LIMIT_EXCEEDED when a flow has the maximum number of versions [K: text]."""
    if len(component["versions"]) >= MAX_VERSIONS:
        raise MetadataError(
            "LIMIT_EXCEEDED", f"The flow {name} has {MAX_VERSIONS} versions. Delete one before saving another."
        )


def version_of(component: Component, number: int) -> Version | None:
    found: Version | None = component["versions"].get(str(number))
    return found


def shown_body(component: Component, number: int) -> Body:
    """A version's content with the status it has now."""
    version = component["versions"][str(number)]
    return {**version["body"], "status": status_of(component, number)}


def status_of(component: Component, number: int) -> str:
    if component["active"] == number:
        return "Active"
    kept = str(component["versions"][str(number)]["status"])
    return "Obsolete" if kept == "Active" else kept


def activate(org: Org, component: Component, number: int) -> None:
    """Make a version the active one; 0 deactivates the flow [D: flowdefinition]."""
    if number and version_of(component, number) is None:
        raise MetadataError("INVALID_CROSS_REFERENCE_KEY", f"no Flow version {number} found", ("activeVersionNumber",))
    if component["active"] and component["active"] != number:
        component["versions"][str(component["active"])]["status"] = "Obsolete"
    component["active"] = number
    if number:
        component["versions"][str(number)].update(status="Active", activatedDate=org.timestamp())
    component["lastModifiedDate"] = org.timestamp()


def number_in(type_name: str, full_name: str) -> int:
    """The version in the name of a flow, 0 in any other name: versions are saved in their order."""
    match = VERSIONED.fullmatch(full_name) if type_name == Flow.name else None
    return int(match["number"]) if match else 0


class Flow(ComponentType):
    """``Name`` is the active version, or the latest; ``Name-3`` is the third."""

    name = "Flow"
    directory = "flows"
    suffix = "flow"
    children = ()

    def split(self, org: Org, full_name: str) -> tuple[str | None, int | None]:
        """The stored flow and the version number that a name means."""
        match = VERSIONED.fullmatch(full_name)
        if match and org.find(self.name, match["name"]):
            return org.find(self.name, match["name"]), int(match["number"])
        return org.find(self.name, full_name), None

    def find(self, org: Org, full_name: str) -> str | None:
        name, number = self.split(org, full_name)
        if name is None or number is None:
            return name
        return full_name if version_of(org.of_type(self.name)[name], number) else None

    def read(self, org: Org, full_name: str) -> Body | None:
        name, number = self.split(org, full_name)
        if name is None:
            return None
        component = org.of_type(self.name)[name]
        chosen = number or component["active"] or latest(component)
        if version_of(component, chosen) is None:
            return None
        return {"fullName": full_name if number else name, **shown_body(component, chosen)}

    def create(self, org: Org, full_name: str, body: Body) -> None:
        if org.find(self.name, full_name) is not None:
            raise self.duplicate(full_name)
        match = VERSIONED.fullmatch(
            full_name
        )  # as files were called up to version 43 of the API [D: meta_visual_workflow]
        name = match["name"] if match else full_name
        self.check_name(org, name)
        self.save_version(org, name, body, int(match["number"]) if match else None)

    def update(self, org: Org, full_name: str, body: Body) -> None:
        name, number = self.split(org, full_name)
        if name is None or number is not None:
            raise no_such_component(self.name, full_name)
        self.save_version(org, name, body)

    def save_version(self, org: Org, name: str, body: Body, own_number: int | None = None) -> None:
        """Changed content makes a new version, a changed status alone does not [I: sfdx-git-delta#588]."""
        if not body.get("label"):  # what elements need, those of the WSDL do not say: flows of orgs leave it out [S]
            raise missing("label")
        too_long("label", body["label"], 255)
        sobject = flow_check.checked(org, without_name(body))
        content = {key: value for key, value in body.items() if key not in {"fullName", "status"}}
        status = body.get("status", "Draft")
        component = find_flow(org, name) or self._first(org, name)
        versions: dict[str, Version] = component["versions"]
        number = latest(component)
        if not number or versions[str(number)]["body"] != content:
            check_room(name, component)
            number = max(number + 1, own_number or 0)
            versions[str(number)] = self._version(org, content, sobject, status)
        self._set_status(org, component, number, status)
        component["lastModifiedDate"] = org.timestamp()

    def _first(self, org: Org, name: str) -> Component:
        """A new flow, without any version yet."""
        component = org.store(self.name, name, {})
        component.update(versions={}, active=0, definitionId=org.new_id("FlowDefinition"))
        component.pop("id")
        return component

    def _version(self, org: Org, content: Body, sobject: str, status: str) -> Version:
        moment = org.timestamp()
        return {
            "id": org.new_id(self.name),
            "body": content,
            "object": sobject,
            "status": status,
            "unmodeled": bool(flow_check.without_rules(content)),
            "createdDate": moment,
            "lastModifiedDate": moment,
        }

    def _set_status(self, org: Org, component: Component, number: int, status: str) -> None:
        if status == "Active":
            if org.switch("flows_deploy_active"):
                activate(org, component, number)
            elif component["active"] != number:
                component["versions"][str(number)]["status"] = "Draft"
            return
        if component["active"] == number:
            activate(org, component, 0)  # from Active to Draft or Obsolete only [S: salto]
        component["versions"][str(number)]["status"] = status

    def delete(self, org: Org, full_name: str) -> None:
        name, number = self.split(org, full_name)
        if name is None or (number and self.find(org, full_name) is None):
            raise no_such_component(self.name, full_name)
        if number is None:
            # [I: cli#3401, sfdx-git-delta#366]
            raise MetadataError(
                "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "insufficient access rights on cross-reference id"
            )
        delete_version(org, name, number)

    def unmodeled(self, org: Org) -> Iterator[tuple[str, list[str]]]:
        for name, component in sorted(org.of_type(self.name).items()):
            for number, version in component["versions"].items():
                parts = flow_check.without_rules(version["body"])
                if parts:
                    yield f"{name}-{number}", parts

    def listed(self, org: Org) -> Iterator[tuple[str, Component]]:
        for name, component in sorted(org.of_type(self.name).items()):
            number = component["active"] or latest(component)
            yield name, {**component, "id": component["versions"][str(number)]["id"]}


def delete_version(org: Org, name: str, number: int) -> None:
    """Delete a version that is not active; deleting the last one deletes the flow [D: tooling flow]."""
    component = org.of_type("Flow")[name]
    if component["active"] == number:
        # [K: text]
        raise MetadataError("DELETE_FAILED", "You can't delete an active flow version. Deactivate it first.")
    del component["versions"][str(number)]
    if not component["versions"]:
        org.drop("Flow", name)


class FlowDefinition(ComponentType):
    """Which version of a flow is active; created by saving the flow."""

    name = "FlowDefinition"
    directory = "flowDefinitions"
    suffix = "flowDefinition"
    creatable = False
    deletable = False
    undeletable = "A flow definition goes when the last version of its flow is deleted."

    def find(self, org: Org, full_name: str) -> str | None:
        return org.find("Flow", full_name)

    def read(self, org: Org, full_name: str) -> Body | None:
        name = self.find(org, full_name)
        if name is None:
            return None
        component = org.of_type("Flow")[name]
        return {"fullName": name, "activeVersionNumber": component["active"] or None}

    def listed(self, org: Org) -> Iterator[tuple[str, Component]]:
        for name, component in sorted(org.of_type("Flow").items()):
            yield name, {**component, "id": component["definitionId"]}

    def update(self, org: Org, full_name: str, body: Body) -> None:
        activate(org, org.of_type("Flow")[self.existing(org, full_name)], body.get("activeVersionNumber", 0))
