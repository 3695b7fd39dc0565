"""DuplicateRule: what happens to a record that matches others; the order of an object's rules has no gap."""

from __future__ import annotations

import re

from crm_simulators.salesforce.errors import MetadataError, bad_reference, integrity
from crm_simulators.salesforce.metadata_types.checks import known_field
from crm_simulators.salesforce.metadata_types.component_type import (
    DEVELOPER_NAME,
    ComponentType,
    child_name,
    invalid_name,
)
from crm_simulators.salesforce.org.fields import fields_of, find_field, is_customizable, object_name
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import Body

STANDARD_RULE = re.compile(r"Standard_\w+_Match_Rule_v\d_\d")
"""The matching rules that every org has, active, and that no API shows [D: standard matching rules; S: their names]."""
MAX_MATCHES = 3  # [K]
OPERATIONS = {"Alert", "Report"}


class DuplicateRule(ComponentType):
    name = "DuplicateRule"
    directory = "duplicateRules"
    suffix = "duplicateRule"
    lengths = {"masterLabel": 80, "alertText": 3000}

    def check_name(self, org: Org, full_name: str) -> None:
        sobject, name = child_name(full_name)
        known = object_name(org, sobject)
        if known is None or not is_customizable(known):
            raise bad_reference("fullName", "CustomObject", sobject or full_name)
        if not DEVELOPER_NAME.fullmatch(name) or len(name) > self.max_name:
            raise invalid_name(self.name, name)

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        _check_filter(org, full_name, body.get("duplicateRuleFilter") or {})
        matches = body.get("duplicateRuleMatchRules", [])
        if (
            not bool(body["isActive"]) <= len(matches) <= MAX_MATCHES
        ):  # inactive ones without any exist [S: public orgs]
            text = f"A duplicate rule has 1 to {MAX_MATCHES} matching rules"  # [K: text]
            raise integrity(text, "duplicateRuleMatchRules")
        for match in matches:
            self._check_match(org, full_name, body, match)
        for element in ("operationsOnInsert", "operationsOnUpdate"):
            if not set(body.get(element, [])) <= OPERATIONS:
                raise integrity(f"{element}: allowed are Alert and Report", element)
        self._check_order(org, full_name, body["sortOrder"])
        return body

    def _check_match(self, org: Org, full_name: str, body: Body, match: Body) -> None:
        sobject, other = child_name(full_name)[0], match["matchRuleSObjectType"]
        rule = org.body("MatchingRule", f"{other}.{match['matchingRule']}")
        standard = STANDARD_RULE.fullmatch(match["matchingRule"]) is not None
        if rule is None and not standard:
            raise bad_reference("matchingRule", "MatchingRule", f"{other}.{match['matchingRule']}")
        # One that the same deployment activates is active when the deployment ends [?].
        ready = {"Active", "Activating"} if org.coming else {"Active"}
        if body["isActive"] and rule is not None and rule["ruleStatus"] not in ready:
            # [K: text]
            raise integrity(f"Matching rule {other}.{match['matchingRule']} is not active", "matchingRule")
        mapping = match.get("objectMapping")
        if other != sobject and mapping is None:
            raise MetadataError("REQUIRED_FIELD_MISSING", "Required field is missing: objectMapping")
        for pair in (mapping or {}).get("mappingFields", []):
            for owner, name in ((sobject, pair.get("inputField")), (other, pair["outputField"])):
                if name is not None:
                    known_field(org, owner, name, "objectMapping")

    def _check_order(self, org: Org, full_name: str, place: int) -> None:
        """1..n over all rules of the object [S: salto duplicate_rules_sort_order; text K]."""
        others = [
            component["body"]["sortOrder"]
            for name, component in org.of_type(self.name).items()
            if child_name(name)[0] == child_name(full_name)[0] and name.lower() != full_name.lower()
        ]
        if place in others or not 1 <= place <= len(others) + 1:
            text = f"Invalid sortOrder {place}: the rules of an object are numbered 1 to {len(others) + 1} without gaps"
            raise integrity(text, "sortOrder")

    def delete(self, org: Org, full_name: str) -> None:
        """Later rules move up or keep their number, by switch [?]."""
        gone = (org.body(self.name, full_name) or {}).get("sortOrder", 0)
        super().delete(org, full_name)
        if org.switch("duplicate_rules_close_gaps"):
            for name, component in org.of_type(self.name).items():
                if child_name(name)[0] == child_name(full_name)[0] and component["body"]["sortOrder"] > gone:
                    component["body"]["sortOrder"] -= 1


def _check_filter(org: Org, full_name: str, condition: Body) -> None:
    """Fields of the object or of the user who saves, numbered from 1 on [W: sortOrder, table; texts K]."""
    sobject, items = child_name(full_name)[0], condition.get("duplicateRuleFilterItems", [])
    for item in items:
        if item["table"] not in {sobject, "User"}:
            raise integrity(f"Table {item['table']} cannot be filtered by", "duplicateRuleFilter")
        if find_field(fields_of(org, item["table"]), item["field"].rpartition(".")[2]) is None:
            raise bad_reference("duplicateRuleFilter", "CustomField", f"{item['table']}.{item['field']}")
    if sorted(item["sortOrder"] for item in items) != list(range(1, len(items) + 1)):
        raise integrity("The items of a filter are numbered from 1 without gaps", "duplicateRuleFilter")
    named = {int(number) for number in re.findall(r"\d+", condition.get("booleanFilter") or "")}
    if named - set(range(1, len(items) + 1)):
        raise integrity(f"The filter logic names a condition that is not there: {max(named)}", "duplicateRuleFilter")
