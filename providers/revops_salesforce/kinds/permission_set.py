"""A permission set: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_permissionset.htm"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from revops_iac.diagnostics import Diagnostics, input_error
from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, DesiredResource, Inputs, LiveObject, Reference
from revops_salesforce.api.client import OrgSession
from revops_salesforce.api.components import Body, camel
from revops_salesforce.metadata.kind import MetadataKind


class FieldPermission(Part):
    """Read and edit access to one field."""

    field: str
    """`Lead.Rejection_Reason__c`."""
    readable: bool = True
    editable: bool = False
    """Not available for formula fields."""


class ObjectPermission(Part):
    """Access to the records of an object. A new custom object is invisible to all users without it."""

    object: str
    read: bool = True
    create: bool = False
    edit: bool = False
    delete: bool = False
    view_all: bool = False
    """All records, regardless of sharing."""
    modify_all: bool = False
    view_all_fields: bool | None = None
    """All fields, regardless of field permissions; default: not managed."""


class TabSetting(Part):
    """Whether users see a tab."""

    tab: str
    """`standard-Lead`, or the name of a custom one: `Machine__c`."""
    visibility: Literal["Available", "Visible", "None"]


RIGHTS = {
    "read": "allowRead",
    "create": "allowCreate",
    "edit": "allowEdit",
    "delete": "allowDelete",
    "view_all": "viewAllRecords",
    "modify_all": "modifyAllRecords",
    "view_all_fields": "viewAllFields",
}
"""Our word for a right on an object -> the vendor's element."""


@dataclass(frozen=True)
class Section:
    """A section of entries that each name one thing: its element, what holds the name, and what grants it."""

    element: str
    key: str
    flag: str = "enabled"


NAMES = {
    "custom_permissions": Section("customPermissions", "name"),
    "record_types": Section("recordTypeVisibilities", "recordType", "visible"),
    "applications": Section("applicationVisibilities", "application", "visible"),
    "apex_classes": Section("classAccesses", "apexClass"),
    "apex_pages": Section("pageAccesses", "apexPage"),
    "custom_metadata_types": Section("customMetadataTypeAccesses", "name"),
    "custom_settings": Section("customSettingAccesses", "name"),
    "email_routing_addresses": Section("emailRoutingAddressAccesses", "name"),
    "external_credential_principals": Section("externalCredentialPrincipalAccesses", "externalCredentialPrincipal"),
    "external_data_sources": Section("externalDataSourceAccesses", "externalDataSource"),
    "flows": Section("flowAccesses", "flow"),
    "user_permissions": Section("userPermissions", "name"),
}
"""Inputs that list the names of what the set grants."""
TABLES = {
    "field_permissions": Section("fieldPermissions", "field", "readable"),
    "object_permissions": Section("objectPermissions", "object", "allowRead"),
    "tab_settings": Section("tabSettings", "tab", "visibility"),
}
"""Inputs whose entries say more than a name."""
SUBJECTS = frozenset(section.key for section in TABLES.values())
TEXTS = ("label", "description", "license", "has_activation_required")


class PermissionSetInputs(Inputs):
    """Permissions of its users. A new field is invisible to all users until a permission set grants access.

    Example::

        name: Revenue_Process
        label: Revenue process
        description: The fields of the revenue process.
        field_permissions:
          - {field: Lead.Rejection_Reason__c, readable: true, editable: true}
        object_permissions:
          - {object: Machine__c, read: true, create: true, edit: true}
        custom_permissions: [Revenue_Rules_Bypass]
        record_types: [Opportunity.New_Business]

    Later::

        label: Revenue process, read only
        field_permissions:
          - {field: Lead.Rejection_Reason__c, readable: true, editable: false}
    """

    name: str
    label: str
    description: str | None = None
    field_permissions: list[FieldPermission] | None = None
    """Required and master-detail fields must not be listed: all users have them, and Salesforce refuses."""
    object_permissions: list[ObjectPermission] | None = None
    """Every other right requires `read`."""
    custom_permissions: list[str] | None = None
    record_types: list[str] | None = None
    """`Opportunity.New_Business`: record types that assigned users can choose."""
    license: str | None = None
    """The license that its users need, `Salesforce`; it cannot change after creation [K]."""
    has_activation_required: bool | None = None
    """Whether the set works only in sessions that activate it."""
    user_permissions: list[str] | None = None
    """Rights of the system, `ViewSetup`."""
    applications: list[str] | None = None
    """Apps, `standard__LightningSales`."""
    tab_settings: list[TabSetting] | None = None
    apex_classes: list[str] | None = None
    apex_pages: list[str] | None = None
    flows: list[str] | None = None
    custom_metadata_types: list[str] | None = None
    custom_settings: list[str] | None = None
    external_data_sources: list[str] | None = None
    external_credential_principals: list[str] | None = None
    """`Billing-Reader`: the external credential and the principal."""
    email_routing_addresses: list[str] | None = None
    elements: dict[str, Any] | None = None
    """Elements without an input, under the vendor's names: `agentAccesses`. Others stay as they are."""


class PermissionSet(MetadataKind[PermissionSetInputs]):
    """Key: API name. Each section that an entry lists belongs to the model; other sections stay as they are."""

    component_type = "PermissionSet"
    immutable = frozenset({"name"})
    entry_keys = {one.element: (one.key,) for one in (*NAMES.values(), *TABLES.values())}
    chunk = 1  # Salto reads them one at a time, because they are large [S: salto client.ts]
    on_delete = "The set is deleted permanently. Salesforce refuses while it is assigned to a user [K]."

    def elements(self, inputs: PermissionSetInputs) -> Body:
        return self.changes({}, inputs)

    def changes(self, body: Body, inputs: PermissionSetInputs) -> Body:
        """An entry that the model no longer lists is written as granting nothing: leaving it out may mean that it
        stays [?: permission_set_update]."""
        own = self.own(inputs)
        made = {camel(key): own[key] for key in TEXTS if key in own}
        for key, section in {**TABLES, **NAMES}.items():
            if key in own:
                live = body.get(section.element, [])
                made[section.element] = _entries(section, live, _desired(key, section, own[key] or []))
        return made

    def definition(self, name: str, body: Body) -> Definition:
        return {
            "name": name,
            **{key: body.get(camel(key)) for key in TEXTS},
            "field_permissions": [
                {"field": item["field"], "readable": item.get("readable", False), "editable": item["editable"]}
                for item in body.get("fieldPermissions", [])
            ],
            "object_permissions": [_granted(item) for item in body.get("objectPermissions", [])],
            "tab_settings": [
                {"tab": item["tab"], "visibility": item["visibility"]} for item in body.get("tabSettings", [])
            ],
            **{
                key: [item[section.key] for item in body.get(section.element, []) if item.get(section.flag)]
                for key, section in NAMES.items()
            },
        }

    def unexpressed(self, body: Body) -> list[str]:
        known = {"fullName", *map(camel, TEXTS), *self.entry_keys}
        return sorted(body.keys() - known)

    def normalize(self, definition: Definition) -> Definition:
        made = super().normalize(definition)
        for key, section in TABLES.items():
            if made.get(key) is not None:
                granted = [item for item in made[key] if _grants(item)]
                made[key] = sorted(granted, key=lambda item: str(item[section.key]).lower())
        for key in NAMES:
            if made.get(key) is not None:
                made[key] = sorted(made[key], key=str.lower)
        return made

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        """A right on an object that an entry leaves open is not compared."""
        mine = {item["object"].lower(): item for item in declared.get("object_permissions") or ()}
        shown = [
            {key: value for key, value in item.items() if key in mine.get(item["object"].lower(), item)}
            for item in live.definition.get("object_permissions") or ()
        ]
        return super().managed_view(
            declared, replace(live, definition={**live.definition, "object_permissions": shown})
        )

    def references(self, inputs: PermissionSetInputs) -> Iterable[Reference]:
        for item in inputs.field_permissions or ():
            yield Reference("CustomField", item.field)
        for granted in inputs.object_permissions or ():
            yield Reference("CustomObject", granted.object)
        for name in inputs.custom_permissions or ():
            yield Reference("CustomPermission", name)
        for name in inputs.record_types or ():
            yield Reference("RecordType", name)
        for name in inputs.flows or ():
            yield Reference("Flow", name)

    def preflight_errors(self, session: OrgSession, desired: DesiredResource, live: LiveObject | None) -> Diagnostics:
        """Permissions on required fields: "You cannot deploy to a required field" [D]."""
        yield from super().preflight_errors(session, desired, live)
        always = {
            other.name
            for other in session.declared
            if other.kind == "CustomField" and (other.inputs.get("required") or other.inputs["type"] == "MasterDetail")
        }
        for index, item in enumerate(self.parse(desired.inputs).field_permissions or ()):
            if item.field in always:
                message = f"{item.field} is required, so every user already has access to it"
                yield input_error(("field_permissions", index, "field"), message, "remove it from field_permissions")


def _granted(body: Mapping[str, Any]) -> Definition:
    return {
        "object": body["object"],
        **{right: body.get(element, False) for right, element in RIGHTS.items()},
    }


def _grants(item: Definition) -> bool:
    """Whether an entry of a table gives anything."""
    return any(value not in (False, None, "None") for key, value in item.items() if key not in SUBJECTS)


def _desired(key: str, section: Section, declared: Sequence[Any]) -> list[Body]:
    if key in NAMES:
        return [{section.key: name, section.flag: True} for name in declared]
    if key != "object_permissions":
        return [dict(item) for item in declared]
    return [
        {"object": item["object"], **{RIGHTS[right]: item[right] for right in RIGHTS if item.get(right) is not None}}
        for item in declared
    ]


def _entries(section: Section, live: Sequence[Body], desired: Sequence[Body]) -> list[Body]:
    """The desired entries in the places of the live ones, new ones last; what is not desired grants nothing.

    Files of some orgs have an entry twice: the second one is desired where the first one is.
    """
    mine: dict[str, list[Body]] = {}
    for entry in desired:
        mine.setdefault(str(entry[section.key]).lower(), []).append(entry)
    placed = []
    for one in live:
        same = mine.get(str(one[section.key]).lower())
        placed.append({section.key: one[section.key]} if same == [] else _over(one, same and same.pop(0), section.key))
    return [*placed, *(entry for rest in mine.values() for entry in rest)]


def _over(live: Body, desired: Any, key: str) -> Body:
    """What to write over a live entry: its own spelling of the name, and no right that is absent and stays so."""
    if desired is None:
        rights: Body = {element: False for element, value in live.items() if value is True}
        rights |= {"visibility": "None"} if "visibility" in live else {}
    else:
        rights = {element: value for element, value in desired.items() if value or element in live}
    return {**rights, key: live[key]}
