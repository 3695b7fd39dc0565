"""Properties and property groups: https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from crm_simulators.hubspot import errors
from crm_simulators.hubspot.errors import HubSpotError, JsonObject, not_found, validation_error
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.routing import Call, Reply, Route
from crm_simulators.hubspot.portal.object_types import ObjectType
from crm_simulators.hubspot.portal.portal import Portal
from crm_simulators.hubspot.portal.scopes import SCHEMA_READ, SCHEMA_WRITE
from crm_simulators.hubspot.properties.definitions import DEFAULTS, SENSITIVITIES, UPDATABLE, PropertyRules
from crm_simulators.hubspot.properties.usage import uses_of_property

MAX_CUSTOM = {"free": 10, "starter": 1000, "professional": 1000, "enterprise": 1000}  # per object [D]
MAX_UNIQUE = 10  # per object [D]
MAX_BATCH = 100  # [?]
PIPELINE_PROPERTIES = {"0-3": ("pipeline", "dealstage")}
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

    def create_group(self, object_type: str, body: JsonObject) -> JsonObject:
        """Create a group; 409 for a name in use."""
        groups = self.groups(object_type)
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

    def rules(self, object_type: str) -> PropertyRules:
        """The checks for an object type."""
        return PropertyRules(self.portal, self.active(object_type), self.groups(object_type))

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

    def update(self, object_type: ObjectType, name: str, body: JsonObject) -> JsonObject:
        """PATCH a property."""
        before = self.find(object_type.id, name)
        self._check_locked(before, body)
        rules = self.rules(object_type.id)
        definition = rules.updated(before, body)
        definition |= {"updatedAt": self.portal.now(), "updatedUserId": self.portal.user_id()}
        self.active(object_type.id)[name] = rules.stored(definition)
        return definition

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


class PropertyRoutes:
    """The routes of properties and groups."""

    def __init__(self, properties: Properties) -> None:
        self.properties = properties
        self.portal = properties.portal

    def list_all(self, call: Call) -> Reply:
        """Every property of one sensitivity, without paging [S]."""
        object_type = _object(call)
        sensitivity = _sensitivity(call.text("dataSensitivity"))
        live = self.properties.archived if call.flag("archived") else self.properties.active
        desired = call.texts("properties")
        return Reply(
            200,
            {
                "results": [
                    self.properties.view(object_type.id, definition)
                    for name, definition in live(object_type.id).items()
                    if definition["dataSensitivity"] == sensitivity and (not desired or name in desired)
                ]
            },
        )

    def create(self, call: Call) -> Reply:
        """201, with a Location header [O]."""
        body = call.body()
        _check_dated(call, body)
        made = self.properties.create(_object(call), body, call.scopes)
        location = f"/crm/v3/properties/{call.path['objectType']}/{made['name']}"
        return Reply(201, made, {"location": location})

    def read(self, call: Call) -> Reply:
        """One property; `archived=true` finds archived ones too [O]."""
        _sensitivity(call.text("dataSensitivity"))
        return Reply(200, self.properties.find(_object(call).id, call.path["name"], call.flag("archived")))

    def update(self, call: Call) -> Reply:
        """200 with the changed property."""
        body = call.body()
        _check_dated(call, body)
        return Reply(200, self.properties.update(_object(call), call.path["name"], body))

    def archive(self, call: Call) -> Reply:
        """204."""
        self.properties.archive(_object(call), call.path["name"])
        return Reply(204)

    def batch_create(self, call: Call) -> Reply:
        """201, or 207 when some failed; where batches are not partial, the first error for them all."""
        object_type = _object(call)
        inputs = batch_inputs(call.body(), {}, MAX_BATCH)
        for item in inputs:
            _check_dated(call, item)
        if not self.portal.switch("property_batches_are_partial"):
            self._require_creatable(object_type.id, inputs)
        return batch_reply(
            self.portal, 201, [partial(self.properties.create, object_type, i, call.scopes) for i in inputs]
        )

    def _require_creatable(self, object_type: str, inputs: list[JsonObject]) -> None:
        rules = self.properties.rules(object_type)
        for item in inputs:
            self.properties.require_free(object_type, rules.created(item)["name"])

    def batch_read(self, call: Call) -> Reply:
        """200, or 207 when some do not exist."""
        object_type, body = _object(call), call.body()
        inputs = batch_inputs(body, {"archived": "flag"}, MAX_BATCH, {"dataSensitivity": "text"})
        names = [_name(i) for i in inputs]
        return batch_reply(
            self.portal, 200, [partial(self.properties.find, object_type.id, n, body["archived"]) for n in names]
        )

    def batch_archive(self, call: Call) -> Reply:
        """204 whatever the state: active, archived, never existed [O]; 400 for one in use."""
        object_type = _object(call)
        for name in [_name(i) for i in batch_inputs(call.body(), {}, MAX_BATCH)]:
            if name in self.properties.active(object_type.id):
                self.properties.archive(object_type, name)
        return Reply(204)

    def list_groups(self, call: Call) -> Reply:
        """Every group; archived ones cannot be listed [S]."""
        return Reply(200, {"results": list(self.properties.groups(_object(call).id).values())})

    def create_group(self, call: Call) -> Reply:
        """201 with the group; the name of an archived group creates a new one [O]."""
        return Reply(201, self.properties.create_group(_object(call).id, call.body()))

    def read_group(self, call: Call) -> Reply:
        """One group."""
        return Reply(200, self._group(call))

    def update_group(self, call: Call) -> Reply:
        """PATCH of label and displayOrder."""
        group, body = self._group(call), call.body()
        check_body("PropertyGroupUpdate", body, {}, {"label": "text", **GROUP_OPTIONAL})
        group.update({key: value for key, value in body.items() if value is not None})
        return Reply(200, group)

    def archive_group(self, call: Call) -> Reply:
        """204; 400 while an active property is in it [O]."""
        group, object_type = self._group(call), _object(call).id
        inside = [p["name"] for p in self.properties.active(object_type).values() if p["groupName"] == group["name"]]
        if inside:
            raise validation_error(
                f'Property group "{group["name"]}" cannot be deleted because it has active properties',
                "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES",
                context={"propertyNames": inside},
            )
        del self.properties.groups(object_type)[group["name"]]
        return Reply(204)

    def _group(self, call: Call) -> JsonObject:
        name = call.path["group"]
        group: JsonObject | None = self.properties.groups(_object(call).id).get(name)
        if group is None:
            raise not_found(f"Property group {name} does not exist")
        return group

    def routes(self) -> list[Route]:
        """The routes of this area."""
        root = "/crm/v3/properties/{objectType}"
        read, write = SCHEMA_READ, SCHEMA_WRITE
        return [
            Route("GET", root, self.list_all, read),
            Route("POST", root, self.create, write),
            Route("POST", f"{root}/batch/create", self.batch_create, write),
            Route("POST", f"{root}/batch/read", self.batch_read, read, write=False),
            Route("POST", f"{root}/batch/archive", self.batch_archive, write),
            Route("GET", f"{root}/groups", self.list_groups, read),
            Route("POST", f"{root}/groups", self.create_group, write),
            Route("GET", f"{root}/groups/{{group}}", self.read_group, read),
            Route("PATCH", f"{root}/groups/{{group}}", self.update_group, write),
            Route("DELETE", f"{root}/groups/{{group}}", self.archive_group, write),
            Route("GET", f"{root}/{{name}}", self.read, read),
            Route("PATCH", f"{root}/{{name}}", self.update, write),
            Route("DELETE", f"{root}/{{name}}", self.archive, write),
        ]


def _object(call: Call) -> ObjectType:
    return call.object_type()


def _check_dated(call: Call, body: JsonObject) -> None:
    """From 2026-03 an option must say its displayOrder [S]."""
    options = body["options"] if isinstance(body.get("options"), list) else []
    if call.version and any(isinstance(o, dict) and o.get("displayOrder") is None for o in options):
        raise errors.missing_attributes("OptionInput", ["displayOrder"])


def _sensitivity(text: str | None) -> str:
    if text is not None and text not in SENSITIVITIES:
        raise errors.unparsable_query("dataSensitivity")
    return text or "non_sensitive"


def _name(item: JsonObject) -> str:
    check_body("PropertyName", item, {"name": "text"}, {})
    return str(item["name"])


def batch_inputs(
    body: JsonObject, required: dict[str, str], limit: int, optional: dict[str, str] | None = None
) -> list[JsonObject]:
    """The inputs of a batch request."""
    check_body("BatchInput", body, {"inputs": "list", **required}, optional or {})
    inputs: list[Any] = body["inputs"]
    if len(inputs) > limit:
        raise validation_error(f"The batch has {len(inputs)} inputs; the limit is {limit}")
    if not all(isinstance(item, dict) for item in inputs):
        raise errors.invalid_json(1, 1, "inputs must be objects")
    return inputs


def batch_reply(portal: Portal, success: int, steps: list[Callable[[], JsonObject]]) -> Reply:
    """Run every step; `success`, or 207 with the errors of those that failed [S]."""
    started = portal.now()
    results: list[JsonObject] = []
    problems: list[JsonObject] = []
    for step in steps:
        try:
            results.append(step())
        except HubSpotError as problem:
            document = {"context": {}, "links": {}, "errors": [], **problem.body()}
            del document["correlationId"]
            problems.append(document)
    body: JsonObject = {
        "status": "COMPLETE",
        "results": results,
        "requestedAt": started,
        "startedAt": started,
        "completedAt": portal.now(),
    }
    if not problems:
        return Reply(success, body)
    return Reply(207, {**body, "numErrors": len(problems), "errors": problems})
