"""A field that both CRMs hold is set by automations of one of them."""

from __future__ import annotations

from collections import defaultdict

from revops_iac.systems import installed_systems
from revops_policies.automations import Automation, automations
from revops_policies.fields import model_fields
from revops_policies.rule import Parameters, Rule, Violations, broken_by
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds automations outside the topics that set a field on a CRM that is not its source of truth, or on both."""
    fields = model_fields(subject)
    writers: dict[str, list[Automation]] = defaultdict(list)
    for automation in automations(subject):
        for name in sorted(automation.writes):
            if reference := fields.get((automation.resource.system, name)):
                writers[reference].append(automation)
    source = subject.model.context.systems.source_of_truth
    kept = {reference for (system, _), reference in fields.items() if system == source}
    for reference, listed in writers.items():
        systems = dict.fromkeys(one.resource.system for one in listed)
        for automation in listed:
            here = automation.resource.system
            others = [name for name in systems if name != here]
            is_run_here = any(one.of_model and one.resource.system == here for one in listed)
            is_kept_there = reference in kept and not is_run_here
            if automation.of_model or here == source or not (others or is_kept_there):
                continue
            label = installed_systems()[others[0] if others else str(source)].label
            reason = f"which automations of {label} set too" if others else f"of which {label} is the source of truth"
            message = f"it sets {reference}, {reason}; the sync then undoes one of them"
            yield broken_by(automation.resource, message, f"set {reference} on {label} only")


_MODEL = """
context: {systems: {managed: [hubspot, salesforce], source_of_truth: salesforce}}
data_hygiene: {fields: {contact: {tier: {label: Tier, type: text}}}}
hubspot:
  Workflow:
    contacts.Note the tier: {object: contacts, name: Note the tier, steps: [{set: {property: %s, to: "gold"}}]}
salesforce:
  WorkflowFieldUpdate:
    Lead.Note_The_Tier:
      {object: Lead, name: Note_The_Tier, label: Note the tier, field: Tier__c, operation: Formula, formula: '"gold"'}
"""
RULE = Rule(
    title="A synced field has one writing CRM",
    why="a field that both CRMs set changes back and forth with every sync",
    applies_to="workflows, flows and field updates on fields of the model",
    check=check,
    passing=_MODEL % "message",
    failing=_MODEL % "tier",
)
