"""Every option that a workflow, formula or rule names is an option of its field."""

from __future__ import annotations

from collections.abc import Mapping

from revops_iac.diagnostics import suggest
from revops_policies.automations import option_uses
from revops_policies.fields import full_name, shared_values, values_of
from revops_policies.rule import Parameters, Rule, Violations, broken_by
from revops_policies.subject import Resource, Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds values that are no option of the field that the plan declares."""
    options = {**_hubspot(subject), **_salesforce(subject)}
    for resource, use in option_uses(subject):
        known = options.get((resource.system, use.field))
        if known is not None and use.value not in known:
            message = f'"{use.value}" is not an option of {use.field}, so it matches no record'
            yield broken_by(resource, message, suggest(use.value, sorted(known)))


Options = dict[tuple[str, str], frozenset[str]]
"""(system, full name of a field) -> the values that it can hold."""


def _hubspot(subject: Subject) -> Options:
    return {
        ("hubspot", full_name(item)): frozenset(str(option["value"]) for option in item.inputs["options"])
        for item in subject.of_kind("hubspot", "Property")
        if item.inputs.get("type") == "enumeration" and item.inputs.get("options")
    }


def _salesforce(subject: Subject) -> Options:
    shared = shared_values(subject)
    return {
        ("salesforce", full_name(item)): values
        for item in subject.of_kind("salesforce", "CustomField")
        if (values := _values(item, shared)) is not None
    }


def _values(field: Resource, shared: Mapping[str, frozenset[str]]) -> frozenset[str] | None:
    """None where records may hold other values too."""
    is_restricted = (field.inputs.get("value_set") or {}).get("restricted", True)
    return values_of(field, shared) if is_restricted else None


_MODEL = """
context: {systems: {managed: [hubspot]}}
data_hygiene: {fields: {contact: {tier: {label: Tier, type: picklist, options: {gold: Gold, silver: Silver}}}}}
hubspot:
  List:
    Best people: {object: contacts, name: Best people, processing_type: DYNAMIC, filter: 'tier is any of [%s]'}
"""
RULE = Rule(
    title="Named options exist",
    why="a value that no record can hold makes a workflow, segment or rule that never fires",
    applies_to="filters, formulas, criteria and steps on picklists of the plan",
    check=check,
    passing=_MODEL % "gold",
    failing=_MODEL % "platinum",
)
