"""A duplicate rule: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_duplicaterule.htm"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, Inputs, LiveObject, Reference, State
from revops_salesforce.api.client import OrgSession, SalesforceClient
from revops_salesforce.api.components import NOTHING, Body, camel, snake
from revops_salesforce.kinds.matching_rule import MatchingRule
from revops_salesforce.metadata.criteria import Operation as Operator
from revops_salesforce.metadata.kind import ObjectPart, without_gaps

Action = Literal["Allow", "Block"]
Operation = Literal["Alert", "Report"]
MAX_MATCHES = 3  # [K]
OPERATIONS = ("operations_on_insert", "operations_on_update")


class FilterItem(Part):
    """One comparison: a field of the record that is saved, or of the user who saves it."""

    table: str
    """The object of the rule, or `User` [D: meta_duplicaterule]."""
    field: str
    """Without the object: `Country`."""
    operation: Operator
    value: str | None = None
    value_field: str | None = None


class DuplicateFilter(Part):
    """The records that the rule checks; without items, all."""

    items: list[FilterItem] = []
    boolean_filter: str | None = None
    """`1 AND (2 OR 3)`; default: all items."""


class Pair(Part):
    """A field of the record that is saved, and the field of the other object that it is compared with."""

    field: str | None = None
    """Not set where the object of the rule has none, as in Salesforce's own rules."""
    other_field: str


class MatchingRuleUse(Part):
    """The records with which a new one is compared."""

    object: str
    matching_rule: str
    """The developer name of a matching rule of that object."""
    mapping: list[Pair] | None = None
    """Required when that is a different object."""


class DuplicateRuleInputs(Inputs):
    """What happens to a record that matches others when it is saved.

    Example::

        object: Lead
        name: Same_Person
        label: Same person
        active: true
        action_on_insert: Allow
        operations_on_insert: [Alert, Report]
        action_on_update: Allow
        alert_text: Is it one of these?
        matches:
          - {object: Lead, matching_rule: Same_Person}
        filter:
          items:
            - {table: Lead, field: Country, operation: equals, value: Germany}

    Later::

        filter: {items: []}

        action_on_insert: Block
        operations_on_insert: []
        active: false
    """

    object: str
    """`Lead`, `Account`, `Contact`, `PersonAccount` or a custom object."""
    name: str
    label: str
    active: bool = True
    action_on_insert: Action = "Allow"
    operations_on_insert: list[Operation] = []
    """With `Allow`: an alert, which an API caller must answer with a header, and an entry in the report."""
    action_on_update: Action = "Allow"
    operations_on_update: list[Operation] = []
    alert_text: str | None = None
    security_option: Literal["EnforceSharingRules", "BypassSharingRules"] = "EnforceSharingRules"
    matches: list[MatchingRuleUse] = Field(max_length=MAX_MATCHES)
    filter: DuplicateFilter = DuplicateFilter()
    """Always declared, so that a manually set filter is drift: an update shows it before removing it."""
    description: str | None = None

    @model_validator(mode="after")
    def _tables_are_at_hand(self) -> DuplicateRuleInputs:
        if others := sorted({item.table for item in self.filter.items} - {self.object, "User"}):
            raise ValueError(f'filter: its tables are "{self.object}" and "User", not "{others[0]}"')
        return self


class DuplicateRule(ObjectPart[DuplicateRuleInputs]):
    """Key: object and developer name. The rules of an object are numbered from 1 without a gap, those of others too
    [S: salto duplicate_rules_sort_order]: a new one comes last, and the others move only to close a gap."""

    component_type = "DuplicateRule"
    element_names = {
        "label": "masterLabel",
        "active": "isActive",
        "matches": "duplicateRuleMatchRules",
        "filter": "duplicateRuleFilter",
    }
    entry_keys = {
        "duplicateRuleFilter.duplicateRuleFilterItems": ("table", "field", "operation"),
        "duplicateRuleMatchRules": ("matchRuleSObjectType", "matchingRule"),
        "duplicateRuleMatchRules.objectMapping.mappingFields": ("outputField",),
    }
    on_delete = "The rule is deleted permanently; the rules after it move up where the org leaves a gap."
    _numbering: ClassVar[threading.Lock] = threading.Lock()

    def elements(self, inputs: DuplicateRuleInputs) -> Body:
        own = self.own(inputs)
        own |= {key: own[key] or [] for key in OPERATIONS if key in own}
        if "matches" in own:
            own["matches"] = [_match_body(inputs.object, one) for one in inputs.matches]
        if "filter" in own:
            own["filter"] = _filter_body(inputs.filter)
        return self.plain_elements(own)

    def changes(self, body: Body, inputs: DuplicateRuleInputs) -> Body:
        """The order of operations means nothing, so the live one stays; what is absent and stays so is not written."""
        elements = self.elements(inputs)
        mapped = {
            (one["matchRuleSObjectType"], one["matchingRule"])
            for one in body.get("duplicateRuleMatchRules", [])
            if "objectMapping" in one
        }
        for match in elements.get("duplicateRuleMatchRules", []) if body else []:
            if match["objectMapping"] is None and (match["matchRuleSObjectType"], match["matchingRule"]) not in mapped:
                del match["objectMapping"]
        for element in map(camel, OPERATIONS):
            if element in elements and sorted(elements[element]) == sorted(body.get(element, [])):
                del elements[element]
        return elements

    def definition(self, name: str, body: Body) -> Definition:
        return {
            **super().definition(name, body),
            "active": body.get("isActive", False),
            **{key: body.get(camel(key), []) for key in OPERATIONS},
            "matches": [_match(one) for one in body.get("duplicateRuleMatchRules", [])],
            "filter": _filter(body.get("duplicateRuleFilter") or {}),
        }

    def normalize(self, definition: Definition) -> Definition:
        made = super().normalize(definition)
        for key in OPERATIONS:
            if made.get(key) is not None:
                made[key] = sorted(made[key])
        if not (made.get("filter") or {}).get("items"):
            made.pop("filter", None)
        return made

    def references(self, inputs: DuplicateRuleInputs) -> Iterable[Reference]:
        yield Reference("CustomObject", inputs.object)
        for match in inputs.matches:
            yield Reference("MatchingRule", f"{match.object}.{match.matching_rule}")
            for pair in match.mapping or ():
                if pair.field is not None:
                    yield Reference("CustomField", f"{inputs.object}.{pair.field}")
                yield Reference("CustomField", f"{match.object}.{pair.other_field}")
        for item in inputs.filter.items:
            yield Reference("CustomField", f"{item.table}.{item.field}")

    def create(self, session: OrgSession, inputs: DuplicateRuleInputs) -> LiveObject:
        name = self.vendor_name(inputs)
        with self._numbering:
            place = self._close_gaps(session.client, inputs.object) + 1
            body = {**self.new_body(inputs), "sortOrder": place}
            session.client.create_component(self.component_type, body)
        return self.observe(name, body)

    def packed(self, session: OrgSession, live: LiveObject | None, inputs: DuplicateRuleInputs) -> Body | str:
        """Switched off where one of its matching rules is not active yet: that happens in the background [K]."""
        body = super().packed(session, live, inputs)
        if isinstance(body, str):
            return body
        if live is None:
            body["sortOrder"] = self._next_place(session, inputs)
        if not all(_is_active(session, match) for match in inputs.matches):
            body["isActive"] = False
        return body

    def _next_place(self, session: OrgSession, inputs: DuplicateRuleInputs) -> int:
        """Behind the rules that the object has, and the new ones that come before this one by name."""
        mine = self.vendor_name(inputs)
        live = [name for name in session.names(self, "") if name.startswith(f"{inputs.object}.")]
        declared = {item.name for item in session.declared if item.kind == self.name}
        new = [name for name in declared - set(live) if name.startswith(f"{inputs.object}.") and name < mine]
        return len(live) + len(new) + 1

    def delete(self, session: OrgSession, live: LiveObject, state: State[DuplicateRuleInputs]) -> None:
        with self._numbering:
            super().delete(session, live, state)
            self._close_gaps(session.client, live.definition["object"])

    def _close_gaps(self, client: SalesforceClient, object_: str) -> int:
        """Gives the object's rules the numbers from 1 on, in their order, and answers how many there are."""
        names = [name for name in client.list_components(self.component_type) if name.startswith(f"{object_}.")]
        bodies = client.read_components(self.component_type, names)
        ordered = sorted(bodies.items(), key=lambda pair: int(pair[1]["sortOrder"]))
        for place, (name, body) in enumerate(ordered, start=1):
            if body["sortOrder"] != place:
                client.update_component(self.component_type, {**body, "fullName": name, "sortOrder": place})
        return len(ordered)


def _is_active(session: OrgSession, match: MatchingRuleUse) -> bool:
    rule = session.find(MatchingRule(), f"{match.object}.{match.matching_rule}")
    return rule is not None and bool(rule.definition["active"])


def _match_body(object_: str, match: MatchingRuleUse) -> Body:
    body: Body = {
        "matchRuleSObjectType": match.object,
        "matchingRule": match.matching_rule,
        "objectMapping": None,
    }
    if match.mapping:
        pairs = [{"inputField": one.field or dict(NOTHING), "outputField": one.other_field} for one in match.mapping]
        body["objectMapping"] = {"inputObject": object_, "outputObject": match.object, "mappingFields": pairs}
    return body


def _match(body: Body) -> Definition:
    pairs = (body.get("objectMapping") or {}).get("mappingFields", [])
    mapping = [without_gaps({"field": one.get("inputField"), "other_field": one["outputField"]}) for one in pairs]
    match = {"object": body["matchRuleSObjectType"], "matching_rule": body["matchingRule"]}
    return {**match, "mapping": mapping} if mapping else match


def _filter_body(condition: DuplicateFilter) -> Body | None:
    """None for a rule that looks at every record: the element is there without a value [W]."""
    items = [
        {"sortOrder": place, **{camel(key): value for key, value in item.model_dump().items()}}
        for place, item in enumerate(condition.items, start=1)
    ]
    return {"booleanFilter": condition.boolean_filter, "duplicateRuleFilterItems": items} if items else None


def _filter(body: Body) -> Definition:
    items = sorted(body.get("duplicateRuleFilterItems", []), key=lambda item: int(item["sortOrder"]))
    made = [{snake(key): value for key, value in item.items() if key != "sortOrder"} for item in items]
    logic = body.get("booleanFilter")
    return {"items": made, "boolean_filter": logic} if logic else {"items": made}
