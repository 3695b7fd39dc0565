"""The schema of a custom object: https://developers.hubspot.com/docs/api-reference/crm-schemas-v3/guide"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from revops_hubspot.api import custom_objects, records
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.object_types import object_name, schema_references, type_id
from revops_hubspot.api.read_lag import read_until, shows, stamp_of
from revops_hubspot.kinds.property import BOOLEAN_OPTIONS, Option, PropertyInputs
from revops_hubspot.objects import schema_checks
from revops_hubspot.properties import impact as property_losses
from revops_iac.errors import AccountError
from revops_iac.provider.kind import Definition, DesiredResource, DictKind, Impact, Inputs, LiveObject, Reference, State
from revops_iac.provider.session import Session

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
"""What a PATCH of one of its properties may say."""
DEFAULTS: Mapping[str, Any] = {
    "description": "",
    "secondary_display_properties": [],
    "required_properties": [],
    "searchable_properties": [],
    "allows_sensitive_properties": False,
}


class Labels(BaseModel):
    """What people call one record and several."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    singular: str
    plural: str


class SchemaProperty(BaseModel):
    """A property that the object is created with; further ones are `Property` resources."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: str
    label: str
    type: str
    field_type: str
    options: list[Option] | None = None
    has_unique_value: bool = False


class CustomObjectSchemaInputs(Inputs):
    """A custom object (Enterprise only). Elsewhere it is named by its `name`, as in `object: machine`.

    The properties here are created with it: the display properties at least. They stay when they leave the list.

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
    """For life; unique in the portal, ignoring case [O]."""
    labels: Labels
    primary_display_property: str
    properties: list[SchemaProperty] = Field(min_length=1)
    description: str | None = None
    secondary_display_properties: list[str] | None = Field(default=None, max_length=2)
    required_properties: list[str] | None = None
    searchable_properties: list[str] | None = None
    associated_objects: list[str] | None = None
    """Objects whose records these records can be associated with. Others that are there stay."""
    allows_sensitive_properties: bool | None = None
    """Once true, it cannot be turned off [O]."""

    @model_validator(mode="after")
    def _properties_fit(self) -> Self:
        for item in self.properties:
            PropertyInputs.model_validate(
                {"object": self.name, "group_name": "-", **item.model_dump(exclude_none=True)}
            )
        return self


class CustomObjectSchema(DictKind[HubSpotClient]):
    """Key: name. Read from the list: after a PATCH the read of one flips between old and new for a minute [O]."""

    system = "hubspot"
    scopes = ("crm.schemas.custom.read", "crm.schemas.custom.write")
    inputs = CustomObjectSchemaInputs
    immutable = frozenset({"name"})
    on_delete = (
        "The schema is archived; HubSpot refuses while a record exists, and no API restores it: creating the name "
        "again purges the old one with its properties."
    )

    def vendor_name(self, inputs: Definition) -> str:
        return str(inputs["name"])

    def normalize(self, definition: Definition) -> Definition:
        canonical = {**definition, **{k: v for k, v in DEFAULTS.items() if definition.get(k, v) is None}}
        if "properties" in canonical:
            defaults = {"has_unique_value": False, "options": []}
            canonical["properties"] = [{**defaults, **_canonical(item)} for item in canonical["properties"]]
        if canonical.get("associated_objects") is not None:
            canonical["associated_objects"] = [object_name(name) for name in canonical["associated_objects"]]
        return canonical

    def references(self, inputs: Definition) -> Iterable[Reference]:
        yield from schema_references(*(inputs.get("associated_objects") or ()))

    def managed_view(self, declared: Definition, observed: LiveObject) -> Definition:
        """Properties and associations that are not listed belong to others."""
        definition = dict(observed.definition)
        current = {item["name"]: item for item in definition["properties"]}
        definition["properties"] = [current[item["name"]] for item in declared["properties"] if item["name"] in current]
        mine = [object_name(name) for name in declared.get("associated_objects") or ()]
        definition["associated_objects"] = [name for name in mine if name in definition["associated_objects"]]
        return super().managed_view(declared, LiveObject(observed.id, observed.name, definition, observed.facts))

    def scan(self, client: HubSpotClient, partition: str) -> Mapping[str, LiveObject | None]:
        found = [_live(client, entry) for entry in client.get("schemas")["results"] if not entry.get("archived")]
        return {live.name: live for live in found}

    def create(self, session: Session[HubSpotClient], inputs: Definition) -> LiveObject:
        client, name = session.client, inputs["name"]
        purged = any(entry["name"] == name for entry in client.get("schemas", "", {"archived": True})["results"])
        body = {
            "name": name,
            **_body(inputs),
            "properties": [_property(item) for item in inputs["properties"]],
            "associatedObjects": [_type(client, other) for other in inputs.get("associated_objects") or ()],
        }

        def landed() -> Any:
            return _entry(client, name)

        answer = client.write("POST", "schemas", "", body, landed=landed)
        custom_objects.note(client, name, str(answer["objectTypeId"]))
        if purged:
            session.report.say(
                f"HubSpot: CustomObjectSchema {name}: the archived schema of this name was purged with its properties"
            )
        return self._read(client, inputs, {"purged_archived": True} if purged else {}, stamp_of(answer))

    def update(self, session: Session[HubSpotClient], live: LiveObject, inputs: Definition) -> LiveObject:
        client, name = session.client, live.name
        self._bring_properties(client, name, live, inputs)
        body = _body({**live.definition, **inputs})  # every field: one left out may come back stale [O]
        if body != _body(live.definition):
            client.write("PATCH", "schemas", "/{object}", body, object=name)
        for other in inputs.get("associated_objects") or ():
            if object_name(other) not in live.definition["associated_objects"]:
                self._associate(client, live, other)
        return self._read(client, inputs, live.facts)

    def _read(self, client: HubSpotClient, inputs: Definition, facts: Mapping[str, Any], since: str = "") -> LiveObject:
        """The schema as the list shows it, once that shows what was written."""

        def read() -> LiveObject | None:
            entry = _entry(client, inputs["name"])
            return None if entry is None else _live(client, entry)

        def is_current(live: LiveObject | None) -> bool:
            if live is None or shows(live.stamp, since):
                return live is not None
            return not self.differences(inputs, self.managed_view(inputs, live))

        live = read_until(read, is_current)
        if live is None:
            raise AccountError(f'HubSpot: CustomObjectSchema "{inputs["name"]}" was written, but cannot be read')
        return LiveObject(live.id, live.name, live.definition, {**facts, **live.facts}, live.stamp)

    def _bring_properties(self, client: HubSpotClient, name: str, live: LiveObject, inputs: Definition) -> None:
        there = {item["name"]: item for item in live.definition["properties"]}
        for item in self.normalize(inputs)["properties"]:
            if item["name"] not in there:
                body = {"groupName": f"{name.lower()}_information", **_property(item)}

                def landed(key: str = item["name"]) -> Any:
                    return client.find("properties", "/{object}/{name}", object=name, name=key)

                client.write("POST", "properties", "/{object}", body, landed=landed, object=name)
            elif item != there[item["name"]]:
                body = {key: value for key, value in _property(item).items() if key in CHANGEABLE}
                client.write("PATCH", "properties", "/{object}/{name}", body, object=name, name=item["name"])

    def _associate(self, client: HubSpotClient, live: LiveObject, other: str) -> None:
        end = _type(client, other)
        body = {"fromObjectTypeId": live.facts["object_type_id"], "toObjectTypeId": end}

        def landed() -> Any:
            entry = _entry(client, live.name) or {}
            return next((a for a in entry.get("associations") or () if a["toObjectTypeId"] == end), None)

        client.write("POST", "schemas", "/{object}/associations", body, landed=landed, object=live.name)

    def delete(self, session: Session[HubSpotClient], live: LiveObject, state: State[Definition]) -> None:
        session.client.write("DELETE", "schemas", "/{object}", object=live.name)
        custom_objects.forget(session.client, live.name)

    def restore_original(self, session: Session[HubSpotClient], live: LiveObject, state: State[Definition]) -> None:
        """Properties and associations that were added stay: records may use them."""
        if earlier := state.original:
            self.update(session, live, {**earlier, "associated_objects": []})

    def delete_impact(self, session: Session[HubSpotClient], live: LiveObject) -> Impact | None:
        total, plural = records.count(session.client, live.name, []), live.definition["labels"]["plural"]
        empty_it = "delete them first, for HubSpot archives no object that has records"
        return Impact(total, f"{total:,} {plural} exist", empty_it)

    def update_impact(self, session: Session[HubSpotClient], inputs: Definition, live: LiveObject) -> Iterable[Impact]:
        """What its properties would lose: values of options that go, and values that a new form cannot hold."""
        there = {item["name"]: item for item in live.definition["properties"]}
        for item in self.normalize(inputs)["properties"]:
            if (before := there.get(item["name"])) is not None:
                name = f"{live.name}.{item['name']}"
                yield from property_losses.lost(session.client, item, LiveObject(name, name, before))

    def preflight_errors(
        self, session: Session[HubSpotClient], desired: DesiredResource, live: LiveObject | None
    ) -> Iterable[str]:
        yield from schema_checks.refused(session, desired, live)
        subject = f'HubSpot: CustomObjectSchema "{desired.name}"'
        there = {item["name"]: item for item in live.definition["properties"]} if live is not None else {}
        for name in _unknown_properties(desired.inputs, there):
            yield (
                f'{subject}: "{name}" is none of its properties\n'
                "    fix: declare it under properties; a Property resource comes too late for a new object"
            )
        for name in _twice(session, desired):
            yield (
                f'{subject}: its property "{name}" is a Property resource too\n'
                "    fix: remove the Property, or, where the object exists already, the entry under properties"
            )
        for item in self.normalize(desired.inputs)["properties"]:
            live_item = there.get(item["name"], item)
            fixed = [key for key in ("type", "has_unique_value") if item[key] != live_item[key]]
            if fixed:
                yield (
                    f'{subject}: {" and ".join(fixed)} of property "{item["name"]}" cannot change after creation\n'
                    "    fix: declare a new property beside it"
                )
        is_on = live is not None and live.definition["allows_sensitive_properties"]
        if is_on and desired.inputs.get("allows_sensitive_properties") is False:
            yield (
                f"{subject}: allows_sensitive_properties cannot be turned off\n    fix: remove the line, or write true"
            )


def _twice(session: Session[HubSpotClient], desired: DesiredResource) -> list[str]:
    """Properties that two resources of the program declare, so that each would undo the other."""
    others = {other.name for other in session.declared if other.kind == "Property"}
    return [item["name"] for item in desired.inputs["properties"] if f"{desired.name}.{item['name']}" in others]


def _unknown_properties(inputs: Definition, there: Mapping[str, Any]) -> list[str]:
    """The properties that the schema names and that will not be there when it is written."""
    known = {*there, *(item["name"] for item in inputs["properties"])}
    named = [inputs["primary_display_property"]]
    for key in ("secondary_display_properties", "required_properties", "searchable_properties"):
        named += inputs.get(key) or []
    return [name for name in dict.fromkeys(named) if name not in known]


def _canonical(item: Mapping[str, Any]) -> dict[str, Any]:
    options = [{"description": "", "hidden": False, **option} for option in item.get("options") or ()]
    return {**item, "options": options}


def _body(inputs: Definition) -> dict[str, Any]:
    return {field: inputs[key] for key, field in FIELDS.items() if inputs.get(key) is not None}


def _property(item: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"name": item["name"], "label": item["label"], "type": item["type"]}
    body |= {"fieldType": item["field_type"], "hasUniqueValue": bool(item.get("has_unique_value"))}
    options = item.get("options") or (BOOLEAN_OPTIONS if item["type"] == "bool" else [])
    if options:
        body["options"] = [{"hidden": False, **option, "displayOrder": at} for at, option in enumerate(options)]
    return body


def _entry(client: HubSpotClient, name: str) -> Any:
    return next((entry for entry in client.get("schemas")["results"] if entry["name"] == name), None)


def _names(client: HubSpotClient) -> Mapping[str, str]:
    """The bare names of custom objects by type id."""
    return {entry["objectTypeId"]: str(entry["name"]) for entry in client.get("schemas")["results"]}


def _type(client: HubSpotClient, object_: str) -> str:
    """The type id of another object; a custom one's is asked for."""
    entry = _entry(client, object_) if type_id(object_) == object_ else None
    return str(entry["objectTypeId"]) if entry else type_id(object_)


def _live(client: HubSpotClient, entry: Mapping[str, Any]) -> LiveObject:
    definition: Definition = {"name": entry["name"]}
    for key, field in FIELDS.items():
        value = entry.get(field)
        definition[key] = DEFAULTS.get(key) if value is None else value
    definition["labels"] = {key: entry["labels"].get(key, "") for key in ("singular", "plural")}
    definition["properties"] = [_observed_property(item) for item in entry.get("properties") or ()]
    ends = list(dict.fromkeys(str(a["toObjectTypeId"]) for a in entry.get("associations") or ()))
    names = _names(client) if any(end.startswith("2-") for end in ends) else {}
    others = [names.get(end) or object_name(end) for end in ends if end != entry["objectTypeId"]]
    definition["associated_objects"] = others
    facts = {"object_type_id": entry["objectTypeId"], "fully_qualified_name": entry["fullyQualifiedName"]}
    return LiveObject(str(entry["name"]), str(entry["name"]), definition, facts, stamp_of(entry))


def _observed_property(item: Mapping[str, Any]) -> dict[str, Any]:
    options = sorted(item.get("options") or (), key=lambda option: option.get("displayOrder", -1))
    return {
        "name": item["name"],
        "label": item["label"],
        "type": item["type"],
        "field_type": item["fieldType"],
        "has_unique_value": bool(item.get("hasUniqueValue", False)),
        "options": [
            {
                "label": option["label"],
                "value": option["value"],
                "description": option.get("description") or "",
                "hidden": bool(option.get("hidden", False)),
            }
            for option in options
            if item["type"] == "enumeration"
        ],
    }
