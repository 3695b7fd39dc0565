"""A property (field) of an object: https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from revops_hubspot.api import custom_objects
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.errors import HubSpotRefusal
from revops_hubspot.api.object_types import schema_references
from revops_hubspot.api.records import counted
from revops_hubspot.formulas import check as formula_check
from revops_hubspot.formulas.canonical import canonical_formula
from revops_hubspot.formulas.parser import Flaw
from revops_hubspot.properties import checks as property_checks
from revops_hubspot.properties import impact as property_losses
from revops_iac.provider.kind import Definition, DesiredResource, DictKind, Impact, Inputs, LiveObject, Reference, State
from revops_iac.provider.session import Session

FIELDS: Mapping[str, str] = {
    "name": "name",
    "label": "label",
    "type": "type",
    "field_type": "fieldType",
    "group_name": "groupName",
    "description": "description",
    "options": "options",
    "display_order": "displayOrder",
    "hidden": "hidden",
    "form_field": "formField",
    "has_unique_value": "hasUniqueValue",
    "calculation_formula": "calculationFormula",
    "external_options": "externalOptions",
    "referenced_object_type": "referencedObjectType",
    "number_display_hint": "numberDisplayHint",
    "text_display_hint": "textDisplayHint",
    "show_currency_symbol": "showCurrencySymbol",
    "currency_property_name": "currencyPropertyName",
    "data_sensitivity": "dataSensitivity",
}
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
"""What HubSpot says of a property when nothing was said; an answer may also leave these out [S]."""
FIELD_TYPES: Mapping[str, str] = {
    "string": "text, textarea, phonenumber, html, file, calculation_equation",
    "number": "number, calculation_equation",
    "bool": "booleancheckbox, calculation_equation",
    "enumeration": "select, radio, checkbox, booleancheckbox, calculation_equation",
    "date": "date",
    "datetime": "date",
    "phone_number": "phonenumber",
}
"""Which field types go with a type [D]; that of phone_number is from the specification [S]."""
IMMUTABLE = frozenset(
    {
        "object",
        "name",
        "type",
        "has_unique_value",
        "external_options",
        "referenced_object_type",
        "data_sensitivity",
    }
)
"""Not in the update schema, or (`type`) accepted in some cases only [S][O]."""
IN_USE = "PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE"
CALCULATED = "calculation_equation"
SENSITIVE = property_checks.SENSITIVE
BOOLEAN_OPTIONS = [{"label": "Yes", "value": "true"}, {"label": "No", "value": "false"}]
"""A bool property needs exactly these two values [O]."""


class Option(BaseModel):
    """A choice. Its position in the list is its display order."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    label: str
    value: str
    description: str = ""
    hidden: bool = False


class PropertyInputs(Inputs):
    """A property of an object. An input that is absent is not managed.

    Sensitive data needs stack config `hubspot:sensitiveData: true`: HubSpot shows such properties only to those who ask
    for them by name of the class, and every read of them needs scopes of its own [S].

    Example::

        object: deals
        name: discount_percent
        label: Discount
        type: number
        field_type: number
        group_name: revenue_process
        description: Discount on the list price, in percent.
        number_display_hint: percentage

    Later::

        label: Discount on list
        description: Discount on the list price of the order form, in percent.
    """

    object: str
    """`contacts`, `companies`, `deals`, `tickets`, `leads` or the name of a custom object."""
    name: str
    label: str
    type: Literal["bool", "date", "datetime", "enumeration", "number", "phone_number", "string"]
    field_type: Literal[
        "booleancheckbox",
        "calculation_equation",
        "checkbox",
        "date",
        "file",
        "html",
        "number",
        "phonenumber",
        "radio",
        "select",
        "text",
        "textarea",
    ]
    group_name: str
    description: str | None = None
    options: list[Option] | None = None
    """The whole list, in order: an option that is left out goes [O]."""
    display_order: int | None = Field(default=None, ge=-1)
    """Position in the group; -1 is after those with a position."""
    hidden: bool | None = None
    form_field: bool | None = None
    has_unique_value: bool | None = None
    calculation_formula: str | None = None
    """Makes the property a calculation; it names properties of the same object only [O]."""
    external_options: bool | None = None
    referenced_object_type: Literal["OWNER"] | None = None
    """`OWNER` with `external_options: true` and no options makes an owner picker [O]."""
    number_display_hint: (
        Literal["currency", "duration", "formatted", "percentage", "probability", "unformatted"] | None
    ) = None
    text_display_hint: (
        Literal[
            "domain_name",
            "email",
            "ip_address",
            "multi_line",
            "phone_number",
            "physical_address",
            "postal_code",
            "unformatted_single_line",
        ]
        | None
    ) = None
    show_currency_symbol: bool | None = None
    currency_property_name: str | None = None
    data_sensitivity: Literal["non_sensitive", "sensitive", "highly_sensitive"] | None = None
    """Set when it is created, for ever [S]; Enterprise only, and switched on in the portal [D][O]."""

    @field_validator("calculation_formula")
    @classmethod
    def _formula_is_one(cls, text: str | None, info: ValidationInfo) -> str | None:
        """What can be said without the account: grammar, types of what is joined, and the type of the result."""
        if text is None:
            return None
        found = formula_check.flaws(text, str(info.data.get("type", "any")))
        if len(text) > formula_check.MOST_CHARACTERS:
            most = f"{formula_check.MOST_CHARACTERS:,}"
            message = f"{len(text):,} characters are too many, it may have {most}"
            found = [Flaw(0, message, "split it: a formula may read other calculations")]
        if not found:
            return text
        message, fix = formula_check.told(text, found)
        raise PydanticCustomError("condition", "{said}", {"said": message, "column": found[0].at + 1, "fix": fix})

    @model_validator(mode="after")
    def _fits(self) -> Self:
        allowed = FIELD_TYPES[self.type]
        if self.field_type not in allowed.split(", "):
            raise ValueError(f'field_type is "{self.field_type}", for type {self.type} it must be one of {allowed}')
        if self.calculation_formula is not None and CALCULATED not in allowed:
            raise ValueError(f"calculation_formula: a property of type {self.type} cannot be calculated")
        if self.field_type == CALCULATED and self.calculation_formula is None and not self.adopt:
            raise ValueError(f"field_type is {CALCULATED}, so it needs a calculation_formula")
        if self.currency_property_name is not None and not self.show_currency_symbol:
            raise ValueError("currency_property_name needs show_currency_symbol: true")
        return self

    @model_validator(mode="after")
    def _options_fit(self) -> Self:
        if self.options and self.type not in ("enumeration", "bool"):
            raise ValueError(f"options: a property of type {self.type} has none")
        for part, found in (
            ("value", [option.value for option in self.options or ()]),
            ("label", [option.label for option in self.options or ()]),
        ):
            if len(set(found)) < len(found):
                raise ValueError(f'options: the {part} "{max(found, key=found.count)}" is there twice')
        values = sorted(option.value for option in self.options or ())
        if self.type == "bool" and values and values != ["false", "true"]:
            raise ValueError('options: a bool has the values "true" and "false", and no others')
        return self

    @model_validator(mode="after")
    def _picker_fits(self) -> Self:
        if self.external_options and (self.referenced_object_type is None or self.options):
            raise ValueError("external_options needs referenced_object_type: OWNER, and no options")
        if self.referenced_object_type is not None and not self.external_options:
            raise ValueError("referenced_object_type needs external_options: true")
        if self.external_options and (self.type != "enumeration" or self.field_type not in ("select", "radio")):
            raise ValueError("external_options needs type enumeration, and field_type select or radio")
        return self


class Property(DictKind[HubSpotClient]):
    """Key: internal name per object. Creating a name that is archived restores that property with its values [O]."""

    system = "hubspot"
    inputs = PropertyInputs
    immutable = IMMUTABLE
    on_delete = "The property is archived; declared again within 90 days it comes back with its values."

    def vendor_name(self, inputs: Definition) -> str:
        return f"{inputs['object']}.{inputs['name']}"

    def partition(self, name: str) -> str:
        return name.partition(".")[0]

    def normalize(self, definition: Definition) -> Definition:
        canonical = {**definition, **{k: v for k, v in DEFAULTS.items() if definition.get(k, v) is None}}
        if definition.get("calculation_formula"):
            canonical["calculation_formula"] = canonical_formula(definition["calculation_formula"])
            canonical["field_type"] = "calculation_equation"  # whatever was sent [O]
        if definition.get("options") is not None:
            canonical["options"] = [{"description": "", "hidden": False, **option} for option in definition["options"]]
        return canonical

    def references(self, inputs: Definition) -> Iterable[Reference]:
        object_ = inputs["object"]
        yield from schema_references(object_)
        yield Reference("PropertyGroup", f"{object_}.{inputs['group_name']}")
        for name in sorted(_names_in(inputs)):
            if name != inputs["name"]:
                yield Reference("Property", f"{object_}.{name}")

    def output_facts(self, declared: Definition, live: LiveObject) -> Mapping[str, Any]:
        """What keeps a property from being changed, and whether it came out of the recycle bin."""
        return {fact: value for fact, value in live.facts.items() if fact != "hubspot_defined"}

    def scan(self, client: HubSpotClient, partition: str) -> Mapping[str, LiveObject | None]:
        if not custom_objects.exist(client, partition):
            return {}
        found = client.get("properties", "/{object}", object=partition)["results"]
        for sensitivity in SENSITIVE if client.reads_sensitive else ():
            query = {"dataSensitivity": sensitivity}
            found = [*found, *client.get("properties", "/{object}", query, object=partition)["results"]]
        properties = [_live(partition, entry) for entry in found if not entry.get("archived")]
        return {live.name: live for live in properties}

    def create(self, session: Session[HubSpotClient], inputs: Definition) -> LiveObject:
        client, object_ = session.client, inputs["object"]
        archived = inputs["name"] in _archived(client, object_)

        def landed() -> Any:
            message = inputs.get("data_sensitivity")
            query = {"dataSensitivity": message} if message in SENSITIVE else None
            return client.find("properties", "/{object}/{name}", query, object=object_, name=inputs["name"])

        created = client.write("POST", "properties", "/{object}", _body(inputs), landed=landed, object=object_)
        if archived:
            session.report.say(
                f"HubSpot: Property {self.vendor_name(inputs)} was in the recycle bin and came back with its values"
            )
        return _live(object_, created, {"restored": True} if archived else {})

    def update(self, session: Session[HubSpotClient], live: LiveObject, inputs: Definition) -> LiveObject:
        object_, name = live.name.split(".", 1)
        left_out = _IMMUTABLE_FIELDS if "options" in inputs else {*_IMMUTABLE_FIELDS, "options"}
        body = {key: value for key, value in _body(inputs).items() if key not in left_out}
        changed = session.client.write("PATCH", "properties", "/{object}/{name}", body, object=object_, name=name)
        return _live(object_, changed)

    def delete(self, session: Session[HubSpotClient], live: LiveObject, state: State[Definition]) -> None:
        object_, name = live.name.split(".", 1)
        try:
            session.client.write("DELETE", "properties", "/{object}/{name}", object=object_, name=name)
        except HubSpotRefusal as error:
            if error.sub_category != IN_USE or not error.uses or not self._all_kept(session, object_, error.uses):
                raise
            session.report.keep([(self.name, live.name)])
            users = ", ".join(f'"{user}"' for user in error.uses)
            session.report.say(f"HubSpot: Property {live.name} is kept with what names it: {users}")

    def _all_kept(self, session: Session[HubSpotClient], object_: str, users: Collection[str]) -> bool:
        """Whether every user stays too: workflows by name, and properties, whose formulas name others by name alone."""
        report = session.report
        report.keep(("Workflow", name) for name in property_losses.kept_workflows(session, users))
        properties = report.kept(self.name)
        return {*users} <= report.kept("Workflow") | properties | _own_names(properties, object_)

    def delete_impact(self, session: Session[HubSpotClient], live: LiveObject) -> Impact | None:
        if live.definition.get("calculation_formula"):
            return None  # its values come back with its formula
        object_, name = live.name.split(".", 1)
        total = property_losses.having_a_value(session.client, live)
        return Impact(total, f'{counted(total, object_, "have")} a value in "{name}"')

    def update_impact(self, session: Session[HubSpotClient], inputs: Definition, live: LiveObject) -> Iterable[Impact]:
        return property_losses.lost(session.client, inputs, live)

    def preflight_errors(
        self, session: Session[HubSpotClient], desired: DesiredResource, live: LiveObject | None
    ) -> Iterable[str]:
        yield from property_checks.refused(session, desired, live)
        if live is None:
            return
        locked = {key for key in FIELDS if live.facts.get("read_only_definition") and key != "options"}
        locked |= {"options"} if live.facts.get("read_only_options") else set()
        changed = [
            key for key in self.differences(desired.inputs, self.managed_view(desired.inputs, live)) if key in locked
        ]
        if changed:
            yield (
                f'HubSpot: Property "{live.name}" is HubSpot\'s own, and its {", ".join(changed)} cannot change\n'
                "    fix: leave them out of its entry, or declare a property of your own"
            )


_IMMUTABLE_FIELDS = frozenset(FIELDS[name] for name in IMMUTABLE - {"object"})


def _own_names(kept: Iterable[str], object_: str) -> set[str]:
    return {name.removeprefix(f"{object_}.") for name in kept}


def _names_in(inputs: Definition) -> set[str]:
    """The properties that a definition names: those of its formula, and that of its currency."""
    currency = inputs.get("currency_property_name")
    return {*formula_check.references(inputs.get("calculation_formula") or ""), *([currency] if currency else [])}


def _archived(client: HubSpotClient, object_: str) -> frozenset[str]:
    def read() -> frozenset[str]:
        found = client.get("properties", "/{object}", {"archived": True}, object=object_)["results"]
        return frozenset(entry["name"] for entry in found)

    return client.remembered(f"archived properties of {object_}", read)


def _body(inputs: Definition) -> dict[str, Any]:
    body = {field: inputs[name] for name, field in FIELDS.items() if name in inputs}
    if "options" in body:
        body["options"] = [
            {"hidden": False, "description": "", **option, "displayOrder": at}
            for at, option in enumerate(body["options"])
        ]
    elif inputs["type"] == "bool" and not inputs.get("calculation_formula"):
        body["options"] = [{**option, "displayOrder": at, "hidden": False} for at, option in enumerate(BOOLEAN_OPTIONS)]
    return body


def _live(object_: str, entry: Mapping[str, Any], facts: Mapping[str, Any] | None = None) -> LiveObject:
    definition: Definition = {"object": object_}
    for name, field in FIELDS.items():
        definition[name] = entry.get(field, DEFAULTS.get(name))
    definition["options"] = [
        {
            "label": option["label"],
            "value": option["value"],
            "description": option.get("description") or "",
            "hidden": bool(option.get("hidden", False)),
        }
        for option in sorted(entry.get("options") or (), key=lambda o: o.get("displayOrder", -1))
    ]
    live = f"{object_}.{entry['name']}"
    metadata = entry.get("modificationMetadata") or {}
    read_only = {
        fact: True
        for fact, field in (("read_only_definition", "readOnlyDefinition"), ("read_only_options", "readOnlyOptions"))
        if metadata.get(field)
    }
    own = {"hubspot_defined": True} if entry.get("hubspotDefined") else {}
    return LiveObject(live, live, definition, {**own, **read_only, **(facts or {})}, str(entry.get("updatedAt") or ""))
