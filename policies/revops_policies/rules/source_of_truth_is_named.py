"""One CRM is named the source of truth when more than one system is managed."""

from __future__ import annotations

from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds a model that manages several systems and names none, or names one it does not manage."""
    systems = subject.model.context.systems
    managed = systems.managed or sorted({item.system for item in subject.resources})
    if len(managed) > 1 and systems.source_of_truth is None:
        yield broken(
            "context.systems",
            f"context.systems manages {' and '.join(managed)} and names no source of truth",
            f"add source_of_truth: {managed[-1]} under context.systems, or the one your team trusts",
        )
    elif systems.source_of_truth is not None and systems.source_of_truth not in managed:
        yield broken(
            "context.systems.source_of_truth",
            f'"{systems.source_of_truth}" is not a managed system',
            f"one of {', '.join(managed)}",
        )


RULE = Rule(
    title="One CRM is the source of truth",
    why="two masters mean conflicting data",
    applies_to="context.systems",
    check=check,
    severity="critical",
    passing="context: {systems: {managed: [hubspot, salesforce], source_of_truth: salesforce}}",
    failing="context: {systems: {managed: [hubspot, salesforce]}}",
)
