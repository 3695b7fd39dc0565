"""MatchingRules, one container per object, and MatchingRule: when records are the same; activated in the background."""

from __future__ import annotations

from collections.abc import Iterator

from crm_simulators.salesforce.errors import MetadataError, integrity
from crm_simulators.salesforce.metadata_types.checks import check_filter, known_field
from crm_simulators.salesforce.metadata_types.component_type import (
    ComponentType,
    ObjectPart,
    child_name,
)
from crm_simulators.salesforce.org.fields import is_customizable, object_name
from crm_simulators.salesforce.org.org import Component, Org
from crm_simulators.salesforce.xml.component_xml import Body

MAX_ITEMS = 10  # [K]
SETTLED = {"Activating": "Active", "Deactivating": "Inactive"}


class MatchingRule(ObjectPart):
    """One rule, such as ``Lead.Same_Person``."""

    name = "MatchingRule"
    directory = "matchingRules"
    suffix = "matchingRule"
    lengths = {"label": 80}
    referenced = "This matching rule is referenced elsewhere. : Duplicate Rule - {users}"
    ruled = ("booleanFilter", "description", "label", "matchingRuleItems", "ruleStatus")

    def read(self, org: Org, full_name: str) -> Body | None:
        """The rule as it is; each read advances a pending change of status, by switch [K]."""
        body = super().read(org, full_name)
        if body is None or body["ruleStatus"] not in SETTLED:
            return body
        component = org.of_type(self.name)[body["fullName"]]
        if component["looks_left"] <= 0:
            component["body"]["ruleStatus"] = body["ruleStatus"] = SETTLED[body["ruleStatus"]]
        component["looks_left"] -= 1
        return body

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        sobject = child_name(full_name)[0]
        items = body.get("matchingRuleItems", [])
        if not 1 <= len(items) <= MAX_ITEMS:
            raise integrity(f"A matching rule has 1 to {MAX_ITEMS} fields", "matchingRuleItems")  # [K: text]
        for item in items:
            known_field(org, sobject, item["fieldName"], "fieldName")
        if "booleanFilter" in body:
            check_filter(body["booleanFilter"], len(items))
        completed = [{"blankValueBehavior": "NullNotAllowed", **item} for item in items]
        kept = {**body, "matchingRuleItems": completed}
        return {**kept, "ruleStatus": self._status(org, full_name, kept, old)}

    def _status(self, org: Org, full_name: str, body: Body, old: Body | None) -> str:
        """An active rule must be deactivated before it changes [K: rule and text]."""
        desired, live = str(body["ruleStatus"]), str((old or {}).get("ruleStatus", "Inactive"))
        if desired not in {"Active", "Inactive", live}:
            raise integrity(f"ruleStatus cannot be set to {desired}", "ruleStatus")
        if live != "Inactive" and {**(old or {}), "ruleStatus": ""} != {**body, "ruleStatus": ""}:
            raise integrity("You can't change an active matching rule. Deactivate it first.", "ruleStatus")
        if desired == live or (desired, live) == ("Active", "Activating"):
            return live
        users = sorted(name for name, rule in self._duplicate_rules(org, full_name) if rule["isActive"])
        if desired == "Inactive" and users:
            # [?] whether a rule that an active duplicate rule uses can be deactivated
            raise integrity(f"Matching rule is used by active duplicate rules: {', '.join(users)}", "ruleStatus")
        return "Activating" if desired == "Active" else "Deactivating"

    def store(self, org: Org, full_name: str, body: Body) -> None:
        component = org.store(self.name, full_name, body)
        component["looks_left"] = int(org.switch("matching_rule_polls"))

    def _duplicate_rules(self, org: Org, full_name: str) -> Iterator[tuple[str, Body]]:
        for name, component in org.of_type("DuplicateRule").items():
            for match in component["body"]["duplicateRuleMatchRules"]:
                if f"{match['matchRuleSObjectType']}.{match['matchingRule']}" == full_name:
                    yield name, component["body"]

    def users(self, org: Org, full_name: str) -> list[str]:
        return sorted(name for name, _ in self._duplicate_rules(org, full_name))

    def check_delete(self, org: Org, full_name: str) -> None:
        super().check_delete(org, full_name)
        if org.of_type(self.name)[full_name]["body"]["ruleStatus"] != "Inactive":
            raise MetadataError("DELETE_FAILED", "You can't delete an active matching rule. Deactivate it first.")


RULE = MatchingRule()


class MatchingRules(ComponentType):
    """The container of an object: its rules in one; each is written as if alone."""

    name = "MatchingRules"
    directory = "matchingRules"
    suffix = "matchingRule"
    children = ("MatchingRule",)
    creatable = False
    deletable = False
    undeletable = "Cannot delete matching rules container: {name}"

    def find(self, org: Org, full_name: str) -> str | None:
        known = object_name(org, full_name)
        return known if known is not None and is_customizable(known) else None

    def _rules(self, org: Org, sobject: str) -> list[str]:
        return sorted(name for name in org.of_type(RULE.name) if child_name(name)[0] == sobject)

    def read(self, org: Org, full_name: str) -> Body | None:
        sobject = self.find(org, full_name)
        if sobject is None:
            return None
        rules = [RULE.read(org, name) or {} for name in self._rules(org, sobject)]
        return {
            "fullName": sobject,
            "matchingRules": [{**rule, "fullName": child_name(rule["fullName"])[1]} for rule in rules],
        }

    def listed(self, org: Org) -> Iterator[tuple[str, Component]]:
        first: dict[str, Component] = {}
        for name, component in sorted(org.of_type(RULE.name).items()):
            first.setdefault(child_name(name)[0], component)
        yield from first.items()

    def update(self, org: Org, full_name: str, body: Body) -> None:
        sobject = self.existing(org, full_name)
        for rule in body.get("matchingRules", []):
            name = f"{sobject}.{rule['fullName']}"
            (RULE.create if RULE.find(org, name) is None else RULE.update)(org, name, rule)
