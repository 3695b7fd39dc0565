"""Lead conversion: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_leadconvertsettings.htm"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from revops_iac.provider.kind import Definition, Existence, Inputs, LiveObject, Reference, State
from revops_iac.provider.session import Session
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.components import Body
from revops_salesforce.metadata.kind import MetadataKind, without_gaps

NAME = "LeadConvertSettings"
SETTINGS = ("allow_owner_change", "opportunity_creation_options")


class FieldMapping(BaseModel):
    """A field of the lead, and the field that takes its value over; their types must agree [K]."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    field: str
    """`Lead.Timeline__c`: custom fields only, standard ones go their fixed ways [K]."""
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


class LeadConvertSettings(MetadataKind):
    """The one of the organization; owned pair by pair."""

    component_type = NAME
    inputs = LeadConvertSettingsInputs
    identity = frozenset()
    existence = Existence.PERMANENT
    on_delete = "The settings stay. Our pairs go, and pairs and settings that were there before come back."

    def vendor_name(self, inputs: Definition) -> str:
        return NAME

    def identity_of(self, name: str) -> Definition:
        return {}

    def elements(self, inputs: Definition) -> Body:
        return self.changes({}, inputs)

    def changes(self, body: Body, inputs: Definition) -> Body:
        pairs = _merged(_pairs(body), inputs["mappings"])
        return {**self._settings(inputs), "objectMapping": _bodies(pairs)}

    def _settings(self, inputs: Definition) -> Body:
        return super().elements({key: inputs[key] for key in SETTINGS if inputs.get(key) is not None})

    def definition(self, name: str, body: Body) -> Definition:
        return {**super().definition(name, body), "mappings": _pairs(body)}

    def normalize(self, definition: Definition) -> Definition:
        made = super().normalize(definition)
        if made.get("mappings") is not None:
            made["mappings"] = sorted(made["mappings"], key=_place)
        return made

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        mine = {_place(pair) for pair in declared["mappings"]}
        owned = [pair for pair in live.definition["mappings"] if _place(pair) in mine]
        definition = {**live.definition, "mappings": owned}
        return super().managed_view(declared, LiveObject(live.id, live.name, definition, live.facts))

    def conflicts(self, declared: Definition, observed: LiveObject) -> list[str]:
        """A pair that is merely missing contradicts nothing."""
        found = super().conflicts(declared, observed)
        current = {_place(pair): pair["to"] for pair in observed.definition["mappings"]}
        taken = {pair["to"]: pair["field"] for pair in observed.definition["mappings"]}
        fits = all(
            current.get(_place(pair), pair["to"]) == pair["to"]
            and taken.get(pair["to"], pair["field"]) == pair["field"]
            for pair in declared["mappings"]
        )
        return [key for key in found if key != "mappings" or not fits]

    def output_facts(self, declared: Definition, live: LiveObject) -> Mapping[str, Any]:
        mine = {_place(pair) for pair in declared["mappings"]}
        others = [
            f"{pair['field']} -> {pair['to']}" for pair in live.definition["mappings"] if _place(pair) not in mine
        ]
        return {"unmanaged": others} if others else {}

    def references(self, inputs: Definition) -> Iterable[Reference]:
        for pair in inputs["mappings"]:
            yield Reference("CustomField", pair["field"])
            yield Reference("CustomField", pair["to"])

    def delete(self, session: Session[SalesforceClient], live: LiveObject, state: State[Definition]) -> None:
        self.restore_original(session, live, state)

    def restore_original(self, session: Session[SalesforceClient], live: LiveObject, state: State[Definition]) -> None:
        earlier, mine = state.original, {_place(pair) for pair in state.inputs.get("mappings") or ()}
        body = {**self.read_body(session.client, NAME), "fullName": NAME}
        others = [pair for pair in _pairs(body) if _place(pair) not in mine]
        before = [pair for pair in earlier.get("mappings") or () if _place(pair) in mine]
        restored = without_gaps({**body, **self._settings(earlier), "objectMapping": _bodies(_merged(others, before))})
        if self.definition(NAME, restored) != self.definition(NAME, body):
            session.client.update_component(NAME, restored)


def _place(pair: Mapping[str, str]) -> tuple[str, str]:
    """What a pair is known by: the field of the lead, and the object it goes to."""
    return pair["field"].lower(), pair["to"].partition(".")[0]


def _merged(live: Sequence[Definition], desired: Sequence[Mapping[str, str]]) -> list[Definition]:
    """The pairs of others and ours; a field takes one value only, and ours wins."""
    places, targets = {_place(pair) for pair in desired}, {pair["to"].lower() for pair in desired}
    others = [pair for pair in live if _place(pair) not in places and pair["to"].lower() not in targets]
    return [*others, *(dict(pair) for pair in desired)]


def _pairs(body: Body) -> list[Definition]:
    found = []
    for mapping in body.get("objectMapping", []):
        given, taken = mapping["inputObject"], mapping["outputObject"]
        for pair in mapping.get("mappingFields", []):
            found.append({"field": f"{given}.{pair['inputField']}", "to": f"{taken}.{pair['outputField']}"})
    return found


def _bodies(pairs: Sequence[Mapping[str, str]]) -> list[Body]:
    found: dict[tuple[str, str], list[Body]] = {}
    for pair in pairs:
        (given, field), (taken, other) = pair["field"].split(".", 1), pair["to"].split(".", 1)
        found.setdefault((given, taken), []).append({"inputField": field, "outputField": other})
    return [
        {"inputObject": given, "outputObject": taken, "mappingFields": fields}
        for (given, taken), fields in found.items()
    ]
