"""No workflow, assignment or escalation is enabled before stages, scoring and routing are defined."""

from __future__ import annotations

from collections.abc import Iterator

from revops_policies.rule import Parameters, Rule, Violations, broken, broken_by
from revops_policies.subject import Subject

ACTIVATIONS = {"hubspot": ("WorkflowActivation",), "salesforce": ("FlowActivation",)}


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds enabled automations, on intent and among the resources, while a definition is missing."""
    missing = list(_missing(subject))
    if not missing:
        return
    message = f"it is enabled before {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} defined"
    fix = f"define {', '.join(missing)} first, or leave it disabled"
    automation = subject.model.automation
    for key, workflow in (automation.workflows if automation is not None else {}).items():
        if workflow.enabled:
            yield broken(f"automation.workflows.{key}.enabled", message, fix)
    for system, kinds in ACTIVATIONS.items():
        for item in subject.of_kind(system, *kinds):
            yield broken_by(item, message, fix)
    for item in subject.of_kind("salesforce", "AssignmentRules"):
        if item.inputs.get("active") and "routing" in missing:
            yield broken_by(item, message, fix)


def _missing(subject: Subject) -> Iterator[str]:
    model = subject.model
    if model.lifecycle is None or not model.lifecycle.stages:
        yield "lifecycle"
    if not any(scoring.fit or scoring.engagement for scoring in model.scoring.values()):
        yield "scoring"
    if not any(routing.rules or routing.fallback for routing in model.routing.values()):
        yield "routing"


WORKFLOW = "{does: mql_assignment, enabled: %s}"
RULE = Rule(
    title="Define before automate",
    why="automating a broken process breaks it faster",
    applies_to="automation.workflows, enabled workflows and flows, active assignment rules",
    check=check,
    severity="critical",
    passing=f"automation: {{workflows: {{mql_assignment: {WORKFLOW % 'false'}}}}}",
    failing=f"automation: {{workflows: {{mql_assignment: {WORKFLOW % 'true'}}}}}",
)
