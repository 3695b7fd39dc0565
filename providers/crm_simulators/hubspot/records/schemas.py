"""Schemas of custom objects: https://developers.hubspot.com/docs/api-reference/crm-schemas-v3/guide.

Behavior is [O] (live runs on 2026-09) unless a line says otherwise.
"""

from __future__ import annotations

import copy
import re
from datetime import datetime, timedelta

from crm_simulators.hubspot import errors
from crm_simulators.hubspot.errors import HubSpotError, JsonObject, not_found, validation_error
from crm_simulators.hubspot.http.bodies import check_body, fields
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.portal.default_properties import custom_object_properties
from crm_simulators.hubspot.portal.object_types import ObjectType
from crm_simulators.hubspot.properties.properties import Properties

SCHEMA_READ = ("crm.schemas.custom.read", "crm.objects.custom.read", "crm.objects.custom.write")
SCHEMA_WRITE = ("crm.schemas.custom.write",)
SCHEMAS = "/crm-object-schemas/v3/schemas"
SCHEMA = f"{SCHEMAS}/{{schema}}"
MAX_SCHEMAS = {"free": 0, "starter": 0, "professional": 0, "enterprise": 10}  # Enterprise only; the number is [?]
MAX_SECONDARY = 2
LAG_S = 60
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,49}")
UPDATABLE = fields("ObjectTypeDefinitionPatch")
CREATE_REQUIRED = {"name": "text", "labels": "object"}
CREATE_OPTIONAL = {**UPDATABLE, "properties": "list", "associatedObjects": "list"}
PATCH_ONLY = {"clearDescription": "flag", "restorable": "flag"}


class Schemas:
    """The custom objects of the portal, by type id."""

    def __init__(self, properties: Properties) -> None:
        self.properties = properties
        self.portal = properties.portal

    def all(self) -> dict[str, JsonObject]:
        """Every schema, archived ones too."""
        return self.portal.area("schemas")

    def active(self) -> list[JsonObject]:
        """Schemas in use."""
        return [schema for schema in self.all().values() if not schema["archived"]]

    def find(self, key: str, archived: bool = False) -> JsonObject:
        """A schema by type id or fully qualified name, or 404."""
        for schema in self.all().values():
            names = (schema["objectTypeId"], schema["fullyQualifiedName"].lower())
            if schema["archived"] == archived and key.lower() in names:
                return schema
        raise not_found(f"Unable to find schema for object type {key}")

    def view(self, schema: JsonObject) -> JsonObject:
        """A schema as responses show it, with its properties."""
        properties = list(self.properties.active(schema["objectTypeId"]).values())
        return {**{key: value for key, value in schema.items() if key != "earlier"}, "properties": properties}

    @route("GET", SCHEMAS, SCHEMA_READ)
    def list_all(self, archived: bool) -> list[JsonObject]:
        """Every schema, without paging; lists are current when a read of one is not."""
        return [self.view(schema) for schema in self.all().values() if schema["archived"] == archived]

    @route("POST", SCHEMAS, SCHEMA_WRITE, status=201)
    def post(self, body: JsonObject) -> JsonObject:
        """Create a schema; the answer shows its properties."""
        return self.view(self.create(body))

    def create(self, body: JsonObject) -> JsonObject:
        """Create a schema with its first properties; an archived one of the name is purged."""
        check_body("ObjectSchemaEgg", body, CREATE_REQUIRED, CREATE_OPTIONAL)
        name = body["name"]
        if not NAME.fullmatch(name):
            raise validation_error(
                f'Object type name "{name}" is invalid: a letter, then letters, digits or _, up to 50'
            )
        existing = next((s for s in self.active() if s["name"].lower() == name.lower()), None)
        if existing is not None:
            if existing["name"] == name and self.portal.switch("schema_create_of_active_name") == 201:
                return existing
            raise HubSpotError(409, f"An object type with the name {name} already exists", "OBJECT_ALREADY_EXISTS")
        self._check_limit()
        if body.get("primaryDisplayProperty") is None:
            message = "A primary display property is required"
            raise validation_error(message, errors=[{"message": message, "code": "PRIMARY_DISPLAY_PROPERTY_REQUIRED"}])
        return self._made(name, body)

    def _made(self, name: str, body: JsonObject) -> JsonObject:
        number = self.portal.next_id("schema", 41000001)
        type_id, group = f"2-{number}", f"{name.lower()}_information"
        object_type = ObjectType(type_id, f"p{self.portal.state['account']['portalId']}_{name}", name, "custom")
        self.portal.area("groups", type_id)[group] = _group(
            group, f"{body['labels'].get('singular', name)} information"
        )
        self.portal.area("properties", type_id).update(custom_object_properties(group))
        try:
            for desired in body.get("properties") or []:
                check_body("ObjectTypePropertyCreate", desired, {}, {}, strict=False)
                self.properties.create(object_type, {"groupName": group, **desired}, frozenset())
            schema = self._schema(number, object_type, body)
            self._check(schema)
            schema["associations"] = [self._association(schema, other) for other in body.get("associatedObjects") or []]
        except HubSpotError:
            self._drop(type_id)
            raise
        for archived in [s for s in self.all().values() if s["archived"] and s["name"] == name]:
            self._purge(archived)
        self.all()[type_id] = schema
        return schema

    def _schema(self, number: str, object_type: ObjectType, body: JsonObject) -> JsonObject:
        now = self.portal.now()
        return {
            "id": number,
            "objectTypeId": object_type.id,
            "name": object_type.singular,
            "fullyQualifiedName": object_type.plural,
            "labels": body["labels"],
            "requiredProperties": [],
            "searchableProperties": [],
            "secondaryDisplayProperties": [],
            "allowsSensitiveProperties": False,
            "associations": [],
            "archived": False,
            "createdAt": now,
            "updatedAt": now,
        } | {key: body[key] for key in UPDATABLE if body.get(key) is not None}

    @route("PATCH", SCHEMA, SCHEMA_WRITE)
    def update(self, schema: str, body: JsonObject) -> JsonObject:
        """PATCH. While reads lag, fields left out may come back as they were. Answers without properties and
        associations [S]."""
        found = self.find(schema)
        check_body("ObjectTypeDefinitionPatch", body, {}, {**UPDATABLE, **PATCH_ONLY})
        base = found["earlier"] if self._lags(found) else found
        changed = copy.deepcopy({k: base[k] for k in UPDATABLE if k in base})
        changed |= {k: v for k, v in body.items() if k in UPDATABLE and v is not None}
        if body.get("clearDescription"):
            changed["description"] = ""
        if found["allowsSensitiveProperties"] and not changed["allowsSensitiveProperties"]:
            raise validation_error("allowsSensitiveProperties cannot be turned off")
        self._check({**found, **changed})
        earlier = {k: copy.deepcopy(found[k]) for k in (*UPDATABLE, "updatedAt") if k in found}
        found.update(changed | {"updatedAt": self.portal.now(), "earlier": earlier})
        return {key: value for key, value in found.items() if key not in ("earlier", "properties", "associations")}

    @route("GET", SCHEMA, SCHEMA_READ)
    def read(self, schema: str, archived: bool) -> JsonObject:
        """One schema, alone; every other read lags behind a PATCH when the switch says so."""
        found = self.find(schema, archived)
        if self._lags(found) and int(self.portal.next_id(f"schema read {found['id']}")) % 2:
            return self.view({**found, **found["earlier"]})
        return self.view(found)

    @route("DELETE", SCHEMA, SCHEMA_WRITE)
    def archive(self, schema: str, archived: bool) -> None:
        """Archive a schema without records, or purge an archived one."""
        if archived:
            if any(one["objectTypeId"] == schema for one in self.active()):
                raise validation_error("Only an archived object type can be purged")
            self._purge(self.find(schema, archived=True))
            return
        found = self.find(schema)
        records = self.portal.area("records", found["objectTypeId"]).values()
        if any(not record["archived"] for record in records):
            message = f"Object type {found['name']} cannot be deleted because it has records"
            raise validation_error(message, errors=[{"message": message, "code": "EXISTING_OBJECT_RECORDS"}])
        found["archived"] = True

    @route("POST", f"{SCHEMA}/associations", SCHEMA_WRITE, status=201)
    def associate(self, schema: str, body: JsonObject) -> JsonObject:
        """Let records of this object be associated with another."""
        found = self.find(schema)
        check_body(
            "AssociationDefinitionEgg", body, {"fromObjectTypeId": "text", "toObjectTypeId": "text"}, {"name": "text"}
        )
        made = self._association(found, body["toObjectTypeId"], body.get("name"))
        found["associations"].append(made)
        return made

    @route("DELETE", f"{SCHEMA}/associations/{{association}}", SCHEMA_WRITE)
    def dissociate(self, schema: str, association: str) -> None:
        """Remove an association; an unknown one is 204 too [?]."""
        found = self.find(schema)
        found["associations"] = [one for one in found["associations"] if one["id"] != association]

    def _association(self, schema: JsonObject, other: str, name: str | None = None) -> JsonObject:
        end = self.portal.object_type(str(other))
        if any(a["toObjectTypeId"] == end.id for a in schema["associations"]):
            raise HubSpotError(
                409, f"{schema['name']} is associated with {end.plural} already", "OBJECT_ALREADY_EXISTS"
            )
        return {
            "id": self.portal.next_id("association type", 101),
            "fromObjectTypeId": schema["objectTypeId"],
            "toObjectTypeId": end.id,
            "name": name or f"{schema['name'].lower()}_to_{end.singular}",
        }

    def _check(self, schema: JsonObject) -> None:
        labels = schema["labels"]
        missing = [name for name in ("singular", "plural") if not isinstance(labels.get(name), str)]
        if missing:
            raise errors.missing_attributes("ObjectTypeDefinitionLabels", missing)
        if len(schema["secondaryDisplayProperties"]) > MAX_SECONDARY:
            raise validation_error(f"At most {MAX_SECONDARY} secondary display properties are allowed")
        known = self.properties.active(schema["objectTypeId"])
        lists = ("secondaryDisplayProperties", "requiredProperties", "searchableProperties")
        named = [schema["primaryDisplayProperty"], *(name for key in lists for name in schema[key])]
        for name in named:
            if str(name) not in known:
                raise validation_error(f"Property {name} does not exist on object type {schema['name']}")

    def _check_limit(self) -> None:
        limit = MAX_SCHEMAS[self.portal.state["account"]["tier"]]
        if not limit:
            raise HubSpotError(403, "This account does not have access to custom objects", "FORBIDDEN")  # [?]
        if len(self.active()) >= limit:
            raise validation_error(f"The limit of {limit} custom object types of this account is reached")

    def _lags(self, schema: JsonObject) -> bool:
        if not self.portal.switch("schema_read_lag") or "earlier" not in schema:
            return False
        changed = datetime.fromisoformat(schema["updatedAt"])
        return self.portal.control.clock.now() - changed < timedelta(seconds=LAG_S)

    def _purge(self, schema: JsonObject) -> None:
        self._drop(schema["objectTypeId"])
        del self.all()[schema["objectTypeId"]]

    def _drop(self, type_id: str) -> None:
        for area in ("groups", "properties", "archived_properties", "pipelines", "records", "property_validations"):
            self.portal.area(area).pop(type_id, None)


def _group(name: str, label: str) -> JsonObject:
    return {"name": name, "label": label, "displayOrder": 0, "archived": False}
