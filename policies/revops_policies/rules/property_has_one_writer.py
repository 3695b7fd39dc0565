"""Each field is set by the model's automations, or by one other automation, but not by both."""

from __future__ import annotations

from itertools import chain

from revops_policies.automations import Automation, automations
from revops_policies.rule import Parameters, Rule, Violations, broken_by
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds automations outside the topics that set a field that another automation of their CRM sets too."""
    listed = automations(subject)
    for mine in listed:
        others = [other for other in listed if _is_other(mine, other)]
        shared = sorted(mine.writes & set(chain.from_iterable(other.writes for other in others)))
        if shared and not mine.of_model:
            writers = ", ".join(f'"{other.resource.name}"' for other in others if other.writes & set(shared))
            message = f"it sets {', '.join(shared)}, which {writers} {'set' if ',' in writers else 'sets'} too"
            yield broken_by(mine.resource, message, "let one automation set the field, or give this one its own field")


def _is_other(mine: Automation, other: Automation) -> bool:
    same_crm = mine.resource.system == other.resource.system
    return same_crm and other is not mine


_MODEL = """
context: {systems: {managed: [hubspot]}}
hubspot:
  Workflow:
    contacts.First: {object: contacts, name: First, steps: [{set: {property: message, to: "one"}}]}
    contacts.Second: {object: contacts, name: Second, steps: [{set: {property: %s, to: "two"}}]}
"""
RULE = Rule(
    title="A property has one writer",
    why="of two automations that set one field, the last one wins, and nobody knows which that is",
    applies_to="workflows, flows and field updates",
    check=check,
    passing=_MODEL % "jobtitle",
    failing=_MODEL % "message",
)
