"""References to a field, which block its deletion and changes of its type."""

from __future__ import annotations

import re
from collections.abc import Iterator

from salesforce_formula.parser import parse
from salesforce_formula.tokens import FormulaError
from salesforce_formula.tree import names_in

from crm_simulators.salesforce.metadata_types.automation.workflow_actions import updated_object
from crm_simulators.salesforce.org.formula_names import references
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import Body


def formula_fields(org: Org, sobject: str, formula: str) -> set[tuple[str, str]]:
    """The (object, field) pairs that a formula on an object leads to, lower case."""
    try:
        names = list(names_in(parse(formula)))
    except FormulaError:
        return set()
    return {(owner.lower(), field.lower()) for owner, field in references(org, sobject, names)}


def users_of_field(org: Org, full_name: str) -> Iterator[str]:
    """References to a custom field, as ``<kind> - <name>``; permission sets and layouts drop it by themselves [K]."""
    sobject, _, field = full_name.lower().partition(".")
    for name, component in org.of_type("CustomField").items():
        formula = component["body"].get("formula")
        if formula and (sobject, field) in formula_fields(org, name.partition(".")[0], formula):
            yield f"Formula Field - {name}"
        if f"{sobject}.{field}" in {one.lower() for one in _rested_on(name, component["body"])}:
            yield f"Custom Field - {name}"
    for name, component in org.of_type("ValidationRule").items():
        formula = component["body"]["errorConditionFormula"]
        if (sobject, field) in formula_fields(org, name.partition(".")[0], formula):
            yield f"Validation Rule - {name}"
    yield from _assignment_rules(org, sobject, field)
    yield from _approvals(org, sobject, field)
    for name, component in org.of_type("Flow").items():
        for number, version in component["versions"].items():
            if version["object"].lower() == sobject and re.search(rf"(?i)\b{re.escape(field)}\b", str(version["body"])):
                yield f"Flow Version - {name}-{number}"


def _rested_on(name: str, body: Body) -> Iterator[str]:
    """The fields that a dependent picklist or a summary names."""
    controlling = body.get("valueSet", {}).get("controllingField")
    if controlling:
        yield f"{name.partition('.')[0]}.{controlling}"
    yield from (body[key] for key in ("summaryForeignKey", "summarizedField") if key in body)
    yield from (item["field"] for item in body.get("summaryFilterItems", []))


def _approvals(org: Org, sobject: str, field: str) -> Iterator[str]:
    """Criteria of approval processes, and field updates."""
    for name, component in org.of_type("ApprovalProcess").items():
        owner, body = name.partition(".")[0], component["body"]
        for holder in [body, *body.get("approvalStep", [])]:
            criteria = holder.get("entryCriteria", {})
            named = {item["field"].lower() for item in criteria.get("criteriaItems", [])}
            if f"{sobject}.{field}" in named or (sobject, field) in formula_fields(
                org, owner, criteria.get("formula", "")
            ):
                yield f"Approval Process - {name}"
                break
    for name, component in org.of_type("WorkflowFieldUpdate").items():
        owner, body = name.partition(".")[0], component["body"]
        target, lookup = updated_object(org, owner, body)
        named = {(target.lower(), body["field"].lower()), (owner.lower(), lookup.lower())}
        if (sobject, field) in named or (sobject, field) in formula_fields(org, owner, body.get("formula", "")):
            yield f"Workflow Field Update - {name}"


def _assignment_rules(org: Org, sobject: str, field: str) -> Iterator[str]:
    for name, component in org.of_type("AssignmentRules").items():
        for rule in component["body"].get("assignmentRule", []):
            for entry in rule.get("ruleEntry", []):
                criteria = {item["field"].lower() for item in entry.get("criteriaItems", [])}
                formula = entry.get("formula")
                named = formula is not None and (sobject, field) in formula_fields(org, name, formula)
                if named or f"{sobject}.{field}" in criteria:
                    yield f"Assignment Rule - {name}.{rule['fullName']}"
