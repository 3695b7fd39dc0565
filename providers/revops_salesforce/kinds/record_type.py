"""A record type: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_recordtype.htm"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, Existence, Inputs, LiveObject, Reference, State
from revops_salesforce.api.client import OrgSession
from revops_salesforce.api.components import Body
from revops_salesforce.fields import process_values
from revops_salesforce.metadata.kind import ObjectPart


class Choice(Part):
    """The values that one picklist offers on records of the type."""

    picklist: str
    """`Deal_Type__c`, `LeadSource`; not the list of the business process (`StageName`, `Status`)."""
    values: list[str]
    default: str | None = None


class RecordTypeInputs(Inputs):
    """A kind of record of one object: its business process, and what its picklists offer.

    Nobody sees it until a permission set or a profile shows it.

    Example::

        object: Opportunity
        name: New_Business
        label: New business
        active: true
        business_process: New_Business
        picklist_values:
          - {picklist: LeadSource, values: [Web, Partner Referral]}
        description: First contracts.

    Later::

        label: New customers
        picklist_values:
          - {picklist: LeadSource, values: [Web, Partner Referral, Other], default: Web}
    """

    object: str
    name: str
    label: str
    active: bool = True
    business_process: str | None = None
    """Required on Lead, Opportunity and Case."""
    picklist_values: list[Choice] | None = None
    """The values of unlisted picklists stay as they are."""
    description: str | None = None
    elements: dict[str, Any] | None = None
    """Elements without an input, under the vendor's names: `compactLayoutAssignment`. Others stay as they are."""


class RecordType(ObjectPart[RecordTypeInputs]):
    """Key: object and developer name. The API cannot delete it [I: devops-center-feedback#203; S: salto
    record_type_deletion], so it is deactivated; one that is not active is taken up again without `adopt`."""

    component_type = "RecordType"
    spelled = frozenset()
    entry_keys = {"picklistValues": ("picklist",), "picklistValues.values": ("fullName",)}
    existence = Existence.SWITCHED_OFF
    on_delete = (
        "The record type is deactivated, because the API cannot delete it. Records keep it, but users can no longer "
        "choose it. Its business process stays too."
    )

    def elements(self, inputs: RecordTypeInputs) -> Body:
        return self.changes({}, inputs)

    def changes(self, body: Body, inputs: RecordTypeInputs) -> Body:
        changed = self.plain_elements({k: v for k, v in self.own(inputs).items() if k != "picklist_values"})
        if inputs.picklist_values is not None:
            changed["picklistValues"] = _merged(body.get("picklistValues", []), inputs.picklist_values)
        return changed

    def definition(self, name: str, body: Body) -> Definition:
        choices = [_choice(item) for item in body.get("picklistValues", [])]
        return {**super().definition(name, body), "picklist_values": choices}

    def normalize(self, definition: Definition) -> Definition:
        made = super().normalize(definition)
        if made.get("picklist_values") is not None:
            choices = [{**choice, "values": sorted(choice["values"])} for choice in made["picklist_values"]]
            made["picklist_values"] = sorted(choices, key=lambda choice: str(choice["picklist"]))
        return made

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        """Without unmanaged picklists; a default is compared where one is declared."""
        if declared.get("picklist_values") is None:
            return super().managed_view(declared, live)
        choices = {choice["picklist"]: choice for choice in live.definition["picklist_values"]}
        mine = [
            {key: choices[choice["picklist"]].get(key) for key in choice}
            for choice in declared["picklist_values"]
            if choice["picklist"] in choices
        ]
        definition = {**live.definition, "picklist_values": mine}
        return super().managed_view(declared, LiveObject(live.id, live.name, definition, live.facts))

    def conflicts(self, declared: Definition, live: LiveObject) -> list[str]:
        """Users cannot choose an inactive record type, so adopting it conflicts with nothing."""
        return super().conflicts(declared, live) if live.definition["active"] else []

    def references(self, inputs: RecordTypeInputs) -> Iterable[Reference]:
        if process := inputs.business_process:
            yield Reference("BusinessProcess", f"{inputs.object}.{process}")
        for choice in inputs.picklist_values or ():
            yield Reference("CustomField", f"{inputs.object}.{choice.picklist}")

    def delete(self, session: OrgSession, live: LiveObject, state: State[RecordTypeInputs]) -> None:
        body = self.read_body(session.client, live.name)
        if body.get("active"):
            session.client.update_component(self.component_type, {**body, "fullName": live.name, "active": False})
        session.report.say(
            f"Salesforce: {self.name} {live.name} is deactivated and kept, because the API cannot delete record types"
        )


def _merged(live: Sequence[Body], desired: Sequence[Choice]) -> list[Body]:
    """The unmanaged picklists as they are, and ours, each in its place."""
    mine, there = {choice.picklist: choice for choice in desired}, {item["picklist"] for item in live}
    kept = [_offered(mine[item["picklist"]], item) if item["picklist"] in mine else item for item in live]
    return [*kept, *(_offered(choice, {}) for name, choice in mine.items() if name not in there)]


def _offered(choice: Choice, live: Body) -> Body:
    values = live.get("values", [])
    default = choice.default or process_values.default_of(values)
    return {"picklist": choice.picklist, "values": process_values.to_vendor(choice.values, default, values)}


def _choice(item: Body) -> Definition:
    values = item.get("values", [])
    return {
        "picklist": item["picklist"],
        "values": process_values.from_vendor(values),
        "default": process_values.default_of(values),
    }
