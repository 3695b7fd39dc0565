"""A custom object: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/customobject.htm"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal, Self

from pydantic import field_validator, model_validator

from revops_iac.diagnostics import Diagnostics, input_error
from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, DesiredResource, Impact, Inputs, LiveObject
from revops_salesforce.api.client import OrgSession, SalesforceClient
from revops_salesforce.api.components import Body, camel, snake
from revops_salesforce.api.errors import SalesforceRefusal
from revops_salesforce.metadata.kind import MetadataKind

SHARED_BY_DEFAULT = "ReadWrite"
NUMBERED = ("displayFormat", "startingNumber")
"""Elements of a name field of the type AutoNumber."""
ENDINGS = ("__c", "__mdt", "__e")
"""Of custom objects and settings, of custom metadata types, and of platform events."""
DETAIL = "ControlledByParent"
DEFAULTS = {"track_history": False, "track_feed_history": False, "encryption_scheme": "None"}
"""What the org leaves out of a name field where it is so."""
ELSEWHERE = frozenset(
    {"businessProcesses", "compactLayouts", "fields", "fieldSets", "listViews", "recordTypes", "sharingReasons"}
    | {"validationRules", "webLinks"}
)
"""Parts of an object that are components of their own: they are never written with it."""


class NameField(Part):
    """The name field of the object's records."""

    label: str
    type: Literal["Text", "AutoNumber"] = "Text"
    display_format: str | None = None
    """`M-{0000}`, for the type AutoNumber; default: the org's own."""
    starting_number: int | None = None
    """The first number of the type AutoNumber; used at creation, and not compared [K]."""
    track_history: bool | None = None
    track_feed_history: bool | None = None
    encryption_scheme: (
        Literal[
            "None",
            "ProbabilisticEncryption",
            "CaseSensitiveDeterministicEncryption",
            "CaseInsensitiveDeterministicEncryption",
        ]
        | None
    ) = None
    """For orgs with Shield Platform Encryption."""

    @model_validator(mode="after")
    def _is_numbered_as_it_says(self) -> Self:
        if self.type != "AutoNumber" and (self.display_format is not None or self.starting_number is not None):
            raise ValueError('"display_format" and "starting_number" are for the type "AutoNumber"')
        return self


class CustomObjectInputs(Inputs):
    """An object that an organization adds. Its fields are `CustomField` resources of their own.

    Nobody sees it until a permission set or a profile gives access.

    Example::

        name: Machine__c
        label: Machine
        plural_label: Machines
        name_field: {label: Serial number}
        sharing_model: Read
        description: What customers have bought.
        enable_reports: true

    Later::

        label: Installed machine
        plural_label: Installed machines
        enable_activities: true
    """

    name: str
    """The API name, ending in `__c`; in `__mdt` for a custom metadata type, in `__e` for a platform event."""
    label: str
    plural_label: str | None = None
    """Needed, as the name field is, by objects with records of their own."""
    name_field: NameField | None = None
    custom_settings_type: Literal["Hierarchy", "List"] | None = None
    """Makes it a custom setting, whose records hold settings of users or of the whole org."""
    sharing_model: Literal["Private", "Read", "ReadWrite", "ControlledByParent"] | None = None
    """Access to other users' records; default: all users may edit them, until a master-detail field changes it [K]."""
    deployment_status: Literal["InDevelopment", "Deployed"] = "Deployed"
    description: str | None = None
    enable_activities: bool | None = None
    enable_bulk_api: bool | None = None
    enable_feeds: bool | None = None
    enable_history: bool | None = None
    enable_reports: bool | None = None
    enable_search: bool | None = None
    enable_sharing: bool | None = None
    enable_streaming_api: bool | None = None
    elements: dict[str, Any] | None = None
    """Elements without an input, under the vendor's names: `searchLayouts`. Others stay as they are."""

    @field_validator("name")
    @classmethod
    def _is_custom(cls, name: str) -> str:
        if not name.endswith(ENDINGS):
            raise ValueError("the name of a custom object must end in __c, __mdt or __e; standard objects always exist")
        return name

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.has_records and (self.plural_label is None or self.name_field is None):
            missing = "plural_label" if self.plural_label is None else "name_field"
            raise ValueError(f'"{missing}" must be set, unless "custom_settings_type" makes it a custom setting')
        return self

    @property
    def has_records(self) -> bool:
        """Whether it is neither a custom setting, nor a custom metadata type, nor a platform event."""
        return self.custom_settings_type is None and self.name.endswith("__c")

    @property
    def is_deployed_apart(self) -> bool:
        """Whether it has a deployment status: files of custom settings and of metadata types have none [S: orgs]."""
        return self.has_records or self.name.endswith("__e")


class CustomObject(MetadataKind[CustomObjectInputs]):
    """Key: API name, immutable. Read and written without its fields, rules and record types."""

    component_type = "CustomObject"
    immutable = frozenset({"name", "custom_settings_type"})
    ordinary = {"visibility": "Public", "compactLayoutAssignment": "SYSTEM"}
    on_delete = (
        "The object goes to Deleted Objects with its fields and records for 15 days and can be restored manually. "
        "Salesforce refuses while another object refers to it [K]."
    )

    def elements(self, inputs: CustomObjectInputs) -> Body:
        body = super().elements(inputs)
        if inputs.name_field is not None:
            declared = self.plain_elements(inputs.name_field.model_dump(exclude_none=True))
            numbered = {} if inputs.name_field.type == "AutoNumber" else dict.fromkeys(NUMBERED)
            body["nameField"] = {**numbered, **declared}
        return body

    def new_body(self, inputs: CustomObjectInputs) -> Body:
        body = {"sharingModel": SHARED_BY_DEFAULT, **super().new_body(inputs)}
        if body["sharingModel"] == DETAIL:
            body["sharingModel"] = SHARED_BY_DEFAULT  # its master-detail field changes that [K]
        lacks = set() if inputs.has_records else {"sharingModel"}
        lacks |= set() if inputs.is_deployed_apart else {"deploymentStatus"}
        return {key: value for key, value in body.items() if key not in lacks}

    def others(self, body: Body, names: Iterable[str]) -> Body:
        """Without the actions that Salesforce lists for every object, and that nobody changed."""
        found = super().others(body, names)
        actions = [one for one in found.pop("actionOverrides", []) if one.get("type") != "Default"]
        return {**found, **({"actionOverrides": actions} if actions else {})}

    def changes(self, body: Body, inputs: CustomObjectInputs) -> Body:
        """The actions that Salesforce lists stay among the declared ones, each in its place."""
        changed, listed = super().changes(body, inputs), (inputs.elements or {}).get("actionOverrides")
        if "deploymentStatus" not in body and not inputs.is_deployed_apart:
            changed.pop("deploymentStatus", None)
        if listed is None:
            return changed
        declared, live = iter(listed), body.get("actionOverrides", [])
        mixed = [one if one.get("type") == "Default" else next(declared, None) for one in live]
        return {**changed, "actionOverrides": [*filter(None, mixed), *declared]}

    def unexpressed(self, body: Body) -> list[str]:
        known = {"fullName", "nameField", *map(camel, self.inputs.model_fields), *ELSEWHERE}
        return sorted(key for key, value in body.items() if key not in known and value not in (False, "", []))

    def changed_body(self, client: SalesforceClient, live: LiveObject, inputs: CustomObjectInputs) -> Body:
        body = super().changed_body(client, live, inputs)
        return {key: value for key, value in body.items() if key not in ELSEWHERE}

    def normalize(self, definition: Definition) -> Definition:
        made = super().normalize(definition)
        if made.get("name_field"):
            made["name_field"] = {key: one for key, one in made["name_field"].items() if key != "starting_number"}
        return made

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        """Of the name field only what is declared is compared."""
        name_field, mine = live.definition.get("name_field"), declared.get("name_field")
        if name_field is not None and mine is not None:
            name_field = {key: name_field.get(key, DEFAULTS.get(key)) for key in mine if key != "starting_number"}
        definition = {**live.definition, "name_field": name_field}
        return super().managed_view(declared, replace(live, definition=definition))

    def definition(self, name: str, body: Body) -> Definition:
        found = {**super().definition(name, body), "name_field": None}
        if "customSettingsType" in body or name.endswith("__mdt"):
            found["deployment_status"] = body.get("deploymentStatus") or "Deployed"
        if "nameField" in body:
            found["name_field"] = _name_field(body["nameField"])
        return found

    def scan(self, client: SalesforceClient, partition: str) -> Mapping[str, LiveObject | None]:
        """What organizations add: standard objects bear other endings."""
        return {name: live for name, live in super().scan(client, partition).items() if name.endswith(ENDINGS)}

    def preflight_errors(self, session: OrgSession, desired: DesiredResource, live: LiveObject | None) -> Diagnostics:
        yield from super().preflight_errors(session, desired, live)
        inputs = self.typed(desired)
        details = (one for one in session.declared if one.kind == "CustomField" and one.inputs)
        has_master = any((one.inputs["object"], one.inputs["type"]) == (inputs.name, "MasterDetail") for one in details)
        if live is None and inputs.sharing_model == DETAIL and not has_master:
            message = "it cannot be created as ControlledByParent, because it has no master object yet"
            yield input_error(("sharing_model",), message, "remove sharing_model; its master-detail field sets it")

    def delete_impact(self, session: OrgSession, live: LiveObject) -> Impact | None:
        """Its records. An object that the user may not see cannot be counted, so it is taken for full."""
        try:
            records = session.client.count(f"SELECT COUNT() FROM {live.name}")
        except SalesforceRefusal as refusal:
            if refusal.code != "INVALID_TYPE":  # no object permission: REST knows no such object [K]
                raise
            return Impact(1, "its records cannot be counted, because the user has no access to the object")
        return Impact(records, f"{records} records would be deleted")


def _name_field(body: Mapping[str, Any]) -> Definition:
    found = {snake(key): body.get(key) for key in ("label", "type", "displayFormat", *map(camel, DEFAULTS))}
    return {key: value for key, value in found.items() if value is not None}
