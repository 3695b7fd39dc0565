"""The schema of a custom object: https://developers.hubspot.com/docs/api-reference/crm-schemas-v3/guide"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Self

from pydantic import Field, model_validator

from revops_hubspot.api import custom_objects, records, subscription
from revops_hubspot.api.client import HubSpotClient, PortalSession
from revops_hubspot.api.documents import by_identity, merged
from revops_hubspot.api.errors import Json
from revops_hubspot.api.object_types import object_name, schema_references, type_id
from revops_hubspot.api.read_lag import stamp_of
from revops_hubspot.objects.checks import unknown_objects
from revops_hubspot.objects.kind import HubSpotKind
from revops_hubspot.properties import impact as property_losses
from revops_hubspot.properties import options as property_options
from revops_hubspot.properties.archived import restoring
from revops_hubspot.properties.inputs import PropertyInputs, SchemaProperty
from revops_iac.diagnostics import Diagnostic, Diagnostics, input_error
from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, DesiredResource, Impact, Inputs, LiveObject, Reference, State

FIELDS: Mapping[str, str] = {
    "labels": "labels",
    "description": "description",
    "primary_display_property": "primaryDisplayProperty",
    "secondary_display_properties": "secondaryDisplayProperties",
    "required_properties": "requiredProperties",
    "searchable_properties": "searchableProperties",
    "allows_sensitive_properties": "allowsSensitiveProperties",
}
"""Inputs that a PATCH can change, and HubSpot's own names for them [S]."""
CHANGEABLE = frozenset({"label", "fieldType", "options"})
"""Fields of its properties that a PATCH can change."""
DEFAULTS: Mapping[str, Any] = {
    "description": "",
    "secondary_display_properties": [],
    "required_properties": [],
    "searchable_properties": [],
    "allows_sensitive_properties": False,
}


class Labels(Part):
    """Names for one record and for several."""

    singular: str
    plural: str


class CustomObjectSchemaInputs(Inputs):
    """A custom object (Enterprise only). Other resources refer to it by `name`, as in `object: machine`.

    Its `properties` are created with it and must include the display properties. They stay in HubSpot when they are
    removed from the list.

    Example::

        name: machine
        labels: {singular: Machine, plural: Machines}
        description: An installed machine.
        primary_display_property: serial
        required_properties: [serial]
        associated_objects: [contacts]
        properties:
          - {name: serial, label: Serial number, type: string, field_type: text, has_unique_value: true}

    Later::

        labels: {singular: Device, plural: Devices}
        secondary_display_properties: [model]
        associated_objects: [contacts, deals]
        properties:
          - {name: serial, label: Serial, type: string, field_type: text, has_unique_value: true}
          - {name: model, label: Model, type: string, field_type: text}
    """

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,49}$")
    """Immutable; unique in the portal, ignoring case [O]."""
    labels: Labels
    primary_display_property: str
    properties: list[SchemaProperty] = Field(min_length=1)
    description: str | None = None
    secondary_display_properties: list[str] | None = Field(default=None, max_length=2)
    required_properties: list[str] | None = None
    searchable_properties: list[str] | None = None
    associated_objects: list[str] | None = None
    """Objects whose records can be associated with these records. Associations that are not listed stay."""
    allows_sensitive_properties: bool | None = None
    """Once true, it cannot be turned off [O]."""

    @model_validator(mode="after")
    def _properties_fit(self) -> Self:
        for item in self.properties:
            PropertyInputs.model_validate(item.definition_in(self.name))
        return self

    @property
    def named_properties(self) -> list[str]:
        """The properties that the schema gives a role, each once."""
        lists = (self.secondary_display_properties, self.required_properties, self.searchable_properties)
        return list(dict.fromkeys([self.primary_display_property, *(name for names in lists for name in names or ())]))


class CustomObjectSchema(HubSpotKind[CustomObjectSchemaInputs]):
    """Key: name. Read from the list: after a PATCH, reads of one alternate between old and new for a minute [O]."""

    scopes = ("crm.schemas.custom.read", "crm.schemas.custom.write")
    immutable = frozenset({"name"})
    noun = "custom object"
    on_delete = (
        "The schema is archived; HubSpot refuses while a record exists. No API restores it: creating the same name "
        "again purges the archived schema and its properties."
    )

    def vendor_name(self, inputs: CustomObjectSchemaInputs) -> str:
        return inputs.name

    def normalize(self, definition: Definition) -> Definition:
        canonical = {**definition, **{k: v for k, v in DEFAULTS.items() if definition.get(k, v) is None}}
        if "properties" in canonical:
            canonical["properties"] = [
                {"has_unique_value": False, **item, "options": property_options.canonical(item.get("options"))}
                for item in canonical["properties"]
            ]
        if canonical.get("associated_objects") is not None:
            canonical["associated_objects"] = [object_name(name) for name in canonical["associated_objects"]]
        return canonical

    def references(self, inputs: CustomObjectSchemaInputs) -> Iterable[Reference]:
        yield from schema_references(*(inputs.associated_objects or ()))

    def managed_view(self, declared: Definition, observed: LiveObject) -> Definition:
        """Properties and associations that are not listed are unmanaged."""
        definition = dict(observed.definition)
        current = {item["name"]: item for item in definition["properties"]}
        listed = [(current[item["name"]], item) for item in declared["properties"] if item["name"] in current]
        definition["properties"] = [
            {**there, "options": property_options.cut(there["options"], item.get("options"))} for there, item in listed
        ]
        mine = [object_name(name) for name in declared.get("associated_objects") or ()]
        definition["associated_objects"] = [name for name in mine if name in definition["associated_objects"]]
        return super().managed_view(declared, replace(observed, definition=definition))

    def includes(self, inputs: CustomObjectSchemaInputs) -> Iterable[Reference]:
        return [Reference("Property", f"{inputs.name}.{item.name}") for item in inputs.properties]

    def scan(self, client: HubSpotClient, partition: str) -> Mapping[str, LiveObject | None]:
        entries = client.get("schemas")["results"]
        found = [from_response(client, entry) for entry in entries if not entry.get("archived")]
        return {live.name: live for live in found}

    def create(self, session: PortalSession, inputs: CustomObjectSchemaInputs) -> LiveObject:
        client, name = session.client, inputs.name
        is_purged = name in _archived(client)
        body = {
            "name": name,
            **to_request(inputs),
            "properties": [property_request(item) for item in inputs.properties],
            "associatedObjects": [_type(client, other) for other in inputs.associated_objects or ()],
        }

        def landed() -> Json:
            return _entry(client, name)

        answer = client.write("POST", "schemas", "", body, landed=landed)
        custom_objects.note(client, name, str(answer["objectTypeId"]))
        if is_purged:
            session.report.say(
                f"HubSpot: CustomObjectSchema {name}: the archived schema with this name was purged with its properties"
            )
        return self._read(client, inputs, {"purged_archived": True} if is_purged else {}, stamp_of(answer))

    def update(self, session: PortalSession, live: LiveObject, inputs: CustomObjectSchemaInputs) -> LiveObject:
        client, before = session.client, self.parse(live.definition)
        self._bring_properties(client, live, before, inputs)
        there = {field: live.document[field] for field in FIELDS.values() if live.document.get(field) is not None}
        body = merged(there, to_request(inputs))  # one left out may come back stale [O]
        if body != there:
            client.write("PATCH", "schemas", "/{object}", body, object=live.name)
        for other in inputs.associated_objects or ():
            if object_name(other) not in live.definition["associated_objects"]:
                self._associate(client, live, other)
        return self._read(client, inputs, live.facts)

    def _read(
        self, client: HubSpotClient, inputs: CustomObjectSchemaInputs, facts: Mapping[str, Any], since: str = ""
    ) -> LiveObject:
        """The schema as the list shows it, once that shows what was written."""

        def read() -> LiveObject | None:
            entry = _entry(client, inputs.name)
            return None if entry is None else from_response(client, entry)

        live = self.read_back(inputs, read, since)
        return replace(live, facts={**facts, **live.facts})

    def _bring_properties(
        self,
        client: HubSpotClient,
        live: LiveObject,
        before: CustomObjectSchemaInputs,
        inputs: CustomObjectSchemaInputs,
    ) -> None:
        object_, known = inputs.name, {item.name for item in before.properties}
        there = by_identity(live.document.get("properties"), "name")
        for item in inputs.properties:
            body = property_request(item, there.get(item.name))
            if item.name not in known:
                _create_property(client, object_, item.name, body)
                continue
            changes = {key: body[key] for key in CHANGEABLE & body.keys() if body[key] != there[item.name].get(key)}
            if changes:
                path = "/{object}/{name}"
                client.write("PATCH", "properties", path, changes, object=object_, name=item.name)

    def _associate(self, client: HubSpotClient, live: LiveObject, other: str) -> None:
        end = _type(client, other)
        body = {"fromObjectTypeId": live.facts["object_type_id"], "toObjectTypeId": end}

        def landed() -> Json:
            entry = _entry(client, live.name) or {}
            return next((a for a in entry.get("associations") or () if a["toObjectTypeId"] == end), None)

        client.write("POST", "schemas", "/{object}/associations", body, landed=landed, object=live.name)

    def delete(self, session: PortalSession, live: LiveObject, state: State[CustomObjectSchemaInputs]) -> None:
        session.client.write("DELETE", "schemas", "/{object}", object=live.name)
        custom_objects.forget(session.client, live.name)

    def restore_original(
        self, session: PortalSession, live: LiveObject, state: State[CustomObjectSchemaInputs]
    ) -> None:
        """Properties and associations that were added stay: records may use them."""
        if earlier := state.original:
            self.update(session, live, self.parse({**earlier, "associated_objects": []}))

    def delete_impact(self, session: PortalSession, live: LiveObject) -> Impact | None:
        total, plural = records.count(session.client, live.name, []), live.definition["labels"]["plural"]
        empty_it = "delete them first; HubSpot does not archive an object that has records"
        return Impact(total, f"{total:,} {plural} exist", empty_it)

    def update_impact(
        self, session: PortalSession, inputs: CustomObjectSchemaInputs, live: LiveObject
    ) -> Iterable[Impact]:
        """What its properties would lose: values of removed options, and values that do not fit a new field type."""
        there = {item["name"]: item for item in live.definition["properties"]}
        for item in inputs.properties:
            if (before := there.get(item.name)) is not None:
                name = f"{live.name}.{item.name}"
                theirs = LiveObject(name, name, before)
                yield from property_losses.lost(session.client, item.as_property(live.name), theirs)

    def preflight_errors(
        self, session: PortalSession, desired: DesiredResource, live: LiveObject | None
    ) -> Diagnostics:
        inputs = self.typed(desired)
        before = None if live is None else self.parse(live.definition)
        yield from unknown_objects(session, desired, *(inputs.associated_objects or ()))
        if before is None:
            self._say_what_is_purged(session, desired.name)
            yield from self._refused_when_new(session, desired)
        else:
            for item in inputs.properties:
                if item.name not in {one.name for one in before.properties}:
                    yield from restoring(session, desired, desired.name, item.name, item.type)
        yield from _refused_properties(session, desired, inputs, before)
        if before is not None and before.allows_sensitive_properties and inputs.allows_sensitive_properties is False:
            message = "allows_sensitive_properties cannot be turned off"
            yield input_error((), message, "remove it, or set it to true")

    def _say_what_is_purged(self, session: PortalSession, name: str) -> None:
        if name in _archived(session.client):
            session.report.say(
                f"HubSpot: an archived custom object has the name {name}: creating it again purges that one with its "
                "properties and archived records for good"
            )

    def _refused_when_new(self, session: PortalSession, desired: DesiredResource) -> Iterator[Diagnostic]:
        """A name that is taken, no Enterprise subscription, and no room for one more object."""
        there, declared = session.names(self, ""), list(self.declared_in(session.declared))
        for name in dict.fromkeys([*there, *declared]):
            if name != desired.name and name.lower() == desired.name.lower():
                yield input_error((), f'its name differs from object "{name}" only in case', "choose another name")
        report = subscription.report(session.client, "/custom-object-types")
        if report is None:
            return
        if subscription.lacks_enterprise(session.client):
            yield input_error(
                (),
                "custom objects require an Enterprise subscription",
                "upgrade the subscription, or remove the object",
            )
            return
        new = [name for name in declared if name not in there]
        yield from subscription.beyond(desired, new, int(report["usage"]), int(report["limit"]), "custom objects")


def _refused_properties(
    session: PortalSession,
    desired: DesiredResource,
    inputs: CustomObjectSchemaInputs,
    before: CustomObjectSchemaInputs | None,
) -> Iterator[Diagnostic]:
    """Properties that do not exist, that a Property resource also declares, or whose type would change."""
    there = {item.name: item for item in before.properties} if before is not None else {}
    known = {*there, *(item.name for item in inputs.properties)}
    for name in inputs.named_properties:
        if name not in known:
            fix = "declare it under properties; a Property resource is created only after the object"
            yield input_error((), f'"{name}" is not one of its properties', fix)
    resources = {other.name for other in session.declared if other.kind == "Property"}
    for item in inputs.properties:
        if f"{desired.name}.{item.name}" in resources:
            fix = "remove the Property, or, if the object already exists, the entry under properties"
            yield input_error((), f'its property "{item.name}" is also declared as a Property resource', fix)
    for item in inputs.properties:
        was = there.get(item.name, item)
        fixed = [key for key in ("type", "has_unique_value") if getattr(item, key) != getattr(was, key)]
        if fixed:
            message = f'{" and ".join(fixed)} of property "{item.name}" cannot change after creation'
            yield input_error((), message, "declare a new property instead")


def to_request(inputs: CustomObjectSchemaInputs) -> Json:
    """The fields that a PATCH can change; a create adds name, properties and associations."""
    managed = inputs.managed()
    return {field: managed[key] for key, field in FIELDS.items() if managed.get(key) is not None}


def property_request(item: SchemaProperty, live: Json = None) -> Json:
    """One of its properties, without its group; options inside those of the `live` property."""
    missing = property_options.BOOLEAN_OPTIONS if item.type == "bool" and live is None else ()
    options = item.options or missing
    return {
        "name": item.name,
        "label": item.label,
        "type": item.type,
        "fieldType": item.field_type,
        "hasUniqueValue": item.has_unique_value,
        **({"options": property_options.to_request(options, live)} if options else {}),
    }


def _create_property(client: HubSpotClient, object_: str, name: str, body: Json) -> None:
    def landed() -> Json:
        return client.find("properties", "/{object}/{name}", object=object_, name=name)

    grouped = {"groupName": f"{object_.lower()}_information", **body}
    client.write("POST", "properties", "/{object}", grouped, landed=landed, object=object_)


def _archived(client: HubSpotClient) -> frozenset[str]:
    """The names of archived schemas."""
    return frozenset(str(entry["name"]) for entry in client.get("schemas", "", {"archived": True})["results"])


def _entry(client: HubSpotClient, name: str) -> Json:
    return next((entry for entry in client.get("schemas")["results"] if entry["name"] == name), None)


def _names(client: HubSpotClient) -> Mapping[str, str]:
    """The bare names of custom objects by type id."""
    return {entry["objectTypeId"]: str(entry["name"]) for entry in client.get("schemas")["results"]}


def _type(client: HubSpotClient, object_: str) -> str:
    """The type id of another object, looked up for a custom one."""
    entry = _entry(client, object_) if type_id(object_) == object_ else None
    return str(entry["objectTypeId"]) if entry else type_id(object_)


def from_response(client: HubSpotClient, entry: Json) -> LiveObject:
    """A schema as HubSpot lists it, with the objects at the other end of its associations by name."""
    definition: Definition = {"name": entry["name"]}
    for key, field in FIELDS.items():
        value = entry.get(field)
        definition[key] = DEFAULTS.get(key) if value is None else value
    definition["labels"] = {key: entry["labels"].get(key, "") for key in ("singular", "plural")}
    definition["properties"] = [_property_from_response(item) for item in entry.get("properties") or ()]
    ends = list(dict.fromkeys(str(a["toObjectTypeId"]) for a in entry.get("associations") or ()))
    names = _names(client) if any(end.startswith("2-") for end in ends) else {}
    others = [names.get(end) or object_name(end) for end in ends if end != entry["objectTypeId"]]
    definition["associated_objects"] = others
    facts = {"object_type_id": entry["objectTypeId"], "fully_qualified_name": entry["fullyQualifiedName"]}
    return LiveObject(str(entry["name"]), str(entry["name"]), definition, facts, stamp_of(entry), entry)


def _property_from_response(item: Json) -> Definition:
    return {
        "name": item["name"],
        "label": item["label"],
        "type": item["type"],
        "field_type": item["fieldType"],
        "has_unique_value": bool(item.get("hasUniqueValue", False)),
        "options": property_options.from_response(item) if item["type"] == "enumeration" else [],
    }
