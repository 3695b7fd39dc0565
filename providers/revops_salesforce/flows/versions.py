"""Versions of flows, and which one is active, through the Tooling API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from revops_salesforce.api.client import SalesforceClient, quoted
from revops_salesforce.api.versions import TOOLING_RECORDS

DEFINITIONS = "SELECT Id, DeveloperName, ActiveVersionId FROM FlowDefinition"
VERSIONS = "SELECT Id, DefinitionId, VersionNumber, Status FROM Flow"
EVER_ACTIVE = frozenset({"Active", "Obsolete"})
"""Status of a version that runs, or that did once: a draft that was never enabled stays Draft."""


@dataclass(frozen=True)
class Version:
    """One saved version of a flow."""

    id: str
    number: int
    status: str


@dataclass(frozen=True)
class FlowState:
    """A flow with its versions; `active` is 0 when none runs."""

    name: str
    definition_id: str
    active: int
    versions: tuple[Version, ...]

    @property
    def newest(self) -> int:
        """The number of the newest version."""
        return max(version.number for version in self.versions)

    @property
    def ever_active(self) -> bool:
        """Whether any version ever ran."""
        return any(version.status in EVER_ACTIVE for version in self.versions)


def flow_states(client: SalesforceClient) -> Mapping[str, FlowState]:
    """All flows of the org by name, in two queries."""
    definitions = client.query(DEFINITIONS, tooling=True)
    versions: dict[str, list[Version]] = {}
    for row in client.query(VERSIONS, tooling=True):
        made = Version(row["Id"], int(row["VersionNumber"]), row["Status"])
        versions.setdefault(row["DefinitionId"], []).append(made)
    states = [_state(row, versions.get(row["Id"], [])) for row in definitions]
    return {state.name: state for state in states if state.versions}


def flow_state(client: SalesforceClient, name: str) -> FlowState | None:
    """One flow, read now; None when the org has none of that name."""
    rows = client.query(f"{DEFINITIONS} WHERE DeveloperName = {quoted(name)}", tooling=True)
    if not rows:
        return None
    found = client.query(f"{VERSIONS} WHERE DefinitionId = {quoted(rows[0]['Id'])}", tooling=True)
    return _state(rows[0], [Version(row["Id"], int(row["VersionNumber"]), row["Status"]) for row in found])


def _state(row: Mapping[str, str | None], versions: list[Version]) -> FlowState:
    active = next((version.number for version in versions if version.id == row["ActiveVersionId"]), 0)
    return FlowState(str(row["DeveloperName"]), str(row["Id"]), active, tuple(versions))


def activate(client: SalesforceClient, state: FlowState, number: int) -> None:
    """Makes a version the active one; 0 deactivates the flow [D: flowdefinition]."""
    path = TOOLING_RECORDS.format(sobject="FlowDefinition", id=state.definition_id)

    def landed() -> dict[str, str] | None:
        now = flow_state(client, state.name)
        return {} if now is not None and now.active == number else None

    client.send("PATCH", path, {"Metadata": {"activeVersionNumber": number}}, landed=landed)


def delete_version(client: SalesforceClient, version: Version) -> None:
    """Deletes one version, which must not be active; the flow goes with its last [D: tooling flow]."""

    def landed() -> bool | None:
        return None if client.query(f"{VERSIONS} WHERE Id = {quoted(version.id)}", tooling=True) else True

    client.send("DELETE", TOOLING_RECORDS.format(sobject="Flow", id=version.id), landed=landed)
