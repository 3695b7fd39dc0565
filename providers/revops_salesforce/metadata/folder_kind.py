"""Kinds whose objects lie in folders, reports and dashboards, and the folders themselves.

They are written by the synchronous calls, which take these types too [K]: one call writes one of them whole or not at
all, where a deployment would need further calls to learn its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from revops_iac.provider.inputs import I
from revops_iac.provider.kind import Definition, Inputs, LiveObject, Reference
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.components import Body
from revops_salesforce.metadata.parts import ComponentPart, Element, TypedKind

PUBLIC = "unfiled$public"
"""The folder that every org has."""


Shared = Literal[
    "User", "Group", "Role", "RoleAndSubordinates", "RoleAndSubordinatesInternal", "Organization", "Territory",
    "TerritoryAndSubordinates", "Manager", "ManagerAndSubordinatesInternal", "PortalRole",
    "PortalRoleAndSubordinates", "CustomerPortalUser", "PartnerUser", "AllCspUsers", "AllPrmUsers",
    "ChannelProgramGroup",
]  # fmt: skip


class FolderShare(ComponentPart):
    """Whom a folder is shared with, and what they may do."""

    identity = (("to", "type"),)

    to: Annotated[str, Element("sharedTo")]
    """A username, or the developer name of a group or role."""
    type: Annotated[Shared, Element("sharedToType")]
    access: Annotated[Literal["View", "EditAllContents", "Manage"], Element("accessLevel")]


class SharedTo(ComponentPart):
    """Whom a folder with the access type `Shared` is open to, in orgs without folder sharing; developer names."""

    group: list[str] | None = None
    groups: list[str] | None = None
    queue: list[str] | None = None
    role: list[str] | None = None
    roles: list[str] | None = None
    role_and_subordinates: list[str] | None = None
    roles_and_subordinates: list[str] | None = None
    role_and_subordinates_internal: list[str] | None = None
    territory: list[str] | None = None
    territories: list[str] | None = None
    territory_and_subordinates: list[str] | None = None
    territories_and_subordinates: list[str] | None = None
    managers: list[str] | None = None
    manager_subordinates: list[str] | None = None
    portal_role: list[str] | None = None
    portal_role_and_subordinates: list[str] | None = None
    channel_program_group: list[str] | None = None
    channel_program_groups: list[str] | None = None
    guest_user: list[str] | None = None
    all_internal_users: str | None = None
    all_customer_portal_users: str | None = None
    all_partner_users: str | None = None


class FolderInputs(Inputs):
    """What report and dashboard folders have in common."""

    name: Annotated[str, Element("fullName")]
    """Developer name."""
    label: Annotated[str, Element("name")]
    access: Annotated[Literal["ReadOnly", "ReadWrite"] | None, Element("publicFolderAccess")] = None
    """The access of all users to a public folder; default for a new one: `ReadOnly`. In an org with folder sharing it
    says nothing: there `shares` does."""
    access_type: Literal["Public", "PublicInternal", "Shared", "Hidden"] | None = None
    """Default for a new one without `shares`: `Public`. Orgs with folder sharing have none."""
    shares: Annotated[list[FolderShare] | None, Element("folderShares")] = None
    """Whom the folder is shared with; left out, people share it as they like."""
    shared_to: SharedTo | None = None


F = TypeVar("F", bound=FolderInputs)
OLD_ACCESS = {"access": "publicFolderAccess", "access_type": "accessType"}
"""The access of orgs without folder sharing; with it AccessType is "present but not used" [D: Folder]."""


class FolderKind(TypedKind[F]):
    """Key: developer name. Its label is the element `name`."""

    immutable = frozenset({"name"})

    def unsaid(self, inputs: F) -> Body:
        """A new folder is open to all users for reading [K], unless it is shared."""
        shared = inputs.manages("shares") or inputs.manages("shared_to")
        return {} if shared else {"accessType": "Public", "publicFolderAccess": "ReadOnly"}

    def changes(self, body: Body, inputs: F) -> Body:
        """The access of all users is left alone where the org has folder sharing: it would open a shared folder."""
        made = super().changes(body, inputs)
        shared = body and "accessType" not in body
        return {key: value for key, value in made.items() if not (shared and key in OLD_ACCESS.values())}

    def definition(self, name: str, body: Body) -> Definition:
        """Without the access of all users where folder sharing decides it."""
        found = super().definition(name, body)
        left_out = () if "accessType" in body else OLD_ACCESS
        return {key: value for key, value in found.items() if key not in left_out}


class InFolderKind(TypedKind[I]):
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

    def partitions(self, client: SalesforceClient) -> Iterable[str]:
        return [PUBLIC, *client.list_components(self.folder_type)]

    def scan(self, client: SalesforceClient, partition: str) -> Mapping[str, LiveObject | None]:
        return dict.fromkeys(client.list_components(self.component_type, partition))

    def references(self, inputs: I) -> Iterable[Reference]:
        folder = self.identifying(inputs)["folder"]
        if folder != PUBLIC:
            yield Reference(self.folder_type, folder)


def present(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that say something."""
    return {key: value for key, value in values.items() if value not in (None, [], "")}
