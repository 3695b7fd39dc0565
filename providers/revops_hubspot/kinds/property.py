"""A property (field) of an object: https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from pydantic.alias_generators import to_camel

from revops_hubspot.api.client import HubSpotClient, PortalSession
from revops_hubspot.api.errors import HubSpotRefusal, Json
from revops_hubspot.api.object_types import schema_references
from revops_hubspot.api.records import counted
from revops_hubspot.objects.kind import ObjectPart
from revops_hubspot.properties import impact as property_losses
from revops_hubspot.properties import options as property_options
from revops_hubspot.properties.archived import archived_properties
from revops_hubspot.properties.inputs import CALCULATED, SENSITIVE, PropertyInputs
from revops_iac.diagnostics import Diagnostics, input_error
from revops_iac.provider.kind import META_INPUTS, Definition, DesiredResource, Impact, LiveObject, Reference, State

FIELDS = {key: to_camel(key) for key in PropertyInputs.model_fields if key not in {*META_INPUTS, "object"}}
"""Inputs and HubSpot's own names for them."""
DEFAULTS: Mapping[str, Any] = {
    "description": "",
    "hidden": False,
    "form_field": False,
    "has_unique_value": False,
    "external_options": False,
    "show_currency_symbol": False,
    "data_sensitivity": "non_sensitive",
}
"""HubSpot's values where nothing is set; an answer may also omit them [S]."""
IMMUTABLE = frozenset(
    {"object", "name", "type", "has_unique_value", "external_options", "referenced_object_type", "data_sensitivity"}
)
"""Not in the update schema, or (`type`) accepted in some cases only [S][O]."""
IN_USE = "PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE"


class Property(ObjectPart[PropertyInputs]):
    """Key: internal name per object. Creating a name that is archived restores that property with its values [O]."""

    immutable = IMMUTABLE
    defaults = {**DEFAULTS, "display_order": -1}
    on_delete = "The property is archived; declaring it again within 90 days restores it with its values."

    def normalize(self, definition: Definition) -> Definition:
        canonical = {**definition, **{k: v for k, v in DEFAULTS.items() if definition.get(k, v) is None}}
        if definition.get("calculation_formula"):
            from revops_hubspot.formulas.canonical import canonical_formula  # long to import, and few have one

            canonical["calculation_formula"] = canonical_formula(definition["calculation_formula"])
            canonical["field_type"] = CALCULATED  # whatever was sent [O]
        if definition.get("options") is not None:
            canonical["options"] = property_options.canonical(definition["options"])
        return canonical

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        """Descriptions and hiding of options count where they are declared."""
        if "options" not in declared:
            return super().managed_view(declared, live)
        options = property_options.cut(live.definition.get("options"), declared["options"])
        return super().managed_view(declared, replace(live, definition={**live.definition, "options": options}))

    def declarations(self, live: LiveObject) -> Iterable[Definition]:
        """Options without empty descriptions."""
        options = [property_options.tidy(option) for option in live.definition["options"] or ()]
        yield {**live.definition, "options": options or None}
        yield live.definition

    def references(self, inputs: PropertyInputs) -> Iterable[Reference]:
        yield from schema_references(inputs.object)
        yield Reference("PropertyGroup", f"{inputs.object}.{inputs.group_name}")
        for name in sorted(inputs.named_properties - {inputs.name}):
            yield Reference("Property", f"{inputs.object}.{name}")

    def includes(self, inputs: PropertyInputs) -> Iterable[Reference]:
        """Its options, where it lists them."""
        if inputs.options is not None:
            yield Reference("PropertyOptions", self.vendor_name(inputs))

    def output_facts(self, declared: Definition, live: LiveObject) -> Mapping[str, Any]:
        """What makes a property read-only, and whether it was restored from the recycle bin."""
        return {fact: value for fact, value in live.facts.items() if fact != "hubspot_defined"}

    def made_by(self, name: str, live: LiveObject | None) -> str:
        return "HubSpot" if live is not None and live.facts.get("hubspot_defined") else ""

    def listed(self, client: HubSpotClient, object_: str) -> Iterable[LiveObject]:
        found = client.get("properties", "/{object}", object=object_)["results"]
        for sensitivity in SENSITIVE if client.reads_sensitive else ():
            query = {"dataSensitivity": sensitivity}
            found = [*found, *client.get("properties", "/{object}", query, object=object_)["results"]]
        return [from_response(object_, entry) for entry in found if not entry.get("archived")]

    def create(self, session: PortalSession, inputs: PropertyInputs) -> LiveObject:
        client, object_ = session.client, inputs.object
        is_restored = inputs.name in archived_properties(client, object_)

        def landed() -> Json:
            query = {"dataSensitivity": inputs.data_sensitivity} if inputs.is_sensitive else None
            return client.find("properties", "/{object}/{name}", query, object=object_, name=inputs.name)

        live = from_response(object_, client.properties.create(object_, to_request(inputs), landed))
        if not is_restored:
            return live
        session.report.say(f"HubSpot: Property {live.name} was restored from the recycle bin with its values")
        return replace(live, facts={**live.facts, "restored": True})

    def update(self, session: PortalSession, live: LiveObject, inputs: PropertyInputs) -> LiveObject:
        object_, name = live.name.split(".", 1)
        fixed = _IMMUTABLE_FIELDS if inputs.manages("options") else {*_IMMUTABLE_FIELDS, "options"}
        desired = {field: value for field, value in to_request(inputs, live.document).items() if field not in fixed}
        body = {field: value for field, value in desired.items() if value != live.document.get(field)}
        if not body:
            return live
        answer = session.client.write("PATCH", "properties", "/{object}/{name}", body, object=object_, name=name)
        return from_response(object_, answer)

    def delete(self, session: PortalSession, live: LiveObject, state: State[PropertyInputs]) -> None:
        object_, name = live.name.split(".", 1)
        try:
            session.client.write("DELETE", "properties", "/{object}/{name}", object=object_, name=name)
        except HubSpotRefusal as error:
            if error.sub_category != IN_USE or not error.uses or not self._all_kept(session, object_, error.uses):
                raise
            session.report.keep([(self.name, live.name)])
            users = ", ".join(f'"{user}"' for user in error.uses)
            session.report.say(f"HubSpot: Property {live.name} is kept because resources that are kept use it: {users}")

    def _all_kept(self, session: PortalSession, object_: str, users: Collection[str]) -> bool:
        """Whether everything that uses it is kept: workflows by name, and properties by name without object."""
        report = session.report
        report.keep(("Workflow", name) for name in property_losses.kept_workflows(session, users))
        properties = report.kept(self.name)
        return {*users} <= report.kept("Workflow") | properties | _own_names(properties, object_)

    def delete_impact(self, session: PortalSession, live: LiveObject) -> Impact | None:
        if live.definition.get("calculation_formula"):
            return None  # its values come back with its formula
        object_, name = live.name.split(".", 1)
        total = property_losses.having_a_value(session.client, live)
        return Impact(total, f'{counted(total, object_, "have")} a value in "{name}"')

    def update_impact(self, session: PortalSession, inputs: PropertyInputs, live: LiveObject) -> Iterable[Impact]:
        return property_losses.lost(session.client, inputs, live)

    def preflight_errors(
        self, session: PortalSession, desired: DesiredResource, live: LiveObject | None
    ) -> Diagnostics:
        from revops_hubspot.properties.checks import refused  # long to import, and a refresh asks nothing of it

        yield from refused(session, desired, self.typed(desired), live)
        if live is None:
            return
        locked = {key for key in FIELDS if live.facts.get("read_only_definition") and key != "options"}
        locked |= {"options"} if live.facts.get("read_only_options") else set()
        changed = [
            key for key in self.differences(desired.inputs, self.managed_view(desired.inputs, live)) if key in locked
        ]
        if changed:
            message = f"it is a HubSpot property, and its {', '.join(changed)} cannot change"
            fix = "remove them from its entry, or declare a custom property"
            yield input_error((changed[0],), message, fix)


_IMMUTABLE_FIELDS = frozenset(FIELDS[name] for name in IMMUTABLE - {"object"})


def _own_names(kept: Iterable[str], object_: str) -> set[str]:
    return {name.removeprefix(f"{object_}.") for name in kept}


def to_request(inputs: PropertyInputs, live: Json = None) -> Json:
    """Every managed input under HubSpot's name; options inside those of the `live` property."""
    managed = inputs.managed()
    body = {field: managed[name] for name, field in FIELDS.items() if name in managed}
    if inputs.options is not None:
        body["options"] = property_options.to_request(inputs.options, live)
    elif inputs.type == "bool" and not inputs.calculation_formula:
        body["options"] = property_options.to_request(property_options.BOOLEAN_OPTIONS, live)
    return body


def from_response(object_: str, entry: Json) -> LiveObject:
    """A property of an object as HubSpot returns it."""
    name = f"{object_}.{entry['name']}"
    definition = {key: entry.get(field, DEFAULTS.get(key)) for key, field in FIELDS.items()}
    definition |= {"object": object_, "options": property_options.from_response(entry)}
    return LiveObject(name, name, definition, _facts(entry), str(entry.get("updatedAt") or ""), entry)


def _facts(entry: Json) -> Mapping[str, Any]:
    """The flags that HubSpot sets on a property, those that are true."""
    metadata = entry.get("modificationMetadata") or {}
    facts = {
        "hubspot_defined": entry.get("hubspotDefined"),
        "read_only_definition": metadata.get("readOnlyDefinition"),
        "read_only_options": metadata.get("readOnlyOptions"),
    }
    return {fact: True for fact, is_so in facts.items() if is_so}
