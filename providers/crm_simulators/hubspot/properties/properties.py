"""Properties and property groups: https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide."""

from __future__ import annotations

from functools import partial

from crm_simulators.hubspot import errors
from crm_simulators.hubspot.errors import HubSpotError, JsonObject, not_found, validation_error
from crm_simulators.hubspot.http.batches import batch_inputs, batch_reply
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.calls import Call, Reply
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.portal.object_types import ObjectType
from crm_simulators.hubspot.portal.portal import Portal
from crm_simulators.hubspot.portal.scopes import SCHEMA_READ, SCHEMA_WRITE
from crm_simulators.hubspot.properties.definitions import DEFAULTS, SENSITIVITIES, UPDATABLE, PropertyRules
from crm_simulators.hubspot.properties.usage import uses_of_property

MAX_CUSTOM = {"free": 10, "starter": 1000, "professional": 1000, "enterprise": 1000}  # per object [D]
MAX_UNIQUE = 10  # per object [D]
MAX_BATCH = 100  # [?]
PIPELINE_PROPERTIES = {"0-3": ("pipeline", "dealstage")}
PROPERTIES = "/crm/v3/properties/{objectType}"
GROUPS = f"{PROPERTIES}/groups"
GROUP = f"{GROUPS}/{{group}}"
GROUP_OPTIONAL = {"displayOrder": "integer"}
DEFINITION_FIELDS = tuple(field for field in UPDATABLE if field != "options")


class Properties:
    """The definitions of every object type."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def active(self, object_type: str) -> dict[str, JsonObject]:
        """Definitions in use, by name."""
        return self.portal.area("properties", object_type)

    def archived(self, object_type: str) -> dict[str, JsonObject]:
        """Definitions in the recycle bin, by name."""
        return self.portal.area("archived_properties", object_type)

    def groups(self, object_type: str) -> dict[str, JsonObject]:
        """Groups, by name."""
        return self.portal.area("groups", object_type)

    @route("GET", GROUPS, SCHEMA_READ)
    def list_groups(self, object_type: ObjectType) -> list[JsonObject]:
        """Every group; archived ones cannot be listed [S]."""
        return list(self.groups(object_type.id).values())

    @route("POST", GROUPS, SCHEMA_WRITE, status=201)
    def create_group(self, object_type: ObjectType, body: JsonObject) -> JsonObject:
        """Create a group; 409 for a name in use. The name of an archived group creates a new one [O]."""
        groups = self.groups(object_type.id)
        check_body("PropertyGroupCreate", body, {"name": "text", "label": "text"}, GROUP_OPTIONAL)
        if body["name"] in groups:
            raise HubSpotError(409, f'A property group named "{body["name"]}" already exists.', "OBJECT_ALREADY_EXISTS")
        groups[body["name"]] = {
            "name": body["name"],
            "label": body["label"],
            "displayOrder": body.get("displayOrder", -1),
            "archived": False,
        }
        return groups[body["name"]]

    @route("GET", GROUP, SCHEMA_READ)
    def read_group(self, object_type: ObjectType, group: str) -> JsonObject:
        """One group."""
        found: JsonObject | None = self.groups(object_type.id).get(group)
        if found is None:
            raise not_found(f"Property group {group} does not exist")
        return found

    @route("PATCH", GROUP, SCHEMA_WRITE)
    def update_group(self, object_type: ObjectType, group: str, body: JsonObject) -> JsonObject:
        """PATCH of label and displayOrder."""
        found = self.read_group(object_type, group)
        check_body("PropertyGroupUpdate", body, {}, {"label": "text", **GROUP_OPTIONAL})
        found.update({key: value for key, value in body.items() if value is not None})
        return found

    @route("DELETE", GROUP, SCHEMA_WRITE)
    def archive_group(self, object_type: ObjectType, group: str) -> None:
        """204; 400 while an active property is in it [O]."""
        self.read_group(object_type, group)
        inside = [p["name"] for p in self.active(object_type.id).values() if p["groupName"] == group]
        if inside:
            raise validation_error(
                f'Property group "{group}" cannot be deleted because it has active properties',
                "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES",
                context={"propertyNames": inside},
            )
        del self.groups(object_type.id)[group]

    def view(self, object_type: str, definition: JsonObject) -> JsonObject:
        """A definition as responses show it: options of pipeline properties come from the pipelines."""
        names = PIPELINE_PROPERTIES.get(object_type, ("hs_pipeline", "hs_pipeline_stage"))
        if definition["name"] not in names:
            return definition
        pipelines = self.portal.area("pipelines", object_type).values()
        entries = [p for pipeline in pipelines for p in pipeline["stages"]]
        if definition["name"] == names[0]:
            entries = list(pipelines)
        options = [
            {"label": entry["label"], "value": entry["id"], "displayOrder": at, "hidden": False}
            for at, entry in enumerate(entries)
        ]
        return {**definition, "options": options}

    def find(self, object_type: str, name: str, archived: bool = False) -> JsonObject:
        """A definition, or 404."""
        live = self.archived(object_type) if archived else self.active(object_type)
        definition = live.get(name)
        if definition is None and archived:
            definition = self.active(object_type).get(name)
        if definition is None:
            raise not_found(f"Property {name} does not exist")
        return self.view(object_type, definition)

    @route("GET", f"{PROPERTIES}/{{name}}", SCHEMA_READ)
    def read(self, call: Call, object_type: ObjectType, name: str, archived: bool) -> JsonObject:
        """One property; `archived=true` finds archived ones too [O]."""
        _sensitivity(call)
        return self.find(object_type.id, name, archived)

    @route("GET", PROPERTIES, SCHEMA_READ)
    def list_all(self, call: Call, object_type: ObjectType, archived: bool, properties: list[str]) -> list[JsonObject]:
        """Every property of one sensitivity, without paging [S]."""
        sensitivity = _sensitivity(call)
        live = self.archived(object_type.id) if archived else self.active(object_type.id)
        return [
            self.view(object_type.id, definition)
            for name, definition in live.items()
            if definition["dataSensitivity"] == sensitivity and (not properties or name in properties)
        ]

    def rules(self, object_type: str) -> PropertyRules:
        """The checks for an object type."""
        return PropertyRules(self.portal, self.active(object_type), self.groups(object_type))

    @route("POST", PROPERTIES, SCHEMA_WRITE)
    def post(self, call: Call, object_type: ObjectType, body: JsonObject) -> Reply:
        """201, with a Location header [O]."""
        _check_dated(call, body)
        made = self.create(object_type, body, call.scopes)
        location = f"/crm/v3/properties/{call.path['objectType']}/{made['name']}"
        return Reply(201, made, {"location": location})

    @route("POST", f"{PROPERTIES}/batch/create", SCHEMA_WRITE)
    def batch_create(self, call: Call, object_type: ObjectType, body: JsonObject) -> Reply:
        """201, or 207 when some failed; where batches are not partial, the first error for them all."""
        inputs = batch_inputs(body, {}, MAX_BATCH)
        for item in inputs:
            _check_dated(call, item)
        if not self.portal.switch("property_batches_are_partial"):
            rules = self.rules(object_type.id)
            for item in inputs:
                self.require_free(object_type.id, rules.created(item)["name"])
        return batch_reply(self.portal, 201, inputs, partial(self.create, object_type, scopes=call.scopes))

    @route("POST", f"{PROPERTIES}/batch/read", SCHEMA_READ, write=False)
    def batch_read(self, object_type: ObjectType, body: JsonObject) -> Reply:
        """200, or 207 when some do not exist."""
        names = _names(batch_inputs(body, {"archived": "flag"}, MAX_BATCH, {"dataSensitivity": "text"}))
        return batch_reply(self.portal, 200, names, partial(self.find, object_type.id, archived=body["archived"]))

    @route("POST", f"{PROPERTIES}/batch/archive", SCHEMA_WRITE)
    def batch_archive(self, object_type: ObjectType, body: JsonObject) -> None:
        """204 whatever the state: active, archived, never existed [O]; 400 for one in use."""
        for name in _names(batch_inputs(body, {}, MAX_BATCH)):
            if name in self.active(object_type.id):
                self.archive(object_type, name)

    def create(self, object_type: ObjectType, body: JsonObject, scopes: frozenset[str]) -> JsonObject:
        """Create a property, or restore the archived one of this name with the new definition [O][D]."""
        rules = self.rules(object_type.id)
        self._check_sensitive(object_type, body, scopes)
        definition = rules.created(body)
        name = definition["name"]
        self.require_free(object_type.id, name)
        self._check_counts(object_type.id, definition)
        self.archived(object_type.id).pop(name, None)
        now, user = self.portal.now(), self.portal.user_id()
        metadata = {"archivable": True, "readOnlyDefinition": False, "readOnlyValue": definition["calculated"]}
        if definition["type"] == "enumeration":
            metadata["readOnlyOptions"] = False
        definition |= {
            "createdAt": now,
            "updatedAt": now,
            "createdUserId": user,
            "updatedUserId": user,
            "hubspotDefined": False,
            "archived": False,
            "modificationMetadata": metadata,
        }
        self.active(object_type.id)[name] = rules.stored(definition)
        return definition

    def add_defined(self, object_type: str, definition: JsonObject) -> JsonObject:
        """Add a property that HubSpot defines, also of a type that no create takes, as it is."""
        metadata = {"archivable": False, "readOnlyDefinition": True, "readOnlyValue": True}
        calculated = str(definition["fieldType"]).startswith("calculation")
        made = {**DEFAULTS, "options": [], "calculated": calculated, "modificationMetadata": metadata, **definition}
        self.active(object_type)[str(definition["name"])] = made
        return made

    @route("PATCH", f"{PROPERTIES}/{{name}}", SCHEMA_WRITE)
    def update(self, call: Call, object_type: ObjectType, name: str, body: JsonObject) -> JsonObject:
        """PATCH a property."""
        _check_dated(call, body)
        before = self.find(object_type.id, name)
        self._check_locked(before, body)
        rules = self.rules(object_type.id)
        definition = rules.updated(before, body)
        definition |= {"updatedAt": self.portal.now(), "updatedUserId": self.portal.user_id()}
        self.active(object_type.id)[name] = rules.stored(definition)
        return definition

    @route("DELETE", f"{PROPERTIES}/{{name}}", SCHEMA_WRITE)
    def archive(self, object_type: ObjectType, name: str) -> None:
        """Move a property to the recycle bin; 404 for an unknown one, 400 while it is in use [O][D]."""
        definition = self.find(object_type.id, name)
        if not definition["modificationMetadata"]["archivable"]:
            raise validation_error(f'Property "{name}" is defined by HubSpot and cannot be deleted')
        uses = uses_of_property(self.portal, object_type.id, name)
        if uses:
            where = ", ".join(f"{use['parentType']} {use['parentName']}" for use in uses)
            raise validation_error(
                f'Property "{name}" cannot be deleted because it is in use: {where}',
                "PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE",
                [
                    {
                        "message": f"Property is used by {use['parentName']}",
                        "context": {key: [value] for key, value in use.items()},
                    }
                    for use in uses
                ],
            )
        del self.active(object_type.id)[name]
        self.portal.area("property_validations", object_type.id).pop(name, None)  # [?] they do not come back with it
        self.archived(object_type.id)[name] = {**definition, "archived": True, "archivedAt": self.portal.now()}

    def _check_sensitive(self, object_type: ObjectType, body: JsonObject, scopes: frozenset[str]) -> None:
        if body.get("dataSensitivity") in (None, "non_sensitive"):
            return
        needed = {f"crm.objects.{object_type.scope}.{body['dataSensitivity']}.write{v}" for v in ("", ".v2")}
        if not scopes & needed:
            raise HubSpotError(
                403, "Missing required scope for: sensitive-data-property-create", "MISSING_SCOPES"
            )  # [O]
        account = self.portal.state["account"]
        if account.get("sensitiveData") and account["tier"] == "enterprise":  # Enterprise only [D]
            return
        message = "The portal is not enabled for sensitive data"
        code = "PORTAL_NOT_ENABLED_FOR_SENSITIVE_DATA"
        raise validation_error(message, errors=[{"message": message, "code": code}])  # [O]

    def require_free(self, object_type: str, name: str) -> None:
        """409 for the name of a property that exists."""
        if name in self.active(object_type):
            raise HubSpotError(
                409,
                f'A property named "{name}" already exists.',
                "OBJECT_ALREADY_EXISTS",
                "Properties.PROPERTY_WITH_NAME_EXISTS",
            )

    def _check_counts(self, object_type: str, definition: JsonObject) -> None:
        custom = [p for p in self.active(object_type).values() if not p["hubspotDefined"]]
        limit = MAX_CUSTOM[self.portal.state["account"]["tier"]]
        if len(custom) >= limit:
            raise validation_error(f"The limit of {limit} custom properties for this object is reached")
        if definition["hasUniqueValue"] and sum(p["hasUniqueValue"] for p in custom) >= MAX_UNIQUE:
            raise validation_error(f"The limit of {MAX_UNIQUE} unique properties for this object is reached")

    def _check_locked(self, before: JsonObject, body: JsonObject) -> None:
        """HubSpot-defined properties: what modificationMetadata locks cannot be changed; equal values pass."""
        metadata = dict(before["modificationMetadata"])
        if before["name"] == "lifecyclestage" and self.portal.switch("lifecyclestage_options_writable"):
            metadata["readOnlyOptions"] = False
        if metadata["readOnlyDefinition"]:
            changed = [f for f in DEFINITION_FIELDS if body.get(f) is not None and body[f] != before.get(f)]
            if changed:
                raise validation_error(f'Property "{before["name"]}" is defined by HubSpot: {changed[0]} is read-only')
        options = body.get("options")
        if options is not None and metadata.get("readOnlyOptions") and options != before["options"]:
            raise validation_error(f'Property "{before["name"]}" is defined by HubSpot: options is read-only')


def _check_dated(call: Call, body: JsonObject) -> None:
    """From 2026-03 an option must say its displayOrder [S]."""
    options = body["options"] if isinstance(body.get("options"), list) else []
    if call.version and any(isinstance(o, dict) and o.get("displayOrder") is None for o in options):
        raise errors.missing_attributes("OptionInput", ["displayOrder"])


def _sensitivity(call: Call) -> str:
    text = call.text("dataSensitivity")
    if text not in (None, *SENSITIVITIES):
        raise errors.unparsable_query("dataSensitivity")
    return text or "non_sensitive"


def _names(inputs: list[JsonObject]) -> list[str]:
    for item in inputs:
        check_body("PropertyName", item, {"name": "text"}, {})
    return [str(item["name"]) for item in inputs]
