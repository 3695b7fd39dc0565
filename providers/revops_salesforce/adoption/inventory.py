"""All that an org lists, as the Metadata API writes it: what `revops backup` stores.

Components are read as calls read them, one by one [D: meta_readMetadata], since a retrieved file holds many of them.
Code, pages, templates and other files that calls do not read are retrieved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from vendor_facts import Row, table

from revops_iac.errors import AccountError, SessionError
from revops_iac.provider.inspection.inventory import Area, Asked, Authorship, Document
from revops_iac.redaction import without_secrets
from revops_salesforce.adoption.authors import authors
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.components import to_file
from revops_salesforce.api.wsdl import wsdl_types
from revops_salesforce.deploy.retrieval import BESIDE, files_of
from revops_salesforce.kinds.standard_value_set import NAMES as VALUE_SETS
from revops_salesforce.metadata.folder_kind import PUBLIC

TYPES: Mapping[str, Row] = {row["type"]: row for row in table("salesforce/metadata_types")}
AT_ONCE = 3
"""How many types one listMetadata takes [D: meta_listmetadata]."""
_SETTINGS = ("Account", "Activities", "BusinessHours", "Campaign", "Case", "Company", "Currency", "Forecasting")
_MORE_SETTINGS = ("LeadConfig", "Opportunity", "Product", "Quote", "Sharing")
SETTINGS = {f"{name}Settings": name for name in (*_SETTINGS, *_MORE_SETTINGS)}
SETTINGS["LeadConvertSettings"] = "LeadConvertSettings"
"""The full names of the settings that shape a revenue process, by type; they exist always, and no list names them."""
ALL_SETTINGS = "Settings"
"""What an org calls the types of its settings when it is asked for its types [S: describes of public repositories]."""
FORMS = ("", "part")
"""The forms of files whose components have nothing but elements."""
ROWS = {
    "Organization": "SELECT Id, Name, OrganizationType, IsSandbox FROM Organization",
    "Profile": "SELECT Id, Name FROM Profile",
    "User": "SELECT Id, Username, Email, LastName, FirstName, IsActive, Profile.Name FROM User",
    "PermissionSetAssignment": "SELECT Id, PermissionSet.Name, Assignee.Username FROM PermissionSetAssignment",
}
"""What is data and yet shapes what the org does, by object."""


class OrgInventory:
    """The areas of an org (an `Inventory` of the engine)."""

    def areas(self, client: SalesforceClient) -> Iterator[Area]:
        """The components of each type that the org offers and that calls can read, then people and permissions."""
        offered = _offered(client)
        listing = Listing(client, [name for name in sorted(offered) if _is_listed(name) or _has_files(name)])
        for name in sorted(offered):
            if _has_files(name):
                yield Area(name, partial(_files, client, listing, name))
            elif _is_read(name):
                yield Area(name, partial(_components, client, listing, name))
        for sobject, soql in ROWS.items():
            yield Area(f"records/{sobject}", partial(_rows, client, sobject, soql))

    def left_out(self, client: SalesforceClient) -> Mapping[str, str]:
        """Records, and the types that the org offers and no call reads."""
        unread = [name for name in _offered(client) if not (_has_files(name) or _is_read(name))]
        return {"records": "data, which Salesforce exports", **{name: _reason(name) for name in unread}}

    def authors(self, client: SalesforceClient, asked: Sequence[Asked]) -> Mapping[tuple[str, str], Authorship]:
        """From the list of components, and from the setup audit trail for what is gone."""
        return authors(client, asked)


def _offered(client: SalesforceClient) -> frozenset[str]:
    """The types of the org: those of its folders and of its settings too, which an org offers under one name."""
    offered = client.describe_types()
    folders = {row["type"] for row in TYPES.values() if row["form"] == "folder" and row["content"] in offered}
    return offered | folders | (SETTINGS.keys() if ALL_SETTINGS in offered else frozenset())


def _reason(name: str) -> str:
    """Why the components of a type are not stored."""
    if name not in TYPES and name != ALL_SETTINGS:
        return "this release does not know the type"
    if name == ALL_SETTINGS or TYPES[name]["form"] == "settings":
        return "settings of features that shape no revenue process"
    return "calls do not read its components"


def _is_read(name: str) -> bool:
    """Whether calls read the components of a type."""
    return _is_listed(name) or name in ("StandardValueSet", *SETTINGS)


def _is_listed(name: str) -> bool:
    """Whether a list names the components of a type, and a call reads them: files of code have no elements."""
    row = TYPES.get(name)
    return row is not None and (row["form"] == "folder" or (name in wsdl_types().elements and row["form"] in FORMS))


def _has_files(name: str) -> bool:
    """Whether the components of a type are files of another language, with their XML beside."""
    return name in TYPES and TYPES[name]["form"] in BESIDE


class Listing:
    """The names of all components by type, listed three types at a time when the first of them is asked for."""

    def __init__(self, client: SalesforceClient, types: Sequence[str]) -> None:
        self._client = client
        plain = [name for name in types if not TYPES[name]["in_folder"]]
        self._groups = {
            name: tuple(plain[start : start + AT_ONCE])
            for start in range(0, len(plain), AT_ONCE)
            for name in plain[start : start + AT_ONCE]
        }
        self._found: dict[str, list[str]] = {}

    def names(self, type_name: str) -> list[str]:
        """The full names of the components of a type. Raises AccountError."""
        if type_name not in self._found:
            group = self._groups.get(type_name, (type_name,))
            try:
                self._take(group)
            except SessionError:
                raise
            except AccountError:  # one type that the org does not list spoils the call for the others
                self._take((type_name,))
        return self._found[type_name]

    def _take(self, types: Sequence[str]) -> None:
        found: dict[str, list[str]] = defaultdict(list)
        for item in self._client.list_files(types):
            found[item.type].append(item.name)
        self._found |= {name: sorted(found[name]) for name in types}


def _components(client: SalesforceClient, listing: Listing, type_name: str) -> Iterator[Document]:
    names = _names(client, listing, type_name)
    parts = frozenset(row["element"] for row in TYPES.values() if row["container"] == type_name)
    for name, body in sorted(client.read_components(type_name, names).items()):
        own = {key: value for key, value in body.items() if key not in parts}
        if not parts or type_name == "CustomObject" or own.keys() - {"fullName"}:
            yield Document(type_name, name, to_file(type_name, without_secrets(own)).decode())


def _files(client: SalesforceClient, listing: Listing, type_name: str) -> Iterator[Document]:
    names = _names(client, listing, type_name)
    for name, files in files_of(client, TYPES[type_name], names):
        yield Document(type_name, name, {"files": files})


def _names(client: SalesforceClient, listing: Listing, type_name: str) -> list[str]:
    if type_name == "StandardValueSet":
        return list(VALUE_SETS)
    if type_name in SETTINGS:
        return [SETTINGS[type_name]]
    if TYPES[type_name]["in_folder"]:
        folder_types = [
            row["type"] for row in TYPES.values() if row["form"] == "folder" and row["content"] == type_name
        ]
        folders = [PUBLIC, *(name for folder_type in folder_types for name in listing.names(folder_type))]
        return sorted(name for folder in folders for name in client.list_components(type_name, folder))
    return listing.names(type_name)


def _rows(client: SalesforceClient, sobject: str, soql: str) -> Iterator[Document]:
    for row in client.query(soql):
        content = _flat(row)
        yield Document(f"records/{sobject}", str(row["Id"]), content)


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with related values under their path, `Profile.Name`."""
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, Mapping):
            flat |= {f"{key}.{inner}": one for inner, one in _flat(value).items()}
        elif key != "attributes":
            flat[key] = value
    return flat
