"""The assignment rule of an object: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_assignmentrules.htm"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import model_validator

from revops_iac.diagnostics import Diagnostic, Diagnostics
from revops_iac.errors import AuthorError
from revops_iac.provider.effects import Effect
from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, DesiredResource, Inputs, LiveObject, Lookup, Reference, State
from revops_salesforce.api.client import OrgSession, SalesforceClient
from revops_salesforce.api.components import Body
from revops_salesforce.formulas.option_uses import option_uses
from revops_salesforce.formulas.references import references_in
from revops_salesforce.metadata.criteria import Criterion, criteria_uses
from revops_salesforce.metadata.kind import ObjectPart, without_gaps
from revops_salesforce.metadata.merge import merge


class Entry(Part):
    """Who gets a record that meets a formula or criteria; neither: every record that comes this far."""

    formula: str | None = None
    criteria: list[Criterion] | None = None
    boolean_filter: str | None = None
    """`1 AND (2 OR 3)`; default: all criteria."""
    assigned_to: str | None = None
    """A username or a queue's developer name; default: the owner stays."""
    assigned_to_type: Literal["User", "Queue"] | None = None
    template: str | None = None
    teams: list[str] | None = None
    """Predefined case teams that are added, for Case; default: not managed."""
    override_existing_teams: bool | None = None
    """Whether the teams replace those of the case."""

    @model_validator(mode="after")
    def _one_condition(self) -> Entry:
        if self.formula is not None and self.criteria is not None:
            raise ValueError('"formula" and "criteria" are mutually exclusive')
        if (self.assigned_to is None) != (self.assigned_to_type is None):
            raise ValueError('"assigned_to" and "assigned_to_type" must be set together')
        return self


class AssignmentRulesInputs(Inputs):
    """The rule that gives records of an object their owner; entries are tried in order, the first that fits decides.

    Example::

        object: Lead
        name: Revenue_Process
        active: true
        entries:
          - formula: NOT(ISBLANK(Company))
            assigned_to: Unassigned_Leads
            assigned_to_type: Queue
          - assigned_to: admin@simulated.example
            assigned_to_type: User

    Later::

        entries:
          - assigned_to: Unassigned_Leads
            assigned_to_type: Queue
    """

    object: Literal["Lead", "Case"]
    name: str
    active: bool = False
    entries: list[Entry]
    replaces_active: str | None = None
    """The active unmanaged rule that this one replaces; deleting this resource reactivates it."""


class AssignmentRules(ObjectPart[AssignmentRulesInputs]):
    """Key: object and rule name. Each rule is written alone, as its own component `Lead.Name` [D: childXmlNames], so
    the rules of others are never part of a write. Only one rule of an object is active [K]."""

    component_type = "AssignmentRule"
    identity = frozenset({"object", "name", "replaces_active"})
    noun = "assignment rule set"
    on_delete = "The rule is deleted permanently, and the rule that it replaced is active again."

    def elements(self, inputs: AssignmentRulesInputs) -> Body:
        body: Body = {"active": inputs.active} if inputs.manages("active") else {}
        if inputs.manages("entries"):
            body["ruleEntry"] = [_entry_body(entry) for entry in inputs.entries or ()]
        return body

    def unexpressed(self, body: Body) -> list[str]:
        entries = enumerate(body.get("ruleEntry", []), 1)
        return sorted(f"entry {place}: {key}" for place, entry in entries for key in entry.keys() - ELEMENTS.values())

    def changed_body(self, client: SalesforceClient, live: LiveObject, inputs: AssignmentRulesInputs) -> Body:
        body = super().changed_body(client, live, inputs)
        if inputs.manages("entries"):
            before = self.read_body(client, live.name).get("ruleEntry", [])
            body["ruleEntry"] = merged(before, [_entry_body(entry) for entry in inputs.entries or ()])
        return body

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        """The teams of an entry are compared where the model names them."""
        entries = declared.get("entries") or []
        shown = [
            _without_teams(entry, entries[place] if place < len(entries) else {})
            for place, entry in enumerate(live.definition["entries"])
        ]
        return super().managed_view(declared, replace(live, definition={**live.definition, "entries": shown}))

    def definition(self, name: str, body: Body) -> Definition:
        entries = [_entry(item) for item in body.get("ruleEntry", [])]
        return {**self.identity_of(name), "active": body.get("active", False), "entries": entries}

    def references(self, inputs: AssignmentRulesInputs) -> Iterable[Reference]:
        for entry in inputs.entries:
            if entry.assigned_to is not None and entry.assigned_to_type == "Queue":
                yield Reference("Queue", entry.assigned_to)
            for criterion in entry.criteria or ():
                yield Reference("CustomField", criterion.field)
            yield from references_in(entry.formula or "", inputs.object)

    def effects(self, inputs: AssignmentRulesInputs) -> Iterable[Effect]:
        for entry in inputs.entries:
            yield from option_uses(entry.formula or "", inputs.object)
            yield from criteria_uses(entry.criteria or ())

    def lookups(self, inputs: AssignmentRulesInputs) -> Iterable[Lookup]:
        for entry in inputs.entries:
            if entry.assigned_to is not None and entry.assigned_to_type is not None:
                yield Lookup(entry.assigned_to_type.lower(), entry.assigned_to)

    def preflight_errors(self, session: OrgSession, desired: DesiredResource, live: LiveObject | None) -> Diagnostics:
        yield from super().preflight_errors(session, desired, live)
        yield from self._unnamed_active(session, self.parse(desired.inputs))

    def create(self, session: OrgSession, inputs: AssignmentRulesInputs) -> LiveObject:
        self._refuse_unnamed_active(session, inputs)
        made = super().create(session, inputs)
        self._note_replaced(session, inputs)
        return made

    def update(self, session: OrgSession, live: LiveObject, inputs: AssignmentRulesInputs) -> LiveObject:
        if not live.definition["active"]:
            self._refuse_unnamed_active(session, inputs)
        made = super().update(session, live, inputs)
        self._note_replaced(session, inputs)
        return made

    def delete(self, session: OrgSession, live: LiveObject, state: State[AssignmentRulesInputs]) -> None:
        """The rule that was replaced first: that switches ours off in the same call, so that at no moment, and after no
        failure, the object is without its rule."""
        replaced = state.inputs.replaces_active
        if replaced is not None and live.definition["active"]:
            name = f"{live.definition['object']}.{replaced}"
            body = self.read_body(session.client, name)
            if body and not body.get("active"):
                session.client.update_component(self.component_type, {**body, "active": True})
        super().delete(session, live, state)

    def _unnamed_active(self, session: OrgSession, inputs: AssignmentRulesInputs) -> Diagnostics:
        """Refuses to replace an active rule that `replaces_active` does not name."""
        if not inputs.active:
            return
        for other in self._active_others(session, inputs):
            if inputs.replaces_active != other:
                yield Diagnostic(
                    f'Salesforce {self.name} "{self.vendor_name(inputs)}"',
                    f'it would replace the active assignment rule "{other}" of {inputs.object}',
                    f"set replaces_active: {other} on its entry; deleting this resource reactivates that rule",
                )

    def _active_others(self, session: OrgSession, inputs: AssignmentRulesInputs) -> Sequence[str]:
        found = []
        for name in session.names(self, ""):
            object_, _, rule = name.partition(".")
            if object_ == inputs.object and rule != inputs.name:
                live = session.find(self, name)
                if live is not None and live.definition["active"]:
                    found.append(rule)
        return found

    def _refuse_unnamed_active(self, session: OrgSession, inputs: AssignmentRulesInputs) -> None:
        for refused in self._unnamed_active(session, inputs):
            raise AuthorError(refused)

    def _note_replaced(self, session: OrgSession, inputs: AssignmentRulesInputs) -> None:
        if inputs.active and (replaced := inputs.replaces_active) is not None:
            name = f"{inputs.object}.{replaced}"
            if (other := session.find(self, name)) is not None:
                other.definition["active"] = False


TEAMS = ("teams", "override_existing_teams")
ELEMENTS = {
    "formula": "formula",
    "criteria": "criteriaItems",
    "boolean_filter": "booleanFilter",
    "assigned_to": "assignedTo",
    "assigned_to_type": "assignedToType",
    "template": "template",
    "teams": "team",
    "override_existing_teams": "overrideExistingTeams",
}
"""The inputs of an entry, and the vendor's elements."""


def _without_teams(entry: Definition, declared: Mapping[str, Any]) -> Definition:
    """An entry without what another leaves open."""
    return {key: value for key, value in entry.items() if key in declared or key not in TEAMS}


def merged(live: Sequence[Body], desired: Sequence[Body]) -> list[Body]:
    """The desired entries, each over the live one that says the same, else over the one in its place: entries have no
    names, and what the inputs cannot say of one must not move to another."""
    waiting = dict(enumerate(live))
    same: dict[int, int] = {}
    for place, entry in enumerate(desired):
        mine = _entry(entry)
        found = next((one for one, body in waiting.items() if _without_teams(_entry(body), mine) == mine), None)
        if found is not None:
            same[place] = found
            del waiting[found]
    before = {place: live[same[place]] if place in same else waiting.get(place, {}) for place in range(len(desired))}
    return [merge(before[place], entry, {}, "RuleEntry") for place, entry in enumerate(desired)]


def _entry_body(entry: Entry) -> Body:
    values = entry.model_dump()
    return {theirs: values[ours] for ours, theirs in ELEMENTS.items() if ours not in TEAMS or values[ours] is not None}


def _entry(body: Mapping[str, Any]) -> Definition:
    return without_gaps({ours: body.get(theirs) for ours, theirs in ELEMENTS.items()})
