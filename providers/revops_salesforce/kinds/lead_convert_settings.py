"""Lead conversion: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_leadconvertsettings.htm"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Literal

from revops_iac.provider.changes.container import Entry, EntryContainer
from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, Existence, Inputs, LiveObject, Reference, State
from revops_salesforce.api.client import OrgSession, SalesforceClient
from revops_salesforce.api.components import Body
from revops_salesforce.metadata.kind import MetadataKind
from revops_salesforce.metadata.merge import merge

NAME = "LeadConvertSettings"
SETTINGS = ("allow_owner_change", "opportunity_creation_options")


class FieldMapping(Part):
    """A field of the lead, and the field that gets its value on conversion; their types must match [K]."""

    field: str
    """`Lead.Timeline__c`: custom fields only; Salesforce maps standard fields itself [K]."""
    to: str
    """`Contact.Timeline__c`, or a field of Account or Opportunity."""


class LeadConvertSettingsInputs(Inputs):
    """What a lead's fields become when it is converted. Pairs that are not listed here stay as they are.

    Example::

        mappings:
          - {field: Lead.Rejection_Reason__c, to: Contact.Department}
        opportunity_creation_options: VisibleOptional

    Later::

        mappings:
          - {field: Lead.Rejection_Reason__c, to: Contact.Title}
        opportunity_creation_options: VisibleRequired
    """

    mappings: list[FieldMapping]
    """A field of the lead goes to one field of each object."""
    allow_owner_change: bool | None = None
    opportunity_creation_options: Literal["VisibleOptional", "VisibleRequired", "NotVisible"] | None = None


class LeadConvertSettings(
    EntryContainer[SalesforceClient, LeadConvertSettingsInputs], MetadataKind[LeadConvertSettingsInputs]
):
    """The one of the organization; owned pair by pair."""

    component_type = NAME
    spelled = frozenset({"objectMapping"})
    entries = "mappings"
    entry_keys = {"objectMapping": ("inputObject", "outputObject"), "objectMapping.mappingFields": ("inputField",)}
    identity = frozenset()
    existence = Existence.PERMANENT
    noun = "lead conversion"
    on_delete = (
        "The settings stay. Mappings that the stack added are removed; earlier mappings and settings are restored."
    )

    def vendor_name(self, inputs: LeadConvertSettingsInputs) -> str:
        return NAME

    def identity_of(self, name: str) -> Definition:
        return {}

    def entry_key(self, entry: Entry) -> Hashable:
        return _place(entry)

    def describe_entry(self, entry: Entry) -> str:
        return f"{entry['field']} -> {entry['to']}"

    def elements(self, inputs: LeadConvertSettingsInputs) -> Body:
        return self.changes({}, inputs)

    def changes(self, body: Body, inputs: LeadConvertSettingsInputs) -> Body:
        pairs = _merged(_pairs(body), [pair.model_dump() for pair in inputs.mappings])
        return {**self._settings(inputs.managed()), "objectMapping": _bodies(pairs, body.get("objectMapping", []))}

    def _settings(self, definition: Definition) -> Body:
        return self.plain_elements({key: definition[key] for key in SETTINGS if definition.get(key) is not None})

    def definition(self, name: str, body: Body) -> Definition:
        return {**super().definition(name, body), "mappings": _pairs(body)}

    def normalize(self, definition: Definition) -> Definition:
        made = super().normalize(definition)
        if made.get("mappings") is not None:
            made["mappings"] = sorted(made["mappings"], key=_place)
        return made

    def conflicts(self, declared: Definition, live: LiveObject) -> list[str]:
        """A field that takes its value from another one already conflicts too: it takes one only."""
        found = super().conflicts(declared, live)
        taken = {pair["to"]: pair["field"] for pair in live.definition["mappings"]}
        if all(taken.get(pair["to"], pair["field"]) == pair["field"] for pair in declared["mappings"]):
            return found
        return [*dict.fromkeys([*found, "mappings"])]

    def references(self, inputs: LeadConvertSettingsInputs) -> Iterable[Reference]:
        for pair in inputs.mappings:
            yield Reference("CustomField", pair.field)
            yield Reference("CustomField", pair.to)

    def restored_entries(
        self, session: OrgSession, live: LiveObject, state: State[LeadConvertSettingsInputs]
    ) -> list[Entry]:
        """Pairs that ours had pushed aside come back too."""
        restored = super().restored_entries(session, live, state)
        mine = {_place(pair.model_dump()) for pair in state.inputs.mappings}
        there = {_place(pair) for pair in restored}
        gone = [pair for pair in state.original.get("mappings") or () if _place(pair) in mine - there]
        return [*restored, *gone]

    def restore_entries(
        self, session: OrgSession, live: LiveObject, entries: Sequence[Entry], state: State[LeadConvertSettingsInputs]
    ) -> None:
        body = {**self.read_body(session.client, NAME), "fullName": NAME}
        mappings = _bodies(entries, body.get("objectMapping", []))
        changed = {**self._settings(state.original), "objectMapping": mappings}
        session.client.update_component(NAME, merge(body, changed, self.entry_keys, NAME))


def _place(pair: Mapping[str, str]) -> tuple[str, str]:
    """What a pair is known by: the field of the lead, and the object it goes to."""
    return pair["field"].lower(), pair["to"].partition(".")[0]


def _merged(live: Sequence[Definition], desired: Sequence[Mapping[str, str]]) -> list[Definition]:
    """The unmanaged mappings and ours, each in its place; a field takes one value, and ours wins."""
    mine = {_place(pair): dict(pair) for pair in desired}
    targets = {pair["to"].lower(): _place(pair) for pair in desired}
    kept = [pair for pair in live if targets.get(pair["to"].lower(), _place(pair)) == _place(pair)]
    there = {_place(pair) for pair in kept}
    return [
        *(mine.get(_place(pair), pair) for pair in kept),
        *(pair for place, pair in mine.items() if place not in there),
    ]


def _pairs(body: Body) -> list[Definition]:
    found = []
    for mapping in body.get("objectMapping", []):
        given, taken = mapping["inputObject"], mapping["outputObject"]
        for pair in mapping.get("mappingFields", []):
            found.append({"field": f"{given}.{pair['inputField']}", "to": f"{taken}.{pair['outputField']}"})
    return found


def _bodies(pairs: Sequence[Mapping[str, str]], live: Sequence[Body]) -> list[Body]:
    """The mappings between two objects each, in the order of those that are there; one without pairs stays so."""
    found: dict[tuple[str, str], list[Body]] = {(one["inputObject"], one["outputObject"]): [] for one in live}
    without = [objects for objects, one in zip(found, live, strict=False) if not one.get("mappingFields")]
    for pair in pairs:
        (given, field), (taken, other) = pair["field"].split(".", 1), pair["to"].split(".", 1)
        found.setdefault((given, taken), []).append({"inputField": field, "outputField": other})
    return [
        {"inputObject": given, "outputObject": taken, "mappingFields": fields}
        for (given, taken), fields in found.items()
        if fields or (given, taken) in without
    ]
