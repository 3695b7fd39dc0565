"""A matching rule: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_matchingrule.htm"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import Field

from revops_iac.errors import AccountError
from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, Inputs, LiveObject, Reference, State
from revops_salesforce.api.client import OrgSession, SalesforceClient
from revops_salesforce.api.components import Body
from revops_salesforce.api.errors import Refusal, account_error
from revops_salesforce.metadata.kind import ObjectPart, without_gaps

Method = Literal[
    "Exact", "FirstName", "LastName", "CompanyName", "Phone", "City", "Street", "Zip", "Title",
]  # fmt: skip
IN_WORK = frozenset({"Activating", "Deactivating"})
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 15.0
GIVE_UP_S = 30 * 60
NO_MATCH: Literal["NullNotAllowed"] = "NullNotAllowed"


class MatchingRuleItem(Part):
    """A field in which both records must match."""

    field: str
    method: Method = "Exact"
    """The fuzzy methods are for the matching standard fields [K]."""
    blank: Literal["MatchBlanks", "NullNotAllowed"] = NO_MATCH
    """Whether two blank values match."""


class MatchingRuleInputs(Inputs):
    """When two records of an object are the same; a duplicate rule says what follows.

    Example::

        object: Lead
        name: Same_Person
        label: Same person
        active: true
        items:
          - {field: Company, method: CompanyName}
          - {field: Phone, method: Phone}
        description: The match keys of the model.

    Later::

        label: The same person
        items:
          - {field: Company, method: CompanyName}
          - {field: Email}
    """

    object: str
    """`Lead`, `Account`, `Contact`, `PersonAccount` or a custom object."""
    name: str
    label: str
    active: bool = True
    items: list[MatchingRuleItem] = Field(min_length=1, max_length=10)
    boolean_filter: str | None = None
    """`1 AND (2 OR 3)`; default: all items."""
    description: str | None = None


class MatchingRule(ObjectPart[MatchingRuleInputs]):
    """Key: object and developer name. Each rule is written alone, so the rules of others are never part of a write. It
    becomes active in the background, and must be deactivated before it changes or goes [K]."""

    component_type = "MatchingRule"
    entry_keys = {"matchingRuleItems": ("fieldName",)}
    on_delete = (
        "The rule is deactivated and deleted permanently. Salesforce refuses while a duplicate rule uses it [K]."
    )

    def elements(self, inputs: MatchingRuleInputs) -> Body:
        own = self.own(inputs)
        body = self.plain_elements({key: value for key, value in own.items() if key not in ("active", "items")})
        if "active" in own:
            body["ruleStatus"] = "Active" if inputs.active else "Inactive"
        if "items" in own:
            body["matchingRuleItems"] = [
                {"fieldName": item.field, "matchingMethod": item.method, "blankValueBehavior": item.blank}
                for item in inputs.items
            ]
        return body

    def changes(self, body: Body, inputs: MatchingRuleInputs) -> Body:
        """How blanks match is not written where the org leaves it out, and it stays so; nor is a status that the org
        has in its own words."""
        elements = self.elements(inputs)
        if body.get("ruleStatus") is not None and _is_active(body) == (elements.get("ruleStatus") == "Active"):
            elements.pop("ruleStatus", None)
        silent = {item["fieldName"] for item in body.get("matchingRuleItems", []) if "blankValueBehavior" not in item}
        for item in elements.get("matchingRuleItems", []):
            if item["fieldName"] in silent and item["blankValueBehavior"] == NO_MATCH:
                del item["blankValueBehavior"]
        return elements

    def definition(self, name: str, body: Body) -> Definition:
        return {
            **super().definition(name, body),
            "active": _is_active(body),
            "items": [
                {
                    "field": item["fieldName"],
                    "method": item["matchingMethod"],
                    "blank": item.get("blankValueBehavior", NO_MATCH),
                }
                for item in body.get("matchingRuleItems", [])
            ],
        }

    def references(self, inputs: MatchingRuleInputs) -> Iterable[Reference]:
        yield Reference("CustomObject", inputs.object)
        for item in inputs.items:
            yield Reference("CustomField", f"{inputs.object}.{item.field}")

    def create(self, session: OrgSession, inputs: MatchingRuleInputs) -> LiveObject:
        made = super().create(session, inputs)
        self._settled(session.client, made.name)
        return made

    def update(self, session: OrgSession, live: LiveObject, inputs: MatchingRuleInputs) -> LiveObject:
        """Off, changed, on again; the duplicate rules that use it are off meanwhile. Where the change fails, what was
        switched off is switched on again before the failure is told."""
        client = session.client
        if not live.definition["active"]:
            made = super().update(session, live, inputs)
            self._settled(client, live.name)
            return made
        users = list(_active_users(client, live.name))
        try:
            for name in users:
                _switch(client, name, on=False)
            self._deactivate(client, live.name)
            made = super().update(session, live, inputs)
            self._settled(client, live.name)
        except AccountError as error:
            self._switch_back_on(client, live.name, users, error)
            raise
        if made.definition["active"]:
            for name in users:
                _switch(client, name, on=True)
        return made

    def _switch_back_on(self, client: SalesforceClient, rule: str, users: list[str], error: AccountError) -> None:
        """Raises AccountError with the names of what stays off where the org refuses this too."""
        try:
            body = self._settled(client, rule)
            if body.get("ruleStatus") == "Inactive":
                client.update_component(self.component_type, {**body, "fullName": rule, "ruleStatus": "Active"})
                self._settled(client, rule)
            for name in users:
                _switch(client, name, on=True)
        except AccountError:
            off = ", ".join([f"matching rule {rule}", *(f"duplicate rule {name}" for name in users)])
            fix = f"check in Setup that they are active: {off}"
            message = f"{error.diagnostic.sentence}; some rules may still be inactive"
            raise type(error)(message, fix) from None

    def packed(self, session: OrgSession, live: LiveObject | None, inputs: MatchingRuleInputs) -> Body | str:
        if live is not None and live.definition["active"]:
            return "an active rule is switched off, changed and switched on again, which no single deployment does"
        return super().packed(session, live, inputs)

    def delete(self, session: OrgSession, live: LiveObject, state: State[MatchingRuleInputs]) -> None:
        if live.definition["active"]:
            self._deactivate(session.client, live.name)
        super().delete(session, live, state)

    def _deactivate(self, client: SalesforceClient, name: str) -> None:
        body = self._settled(client, name)
        if body and body.get("ruleStatus") != "Inactive":
            client.update_component(self.component_type, {**body, "fullName": name, "ruleStatus": "Inactive"})
            self._settled(client, name)

    def _settled(self, client: SalesforceClient, name: str) -> Body:
        """Waits until the org has switched the rule on or off. Raises AccountError when it could not."""
        waited, pause = 0.0, FIRST_WAIT_S
        while (body := self.read_body(client, name)).get("ruleStatus") in IN_WORK:
            if waited > GIVE_UP_S:
                raise _failure(name, f"the rule is still {body['ruleStatus']} after {GIVE_UP_S // 60} minutes")
            time.sleep(pause)
            waited, pause = waited + pause, min(LONGEST_WAIT_S, pause * 1.5)
        if str(body.get("ruleStatus", "")).endswith("Failed"):
            raise _failure(name, f"the org reports {body['ruleStatus']}")
        return body


def _is_active(body: Body) -> bool:
    return body.get("ruleStatus") in {"Active", "Activating"}


def _failure(name: str, text: str) -> Exception:
    return account_error(Refusal(None, "MATCHING_RULE", text), f'MatchingRule "{name}"')


def _active_users(client: SalesforceClient, rule: str) -> Iterator[str]:
    """The active duplicate rules that use a matching rule."""
    for name, body in client.read_components("DuplicateRule", client.list_components("DuplicateRule")).items():
        used = [f"{one['matchRuleSObjectType']}.{one['matchingRule']}" for one in body["duplicateRuleMatchRules"]]
        if body["isActive"] and rule in used:
            yield name


def _switch(client: SalesforceClient, name: str, *, on: bool) -> None:
    body = client.read_components("DuplicateRule", [name]).get(name)
    if body is not None:
        client.update_component("DuplicateRule", without_gaps({**body, "fullName": name, "isActive": on}))
