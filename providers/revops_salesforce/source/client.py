"""What kinds ask an org, answered from the components of a folder: it has no records, and nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from revops_iac.errors import AccountError
from revops_iac.provider.api.clock import ServerClock
from revops_salesforce.api.components import Body
from revops_salesforce.flows.versions import DEFINITIONS, VERSIONS
from revops_salesforce.metadata.folder_kind import PUBLIC
from revops_salesforce.source.files import TYPES

Components = Mapping[str, Mapping[str, Body]]
"""Bodies by type and full name."""
CONTENT = {name: row["content"] for name, row in TYPES.items() if row["content"]}
"""What the folders of a type hold."""


class FolderClient:
    """Has the reading methods of `SalesforceClient` that kinds use."""

    writes_allowed = False

    def __init__(self, components: Components) -> None:
        self.clock = ServerClock()
        self._components = components

    def list_components(self, type_name: str, folder: str | None = None) -> list[str]:
        """The full names of a type, of one folder where one is named; folders are also known from what is in them."""
        names = {*self._components.get(type_name, {})}
        if type_name in CONTENT:
            names |= {name.rpartition("/")[0] for name in self._components.get(CONTENT[type_name], {})} - {PUBLIC}
        return sorted(name for name in names if folder is None or name.rpartition("/")[0] == folder)

    def describe_types(self) -> frozenset[str]:
        """The types of the components."""
        return frozenset(self._components)

    def read_components(self, type_name: str, names: Sequence[str]) -> dict[str, Body]:
        """The components of these names; names that do not exist are left out."""
        found = self._components.get(type_name, {})
        return {name: found[name] for name in names if name in found}

    def query(self, soql: str, *, tooling: bool = False) -> list[dict[str, Any]]:
        """Each flow in one version, as its file says; no records of anything else."""
        flows = self._components.get("Flow", {})
        if soql == DEFINITIONS:
            return [{"Id": name, "DeveloperName": name, "ActiveVersionId": _active(name, flows)} for name in flows]
        if soql == VERSIONS:
            return [
                {"Id": name, "DefinitionId": name, "VersionNumber": 1, "Status": flows[name].get("status", "Draft")}
                for name in flows
            ]
        return []

    def count(self, soql: str) -> int:
        """There are no records."""
        return 0

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """Raises AccountError: a folder has no REST API."""
        raise AccountError(f"{path} was asked of a folder of source, which only has components")


def _active(name: str, flows: Mapping[str, Body]) -> str | None:
    return name if flows[name].get("status") == "Active" else None
