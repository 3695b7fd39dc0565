"""A custom field of an object: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/customfield.htm"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import model_validator

from revops_iac.diagnostics import Diagnostics
from revops_iac.errors import AuthorError
from revops_iac.provider.effects import Effect
from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, DesiredResource, Impact, Inputs, LiveObject, Reference, State
from revops_salesforce.api.client import OrgSession
from revops_salesforce.api.components import Body
from revops_salesforce.fields import impact as field_losses
from revops_salesforce.fields import value_dependencies, value_entries
from revops_salesforce.fields.impact import FieldCount
from revops_salesforce.fields.requirements import lacking, value_column
from revops_salesforce.fields.type_changes import refused_change
from revops_salesforce.fields.value_dependencies import ValueSetting
from revops_salesforce.fields.value_entries import Entry, Value
from revops_salesforce.formulas.option_uses import option_uses
from revops_salesforce.formulas.references import references_in, references_through
from revops_salesforce.metadata.criteria import Criterion
from revops_salesforce.metadata.kind import ObjectPart, lookup_target
from revops_salesforce.metadata.merge import merge

FieldType = Literal[
    "Address", "AutoNumber", "Checkbox", "Currency", "Date", "DateTime", "Email", "EncryptedText", "ExternalLookup",
    "Hierarchy", "Html", "IndirectLookup", "Location", "LongTextArea", "Lookup", "MasterDetail",
    "MetadataRelationship", "MultiselectPicklist", "Number", "Percent", "Phone", "Picklist", "Summary", "Text",
    "TextArea", "Time", "Url",
]  # fmt: skip


class ValueSet(Part):
    """The values of a picklist: either `values` of its own, or the name of a `global_value_set`."""

    values: list[Value] | None = None
    global_value_set: str | None = None
    restricted: bool = True
    sorted: bool = False
    deactivate: list[str] | None = None
    """Unmanaged values to deactivate."""
    controlling_field: str | None = None
    """The picklist or checkbox of the same object that decides which values are offered."""
    value_settings: list[ValueSetting] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> ValueSet:
        if (self.values is None) == (self.global_value_set is None):
            raise ValueError('a value set must have exactly one of "values" and "global_value_set"')
        if (self.controlling_field is None) != (self.value_settings is None):
            raise ValueError('"controlling_field" and "value_settings" must be set together')
        return self


class CustomFieldInputs(Inputs):
    """A field that an organization adds to an object.

    Example::

        object: Lead
        name: Rejection_Reason__c
        label: Rejection reason
        type: Text
        length: 80
        description: Why sales gave the lead back.
        inline_help_text: Needed on every rejection.

    Later::

        label: Reason for the rejection
        inline_help_text: Needed on every rejection; choose the nearest.
    """

    object: str
    """`Lead`, `Contact`, `Account`, `Opportunity` or another object's API name."""
    name: str
    """The API name, ending in `__c`."""
    label: str
    type: FieldType
    """For a formula field, the type of its result."""
    length: int | None = None
    precision: int | None = None
    """Total digits of a number."""
    scale: int | None = None
    """Digits after the decimal point."""
    formula: str | None = None
    formula_treat_blanks_as: Literal["BlankAsBlank", "BlankAsZero"] | None = None
    value_set: ValueSet | None = None
    required: bool | None = None
    unique: bool | None = None
    external_id: bool | None = None
    default_value: str | None = None
    """A formula: `false` for a checkbox, `"text"` in quotes for a text."""
    description: str | None = None
    inline_help_text: str | None = None
    visible_lines: int | None = None
    track_history: bool | None = None
    track_feed_history: bool | None = None
    track_trending: bool | None = None
    reference_to: str | None = None
    relationship_name: str | None = None
    relationship_label: str | None = None
    delete_constraint: Literal["Cascade", "Restrict", "SetNull"] | None = None
    relationship_order: Literal[0, 1] | None = None
    """For master-detail: 0 for the first relationship of the object, 1 for the second."""
    reparentable_master_detail: bool | None = None
    write_requires_master_read: bool | None = None
    display_format: str | None = None
    starting_number: int | None = None
    case_sensitive: bool | None = None
    mask_char: Literal["asterisk", "X"] | None = None
    mask_type: Literal["all", "creditCard", "ssn", "lastFour", "sin", "nino"] | None = None
    summary_foreign_key: str | None = None
    """The field of the child records that refers to this object: `Opportunity.AccountId`, `Visit__c.Customer__c`."""
    summary_operation: Literal["count", "sum", "min", "max"] | None = None
    summarized_field: str | None = None
    """`Opportunity.Amount`; absent for a count."""
    summary_filter_items: list[Criterion] | None = None
    """Which child records are summarized; default: all."""
    elements: dict[str, Any] | None = None
    """Elements without an input, under the vendor's names: `lookupFilter`. Others stay as they are."""


class CustomField(ObjectPart[CustomFieldInputs]):
    """Key: object and API name, immutable [S: salto]. Fields are read through the Metadata API, never through describe,
    which hides what the user has no field permission for [K]."""

    component_type = "CustomField"
    spelled = frozenset()
    immutable = frozenset({"object", "name", "reference_to"})
    entry_keys = {
        "valueSet.valueSetDefinition.value": ("fullName",),
        "valueSet.valueSettings": ("valueName",),
        "summaryFilterItems": ("field", "operation", "value"),
    }
    defaults = {
        "required": False,
        "unique": False,
        "external_id": False,
        "track_history": False,
        "track_feed_history": False,
        "track_trending": False,
    }
    noun = "field"
    on_delete = (
        "The field goes to Deleted Fields with its values for 15 days, still counts against the limits, and can be "
        "restored manually. Salesforce refuses while something refers to it."
    )

    def made_by(self, name: str, live: LiveObject | None) -> str:
        """The list has standard fields too [D: listMetadata]."""
        return super().made_by(name, live) if name.endswith(("__c", "__pc")) else "Salesforce"

    def elements(self, inputs: CustomFieldInputs) -> Body:
        return self.changes({}, inputs)

    def changes(self, body: Body, inputs: CustomFieldInputs) -> Body:
        changed, value_set = self.plain_elements(self.own(inputs)), _declared(inputs.value_set)
        if value_set is not None:
            changed["valueSet"] = _value_set_body(body.get("valueSet", {}), value_set)
        return changed

    def definition(self, name: str, body: Body) -> Definition:
        found = super().definition(name, body)
        if body.get("type") == "Hierarchy":  # of users alone, so that files of orgs do not say it [S: public orgs]
            found["reference_to"] = body.get("referenceTo", "User")
        return {**found, "value_set": _value_set(body["valueSet"]) if "valueSet" in body else None}

    def managed_view(self, declared: Definition, observed: LiveObject) -> Definition:
        current = super().managed_view(declared, observed)
        theirs, mine = observed.definition.get("value_set"), declared.get("value_set")
        if mine and theirs:
            current["value_set"] = _owned(theirs, mine)
        return current

    def conflicts(self, declared: Definition, live: LiveObject) -> list[str]:
        found = super().conflicts(declared, live)
        theirs, mine = live.definition.get("value_set"), declared.get("value_set")
        if "value_set" in found and mine and theirs and _only_lacks_values(theirs, mine):
            found.remove("value_set")
        return found

    def output_facts(self, declared: Definition, live: LiveObject) -> Mapping[str, Any]:
        theirs, mine = live.definition.get("value_set"), declared.get("value_set")
        if not theirs or not mine or mine.get("values") is None:
            return live.facts
        others = value_entries.unmanaged(theirs.get("values") or [], mine["values"])
        return {**live.facts, **({"unmanaged": others} if others else {})}

    def effects(self, inputs: CustomFieldInputs) -> Iterable[Effect]:
        return option_uses(inputs.formula or "", inputs.object)

    def references(self, inputs: CustomFieldInputs) -> Iterable[Reference]:
        if inputs.value_set is not None and inputs.value_set.global_value_set:
            yield Reference("GlobalValueSet", inputs.value_set.global_value_set)
        for name in (inputs.object, inputs.reference_to):
            if name is not None and name.endswith(("__c", "__mdt", "__e")):
                yield Reference("CustomObject", name)
        for name in _fields_named(inputs):
            yield Reference("CustomField", name)
        yield from references_in(inputs.formula or "", inputs.object)

    def references_through(
        self, inputs: CustomFieldInputs, program: Mapping[tuple[str, str], Inputs]
    ) -> Iterable[Reference]:
        return references_through(inputs.formula or "", inputs.object, lookup_target(program))

    def update(self, session: OrgSession, live: LiveObject, inputs: CustomFieldInputs) -> LiveObject:
        for refused in refused_change(live.definition, inputs.managed()):
            raise AuthorError(refused.about(f'Salesforce CustomField "{live.name}"'))
        return super().update(session, live, inputs)

    def restore_original(self, session: OrgSession, live: LiveObject, state: State[CustomFieldInputs]) -> None:
        """Values get back what they were, those that were added are deactivated; a field that grew stays grown."""
        earlier = state.original
        if any(refused_change(live.definition, earlier)):
            earlier = {key: value for key, value in earlier.items() if key not in {"type", "length", "formula"}}
        before = (earlier.get("value_set") or {}).get("values")
        mine: Mapping[str, Any] = _declared(state.inputs.value_set) or {}
        if before is None or mine.get("values") is None:
            super().restore_original(session, live, State(state.read_inputs, earlier))
            return
        body = self.read_body(session.client, live.name)
        own = {*earlier} - {"value_set", *self.identity}
        rest = self.plain_elements({key: earlier[key] for key in earlier if key in own})
        rest["valueSet"] = _with_earlier_values(body["valueSet"], before, mine)
        restored = merge(body, rest, self.entry_keys, self.component_type)
        if self.definition(live.name, restored) != live.definition:
            session.client.update_component(self.component_type, restored)

    def preflight_errors(self, session: OrgSession, desired: DesiredResource, live: LiveObject | None) -> Diagnostics:
        yield from super().preflight_errors(session, desired, live)
        if live is None:
            yield from lacking(desired.inputs)
        else:
            yield from refused_change(live.definition, desired.inputs)

    def delete_impact(self, session: OrgSession, live: LiveObject) -> Impact | None:
        """Counts the records that hold a value; where the org cannot tell, all records of the object count."""
        if live.definition.get("formula") or live.definition["type"] == "Summary":
            return None
        object_ = live.definition["object"]
        column = value_column(live.definition["name"], live.definition["type"])
        count = FieldCount(session.client, object_, column, live.definition["type"])
        records, exact = count.filled()
        if exact:
            return Impact(records, f"{records} {object_} records have a value")
        return Impact(
            records, f"up to {records} {object_} records have a value (the org cannot count them by this field)"
        )

    def update_impact(self, session: OrgSession, inputs: CustomFieldInputs, live: LiveObject) -> Iterable[Impact]:
        """Values that another type, fewer characters or digits, or a shorter list would not keep."""
        return field_losses.lost(session.client, inputs.managed(), live)


def _fields_named(inputs: CustomFieldInputs) -> Iterable[str]:
    """The fields beside those of its formula that a field rests on."""
    if inputs.value_set is not None and inputs.value_set.controlling_field:
        yield f"{inputs.object}.{inputs.value_set.controlling_field}"
    yield from (name for name in (inputs.summary_foreign_key, inputs.summarized_field) if name)
    yield from (item.field for item in inputs.summary_filter_items or ())


def _declared(value_set: ValueSet | None) -> Definition | None:
    """What is managed of a value set, as plain values."""
    return None if value_set is None else value_set.model_dump(mode="json", exclude_unset=True)


def _value_set_body(live: Mapping[str, Any], desired: Mapping[str, Any]) -> Body:
    rest: Body = {}
    if "restricted" in desired and (not live or live.get("restricted", False) != desired["restricted"]):
        rest["restricted"] = desired["restricted"]
    rest |= value_dependencies.to_vendor(live, desired)
    if desired.get("values") is None:
        same = (
            str(live.get("valueSetName", "")).removesuffix(value_entries.GLOBAL_SUFFIX) == desired["global_value_set"]
        )
        name = live["valueSetName"] if same else desired["global_value_set"]
        return {**rest, "valueSetName": name, "valueSetDefinition": None}
    values = (live.get("valueSetDefinition") or {}).get("value", [])
    merged = value_entries.merge(values, desired["values"], desired.get("deactivate") or ())
    order = {key: desired[key] for key in ("sorted",) if key in desired}
    return {**rest, "valueSetName": None, "valueSetDefinition": {**order, "value": merged}}


def _with_earlier_values(live: Mapping[str, Any], before: list[Entry], mine: Mapping[str, Any]) -> Body:
    definition = live["valueSetDefinition"]
    names = [entry["name"] for entry in mine["values"]] + (mine.get("deactivate") or [])
    values = value_entries.restore_original(definition.get("value", []), before, names)
    return {**live, "valueSetDefinition": {**definition, "value": values}}


def _value_set(body: Mapping[str, Any]) -> Definition:
    found = {"restricted": body.get("restricted", False), "sorted": False, **value_dependencies.from_vendor(body)}
    if "valueSetName" in body:
        return {**found, "global_value_set": body["valueSetName"].removesuffix(value_entries.GLOBAL_SUFFIX)}
    definition = body.get("valueSetDefinition") or {}
    values = [value_entries.from_vendor(value) for value in definition.get("value", [])]
    return {**found, "sorted": definition.get("sorted", False), "values": values}


def _owned(theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> Definition:
    live = {key: theirs.get(key) for key in mine if key not in {"values", "deactivate"}}
    if mine.get("values") is not None:
        live["values"] = value_entries.owned(theirs.get("values") or [], mine["values"])
    if mine.get("value_settings") is not None:
        live["value_settings"] = value_dependencies.owned(theirs.get("value_settings"), mine["value_settings"])
    if mine.get("deactivate"):
        live["deactivate"] = value_entries.inactive(theirs.get("values") or [], mine["deactivate"])
    return live


def _only_lacks_values(theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> bool:
    same_form = all(theirs.get(key) == mine.get(key) for key in ("restricted", "sorted", "global_value_set"))
    live = value_dependencies.owned(theirs.get("value_settings"), mine.get("value_settings") or [])
    same_form = same_form and theirs.get("controlling_field") in (None, mine.get("controlling_field"))
    same_form = same_form and all(setting in (mine.get("value_settings") or []) for setting in live)
    values = mine.get("values") or []
    return (
        same_form and not mine.get("deactivate") and not value_entries.contradicts(theirs.get("values") or [], values)
    )
