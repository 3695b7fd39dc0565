"""Kinds whose objects lie in folders, reports and dashboards, and the folders themselves.

They are written by the synchronous calls, which take these types too [K]: one call writes one of them whole or not at
all, where a deployment would need further calls to learn its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal, TypeVar

from revops_iac.provider.inputs import I
from revops_iac.provider.kind import Definition, Inputs, LiveObject, Reference
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.components import Body
from revops_salesforce.metadata.kind import MetadataKind

PUBLIC = "unfiled$public"
"""The folder that every org has."""


class FolderInputs(Inputs):
    """What report and dashboard folders have in common."""

    name: str
    """Developer name."""
    label: str
    access: Literal["ReadOnly", "ReadWrite"] = "ReadOnly"
    """The access of all users; sharing with individual users is manual and stays as it is."""


F = TypeVar("F", bound=FolderInputs)


class FolderKind(MetadataKind[F]):
    """Key: developer name. Its label is the element `name`."""

    immutable = frozenset({"name"})

    def elements(self, inputs: F) -> Body:
        return {"name": inputs.label, "accessType": "Public", "publicFolderAccess": inputs.access}

    def definition(self, name: str, body: Body) -> Definition:
        return {"name": name, "label": body.get("name"), "access": body.get("publicFolderAccess")}


class InFolderKind(MetadataKind[I]):
    """Key: folder and developer name, immutable. The folder is read as a whole, with one call [D: listMetadata]."""

    folder_type: ClassVar[str]
    identity = frozenset({"folder", "name"})
    immutable = frozenset({"folder", "name"})

    def vendor_name(self, inputs: I) -> str:
        own = self.identifying(inputs)
        return f"{own['folder']}/{own['name']}"

    def identity_of(self, name: str) -> Definition:
        folder, _, own = name.rpartition("/")
        return {"folder": folder, "name": own}

    def partition(self, name: str) -> str:
        return name.rpartition("/")[0]

    def scan(self, client: SalesforceClient, partition: str) -> Mapping[str, LiveObject | None]:
        return dict.fromkeys(client.list_components(self.component_type, partition))

    def references(self, inputs: I) -> Iterable[Reference]:
        folder = self.identifying(inputs)["folder"]
        if folder != PUBLIC:
            yield Reference(self.folder_type, folder)


def present(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that say something."""
    return {key: value for key, value in values.items() if value not in (None, [], "")}
